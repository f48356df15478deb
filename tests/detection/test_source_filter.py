"""The gate lets through every source that a detector could match, and little else."""

from __future__ import annotations

import pytest

from mlripe.catalog import words_of
from mlripe.catalog.schema import BranchPattern, Detector, Pattern, Show
from mlripe.detection.source_filter import gate_for

GATE = gate_for(
    words_of(
        [
            Detector(
                tool="x",
                shows=(
                    Show(capability="a", call=("mlflow.log_*",)),
                    Show(capability="a", call=(".fit",), when=(Pattern(imports=("sklearn",)),)),
                    Show(capability="a", base=("**.LightningModule",)),
                    Show(capability="a", define=("load_data*", "*Registry")),
                    Show(capability="a", branch=(BranchPattern(on=("psi",), stops=True),)),
                ),
            )
        ]
    )
)


@pytest.mark.parametrize(
    "source",
    [
        "import mlflow\nmlflow.log_metric('a', 1)",
        "import os, mlflow as mf\nmf.log_metric('a', 1)",
        "def f():\n    from mlflow import log_metric",
        '{"source": ["import mlflow\\n", "mlflow.log_param(1)"]}',
        "from sklearn.svm import SVC\nSVC().fit(x)",
        "from pytorch_lightning import LightningModule",
        "def load_data_from_s3(): ...",
        "class ModelRegistry:\n    pass",
        "if report.psi > 0.2: raise SystemExit",
    ],
)
def test_let_through(source: str) -> None:
    assert GATE(source.encode())


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import numpy",
        "import mlflow",
        "clf.fit(x)",
        "text = 'log_metric'",
        "loaded = 1",
        "class Register: ...",
        "upside = 1",
    ],
)
def test_held_back(source: str) -> None:
    assert not GATE(source.encode())
