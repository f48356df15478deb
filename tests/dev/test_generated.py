"""Generated files are what the code and the catalogue of today make of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mlripe.catalog import load
from mlripe.catalog.load import source_root
from mlripe.dev import generated

ROOT = source_root()


def test_no_file_of_the_checkout_is_stale() -> None:
    assert [str(path) for path in generated.stale(load(), ROOT)] == [], "run `python -m mlripe.dev`"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in (generated.MODELS, generated.REFERENCE):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in (".pre-commit-hooks.yaml", "docs/problems.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_a_stale_page_is_written_and_one_of_a_model_that_is_gone_is_removed(checkout: Path) -> None:
    page, gone = checkout / generated.MODELS / "azure.md", checkout / generated.MODELS / "gone.md"
    hooks = checkout / ".pre-commit-hooks.yaml"
    right = page.read_text(encoding="utf-8")
    page.write_text("old", encoding="utf-8")
    gone.write_text("old", encoding="utf-8")
    hooks.write_text(hooks.read_text(encoding="utf-8").replace("    (?x)^(?:", "    (?x)^(?:old|"), encoding="utf-8")
    assert {*generated.stale(load(), checkout)} == {page, gone, hooks}
    assert {*generated.write(load(), checkout)} == {page, gone, hooks}
    assert page.read_text(encoding="utf-8") == right
    assert not gone.exists()
    assert [*generated.stale(load(), checkout)] == []
