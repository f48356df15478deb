"""ReadFaults as people read them: one that many files have is told once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mlripe.evidence import Unresolved
from mlripe.read_fault import ReadFault
from mlripe.reports.terminal.text import place

__all__ = ["by_words", "where"]

_WHOLE: Final = "(the whole)"  # what a read fault of no single file is about


def by_words(read_faults: Iterable[ReadFault]) -> list[tuple[str, list[ReadFault]]]:
    """The read faults by what they say, in the order of the first of each."""
    found: dict[str, list[ReadFault]] = {}
    for read_fault in read_faults:
        found.setdefault(read_fault.says, []).append(read_fault)
    return list(found.items())


def where(read_fault: ReadFault | Unresolved) -> str:
    """Its place as plain text."""
    return place(read_fault.path, read_fault.line) or _WHOLE
