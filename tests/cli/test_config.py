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
    assert "  models          azure, google  (default)\n" in out


def test_each_value_names_its_file(tmp_path: Path, capsys: Captured) -> None:
    settings = "[tool.mlripe]\nmodels = ['google']\ntargets = ['google:1']\nprofile = 'llm'\n"
    (tmp_path / "pyproject.toml").write_text(settings)
    assert run(["config", str(tmp_path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == "pyproject.toml"
    assert told["settings"]["models"] == {"value": ["google"], "from": "pyproject.toml"}
    assert told["settings"]["require"] == {"value": [], "from": "default"}
    assert "training-code" in told["settings"]["exclusions"]["value"]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("targets = ['azure:9']", "target 'azure:9' names no level of azure"),
        ("require = ['lineage']", "requirement 'lineage': write CAPABILITY=STRENGTH"),
        ("models = ['azur']", "there is no maturity model 'azur'; did you mean 'azure'?"),
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
