"""What must stand in a text before an expression can match it: never more than the expression itself asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
import re2

from mlripe.catalog import load
from mlripe.catalog.text_needs import needed
from mlripe.detection.text_search import TextWords

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        (r"mlflow\.log_metric", ("mlflow.log_metric",)),
        (r"(?m)^\s*kind:\s*Rollout\s*$", ("Rollout",)),
        (r"(?i)insert_(?:one|many)\(", ("insert_",)),
        (r"\b(?:canary|blue-green)\b", ("canary", "blue-green")),
        (r"sagemaker|bedrock", ("sagemaker", "bedrock")),
        (r"colou?r", ("colo",)),
        (r"ab+cdef", ("cdef",)),
        (r"x{0,3}yy{2}z", ("yy",)),
        (r"(?:deploy)?ment", ("ment",)),
        (r"(?:deploy)+x", ("deploy",)),
        (r"a|\d+", ()),
        (r"[abc]+", ()),
        (r"(?x) a b c", ()),
        (r"\Qa.b\E", ()),
        (r"(?-i)abc", ()),
        (r"(abc", ()),
        (r"größe", ("gr",)),
        (r"a{b", ("a{b",)),
    ],
)
def test_texts_that_an_expression_needs(expression: str, texts: tuple[str, ...]) -> None:
    assert needed(expression) == texts


def test_no_expression_of_the_catalogue_matches_a_text_without_what_it_needs() -> None:
    made = load().made
    wanted = {text for detector in made.detectors for each in (*detector.shows, *detector.starts) for text in each.text}
    texts = [file.read_bytes() for file in sorted((ROOT / "detectors").rglob("*.yaml"))]
    texts += [file.read_bytes() for file in sorted((ROOT / "fixtures").rglob("*")) if file.is_file()]
    words = TextWords(sorted(wanted), made.needed)
    compiled = {expression: re2.compile(expression.encode()) for expression in wanted}
    possible = [words.possible(text) for text in texts]
    assert sum(map(len, possible)) < 0.1 * len(wanted) * len(texts)
    matched = 0
    for text, some in zip(texts, possible, strict=True):
        for expression, search in compiled.items():
            if expression not in some:
                assert search.search(text) is None, expression
            else:
                matched += 1
    assert matched > 500


def test_every_expression_is_possible_where_nothing_is_known_of_what_it_needs() -> None:
    words = TextWords(["alpha", "beta"], {"beta": ("BETA",)})
    assert words.possible(b"") == {"alpha"}
    assert words.possible(b"a Beta test") == {"alpha", "beta"}
