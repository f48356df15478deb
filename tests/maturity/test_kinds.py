"""What sort of repository it is, and what a repository of that sort cannot have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

LIBRARY = {
    "setup.py": "from setuptools import setup\nsetup(name='lib', classifiers=['Development Status :: 4 - Beta'])\n",
    "lib/__init__.py": "",
}
NOTEBOOK = '{"cells": [{"cell_type": "code", "source": ["from sklearn.svm import SVC\\n", "SVC().fit(x, y)\\n"]}]}'
TUNE = "from trl import SFTTrainer\ntrainer = SFTTrainer(model)\ntrainer.train()\n"
ASK = "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model='m', messages=[])\n"
FIT = "from sklearn.svm import SVC\nmodel = SVC()\nmodel.fit(x, y)\n"


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("ml-library", {**LIBRARY, "README.md": "# Encoders for machine learning\nFor pipelines of machine learning."}),
        ("mlops-tool", {**LIBRARY, "README.md": "# MLOps\nExperiment tracking for machine learning."}),
        (
            "ml-library",
            {**LIBRARY, "README.md": "# Blocks\nBlocks for scikit-learn pipelines, as scikit-learn has them."},
        ),
        ("non-ml", {**LIBRARY, "README.md": "# HTTP\nRequests for people, also for those of JAX."}),
        ("notebooks", {f"c{n}/a.ipynb": NOTEBOOK for n in range(4)} | {"utils.py": FIT}),
        ("ml-application", {"a.ipynb": NOTEBOOK, "train.py": FIT, "serve.py": "x = 1\n"}),
        ("llm-application", {"ask.py": ASK, "tune.py": TUNE}),
        ("ml-application", {"ask.py": ASK, "train.py": FIT}),
        ("ml-template", {"README.md": "This is an example of training.", "train.py": FIT}),
        ("teaching", {"README.md": "# Detector\nThis guide provides step-by-step instructions.", "train.py": FIT}),
        ("teaching", {"README.md": "# MLOps\nRepository for course 12 at the school.", "train.py": FIT}),
        ("teaching", {"README.md": "# ML\nCourse material and website for a course.", "train.py": FIT}),
        ("ml-template", {"README.md": "# P\nA multi-cloud reference platform for training.", "train.py": FIT}),
        ("ml-application", {"README.md": "# Model\nA 300-line boilerplate training loop.", "train.py": FIT}),
        ("ml-template", {**LIBRARY, "README.md": "For machine learning.", "{{cookiecutter.name}}/train.py": FIT}),
        (
            "ml-template",
            {
                "cookiecutter.json": "{}",
                "{{cookiecutter.name}}/pyproject.toml": '[project]\nname = "x"\ndependencies = ["mlflow>=2"]\n',
                "{{cookiecutter.name}}/src/run.py": "x = 1\n",
            },
        ),
    ],
)
def test_kinds(kind: str, files: dict[str, str], assess: Assess) -> None:
    assert assess(files).repository.kind == kind


def test_a_web_application_has_no_practices_of_a_model(assess: Assess) -> None:
    files = {
        "shop/urls.py": "from django.urls import path\nurlpatterns = []\n",
        "tests/test_pages.py": (
            "from django.test import Client\ndef test_home():\n    assert Client().get('/home').status_code == 200\n"
        ),
    }
    found = assess(files)
    strengths = {name: result.strength.name for name, result in found.capabilities.items() if result.evidence}
    assert found.repository.kind == "non-ml"
    assert strengths == {"code-testing": "present"}


def test_the_same_tests_are_serving_tests_where_a_model_is_served(assess: Assess) -> None:
    files = {
        "train.py": FIT,
        "tests/test_pages.py": (
            "from django.test import Client\ndef test_home():\n    assert Client().get('/home').status_code == 200\n"
        ),
    }
    assert assess(files).capabilities["serving-tests"].strength.name == "present"
