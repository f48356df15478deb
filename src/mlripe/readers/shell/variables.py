"""What the variables of a shell text may hold, as far as the text itself says: literals, and the items of a loop.

A variable has a bounded set of possible values. It is *open* where something outside the text may give another one
(`${STAGE:-train}`), or where it is set on one way through the text only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from itertools import islice, product
from typing import Final

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.shell.lexer import Token

__all__ = ["Variables", "matches"]

NAMES: Final = 200
VALUES: Final = 24  # of one name, and of one command
LENGTH: Final = 300  # characters of a value

ASSIGNED = lazy_regex(r"([A-Za-z_]\w*)(\+?)=(.*)\Z", re.DOTALL)
# $NAME, ${NAME}, ${NAME[@]}, ${NAME:-default}
REFERENCE = lazy_regex(r"\$(?:\{([A-Za-z_]\w*|[0-9])(\[[@*]\])?(?::?[-=]([^{}$`]*))?\}|([A-Za-z_]\w*|[0-9@*]))")
WORKED_OUT = lazy_regex(r"`|\$\(")
ITEM = lazy_regex(r"\"([^\"]*)\"|'([^']*)'|(\S+)")
ARGUMENTS: Final = (*"123456789", "@", "*")
EQUAL: Final = frozenset(("=", "==", "-eq"))
UNEQUAL: Final = frozenset(("!=", "-ne"))


class Variables:
    """The variables at one point of a text."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, ...]] = {}
        self.open: set[str] = set()
        self.lists: set[str] = set()  # arrays, and the arguments of a function: `${NAME[@]}` stands for all at once

    def assign(self, text: str, *, maybe: bool) -> None:
        """After `NAME=value`; `maybe`: on one of several ways through the text."""
        found = ASSIGNED.match(text)
        if found is None:
            return
        name, more, value = found.groups()
        if WORKED_OUT.search(value) or len(value) > LENGTH:
            self.forget(name)
        elif value.startswith("(") and value.endswith(")"):
            items = tuple("".join(parts) for parts in ITEM.findall(value[1:-1]))
            self.give(name, (*(self.known.get(name, ()) if more else ()), *items), maybe=maybe)
            self.lists.add(name)
        elif more:
            self.forget(name)
        else:
            values = tuple(self._of_word(value))
            self.give(name, values, maybe=maybe, is_open=any("$" in each for each in values) or ":-" in value)

    def give(self, name: str, values: Iterable[str], *, maybe: bool, is_open: bool = False) -> None:
        """Sets what a name may hold."""
        before = self.known.get(name, ()) if maybe else ()
        if (maybe and not before) or is_open:
            self.open.add(name)
        elif not maybe:
            self.open.discard(name)
        if name in self.known or len(self.known) < NAMES:
            self.known[name] = tuple(islice(dict.fromkeys((*before, *values)), VALUES))

    def forget(self, name: str) -> None:
        """After a value that the text does not say."""
        self.known.pop(name, None)

    def with_arguments(self, words: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Within a function that is called with `words`; gives what `restore` takes behind it."""
        before = {name: self.known.pop(name) for name in ARGUMENTS if name in self.known}
        self.known.update({str(number): (word,) for number, word in enumerate(words[:9], 1)})
        self.known.update(dict.fromkeys(("@", "*"), tuple(words[:VALUES])))
        return before

    def restore(self, before: dict[str, tuple[str, ...]]) -> None:
        """After a function: the arguments that the text around it has."""
        for name in ARGUMENTS:
            self.known.pop(name, None)
        self.known.update(before)

    def constant(self, word: str) -> str | None:
        """The only text that a word can stand for, None where there may be others."""
        if WORKED_OUT.search(word):
            return None
        for name in (match[1] or match[4] for match in REFERENCE.finditer(word)):
            if name in self.open or len(self.known.get(name, ())) != 1:
                return None
        values = self._of_word(word)
        return values[0] if len(values) == 1 and "$" not in values[0] else None

    def items(self, tokens: Sequence[Token]) -> tuple[str, ...] | None:
        """The items of `for NAME in TOKENS`; None where the text does not say all of them."""
        found: list[str] = []
        for token in tokens:
            if WORKED_OUT.search(token.value):
                return None
            every = REFERENCE.fullmatch(token.value)
            if every and self._is_list(every):
                found += self.known.get(every[1] or every[4], ())
                continue
            for value in self._of_word(token.value):
                found += value.split() if token.plain else [value]
        return tuple(found) if found and not any("$" in item for item in found) else None

    def forms(self, tokens: Sequence[Token]) -> list[tuple[str, ...]]:
        """The words of a command, once for each combination of what its variables may hold; at least once."""
        references = {match[0]: match for token in tokens for match in REFERENCE.finditer(token.value)}
        choices = {text: values for text, match in references.items() if (values := self._values(match))}
        if not choices:
            return [tuple(token.value for token in tokens)]
        combined = islice(product(*choices.values()), VALUES)
        filled = (self._filled(tokens, dict(zip(choices, values, strict=True))) for values in combined)
        return list(dict.fromkeys(words for words in filled if words))

    def _filled(self, tokens: Sequence[Token], values: dict[str, str]) -> tuple[str, ...]:
        words: list[str] = []
        for token in tokens:
            text = REFERENCE.sub(lambda match: values.get(match[0], match[0]), token.value)
            splits = text != token.value and (token.plain or self._lists_in(token.value))
            words += text.split() if splits else [text]
        return tuple(words)

    def _lists_in(self, word: str) -> bool:
        return any(self._is_list(match) for match in REFERENCE.finditer(word))

    def _is_list(self, match: re.Match[str]) -> bool:
        return match[4] in ("@", "*") or (bool(match[2]) and match[1] in self.lists)

    def _values(self, match: re.Match[str]) -> tuple[str, ...]:
        name, default = match[1] or match[4], match[3]
        known = self.known.get(name, ())
        if self._is_list(match):
            return (" ".join(known),) if name in self.known else ()
        if name in self.lists:
            return known[:1]
        if default and not name.isdigit() and (not known or name in self.open):
            return (*known, default)
        return known

    def _of_word(self, word: str) -> tuple[str, ...]:
        references = {match[0]: self._values(match) for match in REFERENCE.finditer(word)}
        choices = {text: values for text, values in references.items() if values}
        combined = islice(product(*choices.values()), VALUES)
        texts = (dict(zip(choices, values, strict=True)) for values in combined)
        return tuple(
            dict.fromkeys(REFERENCE.sub(lambda match: each.get(match[0], match[0]), word)[:LENGTH] for each in texts)  # noqa: B023
        )

    def decided(self, argv: Sequence[str]) -> bool | None:
        """Whether a condition always holds (`true`, `[ 1 = 1 ]`) or never; None where that depends."""
        if len(argv) == 1 and argv[0] in ("true", ":", "false"):
            return argv[0] != "false"
        words = list(argv)
        if words and words[0] in ("[", "[[", "test"):
            words = words[1:-1] if words[-1] in ("]", "]]") else words[1:]
            left, right = (self.constant(words[0]), self.constant(words[2])) if len(words) == 3 else (None, None)
            if left is not None and right is not None and words[1] in EQUAL | UNEQUAL:
                return matches(left, (right,)) == (words[1] in EQUAL)
        return None


def matches(text: str, patterns: Iterable[str]) -> bool:
    """Whether a text is one that the patterns of a `case` take."""
    return any(fnmatchcase(text, pattern) for pattern in patterns)
