"""Own detectors whose expressions take long, over texts that are made for them: all together they are bounded."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.catalog.additions import Addition, extended
from mlripe.detection import text_search
from mlripe.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from tests.hostile.conftest import MeasuredRun, WriteFiles

TRAIN = "from sklearn.svm import SVC\n\nSVC().fit([[0], [1]], [0, 1])\n"
TOO_SLOW = text_search.TOO_SLOW.says


def detector(*expressions: str) -> str:
    shows = [{"capability": "data-ingestion", "text": [each], "within": ["*.txt"]} for each in expressions]
    return json.dumps({"tool": "Ours", "shows": shows})


def made_for(megabytes: float) -> str:
    """A text in which a match could begin anywhere and ends nowhere."""
    chance = random.Random(1)
    return "".join(chance.choice("ab") for _ in range(int(megabytes * 2**20)))


def test_several_expressions_on_several_texts(
    tmp_path: Path, measured_audit: MeasuredRun, write_files: WriteFiles
) -> None:
    files = {"mlripe.toml": "catalogs = ['own']\n", "train.py": TRAIN}
    files |= {
        f"own/detectors/data/d{d}.yaml": detector(*(f"a[ab]{{{900 - d}}}{e}" for e in "cdefghij")) for d in range(20)
    }
    files |= {f"notes/{number:02}.txt": made_for(0.25) for number in range(20)}
    took = measured_audit(write_files(tmp_path / "churn", files), cpu_seconds=20)  # alone it is half of it
    assert took.read_faults[""] == [TOO_SLOW]
    assert took.report["capabilities"]["training-code"]["strength"] == "present"


def audited(expression: str, text: str) -> tuple[list[str], str]:
    """What is told of a repository with such a text, and how strong what the expression shows is."""
    catalog = extended(load(), [Addition("own", {"detectors/data/ours.yaml": detector(expression).encode()})])
    found = Inspection(MemorySnapshot({"train.py": TRAIN, "a.txt": text}), catalog).assessment()
    return [each.says for each in found.read_faults], found.capabilities["data-ingestion"].strength.name


def test_an_ordinary_search_is_never_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_search, "MOST_SLOW", 0.0)
    assert audited(r"\bloads?\s+data\b", "we load data\n" * 100_000) == ([], "present")


def test_the_first_slow_search_is_done_and_what_it_finds_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_search, "MOST_SLOW", 0.0)
    assert audited("a[ab]{0,300}c", made_for(0.25) + "c") == ([TOO_SLOW], "present")
