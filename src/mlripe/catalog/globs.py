"""Several globs at once: on paths, as gitignore writes them, and on plain names; most without a regular expression.

A path pattern without a slash (or with one only at its end) matches at any depth; one with a slash is anchored at the
root; `*` and `?` stay within a path segment, `**` does not; a trailing slash matches what lies below a folder. How the
rest is written says `glob_syntax`.
Compiling hundreds of expressions would cost a pre-commit user more than matching does, so exact names, `*.ending`,
`folder/`, `prefix*` and segments with stars are answered by string methods; only what is asked often is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from mlripe.catalog.glob_syntax import SPECIAL, alternatives, fits, joint, literals, segments
from mlripe.lazy_regex import lazy_regex

__all__ = ["PathGlobs", "PathSets", "WordGlobs", "ending", "matcher", "matches", "walk"]

_OFTEN = 50  # questions after which compiling an expression pays
_WILD = lazy_regex(r"[*?\[]")  # what a plain word does not hold
_CLASS_OR_ESCAPE = lazy_regex(r"[\[\\]")
_NO_ENDING = lazy_regex(r"[*?\[\]{}\\]")
_BELOW = ("*", "**")  # the last segments of a glob that stands for all that lies below a folder


class _Shape(NamedTuple):
    """How a path pattern without braces can be answered: by `text` as `kind` says, or else by its segments."""

    kind: str  # `name`, `*.ending`, `folder/`, `start/`, `path` or "" for the rest
    text: str


def _shape(pattern: str) -> _Shape:
    parts = segments(pattern)
    anywhere = parts[0] == "**"
    below = parts[-2:] == _BELOW
    core = parts[anywhere : len(parts) - 2 * below]
    if len(core) == 1 and anywhere and not below and _is_ending(core[0]):
        return _Shape("ending", core[0][1:])
    if not core or any(map(SPECIAL.search, core)):
        return _Shape("", "")
    if not anywhere:
        return _Shape("start", "/".join(core) + "/") if below else _Shape("path", "/".join(core))
    if len(core) == 1:
        return _Shape("folder" if below else "name", core[0])
    return _Shape("", "")


class PathGlobs:
    """Several path patterns; `fullmatch(path)` tells whether any of them matches."""

    def __init__(self, patterns: Iterable[str]) -> None:
        found: dict[str, set[str]] = {}
        rest: dict[str, None] = {}
        for pattern in (each for written in patterns for each in alternatives(written)):
            kind, text = _shape(pattern)
            if kind:
                found.setdefault(kind, set()).add(text)
            else:
                rest[pattern] = None
        self._names, self._paths, self._folders = (frozenset(found.get(k, ())) for k in ("name", "path", "folder"))
        self._endings, self._starts = (tuple(sorted(found.get(kind, ()))) for kind in ("ending", "start"))
        self._rest: dict[str, list[str]] = {}  # by the ending that a path must have, "" for any
        for pattern in rest:
            self._rest.setdefault(ending(pattern), []).append(pattern)
        self._expressions: dict[str, re.Pattern[str]] = {}
        self._asked = 0

    def fullmatch(self, path: str) -> bool:
        name = path[path.rfind("/") + 1 :]
        if name in self._names or name.endswith(self._endings) or path.startswith(self._starts) or path in self._paths:
            return True
        if self._folders and not self._folders.isdisjoint(path.split("/")[:-1]):
            return True
        if not self._rest:
            return False
        dot = name.rfind(".")
        written = name[dot:] if dot >= 0 and name[dot:] in self._rest else ""
        if written not in self._rest and "" not in self._rest:
            return False
        self._asked += 1
        if self._asked > _OFTEN:
            return self._expression(written).fullmatch(path) is not None
        parts = path.split("/")
        return any(walk(segments(pattern), parts) for pattern in self._possible(written))

    @property
    def uncommon(self) -> int:
        """How many globs each path is held against one by one."""
        return sum(map(len, self._rest.values()))

    def _possible(self, written: str) -> list[str]:
        """The patterns that a path with this ending can match."""
        return [*self._rest.get("", ()), *(self._rest.get(written, ()) if written else ())]

    def _expression(self, written: str) -> re.Pattern[str]:
        known = self._expressions.get(written)
        if known is None:
            known = self._expressions[written] = joint(self._possible(written))
        return known


class _Uncommon:
    """A pattern that no string method answers, asked only of paths that hold its longest plain text."""

    __slots__ = ("_asked", "_expression", "_parts", "_pattern", "numbers", "text")

    def __init__(self, pattern: str) -> None:
        self._parts = segments(pattern)
        plain = (text for part in self._parts for text in _plain_texts(part))
        self.text = max(plain, key=len, default="")
        self.numbers: frozenset[int] = frozenset()
        self._pattern = pattern
        self._asked = 0
        self._expression: re.Pattern[str] | None = None

    def matches(self, path: str) -> bool:
        """Whether a path that holds the text matches."""
        self._asked += 1
        if self._asked <= _OFTEN:
            return walk(self._parts, path.split("/"))
        if self._expression is None:
            self._expression = joint((self._pattern,))
        return self._expression.fullmatch(path) is not None


def _plain_texts(segment: str) -> list[str]:
    """The texts that stand in whatever matches a segment; of one with classes only what stands before the first."""
    if segment == "**":
        return []
    written = _CLASS_OR_ESCAPE.split(segment, 1)[0]
    return [text for text in _WILD.split(written) if text]


class PathSets:
    """Many sets of path patterns as one structure: one question for a path tells all sets that it is in."""

    def __init__(self, sets: Iterable[Iterable[str]]) -> None:
        numbers: dict[str, set[int]] = {}
        for number, patterns in enumerate(sets):
            for pattern in (each for written in patterns for each in alternatives(written)):
                numbers.setdefault(pattern, set()).add(number)
        self._exact: dict[str, dict[str, frozenset[int]]] = {"name": {}, "folder": {}, "start": {}, "path": {}}
        self._endings: dict[str, list[tuple[str, frozenset[int]]]] = {}  # by the ending that a path must have, as below
        self._rest: dict[str, list[_Uncommon]] = {}
        for pattern, found in numbers.items():
            kind, text = _shape(pattern)
            if kind == "ending":
                self._endings.setdefault(ending(pattern), []).append((text, frozenset(found)))
            elif kind:
                self._exact[kind][text] = self._exact[kind].get(text, frozenset()) | found
            else:
                uncommon = _Uncommon(pattern)
                uncommon.numbers = frozenset(found)
                self._rest.setdefault(ending(pattern), []).append(uncommon)

    def matching(self, path: str) -> set[int]:
        """The numbers of the sets in which a pattern matches the path."""
        *folders, name = path.split("/")
        exact = self._exact
        found = {*exact["name"].get(name, ()), *exact["path"].get(path, ())}
        for folder in folders:
            found.update(exact["folder"].get(folder, ()))
        start = ""
        for folder in folders if exact["start"] else ():
            start += f"{folder}/"
            found.update(exact["start"].get(start, ()))
        dot = name.rfind(".")
        for written in ("", name[dot:]) if dot >= 0 else ("",):
            for text, numbers in self._endings.get(written, ()):
                if name.endswith(text):
                    found.update(numbers)
            for uncommon in self._rest.get(written, ()):
                if uncommon.text in path and not found.issuperset(uncommon.numbers) and uncommon.matches(path):
                    found.update(uncommon.numbers)
        return found


def _is_ending(segment: str) -> bool:
    """Whether a segment is a star and plain text."""
    return segment[:1] == "*" and not SPECIAL.search(segment, 1)


def ending(pattern: str) -> str:
    """The literal ending (`.yml`) of what a pattern matches, "" where it has none or several."""
    dot = pattern.rfind(".")
    found = pattern[dot:] if dot > pattern.rfind("/") else ""
    return "" if _NO_ENDING.search(found) else found


def walk(pattern: tuple[str, ...], parts: list[str]) -> bool:
    """Whether the segments of a path, or the parts of a dotted name, match; `**` stands for any number of them."""
    reached = {0}
    for number, segment in enumerate(pattern):
        if segment == "**":
            if number == len(pattern) - 1:
                return bool(reached)
            reached = set(range(min(reached), len(parts)))
        elif SPECIAL.search(segment):
            reached = {at + 1 for at in reached if at < len(parts) and fits(segment, parts[at])}
        else:
            reached = {at + 1 for at in reached if at < len(parts) and segment == parts[at]}
        if not reached:
            return False
    return len(parts) in reached


class WordGlobs:
    """Several patterns on a plain name (`load_data*`, `*Trainer`); `fullmatch(name)` tells whether any matches."""

    def __init__(self, patterns: Iterable[str]) -> None:
        names, starts, ends, rest = set(), [], [], []
        for pattern in patterns:
            if not _WILD.search(pattern):
                names.add(pattern)
            elif pattern.endswith("*") and not _WILD.search(pattern[:-1]):
                starts.append(pattern[:-1])
            elif pattern.startswith("*") and not _WILD.search(pattern, 1):
                ends.append(pattern[1:])
            else:
                rest.append((max(literals(pattern), key=len, default=""), pattern))
        # the others with the longest text that stands in whatever they match
        self._names, self._starts, self._ends, self._rest = frozenset(names), tuple(starts), tuple(ends), rest

    def fullmatch(self, name: str) -> bool:
        if name in self._names or name.startswith(self._starts) or name.endswith(self._ends):
            return True
        return bool(self._rest) and any(text in name and fits(glob, name, word=True) for text, glob in self._rest)


@lru_cache(maxsize=2048)
def matcher(patterns: tuple[str, ...]) -> PathGlobs:
    """The matcher of several path patterns; use its `fullmatch`."""
    return PathGlobs(patterns)


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether any of the globs matches the path."""
    return matcher(tuple(patterns)).fullmatch(path)
