"""How much of one repository is read, whatever it holds: numbers of files, bytes, and `work`. What is left is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, takewhile
from typing import Final

from msgspec import Struct, field

from mlripe.facts import ReadFault
from mlripe.snapshot import Entry

__all__ = [
    "MOST_CODE_FILES", "MOST_STRUCTURED", "Budget", "code_budget", "first_of", "nearest", "script_budget",
    "structured_budget", "text_budget", "told_by_name", "without_most_of",
]  # fmt: skip

MOST_CODE_FILES: Final = 12_000
MOST_STRUCTURED: Final = 4000
_MOST_BYTES: Final = {"source": 256 << 20, "configuration": 64 << 20}  # of all files of a kind, to look through

_LONGEST: Final = 300  # characters
_ADVICE: Final = "audit a sub-folder to see them"


class Budget(Struct):
    """Something that may be spent, and which files were left because all of it was."""

    most: int
    says: str  # of the files that were left
    spent: int = 0
    left: set[str] = field(default_factory=set)

    @property
    def met(self) -> bool:
        """Whether the budget is used up."""
        return self.spent > self.most

    def told(self) -> tuple[ReadFault, ...]:
        """What the report says of the files that were left so far, from now on none."""
        count = len(self.left)
        self.left.clear()
        return (ReadFault("", f"{count} {self.says}; {_ADVICE}"),) if count else ()


def code_budget() -> Budget:
    """Units of work for all source: what is within a number of bytes may still be dense."""
    return Budget(850_000, "source files were not parsed: more code could matter than is read")


def script_budget() -> Budget:
    """Units of work for TypeScript and JavaScript, beside that for Python."""
    return Budget(600_000, "TypeScript and JavaScript files were not parsed: more of it could matter than is read")


def structured_budget() -> Budget:
    """Units of work for all other files, which bounds the memory of what they hold as well."""
    return Budget(700_000, "configuration files were not read: all of them hold more than is read")


def text_budget() -> Budget:
    """Bytes of files that are read once more, because a text is looked for in them."""
    return Budget(400 << 20, "files were not searched for texts: all of them are larger than what is read")


def nearest(path: str) -> tuple[int, str]:
    """By which paths stand in order: what is nearest to the root first."""
    return path.count("/"), path


def told_by_name(paths: Iterable[str]) -> list[str]:
    """The paths by whose names files are looked for: without those that are too long to be told.

    Many questions are asked of every name, and git can describe 16,000 files with names of 1,000 bytes.
    """
    return [path for path in paths if len(path) <= _LONGEST]


def without_most_of(
    entries: Mapping[str, Entry], is_code: Callable[[str], bool]
) -> tuple[Mapping[str, Entry], tuple[ReadFault, ...]]:
    """The entries with no more source files than are looked at, those nearest to the root; and what is to be told."""
    codes = [path for path in entries if is_code(path)]
    if len(codes) <= MOST_CODE_FILES:
        return entries, ()
    codes.sort(key=nearest)
    beyond = set(codes[MOST_CODE_FILES:])
    says = f"{len(beyond)} source files beyond {MOST_CODE_FILES} were not read"
    return {path: entry for path, entry in entries.items() if path not in beyond}, (ReadFault("", says),)


def first_of(
    paths: Sequence[str], kind: str, entries: Mapping[str, Entry], most: int = MOST_CODE_FILES
) -> tuple[Sequence[str], tuple[ReadFault, ...]]:
    """The first of the paths, as many files and bytes as may be read, and what is to be told of the others."""
    bytes_so_far = accumulate(entries[path].size or 0 for path in paths)
    kept = min(most, sum(1 for _ in takewhile(lambda size: size <= _MOST_BYTES[kind], bytes_so_far)))
    if kept == len(paths):
        return paths, ()
    beyond = most if kept == most else f"{_MOST_BYTES[kind] >> 20} MiB"
    return paths[:kept], (ReadFault("", f"{len(paths) - kept} {kind} files beyond {beyond} were not read"),)
