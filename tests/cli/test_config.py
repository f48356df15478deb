"""`mlripe config`: what is in force, from where, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlripe.cli.app import run

Captured = pytest.CaptureFixture[str]


def test_defaults_say_that_they_are_defaults(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "train.py").write_text("x = 1\n")
    assert run(["config", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("settings: none\n")
    assert "  models           azure, google  (default)\n" in out


def test_each_value_names_its_file(tmp_path: Path, capsys: Captured) -> None:
    settings = "[tool.mlripe]\nmodels = ['google']\ntargets = ['google:1']\nprofile = 'llm'\n"
    (tmp_path / "pyproject.toml").write_text(settings)
    assert run(["config", str(tmp_path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == "pyproject.toml"
    assert told["settings"]["models"] == {"value": ["google"], "from": "pyproject.toml"}
    assert told["settings"]["require"] == {"value": [], "from": "default"}
    left_out = told["settings"]["not-applicable"]
    assert ("training-code" in left_out["value"], left_out["from"]) == (True, "the profile llm")
    assert told["settings"]["paths.tests"]["from"] == "default"


def test_settings_that_are_not_read_are_told(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "mlripe.toml").write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.mlripe]\ntargets = ['azure:1']\n")
    assert run(["config", str(tmp_path)]) == 0
    assert "  not read: [tool.mlripe] in pyproject.toml, for mlripe.toml goes first\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("targets = ['azure:9']", "mlripe.toml: targets: target 'azure:9' names no level of azure"),
        ("require = ['lineage']", "mlripe.toml: require: requirement 'lineage': write CAPABILITY=STRENGTH"),
        ("models = ['azur']", "mlripe.toml: models: there is no maturity model 'azur'; did you mean 'azure'?"),
        ('"a\\u001b[31mb" = 1', "mlripe.toml: 'a\\x1b[31mb': unknown key"),
        ("target = ['azure:1']", "mlripe.toml: target: unknown key; did you mean 'targets'?"),
        ("[[attestations]]\nabout = 'lineage'", "mlripe.toml: attestations.0.by: is required"),
        ("catalogs = ['own']", "own/detectors/data/x.yaml: show: unknown key; did you mean 'shows'?"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(settings: str, says: str, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "mlripe.toml").write_text(settings + "\n")
    (tmp_path / "own/detectors/data").mkdir(parents=True)
    (tmp_path / "own/detectors/data/x.yaml").write_text("tool: X\nshow: []\n")
    assert run(["config", str(tmp_path)]) == 2
    assert says in capsys.readouterr().err
