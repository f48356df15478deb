"""Searches for the expressions of text patterns, within bounds.

RE2 searches in linear time, but the time goes with the size of the expression where a text is made for it: some 4 ns
for each byte and state. A repository may bring both, so that all slow searches together are bounded.
"""

from __future__ import annotations

from time import process_time
from typing import Any, Final

from mlripe.facts import ReadFault

__all__ = ["TOO_SLOW", "TextSearch"]

MOST_SLOW: Final = 4.0  # seconds of slow searches
SLOW: Final = 50e-9  # seconds a byte; an ordinary search takes a fiftieth
NOTICED: Final = 0.02  # seconds from which a search may be called slow
TOO_SLOW: Final = ReadFault(
    "", "files were not searched for texts: the expressions of detectors take too long for the texts that stand here"
)


class TextSearch:
    """The searches in one repository."""

    def __init__(self) -> None:
        self._slow = 0.0

    @property
    def met(self) -> bool:
        """Whether slow searches have taken all the time that they may: nothing is searched any more."""
        return self._slow > MOST_SLOW

    def find(self, wanted: Any, text: bytes) -> Any:
        """The first match of an expression; None for none, and where the bound is met."""
        if self.met:
            return None
        begun = process_time()
        found = wanted.search(text)
        took = process_time() - begun
        if took > NOTICED and took > SLOW * len(text):
            self._slow += took
        return found
