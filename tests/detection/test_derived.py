"""Practices that follow from how the parts hang together: images, services, builds, chains of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

SERVE = "import joblib\nfrom flask import Flask\napp = Flask(__name__)\nmodel = joblib.load('model.joblib')\n@app.post('/predict')\ndef predict():\n    return str(model.predict([[1]])[0])\n"
TRAIN = (
    "import joblib\nfrom sklearn.svm import SVC\ndef train(x, y):\n    joblib.dump(SVC().fit(x, y), 'model.joblib')\n"
)
PREPARE = "import pandas as pd\ndef load_data():\n    return pd.read_csv('raw.csv')\n"
PIPELINE = "from prepare import load_data\nfrom train import train\nclass TrainingPipeline:\n    def first(self):\n        return load_data()\n    def second(self, rows):\n        train(rows, rows)\n    def run(self):\n        self.second(self.first())\n"  # fmt: skip
IMAGE = 'FROM python:3.11\nCOPY src/serve.py .\nCMD ["python", "serve.py"]\n'
STEPS = {"prepare.py": PREPARE, "train.py": TRAIN, "pipeline.py": PIPELINE}
CI = ".github/workflows/ci.yml"


def workflow(command: str) -> str:
    return f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {command}\n"


@pytest.mark.parametrize(
    ("files", "strength"),
    [
        pytest.param({"Dockerfile": IMAGE, "src/serve.py": SERVE}, "present", id="what an image copies and runs by its name"),
        pytest.param({"Dockerfile": "FROM python:3.11\nCOPY . .\n", "serve.py": SERVE,
                      "compose.yml": "services:\n  api:\n    build: .\n    command: python serve.py\n"},
                     "present", id="an image that a compose file gives its command"),
        pytest.param({"Makefile": "run:\n\tpython serve.py\n", "serve.py": SERVE}, "none", id="a target called run"),
    ],
)  # fmt: skip
def test_model_packaging(files: dict[str, str], strength: str, assess: Assess) -> None:
    assert assess(files).capabilities["model-packaging"].strength.name == strength


def test_what_a_platform_deploys_after_each_push_is_served(assess: Assess) -> None:
    blueprint = "services:\n  - type: web\n    name: api\n    startCommand: gunicorn serve:app\n"
    found = assess({"serve.py": SERVE, "render.yaml": blueprint}).capabilities
    assert found["online-serving"].strength.name == "automated"


def test_what_a_shell_on_the_serving_machine_starts_is_served(assess: Assess) -> None:
    found = assess(
        {"serve.py": SERVE, CI: workflow('ssh $USER@$HOST "cd app && nohup python serve.py &"')}
    ).capabilities
    assert found["online-serving"].strength.name == "automated"


def test_a_build_file_of_a_cloud_runs_its_steps_when_it_is_submitted(assess: Assess) -> None:
    build = "steps:\n  - name: gcr.io/cloud-builders/docker\n    args: [build, -t, x, .]\n"
    found = assess({"Dockerfile": IMAGE, "src/serve.py": SERVE, "cloudbuild.yaml": build}).capabilities
    assert {name: found[name].strength.name for name in ("model-packaging", "continuous-integration")} == {
        "model-packaging": "automated",
        "continuous-integration": "present",
    }


SWITCH = "import sys\nfrom prepare import load_data\nfrom train import train\ndef main(mode):\n    if mode == 'train':\n        train(1, 1)\n    elif mode == 'prepare':\n        load_data()\nif __name__ == '__main__':\n    main(sys.argv[1])\n"  # fmt: skip
# two conditions on one word exclude each other as `elif` does; both hold where each takes a word that the other takes
BOTH = SWITCH.replace("elif", "if").replace("== 'train'", "in ('train', 'all')").replace("== 'prepare'", "in ('prepare', 'all')")  # fmt: skip


@pytest.mark.parametrize(("main", "strength"), [(SWITCH, "none"), (BOTH, "present")], ids=["one or the other", "both"])
def test_a_switch_between_modes_is_no_chain(main: str, strength: str, assess: Assess) -> None:
    found = assess({"prepare.py": PREPARE, "train.py": TRAIN, "main.py": main}).capabilities
    assert found["training-pipeline"].strength.name == strength


@pytest.mark.parametrize(
    ("files", "strength"),
    [
        pytest.param({}, "present", id="a class whose methods are the steps"),
        pytest.param({CI: workflow("python -c 'from pipeline import TrainingPipeline; TrainingPipeline().run()'")},
                     "automated", id="code on a command line starts it"),
        pytest.param({"Dockerfile": IMAGE, "src/serve.py": SERVE + "@app.post('/train')\ndef again():\n    from pipeline import TrainingPipeline\n    TrainingPipeline().run()\n",
                      CI: workflow("docker build -t x . && ssh me@host docker run x")}, "present", id="a route of the deployed service"),
    ],
)  # fmt: skip
def test_training_pipeline(files: dict[str, str], strength: str, assess: Assess) -> None:
    assert assess({**STEPS, **files}).capabilities["training-pipeline"].strength.name == strength


def test_a_script_is_known_by_its_name_where_an_image_runs_it(assess: Assess) -> None:
    flow = "from kfp import dsl\ndef fit():\n    return dsl.ContainerOp(name='t', image='me/train', command=['python', 'fit.py'])\n@dsl.pipeline(name='p')\ndef flow():\n    fit()\n"  # fmt: skip
    files = {"flow.py": flow, "parts/train/src/fit.py": TRAIN + "if __name__ == '__main__':\n    train(1, 2)\n"}
    assert assess(files).capabilities["training-code"].strength.name == "automated"


@pytest.mark.parametrize(
    ("test", "strength"),
    [
        ("import model\ndef test_loads():\n    assert model.load() is not None\n", "automated"),
        ("import model\nfor row in model.rows():\n    print(model.predict(row))\n", "none"),
    ],
)
def test_a_file_called_test_counts_with_test_functions_alone(test: str, strength: str, assess: Assess) -> None:
    found = assess({"test.py": test, CI: workflow("pytest test.py")})
    assert found.capabilities["code-testing"].strength.name == strength


@pytest.mark.parametrize(
    ("helper", "runs"),
    [("e2e/answers.ts", False), ("e2e/answers.test.ts", True)],
    ids=["a helper of the tests", "a file of tests"],
)
def test_code_that_imports_what_lies_among_tests_runs_none(helper: str, runs: bool, assess: Assess) -> None:
    name = helper.removesuffix(".ts")
    files = {
        "server.ts": f"import {{ canned }} from './{name}';\nexport function answer() {{ return canned(); }}\nanswer();\n",
        helper: "export function canned() { return 'yes'; }\n",
        "package.json": '{"name": "a", "scripts": {"start": "node server.ts"}}',
        ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: npm start}]\n",
        "fit.py": "from sklearn.svm import SVC\nSVC().fit([[0]], [0])\n",
    }
    rows = assess(files).capabilities["continuous-integration"].evidence
    assert any(row.says == "runs tests" for row in rows) == runs


@pytest.mark.parametrize(
    ("needs", "strength"),
    [
        pytest.param("    needs: test\n", "enforced", id="what ships waits for the tests"),
        pytest.param("", "automated", id="what ships waits for nothing"),
    ],
)
def test_continuous_integration_that_only_tests(needs: str, strength: str, assess: Assess) -> None:
    flow = (
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n"
        f"  ship:\n    runs-on: ubuntu-latest\n{needs}    steps:\n      - run: kubectl apply -f k8s/\n"
    )
    tests = "from model import load\ndef test_loads():\n    assert load() is not None\n"
    found = assess({"model.py": "def load():\n    return 1\n", "tests/test_model.py": tests, CI: flow}).capabilities
    assert found["continuous-integration"].strength.name == strength


JUDGE = "import sys\nfrom register import promote\ndef main(f1):\n{}\nif __name__ == '__main__':\n    main(float(sys.argv[1]))\n"
REGISTER = (
    "import mlflow\ndef promote():\n    mlflow.MlflowClient().set_registered_model_alias('churn', 'champion', '3')\n"
)


@pytest.mark.parametrize(
    ("body", "strength"),
    [
        pytest.param("    if f1 < 0.8:\n        sys.exit(1)\n    promote()", "enforced", id="a gate above the call"),
        pytest.param(
            "    promote()\n    if f1 < 0.8:\n        sys.exit(1)", "automated", id="a gate that comes too late"
        ),
    ],
)
def test_a_gate_in_what_leads_to_a_promotion(body: str, strength: str, assess: Assess) -> None:
    found = assess({"judge.py": JUDGE.format(body), "register.py": REGISTER, CI: workflow("python judge.py 0.9")})
    assert found.capabilities["model-promotion"].strength.name == strength


DRIFT = "from scipy.stats import ks_2samp\nfrom train import retrain_model\ndef check(reference, current):\n    drift_score = ks_2samp(reference, current).statistic\n    if drift_score > 0.2:\n        retrain_model()\ncheck(1, 2)\n"


@pytest.mark.parametrize(
    ("after", "strength"),
    [
        pytest.param("    if f1 > 0.8:\n        promote()\n", "enforced", id="a gate before the new model is used"),
        pytest.param("    promote()\n", "automated", id="whatever comes out is used"),
    ],
)
def test_retraining_on_drift(after: str, strength: str, assess: Assess) -> None:
    train = (
        "from sklearn.svm import SVC\nfrom sklearn.metrics import f1_score\nfrom register import promote\n"
        "def retrain_model(x=0, y=0):\n    model = SVC().fit(x, y)\n    f1 = f1_score(y, model.predict(x))\n" + after
    )
    nightly = workflow("python drift.py").replace("on: push", "on:\n  schedule: [{cron: '0 3 * * *'}]")
    found = assess({"drift.py": DRIFT, "train.py": train, "register.py": REGISTER, CI: nightly}).capabilities
    assert found["automated-retraining"].strength.name == strength


def test_a_job_that_is_submitted_runs_the_image_that_is_built_under_its_name(assess: Assess) -> None:
    files = {
        ".github/workflows/train.yml": (
            "on: push\njobs:\n  t:\n    steps:\n"
            "      - run: docker build -t eu.pkg.dev/me/trainer:latest -f train.dockerfile .\n"
            "      - run: gcloud ai custom-jobs create --region=eu --config=job.yaml\n"
        ),
        "job.yaml": "workerPoolSpecs:\n  replicaCount: 1\n  containerSpec:\n    imageUri: eu.pkg.dev/me/trainer\n",
        "train.dockerfile": "FROM python:3.11\nCOPY . .\nENTRYPOINT [python, train.py]\n".replace(
            "[python, train.py]", '["python", "train.py"]'
        ),
        "train.py": "from sklearn.svm import SVC\nSVC().fit(x, y)\n",
    }
    assert assess(files).capabilities["training-code"].strength.name == "automated"


DEPLOY_JOB = """\
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{run: pytest}]
  deploy:
    needs: test
    runs-on: ubuntu-latest
    environment: ENVIRONMENT
    steps:
      - run: |
          echo "Deploying"
          COMMAND
