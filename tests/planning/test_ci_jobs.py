"""A job that a plan proposes is valid in the CI service in use: once it is written there, mlripe sees what it does."""

from __future__ import annotations

import pytest

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.evidence import Strength
from mlripe.planning.advice import Advised, Situation, advised
from mlripe.snapshot.memory import MemorySnapshot

SERVICE = {
    "requirements.txt": "fastapi==0.115.6\nscikit-learn==1.6.0\njoblib==1.4.2\n",
    "main.py": """\
import joblib
from fastapi import FastAPI
app = FastAPI()
model = joblib.load("rooms.joblib")
@app.post("/predict")
def predict(house: dict):
    return {"price": float(model.predict([[house["rooms"]]])[0])}
""",
    "tests/test_main.py": """\
from fastapi.testclient import TestClient
from main import app
def test_a_house_has_a_price():
    assert TestClient(app).post("/predict", json={"rooms": 3}).json()["price"] > 0
""",
    "deploy.sh": "gcloud run deploy rooms --source . --region europe-west1\n",
}
GITLAB = """\
check:
  image: python:3.11
  script:
    - pip install -r requirements.txt pytest
    - python -m pytest tests
"""
AZURE = """\
trigger: [main]
jobs:
  - job: check
    pool: {vmImage: ubuntu-latest}
    steps:
      - script: pip install -r requirements.txt pytest
      - script: python -m pytest tests
"""
JENKINS = """\
pipeline {
    agent any
    triggers { pollSCM('H/5 * * * *') }
    stages {
        stage('check') {
            steps {
            sh 'pip install -r requirements.txt pytest'
            sh 'python -m pytest tests'
            }
        }
    }
}
"""
CIRCLE = """\
version: 2.1
jobs:
  check:
    docker: [{image: cimg/python:3.11}]
    steps:
      - checkout
      - run: pip install -r requirements.txt pytest
      - run: python -m pytest tests
workflows:
  all:
    jobs:
      - check
"""


def _at_the_end(text: str, step: Advised) -> str:
    return text + step.snippet


def _in_the_stages(text: str, step: Advised) -> str:
    return text.replace("    }\n}\n", f"{step.snippet}\n    }}\n}}\n")


def _in_two_places(text: str, step: Advised) -> str:
    jobs, _, workflow = step.snippet.partition("  # in the workflow of check\n")
    return text.replace("workflows:\n", f"{jobs}workflows:\n") + workflow


@pytest.mark.parametrize(
    ("path", "text", "written"),
    [
        pytest.param(".gitlab-ci.yml", GITLAB, _at_the_end, id="gitlab"),
        pytest.param("azure-pipelines.yml", AZURE, _at_the_end, id="azure"),
        pytest.param("Jenkinsfile", JENKINS, _in_the_stages, id="jenkins"),
        pytest.param(".circleci/config.yml", CIRCLE, _in_two_places, id="circleci"),
    ],
)
def test_a_deployment_after_the_tests(path: str, text: str, written: object) -> None:
    files = {**SERVICE, path: text}
    inspection = Inspection(MemorySnapshot(files), load())
    assessment = inspection.assessment()
    situation = Situation(assessment.landmarks, (), assessment.repository.kind)
    now = assessment.capabilities["deployment-automation"].strength
    step = advised(inspection.catalog.plan_book, "deployment-automation", now, Strength.enforced, situation, files)
    assert step is not None, assessment.landmarks
    assert (step.id, step.edit) == ("run-the-deploy-command-after-the-tests", path)
    assert callable(written)
    after = Inspection(MemorySnapshot({**files, path: written(text, step)}), load()).assessment()
    assert after.capabilities["deployment-automation"].strength is Strength.enforced, written(text, step)
