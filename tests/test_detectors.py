"""Every detector's own cases, and what every detector must have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from mlripe.catalog import Catalog, load
from mlripe.catalog.compile import Known, detector_file
from mlripe.catalog.load import source_root
from mlripe.catalog.schema import Case, Detector
from mlripe.detection.case_runner import run_case
from mlripe.errors import CatalogError

ROOT = source_root()
FILES = sorted((ROOT / "detectors").glob("**/*.yaml"))


@cache
def known() -> Known:
    """What mlripe's own detectors may refer to; none of them adds to a catalogue that is there already."""
    return replace(Known.of(load()), detectors=frozenset())


@cache
def detector_of(path: Path) -> Detector:
    return detector_file(path.relative_to(ROOT).as_posix(), path.read_bytes(), known())


def all_cases() -> Iterator[object]:
    for path in FILES:
        try:
            detector = detector_of(path)
        except CatalogError:
            continue  # told by the test of the file itself
        for number, case in enumerate(detector.cases):
            yield pytest.param(detector, case, id=f"{detector.id}-{number}")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


@pytest.mark.parametrize(("detector", "case"), list(all_cases()))
def test_case(detector: Detector, case: Case, catalog: Catalog) -> None:
    assert run_case(detector, case, catalog) == dict(case.shows), case.name


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_detector_has_cases_in_both_directions(path: Path) -> None:
    detector = detector_of(path)
    assert any(case.shows for case in detector.cases), "no case that matches"
    assert any(not case.shows for case in detector.cases), "no look-alike"
