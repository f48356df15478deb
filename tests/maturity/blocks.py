"""Small repositories, built of blocks: a block is what one practice leaves in the files.

Blocks that write to the same file follow each other in it, in the order in which they are given: the first step of a
workflow, then the next one. So `repository(TRAINED_ON_SCHEDULE, GATED)` is a workflow whose second step is a gate.
"""

from __future__ import annotations

from collections.abc import Mapping

Block = Mapping[str, str]

WORKFLOWS = ".github/workflows"
TRAIN = f"{WORKFLOWS}/train.yml"
CI = f"{WORKFLOWS}/ci.yml"
DEPLOY = f"{WORKFLOWS}/deploy.yml"
WATCH = f"{WORKFLOWS}/watch.yml"


def repository(*blocks: Block) -> dict[str, str]:
    """The files of all blocks."""
    files: dict[str, str] = {}
    for block in blocks:
        for path, text in block.items():
            files[path] = files.get(path, "") + text
    return files


def started_by(trigger: str, job: str) -> str:
    """The head of a workflow with one job, to which steps are added."""
    return (
        f"on: {trigger}\njobs:\n  {job}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
    )


def step(command: str) -> str:
    return f"      - run: {command}\n"


# --- training --------------------------------------------------------------------------------------------------------

TRAINED_BY_HAND: Block = {
    "src/train.py": (
        "import joblib\nimport pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n"
        "rows = pd.read_parquet('rows.parquet')\n"
        "model = LogisticRegression().fit(rows.drop(columns='y'), rows.y)\njoblib.dump(model, 'model.joblib')\n"
    ),
    "requirements.txt": "scikit-learn==1.5.0\n",
}
ON_SCHEDULE: Block = {
    TRAIN: started_by("{schedule: [{cron: '0 3 * * 1'}], workflow_dispatch: {}}", "train") + step("python src/train.py")
}
STARTED_BY_A_PERSON: Block = {TRAIN: started_by("workflow_dispatch", "train") + step("python src/train.py")}
ON_PUSH: Block = {TRAIN: started_by("{push: {branches: [main]}}", "train") + step("python src/train.py")}
TRACKED: Block = {
    "src/train.py": "import mlflow\nmlflow.log_metric('rows', len(rows))\n",
    "requirements.txt": "mlflow==2.14.0\n",
}
PREPARED: Block = {
    "src/prepare.py": (
        "import pandas as pd\n\n\ndef prepare(path):\n    return pd.read_csv(path).dropna()\n\n\n"
        "prepare('raw.csv').to_parquet('rows.parquet')\n"
    ),
}
RUN_AS_STAGES: Block = {
    **PREPARED,
    "dvc.yaml": (
        "stages:\n  prepare:\n    cmd: python src/prepare.py\n    deps: [src/prepare.py]\n    outs: [rows.parquet]\n"
        "  train:\n    cmd: python src/train.py\n    deps: [src/train.py, rows.parquet]\n    outs: [model.joblib]\n"
    ),
}
TUNED: Block = {
    "src/tune.py": (
        "import optuna\nfrom train import fit\nstudy = optuna.create_study()\n"
        "study.optimize(lambda trial: fit(trial.suggest_float('c', 0.1, 10)), n_trials=20)\n"
    ),
    TRAIN: step("python src/tune.py"),
}

# --- checks of data and models ---------------------------------------------------------------------------------------

