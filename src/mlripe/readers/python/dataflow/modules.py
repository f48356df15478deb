"""A file of Python, or a notebook, as what data is followed through: its statements, and what its names stand for."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct

from mlripe.readers import Unreadable
from mlripe.readers.python.exported_notebook import exported_cells
from mlripe.readers.python.names import FUNCTIONS
from mlripe.readers.python.notebook import tree_of_cells
from mlripe.readers.python.notebook_cells import Cell, code_cells
from mlripe.readers.python.safe_text import decoded
from mlripe.readers.python.shapes import imports
from mlripe.readers.python.source import parse
from mlripe.readers.python.truth_walk import Function

__all__ = ["Module", "module_of"]

_MOST_NAMES: Final = 2000


class Module(Struct, eq=False, dict=True):
    """The parsed file. The lines of its nodes are those of its code: `at` gives those of the file."""

    path: str
    body: list[ast.stmt]
    notebook: bytes = b""  # the content of a notebook, from which the lines of the file are found when they are asked

    def at(self, line: int) -> int:
        """The line of the file for a line of its code."""
        return self._lines[line - 1] if 0 < line <= len(self._lines) else line

    @cached_property
    def _lines(self) -> tuple[int, ...]:
        return tree_of_cells(_cells(self.path, self.notebook))[1] if self.notebook else ()

    @cached_property
    def imported(self) -> Mapping[str, str]:
        """What each imported name stands for."""
        return dict(list(imports(self.body))[:_MOST_NAMES])

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """The functions of the module by name."""
        return {node.name: node for node in self.body if isinstance(node, FUNCTIONS)}

    @cached_property
    def classes(self) -> Mapping[str, ast.ClassDef]:
        """The classes of the module by name."""
        return {node.name: node for node in self.body if isinstance(node, ast.ClassDef)}

    @staticmethod
    def methods(node: ast.ClassDef) -> Mapping[str, Function]:
        """The methods of a class."""
        return {inner.name: inner for inner in node.body if isinstance(inner, FUNCTIONS)}


def module_of(path: str, content: bytes) -> Module | None:
    """The parsed file; None where it cannot be read."""
    try:
        cells = _cells(path, content, lines=False)
        if cells:
            return Module(path, tree_of_cells(cells)[0].body, content)
        return None if path.endswith(".ipynb") else Module(path, parse(decoded(content)).body)
    except (Unreadable, RecursionError):
        return None


def _cells(path: str, content: bytes, *, lines: bool = True) -> list[Cell]:
    """The cells of a notebook, however it is kept; none for a program. Raises `Unreadable`."""
    return code_cells(content, lines=lines) if path.endswith(".ipynb") else exported_cells(decoded(content))