"""


@pytest.mark.parametrize(
    ("environment", "command", "strength"),
    [
        ("production", "./cloud-cli container modify --name web --image web:1", "enforced"),
        ("production", "acme deploy web", "enforced"),
        ("production", "echo deploy", "declared"),
        ("github-pages", "acme deploy web", "none"),
    ],
)
def test_a_job_that_says_it_deploys(environment: str, command: str, strength: str, assess: Assess) -> None:
    text = DEPLOY_JOB.replace("ENVIRONMENT", environment).replace("COMMAND", command)
    files = {CI: text, "tests/test_a.py": "def test_a():\n    assert 1\n", "Dockerfile": IMAGE, "src/serve.py": SERVE}
    assert assess(files).capabilities["release-automation"].strength.name == strength


def test_tests_of_a_javascript_api_run_where_their_runner_is_called(assess: Assess) -> None:
    files = {
        "package.json": '{"scripts": {"test": "vitest run"}}',
        "src/app.ts": "import OpenAI from 'openai'\nimport { Langfuse } from 'langfuse'\nconst l = new Langfuse()\nnew OpenAI().chat.completions.create({})\n",
        "src/app.test.ts": "import { app } from './app'\nit('answers', async () => {\n  const res = await request(app).post('/chat')\n  expect(res.status).toBe(200)\n})\n",
        CI: workflow("npm test"),
    }
    found = {name: result.strength.name for name, result in assess(files).capabilities.items()}
    assert found["serving-tests"] == "automated"
    assert found["llm-observability"] in ("none", "declared", "present")


CLOCK = "import schedule\nfrom train import train\nschedule.every().day.at('02:00').do(train)\nwhile True:\n    schedule.run_pending()\n"
NIGHTLY = "services:\n  nightly:\n    build: .\n    command: python clock.py\n"


@pytest.mark.parametrize(
    ("files", "strength"),
    [
        pytest.param({"compose.yaml": NIGHTLY, "clock.py": CLOCK}, "automated", id="a container that only waits"),
        pytest.param({"clock.py": CLOCK}, "present", id="a program that a person starts"),
        pytest.param({"compose.yaml": NIGHTLY, "clock.py": SERVE + CLOCK}, "present", id="within a web application"),
    ],
)
def test_a_clock_of_a_program(files: dict[str, str], strength: str, assess: Assess) -> None:
    found = assess({"Dockerfile": "FROM python:3.11\nCOPY . .\n", "train.py": TRAIN, **files}).capabilities
    assert found["continuous-training"].strength.name == strength


def test_an_image_in_a_folder_runs_what_it_copies_from_there(assess: Assess) -> None:
    image = 'FROM python:3.11\nCOPY app/serve.py /opt/serve.py\nCMD ["python", "/opt/serve.py"]\n'
    found = assess({"web/Dockerfile": image, "web/app/serve.py": SERVE}).capabilities
    assert found["model-packaging"].strength.name == "present"


def test_the_image_of_a_function_service_runs_its_handler(assess: Assess) -> None:
    image = 'FROM public.ecr.aws/lambda/python:3.12\nCOPY scorer.py .\nCMD ["scorer.handle"]\n'
    scorer = "import joblib\nmodel = joblib.load('m')\ndef handle(event, context):\n    return model.predict([event])\n"
    found = assess({"Dockerfile": image, "scorer.py": scorer}).capabilities
    assert found["model-packaging"].strength.name == "present"


def test_a_drift_that_a_later_step_reads_from_a_file_starts_a_training(assess: Assess) -> None:
    look = "import json\nfrom scipy.stats import ks_2samp\ndef check_drift(reference, current):\n    json.dump({'drift': bool(ks_2samp(reference, current).pvalue < 0.05)}, open('d.json', 'w'))\ncheck_drift(load(0), load(1))\n"
    again = "import json\nfrom train import train\ndef should_retrain():\n    # the drift decides\n    return json.load(open('d.json'))['drift']\nif should_retrain():\n    train(load(0), load(1))\n"
    daily = "on:\n  schedule: [{cron: '0 3 * * *'}]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python look.py\n"
    files = {"train.py": TRAIN, "look.py": look, "again.py": again}
    with_loop = assess({**files, CI: daily + "      - run: python again.py\n"}).capabilities
    assert with_loop["drift-detection"].strength.name == "enforced"
    assert assess({**files, CI: daily}).capabilities["drift-detection"].strength.name == "automated"


@pytest.mark.parametrize(
    ("files", "command", "strength"),
    [
        ({"go.mod": "module m\n", "go.sum": "a v1 h1:x\n"}, "go test ./...", "automated"),
        ({"Cargo.toml": '[package]\nname = "m"\n', "Cargo.lock": "version = 3\n"}, "cargo build", "automated"),
        ({"Cargo.toml": '[package]\nname = "m"\n', "Cargo.lock": "version = 3\n"}, "cargo test --locked", "enforced"),
        ({"go.mod": "module m\n", "go.sum": "a v1 h1:x\n"}, "go version", "present"),
    ],
)
def test_what_builds_from_the_lock_of_a_compiled_language(
    files: dict[str, str], command: str, strength: str, assess: Assess
) -> None:
    found = assess({**files, CI: workflow(command)}).capabilities
    assert found["environment-definition"].strength.name == strength


RUN_DETACHED = "on: push\njobs:\n  JOB:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t me/api .\n      - run: COMMAND\n"


@pytest.mark.parametrize(
    ("job", "command", "strength"),
    [
        ("deploy-api", "docker run -d -p 80:80 me/api", "automated"),
        ("deploy-api", "docker run --rm me/api", "none"),
        ("try-out", "docker run -d -p 80:80 me/api", "none"),
    ],
)
def test_a_job_that_says_it_deploys_leaves_a_container_running(
    job: str, command: str, strength: str, assess: Assess
) -> None:
    text = RUN_DETACHED.replace("JOB", job).replace("COMMAND", command)
    found = assess({CI: text, "Dockerfile": IMAGE, "src/serve.py": SERVE}).capabilities
    assert found["deployment-automation"].strength.name == strength


@pytest.mark.parametrize(
    ("command", "strength"),
    [
        ("docker run --rm -e SHA ghcr.io/me/trainer:latest", "automated"),
        ("docker run --rm ghcr.io/me/trainer:latest ls", "present"),
        ("docker run --rm postgres", "present"),
    ],
)
def test_a_container_that_ci_runs_does_what_its_image_says(command: str, strength: str, assess: Assess) -> None:
    files = {
        CI: f"on: push\njobs:\n  t:\n    steps:\n      - run: docker build -t ghcr.io/me/trainer .\n      - run: {command}\n",
        "Dockerfile": "FROM python:3.12\nCOPY . .\nENTRYPOINT python train.py\n",
        "train.py": "from sklearn.svm import SVC\nSVC().fit(x, y)\n",
    }
    assert assess(files).capabilities["training-code"].strength.name == strength


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec: {template: {spec: {containers: [{name: api, image: "me/api:1"}]}}}
"""
CHART = {
    "chart/Chart.yaml": "name: api\n",
    "chart/values.yaml": "image:\n  repository: me/api\n",
    "chart/templates/api.yaml": DEPLOYMENT.replace('"me/api:1"', '"{{ .Values.image.repository }}:1"')
    + "{{- range .Values.more }}\n  {{ . }}: {{ }\n{{- end }}\n",
}
MEASURED = {
    "Dockerfile": "FROM python:3.12\nCOPY . .\nCMD uvicorn serve:app\n",
    "Dockerfile.tools": "FROM python:3.12\nCMD ls\n",
    "serve.py": "import joblib\nfrom fastapi import FastAPI\nfrom prometheus_client import Counter\n"
    "model = joblib.load('m.joblib')\nCOUNT = Counter('n', 'n')\napp = FastAPI()\n@app.post('/predict')\n"
    "def predict(x: dict):\n    return model.predict([x])\n",
}


