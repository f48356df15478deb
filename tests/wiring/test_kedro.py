"""Which pipelines of Kedro a command runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

FIT = """from kedro.pipeline import node, pipeline
from sklearn.svm import SVC


def fit(rows):
    return SVC().fit(rows, rows)


def create_pipeline(**kwargs):
    return pipeline([node(fit, "rows", "model")])
"""
OTHER = 'from kedro.pipeline import node, pipeline\n\n\ndef create_pipeline(**kwargs):\n    return pipeline([node(len, "a", "b")])\n'


@pytest.mark.parametrize(
    ("command", "recurs"),
    [
        ("kedro run", True),
        ("kedro run --pipeline=fitting", True),
        ("kedro run -p fitting", True),
        ("kedro run --pipeline named_in_the_registry", True),  # which pipeline that is, no folder tells
        ("kedro run --pipeline=gathering", False),
    ],
)
def test_the_pipeline_that_is_asked_for(command: str, recurs: bool, assess: Assess) -> None:
    files = {
        ".github/workflows/n.yml": f"on:\n  schedule: [{{cron: '0 3 * * *'}}]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {command}\n",
        "src/late/pipelines/fitting/pipeline.py": FIT,
        "src/late/pipelines/gathering/pipeline.py": OTHER,
    }
    assert (assess(files).capabilities["continuous-training"].strength.name == "automated") == recurs
