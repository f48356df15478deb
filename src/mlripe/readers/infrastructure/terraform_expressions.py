"""What an expression of Terraform can be worth, as far as the files say it: `var.enabled ? 1 : 0`, `"${local.name}"`.

The answer is a small set of possible values. `UNKNOWN` stands among them for what only the plan would tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Final

from mlripe.facts import UNKNOWN
from mlripe.lazy_regex import lazy_regex

__all__ = ["MOST", "evaluated", "references"]

MOST: Final = 16  # values of one expression
LONGEST: Final = 4000  # characters of an expression
DEEPEST: Final = 12  # expressions in expressions

Lookup = Callable[[str], tuple[object, ...]]  # the values of a name: `var.x`, `local.x`, `path.module`

TOKEN = lazy_regex(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w-]*(?:\.[\w-]+)*)'
    r"|(?P<mark>==|!=|&&|\|\||[?:!()\[\]{},.=<>+*/%-]))"
)
INTERPOLATED = lazy_regex(r"\$\{([^{}]*)\}")
REFERENCE = lazy_regex(r"\b((?:data\.)?[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+)")
SAME = frozenset(("toset", "tolist", "tomap", "tobool", "tostring", "tonumber", "nonsensitive", "coalesce", "try"))


def references(value: object) -> list[str]:
    """The dotted names in a value as it is written; none in a plain text."""
    return REFERENCE.findall(value[:LONGEST]) if isinstance(value, str) and "${" in value else []


def evaluated(value: object, lookup: Lookup, depth: int = DEEPEST) -> tuple[object, ...]:
    """What a value of a document can be: an expression is a text `${...}` there, a text may hold such parts."""
    if not isinstance(value, str) or "${" not in value:
        return (value,)
    if depth <= 0 or len(value) > LONGEST:
        return (UNKNOWN,)
    if value.startswith("${") and value.endswith("}") and _closes_last(value):
        return _distinct(_Expression(value[2:-1], lookup, depth).whole())
    parts = [evaluated(f"${{{inner}}}", lookup, depth - 1) for inner in INTERPOLATED.findall(value)]
    return _distinct(_filled(value, worth) for worth in islice(product(*parts), MOST))


def _filled(text: str, worth: tuple[object, ...]) -> object:
    """The text with its parts filled in; a part that is not known stays as it is written."""
    waiting = iter(worth)
    return INTERPOLATED.sub(lambda match: _written(next(waiting), match[0]), text)


def _written(value: object, before: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else before


def _closes_last(value: str) -> bool:
    """Whether the bracket that opens a text is closed by its last character, so that it is one expression."""
    nested = 0
    for at, mark in enumerate(value):
        nested += (mark == "{") - (mark == "}")
        if nested == 0 and mark == "}" and at < len(value) - 1:
            return False
    return nested == 0


def _distinct(values: Iterator[object] | tuple[object, ...]) -> tuple[object, ...]:
    found: list[object] = []
    for value in values:
        if value not in found and len(found) < MOST:
            found.append(value)
    return tuple(found)


class _Expression:
    """Reads one expression from left to right; what it does not know is worth `UNKNOWN`."""

    def __init__(self, text: str, lookup: Lookup, depth: int) -> None:
        self.tokens = list(_tokens(text))
        self.lookup = lookup
        self.depth = depth
        self.at = 0

    def whole(self) -> tuple[object, ...]:
        """The values of the whole text; one that goes on behind what was understood is not known."""
        values = self._choice(self.depth)
        return values if self.at >= len(self.tokens) else (UNKNOWN,)

    def _choice(self, depth: int) -> tuple[object, ...]:
        conditions = self._either(depth)
        if self._take("?"):
            one = self._choice(depth - 1)
            self._take(":")
            two = self._choice(depth - 1)
            chosen = [truth for value in conditions for truth in _truths(value)]
            return _distinct(tuple(v for truth in dict.fromkeys(chosen) for v in (one if truth else two)))
        return conditions

    def _either(self, depth: int) -> tuple[object, ...]:
        return self._joined(("||", "&&"), self._compared, depth)

    def _joined(
        self, marks: tuple[str, ...], part: Callable[[int], tuple[object, ...]], depth: int
    ) -> tuple[object, ...]:
        values = part(depth)
        while (mark := self._peek()) in marks and depth > 0:
            self.at += 1
            others = part(depth - 1)
            values = _distinct(tuple(_logic(mark, a, b) for a in values for b in others))
        return values

    def _compared(self, depth: int) -> tuple[object, ...]:
        values = self._single(depth)
        if (mark := self._peek()) in ("==", "!="):
            self.at += 1
            others = self._single(depth - 1)
            pairs = [(a, b) for a in values for b in others]
            return _distinct(tuple(UNKNOWN if UNKNOWN in (a, b) else (a == b) == (mark == "==") for a, b in pairs))
        return values

    def _single(self, depth: int) -> tuple[object, ...]:
        token = self._peek()
        if not token or depth <= 0:
            self.at = len(self.tokens) + 1
            return (UNKNOWN,)
        self.at += 1
        if token == "!":
            return _distinct(tuple(not t for v in self._single(depth - 1) for t in _truths(v)))
        if token == "(":
            values = self._choice(depth - 1)
            self._take(")")
            return values
        if token in ("[", "{"):
            return ([] if self._skipped(token) else [UNKNOWN],)
        if token.startswith('"'):
            return evaluated(token[1:-1], self.lookup, self.depth - 1)
        if token[0].isdigit():
            return (int(token) if token.isdigit() and len(token) < 10 else token,)
        return self._name(token, depth)

    def _name(self, token: str, depth: int) -> tuple[object, ...]:
        if token in ("true", "false"):
            return (token == "true",)
        if token == "null":
            return (None,)
        if self._take("("):
            return self._function(token, depth)
        return self.lookup(token) if "." in token else (UNKNOWN,)

    def _function(self, name: str, depth: int) -> tuple[object, ...]:
        values = () if self._peek() == ")" else self._choice(depth - 1)
        if not self._take(")"):
            self._skipped("(")
        if name == "length":
            return tuple(len(v) if isinstance(v, list | dict | str) else UNKNOWN for v in values)
        return values if name in SAME else (UNKNOWN,)

    def _skipped(self, opening: str) -> bool:
        """Passes over what stands in brackets; whether that is nothing."""
        begin, nested = self.at, 1
        while nested and self.at < len(self.tokens):
            nested += (self.tokens[self.at] in "([{") - (self.tokens[self.at] in ")]}")
            self.at += 1
        return self.at == begin + 1

    def _take(self, mark: str) -> bool:
        taken = self._peek() == mark
        self.at += taken
        return taken

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""


def _tokens(text: str) -> Iterator[str]:
    position = 0
    while position < len(text) and (found := TOKEN.match(text, position)):
        yield found[0].strip()
        position = found.end()
    if text[position:].strip():
        yield "\0"  # something else: the whole is not understood


def _truths(value: object) -> tuple[bool, ...]:
    if value in ("true", "false"):
        return (value == "true",)
    return (value,) if isinstance(value, bool) else (True, False)


def _logic(mark: str, one: object, two: object) -> object:
    decides = mark == "||"
    if decides in (one, two):
        return decides
    return (not decides) if one == two == (not decides) else UNKNOWN
