"""`mlripe plan`: what it prints, and what a wrong target is told."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from mlripe.cli.app import run

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    (tmp_path / "train.py").write_text("from sklearn.svm import SVC\nSVC().fit([[1]], [1])\n")
    return tmp_path


def test_the_way_up_begins_with_the_next_level(trained: Path, capsys: Captured) -> None:
    assert run(["plan", str(trained)]) == 0
    out = capsys.readouterr().out
    assert "Microsoft Azure MLOps maturity model: level 1, DevOps but no MLOps\n" in out
    assert "; teams usually take 1 to 3 months for such a level\n" in out
    assert "Google" not in out


def test_the_way_to_a_level_as_json(trained: Path, tmp_path: Path, capsys: Captured) -> None:
    target = tmp_path / "plan.json"
    assert (
        run(["plan", str(trained), "--to", "azure:2", "--to", "google:1", "--format", "json", "-o", str(target)]) == 0
    )
    told = json.loads(target.read_text())
    assert [(goal["model"], goal["level"], goal["now"]) for goal in told["goals"]] == [
        ("azure", 2, 0),
        ("google", 1, 0),
    ]
    steps = [step for stage in told["stages"] for step in stage["steps"]]
    assert all(step["how"] and step["done"] and step["needed"] != step["now"] and step["days"] > 0 for step in steps)
    assert {"training-pipeline", "model-evaluation"} <= {step["capability"] for step in steps}


def test_the_way_as_a_list_to_tick_off(trained: Path, capsys: Captured) -> None:
    assert run(["plan", str(trained), "--to", "azure:2", "--format", "markdown"]) == 0
    out = capsys.readouterr().out
    assert f"## {trained.name}: what to do next\n" in out.replace("\\", "")
    assert "\n1. [ ] **" in out
    assert "    - here: `train.py:2" in out
    assert "### Files cannot show these" in out


def test_the_way_as_lines_of_a_table(trained: Path, capsys: Captured) -> None:
    assert run(["plan", str(trained), "--to", "azure:2", "--format", "csv"]) == 0
    heads, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert heads == ["stage", "title", "description", "file", "days", "criteria", "done"]
    assert rows
    assert all(len(row) == len(heads) and float(row[4]) > 0 for row in rows)


def test_a_level_that_is_reached(trained: Path, capsys: Captured) -> None:
    assert run(["plan", str(trained), "--to", "azure:0"]) == 0
    assert "level 0, No MLOps: reached\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("azur:2", "there is no maturity model 'azur'; did you mean 'azure'?"),
        ("azure:7", "target 'azure:7' names no level of azure; write azure:LEVEL with one of 0, 1, 2, 3, 4"),
        ("azure", "target 'azure' names no level of azure"),
    ],
)
def test_a_wrong_target_names_the_right_ones(target: str, says: str, trained: Path, capsys: Captured) -> None:
    assert run(["plan", str(trained), "--to", target]) == 2
    assert says in capsys.readouterr().err