@pytest.mark.parametrize(
    ("manifests", "command", "strength"),
    [
        ({"k8s/api.yaml": DEPLOYMENT}, "kubectl apply -f k8s", "automated"),
        ({"k8s/api.yaml": DEPLOYMENT}, "kubectl get pods", "present"),
        (CHART, "helm upgrade --install api ./chart", "automated"),
        (CHART, "helm lint ./chart", "present"),
    ],
)
def test_a_workload_that_is_applied_runs_its_image_as_deployed(
    manifests: dict[str, str], command: str, strength: str, assess: Assess
) -> None:
    ci = f"on: push\njobs:\n  t:\n    steps:\n      - run: docker build -t me/api .\n      - run: {command}\n"
    found = assess({CI: ci, **manifests, **MEASURED}).capabilities
    assert found["service-monitoring"].strength.name == strength


@pytest.mark.parametrize(
    ("readme", "strength"),
    [
        ("---\ntitle: a\nsdk: gradio\napp_file: src/demo.py\n---\n# A\n", "automated"),
        ("---\ntitle: a\nsdk: gradio\napp_file: src/other.py\n---\n# A\n", "present"),
        ("# A\n", "present"),
    ],
)
def test_a_space_runs_the_program_that_its_readme_names(readme: str, strength: str, assess: Assess) -> None:
    files = {
        CI: "on: push\njobs:\n  s:\n    steps:\n      - run: git push https://me:$T@huggingface.co/spaces/me/a main\n",
        "README.md": readme,
        "src/demo.py": "import gradio as gr\nimport joblib\nmodel = joblib.load('m.joblib')\n"
        "def ask(x):\n    return model.predict([x])\ngr.Interface(ask, 'text', 'text').launch()\n",
    }
    assert assess(files).capabilities["online-serving"].strength.name == strength


