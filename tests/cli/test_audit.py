"""`mlripe audit`: what it asks, where the report goes, and what it says of wrong usage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlripe.cli.app import run
from mlripe.reports import FORMATS

Asked = list[dict[str, Any]]


def test_audits_here_by_default(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit"]) == 0
    assert (asked[0]["path"], asked[0]["rev"], asked[0]["models"]) == (".", None, ())
    assert "Azure MLOps: technical evidence for level 1 of 2, Tracked" in capsys.readouterr().out


def test_hands_on_what_it_is_given(asked: Asked) -> None:
    assert run(["audit", "../churn", "--rev", "v1.4", "--model", "azure"]) == 0
    assert (asked[0]["path"], asked[0]["rev"], asked[0]["models"]) == ("../churn", "v1.4", ("azure",))


def test_json_on_standard_output(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["models"]["azure"]["level"] == 1


def test_output_file_holds_what_standard_output_would(
    asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "--format", "json"]) == 0
    printed = capsys.readouterr().out
    target = tmp_path / "report.json"
    assert run(["audit", "--format", "json", "--output", str(target)]) == 0
    assert target.read_text(encoding="utf-8") == printed
    assert capsys.readouterr().out == ""


def test_several_formats_each_to_its_place(asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "--format", f"json={tmp_path}/report.json", "--format", "terminal"]) == 0
    assert "Azure MLOps: technical evidence" in capsys.readouterr().out
    assert json.loads((tmp_path / "report.json").read_text())["models"]["azure"]["level"] == 1
    assert len(asked) == 1


def test_file_gets_no_colour(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(["audit", "-o", str(tmp_path / "report.txt")]) == 0
    assert "\x1b" not in (tmp_path / "report.txt").read_text()


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_where_no_terminal_looks_on(
    environment: dict[str, str],
    coloured: bool,
    asked: Asked,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert run(["audit"]) == 0
    assert ("\x1b" in capsys.readouterr().out) is coloured


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "jsn"], "there is no format 'jsn'; did you mean 'json'?; known are {formats}"),
        (["--format", "json="], "--format 'json=': name a file after the equals sign, or leave it out"),
        (
            ["--format", "json", "--format", "terminal"],
            "two formats would go to standard output; give one a file as --format FORMAT=FILE",
        ),
        (
            ["--format", "json={tmp}/a", "--format", "html={tmp}/a"],
            "two formats would go to {tmp}/a; give each a file of its own, as --format json=FILE",
        ),
        (
            ["--format", "json={tmp}/a", "--format", "html={tmp}/../{name}/a"],
            "two formats would go to {tmp}/a; give each a file of its own, as --format json=FILE",
        ),
        (
            ["--format", "json=-", "--format", "terminal"],
            "two formats would go to standard output; give one a file as --format FORMAT=FILE",
        ),
        (
            ["--format", "json={tmp}/a", "--output", "{tmp}/b"],
            "--output goes with one format; give each its file as --format FORMAT=FILE",
        ),
        (["--output", "{tmp}"], "cannot write {tmp}: it is a folder; name a file in it"),
        (["--output", "{tmp}/no/report"], "cannot write {tmp}/no/report: there is no folder {tmp}/no; create it first"),
        (["--formt", "json"], "there is no option '--formt'; did you mean '--format'?; see `mlripe audit --help`"),
    ],
)
def test_wrong_usage_is_one_sentence_before_any_work(
    arguments: list[str], says: str, asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = (argument.replace("{tmp}", str(tmp_path)).replace("{name}", tmp_path.name) for argument in arguments)
    assert run(["audit", *given]) == 2
    assert (
        capsys.readouterr().err
        == "mlripe: " + says.replace("{tmp}", str(tmp_path)).replace("{formats}", ", ".join(FORMATS)) + "\n"
    )
    assert asked == []
