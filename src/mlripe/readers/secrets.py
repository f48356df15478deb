"""Secrets in the text of files: where each stands and what form it has. The value is masked before any reader sees it.

A form is data (rules/secrets.yaml). What is found is kept without its value, and the text goes on with as many `x` in
its place, so that nothing that mlripe makes of it can tell the value.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final

from msgspec import Struct

from mlripe.catalog.globs import PathGlobs, matcher
from mlripe.catalog.tool_schema import SecretForm
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.secret_values import Worth, worth

__all__ = ["Secret", "SecretSearch"]

MOST_OF_FILE: Final = 200  # secrets of one file that are kept
MOST_JUDGED: Final = 2000  # of one form in one file
LONGEST: Final = 4096  # characters of a value that are looked at
LARGEST: Final = 16 << 20  # bytes of a file that is searched
# of a value of several lines; the marks of the text around it stay, so that it is still what it was: a string, a block
_WORD_OF_BODY: Final = lazy_regex(rb"(\\[nrt])|[A-Za-z0-9+/=]{2,}")


class Secret(Struct, frozen=True):
    """A secret that a file holds, without its value: its line, the id of its form, whether images or tutorials come
    with the same one, and a number that others of the same value have in this search."""

    line: int
    form: str
    default: bool = False
    number: int = 0


class SecretSearch:
    """Searches texts for the secrets of some forms, and keeps where they stand by the paths of their files."""

    def __init__(self, forms: Mapping[str, SecretForm]) -> None:
        self._forms = forms
        self.found: dict[str, tuple[Secret, ...]] = {}
        self.searched: set[str] = set()
        self._plain: set[str] = set()  # files in which nothing is to be masked
        self._salt = os.urandom(16)
        self._numbers: dict[bytes, int] = {}  # by a digest that nobody can make again

    def masked(self, path: str, content: bytes) -> bytes:
        """The content of a file with each value masked; what is found is kept."""
        if path in self._plain:
            return content
        self.searched.add(path)
        searched = self._forms and len(content) <= LARGEST and self._gate.search(content) is not None
        spans = self._spans(path, content) if searched else []
        if not spans:
            self._plain.add(path)
            return content
        text, found = bytearray(content), list[Secret]()
        line, counted, told = 1, 0, 0
        for start, end, form, is_worth in spans:
            value = content[start:end]
            text[start:end] = _mask(value)
            # of those that share a byte the first is told
            if is_worth is not Worth.PLACEHOLDER and start >= told and len(found) < MOST_OF_FILE:
                line, counted, told = line + content.count(b"\n", counted, start), start, end
                found.append(Secret(line, form.id, is_worth is Worth.DEFAULT, self._number(value)))
        if found:
            self.found[path] = tuple(found)
        return bytes(text)

    def _spans(self, path: str, content: bytes) -> list[tuple[int, int, SecretForm, Worth]]:
        """Where values stand, in their order; at one place by the form that stands first."""
        met = []
        for rank, (form, expression) in enumerate(self._worth_trying(path, content)):
            for count, match in enumerate(expression.finditer(content)):
                start, end = match.span(1)
                is_worth = Worth.PLACEHOLDER  # of too many each is masked, and none more is told
                if count < MOST_JUDGED:
                    is_worth = worth(form, content[start : min(end, start + LONGEST)].decode("latin-1"))
                if is_worth is not Worth.NOTHING:
                    met.append((start, rank, end, form, is_worth))
        return [
            (start, end, form, is_worth) for start, _, end, form, is_worth in sorted(met, key=lambda each: each[:3])
        ]

    def _number(self, value: bytes) -> int:
        return self._numbers.setdefault(blake2b(value, key=self._salt).digest(), len(self._numbers))

    @cached_property
    def _gate(self) -> Any:
        """Finds whether a text holds a word of any form."""
        return _compiled("(?i)" + "|".join(map(re.escape, self._words)))

    @cached_property
    def _words(self) -> list[str]:
        """The words of all forms, each once."""
        return sorted({word.lower() for form in self._forms.values() for word in form.holds})

    @cached_property
    def _which(self) -> Any:
        """Finds the numbers of the words that a text holds, in one pass."""
        import re2

        words = re2.Set.SearchSet(_options())
        for word in self._words:
            words.Add(b"(?i)" + re.escape(word).encode("latin-1"))
        words.Compile()
        return words

    @cached_property
    def _expressions(self) -> list[tuple[SecretForm, frozenset[int], PathGlobs | None, Any]]:
        """Each form with the numbers of its words, the files in which it is looked for, and its expression."""
        numbers = {word: number for number, word in enumerate(self._words)}
        return [
            (
                form,
                frozenset(numbers[word.lower()] for word in form.holds),
                matcher(form.files) if form.files else None,
                _compiled(form.expression),
            )
            for form in self._forms.values()
        ]

    def _worth_trying(self, path: str, content: bytes) -> Iterable[tuple[SecretForm, Any]]:
        there = self._which.Match(content) or ()
        for form, words, files, expression in self._expressions:
            if not words.isdisjoint(there) and (files is None or files.fullmatch(path)):
                yield form, expression


def _options() -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.max_mem = 32 << 20
    return options


def _compiled(expression: str) -> Any:
    import re2

    return re2.compile(expression.encode("latin-1"), _options())


def _mask(value: bytes) -> bytes:
    """As many `x`. Of a value of several lines the ends of lines stay, and what separates and quotes its parts."""
    if b"\n" not in value and b"\\n" not in value:
        return b"x" * len(value)
    return _WORD_OF_BODY.sub(lambda found: found[1] or b"x" * len(found[0]), value)
