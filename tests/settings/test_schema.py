"""The JSON schema of the settings: current, and what the documentation shows is valid by it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import tomli

from mlripe.catalog import load
from mlripe.settings.load import load_config
from mlripe.settings.schema import schema_text
from mlripe.snapshot.memory import MemorySnapshot

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> list[dict[str, Any]]:
    """The settings that the documentation shows, in pyproject.toml or in a file of their own."""
    found = [tomli.loads(block) for page in PAGES for block in BLOCK.findall(page.read_text(encoding="utf-8"))]
    known = json.loads(schema_text())["properties"]
    tables = [data["tool"]["mlripe"] if "mlripe" in data.get("tool", {}) else data for data in found]
    return [table for table in tables if table.keys() & known.keys()]


def faults(settings: dict[str, Any]) -> list[str]:
    plain = json.loads(json.dumps(settings, default=lambda day: day.isoformat()))
    return [fault.message for fault in jsonschema.Draft202012Validator(json.loads(schema_text())).iter_errors(plain)]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


def test_the_documented_settings_are_valid() -> None:
    shown = examples()
    assert len(shown) >= 2
    assert [faults(settings) for settings in shown] == [[] for _ in shown]


@pytest.mark.parametrize(
    "settings",
    ["target = ['azure:2']", "targets = 'azure:2'", "paths = []", "[[exclusions]]\nabout = 'lineage'", "models = [1]"],
)
def test_what_mlripe_refuses_is_not_valid(settings: str) -> None:
    assert faults(tomli.loads(settings))
    with pytest.raises(Exception, match=r"^mlripe\.toml: "):
        load_config(MemorySnapshot({"mlripe.toml": settings}), load().roles)
