"""What proves nothing, and how far the same call gets by what runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlripe.evidence import Strength
from mlripe.reports import Options, Told, render

if TYPE_CHECKING:
    from mlripe.assessment import Assessment
    from tests.conftest import Assess

TOOLS = (
    "MLflow, Weights & Biases, Neptune, Comet, DVC, lakeFS, Feast, Great Expectations, Pandera, Airflow, Prefect, Dagster, "
    "Kubeflow, ZenML, Metaflow, Kedro, SageMaker, Vertex AI, Azure ML, Optuna, Ray Tune, Hydra, BentoML, Seldon, KServe, "
    "TorchServe, Triton, vLLM, Evidently, whylogs, NannyML, Prometheus, Grafana, promptfoo, DeepEval, Ragas, Langfuse, "
    "Guardrails, LangGraph, SHAP, Fairlearn, Docker, Kubernetes, Terraform, Helm, GitHub Actions, pytest, ruff and mypy"
)


def above_declared(assessment: Assessment) -> dict[str, str]:
    return {
        name: result.strength.name
        for name, result in assessment.capabilities.items()
        if result.strength > Strength.declared
    }


def levels(assessment: Assessment) -> tuple[int | None, int | None]:
    return assessment.models["azure"].level, assessment.models["google"].level


# --- floors ----------------------------------------------------------------------------------------------------------


def test_an_empty_repository_is_at_the_floor(assess: Assess) -> None:
    assessment = assess({})
    assert all(result.strength == Strength.none for result in assessment.capabilities.values())
    assert levels(assessment) == (0, 0)


@pytest.mark.parametrize("name", ["README.md", "docs/tools.md", "README.rst"])
def test_a_document_that_names_every_tool(name: str, assess: Assess) -> None:
    example = "```python\nimport mlflow\nmlflow.log_metric('auc', 1)\n```\n\n```sh\ndvc repro\npytest\nkubectl apply -f k8s\n```\n"
    assessment = assess({name: f"# Our platform\n\nWe use {TOOLS}.\n\n{example}"})
    assert above_declared(assessment) == {}
    assert levels(assessment) == (None, None)  # it holds nothing that could be judged


COMMENTED = '''\
"""Logs with mlflow.log_metric, registers with mlflow.register_model, checks with great_expectations."""
# import mlflow
# with mlflow.start_run():
#     mlflow.log_metric("auc", 0.9)
# model.fit(X, y)
HELP = "call mlflow.log_metric('auc', auc) and wandb.log({'auc': auc})"
EXAMPLE = """
import mlflow
mlflow.sklearn.log_model(model, 'model', registered_model_name='churn')
model = RandomForestClassifier(random_state=1).fit(X, y)
if auc < 0.8:
    sys.exit(1)
"""
print(HELP, EXAMPLE)
'''


@pytest.mark.parametrize(
    "files",
    [
        {"show.py": COMMENTED},
        {"run.sh": "# dvc repro\n# docker push x\necho 'mlflow run . && pytest && kubectl apply -f k8s'\n"},
        {"ci/steps.yml": "steps:\n  # - run: pytest\n  - run: echo pytest\n"},
        {"Makefile": "# train:\n#\tpython train.py\nhelp:\n\t@echo 'make train runs mlflow, dvc repro and pytest'\n"},
        {"docs/install.txt": "FROM python\nRUN pip install mlflow\n"},
        {"notes.ipynb": json.dumps({"cells": [{"cell_type": "markdown", "source": ["mlflow.log_metric('a', 1)"]}]})},
    ],
    ids=lambda files: next(iter(files)),
)  # fmt: skip
def test_comments_and_strings_call_nothing(files: dict[str, str], assess: Assess) -> None:
    assessment = assess(files)
    assert above_declared(assessment) == {}
    assert levels(assessment) in ((0, 0), (None, None))


def test_a_workflow_that_only_prints_is_no_more_than_a_ci_file(assess: Assess) -> None:
    text = "on: push\njobs:\n  a:\n    steps:\n      # - run: dvc repro\n      - run: echo pytest, docker push, dvc repro\n"
    assert above_declared(assess({".github/workflows/ci.yml": text})) == {"continuous-integration": "present"}


UNUSED = "mlflow wandb dvc great-expectations airflow prefect kfp optuna bentoml evidently shap fairlearn feast".split()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "".join(f"{name}\n" for name in UNUSED)),
        ("pyproject.toml", f'[project]\nname = "x"\nversion = "1"\ndependencies = {json.dumps(UNUSED)}\n'),
        ("Pipfile", "[packages]\n" + "".join(f'{name} = "*"\n' for name in UNUSED)),
        ("setup.py", f"from setuptools import setup\nsetup(name='x', install_requires={UNUSED!r})\n"),
    ],
)
def test_dependencies_that_nothing_uses_are_declared(name: str, text: str, assess: Assess) -> None:
    assessment = assess({name: text})
    assert above_declared(assessment) == {}
    assert assessment.capabilities["experiment-tracking"].strength == Strength.declared
    assert levels(assessment) in ((0, 0), (None, None))


@pytest.mark.parametrize(
    "code",
    [
        "mlflow = open('log.txt', 'a')\nmlflow.write('auc 0.9')\n",
        (
            "class mlflow:\n    @staticmethod\n    def log_metric(name, value):\n        print(name, value)\n"
            "mlflow.log_metric('auc', 1)\n"
        ),
        "def log_metric(name, value):\n    print(name, value)\nlog_metric('auc', 0.9)\n",
        "wandb = {}\nwandb['auc'] = 1\nfor dvc, airflow in wandb.items():\n    print(dvc, airflow)\n",
        "import logging as mlflow\nmlflow.log(10, 'x')\n",
        "from our.tools import mlflow\nmlflow.log_metric('auc', 1)\n",
        "def report(mlflow):\n    mlflow.log_metric('auc', 1)\n",
        "from us import tracker\nmlflow = tracker()\nmlflow.log_metric('auc', 1)\n",
        "class Report:\n    def write(self):\n        self.mlflow.log_metric('auc', 1)\n",
        "import mlflow\ndef report(mlflow):\n    return mlflow.log_metric\n",
        "import mlflowers\nmlflowers.log_metric('auc', 1)\n",
    ],
)
def test_a_tools_name_as_a_variable_is_not_the_tool(code: str, assess: Assess) -> None:
    assessment = assess({"report.py": code})
    assert above_declared(assessment) == {}
    assert levels(assessment) in ((0, 0), (None, None))


def test_what_is_only_under_tests_proves_no_practice_but_testing(assess: Assess) -> None:
    assessment = assess(
        {
            "tests/train.py": "import mlflow\nfrom sklearn.svm import SVC\nwith mlflow.start_run():\n"
            "    SVC(random_state=1).fit([[0], [1]], [0, 1])\n    mlflow.log_metric('auc', 1)\n"
            "    mlflow.register_model('runs:/1/model', 'churn')\n",
            "tests/dags/dag.py": "from airflow import DAG\nfrom airflow.operators.bash import BashOperator\n"
            "with DAG('train', schedule='@daily'):\n    BashOperator(task_id='t', bash_command='python train.py')\n",
            "tests/serve.py": "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m')\n"
            "@app.post('/predict')\ndef predict(rows: list):\n    return model.predict(rows)\n",
            "tests/notebooks/a.ipynb": json.dumps(
                {"cells": [{"cell_type": "code", "source": ["import wandb\n", "wandb.log({'a': 1})"]}]}
            ),
            "tests/data/dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n",
            "tests/k8s/model.yaml": "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: m}\n",
            "tests/test_sum.py": "def test_sum():\n    assert sum([1, 2]) == 3\n",
        }
    )
    assert above_declared(assessment) == {"code-testing": "present"}
    assert levels(assessment) in ((0, 0), (None, None))


# --- the same call, four ways ----------------------------------------------------------------------------------------

LOGS = "import mlflow\n\n\ndef main():\n    mlflow.log_metric('auc', 0.9)\n\n\nif __name__ == '__main__':\n    main()\n"
CELLS = {"cells": [{"cell_type": "code", "source": ["import mlflow\n", "mlflow.log_metric('auc', 0.9)"]}]}
SCHEDULE = """\
on:
  schedule:
    - cron: "0 3 * * *"
