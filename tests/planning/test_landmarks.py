"""The programs, files and commands of a repository that a plan speaks of, found in repositories of several shapes."""

from __future__ import annotations

import pytest

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.landmark_kinds import Landmark
from mlripe.planning.landmarks import FINDERS
from mlripe.planning.plan import Plan
from mlripe.planning.planner import planned
from mlripe.snapshot.memory import MemorySnapshot

TRAIN = "from sklearn.svm import SVC\nimport joblib\njoblib.dump(SVC().fit([[1]], [1]), 'm.joblib')\n"
SERVICE = """import joblib
from fastapi import FastAPI
app = FastAPI()
model = joblib.load("m.joblib")
@app.post("/predict")
def predict(row: dict):
    return {"y": float(model.predict([[row["a"]]])[0])}
"""


def found(files: dict[str, str]) -> dict[str, str]:
    """What each landmark is called."""
    marks = Inspection(MemorySnapshot(files), load()).assessment(["azure"]).landmarks
    return {name: mark.text for name, mark in marks.items()}


def plan(files: dict[str, str]) -> Plan:
    inspection = Inspection(MemorySnapshot(files), load())
    return planned(inspection.catalog, inspection.assessment(["azure", "genaiops"]), files=files)


def test_every_landmark_is_looked_for() -> None:
    assert set(FINDERS) == set(Landmark)


# --- how a program runs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "command"),
    [
        pytest.param({"train.py": TRAIN}, "python train.py", id="alone"),
        pytest.param({"code/train.py": "import words\n" + TRAIN, "code/words.py": "x = 1\n"}, "python code/train.py", id="beside"),
        pytest.param({"src/steps/train.py": "from src.words import x\n" + TRAIN, "src/words.py": "x = 1\n"}, "python -m src.steps.train", id="from the root"),
        pytest.param({"src/steps/train.py": "from words import x\n" + TRAIN, "src/words.py": "x = 1\n"}, "PYTHONPATH=src python src/steps/train.py", id="from a folder of sources"),
        pytest.param(
            {"api/src/churn/train.py": "from .words import x\n" + TRAIN, "api/src/churn/words.py": "x = 1\n", "api/src/churn/__init__.py": ""},
            "PYTHONPATH=api/src python -m churn.train",
            id="a part of a package",
        ),
        pytest.param(
            {"src/churn/train.py": "from churn.words import x\n" + TRAIN, "src/churn/words.py": "x = 1\n", "setup.py": "from setuptools import setup\nsetup()\n"},
            "python src/churn/train.py",
            id="of an installed package",
        ),
    ],
)  # fmt: skip
def test_a_program_is_run_so_that_it_finds_its_own_modules(files: dict[str, str], command: str) -> None:
    assert found(files)["train"] == command


@pytest.mark.parametrize(
    ("files", "command"),
    [
        pytest.param({"tests/test_a.py": "def test_a():\n    assert 1 + 1 == 2\n"}, "python -m pytest tests", id="of nothing"),
        pytest.param(
            {"api/tests/test_a.py": "from app.a import f\ndef test_a():\n    assert f(1) == 1\n", "api/app/a.py": "def f(x):\n    return x\n"},
            "cd api && python -m pytest tests",
            id="beside a package",
        ),
        pytest.param(
            {"tests/test_a.py": "from a import f\ndef test_a():\n    assert f(1) == 1\n", "src/a.py": "def f(x):\n    return x\n"},
            "python -m pytest tests",
            id="of what mlripe does not find",
        ),
    ],
)  # fmt: skip
def test_tests_are_run_so_that_they_find_what_they_test(files: dict[str, str], command: str) -> None:
    assert found({"train.py": TRAIN, **files})["test-run"] == command


def test_a_program_that_only_tunes_is_not_the_one_that_trains() -> None:
    search = "from sklearn.model_selection import GridSearchCV\n" + TRAIN + TRAIN
    assert found({"src/a_tune.py": search, "src/train.py": TRAIN})["train"] == "python src/train.py"


# --- what it is installed from ---------------------------------------------------------------------------------------

TWO = {
    "api/requirements.txt": "fastapi==0.115.6\nscikit-learn==1.5.2\n",
    "api/main.py": SERVICE,
    "train/requirements.txt": "scikit-learn==1.5.2\n",
    "train/train.py": TRAIN,
    "train/words.py": "def count(text):\n    return len(text.split())\n",
    "api/tests/test_main.py": "from main import app\ndef test_app():\n    assert app.title\n",
}