RULES = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: slow}
spec: {groups: [{name: a, rules: [{alert: Slow, expr: latency > 1}]}]}
"""


@pytest.mark.parametrize(
    ("listed", "strength"), [("  - rules.yaml\n", "automated"), ("  - api.yaml\n  # - rules.yaml\n", "present")]
)
def test_a_list_of_manifests_says_what_is_applied(listed: str, strength: str, assess: Assess) -> None:
    files = {
        "argocd/app.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n"
        "spec: {source: {repoURL: 'https://x/y.git', path: k8s}, syncPolicy: {automated: {prune: true}}}\n",
        "k8s/kustomization.yaml": f"kind: Kustomization\nresources:\n{listed}",
        "k8s/rules.yaml": RULES,
        "k8s/api.yaml": DEPLOYMENT,
    }
    assert assess(files).capabilities["alerting"].strength.name == strength


@pytest.mark.parametrize(("command", "strength"), [("python deploy.py", "automated"), ("ls", "present")])
def test_what_a_program_sets_up_beside_the_deployment(command: str, strength: str, assess: Assess) -> None:
    files = {
        CI: f"on: push\njobs:\n  d:\n    steps:\n      - run: {command}\n",
        "deploy.py": "import boto3\nsm = boto3.client('sagemaker')\n"
        "sm.create_endpoint_config(EndpointConfigName='c', DataCaptureConfig={'EnableCapture': True})\n"
        "sm.update_endpoint(EndpointName='e', EndpointConfigName='c')\n",
    }
    assert assess(files).capabilities["prediction-logging"].strength.name == strength


@pytest.mark.parametrize(("verb", "strength"), [("apply -auto-approve", "automated"), ("plan", "present")])
def test_infrastructure_that_ci_applies_runs_as_deployed(verb: str, strength: str, assess: Assess) -> None:
    files = {
        CI: f"on: push\njobs:\n  i:\n    steps:\n      - run: cd infra && terraform {verb}\n",
        "infra/alarm.tf": 'resource "aws_cloudwatch_metric_alarm" "slow" {\n  alarm_name = "slow"\n}\n',
        "train.py": "from sklearn.svm import SVC\nSVC().fit(x, y)\n",
    }
    assert assess(files).capabilities["service-monitoring"].strength.name == strength


PENDING = (
    "import boto3\nsm = boto3.client('sagemaker')\n"
    "sm.create_model_package(ModelPackageGroupName='g', ModelApprovalStatus='PendingManualApproval')\n"
)
TAKE = "import boto3\nboto3.client('sagemaker').list_model_packages(ModelApprovalStatus='Approved')\n"
APPROVE = "import boto3\nboto3.client('sagemaker').update_model_package(ModelApprovalStatus='Approved')\n"


@pytest.mark.parametrize(
    ("command", "strength"),
    [
        ("python register.py", "present"),  # nothing asks whether it is approved
        ("python register.py && python take.py", "enforced"),
        ("python register.py && python approve.py && python take.py", "none"),  # nobody is waited for
    ],
)
def test_a_model_that_is_pending_waits_for_a_person_only_where_its_approval_is_asked_for(
    command: str, strength: str, assess: Assess
) -> None:
    files = {CI: workflow(command), "register.py": PENDING, "take.py": TAKE, "approve.py": APPROVE}
    assert assess(files).capabilities["governance-controls"].strength.name == strength


SMOKE = "import sys\nfrom client import Client\nif not Client(url=sys.argv[1]).complete('hi'):\n    sys.exit(1)\n"
STEPS_OF_ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: deploy}
spec:
  schedule: "0 3 * * *"
  workflowSpec:
    entrypoint: all
    templates:
      - name: all
        steps:
          - - name: smoke
              template: smoke
      - name: smoke
        container:
          image: registry/tools:1
          command: [python, /scripts/steps/NAME]
"""


