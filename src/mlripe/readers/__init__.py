"""From one file's bytes to its facts: a reader a format, each a pure function, chosen by the file's name.

`read(path, content)` never raises for bad content: what cannot be parsed is a `Problem` in the facts.
"""

from __future__ import annotations

from collections.abc import Callable

from mlripe.facts import FileFacts, Problem

__all__ = ["Reader", "Unreadable", "read", "reader_for"]

Reader = Callable[[str, bytes], FileFacts]


class Unreadable(Exception):
    """A file that its reader cannot parse; `line` is where, 0 if unknown. The message is a sentence for the report."""

    def __init__(self, says: str, line: int = 0) -> None:
        super().__init__(says)
        self.line = line
