"""Globs on paths, as gitignore writes them, and on plain names; the common shapes without a regular expression.

A path pattern without a slash (or with one only at its end) matches at any depth; one with a slash is anchored at the
root; `*` and `?` stay within a path segment, `**` does not; a trailing slash matches what lies below a folder.
Compiling hundreds of expressions would cost a pre-commit user more than matching does, so exact names, `*.ending`,
`folder/`, `prefix*` and segments with stars are answered by string methods; only what is asked often is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

__all__ = ["PathGlobs", "WordGlobs", "ending", "matcher", "matches", "translate", "walk"]

_SPECIAL = re.compile(r"[*?\[{]")
_OFTEN = 50  # questions after which compiling an expression pays
_OTHER = re.compile(r"[?\[{]")


def translate(pattern: str) -> str:
    """The regular expression (for `fullmatch` on a path) of one glob."""
    below = pattern.endswith("/")
    core = pattern.strip("/")
    anchored = "/" in pattern.rstrip("/")
    out = "" if anchored and not core.startswith("**/") else "(?:.*/)?"
    if core.startswith("**/"):
        core = core[3:]
    for part in re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\]|\{[^}]*\})", core):
        if part == "**/":
            out += "(?:.*/)?"
        elif part == "**":
            out += ".*"
        elif part == "*":
            out += "[^/]*"
        elif part == "?":
            out += "[^/]"
        elif part.startswith("[") and part.endswith("]"):
            out += part.replace("[!", "[^")
        elif part.startswith("{") and part.endswith("}"):
            out += "(?:" + "|".join(re.escape(option) for option in part[1:-1].split(",")) + ")"
        else:
            out += re.escape(part)
    return out + "/.*" if below else out


class PathGlobs:
    """Several path patterns; `fullmatch(path)` tells whether any of them matches."""

    def __init__(self, patterns: Iterable[str]) -> None:
        names, endings, folders, starts, rest = set(), [], [], [], []
        for pattern in patterns:
            bare = pattern.rstrip("/")
            if pattern.startswith("**/") and "/" not in bare[3:]:
                pattern, bare = pattern[3:], bare[3:]
            if not _SPECIAL.search(pattern) and "/" not in bare:
                if pattern.endswith("/"):
                    folders.append(f"/{bare}/")
                else:
                    names.add(pattern)
            elif pattern.endswith("/**") and not _SPECIAL.search(pattern[:-3]):
                starts.append(pattern[:-2].removeprefix("/"))
            elif pattern.startswith("/") and pattern.endswith("/") and not _SPECIAL.search(pattern):
                starts.append(pattern[1:])
            elif pattern.startswith("**/") and pattern.endswith("/**") and not _SPECIAL.search(pattern[3:-3]):
                folders.append(pattern[2:-2])
            elif pattern.startswith("*.") and not _SPECIAL.search(pattern[1:]) and "/" not in pattern:
                endings.append(pattern[1:])
            else:
                rest.append(pattern)
        self._names = frozenset(names)
        self._endings = tuple(endings)
        self._folders = tuple(folders)
        self._starts = tuple(starts)
        self._rest: dict[str, list[str]] = {}  # by the ending that a path must have, "" for any
        for pattern in rest:
            self._rest.setdefault(ending(pattern), []).append(pattern)
        self._expressions: dict[str, re.Pattern[str]] = {}
        self._plain = not (folders or rest)
        self._bounded = all(_is_bounded(pattern) for pattern in rest)
        self._asked = 0

    def fullmatch(self, path: str) -> bool:
        name = path[path.rfind("/") + 1 :]
        if name in self._names or name.endswith(self._endings) or path.startswith(self._starts):
            return True
        if self._plain:
            return False
        if self._folders:
            rooted = "/" + path
            if any(folder in rooted for folder in self._folders):
                return True
        if not self._rest:
            return False
        dot = name.rfind(".")
        written = name[dot:] if dot >= 0 and name[dot:] in self._rest else ""
        if written not in self._rest and "" not in self._rest:
            return False
        self._asked += 1
        if self._asked > _OFTEN and self._bounded:
            return self._expression(written).fullmatch(path) is not None
        parts = path.split("/")
        return any(walk(_segments(pattern), parts) for pattern in self._possible(written))

    def _possible(self, written: str) -> list[str]:
        """The patterns that a path with this ending can match."""
        return [*self._rest.get("", ()), *(self._rest.get(written, ()) if written else ())]

    def _expression(self, written: str) -> re.Pattern[str]:
        known = self._expressions.get(written)
        if known is None:
            possible = self._possible(written)
            known = re.compile("|".join(f"(?:{translate(pattern)})" for pattern in possible), re.DOTALL)
            self._expressions[written] = known
        return known


def ending(pattern: str) -> str:
    """The literal ending (`.yml`) of what a pattern matches, "" where it has none or several."""
    dot = pattern.rfind(".")
    found = pattern[dot:] if dot > pattern.rfind("/") else ""
    return "" if _SPECIAL.search(found) or "}" in found else found


@lru_cache(maxsize=4096)
def _segments(pattern: str) -> tuple[str, ...]:
    """A path pattern as the segments that a path's segments are held against; `**` stands for any number of them."""
    below = pattern.endswith("/")
    anchored = "/" in pattern.rstrip("/")
    core = pattern.strip("/").split("/")
    start = () if anchored else ("**",)
    return (*start, *core, *(("*", "**") if below else ()))