EVALUATED_BY_HAND: Block = {
    "src/evaluate.py": (
        "import json\nimport joblib\nimport pandas as pd\nfrom sklearn.metrics import f1_score\n"
        "held_out = pd.read_parquet('held_out.parquet')\nmodel = joblib.load('model.joblib')\n"
        "score = f1_score(held_out.y, model.predict(held_out.drop(columns='y')))\n"
        "json.dump({'f1': score}, open('metrics.json', 'w'))\n"
    ),
}
EVALUATED: Block = {**EVALUATED_BY_HAND, TRAIN: step("python src/evaluate.py")}
GATED: Block = {
    "src/gate.py": (
        "import json\nimport sys\nmetrics = json.load(open('metrics.json'))\n"
        "if metrics['f1'] < 0.8:\n    sys.exit('f1 score is too low to register the model')\n"
    ),
    TRAIN: step("python src/gate.py"),
}
GATED_BY_HAND: Block = {"src/gate.py": GATED["src/gate.py"]}
DATA_CHECKED: Block = {
    "src/check.py": (
        "import pandas as pd\nimport pandera as pa\n"
        "schema = pa.DataFrameSchema({'age': pa.Column(int, pa.Check.in_range(0, 120))})\n"
        "schema.validate(pd.read_parquet('rows.parquet'))\n"
    ),
    TRAIN: step("python src/check.py"),
}
DATA_CHECKED_BY_HAND: Block = {"src/check.py": DATA_CHECKED["src/check.py"]}
SLICED: Block = {
    "src/slices.py": (
        "import joblib\nimport pandas as pd\nfrom fairlearn.metrics import MetricFrame\nfrom sklearn.metrics import f1_score\n"
        "held_out = pd.read_parquet('held_out.parquet')\nanswers = joblib.load('model.joblib').predict(held_out)\n"
        "print(MetricFrame(metrics=f1_score, y_true=held_out.y, y_pred=answers, sensitive_features=held_out.age).by_group)\n"
    ),
    TRAIN: step("python src/slices.py"),
}

# --- code ------------------------------------------------------------------------------------------------------------

BUILT: Block = {CI: started_by("{push: {}, pull_request: {}}", "build") + step("python -m build")}
TESTED: Block = {
    CI: started_by("{push: {}, pull_request: {}}", "test") + step("pytest"),
    "tests/test_rows.py": "def test_rows():\n    assert sum([1, 2]) == 3\n",
}
DEPENDENCIES_WATCHED: Block = {
    ".github/dependabot.yml": "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    schedule: {interval: weekly}\n",
}

# --- models that are kept and delivered ------------------------------------------------------------------------------

REGISTERED: Block = {
    "src/register.py": "import mlflow\nmlflow.register_model('runs:/last/model', 'churn')\n",
    TRAIN: step("python src/register.py"),
}
REGISTERED_BY_HAND: Block = {"src/register.py": REGISTERED["src/register.py"]}
REGISTERED_WHERE_TRAINED: Block = {"src/train.py": REGISTERED["src/register.py"]}
SERVED: Block = {
    "app.py": (
        "import joblib\nimport pandas as pd\nfrom fastapi import FastAPI\n"
        "app = FastAPI()\nmodel = joblib.load('model.joblib')\n\n\n"
        "@app.post('/predict')\ndef predict(row: dict):\n"
        "    return {'y': float(model.predict(pd.DataFrame([row]))[0])}\n"
    ),
    "Dockerfile": (
        "FROM python:3.11\nCOPY . .\nRUN pip install -r requirements.txt\nCMD uvicorn app:app --host 0.0.0.0\n"
    ),
}
DEPLOYED: Block = {
    **SERVED,
    DEPLOY: (
        started_by("{push: {branches: [main]}}", "deploy")
        + step("gcloud run deploy scorer --source . --region europe-west3")
    ),
}
DEPLOYED_AFTER_TRAINING: Block = {**SERVED, TRAIN: step("gcloud run deploy scorer --source . --region europe-west3")}
SCORED_IN_BATCHES: Block = {
    "src/score.py": (
        "import joblib\nimport pandas as pd\nmodel = joblib.load('model.joblib')\nrows = pd.read_parquet('new.parquet')\n"
        "rows['y'] = model.predict(rows)\nrows.to_parquet('scored.parquet')\n"
    ),
}
REVERSIBLE: Block = {DEPLOY: step("helm upgrade --install scorer chart --atomic")}
IN_STEPS: Block = {DEPLOY: step("gcloud run services update-traffic scorer --to-revisions=new=10,old=90")}
FEATURES_STORED: Block = {
    "features.py": "from feast import Entity, FeatureView\nview = FeatureView(name='usage', entities=[], schema=[])\n",
    TRAIN: step("feast materialize-incremental $(date)"),
}

# --- production ------------------------------------------------------------------------------------------------------

