"""The known word that somebody who wrote another one may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

__all__ = ["nearest"]

LONGEST: Final = 100  # characters: a longer word is no slip, and to compare takes their square


def nearest(word: str, known: Iterable[str]) -> str:
    """ "; did you mean ...?" for a word that is not known, "" where nothing is near."""
    if len(word) > LONGEST:
        return ""
    import difflib

    close = difflib.get_close_matches(word, sorted(known), 1)
    return f"; did you mean {str(close[0])!r}?" if close else ""
