"""Every key of every kind of catalogue file with wrong values: told with file and key, and what is taken can be used.

Which files and keys there are is read from the shapes that the catalogue is held against, so that a new one is tried too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from pydantic import TypeAdapter

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.catalog.additions import Addition, extended
from mlripe.catalog.compile import Known, compiled
from mlripe.catalog.schema import KEYED_FILES, Detector, MaturityModel, ProblemRule
from mlripe.catalog.validation import RENAMED
from mlripe.errors import CatalogError
from mlripe.snapshot.memory import MemorySnapshot
from tests.hostile.wrong_values import VALUES, Place, changed, places

ROOT: Final = Path(__file__).resolve().parents[2]
NAMED: Final = {name: word for word, name in RENAMED.items()}
TRIED: Final = {
    name: VALUES[name]
    for name in (
        "an empty text",
        "characters that terminals obey",
        "half an expression",
        "a number below zero",
        "a list in a list",
        "an empty list",
        "an empty table",
        "a table",
    )
}
GOOD: Final[Mapping[str, Any]] = {
    "detectors/data/ours.yaml": {
        "tool": "Ours",
        "shows": [{"capability": "data-ingestion", "call": ["ours.pull"]}],
        "starts": [{"kind": "pipeline", "decorator": ["ours.flow"]}],
        "cases": [{"files": {"a.py": "import ours\nours.pull()\n"}, "shows": {"data-ingestion": "present"}}],
    },
    "rules/models/ours.yaml": {
        "id": "ours",
        "title": "Our own steps",
        "source": "https://example.org/steps",
        "fidelity": "published",
        "levels": {0: "Nothing", 1: "Loaded"},
        "dimensions": {"data": "Data"},
        "criteria": [
            {
                "id": "loaded",
                "level": 1,
                "dimension": "data",
                "says": "Data is loaded",
                "weight": "central",
                "needs": {"data-ingestion": "present"},
            }
        ],
    },
    "rules/problems/ours.yaml": {
        "title": "A loader that nobody reviewed",
        "severity": "untidy",
        "source": "https://example.org/smells",
        "why": "What it loads may be personal.",
        "remedy": "Review it.",
        "when": {"reached": {"data-ingestion": "present"}},
    },
}
SHAPES: Final[Mapping[str, type]] = {
    "detectors/data/ours.yaml": Detector,
    "rules/models/ours.yaml": MaturityModel,
    "rules/problems/ours.yaml": ProblemRule,
    **dict(KEYED_FILES.values()),
}


def good(file: str) -> dict[str, Any]:
    """Good data of a file; of a file with many entries the first that mlripe has itself, under another name."""
    if file in GOOD:
        return dict(GOOD[file])
    path = ROOT / file
    rows = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {"ours": next(iter(rows.values()), {})}


def tried(file: str) -> Iterator[tuple[str, Place, Any]]:
    """The file with a wrong value at each place: the name of the value, the place, the data."""
    data, keyed = good(file), file not in GOOD
    schema = TypeAdapter(SHAPES[file]).json_schema()
    for at, _ in places(schema, data["ours"] if keyed else data):
        written = tuple(NAMED.get(str(step), step) if step != 0 else step for step in at)
        place = ("ours", *written) if keyed else written
        if place[-1] == "id":
            continue  # of most files it is their name
        for name, value in TRIED.items():
            yield name, place, changed(data, place, value)


@pytest.fixture(scope="module")
def known() -> Known:
    return Known.of(load())


def text_of(data: Any) -> bytes:
    return json.dumps(data, default=str).encode()  # which is YAML


def faults(file: str, content: bytes, known: Known) -> list[str]:
    """What is told of a file of a catalogue, a line a fault; empty where it is taken."""
    try:
        compiled({file: content}, known, "own/")
    except CatalogError as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize("file", SHAPES)
def test_a_wrong_value_is_told_with_file_and_key(file: str, known: Known) -> None:
    taken: dict[str, bytes] = {}
    for name, place, data in tried(file):
        content = text_of(data)
        if lines := faults(file, content, known):
            where = [str(step) for step in place if step != 0]
            where += {"dimensions": ["dimension"], "criteria": ["criterion"]}.get(where[-1], [])  # named elsewhere
            assert all(line.startswith(f"own/{file}") for line in lines), (name, place, lines)
            told = " ".join(lines)
            assert "is no file of a catalogue" in told or any(step in told for step in where), (name, place, lines)
        else:
            taken[file.replace("ours", f"ours-{len(taken)}")] = content
    if file in GOOD:
        snapshot = MemorySnapshot({"a.py": "import ours\n\n\ndef f():\n    ours.pull(a=1)\n", "b.yaml": "a: {b: 1}\n"})
        for name in taken if "models" in file else ():
            taken[name] = text_of({**json.loads(taken[name]), "id": Path(name).stem})
        catalog = extended(load(), [Addition("own", taken)])
        assert Inspection(snapshot, catalog).assessment(["all"]).capabilities


BROKEN: Final[Mapping[str, bytes]] = {
    "nothing": b"",
    "a comment": b"# later\n",
    "half a list": b"shows: [\n",
    "a tab": b"shows:\n\t- a\n",
    "a key twice": b"tool: a\ntool: b\n",
    "an object of Python": b"!!python/object/apply:os.system [touch canary]\n",
    "an alias of itself": b"a: &a [*a]\n",
    "an anchor that there is not": b"a: *b\n",
    "two documents": b"tool: a\n---\ntool: b\n",
    "other bytes": b"\xff\xfe\x00",
    "a zero byte": b"tool: a\0\n",
    "nesting": b"a: " + b"[" * 5000,
    "a large file": b"tool: " + b"a" * 600_000,
    "a list": b"- a\n",
    "a word": b"word\n",
    "a number": b"7\n",
}


@pytest.mark.parametrize("file", SHAPES)
def test_a_broken_file_is_told(file: str, known: Known) -> None:
    for name, content in BROKEN.items():
        lines = faults(file, content, known)
        assert lines, name
        assert all(line.startswith(f"own/{file}") for line in lines), (name, lines)
