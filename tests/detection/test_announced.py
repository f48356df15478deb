"""Declared: what CI only announces, by steps that are called so and that only print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

CI = ".github/workflows/deploy.yml"
GITLAB = "deploy_model:\n  stage: deploy\n  script:\n    - echo 'to be done'\n"
FIT = {"train.py": "from sklearn.svm import SVC\nSVC().fit([[1]], [1])\n"}


def workflow(name: str, command: str) -> str:
    steps = f"      - name: {name}\n        run: {command}\n"
    return f"on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"


@pytest.mark.parametrize(
    ("name", "command", "capability"),
    [
        ("Deploy (placeholder)", "echo 'kubectl apply -f k8s/'", "deployment-automation"),
        ("Simulated deployment", "echo deploying", "release-automation"),
        ("Run tests", "echo 'tests go here'", "code-testing"),
        ("Lint", "printf todo", "code-quality-checks"),
        ("Retrain", "echo later", "automated-retraining"),
    ],
)
def test_a_step_that_only_prints_is_declared(name: str, command: str, capability: str, assess: Assess) -> None:
    found = assess({**FIT, CI: workflow(name, command)}).capabilities[capability]
    assert found.strength.name == "declared"
    assert found.evidence[0].line == 6


def test_a_job_of_another_service_is_one_too(assess: Assess) -> None:
    found = assess({**FIT, ".gitlab-ci.yml": GITLAB}).capabilities["deployment-automation"]
    assert found.strength.name == "declared"


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("Deployment summary", "echo deployed"),
        ("Print the version to deploy", "echo 1"),
        ("Notify of deployment", "echo done"),
        ("Greet", "echo deploy"),
        ("Deploy", "./go.sh"),
    ],
)
def test_a_step_that_tells_of_another_or_does_something_announces_nothing(
    name: str, command: str, assess: Assess
) -> None:
    found = assess({**FIT, CI: workflow(name, command)}).capabilities["deployment-automation"]
    assert not any(proof.detector == "announced" for proof in found.evidence)