@pytest.mark.parametrize(
    ("name", "strength"),
    [("smoke_test.py", "automated"), ("load_test.py", "present")],
    ids=["a program whose name is that of a test", "a program that is not there"],
)
def test_a_step_runs_a_program_that_is_called_like_a_test(name: str, strength: str, assess: Assess) -> None:
    files = {
        "serve.py": SERVE,
        "deploy/steps/smoke_test.py": SMOKE,
        "Dockerfile.tools": "FROM python:3.11\nCOPY deploy/ /scripts/\n",
        "flows/deploy.yaml": STEPS_OF_ARGO.replace("NAME", name),
    }
    assert assess(files).capabilities["serving-tests"].strength.name == strength


@pytest.mark.parametrize(
    ("own", "strength"),
    [
        ("if __name__ == '__main__':\n    test()\n", "none"),
        ("from kfp.components import create_component_from_func\nstep = create_component_from_func(test)\n", "none"),
        ("", "present"),
    ],
)
def test_an_evaluation_that_is_called_test(own: str, strength: str, assess: Assess) -> None:
    program = f"def test(rows=()):\n    assert len(rows) == 0, 'no rows are left for the test'\n{own}"
    assert assess({"test_forecast.py": program}).capabilities["code-testing"].strength.name == strength


@pytest.mark.parametrize(("command", "strength"), [("", "automated"), (" --dry-run=server", "none")])
def test_what_only_shows_what_it_would_do_ships_nothing(command: str, strength: str, assess: Assess) -> None:
    found = assess({CI: workflow(f"kubectl apply -k app{command}"), "app/kustomization.yaml": "resources: []\n"})
    assert found.capabilities["release-automation"].strength.name == strength


