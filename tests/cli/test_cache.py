"""`mlripe cache`: where it lies, how large it is, and its removal."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import mlripe
from mlripe.cli.app import mlripe as command

FILES = {"train.py": "import mlflow\nmlflow.log_metric('a', 1)\n", "notes.txt": "of the user\n"}


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert result.exception is None
    assert result.return_value == 0
    return result.output


def test_info_and_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache"
    monkeypatch.setenv("MLRIPE_CACHE_DIR", str(folder))
    assert "files    0 (0.0 MiB of at most 256.0 MiB)" in run("cache", "info")
    (tmp_path / "churn").mkdir()
    (tmp_path / "churn/train.py").write_text(FILES["train.py"])
    mlripe.audit(tmp_path / "churn")
    said = run("cache", "info")
    assert str(folder) in said
    assert "files    1 (" in said
    (folder / "notes.txt").write_text(FILES["notes.txt"])
    assert run("cache", "clear").startswith("removed 1 file of the cache")
    assert [path.name for path in folder.iterdir()] == ["notes.txt"], "what is not mlripe's stays"
    assert "removed 0 files" in run("cache", "clear")


def test_a_cache_that_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLRIPE_CACHE_DIR", "")
    assert "switched off" in run("cache", "info")
    assert "switched off" in run("cache", "clear")