def test_code_is_installed_from_the_nearest_file_that_declares_its_dependencies() -> None:
    step = next(each for each in plan(TWO).steps if each.capability == "code-testing")
    assert "pip install -r api/requirements.txt" in step.snippet
    assert "cd api && python -m pytest tests" in step.snippet
    training = next(each for each in plan(TWO).steps if each.edit.endswith("train.yml"))
    assert "pip install -r train/requirements.txt" in training.snippet


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        pytest.param(
            {"pyproject.toml": "[project]\nname = 'a'\nversion = '1'\ndependencies = ['scikit-learn']\n", "uv.lock": "version = 1\n"},
            ["pip install uv", "uv sync --locked", "uv pip install pytest", "uv run python -m pytest tests"],
            id="uv",
        ),
        pytest.param(
            {"pyproject.toml": "[tool.poetry]\nname = 'a'\n[tool.poetry.dependencies]\nscikit-learn = '1'\n", "poetry.lock": ""},
            ["pip install poetry", "poetry install", "poetry run pip install pytest", "poetry run python -m pytest tests"],
            id="poetry",
        ),
    ],
)  # fmt: skip
def test_a_tool_is_added_in_the_managers_own_way(files: dict[str, str], lines: list[str]) -> None:
    tests = {"train.py": TRAIN, "tests/test_a.py": "def test_a():\n    assert 1 + 1 == 2\n"}
    step = next(each for each in plan({**files, **tests}).steps if each.capability == "code-testing")
    assert [line.partition("run: ")[2] for line in step.snippet.splitlines() if "run: " in line] == lines


def test_dependencies_in_a_folder_are_watched_in_that_folder() -> None:
    served = {path: text for path, text in TWO.items() if path.startswith("api/")}
    step = next(each for each in plan(served).steps if each.capability == "security-scanning")
    assert "directory: /api\n" in step.snippet


def test_of_several_services_none_is_installed_for_a_check_of_all() -> None:
    files = {f"{name}/requirements.txt": "requests==2.32.3\n" for name in ("a", "b")}
    ci = plan({**files, "a/main.py": "import requests\nrequests.get('https://example.org')\n"}).steps[-1]
    assert (ci.capability, ci.advice) == ("continuous-integration", "check-on-every-push")


# --- which model an application asks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asks", "provider"),
    [
        ("import anthropic\nanthropic.Anthropic().messages.create(model='m', messages=[])\n", "anthropic:messages:..."),
        ("import openai\nopenai.OpenAI().chat.completions.create(model='m', messages=[])\n", "openai:gpt-4o-mini"),
    ],
)
def test_the_model_is_called_as_promptfoo_names_it(asks: str, provider: str) -> None:
    assert found({"app.py": asks})["provider"] == provider


# --- what is no code of the repository's own -------------------------------------------------------------------------


def test_packages_that_lie_in_git_as_installed_are_not_the_repositorys_own() -> None:
    files = {
        "job/normal/api.py": "def normalize(text):\n    return text.lower()\n",
        "job/normal-2.0.dist-info/METADATA": "Name: normal\n",
        "job/main.py": "from normal.api import normalize\ndef clean(text):\n    return normalize(text)\n" + TRAIN,
    }
    assert found(files)["function"] == "clean"


def test_a_platform_of_a_compose_file_is_not_the_service_to_deploy() -> None:
    compose = "services:\n  airflow-webserver:\n    build: .\n  api:\n    build: .\n"
    files = {"docker-compose.yaml": compose, "Dockerfile": "FROM python:3.11.9\nCOPY . .\n", "main.py": SERVICE}
    assert found(files)["compose-service"] == "api"


def test_a_folder_that_is_called_like_a_dependency_is_not_imported() -> None:
    files = {
        "apps/mlflow/train.py": "import mlflow\n" + TRAIN,
        "apps/mlflow/requirements.txt": "mlflow==2.17.0\nscikit-learn==1.5.2\n",
    }
    assert found(files)["train"] == "python apps/mlflow/train.py"


def test_of_several_programs_that_lead_to_the_training_the_one_that_is_called_so_is_run() -> None:
    fits = "from sklearn.svm import SVC\ndef fit(rows):\n    return SVC().fit(rows, [1])\n"
    files = {
        "model.py": fits,
        "load.py": "from model import fit\nfit([[1]])\n",
        "retrain.py": "from model import fit\nfit([[2]])\n",
    }
    assert found(files)["train"] == "python retrain.py"
