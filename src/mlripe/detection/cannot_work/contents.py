"""What a repository holds, as the faults ask for it, and the line of a file that names something."""

from __future__ import annotations

import posixpath
from collections.abc import Container
from typing import Final

from mlripe.readers.store import FactStore

__all__ = ["OPEN", "Contents", "is_literal"]

OPEN: Final = frozenset("$*?{}~`(<%[")  # a path with one of these is not written out
_MOST_LINES: Final = 60  # of one command or step that are searched for a word


def is_literal(path: str) -> bool:
    """Whether a path is written out, and means a place of this file system."""
    return bool(path) and not set(path) & OPEN and "://" not in path


class Contents:
    """Answers for the files of one repository."""

    def __init__(self, store: FactStore) -> None:
        self.store = store

    def has(self, path: str, seen_from: str, others: Container[str] = ()) -> bool:
        """Whether the repository holds a file, or what is among `others`; what lies above its root may be there.

        `path` is relative to the root that the file `seen_from` sees.
        """
        path = posixpath.normpath(posixpath.join(self.root_above(seen_from), path))
        above = path.startswith("/") or (path.startswith("..") and not seen_from.startswith(".github/"))
        return above or path == "." or path in self.store.entries or path in others

    def root_above(self, path: str) -> str:
        """The folder that a file takes for the repository's root: a template's, or ""."""
        return self.store.knowledge.ci_services.root_above(path)

    def line_of(self, path: str, line: int, words: str) -> int:
        """The first line from `line` on, of one command or step, that holds `words`; `line` where none does."""
        lines = self.store.text(path).split(b"\n")[max(line, 1) - 1 :][:_MOST_LINES]
        wanted = words.encode("utf-8", "replace")
        return next((line + at for at, text in enumerate(lines) if wanted in text), line)
