"""Kinds that texts name: for each a small repository that has it, and one that nearly has it and must not be accused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlripe.catalog import load

if TYPE_CHECKING:
    from mlripe.assessment import Assessment
    from tests.conftest import Assess

Files = dict[str, str]

TRAIN = (
    "import pandas as pd\nfrom sklearn.linear_model import Ridge\n\n\ndef train(table):\n"
    "    return Ridge().fit(table[['a']], table['b'])\n"
)
SERVE = (
    "import joblib\nfrom fastapi import FastAPI\n\napp = FastAPI()\nmodel = joblib.load('model.joblib')\n\n\n"
    "@app.post('/predict')\ndef predict(a: float):\n    return {'b': model.predict([[a]])[0]}\n"
)
CHAT = (
    "from fastapi import FastAPI\nimport openai\n\napp = FastAPI()\nclient = openai.OpenAI()\n\n\n"
    "@app.post('/ask')\ndef ask(text: str):\n    return client.chat.completions.create(model='gpt-4o', messages=[text])\n"
)
IMAGE = "FROM python:3.11\nCOPY app.py app.py\nCOPY model.joblib model.joblib\nCMD uvicorn app:app\n"
LOCKED = {"requirements.txt": "fastapi==0.110.0\nscikit-learn==1.4.0\njoblib==1.3.2\n"}
SETTINGS = (
    "import xgboost\nA = xgboost.XGBClassifier(n_estimators=30, max_depth=3)\n"
    "B = xgboost.XGBClassifier(n_estimators=40, max_depth=4)\nC = xgboost.XGBClassifier(n_estimators=50, max_depth=5)\n"
)
TRACKED = "import mlflow\n\n\ndef log(run):\n    mlflow.log_metric('a', run.a)\n"
DEPLOY = "on: {push: {branches: [main]}}\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
DEPLOY += "      - uses: actions/checkout@v4\n      - run: kubectl apply -f k8s/\n"
MANIFEST = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  template:\n    spec:\n"
    "      containers:\n        - {name: app, image: registry.example.org/app:1}\n"
)
TOOLS = {
    "train.py": TRAIN,
    "track.py": "import mlflow\n\n\ndef log(m):\n    mlflow.log_metric('a', m)\n"
    "    mlflow.register_model('runs:/1/model', 'houses')\n",
    "drift.py": "from evidently.report import Report\nfrom evidently.metric_preset import DataDriftPreset\n\n\n"
    "def drift(old, new):\n    Report([DataDriftPreset()]).run(reference_data=old, current_data=new)\n",
    "features.py": "from feast import FeatureView, Field\n\nview = FeatureView(name='houses')\n",
}
NIGHTLY = "on: {schedule: [{cron: '0 3 * * *'}]}\njobs:\n  night:\n    runs-on: ubuntu-latest\n    steps:\n"
NIGHTLY += "      - uses: actions/checkout@v4\n      - run: "


def cluster(kind: str) -> str:
    """Terraform that makes a cluster with its network and identity, or (`data`) looks up those that are there."""
    types = ("aws_eks_cluster", "aws_vpc", "aws_iam_role")
    return "".join(f'{kind} "{type_}" "ml" {{\n  name = "ml"\n}}\n' for type_ in types)


def chain(*programs: str) -> Files:
    """A shell script that starts these programs in a row."""
    steps = {f"{name}.py": f"print('{name}')\n" for name in programs if name != "train"}
    run = "".join(f"python {name}.py\n" for name in programs)
    return {**steps, "train.py": TRAIN + "\n\ntrain(pd.read_csv('a.csv'))\n", "run.sh": f"set -e\n{run}"}


# id -> (a repository that has it, what is named there, one that nearly has it)
TABLE: dict[str, tuple[Files, str, Files]] = {
    "tools-list-without-wiring": (
        TOOLS,
        "track.py:5",
        {**TOOLS, ".github/workflows/night.yml": NIGHTLY + "python track.py\n", "track.py": TOOLS["track.py"] + "log(1)\n"},
    ),
    "notebook-behind-devops": (
        {"train.py": TRAIN, "app.py": SERVE, "Dockerfile": IMAGE},
        "Dockerfile:3",
        {"train.py": TRAIN, "app.py": SERVE, "Dockerfile": IMAGE, "data/houses.csv.dvc": "outs:\n- md5: a1\n  path: houses.csv\n"},
    ),
    "parallel-platform": (
        {"train.py": TRAIN, "infra/main.tf": cluster("resource")},
        "infra/main.tf:1",
        {"train.py": TRAIN, "infra/main.tf": cluster("data")},
    ),
    "mutable-data-references": (
        {"train.py": TRAIN + "\n\ntrain(pd.read_parquet('s3://sales/orders/latest/all.parquet'))\n"},
        "train.py:9",
        {"train.py": TRAIN + "\n\ntrain(pd.read_parquet('s3://sales/orders/2024-02-01/all.parquet'))\n"},
    ),
    "configuration-in-code": (
        {"train.py": TRAIN + "\n\n" + SETTINGS},
        "train.py:10",
        {"train.py": TRAIN + "\n\n" + SETTINGS.replace("=5", "=params.d")},
    ),
    "fixed-thresholds-in-serving": (
        {"app.py": SERVE + "\n\ndef label(probability):\n    return 'yes' if probability > 0.73 else 'no'\n"},
        "app.py:14",
        {"app.py": SERVE + "\n\ndef label(probability, limit):\n    return 'yes' if probability > limit else 'no'\n"},
    ),
    "dead-experimental-paths": (
        {"train.py": TRAIN, "train_v2_final.py": TRAIN},
        "train_v2_final.py:1",
        {"train.py": TRAIN, "train_v2.py": TRAIN, "README.md": "Run `python train_v2.py`.\n"},
    ),
    "pipeline-jungle": (
        chain("fetch", "clean", "join", "train", "evaluate", "report"),
        "run.sh:1",
        chain("fetch", "train", "evaluate"),
    ),
    "undeclared-consumers": (
        {"score.py": TRAIN + "\n\npd.DataFrame().to_gbq('shop.churn_predictions')\n"},
        "score.py:9",
        {"score.py": TRAIN + "\n\npd.DataFrame().to_gbq('shop.churn_predictions')\n", "datacontract.yaml": "id: churn\n"},
    ),
    "no-data-tests": (
        {"train.py": TRAIN, "app.py": SERVE},
        "train.py:6",
        {"train.py": TRAIN, "app.py": SERVE, "tests/test_data.py": "def test_prices():\n    assert True\n"},
    ),
    "untraceable-model": (
        {"train.py": TRAIN, "app.py": SERVE},
        "train.py:6",
        {"train.py": TRAIN, "app.py": SERVE, "log.py": TRACKED},
    ),
    "unwatched-model": (
        {"app.py": SERVE, "Dockerfile": IMAGE, "k8s/app.yaml": MANIFEST, ".github/workflows/cd.yml": DEPLOY},
        ".github/workflows/cd.yml:7",
        {"app.py": SERVE, "Dockerfile": IMAGE, "k8s/app.yaml": MANIFEST},
    ),
    "prototype-in-production": (
        {"train.py": TRAIN, ".github/workflows/night.yml": NIGHTLY + "papermill score.ipynb out.ipynb\n"},
        ".github/workflows/night.yml:7",
        {"train.py": TRAIN, "run.sh": "papermill score.ipynb out.ipynb\n"},
    ),
    "unpinned-environment": (
        {"train.py": TRAIN, "app.py": SERVE, "requirements.txt": "fastapi\nscikit-learn\n"},
        "requirements.txt:2",
        {"train.py": TRAIN, "app.py": SERVE, **LOCKED},
    ),
    "prompts-without-evaluation": (
        {"chat.py": CHAT},
        "chat.py:10",
        {"chat.py": CHAT, "promptfooconfig.yaml": "prompts: [ask.txt]\nproviders: [openai:gpt-4o]\ntests: [{assert: []}]\n"},
    ),
}  # fmt: skip


def found(assessment: Assessment) -> dict[str, list[str]]:
    return {
        each.id: [f"{seen.path}:{seen.line}" for seen in each.evidence] for each in assessment.problems if each.source
    }


def test_every_rule_has_its_row() -> None:
    assert TABLE.keys() == {rule.id for rule in load().problem_rules.values() if rule.source}


@pytest.mark.parametrize("name", TABLE)
def test_it_is_told_with_its_place(name: str, assess: Assess) -> None:
    files, place, _ = TABLE[name]
    told = found(assess(files))
    assert place in told.get(name, []), told


@pytest.mark.parametrize("name", TABLE)
def test_what_nearly_has_it_is_not_accused(name: str, assess: Assess) -> None:
    files, _, near = TABLE[name]
    accused, spared = assess(files), assess(near)
    assert spared.repository.kind == accused.repository.kind  # else it is spared for another reason
    assert name not in found(spared)


def test_what_is_missing_is_said_in_words(assess: Assess) -> None:
    (told,) = [each for each in assess(TABLE["notebook-behind-devops"][0]).problems if "devops" in each.id]
    assert told.lacks[:3] == (
        "data-versioning is not detected",
        "lineage is not detected",
        "training-pipeline is not detected",
    )
    assert told.evidence[0].says == "copies model.joblib into the image"


# --- whom they spare -------------------------------------------------------------------------------------------------

LIBRARY = {
    "pyproject.toml": '[project]\nname = "fitkit"\nversion = "1"\ndescription = "Machine learning for machine learning"\n'
    'classifiers = ["Topic :: Scientific/Engineering"]\nkeywords = ["machine learning"]\n[build-system]\nrequires = ["hatchling"]\n',
    "README.md": "# fitkit\nMachine learning models. `pip install fitkit`\n",
    "src/fitkit/__init__.py": TRAIN,
}


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("non-ml", {"app.py": "from flask import Flask\napp = Flask(__name__)\n"}),
        ("ml-library", LIBRARY),
        ("teaching", {"README.md": "# Course\nMaterial for the course on models.\n", "train.py": TRAIN}),
    ],
)
def test_kinds_in_which_it_makes_no_sense(kind: str, files: Files, assess: Assess) -> None:
    assessment = assess(files | {"infra/main.tf": cluster("resource")})
    assert (assessment.repository.kind, found(assessment)) == (kind, {})


def test_a_notebook_that_nothing_starts_accuses_nobody(assess: Assess) -> None:
    cell = {"cell_type": "code", "source": SETTINGS.splitlines(keepends=True)}
    files = {"train.py": TRAIN, "try.ipynb": json.dumps({"cells": [cell], "nbformat": 4, "metadata": {}})}
    assert "configuration-in-code" not in found(assess(files))


# --- what people state -----------------------------------------------------------------------------------------------

ATTESTED = """
[[attestations]]
about = "data-validation"
strength = "automated"
by = "Ada"
on = 2020-01-01
until = 2999-01-01
proof = "https://example.org/checks"
reason = "the platform checks every table"
"""


@pytest.mark.parametrize(
    "settings",
    [
        ATTESTED,
        '[[exclusions]]\nabout = "data-validation"\nreason = "generated data"\n',
        '[[exclusions]]\nabout = "no-data-tests"\nreason = "generated data"\n',
    ],
    ids=["attested", "capability excluded", "kind excluded"],
)
def test_the_owner_may_answer(settings: str, assess: Assess) -> None:
    files = TABLE["no-data-tests"][0]
    assert "no-data-tests" in found(assess(files))
    assert "no-data-tests" not in found(assess({**files, "mlripe.toml": settings}))


def test_they_change_no_level(assess: Assess) -> None:
    files = TABLE["parallel-platform"][0]
    told, spared = (
        assess(files),
        assess({**files, "mlripe.toml": '[[exclusions]]\nabout = "parallel-platform"\nreason = "ours"\n'}),
    )
    assert (found(told) != found(spared), told.models["azure"].level) == (True, spared.models["azure"].level)


# --- shades ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dockerfile", "files", "told"),
    [
        ("COPY . .", {"models/model.pkl": "x"}, True),
        ("COPY models/ models/", {"models/model.pkl": "x"}, True),
        ("COPY . .", {"models/model.pkl": "x", ".dockerignore": "models/\n"}, False),
        ("COPY . .", {"models/model.pkl": "x", ".dockerignore": "*.pkl\n"}, False),
        (
            "COPY . .",
            {"models/model.pkl": "x", ".dockerignore": "mlruns/", **{f"mlruns/0/{n}/m.pkl": "x" for n in range(40)}},
            True,
        ),
        ("COPY src src", {"models/model.pkl": "x"}, False),
        ("COPY tokenizer.pkl .", {}, False),
        ("COPY . .", {"tests/fixtures/model.pkl": "x"}, False),
    ],
)
def test_a_model_is_baked_where_the_build_copies_it(dockerfile: str, files: Files, told: bool, assess: Assess) -> None:
    repository = {"train.py": TRAIN, "src/app.py": SERVE, "Dockerfile": f"FROM python:3.11\n{dockerfile}\n", **files}
    assert ("notebook-behind-devops" in found(assess(repository))) is told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("train_old.py", True),
        ("train-Copy1.py", True),
        ("train (2).py", True),
        ("train_backup2.py", True),
        ("train_fast.py", False),
        ("trainer.py", False),
        ("resnet_v2.py", False),
    ],
)
def test_a_copy_is_named_after_what_stands_beside_it(name: str, told: bool, assess: Assess) -> None:
    assert ("dead-experimental-paths" in found(assess({"train.py": TRAIN, name: TRAIN}))) is told


def test_code_that_can_never_run(assess: Assess) -> None:
    told = found(assess({"train.py": TRAIN + "\n\nif False:\n    train(pd.read_csv('a.csv'))\n"}))
    assert told["dead-experimental-paths"] == ["train.py:9"]


def test_settings_in_many_calls_and_nowhere_else(assess: Assess) -> None:
    calls = "".join(f"    XGBRegressor(n_estimators={n}, max_depth=6).fit(x, y)\n" for n in (100, 200, 300))
    files = {"train.py": f"from xgboost import XGBRegressor\n\n\ndef train(x, y):\n{calls}"}
    assert found(assess(files))["configuration-in-code"] == ["train.py:5", "train.py:6", "train.py:7"]
    settings = {
        "params.yaml": "depth: 6\n",
        "params.py": "import yaml\nwith open('params.yaml') as f:\n    P = yaml.safe_load(f)\n",
    }
    assert "configuration-in-code" not in found(assess(files | settings))


def test_a_copy_of_a_copy(assess: Assess) -> None:
    files = {"train_v2.py": TRAIN, "train_v2_final.py": TRAIN}
    assert found(assess(files))["dead-experimental-paths"] == ["train_v2_final.py:1"]


def test_a_name_that_is_all_copies_ends(assess: Assess) -> None:
    assert "dead-experimental-paths" not in found(
        assess({"train" + "-Copy" * 800 + "x.py": TRAIN, "b" + "_v1" * 900 + ".py": TRAIN})
    )


def test_a_copy_that_is_used_is_none(assess: Assess) -> None:
    files = {"train.py": TRAIN, "train_v2.py": TRAIN, "Makefile": "train:\n\tpython train_v2.py\n"}
    assert "dead-experimental-paths" not in found(assess(files))


def test_a_row_of_scripts_under_a_pipeline_definition_is_no_jungle(assess: Assess) -> None:
    files = TABLE["pipeline-jungle"][0] | {
        "dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n    deps: [a.csv]\n"
    }
    assert "pipeline-jungle" not in found(assess(files))


def test_numbered_programs_of_one_folder(assess: Assess) -> None:
    steps = ("1_fetch", "2_clean", "3_train", "4_report")
    assert "pipeline-jungle" in found(assess({f"src/{name}.py": TRAIN for name in steps}))
    assert "pipeline-jungle" not in found(assess({f"{name}/{name}.py": TRAIN for name in steps}))
