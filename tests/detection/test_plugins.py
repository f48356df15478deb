"""Detectors that need code: offered by installed packages, and never the end of an audit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mlripe.assessment import Assessment
from mlripe.detection.plugins import plugins

CODE = """
from mlripe.detection.observations import Observation
from mlripe.wiring import Place

def reviews(signs, store, wiring):
    for path in store.entries:
        if path.endswith(".review"):
            yield Observation("governance-controls", "acme", Place(path), 1, "a signed review")

def broken(signs, store, wiring):
    raise KeyError("oh")

def wrong(signs, store, wiring):
    return ["a text"]
"""


@pytest.fixture
def offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Installs a package whose entry points are the given lines."""

    def install(points: str) -> None:
        (tmp_path / "acme_signs.py").write_text(CODE)
        metadata = tmp_path / "acme_signs-1.2.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-signs\nVersion: 1.2\n")
        (metadata / "entry_points.txt").write_text(f"[mlripe.detectors]\n{points}\n")
        monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
        plugins.cache_clear()

    yield install
    plugins.cache_clear()
    sys.modules.pop("acme_signs", None)


Assess = Callable[[dict[str, str]], Assessment]
FILES = {"a.review": "signed", "train.py": "from sklearn.svm import SVC\nSVC().fit([[1]], [1])\n"}


def test_what_it_finds_is_evidence(offered: Callable[[str], None], assess: Assess) -> None:
    offered("reviews = acme_signs:reviews")
    found = assess(FILES)
    assert [e.path for e in found.capabilities["governance-controls"].evidence] == ["a.review"]
    assert found.additions == ("reviews of acme-signs 1.2",)


@pytest.mark.parametrize(
    ("point", "says"),
    [
        ("acme_signs:broken", "KeyError: 'oh'"),
        ("acme_signs:wrong", "TypeError: it gave str, not mlripe.detection.observations.Observation"),
        ("acme_signs:gone", "AttributeError"),
        ("acme_nowhere:x", "ModuleNotFoundError"),
    ],
)
def test_its_failure_is_a_read_fault_and_stops_nothing(
    point: str, says: str, offered: Callable[[str], None], assess: Assess
) -> None:
    offered(f"it = {point}")
    found = assess(FILES)
    assert found.capabilities["training-code"].strength.name == "present"
    assert any(f"the installed detector it of acme-signs 1.2 failed: {says}" in p.says for p in found.read_faults)
