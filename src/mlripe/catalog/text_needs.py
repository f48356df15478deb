"""What must stand in a text before an expression can match it; worked out once, when the catalogue is compiled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from mlripe.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from mlripe.catalog.schema import Detector

__all__ = ["needed", "texts_needed"]

_SHORTEST: Final = 2  # characters
_MOST: Final = 24  # texts of which one must be there
_QUANTIFIER: Final = lazy_regex(r"(?:[*+?]|\{(\d+)(?:,\d*)?\})[?+]?")
_GROUP: Final = lazy_regex(r"\((?:\?(?:P?<\w+>|[ims]*([:)])))?")
_CLASS: Final = lazy_regex(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]")
_WITHOUT_TEXT: Final = frozenset("bBAzsSdDwWnrtfv")  # escapes that stand for no character, or for several


def texts_needed(detectors: Iterable[Detector]) -> dict[str, tuple[str, ...]]:
    """By each expression on texts of the detectors what it needs, if anything."""
    patterns = (pattern for detector in detectors for pattern in (*detector.shows, *detector.starts))
    expressions = dict.fromkeys(expression for pattern in patterns for expression in pattern.text)
    return {expression: found for expression in expressions if (found := needed(expression))}


def needed(expression: str) -> tuple[str, ...]:
    """Texts of which one stands, in upper or lower case, in whatever an expression of RE2 matches; () for none."""
    reading = _Reading(expression)
    try:
        found = reading.alternatives()
    except _Unknown:
        return ()
    return tuple(dict.fromkeys(found)) if found and reading.at == len(expression) else ()


class _Unknown(Exception):
    """Something stands in an expression that is not read here."""


class _Reading:
    """Goes through an expression once. Of the texts that a part needs it keeps those that tell most, None for none."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.at = 0

    def alternatives(self) -> tuple[str, ...] | None:
        """What a group needs, to its closing bracket, or to the end: of each of its alternatives one text."""
        found: list[str] | None = []
        while True:
            needed = self._sequence()
            found = None if found is None or needed is None else [*found, *needed]
            if self.expression[self.at : self.at + 1] != "|":
                return tuple(found) if found and len(found) <= _MOST else None
            self.at += 1

    def _sequence(self) -> tuple[str, ...] | None:
        best: tuple[str, ...] | None = None
        run = ""
        while self.at < len(self.expression) and self.expression[self.at] not in "|)":
            char, group = self._item()
            most = self._repeated()
            if char and most == 1:
                run += char
                continue
            if char and most:  # repeated: what stands behind it is no neighbour of what stood before
                run += char
            best, run = _better(best, (run,)), ""
            if group and most:
                best = _better(best, group)
        return _better(best, (run,))

    def _item(self) -> tuple[str, tuple[str, ...] | None]:
        """The next item: as the character that it is, or what a group needs."""
        char = self.expression[self.at]
        if char == "(":
            return "", self._group()
        if char == "[":
            match = _CLASS.match(self.expression, self.at)
            if match is None:
                raise _Unknown
            self.at = match.end()
            return "", None
        if char == "\\":
            char = self.expression[self.at + 1 : self.at + 2]
            self.at += 2
            if char.isalnum() and char not in _WITHOUT_TEXT:
                raise _Unknown
            return ("" if char.isalnum() else char), None
        self.at += 1
        return (char if char not in ".^$" and char.isascii() else ""), None

    def _group(self) -> tuple[str, ...] | None:
        match = _GROUP.match(self.expression, self.at)
        if match is None or self.expression.startswith("?", match.end()):
            raise _Unknown
        self.at = match.end()
        if match[1] == ")":  # flags for all that follows
            return None
        found = self.alternatives()
        if self.expression[self.at : self.at + 1] != ")":
            raise _Unknown
        self.at += 1
        return found

    def _repeated(self) -> int:
        """How often the item that was read stands there: 0 for perhaps never, 1 for once, 2 for once or more often."""
        match = _QUANTIFIER.match(self.expression, self.at)
        if match is None:
            return 1
        self.at = match.end()
        return 0 if match[0][0] in "*?" or match[1] == "0" else 2


def _better(one: tuple[str, ...] | None, other: tuple[str, ...]) -> tuple[str, ...] | None:
    """Of two needs the one whose shortest text is longer."""
    shortest = min(map(len, other))
    if shortest < _SHORTEST or (one is not None and min(map(len, one)) >= shortest):
        return one
    return other
