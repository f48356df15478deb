"""What the tests of faults share: the faults of a small repository."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from mlripe.auditing import inspection
from mlripe.detection.cannot_work import Fault, cannot_work
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring import Wiring

Faults = Callable[[Mapping[str, str]], list[Fault]]


@pytest.fixture
def faults() -> Faults:
    """The faults of a repository of these files."""

    def found(files: Mapping[str, str]) -> list[Fault]:
        store = inspection(MemorySnapshot(dict(files))).store
        return list(cannot_work(store, Wiring(store)))

    return found
