"""Jupyter notebooks to facts: the code cells as one Python module, each line at its line in the notebook's JSON.

Magics and shell escapes are blanked out; `!command` lines become commands of a `cell` unit. Cells that are not
Python are skipped. Lines are those of the .ipynb file itself, so that `path:line` opens at the right place.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from mlripe.facts import FileFacts, Unit
from mlripe.readers import Unreadable

__all__ = ["read_notebook", "typed"]

_MOST_CELLS = 2000


def typed(content: bytes) -> bytes:
    """A notebook's text as a person typed it: what cells printed, and what Jupyter noted, is blank, line by line.

    One that is not written as Jupyter writes it, a line of source a line, is given back as it is.
    """
    lines = content.split(b"\n")
    inside = some = False
    for number, line in enumerate(lines):
        stripped = line.strip()
        begins = stripped.startswith(b'"source":')
        if begins:
            inside, some = stripped.endswith(b"["), True
        elif inside and stripped in (b"]", b"],"):
            inside = False
        elif not inside:
            lines[number] = b""
    return b"\n".join(lines) if some else content


def read_notebook(path: str, content: bytes) -> FileFacts:
    """The facts of a notebook's code cells; for R and Julia notebooks none."""
    from mlripe.readers.python.source import facts_of_tree, parse

    try:
        data = json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Unreadable("not valid JSON, though its name says notebook") from None
    cells = _cells(data)
    if cells is None:
        raise Unreadable("no cells: not a notebook as Jupyter writes it")
    if _language(data) not in ("", "python"):
        return FileFacts()
    found = _Lines(content.decode("utf-8", "replace"))
    facts, commands = FileFacts(), []
    source: list[str] = []
    origin: list[int] = []
    for cell in cells[:_MOST_CELLS]:
        for text in _lines(cell):
            line = found.next(text)
            code, shell = _plain(text)
            if shell:
                commands.append((shell, line))
            source.append(code)
            origin.append(line)
    tree = None
    try:
        tree = parse("\n".join(source))
    except Unreadable:
        facts = _cell_by_cell(cells, content)
    if tree is not None:
        facts = _moved(facts_of_tree(tree, program=False), origin)
    if commands:
        from mlripe.readers.shell.commands import commands as split

        split_up = tuple(c for shell, line in commands for c in split(shell, line, strict=False))
        facts += FileFacts(units=(Unit("cells", "cell", commands[0][1], "notebook cells", commands=split_up),))
    return facts


def _cells(data: Any) -> list[Any] | None:
    if not isinstance(data, dict):
        return None
    cells = data.get("cells")
    if cells is None and isinstance(data.get("worksheets"), list):  # format 3
        cells = [cell for sheet in data["worksheets"] if isinstance(sheet, dict) for cell in sheet.get("cells", [])]
    if not isinstance(cells, list):
        return None
    return [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _language(data: Any) -> str:
    meta = data.get("metadata")
    spec = meta.get("kernelspec") if isinstance(meta, dict) else None
    info = meta.get("language_info") if isinstance(meta, dict) else None
    for holder, key in ((info, "name"), (spec, "language")):
        if isinstance(holder, dict) and isinstance(holder.get(key), str):
            return str(holder[key]).lower()
    return ""


def _lines(cell: Any) -> list[str]:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    lines = source.split("\n") if isinstance(source, str) else []
    if lines and lines[0].startswith("%%") and not lines[0].startswith(("%%time", "%%capture", "%%prun")):
        return []
    return lines


def _plain(text: str) -> tuple[str, str]:
    """A cell's line as (Python, shell command): magics become `pass`, keeping the indentation."""
    bare = text.lstrip()
    if bare.startswith(("%", "!", "?")):
        shell = bare[1:].strip() if bare.startswith("!") else ""
        if bare.startswith(("%run ", "%pip ", "%conda ")):
            shell = bare[1:].replace("run ", "python ", 1) if bare.startswith("%run") else bare[1:]
        return text[: len(text) - len(bare)] + "pass", shell
    return text, ""


class _Lines:
    """Finds each source line's own line in the notebook's JSON, walking forward."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.at = 0

    def next(self, text: str) -> int:
        if text.strip():
            written = json.dumps(text)[1:-1]
            raw = json.dumps(text, ensure_ascii=False)[1:-1]
            for index in range(self.at, min(len(self.lines), self.at + 5000)):
                line = self.lines[index]
                # a source line is a JSON text of its own, or, in a file without line breaks, a part of the one line
                whole = len(line) > 20000 or f'"{raw}\\n"' in line or f'"{raw}"' in line
                if (whole or f'"{written}\\n"' in line or f'"{written}"' in line) and (raw in line or written in line):
                    self.at = index if len(line) > 20000 else index + 1
                    return index + 1
        return self.at or 1


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
    )


def _cell_by_cell(cells: list[Any], content: bytes) -> FileFacts:
    """For a notebook with a cell that does not parse: the facts of all those that do, read as one module."""
    from mlripe.readers.python.source import facts_of_tree, parse

    found = _Lines(content.decode("utf-8", "replace"))
    source: list[str] = []
    origin: list[int] = []
    for cell in cells[:_MOST_CELLS]:
        lines = _lines(cell)
        places = [found.next(text) for text in lines]
        plain = [_plain(text)[0] for text in lines]
        try:
            parse("\n".join(plain))
        except Unreadable:
            continue
        source += plain
        origin += places
    try:
        return _moved(facts_of_tree(parse("\n".join(source)), program=False), origin)
    except Unreadable:
        return FileFacts()
