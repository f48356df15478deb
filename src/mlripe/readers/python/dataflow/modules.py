"""A file of Python, or a notebook, as what data is followed through: its statements, and what its names stand for."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from mlripe.readers import Unreadable
from mlripe.readers.python.names import FUNCTIONS
from mlripe.readers.python.shapes import imports
from mlripe.readers.python.truth_walk import Function

__all__ = ["Module", "module_of"]

_MOST_NAMES: Final = 2000


@dataclass(eq=False)
class Module:
    """The parsed file; `lines` has for each line of a notebook's code its line in the file."""

    path: str
    body: list[ast.stmt]
    lines: tuple[int, ...] = ()

    def at(self, node: ast.AST) -> int:
        """The line of the file in which a node begins."""
        line: int = getattr(node, "lineno", 1)
        return self.lines[line - 1] if 0 < line <= len(self.lines) else line

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
    from mlripe.readers.python.exported_notebook import exported_cells
    from mlripe.readers.python.notebook import tree_of_cells
    from mlripe.readers.python.notebook_cells import code_cells
    from mlripe.readers.python.safe_text import decoded
    from mlripe.readers.python.source import parse

    try:
        if path.endswith(".ipynb"):
            cells = code_cells(content)
        else:
            text = decoded(content)
            cells = exported_cells(text)
            if not cells:
                return Module(path, parse(text).body)
        tree, lines = tree_of_cells(cells)
    except (Unreadable, RecursionError):
        return None
    return Module(path, tree.body, lines)
