"""Paths: from the bytes that git and the file system have to the text that everything else sees.

A path is bytes on disk and need not be text; a report must be valid, printable Unicode. So a path is turned once, here,
into the one form that facts, evidence and reports all use; only the snapshot keeps the bytes beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from mlripe.lazy_regex import lazy_regex

__all__ = [
    "ENVIRONMENT_MARKS",
    "GENERATED",
    "MAX_DEPTH",
    "MAX_PATH",
    "TOO_LONG",
    "PathBudget",
    "display",
    "fitting",
    "folders_of",
    "improper",
    "is_retired",
    "written",
]

MAX_DEPTH: Final = 100
MAX_PATH: Final = 1024  # bytes, as much as macOS lets a path have; git can describe one of a hundred megabytes
MOST_BYTES: Final = 16 << 20  # of all paths of one listing, each of which is held against hundreds of patterns
PATH_BUDGET: Final = 128 << 20  # see `PathBudget`
TOO_LONG: Final = "has so many long paths that they cannot all be held; those beyond are left out"

# Folders that tools fill and nobody writes. They are no part of any snapshot, tracked or not: so a plain folder, where
# no .gitignore need name them, gives what its repository gives.
GENERATED: Final = frozenset(
    {
        b".eggs",
        b".git",
        b".hg",
        b".ipynb_checkpoints",
        b".mypy_cache",
        b".nox",
        b".pytest_cache",
        b".ruff_cache",
        b".svn",
        b".terraform",
        b".tox",
        b".venv",
        b"__pycache__",
        b"node_modules",
    }
)
ENVIRONMENT_MARKS: Final = frozenset({b"pyvenv.cfg", b"conda-meta"})  # what holds one is an installed environment

_GENERATED: Final = lazy_regex(b"(?:^|/)(?:%b)/" % b"|".join(map(re.escape, sorted(GENERATED))))
_MARKED: Final = lazy_regex(b"(.+?/)(?:%b)(?:/|\\Z)" % b"|".join(map(re.escape, sorted(ENVIRONMENT_MARKS))), re.DOTALL)
_NEVER: Final = frozenset({b"", b".", b"..", b".git"})
_RETIRED: Final = lazy_regex(r"(?i)(?:^|/)_?(?:old|archived?|deprecated|attic|obsolete)/")
_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def display(path: bytes) -> str:
    r"""The path as text: UTF-8 decoded; bytes that are not UTF-8, and what is not printable, written as escapes.

    `b"caf\xe9 1\n.py"` gives `caf\xe9 1\n.py`. A backslash is doubled, so that different paths stay different.
    """
    text = path.decode("utf-8", "surrogateescape")
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(map(_shown, text))


def folders_of(paths: Iterable[str]) -> frozenset[str]:
    """Every folder that holds one of the files, at any depth; "" is the root."""
    found = {""}
    for path in paths:
        while (path := path.rpartition("/")[0]) and path not in found:
            found.add(path)
    return frozenset(found)


def is_retired(path: str) -> bool:
    """Whether a file lies in a folder for what is no longer in use."""
    return _RETIRED.search(path) is not None


def _shown(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # how surrogateescape keeps a byte
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def improper(path: bytes) -> str:
    """Why no file can have this path in a repository, "" if it can: a forged index or tree may name `../../secret`."""
    parts = path.lower().split(b"/")
    if not _NEVER.isdisjoint(parts):
        return "is not a path that a repository can have; it is not read"
    if len(parts) > MAX_DEPTH:
        return f"lies more than {MAX_DEPTH} folders deep; it is not read"
    return ""


class PathBudget:
    """How much the paths of one listing take, each with all folders above it, as far as they fit.

    One long name high up in a tree is part of every path below it, and so of every folder's. A path is counted with its
    bytes for each part that it has; four times where it is not ASCII, since one such character makes text so wide.
    """

    def __init__(self) -> None:
        self.too_long = 0  # paths over `MAX_PATH`
        self.full = False
        self._bytes_left, self._left = MOST_BYTES, PATH_BUDGET

    def takes(self, path: bytes) -> bool:
        """Whether the path is one to keep."""
        if self.full:
            return False
        if len(path) > MAX_PATH:
            self.too_long += 1
            return False
        self._bytes_left -= len(path)
        self._left -= len(path) * (path.count(b"/") + 1) * (1 if path.isascii() else 4)
        self.full = self._left < 0 or self._bytes_left < 0
        return not self.full

    def faults(self) -> Iterator[str]:
        """What is left out, in sentences for the report."""
        if self.too_long:
            yield f"has paths longer than {MAX_PATH:,} bytes, {self.too_long:,} of them; what they name is not read"
        if self.full:
            yield TOO_LONG


def fitting(paths: Collection[bytes]) -> tuple[list[bytes], list[str]]:
    """Those of the paths that there is room for, in their order, and what is to be said of the others."""
    joined, longest = b"\0".join(paths), max(map(len, paths), default=0)
    most = longest * (joined.count(b"/") + len(paths)) * (1 if joined.isascii() else 4)
    if (
        longest <= MAX_PATH and len(joined) <= MOST_BYTES and most <= PATH_BUDGET
    ):  # so it nearly always is, and costs next to nothing
        return list(paths), []
    budget = PathBudget()
    return [path for path in paths if budget.takes(path)], list(budget.faults())


def written(paths: Iterable[bytes]) -> list[bytes]:
    """The paths without those in generated folders and installed environments, in their order."""
    kept = [path for path in paths if not _GENERATED.search(path)]
    environments = {marked[1] for path in kept if (marked := _MARKED.match(path))}
    return [path for path in kept if not _lies_in(path, environments)] if environments else kept


def _lies_in(path: bytes, folders: set[bytes]) -> bool:
    """Whether one of the folders above the path is among these, which end in a slash."""
    end = path.find(b"/") + 1
    while end:
        if path[:end] in folders:
            return True
        end = path.find(b"/", end) + 1
    return False