def walk(pattern: tuple[str, ...], parts: list[str]) -> bool:
    """Whether the segments of a path, or the parts of a dotted name, match; `**` stands for any number of them."""
    reached = {0}
    for number, segment in enumerate(pattern):
        if segment == "**":
            if number == len(pattern) - 1:
                return bool(reached)
            reached = set(range(min(reached), len(parts)))
        else:
            reached = {at + 1 for at in reached if at < len(parts) and _fits(segment, parts[at])}
        if not reached:
            return False
    return len(parts) in reached


def _fits(segment: str, name: str) -> bool:
    """One segment against one name; `*` is what most segments hold, and needs no expression."""
    if "*" not in segment and not _SPECIAL.search(segment):
        return segment == name
    if _OTHER.search(segment):
        return _segment_expression(segment).fullmatch(name) is not None
    first, *middle, last = segment.split("*")
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    at, end = len(first), len(name) - len(last)
    for piece in middle:
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _is_bounded(pattern: str) -> bool:
    """Whether an expression of it cannot be made to try every way to divide a name: a repository may bring its own."""
    segments = pattern.split("/")
    return segments.count("**") <= 4 and all(each == "**" or each.count("*") <= 3 for each in segments)


@lru_cache(maxsize=1024)
def _segment_expression(segment: str) -> Any:
    if _is_bounded(segment):
        return re.compile(translate("/" + segment), re.DOTALL)
    import re2  # linear in the name whatever the pattern

    return re2.compile(f"(?s){translate('/' + segment)}")


class WordGlobs:
    """Several patterns on a plain name (`load_data*`, `*Trainer`); `fullmatch(name)` tells whether any matches."""

    def __init__(self, patterns: Iterable[str]) -> None:
        names, starts, ends, rest = set(), [], [], []
        for pattern in patterns:
            if not _SPECIAL.search(pattern):
                names.add(pattern)
            elif not _SPECIAL.search(pattern[:-1]) and pattern.endswith("*"):
                starts.append(pattern[:-1])
            elif not _SPECIAL.search(pattern[1:]) and pattern.startswith("*"):
                ends.append(pattern[1:])
            else:
                rest.append(pattern)
        self._names, self._starts, self._ends, self._rest = frozenset(names), tuple(starts), tuple(ends), rest
        self._asked = 0

    def fullmatch(self, name: str) -> bool:
        if name in self._names or name.startswith(self._starts) or name.endswith(self._ends):
            return True
        if not self._rest:
            return False
        self._asked += 1
        if self._asked > _OFTEN and not self._held.search(name):
            return False
        return any(
            _word_expression(p).fullmatch(name) is not None if _OTHER.search(p) else _fits(p, name) for p in self._rest
        )

    @cached_property
    def _held(self) -> re.Pattern[str]:
        """The longest literal piece of each of the other patterns: a name that holds none of them matches none."""
        pieces = {max(re.split(r"\*+|\?|\[[^\]]*\]", pattern), key=len) for pattern in self._rest}
        return re.compile("|".join(re.escape(piece) for piece in sorted(pieces)))


@lru_cache(maxsize=1024)
def _word_expression(pattern: str) -> re.Pattern[str]:
    """A word is no path: its `*` goes over slashes."""
    pieces = re.split(r"(\*+|\?|\[[^\]]*\])", pattern)
    written = {"*": ".*", "?": "."}
    return re.compile(
        "".join(
            written.get(p[:1]) or (p.replace("[!", "[^") if p.startswith("[") else re.escape(p)) for p in pieces if p
        ),
        re.DOTALL,
    )


@lru_cache(maxsize=2048)
def matcher(patterns: tuple[str, ...]) -> PathGlobs:
    """The matcher of several path patterns; use its `fullmatch`."""
    return PathGlobs(patterns)


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether any of the globs matches the path."""
    return matcher(tuple(patterns)).fullmatch(path)
