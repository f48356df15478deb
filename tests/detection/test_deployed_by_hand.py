"""deployment-automation, present: a manifest or a compose file with which a person deploys a model's service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

REGISTERED = "model = mlflow.pyfunc.load_model('models:/churn/Production')\n"
BAKED = "model = joblib.load('model.joblib')\n"
SERVE = "import joblib, mlflow\nfrom flask import Flask\napp = Flask(__name__)\n{}@app.post('/predict')\ndef predict():\n    return model.predict([1])\n"
IMAGE = 'FROM python:3.11\nCOPY . .\nCMD ["gunicorn", "serve:app"]\n'
FLASK = 'FROM python:3.11\nCOPY . .\nENV FLASK_APP=serve.py\nCMD ["sh", "-c", "flask run --port $PORT"]\n'
MANIFEST = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: churn}\nspec:\n  template:\n    spec:\n      containers: [{name: api, image: acme/churn}]\n"
COMPOSE = "services:\n  api:\n    build: .\n"

UP = {"README.md": "Start it with `docker compose up -d`.\n"}
APPLY = {"Makefile": "deploy:\n\tkubectl apply -f k8s/\n"}

PRESENT = {
    "a manifest": {"serve.py": SERVE.format(BAKED), "Dockerfile": IMAGE, "k8s/api.yaml": MANIFEST, **APPLY},
    "a service that loads what is registered": {
        "serve.py": SERVE.format(REGISTERED), "Dockerfile": IMAGE, "compose.yaml": COMPOSE
    },
    "an image's file under another name": {
        "serve.py": SERVE.format(REGISTERED), "docker/deployment": IMAGE,
        "compose.yaml": "services:\n  api:\n    build: {context: ., dockerfile: docker/deployment}\n",
    },
    "an application that the image's environment names": {
        "serve.py": SERVE.format(REGISTERED), "Dockerfile": FLASK, "compose.yaml": COMPOSE
    },
    "a folder of the image in which the service works": {
        "src/serve.py": SERVE.format(REGISTERED), "Dockerfile": "FROM python:3.11\nCOPY . /churn\n",
        "compose.yaml": COMPOSE + "    working_dir: /churn/src\n    command: python serve.py\n",
    },
}  # fmt: skip
NONE = {
    "a manifest that nothing applies": {
        "serve.py": SERVE.format(BAKED), "Dockerfile": IMAGE, "k8s/api.yaml": MANIFEST
    },
    "a service with a model of its own": {
        "serve.py": SERVE.format(BAKED), "Dockerfile": IMAGE, "compose.yaml": COMPOSE
    },
    "a manifest of something else": {
        "serve.py": SERVE.format(BAKED), "Dockerfile": IMAGE,
        "k8s/db.yaml": MANIFEST.replace("Deployment", "ConfigMap"),
    },
    "a service that runs another file": {
        "serve.py": SERVE.format(REGISTERED), "other.py": "print(1)\n",
        "Dockerfile": "FROM python:3.11\nCOPY . .\nCMD [\"python\", \"other.py\"]\n", "compose.yaml": COMPOSE,
    },
}  # fmt: skip


@pytest.mark.parametrize("files", PRESENT.values(), ids=PRESENT)
def test_what_a_person_deploys_with_is_present(files: dict[str, str], assess: Assess) -> None:
    assert assess({**UP, **files}).capabilities["deployment-automation"].strength.name == "present"


@pytest.mark.parametrize("files", NONE.values(), ids=NONE)
def test_what_deploys_no_model_is_none(files: dict[str, str], assess: Assess) -> None:
    assert assess({**UP, **files}).capabilities["deployment-automation"].strength.name == "none"
