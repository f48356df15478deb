"""Expressions of CI services that are always true, or always false: `${{ true }}`, `${{ !false }}`, `false && x`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mlripe.lazy_regex import lazy_regex

__all__ = ["truth"]

LONGEST: Final = 1000  # characters
DEEPEST: Final = 30  # parentheses
EXPRESSION: Final = lazy_regex(r"\$\{\{(.*)\}\}|\$\[(.*)\]", re.DOTALL)
TOKEN: Final = lazy_regex(r"\s*('(?:[^']|'')*'|&&|\|\||[!=<>]=|[!()<>,]|-?\d+(?:\.\d+)?(?![\w.])|[\w.*\[\]-]+|\S)")
NUMBER: Final = lazy_regex(r"-?\d+(?:\.\d+)?")
WORDS: Final = {"true": True, "false": False, "null": None}
ALWAYS: Final = "always"  # a function that is true in any case
Value = bool | float | str | None


class _Open:
    """The type of what only a run can tell."""


OPEN: Final = _Open()
Known = Value | _Open


def truth(text: str, *, bare: bool = False) -> bool | None:
    """Whether an expression is always true, or always false; None where a run decides, or it is no expression.

    `bare`: the text is one without its marks, as the conditions of some services are.
    """
    if len(text) > LONGEST:
        return None
    marked = EXPRESSION.fullmatch(text.strip())
    if not marked and not bare:
        return None
    inner = next((group for group in marked.groups() if group is not None), "") if marked else text
    reading = _Reading(match[1] for match in TOKEN.finditer(inner))
    found = reading.either(0)
    return None if isinstance(found, _Open) or reading.token else bool(found)


class _Reading:
    """A reading of the tokens of one expression, by the operators that GitHub has; of three values."""

    def __init__(self, tokens: Iterator[str]) -> None:
        self.tokens = tokens
        self.token = next(tokens, "")

    def taken(self) -> str:
        token, self.token = self.token, next(self.tokens, "")
        return token

    def either(self, depth: int) -> Known:
        """`a || b`, whose value is that of the first that is true, else of the last."""
        found = self.both(depth)
        while self.token == "||":
            self.taken()
            other = self.both(depth)
            if isinstance(found, _Open):
                found = True if not isinstance(other, _Open) and other else OPEN
            else:
                found = found or other
        return found

    def both(self, depth: int) -> Known:
        """`a && b`, whose value is that of the first that is false, else of the last."""
        found = self.compared(depth)
        while self.token == "&&":
            self.taken()
            other = self.compared(depth)
            if isinstance(found, _Open):
                found = OPEN if isinstance(other, _Open) or other else False
            else:
                found = found and other
        return found

    def compared(self, depth: int) -> Known:
        """`a == b` and `a != b` of what is written out; any other comparison is left to the run."""
        found = self.single(depth)
        while self.token in ("==", "!=", "<", ">", "<=", ">="):
            sign, other = self.taken(), self.single(depth)
            same_kind = type(found) is type(other) and not isinstance(found, _Open)
            equal = same_kind and str(found).lower() == str(other).lower()
            found = (equal is (sign == "==")) if same_kind and sign in ("==", "!=") else OPEN
        return found

    def single(self, depth: int) -> Known:
        """A literal, `!a`, something in parentheses; a name or a call is open."""
        token = self.taken()
        if token == "!":
            inner = self.single(depth + 1) if depth < DEEPEST else OPEN
            return OPEN if isinstance(inner, _Open) else not inner
        if token == "(":
            inner = self.either(depth + 1) if depth < DEEPEST else OPEN
            return inner if self.taken() == ")" else OPEN
        if token.startswith("'"):
            return token[1:-1]
        if NUMBER.fullmatch(token):
            return float(token)
        if self.token == "(":
            self._arguments(depth)
            return True if token.lower() == ALWAYS else OPEN
        return WORDS.get(token.lower(), OPEN)

    def _arguments(self, depth: int) -> None:
        """Passes over the arguments of a call."""
        self.taken()
        while self.token and self.token != ")":
            if depth >= DEEPEST:
                self.taken()
                continue
            self.either(depth + 1)
            if self.token != ")":
                self.taken()
        self.taken()
