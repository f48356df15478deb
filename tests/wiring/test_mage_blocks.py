"""Blocks of Mage run where a pipeline names them: a decorator alone starts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

BLOCK = (
    "from mage_ai.data_preparation.decorators import data_exporter\nfrom sklearn.svm import SVC\n"
    "@data_exporter\ndef fit(rows, *args, **kwargs):\n    return SVC().fit(rows, rows.y)\n"
)
PIPELINE = (
    "uuid: training\nname: training\nblocks:\n"
    "  - {name: NAME, uuid: NAME, type: data_exporter, language: python, upstream_blocks: []}\n"
)


@pytest.mark.parametrize(
    ("files", "strength"),
    [
        ({}, "present"),
        ({"pipelines/training/metadata.yaml": PIPELINE.replace("NAME", "fit")}, "automated"),
        ({"pipelines/training/metadata.yaml": PIPELINE.replace("NAME", "other")}, "present"),
    ],
    ids=["loose", "named", "another"],
)
def test_a_block_runs_where_a_pipeline_names_it(files: dict[str, str], strength: str, assess: Assess) -> None:
    found = assess({"data_exporters/fit.py": BLOCK, **files}).capabilities
    assert found["training-code"].strength.name == strength
    assert found["training-pipeline"].strength.name == ("present" if strength == "automated" else "none")
