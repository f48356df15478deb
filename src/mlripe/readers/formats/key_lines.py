"""On which lines the keys and items of a JSON or TOML text stand.

The standard library's parsers do not say, so a light scan over the tokens does. It trusts that the text has been parsed
successfully: on anything else its answer is worth nothing, but it still takes linear time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from mlripe.lazy_regex import lazy_regex

__all__ = ["json_lines", "toml_lines"]

Path = tuple[str | int, ...]
Lines = dict[Path, int]
Tokens = Iterator[tuple[int, str]]

LONGEST: Final = 1_000_000  # characters; a longer text is data, and nobody looks for a line in it
DEEPEST: Final = 12  # a path longer than this is given the line of its ancestor

_JSON_TOKEN = lazy_regex(r'"(?:[^"\\\n]|\\.)*"?|//[^\n]*|/\*.*?(?:\*/|\Z)|[{}\[\],:\n]|[^\s"{}\[\],:/]+', re.DOTALL)
_TOML_TOKEN = lazy_regex(
    r'#[^\n]*|"""(?:[^"\\]|\\.|"(?!""))*(?:""")?|\'\'\'(?:[^\']|\'(?!\'\'))*(?:\'\'\')?'
    r'|"(?:[^"\\\n]|\\.)*"?|\'[^\'\n]*\'?|[{}\[\],=.\n]|[^\s{}\[\],=.#"\']+',
    re.DOTALL,
)


class _Scan:
    """Where a scan is: the path of the value at hand, and the collections around it."""

    def __init__(self, lines: Lines, base: Path = ()) -> None:
        self.lines = lines
        self.path: list[str | int] = list(base)
        self.open: list[tuple[bool, int]] = []  # of each collection: is it a list, and the length of its path
        self.next: list[int] = []  # of each collection: the index of its next item
        self.fresh = False  # a key or item may begin here

    @property
    def in_list(self) -> bool:
        return bool(self.open) and self.open[-1][0]

    def enter(self, token: str) -> None:
        self.open.append((token == "[", len(self.path)))
        self.next.append(0)
        self.fresh = True

    def leave(self) -> None:
        if self.open:
            del self.path[self.open.pop()[1] :]
            self.next.pop()
        self.fresh = False

    def comma(self) -> None:
        if self.open:
            del self.path[self.open[-1][1] :]
        self.fresh = True

    def stand(self, key: str | int, line: int) -> None:
        """Note where `key` is, and go to its value."""
        if len(self.path) < DEEPEST:
            self.lines.setdefault((*self.path, key), line)
        self.path.append(key)
        self.fresh = False

    def item(self, line: int) -> None:
        self.stand(self.next[-1], line)
        self.next[-1] += 1


def json_lines(text: str) -> Lines:
    """The line of every key and item of a JSON text; of duplicate keys, the first's."""
    scan = _Scan({})
    if len(text) > LONGEST:
        return scan.lines
    line = 1
    for match in _JSON_TOKEN.finditer(text):
        token = match[0]
        first = token[0]
        if first in "\n/":
            line += token.count("\n")
        elif first in "}]":
            scan.leave()
        elif first == ",":
            scan.comma()
        else:
            if scan.fresh and scan.in_list:
                scan.item(line)
            elif scan.fresh and first == '"':
                scan.stand(_unquoted(token), line)
            if first in "{[":
                scan.enter(first)
    return scan.lines


def _unquoted(token: str) -> str:
    if "\\" not in token:
        return token.strip("\"'")
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:-1]


def toml_lines(text: str) -> Lines:
    """The line of every table, key and item of a TOML text."""
    lines: Lines = {}
    if len(text) > LONGEST:
        return lines
    tables: dict[Path, int] = {}  # array of tables -> index of the one that is being written
    base: Path = ()
    tokens = _toml_tokens(text)
    for line, token in tokens:
        if token == "\n":
            continue
        if token == "[":
            base = _header(tokens, line, lines, tables)
        else:
            _assignment(tokens, line, token, base, lines)
    return lines


def _toml_tokens(text: str) -> Tokens:
    line = 1
    for match in _TOML_TOKEN.finditer(text):
        token = match[0]
        if token[0] != "#":
            yield line, token
        line += token.count("\n")


def _header(tokens: Tokens, line: int, lines: Lines, tables: dict[Path, int]) -> Path:
    """Reads `[a.b]` or `[[a.b]]` behind its first bracket, notes its line, and gives the path of the table it opens."""
    keys: list[str] = []
    repeated = False
    for _, token in tokens:
        if token == "\n":
            break
        if token == "[":
            repeated = True
        elif token not in ".]":
            keys.append(_unquoted(token))
    path: Path = ()
    for position, key in enumerate(keys):
        path = (*path, key)
        lines.setdefault(path, line)
        if repeated and position == len(keys) - 1:
            tables[path] = tables.get(path, -1) + 1
        if path in tables:
            path = (*path, tables[path])
    lines.setdefault(path, line)
    return path


def _assignment(tokens: Tokens, line: int, token: str, base: Path, lines: Lines) -> None:
    """Reads `key = value` from its first token to the end of its line, or of a value that takes several lines."""
    scan = _Scan(lines, base)
    _key(tokens, line, token, scan)
    for line, token in tokens:
        if token == "\n":
            if not scan.open:
                return
        elif token in "}]":
            scan.leave()
        elif token == ",":
            scan.comma()
        elif scan.fresh and not scan.in_list:
            _key(tokens, line, token, scan)
        else:
            if scan.fresh:
                scan.item(line)
            if token in "{[":
                scan.enter(token)


def _key(tokens: Tokens, line: int, token: str, scan: _Scan) -> None:
    """Reads a key, dotted perhaps, up to its `=`, and stands in it."""
    scan.stand(_unquoted(token), line)
    for _, more in tokens:
        if more in ("=", "\n"):
            return
        if more != ".":
            scan.stand(_unquoted(more), line)
