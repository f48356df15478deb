"""Jupyter notebooks to facts: the code cells as one Python module, each line at its line in the notebook's JSON.

Magics and shell escapes are blanked out; `!command` lines become commands of a `cell` unit. Cells that are not
Python are skipped. Lines are those of the .ipynb file itself, so that `path:line` opens at the right place.
"""

from __future__ import annotations

from dataclasses import replace

from mlripe.facts import FileFacts, Unit
from mlripe.readers import Unreadable
from mlripe.readers.python.notebook_cells import CELLS, Cell, code_cells
from mlripe.readers.python.safe_text import check_costs

__all__ = ["facts_of_cells", "read_notebook"]


def read_notebook(path: str, content: bytes) -> FileFacts:
    """The facts of a notebook's code cells; for R and Julia notebooks none."""
    return facts_of_cells(path, code_cells(content))


def facts_of_cells(path: str, code: list[Cell]) -> FileFacts:
    """The facts of these cells, which hold Python, magics and shell lines."""
    cells = [[(*_plain(text), line) for text, line in cell] for cell in code]
    return _python_facts(path, cells) + _shell_facts(cells)


_Plain = list[tuple[str, str, int]]  # of a cell: Python, shell command, and line in the file


def _python_facts(path: str, cells: list[_Plain]) -> FileFacts:
    """The facts of all cells as one module; without those that do not parse, where there are any."""
    from mlripe.readers.python.source import parse

    check_costs(_source(cells))
    try:
        return _facts(path, cells)
    except Unreadable:
        pass
    good = []
    for cell in cells:
        try:
            parse(_source([cell]))
        except Unreadable:
            continue
        good.append(cell)
    try:
        return _facts(path, good)
    except Unreadable:
        return FileFacts()


def _source(cells: list[_Plain]) -> str:
    return "\n".join(code for cell in cells for code, _, _ in cell)


def _facts(path: str, cells: list[_Plain]) -> FileFacts:
    from mlripe.readers.python.source import facts_of_tree, parse

    source = _source(cells)
    return _moved(
        facts_of_tree(parse(source), path, len(source), program=False), [line for cell in cells for _, _, line in cell]
    )


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
