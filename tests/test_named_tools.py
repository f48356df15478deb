"""The catalogue's breadth: every tool that it promises to know is there, with a case that depends on that very tool."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from mlripe.catalog import Catalog, load
from mlripe.catalog.compile import Known, detector_file
from mlripe.catalog.load import source_root
from mlripe.catalog.schema import Detector
from mlripe.detection.case_runner import run_case
from mlripe.detection.engine import detect
from mlripe.evidence import Strength
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot

ROOT = source_root()
HERE = Path(__file__).parent
KNOWN = replace(Known.of(load()), detectors=frozenset())  # which mlripe's own do not add to


def rows() -> Iterator[object]:
    """Each tool with what it is known for, its detector, and the word that its traces carry."""
    for groups in yaml.safe_load((HERE / "named_tools.yaml").read_text()).values():
        for shows, tools in groups.items():
            for tool, known_by in tools.items():
                detector, word = known_by.split(" ", 1)
                yield pytest.param(shows, detector, word, id=f"{tool}, {shows}")


def starts() -> Iterator[object]:
    for group in yaml.safe_load((HERE / "named_starts.yaml").read_text()).values():
        for tool, row in group.items():
            yield pytest.param(row["word"], row["automated"], row["files"], id=tool)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def loaded(name: str) -> Detector:
    path = f"detectors/{name}.yaml"
    return detector_file(path, (ROOT / path).read_bytes(), KNOWN)


def mentions(files: dict[str, str], word: str) -> bool:
    return any(word.lower() in f"{path}\n{text}".lower() for path, text in files.items())


def without(files: dict[str, str], word: str) -> dict[str, str]:
    """The same files where something else stands in the place of the tool."""
    other = re.compile(re.escape(word), re.IGNORECASE)
    return {other.sub("xyzzy", path): other.sub("xyzzy", text) for path, text in files.items()}


@pytest.mark.parametrize(("shows", "name", "word"), list(rows()))
def test_a_named_tool_is_known_by_its_traces(shows: str, name: str, word: str, catalog: Catalog) -> None:
    detector = loaded(name)
    patterns = {**yaml.safe_load((ROOT / f"detectors/{name}.yaml").read_text()), "cases": None}
    assert word.lower() in json.dumps(patterns).lower(), "no pattern of the detector names it"
    cases = [c for c in detector.cases if c.shows.get(shows, "declared") != "declared" and mentions(c.files, word)]
    assert cases, f"no case that shows {shows}"
    assert any(
        run_case(detector, replace(case, files=without(case.files, word)), catalog).get(shows) != case.shows[shows]
        for case in cases
    ), "its cases match another tool just as well"


@pytest.mark.parametrize(("shows", "name", "word"), list(rows()))
def test_a_named_tool_has_a_look_alike(shows: str, name: str, word: str) -> None:
    assert any(not case.shows and mentions(case.files, word) for case in loaded(name).cases)


@pytest.mark.parametrize("capability", sorted(KNOWN.capabilities))
def test_every_capability_is_shown_by_a_detector(capability: str, catalog: Catalog) -> None:
    assert any(
        capability == shown or (not isinstance(shown, str) and capability in shown)
        for detector in catalog.detectors
        for shown in (show.capability for show in detector.shows)
    )


def automated(files: dict[str, str], catalog: Catalog) -> set[str]:
    store = FactStore(MemorySnapshot(files), catalog.roles, lambda *_: True)
    store.load()
    return {e.capability for e in detect(store, catalog).evidence if e.strength >= Strength.automated}


@pytest.mark.parametrize(("word", "wanted", "files"), list(starts()))
def test_what_starts_things(word: str, wanted: list[str], files: dict[str, str], catalog: Catalog) -> None:
    assert set(wanted) <= automated(files, catalog)
    assert not set(wanted) & automated(without(files, word), catalog), "it is automated without it just as well"
