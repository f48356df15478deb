"""Globs on paths and words: the shapes that string methods answer agree with the expression that they stand for."""

from __future__ import annotations

import re

import pytest

from mlripe.catalog.glob_syntax import translate
from mlripe.catalog.globs import PathGlobs, WordGlobs

PATHS = [
    "a.py", "src/a.py", "tests/a.py", "src/tests/a.py", "tests", "x/tests.py", "docs/a/b.yaml", "a/docs/b.yaml",
    "Makefile", "x/Makefile", "Makefile.old", ".github/workflows/ci.yml", "x/.github/workflows/ci.yml", "a/b/c/d.yml",
]  # fmt: skip
PATTERNS = [
    "*.py", "tests/", "/tests/", "docs/**", "/docs/**", "**/docs/**", "Makefile", "**/Makefile", "Makefile*", "a/*/c/*.yml",
    "**/*.yml", ".github/workflows/*.yml", "src/**/*.py", "test?", "{a,b}.py", "[ab].py", "**/tests/",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_path_pattern_matches_what_its_expression_does(pattern: str) -> None:
    expression = re.compile(translate(pattern), re.DOTALL)
    expected = [path for path in PATHS if expression.fullmatch(path)]
    assert [path for path in PATHS if PathGlobs([pattern]).fullmatch(path)] == expected
    assert expected or pattern in ("test?",)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("load_data", "load_data", "load_data2"),
        ("load_*", "load_x", "reload_x"),
        ("*Trainer", "MyTrainer", "Trainers"),
        ("*drift*", "check_drift_x", "draft"),
        ("get_?_x", "get_a_x", "get_ab_x"),
    ],
)
def test_a_word_pattern(pattern: str, yes: str, no: str) -> None:
    assert WordGlobs([pattern]).fullmatch(yes)
    assert not WordGlobs([pattern]).fullmatch(no)