CHAT = (
    "import openai\ndef clean(words):\n    return openai.moderations.create(input=words)\n"
    "def answer(words):\n    return openai.chat.completions.create(messages=[clean(words)])\n"
)
ASKS = "from chat import answer\nprint(answer('hello'))\n"


@pytest.mark.parametrize(
    ("on", "strength"),
    [
        ("{schedule: [{cron: '0 3 * * *'}]}", "automated"),
        ("{pull_request: , schedule: [{cron: '0 3 * * *'}]}", "present"),
    ],
)
def test_a_nightly_check_runs_no_service(on: str, strength: str, assess: Assess) -> None:
    nightly = workflow("python ask.py").replace("on: push", f"on: {on}")
    found = assess({"chat.py": CHAT, "ask.py": ASKS, CI: nightly}).capabilities
    assert found["llm-guardrails"].strength.name == strength


@pytest.mark.parametrize(("others", "strength"), [(5, "declared"), (120, "none")])
def test_a_list_of_all_that_was_installed_declares_nothing(others: int, strength: str, assess: Assess) -> None:
    names = "".join(f"other-{number}==1.0.{number}\n" for number in range(others))
    found = assess({"requirements.txt": f"black==24.1.0\n{names}", "app.py": "print(1)\n"}).capabilities
    assert found["code-quality-checks"].strength.name == strength


LOOP = (
    "from fastapi import FastAPI\nfrom train import train\nfrom watch import drift\napp = FastAPI()\n"
    "def retrain_if_needed():\n    drift_detected = drift()\n    if drift_detected:\n        train(1, 2)\n"
)


@pytest.mark.parametrize(
    ("asked", "strength"),
    [
        ("@app.post('/retrain')\ndef ask():\n    retrain_if_needed()\n", "present"),
        ("retrain_if_needed()\n", "automated"),
    ],
)
def test_what_somebody_asks_a_service_for_does_not_come_by_itself(asked: str, strength: str, assess: Assess) -> None:
    image = 'FROM python:3.11\nCOPY . .\nCMD ["uvicorn", "app:app"]\n'
    deploy = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: gcloud run deploy api --source .\n"
    watch = "from scipy.stats import ks_2samp\ndef drift():\n    return ks_2samp([1], [2]).pvalue < 0.05\n"
    files = {"app.py": LOOP + asked, "train.py": TRAIN, "watch.py": watch, "Dockerfile": image, CI: deploy}
    assert assess(files).capabilities["automated-retraining"].strength.name == strength
