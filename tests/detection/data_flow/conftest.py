"""Small programs in which the line that shows a fault is marked by a comment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from mlripe.auditing import inspection
from mlripe.detection.data_flow import Finding, findings
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring import Wiring

MARK = "# <-- "
Check = Callable[[Mapping[str, str]], None]


def found_in(files: Mapping[str, str]) -> tuple[Finding, ...]:
    """All findings in a small repository."""
    snapshot = MemorySnapshot({path: text.encode() for path, text in files.items()})
    store = inspection(snapshot).store
    return findings(store, Wiring(store))


@pytest.fixture
def check() -> Check:
    """Holds the findings in a repository against the lines that are marked with their kinds: `# <-- fitted-on-test`."""

    def held(files: Mapping[str, str]) -> None:
        marked = {
            (path, number, line.partition(MARK)[2].strip())
            for path, text in files.items()
            for number, line in enumerate(text.split("\n"), 1)
            if MARK in line
        }
        assert {(each.path, each.line, each.kind.value) for each in found_in(files)} == marked

    return held