jobs:
  nightly:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make train
"""
RELEASE = """\
      - run: python release.py
"""
MAKE = "train:\n\tpython -m churn.train\n"
GATE = """\
import sys
import mlflow

run = mlflow.last_active_run()
auc = run.data.metrics["auc"]
if auc < 0.8:
    sys.exit(1)
mlflow.register_model(f"runs:/{run.info.run_id}/model", "churn")
"""
PACKAGE = {"churn/__init__.py": "", "churn/train.py": LOGS}
WORKFLOW = ".github/workflows/nightly.yml"


def proof(assess: Assess, files: dict[str, str], capability: str) -> tuple[str, str, list[str]]:
    """Strength, place and chain of a capability's best proof, as the JSON report gives them."""
    report = json.loads(render("json", Told(assess(files)), Options()))
    best = report["capabilities"][capability]["evidence"][0]
    assert best["strength"] == report["capabilities"][capability]["strength"]
    return best["strength"], f"{best['path']}:{best['line']}", [f"{hop['path']}:{hop['line']}" for hop in best["chain"]]


def test_in_a_notebook_it_is_present(assess: Assess) -> None:
    strength, place, chain = proof(assess, {"try.ipynb": json.dumps(CELLS, indent=1)}, "experiment-tracking")
    assert (strength, chain) == ("present", [])
    assert place.startswith("try.ipynb:")


def test_in_a_script_that_nobody_runs_it_is_present(assess: Assess) -> None:
    assert proof(assess, {**PACKAGE, "Makefile": MAKE}, "experiment-tracking") == ("present", "churn/train.py:5", [])


THROUGH_MAKE = [f"{WORKFLOW}:3", f"{WORKFLOW}:5", f"{WORKFLOW}:9", f"{WORKFLOW}:9", "Makefile:2", "churn/train.py:9"]


def test_behind_a_schedule_and_make_it_is_automated(assess: Assess) -> None:
    files = {**PACKAGE, "Makefile": MAKE, WORKFLOW: SCHEDULE}
    assert proof(assess, files, "experiment-tracking") == ("automated", "churn/train.py:5", THROUGH_MAKE)


def test_the_gate_after_it_is_enforced(assess: Assess) -> None:
    files = {**PACKAGE, "Makefile": MAKE, WORKFLOW: SCHEDULE + RELEASE, "release.py": GATE}
    assert proof(assess, files, "experiment-tracking") == ("automated", "churn/train.py:5", THROUGH_MAKE)
    strength, place, chain = proof(assess, files, "model-validation-gate")
    assert (strength, chain) == (
        "enforced",
        [f"{WORKFLOW}:3", f"{WORKFLOW}:5", f"{WORKFLOW}:10", f"{WORKFLOW}:10", "release.py:1"],
    )
    assert place in ("release.py:6", "release.py:7")
