"""`mlripe explain`: what is said of a capability, with a repository and without."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from mlripe.cli.app import run

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
Captured = pytest.CaptureFixture[str]


def test_says_what_it_is_what_counts_and_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["explain", "drift-detection"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("drift-detection: Drift detection  (monitoring)\n")
    assert "Evidently" in out
    decides = re.search(r"\n  azure 4 +automated  The deployed model sends detailed metrics", out)
    assert decides
    assert "also, deciding no level: azure 4 present, " in out
    assert "Closest" not in out


def test_a_repository_that_cannot_be_read_is_no_reason_to_say_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    assert run(["explain", "azure:2"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("azure:2: ")
    assert told.err.startswith("mlripe: explained without a repository: ")
    assert "has no commits" in told.err
    assert run(["explain", "azure:2", "."]) == 2, "it was asked for"


def test_says_what_there_is_in_a_repository(capsys: Captured) -> None:
    assert run(["explain", "experiment-tracking", str(FIXTURES / "scheduled-training")]) == 0
    out = capsys.readouterr().out
    assert "In scheduled-training: automated" in out
    assert "src/churn/train.py:24" in out


def test_says_what_is_closest(capsys: Captured) -> None:
    assert run(["explain", "training-code", str(FIXTURES / "script-by-hand"), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["found"]
    assert found["strength"] == "present"
    assert "nothing that mlripe can see starts" in found["closest"][0]["why"]


def test_json_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["explain", "lineage", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["capability"], told["found"]) == ("lineage", None)
    assert set(told["strengths"]) == {"declared", "present", "automated", "enforced"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "drift-detectoin",
            "there is nothing called 'drift-detectoin'; did you mean 'drift-detection'?; `mlripe catalog`",
        ),
        ("azur", "there is nothing called 'azur'; did you mean 'azure'?"),
        ("azure:9", "azure has no level '9'; it has 0, 1, 2, 3, 4"),
        ("azure/builds-automatic", "azure has no criterion 'builds-automatic'; did you mean 'builds-automated'?"),
    ],
)
def test_an_unknown_id_names_the_nearest(name: str, says: str, capsys: Captured) -> None:
    assert run(["explain", name]) == 2
    assert capsys.readouterr().err.startswith(f"mlripe: {says}")


@pytest.mark.parametrize(
    ("name", "title", "says"),
    [
        ("azure", "azure: Microsoft Azure MLOps maturity model\n", "3 Automated model deployment"),
        ("azure:2", "azure:2: Microsoft Azure MLOps maturity model, level 2: Automated training\n", "* 2 azure/training-automated: The model is trained"),
        ("azure:0", "azure:0: ", "The floor, where every repository starts."),
        ("azure/training-automated", "azure/training-automated: The model is trained by automation", "Met by training-pipeline automated, or continuous-training automated, or (training-code automated and model-registry automated)"),
        ("azure/code-versioned", "azure/code-versioned: ", 'an attestation: about = "azure/code-versioned"'),
        ("pipeline-jungle", "pipeline-jungle: Many scripts in a row, and no pipeline\n", "nowhere: a pipeline tool's definition of steps (pipeline-definition)"),
        ("mlflow", "mlflow: MLflow (detector, experiment)\n", "experiment-tracking: call mlflow.log_*"),
    ],
)  # fmt: skip
def test_says_what_other_ids_stand_for(
    name: str, title: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["explain", name]) == 0
    out = capsys.readouterr().out
    assert out.startswith(title)
    assert says in " ".join(out.split())


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("azure", "level 2: "),
        ("azure:3", "not detected: A model that automation trains, evaluates and registers is released by automation"),
        ("azure/training-automated", "training-code automated: src/churn/train.py:27"),
        ("mlflow", "src/churn/train.py:24  experiment-tracking: "),
        ("prefect", "it matches nothing"),
        ("pipeline-jungle", "none is found"),
    ],
)
def test_says_what_there_is_of_them_here(name: str, says: str, capsys: Captured) -> None:
    assert run(["explain", name, str(FIXTURES / "scheduled-training"), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["found"]
    assert found["repository"] == "scheduled-training"
    assert any(says in row for row in found["says"])


def test_what_gives_points_is_asked_for_at_no_level(capsys: Captured) -> None:
    assert run(["explain", "data-versioning"]) == 0
    out = capsys.readouterr().out
    assert "cd4ml present" in out
    assert "cd4ml 0" not in out


def test_says_where_a_problem_is_seen(capsys: Captured) -> None:
    assert run(["explain", "notebook-behind-devops", str(FIXTURES / "k8s-serving"), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["kind"] == "problem"
    assert told["found"]["says"][:2] == [
        "api/Dockerfile:5  copies ocr.onnx into the image",
        "data-versioning is not detected",
    ]