METRICS: Block = {
    "app.py": (
        "from prometheus_fastapi_instrumentator import Instrumentator\nInstrumentator().instrument(app).expose(app)\n"
    ),
}
LOGGED: Block = {
    "app.py": (
        "import sqlite3\n\n\n@app.post('/score')\ndef score(row: dict):\n"
        "    prediction = model.predict(pd.DataFrame([row]))\n"
        "    sqlite3.connect('p.db').execute('INSERT INTO predictions VALUES (?, ?)', (str(row), float(prediction[0])))\n"
        "    return {'y': float(prediction[0])}\n"
    ),
}
WATCHED: Block = {
    WATCH: started_by("{schedule: [{cron: '0 5 * * *'}]}", "watch") + step("python src/drift.py"),
    "src/drift.py": (
        "import os\nimport pandas as pd\nfrom evidently.metric_preset import DataDriftPreset\nfrom evidently.report import Report\n"
        "report = Report(metrics=[DataDriftPreset()])\n"
        "report.run(reference_data=pd.read_parquet('rows.parquet'), current_data=pd.read_parquet('live.parquet'))\n"
        "drift = report.as_dict()['metrics'][0]['result']['dataset_drift']\n"
        "open(os.environ['GITHUB_OUTPUT'], 'a').write(f'drift={str(drift).lower()}')\n"
    ),
}
WATCHED_BY_HAND: Block = {"src/drift.py": WATCHED["src/drift.py"]}
RETRAINED_ON_DRIFT: Block = {
    WATCH: (
        "        id: drift\n      - if: steps.drift.outputs.drift == 'true'\n        run: gh workflow run train.yml\n"
    ),
}
ALERTED: Block = {
    WATCH: "      - if: failure()\n        uses: slackapi/slack-github-action@v1\n        with: {payload: 'the watch failed'}\n"
}

# --- language models -------------------------------------------------------------------------------------------------

ANSWERS: Block = {
    "app.py": (
        "from fastapi import FastAPI\nfrom openai import OpenAI\n\napp = FastAPI()\nclient = OpenAI()\n\n\n"
        "@app.post('/answer')\ndef answer(question: str) -> str:\n"
        "    messages = [{'role': 'user', 'content': question}]\n"
        "    return client.chat.completions.create(model='gpt-4o-mini', messages=messages).choices[0].message.content\n"
    ),
    "requirements.txt": "fastapi==0.110\nopenai==1.30\n",
}
ANSWERS_DEPLOYED: Block = {
    "Dockerfile": "FROM python:3.11\nCOPY . .\nRUN pip install -r requirements.txt\nCMD uvicorn app:app --host 0.0.0.0\n",
    DEPLOY: (
        started_by("{push: {branches: [main]}}", "deploy")
        + step("gcloud run deploy assistant --source . --region europe-west3")
    ),
}
ANSWERS_EVALUATED_BY_HAND: Block = {
    "promptfooconfig.yaml": (
        "prompts: ['Answer: {{question}}']\nproviders: ['openai:gpt-4o-mini']\n"
        "tests:\n  - vars: {question: how long}\n    assert: [{type: llm-rubric, value: names the months}]\n"
    ),
}
ANSWERS_EVALUATED: Block = {
    **ANSWERS_EVALUATED_BY_HAND,
    CI: started_by("{push: {}, pull_request: {}}", "eval") + step("npx promptfoo eval --config promptfooconfig.yaml"),
}
TRACED: Block = {"app.py": "from langfuse.openai import OpenAI as Traced\nclient = Traced()\n"}
GUARDED: Block = {
    "app.py": (
        "from llm_guard import scan_prompt\nfrom llm_guard.input_scanners import Toxicity\n\n\n"
        "@app.post('/safe')\ndef safe(question: str) -> str:\n"
        "    clean, valid, _ = scan_prompt([Toxicity()], question)\n    return answer(clean)\n"
    ),
}
PROMPTS_APART: Block = {
    "app.py": "from langfuse import get_client\nPROMPT = get_client().get_prompt('answer', label='production')\n",
}
ALERTED_FROM_SERVICE: Block = {
    "alerts.yml": (
        "groups:\n  - name: assistant\n    rules:\n      - alert: Slow\n        expr: latency_seconds > 5\n        for: 5m\n"
    ),
}
