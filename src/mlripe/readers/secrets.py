"""Secrets in the text of files: where each stands and what form it has. The value is masked before any reader sees it.

A form is data (rules/secrets.yaml). What is found is kept without its value, and the text goes on with as many `x` in
its place, so that nothing that mlripe makes of it can tell the value.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

from mlripe.catalog.globs import PathGlobs, matcher
from mlripe.catalog.tool_schema import SecretForm
from mlripe.lazy_regex import lazy_regex

__all__ = ["Secret", "SecretSearch"]

MOST_OF_FILE: Final = 200  # secrets of one file that are kept
MOST_MASKED: Final = 2000  # of one form in one file
LONGEST: Final = 4096  # characters of a value that are looked at
LARGEST: Final = 16 << 20  # bytes of a file that is searched
_RANDOM: Final = 16  # characters that a value has at least which a machine made
_DISTINCT: Final = 9  # of them different ones

# words of a value that is none: an example, or a place for one
_PLACEHOLDER: Final = lazy_regex(
    r"example|sample|dummy|fake|mock|placeholder|change.?(?:me|it|this)|replace|redacted|insert|your|todo|fixme|xxx|\*\*\*|"
    r"\.\.\.|<|\$\{|\{\{|%\(|here|secret.?(?:key|value|name|here)|password.?(?:here|value)|my.?(?:secret|password|token)|"
    r"test|demo|foobar|lorem|0123456|1234567|abcdef|987654|not.?(?:a|the|so).?|insecure|unsafe|super.?secret|unset|undefined",
    re.IGNORECASE,
)
# what a password's place holds where the value comes from elsewhere, or is no password
_ELSEWHERE: Final = lazy_regex(
    r"(?:true|false|none|null|nil|yes|no|optional|required|string|str|password|\*+|x+|-+|\d{1,5}|pwd|passwd|pass|user|username|"
    r"(?:os\.|self\.|config\.|settings\.|env\.|var\.|local\.|data\.|module\.|args\.|secrets?\.|process\.env).*|"
    r"[@!&].*|.*(?:\.[a-z]{2,5}|secret|password|_key)|/.*|(?:arn|vault|sm|ssm|gsm|op|projects|file|https?):.*|[|>]-?)\Z",
    re.IGNORECASE,
)
# passwords that images and tutorials come with
_DEFAULT: Final = lazy_regex(
    r"(?:(?:admin|root|user|guest|postgres|mysql|mongo|redis|rabbit|minio|airflow|mlflow|grafana|prefect|dagster|elastic|"
    r"superset|jupyter|mage|pass(?:word|wd)?|secret|default|local|dev|changeme|qwerty|letmein|welcome|db|app|kafka|feast|"
    r"metabase|prom|zenml|hive|spark|hadoop|test|label|studio|neo4j|weaviate|clickhouse|kong|sonar|pg|sql)"
    r"[-_@!]?)+\d{0,4}[!@#]?\Z",
    re.IGNORECASE,
)
_WORDS: Final = lazy_regex(
    r"[A-Za-z]+(?:[-_./][A-Za-z]+)*[-_./]?\d{0,4}\Z|(?:[a-z]+[-_.]){2,}\w+\Z|[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)+\Z"
)
_IDENTIFIER: Final = lazy_regex(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Secret:
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
        self._salt = os.urandom(16)
        self._numbers: dict[bytes, int] = {}  # by a digest that nobody can make again

    def masked(self, path: str, content: bytes) -> bytes:
        """The content of a file with each value masked; what is found is kept."""
        if path in self.searched and path not in self.found:
            return content
        self.searched.add(path)
        if not self._forms or len(content) > LARGEST or self._gate.search(content) is None:
            return content
        spans = self._spans(path, content)
        if not spans:
            return content
        text, found = bytearray(content), list[Secret]()
        line, counted = 1, 0
        for start, end, form, default in spans:
            line, counted = line + content.count(b"\n", counted, start), start
            found.append(Secret(line, form.id, default, self._number(content[start:end])))
            if not default:  # which is everybody's, and may be a user's name or an image's elsewhere
                text[start:end] = _mask(content[start:end])
        self.found[path] = tuple(found[:MOST_OF_FILE])
        return bytes(text)

    def _spans(self, path: str, content: bytes) -> list[tuple[int, int, SecretForm, bool]]:
        """Where values stand, in their order: of those that share a byte the first, by the form that stands first."""
        met = []
        for rank, (form, expression) in enumerate(self._worth_trying(path, content)):
            for match in islice(expression.finditer(content), MOST_MASKED):
                start, end = match.span(1)
                value = content[start : min(end, start + LONGEST)].decode("latin-1")
                if _is_secret(form, value):
                    met.append((start, rank, end, form, _is_default(form, value)))
        spans = list[tuple[int, int, SecretForm, bool]]()
        for start, _, end, form, default in sorted(met, key=lambda each: each[:3]):
            if not spans or start >= spans[-1][1]:
                spans.append((start, end, form, default))
        return spans

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
    """As many `x`; ends of lines stay, so that what follows keeps its line."""
    return bytes(byte if byte in b"\r\n" else 0x78 for byte in value)


def _is_secret(form: SecretForm, value: str) -> bool:
    """Whether a value is no placeholder, and no example that its issuer documents."""
    if any(dummy in value for dummy in form.dummies):
        return False
    if not form.named:
        return len(set(value)) >= min(_DISTINCT, len(value)) and not _PLACEHOLDER.search(value)
    if _ELSEWHERE.match(value) or len(set(value)) < 3:
        return False
    if form.chosen and _is_default(form, value):
        return True
    return not _PLACEHOLDER.search(value) and (form.chosen or _looks_random(value))


def _is_default(form: SecretForm, value: str) -> bool:
    return form.named and _DEFAULT.match(value) is not None


def _looks_random(value: str) -> bool:
    """Whether a machine made it: letters and digits mixed, and no words."""
    if len(value) < _RANDOM or len(set(value)) < _DISTINCT or _WORDS.match(value) or _IDENTIFIER.match(value):
        return False
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))
