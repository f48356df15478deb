"""Names that several imports give in branches: `if x: from a import job`, else `from b import job`.

A name stands for the last of them in the file, and by what is kept here for each of the others as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mlripe.readers.python.names import Names

__all__ = ["Alternatives"]

_MOST: Final = 20  # imports of one name

Import = tuple[str, int]  # what the name stands for, and the number of the choice in which it was imported


class Alternatives:
    """The imports of one function, or of the module's body, that give the same name in several branches."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.known: dict[str, list[Import]] = {}
        self._last: dict[str, Import] = {}
        self._branches = 0

    @contextmanager
    def inside(self) -> Iterator[None]:
        """A function: its names are its own."""
        kept = self.known, self._last, self._branches
        self.known, self._last, self._branches = {}, {}, 0
        yield
        self.known, self._last, self._branches = kept

    @contextmanager
    def one_of_several(self) -> Iterator[None]:
        """A branch that may be left out."""
        self._branches += 1
        yield
        self._branches -= 1

    def bind(self, name: str, origin: str, choice: int | None) -> None:
        """An import gives a name, in the choice of that number (None or -1: in any case)."""
        found = (origin, -1 if choice is None else choice)
        before = self._last.get(name)
        if self._branches and before and before[0] != origin:
            several = self.known.setdefault(name, [before])
            if len(several) < _MOST:
                several.append(found)
        else:
            self.known.pop(name, None)
        self._last[name] = found
        self.names.bind(name, origin)

    def of(self, node: ast.expr, origin: str) -> list[Import]:
        """What an expression stands for, whose name resolves to `origin`; [] where its name has one import only."""
        while isinstance(node, ast.Attribute):
            node = node.value
        several = self.known.get(node.id) if isinstance(node, ast.Name) else None
        last = self._last[node.id][0] if several and isinstance(node, ast.Name) else ""
        if not several or not origin.startswith(last):  # it was set to something else since
            return []
        return [(other + origin[len(last) :], number) for other, number in several]
