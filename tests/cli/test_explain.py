"""`mlripe explain`: what is said of a capability, with a repository and without."""

from __future__ import annotations

import json
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
    assert "  * azure 4 " in out
    assert "Closest" not in out


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


def test_an_unknown_capability_names_the_nearest(capsys: Captured) -> None:
    assert run(["explain", "drift-detectoin"]) == 2
    says = (
        "mlripe: there is no capability 'drift-detectoin'; did you mean 'drift-detection'?; `mlripe catalog` lists them"
    )
    assert capsys.readouterr().err.strip() == says
