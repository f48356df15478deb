"""Every key of the settings with every kind of wrong value: told with file, key and remedy, and nothing is lost.

Which keys there are is read from the schema of the settings, so that a new one is tried as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import tomli

from mlripe import auditing
from mlripe.settings.files import OWN_FILE, SHARED_FILE
from mlripe.settings.schema import SCHEMA_FILE
from mlripe.snapshot.memory import MemorySnapshot
from tests.hostile.wrong_values import VALUES, Place, answer, changed, contents, places, type_of

Captured = pytest.CaptureFixture[str]

SCHEMA: Final = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
# What a key may hold: it tells the keys of tables whose keys are free, and what must stand beside a key.
GOOD: Final[Mapping[str, Any]] = tomli.loads("""
models = ["azure"]
targets = ["azure:1"]
require = ["code-testing=present"]
exclude = ["old/"]
profile = "research"
catalogs = ["own"]
projects = ["a", "b"]
[paths]
tests = ["checks/"]
[[attestations]]
about = "lineage"
strength = "present"
by = "the data team"
on = 2024-01-01
until = 2099-01-01
proof = "https://example.org/lineage"
reason = "a service of another team does it"
[[exclusions]]
about = "online-serving"
reason = "a batch model"
""")
FILES: Final = {
    "a/train.py": "x = 1\n",
    "b/train.py": "x = 1\n",
    "own/detectors/data/ours.yaml": "tool: Ours\nshows:\n  - {capability: data-ingestion, call: ours.pull}\n",
}


FEW: Final = {name: VALUES[name] for name in ("an empty text", "a number", "a list in a list", "a table")}
PLACES: Final = list(places(SCHEMA, GOOD))


def toml(value: Any) -> str:
    """A value in TOML, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def asked(file: str, data: Mapping[str, Any], capsys: Captured) -> tuple[int, str]:
    """What `mlripe config` answers where these are the settings."""
    text = "".join(f"{toml(key)} = {toml(value)}\n" for key, value in data.items())
    text = text if file == OWN_FILE else f"[tool.mlripe]\n{text}"
    snapshot = MemorySnapshot({**FILES, file: text})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auditing, "open_snapshot", lambda *given: snapshot)
        return answer(["config", "churn"], capsys, (0, 2))


@pytest.mark.parametrize("file", [OWN_FILE, SHARED_FILE])
def test_the_good_settings_are_good(file: str, capsys: Captured) -> None:
    assert asked(file, GOOD, capsys) == (0, "")


@pytest.mark.parametrize(("at", "types"), [pytest.param(*row, id=".".join(map(str, row[0]))) for row in PLACES])
def test_a_wrong_value_is_told_with_file_and_key(at: Place, types: set[str], capsys: Captured) -> None:
    for file, values in ((OWN_FILE, VALUES), (SHARED_FILE, FEW)):
        named = at[:-1] if at[-1] == 0 else at  # of one of several words the word itself is told
        key = ".".join(map(str, named if file == OWN_FILE else ("tool", "mlripe", *named)))
        for name, value in values.items():
            code, told = asked(file, changed(GOOD, at, value), capsys)
            assert code == 2 or type_of(value) in types, f"{key} takes {name}"
            if code == 2:
                assert told.startswith(f"mlripe: {file}: "), (name, told)
                assert key in told or name == "a number of 4,000 digits", (name, told)
                assert told.count("\n") == 1, (name, told)


KEYS: Final = [at for at, _ in PLACES if at[-1] != 0 and at[0] != "paths"]


@pytest.mark.parametrize("at", KEYS, ids=lambda value: ".".join(map(str, value)))
def test_a_slip_in_a_key_is_told_with_the_key_that_is_meant(at: Place, capsys: Captured) -> None:
    key = str(at[-1])
    for slip in (key[:-1], key[0] + key, "x\u202e\x1b[31m", "", "a.b", "x" * 3000):
        data = changed(GOOD, (*at[:-1], slip), "a")
        code, told = asked(OWN_FILE, data, capsys)
        assert code == 2
        assert told.startswith("mlripe: mlripe.toml: ")
        if slip in (key[:-1], key[0] + key):
            where = ".".join(map(str, (*at[:-1], slip)))
            assert f"mlripe.toml: {where}: unknown key; did you mean " in told, told


BROKEN: Final[Mapping[str, str | bytes]] = {
    "a key twice": "models = ['azure']\nmodels = ['google']\n",
    "a table twice": "[paths]\n[paths]\n",
    "a table and a list of tables": "[attestations]\n[[attestations]]\n",
    "half a text": "models = ['azure\n",
    "half a list": "models = ['azure',\n",
    "no value": "models =\n",
    "another language": "models: [azure]\n",
    "a day that there is not": "attestations = 2024-02-30\n",
    "other bytes": b"\xff\xfe\x00m",
    "a zero byte": "models = ['a\0']\n",
    "a long line of brackets": "a = " + "[" * 10_000,
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("command", ["config", "audit", "check", "init"])
def test_a_broken_file_is_told_and_kept(name: str, command: str, tmp_path: Path, capsys: Captured) -> None:
    text = BROKEN[name]
    (tmp_path / OWN_FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / "train.py").write_text("x = 1\n")
    before = contents(tmp_path)
    _, told = answer([command, str(tmp_path), *(["--yes"] if command == "init" else [])], capsys, (2,))
    assert told.startswith("mlripe: mlripe.toml: ")
    assert contents(tmp_path) == before


def test_an_empty_file_is_no_fault(capsys: Captured) -> None:
    assert asked(OWN_FILE, {}, capsys) == (0, "")
    assert asked(SHARED_FILE, {}, capsys) == (0, "")
