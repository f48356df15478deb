"""Jupyter notebooks to facts: the code cells as one Python module, each line at its line in the notebook's JSON.

Magics and shell escapes are blanked out; `!command` lines become commands of a `cell` unit. Cells that are not
Python are skipped. Lines are those of the .ipynb file itself, so that `path:line` opens at the right place.
"""

from __future__ import annotations

import ast

from msgspec.structs import replace

from mlripe.facts import FileFacts, Unit
from mlripe.readers import Unreadable
from mlripe.readers.python.notebook_cells import CELLS, Cell, code_cells
from mlripe.readers.python.safe_text import check_costs

__all__ = ["facts_of_cells", "read_notebook", "tree_of_cells"]


def read_notebook(path: str, content: bytes) -> FileFacts:
    """The facts of a notebook's code cells; for R and Julia notebooks none."""
    return facts_of_cells(path, code_cells(content))


def facts_of_cells(path: str, code: list[Cell]) -> FileFacts:
    """The facts of these cells, which hold Python, magics and shell lines."""
    cells = [[(*_plain(text), line) for text, line in cell] for cell in code]
    return _python_facts(path, cells) + _shell_facts(cells)


_Plain = list[tuple[str, str, int]]  # of a cell: Python, shell command, and line in the file


def _python_facts(path: str, cells: list[_Plain]) -> FileFacts:
    """The facts of all cells as one module."""
    from mlripe.readers.python.source import facts_of_tree

    check_costs(_source(cells))
    try:
        tree, lines, size = _tree(cells)
        return _moved(facts_of_tree(tree, path, size, program=False), lines)
    except Unreadable:
        return FileFacts()


def tree_of_cells(code: list[Cell]) -> tuple[ast.Module, tuple[int, ...]]:
    """The tree of these cells as one module, and for each of its lines the line in the file. Raises `Unreadable`."""
    cells = [[(*_plain(text), line) for text, line in cell] for cell in code]
    check_costs(_source(cells))
    tree, lines, _ = _tree(cells)
    return tree, tuple(lines)


def _tree(cells: list[_Plain]) -> tuple[ast.Module, list[int], int]:
    """The tree of all cells, without those that do not parse, where there are any; its lines, and the size."""
    from mlripe.readers.python.source import parse

    try:
        tree, kept = parse(_source(cells)), cells
    except Unreadable:
        kept = [cell for cell in cells if _parses(cell)]
        tree = parse(_source(kept))
    return tree, [line for cell in kept for _, _, line in cell], len(_source(kept))


def _parses(cell: _Plain) -> bool:
    from mlripe.readers.python.source import parse

    try:
        parse(_source([cell]))
    except Unreadable:
        return False
    return True


def _source(cells: list[_Plain]) -> str:
    return "\n".join(code for cell in cells for code, _, _ in cell)


def _shell_facts(cells: list[_Plain]) -> FileFacts:
    """The shell lines of all cells, as the commands of one unit."""
    shell = [(command, line) for cell in cells for _, command, line in cell if command]
    if not shell:
        return FileFacts()
    from mlripe.readers.shell.commands import commands

    split_up = tuple(each for command, line in shell for each in commands(command, line, strict=False))
    return FileFacts(units=(Unit(CELLS, "cell", shell[0][1], "notebook cells", commands=split_up),))


def _plain(text: str) -> tuple[str, str]:
    """A cell's line as (Python, shell command): magics become `pass`, keeping the indentation."""
    bare = text.lstrip()
    if bare.startswith(("%", "!", "?")):
        shell = bare[1:].strip() if bare.startswith("!") else ""
        if bare.startswith(("%run ", "%pip ", "%conda ")):
            shell = bare[1:].replace("run ", "python ", 1) if bare.startswith("%run") else bare[1:]
        return text[: len(text) - len(bare)] + "pass", shell
    return text, ""


def _moved(facts: FileFacts, origin: list[int]) -> FileFacts:
    def at(line: int) -> int:
        return origin[line - 1] if 0 < line <= len(origin) else 1

    return FileFacts(
        imports=tuple(replace(f, line=at(f.line)) for f in facts.imports),
        calls=tuple(replace(f, line=at(f.line)) for f in facts.calls),
        definitions=tuple(
            replace(f, line=at(f.line), end=at(f.end), mentions={n: at(m) for n, m in f.mentions.items()})
            for f in facts.definitions
        ),
        branches=tuple(replace(f, line=at(f.line)) for f in facts.branches),
        comparisons=tuple(replace(f, line=at(f.line)) for f in facts.comparisons),
        read_faults=facts.read_faults,
    )
