"""What sort of repository it is, kind by kind, and what such a repository proves: small ones of each, with look-alikes.

A tool's or library's own source is its product: it practises only what surrounds it (CI, tests, releases). Lists of
links and documentation name everything and prove nothing. Words such as `models`, `train` and `pipeline` in the names
of a web application's files are no machine learning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

FIT = "from sklearn.svm import SVC\nmodel = SVC()\nmodel.fit(x, y)\n"
ASK = "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model='m', messages=[])\n"
LOG = "import mlflow\nwith mlflow.start_run():\n    mlflow.log_metric('loss', 0.1)\nmlflow.register_model('runs:/1', 'm')\n"
CELL = '{"cells": [{"cell_type": "code", "source": ["from sklearn.svm import SVC\\n", "SVC().fit(x, y)\\n"]}]}'
CI = "on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{uses: actions/checkout@v4}, {run: pytest}]\n"
PYPI = "on: {release: {types: [published]}}\njobs:\n  pypi:\n    runs-on: ubuntu-latest\n    steps: [{uses: pypa/gh-action-pypi-publish@v1}]\n"
IMAGE = "on: {push: {tags: ['v*']}}\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps: [{uses: docker/build-push-action@v6, with: {push: true}}]\n"
TEST = "def test_it():\n    assert 1 + 1 == 2\n"


def library(name: str, readme: str, **more: str) -> dict[str, str]:
    """A package that CI publishes and users install."""
    return {
        "pyproject.toml": f'[build-system]\nrequires = ["hatchling"]\n[project]\nname = "{name}"\n',
        f"src/{name}/__init__.py": "",
        "README.md": f"# {name}\n{readme}\n\n    pip install {name}\n",
        "tests/test_it.py": TEST,
        ".github/workflows/ci.yml": CI,
        ".github/workflows/release.yml": PYPI,
        **more,
    }


def node_platform(readme: str) -> dict[str, str]:
    """An application of several parts in TypeScript, released as an image."""
    return {
        "README.md": readme,
        "package.json": '{"name": "root", "private": true, "workspaces": ["web"]}',
        "web/package.json": '{"name": "web", "scripts": {"test": "vitest run"}, "dependencies": {"openai": "^4"}}',
        "web/src/ask.ts": "import OpenAI from 'openai';\nexport const a = new OpenAI().chat.completions.create({});\n",
        "web/src/ask.test.ts": "import {test, expect} from 'vitest';\ntest('a', () => { expect(1).toBe(1); });\n",
        ".github/workflows/image.yml": IMAGE,
    }


TRACKER = library("trackit", "Experiment tracking and a model registry for machine learning.") | {
    "src/trackit/mlflow_like.py": LOG,
    "src/trackit/train.py": FIT,
    "examples/train.py": FIT + LOG,
    "tests/test_it.py": TEST + "def test_run():\n    import mlflow\n    mlflow.log_metric('a', 1)\n    assert True\n",
}
KINDS: list[tuple[str, str, Mapping[str, str]]] = [
    # --- nothing to judge
    ("unknown", "nothing but an empty file", {"README.md": ""}),
    ("unknown", "no file at all", {}),
    # --- no machine learning
    (
        "non-ml",
        "a list of links that names every tool",
        {
            "README.md": "# Awesome MLOps\n- [MLflow](https://mlflow.org) tracking, registry\n- [Feast](x) feature store\n"
        },
    ),
    (
        "non-ml",
        "a documentation site about machine learning",
        {
            "mkdocs.yml": "site_name: A guide to MLOps\nnav: [{Training: train.md}]\n",
            "docs/train.md": "# Training\n```python\nimport mlflow\nmlflow.log_metric('a', 1)\nmodel.fit(x, y)\n```\n",
            "README.md": "# Guide\nHow to train, track, register and deploy models with DVC, MLflow and Feast.\n",
        },
    ),
    (
        "non-ml",
        "a timetable of trains, with models",
        {
            "manage.py": "import django\n",
            "timetable/models/train.py": "from django.db import models\nclass Train(models.Model):\n    pass\n",
            "timetable/train.py": "def train(number):\n    return Train.objects.get(number=number)\n",
            "timetable/predict.py": "def predict_arrival(train):\n    return train.arrival + train.delay\n",
        },
    ),
    (
        "non-ml",
        "a web framework",
        library("websy", "A web framework with models and views.")
        | {"src/websy/models.py": "class Model:\n    pass\n"},
    ),
    (
        "non-ml",
        "a diary of training for runners",
        {
            "app/models.py": "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n",
            "app/training.py": "class TrainingPlan:\n    def fit(self, week):\n        return week\nTrainingPlan().fit(1)\n",
            "README.md": "# Training diary\nTrack your training runs and evaluate your fitness.\n",
        },
    ),
    (
        "non-ml",
        "servers that PHP's composer equips",
        {"roles/php.yml": "- hosts: all\n  tasks:\n    - command: /usr/local/bin/composer install --no-dev\n"},
    ),
    (
        "non-ml",
        "a program of Go that watches services, with examples of alerts",
        {
            "go.mod": "module example.org/watch\n",
            "README.md": "# watch\nDownload it from https://example.org/watch/releases\n",
            "main.go": "package main\nfunc main() {}\n",
            ".github/workflows/release.yml": "on: push\njobs: {r: {steps: [{uses: goreleaser/goreleaser-action@v6}]}}\n",
            "examples/rules.yml": "groups: [{name: a, rules: [{alert: Down, expr: up == 0}]}]\n",
        },
    ),
    # --- tools and libraries
    ("mlops-tool", "a tracker", TRACKER),
    (
        "mlops-tool",
        "an evaluator of language models",
        library("judge", "Supercharge your LLM application evaluations."),
    ),
    ("mlops-tool", "one whose package the catalogue knows", library("pandera", "Check your tables.")),
    ("mlops-tool", "one that runs others' pipelines", library("luigi", "Batch jobs in order.")),
    (
        "mlops-tool",
        "one that brings a template for its users along",
        library("piper", "Data science pipelines for machine learning: MLOps.")
        | {
            "src/piper/template/{{cookiecutter.name}}/train.py": FIT,
            "features/starter/{{ cookiecutter.name }}/pyproject.toml": '[project]\nname = "x"\n',
        },
    ),
    (
        "mlops-tool",
        "one with a translated README before its own",
        library("trackit", "Experiment tracking for machine learning.") | {"README.cn.md": "# trackit\n"},
    ),
    (
        "mlops-tool",
        "a platform that others host",
        node_platform("# Tracey\nTracey is an open source LLM observability platform. Self-host it in minutes.\n"),
    ),
    ("llm-application", "an application that is no platform", node_platform("# Ask\nAsk your documents anything.\n")),
    (
        "llm-application",
        "an application on top of such a platform",
        node_platform("# Ask\nAsk your documents. Traces go to a self-hosted open source platform.\n"),
    ),
    (
        "ml-library",
        "estimators",
        library("encoders", "Encoders for machine learning, as scikit-learn wants them.") | {"src/encoders/a.py": FIT},
    ),
    (
        "ml-library",
        "layers of neural networks",
        library("layers", "Layers of neural networks for deep learning.") | {"benches/speed.py": FIT},
    ),
    # --- those that train or ask models
    ("ml-application", "trains and serves", {"train.py": FIT, "app.py": "x = 1\n"}),
    (
        "ml-application",
        "a package that is never published",
        {"pyproject.toml": '[project]\nname = "churn"\n', "a.py": FIT},
    ),
    ("llm-application", "asks a language model", {"ask.py": ASK}),
    ("llm-application", "an agent", {"agent.py": ASK, "prompts/answer.md": "Answer briefly.\n"}),
    ("notebooks", "a folder of them", {f"{name}.ipynb": CELL for name in ("eda", "model")}),
    (
        "notebooks",
        "with a few helpers",
        {f"{n}.ipynb": CELL for n in "abcdefgh"} | {"utils.py": "a = 1\n", "io.py": "b = 2\n"},
    ),
    (
        "ml-research",
        "code of a paper",
        {"README.md": "# Net\nOfficial implementation, arxiv.org/abs/1.\n", "train.py": FIT},
    ),
    ("ml-research", "to be cited", {"README.md": "# Net\n```\n@inproceedings{a}\n```\n", "main.py": FIT}),
    ("ml-template", "to be copied", {"README.md": "# Skeleton\nA template for projects.\n", "train.py": FIT}),
    (
        "ml-template",
        "to be generated",
        {"cookiecutter.json": "{}", "{{cookiecutter.name}}/train.py": FIT, "README.md": "Generate a project.\n"},
    ),
    (
        "teaching",
        "notes of a course beside its code",
        {**{f"course-notes/section-0{n}-a.md": "# A\n" for n in range(1, 5)}, "src/train.py": FIT},
    ),
    ("teaching", "lessons in folders", {f"0{n}-lesson/train.py": FIT for n in range(1, 5)}),
    ("teaching", "a workshop", {"README.md": "# MLOps workshop\nExercises for the course.\n", "train.py": FIT}),
]


@pytest.mark.parametrize(("kind", "what", "files"), KINDS, ids=[f"{kind}: {what}" for kind, what, _ in KINDS])
def test_kind(kind: str, what: str, files: Mapping[str, str], assess: Assess) -> None:
    assert assess(files).repository.kind == kind


def test_every_kind_has_two_repositories_at_least() -> None:
    from mlripe.catalog import load

    counts = {kind.id: sum(row[0] == kind.id for row in KINDS) for kind in load().kinds}
    assert min(counts.values()) >= 2, counts


def strengths(files: Mapping[str, str], assess: Assess) -> dict[str, str]:
    """What a repository proves: present or more."""
    found = {name: result.strength.name for name, result in assess(files).capabilities.items()}
    return {name: strength for name, strength in found.items() if strength not in ("none", "declared")}


def test_a_tool_practises_what_surrounds_it_and_not_what_it_offers(assess: Assess) -> None:
    assert strengths(TRACKER, assess) == {
        "code-testing": "automated",
        "continuous-integration": "automated",
        "release-automation": "automated",
    }


def test_the_same_code_is_practised_where_nothing_is_offered(assess: Assess) -> None:
    application = {path: text for path, text in TRACKER.items() if not path.endswith(("pyproject.toml", "release.yml"))}
    assert {"experiment-tracking", "model-registry", "training-code"} <= set(strengths(application, assess))


def test_packages_with_packaging_files_of_their_own_are_the_product_too(assess: Assess) -> None:
    files = library("orchestra", "Machine learning pipelines: MLOps.") | {
        "integrations/cloud/pyproject.toml": '[project]\nname = "orchestra-cloud"\n',
        "integrations/cloud/orchestra_cloud/__init__.py": "",
        "integrations/cloud/orchestra_cloud/drift.py": "import whylogs\nwhylogs.log(data)\n",
        "scripts/read.py": "import yaml\nyaml.safe_load(open('config/train.yaml'))\n",
    }
    assert "drift-detection" not in strengths(files, assess)


def test_a_tools_own_checks_of_data_test_the_tool(assess: Assess) -> None:
    test = (
        "import pandera as pa\nschema = pa.DataFrameSchema({})\ndef test_it():\n    assert schema.validate(1) is None\n"
    )
    files = {"tests/test_data.py": test, ".github/workflows/ci.yml": CI, "train.py": FIT}
    assert strengths(files, assess)["data-validation"] != "none"
    tool = library("encoders", "Encoders for machine learning and deep learning.") | {"tests/test_data.py": test}
    assert set(strengths(tool, assess)) & {"data-validation", "serving-tests", "model-behaviour-tests"} == set()


def test_a_library_that_trains_beside_its_package_does_train(assess: Assess) -> None:
    files = library("layers", "Layers of neural networks for deep learning.") | {"train.py": FIT}
    assert strengths(files, assess)["training-code"] == "present"


def test_lists_and_sites_prove_nothing(assess: Assess) -> None:
    for kind, what, files in KINDS:
        if kind == "non-ml" and ("list" in what or "site" in what):
            result = assess(files)
            assert strengths(files, assess) == {}
            assert {model.level for model in result.models.values()} == {None}
