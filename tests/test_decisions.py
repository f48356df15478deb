"""The decisions where careful people differed, each as a small repository and the strengths that it must get.

The headings are the decisions of the catalogue's specification, in its order; those that no file can show are left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

Files = dict[str, str]


def decide(name: str, files: Files, *, wrong: str = "", **strengths: str) -> Any:
    """A row: what it shows, the files, and the strengths that they must get (`training_code="present"`).

    `wrong` says why the tool does not get there yet.
    """
    wanted = {capability.replace("_", "-"): strength for capability, strength in strengths.items()}
    return pytest.param(files, wanted, id=name, marks=[pytest.mark.xfail(reason=wrong)] if wrong else [])


def workflow(*steps: str, on: str = "push", job: str = "") -> str:
    """A GitHub workflow of one job with these steps, each a command or a mapping of its own."""
    lines = "".join(f"      - {step if step[:5] in ('uses:', 'name:') else f'run: {step}'}\n" for step in steps)
    return f"on: {on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n{job}    steps:\n{lines}"


CI = ".github/workflows/ci.yml"
NIGHTLY = '\n  schedule:\n    - cron: "0 3 * * *"'
TRAIN = """\
import joblib
import pandas as pd
from sklearn.ensemble import RandomForestClassifier


def train():
    rows = pd.read_parquet("data/rows.parquet")
    model = RandomForestClassifier(random_state=3).fit(rows.drop(columns="y"), rows["y"])
    joblib.dump(model, "model.joblib")


if __name__ == "__main__":
    train()
"""
PREPARE = """\
import pandas as pd


def clean(raw: pd.DataFrame) -> pd.DataFrame:
    return raw.dropna().drop_duplicates()


if __name__ == "__main__":
    clean(pd.read_csv("data/raw.csv")).to_parquet("data/rows.parquet")
"""
EVALUATE = """\
import json

import joblib
import pandas as pd
from sklearn.metrics import f1_score


def evaluate():
    rows = pd.read_parquet("data/test.parquet")
    f1 = f1_score(rows["y"], joblib.load("model.joblib").predict(rows.drop(columns="y")))
    with open("metrics.json", "w") as file:
        json.dump({"f1": f1}, file)


if __name__ == "__main__":
    evaluate()
"""
GATE = """\
import json
import sys

f1 = json.load(open("metrics.json"))["f1"]
if f1 < 0.8:
    sys.exit("the model is not good enough")
"""
REGISTER = "import mlflow\n\nmlflow.register_model('runs:/1/model', 'churn')\n"
DVC = """\
stages:
  prepare:
    cmd: python prepare.py
    deps: [prepare.py]
    outs: [data/rows.parquet]
  train:
    cmd: python train.py
    deps: [train.py, data/rows.parquet]
    outs: [model.joblib]
"""
STEPS = {"prepare.py": PREPARE, "train.py": TRAIN}
MAKEFILE = "train: data\n\tpython train.py\ndata:\n\tpython prepare.py\n"
SERVE = """\
import joblib
from fastapi import FastAPI

app = FastAPI()
model = joblib.load("model.joblib")


@app.post("/predict")
def predict(rows: list[list[float]]) -> list[float]:
    return model.predict(rows).tolist()
"""
DOCKERFILE = """\
FROM python:3.11-slim
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY serve.py model.joblib ./
CMD ["uvicorn", "serve:app", "--host", "0.0.0.0"]
"""
SERVICE = {"serve.py": SERVE, "Dockerfile": DOCKERFILE, "requirements.txt": "fastapi==0.115.6\njoblib==1.4.2\n"}
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: churn}
spec:
  template:
    spec:
      containers:
        - name: api
          image: registry.example.org/churn:1
"""
UNIT_TESTS = {
    "tests/test_clean.py": "from prepare import clean\n\n\ndef test_clean():\n    assert len(clean([1])) == 1\n"
}
DAG = """\
from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator

from prepare import clean
from train import train

with DAG("churn", start_date=datetime(2024, 1, 1), schedule={schedule}{more}) as dag:
    prepared = PythonOperator(task_id="prepare", python_callable=clean)
    trained = PythonOperator(task_id="train", python_callable=train)
    prepared >> trained
"""
FLOW = """\
import pandas as pd
from prefect import flow, task

from prepare import clean
from train import train


@task
def prepare_data():
    return clean(pd.read_csv("data/raw.csv"))


@task
def train_model(rows):
    return train()


@flow
def churn():
    train_model(prepare_data())


if __name__ == "__main__":
    churn()
"""


