"""Which of several proofs of one strength is shown, and by which of several ways: the one that says most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mlripe.evidence import Evidence
    from tests.conftest import Assess

FIT = "from sklearn.svm import SVC\nSVC().fit([[0], [1]], [0, 1])\n"
STEPS = "jobs:\n  fit:\n    runs-on: ubuntu-latest\n    steps:\n"


def workflow(on: str, *steps: str) -> str:
    return f"on: {on}\n{STEPS}" + "".join(f"      - {step}\n" for step in steps)


def shown(assess: Assess, files: dict[str, str], capability: str = "training-code") -> Evidence:
    return assess(files).capabilities[capability].evidence[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("workflow_dispatch", "{schedule: [{cron: '0 3 * * *'}]}"),
        ("workflow_dispatch", "push"),
        ("pull_request", "push"),
        ("{repository_dispatch: {types: [data]}}", "push"),
    ],
    ids=["hand, clock", "hand, push", "pull request, push", "outside, push"],
)
def test_what_starts_by_itself_is_shown_before_what_somebody_starts(first: str, second: str, assess: Assess) -> None:
    files = {"a.py": FIT, "b.py": FIT}
    for one, other in (("a.py", "b.py"), ("b.py", "a.py")):
        files[".github/workflows/one.yml"] = workflow(first, f"run: python {one}")
        files[".github/workflows/two.yml"] = workflow(second, f"run: python {other}")
        assert shown(assess, files).path == other


@pytest.mark.parametrize("turn", [False, True], ids=["condition first", "condition last"])
def test_a_way_without_a_condition_is_shown_before_one_with_a_condition(turn: bool, assess: Assess) -> None:
    steps = ["{if: hashFiles('new/*.csv') != '', run: python fit.py}", "run: python fit.py"]
    files = {"fit.py": FIT, ".github/workflows/a.yml": workflow("push", *(reversed(steps) if turn else steps))}
    hops = shown(assess, files).chain
    step = next(hop for hop in hops if "step" in hop.says)
    assert step.line == (6 if turn else 7)


def test_the_only_way_is_shown_with_its_condition(assess: Assess) -> None:
    files = {
        "fit.py": FIT,
        ".github/workflows/a.yml": workflow("push", "{if: hashFiles('new/*.csv') != '', run: python fit.py}"),
    }
    assert shown(assess, files).strength.name == "automated"


def test_a_part_of_a_definition_is_told_from_that_definition(assess: Assess) -> None:
    part = (
        "from kfp import dsl\n@dsl.component\ndef fit():\n    from sklearn.svm import SVC\n    SVC().fit([[0]], [0])\n"
    )
    whole = "from kfp import dsl\nfrom parts import fit\n@dsl.pipeline(name='churn')\ndef churn():\n    fit()\n"
    proof = shown(assess, {"parts.py": part, "whole.py": whole})
    assert proof.path == "parts.py"
    assert proof.chain[0].path == "whole.py"
    alone = shown(assess, {"parts.py": part})
    assert alone.chain[0].path == "parts.py"


def test_two_definitions_that_use_each_other_are_told_all_the_same(assess: Assess) -> None:
    one = "from prefect import flow\n@flow\ndef one():\n    from two import two\n    fit()\n    two()\n"
    one += "def fit():\n    from sklearn.svm import SVC\n    SVC().fit([[0]], [0])\n"
    two = "from prefect import flow\n@flow\ndef two():\n    from one import one\n    one()\n"
    proof = shown(assess, {"one.py": one, "two.py": two})
    assert proof.strength.name == "automated"
    assert len({(hop.path, hop.line) for hop in proof.chain}) == len(proof.chain)


def test_a_text_that_begins_behind_an_empty_line_stands_at_its_own(assess: Assess) -> None:
    """What matched begins with the end of the line before, which belongs to another stage."""
    job = "  jobs:\n  - job: a\n    steps:\n    - script: helm upgrade churn charts/churn\n"
    text = f"trigger: [main]\nstages:\n- stage: Deploy\n{job}\n- stage: Rollback\n  condition: failed()\n{job}"
    proof = shown(
        assess, {"azure-pipelines.yml": text, "fit.py": FIT, "requirements.txt": "scikit-learn\n"}, "rollback"
    )
    assert text.split("\n")[proof.line - 1] == "- stage: Rollback"
    assert proof.chain[-1].says == "stage Rollback"


def test_no_hop_is_told_twice(assess: Assess) -> None:
    service = (
        'resource "google_cloud_run_v2_service" "ai" {\n  name = "churn-ai"\n  template {\n    containers {\n'
        '      image = "europe-docker.pkg.dev/me/churn/ai"\n    }\n  }\n}\n'
    )
    web = "from fastapi import FastAPI\nimport joblib\napp = FastAPI()\nmodel = joblib.load('m')\n"
    web += "@app.post('/predict')\ndef predict(x: dict):\n    return model.predict([x])\n"
    apply = "{working-directory: infra, run: terraform apply -auto-approve}"
    files = {
        "infra/main.tf": service,
        "ai/Dockerfile": 'FROM python:3.11\nCOPY . .\nCMD ["uvicorn", "web:app"]\n',
        "ai/web.py": web,
        ".github/workflows/a.yml": workflow("push", apply),
    }
    chain = shown(assess, files, "online-serving").chain
    assert "google_cloud_run_v2_service.ai" in "".join(hop.says for hop in chain)
    assert len(set(chain)) == len(chain)


def test_a_deployment_is_told_by_what_starts_it_though_on_a_condition(assess: Assess) -> None:
    """The line that deploys is a start of the deployed service by itself, of which nothing tells who comes to it."""
    deploy = "import subprocess\nsubprocess.run(['gcloud', 'run', 'deploy', 'churn', '--image', 'churn'], check=True)\n"
    web = "from fastapi import FastAPI\nimport joblib\napp = FastAPI()\nmodel = joblib.load('m')\n"
    web += "@app.post('/predict')\ndef predict(x: dict):\n    return model.predict([x])\n"
    step = "{if: hashFiles('web/**') != '', run: python deploy.py}"
    files = {"deploy.py": deploy, "web.py": web, ".github/workflows/a.yml": workflow("push", step)}
    proof = shown(assess, files, "deployment-automation")
    assert proof.path == "deploy.py"
    assert proof.chain[0].says == "push"


def test_a_deployment_of_a_change_is_shown_before_one_by_the_clock(assess: Assess) -> None:
    """What the clock deploys is most often what runs already, started anew."""
    web = "from fastapi import FastAPI\nimport joblib\napp = FastAPI()\nmodel = joblib.load('m')\n"
    web += "@app.post('/predict')\ndef predict(x: dict):\n    return model.predict([x])\n"
    deploy = "run: aws ecs update-service --cluster churn --service churn --force-new-deployment"
    files = {
        "web.py": web,
        ".github/workflows/a.yml": workflow("{schedule: [{cron: '0 3 * * *'}]}", deploy),
        ".github/workflows/b.yml": workflow("push", deploy),
    }
    assert shown(assess, files, "deployment-automation").path == ".github/workflows/b.yml"


def test_a_definition_that_is_told_by_a_stage_is_named_with_it(assess: Assess) -> None:
    bundle = (
        "bundle: {name: churn}\nresources:\n  jobs:\n    train:\n      tasks:\n"
        "        - {task_key: fit, spark_python_task: {python_file: ./fit.py}}\n"
    )
    flow = "from prefect import flow\n@flow\ndef churn():\n    from sklearn.svm import SVC\n    SVC().fit([[0]], [0])\n"
    proof = shown(assess, {"databricks.yml": bundle, "fit.py": FIT}, "training-pipeline")
    assert proof.says == "a pipeline definition with training: task fit of Databricks job train"
    assert shown(assess, {"flow.py": flow}, "training-pipeline").says == "a pipeline definition with training: churn"
