"""Kinds that texts name, beyond the cases of their rules: whom they spare, what people state, and shades."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

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
IMAGE = "FROM python:3.11\nCOPY app.py app.py\nCOPY model.joblib model.joblib\nCMD uvicorn app:app\n"
SETTINGS = (
    "import xgboost\nA = xgboost.XGBClassifier(n_estimators=30, max_depth=3)\n"
    "B = xgboost.XGBClassifier(n_estimators=40, max_depth=4)\nC = xgboost.XGBClassifier(n_estimators=50, max_depth=5)\n"
)


def cluster() -> str:
    """Terraform that makes a cluster with its network and identity."""
    types = ("aws_eks_cluster", "aws_vpc", "aws_iam_role")
    return "".join(f'resource "{type_}" "ml" {{\n  name = "ml"\n}}\n' for type_ in types)


def chain(*programs: str) -> Files:
    """A shell script that starts these programs in a row."""
    steps = {f"{name}.py": f"print('{name}')\n" for name in programs if name != "train"}
    run = "".join(f"python {name}.py\n" for name in programs)
    return {**steps, "train.py": TRAIN + "\n\ntrain(pd.read_csv('a.csv'))\n", "run.sh": f"set -e\n{run}"}


BAKED = {"train.py": TRAIN, "app.py": SERVE, "Dockerfile": IMAGE}
SERVED = {"train.py": TRAIN, "app.py": SERVE}
PLATFORM = {"train.py": TRAIN, "infra/main.tf": cluster()}
JUNGLE = chain("fetch", "clean", "join", "train", "evaluate", "report")


def found(assessment: Assessment) -> dict[str, list[str]]:
    return {
        each.id: [f"{seen.path}:{seen.line}" for seen in each.evidence] for each in assessment.problems if each.source
    }


def test_what_is_missing_is_said_in_words(assess: Assess) -> None:
    (told,) = [each for each in assess(BAKED).problems if "devops" in each.id]
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
    assessment = assess(files | {"infra/main.tf": cluster()})
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
    files = SERVED
    assert "no-data-tests" in found(assess(files))
    assert "no-data-tests" not in found(assess({**files, "mlripe.toml": settings}))


def test_they_change_no_level(assess: Assess) -> None:
    files = PLATFORM
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
    files = JUNGLE | {"dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n    deps: [a.csv]\n"}
    assert "pipeline-jungle" not in found(assess(files))


def test_numbered_programs_of_one_folder(assess: Assess) -> None:
    steps = ("1_fetch", "2_clean", "3_train", "4_report")
    assert "pipeline-jungle" in found(assess({f"src/{name}.py": TRAIN for name in steps}))
    assert "pipeline-jungle" not in found(assess({f"{name}/{name}.py": TRAIN for name in steps}))
