"""Searches for the expressions of text patterns, within bounds.

RE2 searches in linear time, but the time goes with the size of the expression where a text is made for it: some 4 ns
for each byte and state. A repository may bring both, so that all slow searches together are bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from time import process_time
from typing import Any, Final

from mlripe.facts import ReadFault

__all__ = ["TOO_SLOW", "TextSearch", "TextWords"]

MOST_SLOW: Final = 4.0  # seconds of slow searches
SLOW: Final = 50e-9  # seconds a byte; an ordinary search takes a fiftieth
_EVERYWHERE: Final = 0  # the number of the empty word, which stands in every text
NOTICED: Final = 0.02  # seconds from which a search may be called slow
TOO_SLOW: Final = ReadFault(
    "", "files were not searched for texts: the expressions of detectors take too long for the texts that stand here"
)


class TextWords:
    """Tells which of some expressions may match a text, by one search for the words that they need."""

    def __init__(self, expressions: Iterable[str], needed: Mapping[str, Sequence[str]]) -> None:
        self._always = [expression for expression in expressions if not needed.get(expression)]
        self._by_word: dict[str, list[str]] = {"": []}
        for expression in expressions:
            for word in needed.get(expression, ()):
                self._by_word.setdefault(word, []).append(expression)
        self._by_number = list(self._by_word.values())

    def possible(self, text: bytes) -> set[str]:
        """The expressions that may match a text."""
        found = self._search.Match(text) or ()
        if _EVERYWHERE not in found:  # the search has failed
            return {*self._always, *(each for expressions in self._by_word.values() for each in expressions)}
        return {*self._always, *(each for number in found for each in self._by_number[number])}

    @cached_property
    def _search(self) -> Any:
        import re2

        options = re2.Options()
        options.literal, options.case_sensitive, options.log_errors = True, False, False
        words = re2.Set.SearchSet(options)
        for word in self._by_word:
            words.Add(word)
        words.Compile()
        return words


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
