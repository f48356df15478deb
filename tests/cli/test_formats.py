"""`mlripe check` in every format: the same exit code, the report written all the same, and GitHub's job summary."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from mlripe.cli.app import run
from mlripe.reports import FORMATS

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a training script that a person starts: level 0."""
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / "README.md").write_text("# churn\n")
    (folder / "train.py").write_text("from sklearn.svm import SVC\n\nSVC().fit([[1]], [1])\n")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return folder


@pytest.mark.parametrize("format_", FORMATS)
def test_exit_code_is_the_same_in_every_format(format_: str, capsys: Captured) -> None:
    assert run(["check", "--target", "azure:0", "--format", format_]) == 0
    assert run(["check", "--target", "azure:2", "--format", format_]) == 1
    assert run(["check", "--target", "azure:2", "--format", format_, "--exit-zero"]) == 0
    assert run(["check", "--target", "azure:9", "--format", format_]) == 2
    assert run(["audit", "--format", format_]) == 0
    assert capsys.readouterr().out


def test_every_report_is_written_also_when_the_check_fails(tmp_path: Path, capsys: Captured) -> None:
    wanted = [f"--format={name}={tmp_path / name}" for name in FORMATS if name != "terminal"]
    assert run(["check", "--target", "azure:1", "--require", "code-testing=present", "--format=terminal", *wanted]) == 1
    assert "azure: technical evidence for level 0, target 1: below" in capsys.readouterr().out
    results = json.loads((tmp_path / "sarif").read_text())["runs"][0]["results"]
    assert [(result["ruleId"], result["level"]) for result in results] == [
        ("azure/builds-automated", "error"),
        ("require/code-testing", "error"),
    ]
    files = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
    assert files == ["README.md", "README.md"], "nothing here is near to either"
    assert len(json.loads((tmp_path / "gitlab").read_text())) == 2
    assert Xml.parse(tmp_path / "junit").getroot().attrib["failures"] == "2"
    assert all((tmp_path / name).stat().st_size for name in FORMATS if name != "terminal")


def test_capabilities_rules_point_at_the_text_that_says_what_they_are(capsys: Captured) -> None:
    assert run(["check", "--require", "code-testing=present", "--format", "sarif"]) == 1
    (rule,) = json.loads(capsys.readouterr().out)["runs"][0]["tool"]["driver"]["rules"]
    assert rule["helpUri"].startswith("https://")


def test_github_adds_to_the_summary_of_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("what another step said\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert run(["check", "--target", "azure:1", "--format", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=")
    told = summary.read_text()
    assert told.startswith("what another step said\n<!-- mlripe -->\n## MLOps maturity of churn\n")
    assert "| `azure:1` | **fails** |" in told


def test_no_other_format_writes_a_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run(["check", "--target", "azure:1"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("azure: technical evidence"), "for people, also in CI: nothing else is chosen by itself"
    assert not (tmp_path / "summary.md").exists()


def test_summary_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    assert run(["audit", "--format", "github"]) == 2
    assert "which GITHUB_STEP_SUMMARY names" in capsys.readouterr().err