def dag(schedule: str = '"@daily"', more: str = "") -> Files:
    return {**STEPS, "dags/churn.py": DAG.format(schedule=schedule, more=more)}


DECISIONS = [
    # --- a pipeline definition automates its steps, whoever starts it
    decide("a DVC pipeline", {**STEPS, "dvc.yaml": DVC},
           training_code="automated", data_ingestion="automated", training_pipeline="present", continuous_training="none"),
    decide("a Prefect flow", {**STEPS, "flow.py": FLOW},
           training_code="automated", data_ingestion="automated", training_pipeline="present"),
    decide("an Airflow DAG without a schedule", dag("None"),
           training_code="automated", training_pipeline="present"),
    decide("a DVC pipeline that CI reproduces", {**STEPS, "dvc.yaml": DVC, CI: workflow("dvc repro")},
           training_pipeline="automated", training_code="automated", continuous_training="present"),
    # --- a hand-written chain automates nothing
    decide("a Makefile chain", {**STEPS, "Makefile": MAKEFILE},
           training_code="present", data_ingestion="present", training_pipeline="present"),
    decide("a shell chain", {**STEPS, "run.sh": "set -e\npython prepare.py\npython train.py\n"},
           training_code="present", data_ingestion="present", training_pipeline="present"),
    decide("a pipeline class of one's own",
           {**STEPS, "pipeline.py": "from prepare import clean\nfrom train import train\n\n\nclass TrainingPipeline:\n"
                                    "    def run(self):\n        clean(None)\n        train()\n\n\n"
                                    "if __name__ == '__main__':\n    TrainingPipeline().run()\n"},
           training_code="present", data_ingestion="present", training_pipeline="present"),
    # --- a workflow that only a person can dispatch
    decide("workflow_dispatch", {**STEPS, "Makefile": MAKEFILE, CI: workflow("make train", on="workflow_dispatch")},
           training_code="automated", data_ingestion="automated", training_pipeline="present",
           continuous_training="present", continuous_integration="present"),
    # --- CI files that by convention run on push
    decide("GitLab CI", {**UNIT_TESTS, ".gitlab-ci.yml": "test:\n  script: [pytest]\n"},
           continuous_integration="automated", code_testing="automated"),
    decide("Azure Pipelines", {**UNIT_TESTS, "azure-pipelines.yml": "steps:\n  - script: pytest\n"},
           continuous_integration="automated", code_testing="automated"),
    decide("a GitLab file that includes another", {**UNIT_TESTS, ".gitlab-ci.yml": "include:\n  - local: ci/test.yml\n",
                                                   "ci/test.yml": "test:\n  script: [pytest]\n"},
           continuous_integration="automated", code_testing="automated"),
    decide("an Azure pipeline with a template",
           {**UNIT_TESTS, "azure-pipelines.yml": "trigger: [main]\njobs:\n- template: ci/test.yml\n",
            "ci/test.yml": "jobs:\n- job: test\n  steps:\n  - script: pytest\n"},
           continuous_integration="automated", code_testing="automated"),
    decide("Azure Pipelines with trigger none",
           {**UNIT_TESTS, "azure-pipelines.yml": "trigger: none\npr: none\nsteps:\n  - script: pytest\n"},
           continuous_integration="present"),
    decide("CircleCI", {**UNIT_TESTS, ".circleci/config.yml": "version: 2.1\njobs:\n  test:\n    docker: [{image: x}]\n"
                        "    steps: [checkout, {run: pytest}]\nworkflows:\n  all:\n    jobs: [test]\n"},
           continuous_integration="automated", code_testing="automated"),
    decide("a Jenkinsfile", {**UNIT_TESTS, "Jenkinsfile": "pipeline {\n  agent any\n  stages {\n    stage('Test') {\n"
                             "      steps {\n        sh 'pytest'\n      }\n    }\n  }\n}\n"},
           continuous_integration="automated", code_testing="automated"),
    decide("Travis", {**UNIT_TESTS, ".travis.yml": "language: python\nscript: pytest\n"},
           continuous_integration="automated", code_testing="automated"),
    decide("Bitbucket", {**UNIT_TESTS, "bitbucket-pipelines.yml":
                         "pipelines:\n  default:\n    - step:\n        script: [pytest]\n"},
           continuous_integration="automated", code_testing="automated"),
    decide("Cloud Build that nothing triggers",
           {**UNIT_TESTS, "cloudbuild.yaml": "steps:\n  - name: python\n    entrypoint: pytest\n"},
           continuous_integration="present"),
    decide("buildspec that nothing triggers",
           {**UNIT_TESTS, "buildspec.yml": "version: 0.2\nphases:\n  build:\n    commands: [pytest]\n"},
           continuous_integration="present"),
    decide("Cloud Build with its trigger in Terraform",
           {**UNIT_TESTS, "cloudbuild.yaml": "steps:\n  - name: python\n    entrypoint: pytest\n",
            "main.tf": 'resource "google_cloudbuild_trigger" "t" {\n  filename = "cloudbuild.yaml"\n  github {\n'
                       '    name = "x"\n    push {\n      branch = "main"\n    }\n  }\n}\n'},
           continuous_integration="automated", code_testing="automated"),
    # --- a push makes training-pipeline automated, and continuous-training no more than present
    decide("training on push", {**STEPS, "Makefile": MAKEFILE, CI: workflow("make train")},
           training_pipeline="automated", continuous_training="present", training_code="automated"),
    decide("jobs that need each other",
           {**STEPS, CI: "on: {schedule: [{cron: '0 3 * * *'}]}\njobs:\n  prepare:\n    steps: [{run: python prepare.py}]\n"
                         "  train:\n    needs: prepare\n    steps: [{run: python train.py}]\n"},
           training_pipeline="automated", continuous_training="automated"),
    decide("training on a schedule", {**STEPS, "Makefile": MAKEFILE, CI: workflow("make train", on=NIGHTLY)},
           training_pipeline="automated", continuous_training="automated"),
    # --- an active schedule in code counts, even if compose starts the orchestrator
    decide("an Airflow schedule", {**dag(), "docker-compose.yml": "services:\n  airflow:\n    image: apache/airflow\n"},
           training_pipeline="automated", continuous_training="automated", training_code="automated"),
    decide("a Prefect deployment with a cron",
           {**STEPS, "flow.py": FLOW.replace("    churn()\n", "    churn.serve(name='nightly', cron='0 3 * * *')\n")},
           training_pipeline="automated", continuous_training="automated"),
    decide("a CronJob", {**STEPS, "cron.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: train}\nspec:\n"
                         "  schedule: '0 3 * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n"
                         "          containers:\n            - name: t\n              image: x\n"
                         "              command: [python, train.py]\n"},
           training_code="automated", continuous_training="automated"),
    # --- a service that only a person starts
    decide("compose", {**SERVICE, "docker-compose.yml": "services:\n  api:\n    build: .\n    ports: ['8000:8000']\n"},
           online_serving="present", deployment_automation="none", infrastructure_as_code="declared"),
    decide("compose with a metrics endpoint",
           {**SERVICE, "serve.py": SERVE.replace("app = FastAPI()", "app = FastAPI()\n"
                                                 "Instrumentator().instrument(app).expose(app)")
            .replace("import joblib\n", "import joblib\n"
                     "from prometheus_fastapi_instrumentator import Instrumentator\n"),
            "docker-compose.yml": "services:\n  api:\n    build: .\n"},
           online_serving="present", service_monitoring="present"),
    decide("Kubernetes manifests", {**SERVICE, "k8s/api.yaml": MANIFEST},
           online_serving="automated", infrastructure_as_code="present", deployment_automation="none"),
    decide("Kubernetes manifests that CI applies",
           {**SERVICE, "k8s/api.yaml": MANIFEST,
            CI: workflow("docker build -t registry.example.org/churn:1 .", "kubectl apply -f k8s/")},
           online_serving="automated", infrastructure_as_code="automated", deployment_automation="automated",
           release_automation="automated"),
    # --- placeholders
    decide("NotImplementedError", {"train.py": "from sklearn.svm import SVC\n\n\ndef train(model: SVC):\n"
                                   "    raise NotImplementedError\n\n\ntrain(None)\n", CI: workflow("python train.py")},
           training_code="none"),
    decide("a validation that is not written", {"validate.py": "import pandas as pd\n\n\ndef validate_data(rows):\n"
                                                "    raise NotImplementedError\n\n\nvalidate_data(pd.DataFrame())\n",
                                                CI: workflow("python validate.py")},
           data_validation="declared"),
    decide("echo TODO", {CI: workflow("echo TODO run pytest", "echo deploy")},
           code_testing="none", deployment_automation="none", continuous_integration="present"),
    decide("a deploy step that is commented out",
           {**SERVICE, CI: "on: push\njobs:\n  build:\n    steps:\n      - run: docker build .\n"
                           "      # - run: kubectl apply -f k8s/\n"},
           deployment_automation="none", release_automation="none"),
    decide("a step whose script does not exist", {CI: workflow("python train.py")}, training_code="none"),
    # --- environment-definition
    decide("names without bounds", {"requirements.txt": "pandas\nscikit-learn\n"}, environment_definition="declared"),
    decide("lower bounds", {"requirements.txt": "pandas>=2\nscikit-learn>=1\n"}, environment_definition="declared"),
    decide("most with a bound", {"requirements.txt": "pandas==2.2.3\nscikit-learn~=1.6\nclick\n"},
           environment_definition="present"),
    decide("a lock file", {"pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["pandas"]\n',
                           "uv.lock": 'version = 1\n\n[[package]]\nname = "pandas"\nversion = "2.2.3"\n'},
           environment_definition="present"),
    decide("bounds of a Julia package, none of its standard library and of what its tests need",
           {"Project.toml": '[deps]\nFlux = "587475ba-b771-5e3f-ad9e-33799f191a9c"\n'
                            'LinearAlgebra = "37e2e46d-f89d-539d-b4ee-838fcccc9c8e"\n[compat]\nFlux = "0.14"\n'
                            '[extras]\nCSV = "336ed68f-0bac-5ca0-87d4-7b16caf5d00b"\n'
                            'Test = "8dfed614-e22c-5e08-85e1-65c5234f0b40"\n[targets]\ntest = ["CSV", "Test"]\n',
            CI: "on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n      - uses: julia-actions/julia-buildpkg@v1\n"},
           environment_definition="automated"),
    decide("a container", {"Dockerfile": "FROM python:3.11\nRUN pip install pandas\n"}, environment_definition="present"),
    decide("a conda file", {"environment.yml": "name: x\ndependencies: [python=3.11, pandas]\n"},
           environment_definition="present"),
    decide("CI installs it", {"requirements.txt": "pandas==2.2.3\n", CI: workflow("pip install -r requirements.txt")},
           environment_definition="automated"),
    decide("CI installs what has no bounds",
           {"requirements.txt": "pandas\nclick\n", CI: workflow("pip install -r requirements.txt")},
           environment_definition="declared"),
    decide("a frozen install", {"pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["pandas"]\n',
                                "uv.lock": 'version = 1\n\n[[package]]\nname = "pandas"\nversion = "2.2.3"\n',
                                CI: workflow("uv sync --frozen")},
           environment_definition="enforced"),
    decide("a hashed install",
           {"requirements.txt": "pandas==2.2.3 --hash=sha256:" + "0" * 64 + "\n",
            CI: workflow("pip install --require-hashes -r requirements.txt")},
           environment_definition="enforced"),
    # --- model-packaging
    decide("log_model alone", {"train.py": "import mlflow\nmlflow.sklearn.log_model(1, 'model')\n"},
           model_packaging="none", model_registry="none"),
    decide("an image with the model", SERVICE, model_packaging="present"),
    decide("an image that CI builds", {**SERVICE, CI: workflow("docker build -t churn .")}, model_packaging="automated"),
    decide("ONNX export", {"export.py": "import torch\n\nmodel = torch.load('m.pt')\n"
                           "torch.onnx.export(model, torch.zeros(1, 3), 'm.onnx')\n"}, model_packaging="present"),
    # --- model-registry
    decide("files under DVC", {"model.joblib.dvc": "outs:\n- md5: " + "0" * 32 + "\n  path: model.joblib\n"},
           model_registry="none"),
    decide("committed mlruns", {"mlruns/0/meta.yaml": "name: Default\n",
                                "mlruns/models/churn/meta.yaml": "name: churn\n"}, model_registry="none"),
    decide("a register", {"register.py": REGISTER}, model_registry="present"),
    decide("a load by alias", {"load.py": "import mlflow\nmodel = mlflow.pyfunc.load_model('models:/churn@champion')\n"},
           model_registry="present"),
    # --- lineage
    decide("what a tracker stores by itself", {"train.py": "import mlflow\nwith mlflow.start_run():\n"
                                               "    mlflow.log_param('depth', 3)\n    mlflow.log_metric('auc', 1)\n"},
           lineage="none"),
    decide("a run tagged with its commit",
           {"train.py": "import os\nimport mlflow\nwith mlflow.start_run():\n"
                        "    mlflow.set_tag('git_commit', os.environ['GIT_SHA'])\n"}, lineage="present"),
    decide("a committed dvc.lock",
           {**STEPS, "dvc.yaml": DVC, "dvc.lock": "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n"
            "    deps:\n    - path: train.py\n      md5: " + "0" * 32 + "\n      size: 1\n"}, lineage="automated"),
    # --- training-determinism
    decide("a seed in the split alone",
           {"train.py": "from sklearn.linear_model import LinearRegression\n"
                        "from sklearn.model_selection import train_test_split\n"
                        "a, b, c, d = train_test_split([[1]], [1], random_state=1)\nLinearRegression().fit(a, c)\n"},
           training_determinism="declared"),
    decide("a seeded training that automation runs", {"train.py": TRAIN, CI: workflow("python train.py", on=NIGHTLY)},
           training_determinism="automated"),
    decide("a seed among the settings of the model",
           {"config/model.yaml": "parameters:\n  max_depth: 5\n  seed: 3\n",
            "train.py": "import pandas as pd\nimport xgboost as xgb\nimport yaml\n\n\ndef main():\n"
                        "    with open('config/model.yaml') as file:\n        config = yaml.safe_load(file)\n"
                        "    rows = pd.read_parquet('data/rows.parquet')\n"
                        "    xgb.train(config['parameters'], xgb.DMatrix(rows, rows['y']))\n\n\nmain()\n",
            CI: workflow("python train.py", on=NIGHTLY)}, training_determinism="automated"),
    decide("a seed among the settings of something else",
           {"config/data.yaml": "invented:\n  rows: 50\n  seed: 3\n",
            "train.py": "import yaml\n" + TRAIN.replace("random_state=3", "**yaml.safe_load(open('config/data.yaml'))")},
           training_determinism="none"),
    # --- configuration-management
    decide("a module of constants", {"config.py": "LEARNING_RATE = 0.1\nEPOCHS = 20\nBATCH_SIZE = 64\n",
                                     "train.py": "import config\n" + TRAIN}, configuration_management="declared"),
    decide("flags alone", {"train.py": "import argparse\nparser = argparse.ArgumentParser()\n"
                           "parser.add_argument('--learning-rate', type=float, default=0.1)\n" + TRAIN},
           configuration_management="declared"),
    decide("a file that training reads", {"params.yaml": "depth: 3\n", "train.py": "import yaml\n" + TRAIN.replace(
        "    rows =", "    params = yaml.safe_load(open('params.yaml'))\n    rows =")}, configuration_management="present"),
    # --- data-ingestion
    decide("preprocessing inside the training script", {"train.py": TRAIN}, data_ingestion="none"),
    decide("preprocessing in a function of its own", STEPS, data_ingestion="present"),
    # --- model-promotion: a metric rule that decides counts as policy
    decide("an alias behind a metric",
           {"evaluate.py": EVALUATE, "gate.py": GATE,
            "promote.py": "import mlflow\nmlflow.MlflowClient().set_registered_model_alias('churn', 'champion', 3)\n",
            CI: workflow("python evaluate.py", "python gate.py", "python promote.py", on=NIGHTLY)},
           model_promotion="enforced", model_validation_gate="enforced"),
    decide("an alias in a scheduled run",
           {"promote.py": "import mlflow\nmlflow.MlflowClient().set_registered_model_alias('churn', 'champion', 3)\n",
            CI: workflow("python promote.py", on=NIGHTLY)}, model_promotion="automated"),
    # --- deploying a model's service counts as a release too; a package does not count as a deployment
    decide("a deployed service",
           {**SERVICE, CI: workflow("gcloud run deploy churn --source . --region europe-west3")},
           deployment_automation="automated", release_automation="automated", online_serving="automated"),
    decide("a published package",
           {"pyproject.toml": '[project]\nname = "x"\nversion = "1"\n', "train.py": TRAIN,
            CI: workflow("python -m build", "uses: pypa/gh-action-pypi-publish@release/v1")},
           release_automation="automated", deployment_automation="none"),
    # --- governance-controls
    decide("a protected environment without visible reviewers",
           {**SERVICE, CI: workflow("gcloud run deploy churn --source .", job="    environment: production\n")},
           governance_controls="present"),
    decide("CODEOWNERS", {".github/CODEOWNERS": "* @acme/risk\n"}, governance_controls="present"),
    # --- continuous-integration
    decide("building without testing", {"Dockerfile": "FROM python:3.11\n", CI: workflow("docker build .")},
           continuous_integration="automated"),
    decide("publishing documentation alone", {"mkdocs.yml": "site_name: x\n", CI: workflow("mkdocs gh-deploy --force")},
           continuous_integration="none"),
    decide("labelling issues alone", {CI: "on: issues\njobs:\n  a:\n    steps:\n      - uses: actions/stale@v9\n"},
           continuous_integration="none"),
    decide("infrastructure plans alone", {"main.tf": 'resource "aws_s3_bucket" "b" {}\n', CI: workflow("terraform plan")},
           infrastructure_as_code="automated"),
    # --- serving-tests and model-behaviour-tests need assertions
    decide("a client script", {"client.py": "import requests\nprint(requests.post('http://localhost:8000/predict', "
                               "json=[[1]]).json())\n", **SERVICE}, serving_tests="declared"),
    decide("an API test", {**SERVICE, "tests/test_api.py": "from fastapi.testclient import TestClient\n"
                           "from serve import app\n\n\ndef test_predict():\n"
                           "    answer = TestClient(app).post('/predict', json=[[1.0]])\n"
                           "    assert answer.status_code == 200\n"}, serving_tests="present"),
    # --- online-serving
    decide("a stubbed endpoint", {"train.py": TRAIN, "api.py": "from fastapi import FastAPI\napp = FastAPI()\n\n\n"
                                  "@app.post('/predict')\ndef predict():\n    return {'prediction': 0.5}\n"},
           online_serving="declared"),
    # --- service-monitoring
    decide("plain log lines", {**SERVICE, "serve.py": SERVE.replace("import joblib\n", "import logging\nimport joblib\n")
                               .replace("    return", "    logging.info('predicting %s rows', len(rows))\n    return")},
           service_monitoring="declared"),
    # --- automation that visibly cannot work
    decide("a make target that does not exist", {"train.py": TRAIN, "Makefile": "data:\n\techo\n",
                                                 CI: workflow("make train", on=NIGHTLY)}, training_code="present"),
    decide("a gate that is always true",
           {"evaluate.py": EVALUATE, "gate.py": GATE.replace("f1 < 0.8", "False and f1 < 0.8"),
            CI: workflow("python evaluate.py", "python gate.py", on=NIGHTLY)}, model_validation_gate="automated"),
    decide("a gate in a step that may fail",
           {"evaluate.py": EVALUATE, "gate.py": GATE, "register.py": REGISTER,
            CI: workflow("python evaluate.py", "python gate.py\n        continue-on-error: true", "python register.py",
                         on=NIGHTLY)},
           model_validation_gate="automated"),
    decide("a gate whose failure is swallowed",
           {"evaluate.py": EVALUATE, "gate.py": GATE, "register.py": REGISTER,
            CI: workflow("python evaluate.py", "python gate.py || true", "python register.py", on=NIGHTLY)},
           model_validation_gate="automated"),
    # --- unit tests that call training code
    decide("a test that trains", {"train.py": TRAIN, "tests/test_train.py": "from train import train\n\n\n"
                                  "def test_train():\n    assert train() is None\n", CI: workflow("pytest")},
           training_code="present", code_testing="automated"),
    # --- LLM applications
    decide("stored traces of a deployed service",
           {"main.py": "from fastapi import FastAPI\nfrom langfuse.openai import OpenAI\n\napp = FastAPI()\n"
                       "client = OpenAI()\n\n\n@app.post('/ask')\ndef ask(question: str) -> str:\n"
                       "    return client.chat.completions.create(model='gpt-4o', messages=[]).choices[0].message.content\n",
            "Dockerfile": 'FROM python:3.11\nCOPY main.py .\nCMD ["uvicorn", "main:app"]\n',
            CI: workflow("gcloud run deploy ask --source .")},
           llm_observability="automated", prediction_logging="automated", deployment_automation="automated"),
    # --- incident-response
    decide("a vulnerability policy", {"SECURITY.md": "# Security policy\n\nReport vulnerabilities to security@example.org.\n"},
           incident_response="declared"),
    decide("a runbook", {"docs/runbook.md": "# Runbook\n\n## The API answers 503\n\nWho is on call pages the platform team. "
                         "Roll back with `kubectl rollout undo deployment/churn`.\n"}, incident_response="present"),
    # --- advice in a document is none
    decide("advice", {"README.md": "# Churn\n\nFuture work: consider MLflow for experiment tracking and DVC for the data.\n"},
           experiment_tracking="none", data_versioning="none"),
    # --- git tags for models
    decide("GTO", {".gto": "types: [model]\n", "artifacts.yaml": "churn:\n  type: model\n  path: model.joblib\n"},
           model_registry="present"),
    # --- a hand-started pipeline's gate
    decide("a check in a hand-started flow",
           {**STEPS, "flow.py": FLOW.replace(
               "@task\ndef train_model", "@task\ndef validate_data(rows):\n    if rows.isna().any().any():\n"
               "        raise ValueError('missing values')\n    return rows\n\n\n@task\ndef train_model").replace(
               "train_model(prepare_data())", "train_model(validate_data(prepare_data()))")},
           data_validation="enforced", training_pipeline="present"),
    # --- a trigger from outside
    decide("repository_dispatch", {**STEPS, "Makefile": MAKEFILE,
                                   CI: workflow("make train", on="\n  repository_dispatch:\n    types: [new-data]")},
           training_pipeline="automated", continuous_training="present", training_code="automated"),
    # --- schedules that are commented out or switched off
    decide("a schedule that is commented out",
           {**STEPS, "Makefile": MAKEFILE,
            CI: workflow("make train", on='\n  workflow_dispatch:\n  # schedule:\n  #   - cron: "0 3 * * *"')},
           continuous_training="present", training_pipeline="present"),
    decide("a paused DAG", dag(more=", is_paused_upon_creation=True"), continuous_training="present",
           training_code="automated"),
    # --- a hand-started flow that decides to retrain
    decide("a flow that measures drift",
           {**STEPS, "flow.py": FLOW.replace("from prepare", "from scipy.stats import ks_2samp\nfrom prepare").replace(
               "@flow\ndef churn():\n    train_model(prepare_data())",
               "@task\ndef drift_detected(old, new) -> bool:\n    return ks_2samp(old['age'], new['age']).pvalue < 0.01\n\n\n"
               "@flow\ndef churn():\n    rows = prepare_data()\n    if drift_detected(pd.read_parquet('old.parquet'), rows):\n"
               "        train_model(rows)")},
           drift_detection="enforced", automated_retraining="present"),
    # --- a retrieval index
    decide("building a retrieval index",
           {"index.py": "from langchain_community.document_loaders import DirectoryLoader\n"
                        "from langchain_community.vectorstores import FAISS\nfrom langchain_openai import OpenAIEmbeddings\n"
                        "\n\ndef build():\n    documents = DirectoryLoader('docs').load()\n"
                        "    FAISS.from_documents(documents, OpenAIEmbeddings()).save_local('index')\n\n\n"
                        "if __name__ == '__main__':\n    build()\n", CI: workflow("python index.py", on=NIGHTLY)},
           data_ingestion="automated", training_pipeline="none", training_code="none"),
    # --- a notebook counts as present at most
    decide("a notebook", {"a.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": ["import wandb\n",
                                                                                            "wandb.log({'a': 1})"]}]})},
           experiment_tracking="present"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "wanted"), DECISIONS)
def test_decision(files: Files, wanted: dict[str, str], assess: Assess) -> None:
    found = assess(files).capabilities
    assert {name: found[name].strength.name for name in wanted} == wanted
