"""What a deployed service does when somebody asks it is not done by what deployed the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

TRAIN = "from sklearn.svm import SVC\n\n\ndef train():\n    return SVC().fit([[1], [2]], [0, 1])\n"
FLUX = (
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: churn}\n"
    "spec:\n  path: ./k8s\n  sourceRef: {kind: GitRepository, name: churn}\n"
)
DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: churn}\nspec:\n  template:\n    spec:\n"
    "      containers:\n        - {name: churn, image: me/churn}\n"
)
IMAGE = "FROM python:3.12\nCOPY . .\nCMD uvicorn app:app\n"
APP = "from fastapi import FastAPI\nfrom train import train\napp = FastAPI()\n\n\n@app.post('/train')\ndef again():\n    train()\n"
CI = "on: [push]\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: python -c 'import train; train.train()'\n"
BUILD = (
    "on: [push]\njobs:\n  b:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
    "      - run: docker build -t me/churn . && docker push me/churn\n"
)
DEPLOYED = {
    "train.py": TRAIN,
    "Dockerfile": IMAGE,
    "k8s/churn.yaml": DEPLOYMENT,
    "flux/churn.yaml": FLUX,
    ".github/workflows/build.yml": BUILD,
}


@pytest.mark.parametrize(
    ("files", "strength"),
    [({"app.py": APP}, "present"), ({"app.py": APP, ".github/workflows/a.yml": CI}, "automated")],
    ids=["asked for", "run by a push as well"],
)
def test_a_training_that_a_request_starts(files: dict[str, str], strength: str, assess: Assess) -> None:
    found = assess({**DEPLOYED, **files}).capabilities
    assert found["training-code"].strength.name == strength
