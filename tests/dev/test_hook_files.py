"""The hooks that the repository offers: what pre-commit takes as their files is what mlripe looks at."""

from __future__ import annotations

import re

import pytest
import yaml

from mlripe.catalog import load
from mlripe.catalog.load import source_root
from mlripe.detection.evidence_files import bears_evidence
from mlripe.dev.hook_files import files


def test_it_takes_the_files_that_can_bear_evidence_and_no_others() -> None:
    catalog, expression = load(), re.compile(files(load()))
    detectors = [yaml.safe_load(path.read_text()) for path in (source_root() / "detectors").glob("*/*.yaml")]
    paths = {str(path) for detector in detectors for case in detector["cases"] for path in case["files"]}
    paths |= {path.relative_to(source_root()).as_posix() for path in (source_root() / "fixtures").rglob("*")}
    paths |= {f"part/{path}" for path in paths}
    assert len(paths) > 1000
    assert [path for path in paths if bool(expression.search(path)) != bears_evidence(path, catalog)] == []


@pytest.mark.parametrize(
    ("path", "bears"),
    [
        (".github/workflows/ci.yml", True),
        ("src/train.py", True),
        ("Makefile", True),
        ("README", True),
        ("scripts/retrain", True),
        ("requirements-dev.txt", True),
        ("LICENSE", False),
        ("docs/logo.png", False),
        ("notes.txt", False),
        ("docs/history.rst", False),
        ("CITATION.cff", False),
        ("Makefile/../x.png", False),
        ("my.pyc", False),
    ],
)
def test_for_instance(path: str, bears: bool) -> None:
    assert bool(re.search(files(load()), path)) is bears
