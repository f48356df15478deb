"""Targets, put into the settings file that there is."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli

from mlripe.errors import UserError
from mlripe.init.settings import settings


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("[project]\nname = 'a' # why\n", "[project]\nname = 'a' # why\n\n[tool.mlripe]\ntargets = [\"azure:1\"]\n"),
        ("[tool.ruff]\r\nx=1\r\n", '[tool.ruff]\r\nx=1\r\n\r\n[tool.mlripe]\r\ntargets = ["azure:1"]\r\n'),
        ("[tool.ruff]\nx=1", '[tool.ruff]\nx=1\n\n[tool.mlripe]\ntargets = ["azure:1"]\n'),
        ("", '[tool.mlripe]\ntargets = ["azure:1"]\n'),
        (
            "[tool.mlripe]\nmodels = ['azure']  # ours\n\n[tool.ruff]\n",
            "[tool.mlripe]\nmodels = ['azure']  # ours\ntargets = [\"azure:1\"]\n\n[tool.ruff]\n",
        ),
        (
            "[tool.mlripe]\nmodels = ['azure']\n\n# lint\n[tool.ruff]\n",
            "[tool.mlripe]\nmodels = ['azure']\ntargets = [\"azure:1\"]\n\n# lint\n[tool.ruff]\n",
        ),
        ("\ufeff[tool.ruff]\n", '\ufeff[tool.ruff]\n\n[tool.mlripe]\ntargets = ["azure:1"]\n'),
    ],
    ids=["added", "CRLF", "no last line end", "empty", "table is there", "a comment leads what follows", "BOM"],
)
def test_pyproject_keeps_what_it_says(text: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text.encode())
    change = settings(tmp_path, {"targets": ["azure:1"]})
    assert change is not None
    assert (change.path, change.before, change.after) == ("pyproject.toml", text, after)


@pytest.mark.parametrize(
    "text",
    [
        "tool.mlripe.models = ['azure']\n",
        "tool = {mlripe = {models = ['azure']}}\n",
        "[tool]\nmlripe = {models = ['azure']}\n",
        "[tool]\nruff = {}\n",
        "[tool.mlripe.paths]\ndocs = []\n[[tool.other]]\n",
        "[[tool.mlripe.exclusions]]\nabout = 'lineage'\nreason = 'r'\n",
    ],
)
def test_however_the_table_is_written(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    change = settings(tmp_path, {"targets": ["azure:1"]})
    assert change is not None
    wanted = tomli.loads(text)
    wanted["tool"].setdefault("mlripe", {})["targets"] = ["azure:1"]
    assert tomli.loads(change.after) == wanted


def test_without_pyproject_it_is_a_file_of_its_own(tmp_path: Path) -> None:
    change = settings(tmp_path, {"profile": "llm", "targets": ["azure:1", "google:0"]})
    assert change is not None
    assert (change.path, change.before, change.after) == (
        "mlripe.toml",
        None,
        'profile = "llm"\ntargets = ["azure:1", "google:0"]\n',
    )


def test_its_own_file_goes_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "mlripe.toml").write_text("[paths]\ndocs = []\n")
    change = settings(tmp_path, {"targets": ["azure:1"]})
    assert change is not None
    assert change.path == "mlripe.toml"
    assert tomli.loads(change.after) == {"targets": ["azure:1"], "paths": {"docs": []}}


def test_targets_that_are_set_stay(tmp_path: Path) -> None:
    (tmp_path / "mlripe.toml").write_text("targets = []\n")
    assert settings(tmp_path, {"targets": ["azure:1"]}) is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[tool", "pyproject.toml: is not valid TOML"),
        (b"tool = 1\n", "pyproject.toml: tool is no table"),
        (b"# caf\xe9\n", "pyproject.toml: is not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(UserError, match=says):
        settings(tmp_path, {"targets": ["azure:1"]})
