"""A pipeline that another one starts: which that is, where its name is given on the service and in no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

CI = "trigger: [main]\nsteps:\n  - bash: pytest\n"
CD = """trigger: none
resources:
  pipelines:
    - pipeline: built
      source: NAME
      trigger: {branches: {include: [main]}}
steps:
  - bash: kubectl apply -f k8s/
"""
OTHERS = {
    "test_a.py": "def test_a():\n    assert 1\n",
    "k8s/a.yaml": "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: a}\n",
}


@pytest.mark.parametrize(
    ("name", "pipelines", "tested"),
    [
        ("Churn-CI", {"azure-pipelines-ci.yml": CI}, "enforced"),
        ("Anything", {"azure-pipelines-test.yml": CI}, "enforced"),  # there is no other
        ("Churn-CI", {".pipelines/ci.yml": CI, ".pipelines/nightly.yml": "trigger: [main]\nsteps: [{bash: make}]\n"}, "enforced"),
        ("Churn-CI", {".pipelines/churn-ci.yml": CI, ".pipelines/churn-ci-image.yml": "trigger: [main]\nsteps: [{bash: make}]\n"}, "enforced"),
        ("Churn-CI", {".pipelines/pr.yml": CI, ".pipelines/ci.yml": "trigger: [main]\nsteps: [{bash: make}]\n"}, "automated"),
        ("Build", {".pipelines/a.yml": CI, ".pipelines/b.yml": CI}, "automated"),  # either may be meant
    ],
)  # fmt: skip
def test_a_deployment_that_follows_the_tests(name: str, pipelines: dict[str, str], tested: str, assess: Assess) -> None:
    capabilities = assess({**pipelines, ".pipelines/cd.yml": CD.replace("NAME", name), **OTHERS}).capabilities
    assert capabilities["code-testing"].strength.name == tested
    assert capabilities["release-automation"].strength.name == tested


def test_a_workflow_of_github_names_the_other_itself(assess: Assess) -> None:
    deploy = """on: {workflow_run: {workflows: [Build], types: [completed]}}
jobs:
  deploy:
    if: github.event.workflow_run.conclusion == 'success'
    steps: [{run: kubectl apply -f k8s/}]
"""
    test = "name: CI\non: push\njobs: {test: {steps: [{run: pytest}]}}\n"
    files = {".github/workflows/ci.yml": test, ".github/workflows/deploy.yml": deploy, **OTHERS}
    assert assess(files).capabilities["code-testing"].strength.name == "automated"
    named = {**files, ".github/workflows/ci.yml": test.replace("CI", "Build")}
    assert assess(named).capabilities["code-testing"].strength.name == "enforced"
