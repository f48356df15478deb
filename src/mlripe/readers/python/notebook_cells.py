"""The code cells of a notebook's JSON, each line of source with its line in the file; formats 3 and 4 of Jupyter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any, Final

from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable

__all__ = ["CELLS", "Cell", "code_cells", "typed"]

Cell = list[tuple[str, int]]  # lines of source, each with its line in the file

CELLS: Final = "cells"  # the id of the unit that holds the shell lines of a notebook
MARKS: Final = 1_000_000  # brackets, commas and colons of a notebook; each may cost 120 bytes of memory
LARGEST_CODE: Final = 2 * 1024 * 1024  # characters of code
_TOO_MUCH: Final = f"more than {LARGEST_CODE >> 20} MiB of code"
_MOST_CELLS: Final = 2000
_SOURCES: Final = ("source", "input")  # the keys of formats 4 and 3

_BEGINS = lazy_regex(rb'(?m)^[ \t\r\f\v]*"source":[^\n]*\n?')
_ENDS = lazy_regex(rb"(?m)^[ \t\r\f\v]*\],?[ \t\r\f\v]*$")
_MARK = lazy_regex(r'[{}\[\]"]')
_COLON = lazy_regex(r"[ \t\r\n]*:")


def typed(content: bytes) -> bytes:
    """A notebook's text as a person typed it: what cells printed, and what Jupyter noted, is blank, line by line.

    One that is not written as Jupyter writes it, a line of source a line, is given back as it is.
    """
    kept: list[bytes] = []
    at = 0
    while begins := _BEGINS.search(content, at):
        kept.append(b"\n" * content.count(b"\n", at, begins.start()))
        at = begins.end()
        if begins[0].rstrip().endswith(b"["):
            ends = _ENDS.search(content, at)
            at = ends.end() if ends else len(content)
        kept.append(content[begins.start() : at])
    if not kept:
        return content
    return b"".join((*kept, b"\n" * content.count(b"\n", at)))


def code_cells(content: bytes, *, lines: bool = True) -> list[Cell]:
    """The code cells of a notebook in Python, or in a language that it does not name; none for another language.

    Without `lines`, which take longer to find than the cells, each line of source stands at line 1.

    Raises `Unreadable` for what is no notebook, and for one that is too large.
    """
    if sum(map(content.count, (b"[", b"{", b",", b":"))) > MARKS:
        raise Unreadable(f"more than {MARKS} brackets, commas and colons; clear what its cells printed")
    text = content.decode("utf-8", "replace")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("not valid JSON, though its name says notebook") from None
    cells = _all_cells(data)
    if cells is None:
        raise Unreadable("no cells: not a notebook as Jupyter writes it")
    if _language(data) not in ("", "python"):
        return []
    places = _places(text) if lines else []
    places += [{}] * (len(cells) - len(places))
    code = [(cell, place) for cell, place in zip(cells, places, strict=False) if cell.get("cell_type") == "code"]
    read = [_lines(cell, place) for cell, place in code[:_MOST_CELLS]]
    if sum(len(line) + 1 for cell in read for line, _ in cell) > LARGEST_CODE:
        raise Unreadable(_TOO_MUCH)
    return read


def _all_cells(data: Any) -> list[dict[str, Any]] | None:
    if not isinstance(data, dict):
        return None
    cells = data.get("cells")
    if cells is None and isinstance(data.get("worksheets"), list):
        lists = [sheet.get("cells") for sheet in data["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for each in lists if isinstance(each, list) for cell in each]
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else None


def _language(data: dict[str, Any]) -> str:
    meta = data.get("metadata")
    spec = meta.get("kernelspec") if isinstance(meta, dict) else None
    info = meta.get("language_info") if isinstance(meta, dict) else None
    for holder, key in ((info, "name"), (spec, "language")):
        if isinstance(holder, dict) and isinstance(holder.get(key), str):
            return str(holder[key]).lower()
    return ""


def _places(text: str) -> list[dict[str, list[int]]]:
    """Of each cell, the lines on which the texts of its source begin, by the key that they stand under.

    The text is known to be valid JSON. One pass, which stops at brackets and strings only.
    """
    cells: list[dict[str, list[int]]] = []
    keys: list[str] = []  # of each open collection the key that it stands under, "" for an item of a list
    key = ""
    at, counted, line = 0, 0, 1
    string_at = json.JSONDecoder().raw_decode
    while mark := _MARK.search(text, at):
        at = mark.end()
        if mark[0] in "}]":
            keys.pop()
            key = ""
        elif mark[0] != '"':
            keys.append(key)
            key = ""
            if keys == ["", "cells"]:
                cells.clear()  # of duplicate keys the last counts
            elif keys[1:] in (["cells", ""], ["worksheets", "", "cells", ""]):
                cells.append({})
            elif keys[-1] in _SOURCES and keys[-3:-1] == ["cells", ""] and cells:
                cells[-1][keys[-1]] = []
        else:
            written, at = string_at(text, mark.start())
            if colon := _COLON.match(text, at):
                key, at = written, colon.end()
                continue
            item = not key
            name = keys[-1] if item and keys else key
            holders = keys[:-1] if item else keys
            if name in _SOURCES and holders[-2:] == ["cells", ""] and cells:
                line += text.count("\n", counted, mark.start())
                counted = mark.start()
                if item:
                    cells[-1].setdefault(name, []).append(line)
                else:
                    cells[-1][name] = [line]
    return cells


def _lines(cell: dict[str, Any], place: dict[str, list[int]]) -> Cell:
    """The lines of a cell; none for one whose first line says that it is written in another language."""
    key = next((key for key in _SOURCES if key in cell), "")
    source = cell.get(key, "")
    parts = [part for part in source if isinstance(part, str)] if isinstance(source, list) else [source]
    if not all(isinstance(part, str) for part in parts):
        return []
    text = "".join(parts)
    if len(text) > LARGEST_CODE:
        raise Unreadable(_TOO_MUCH)
    lines = list(zip(text.split("\n"), _line_starts(parts, place.get(key, [])), strict=False))
    if text.startswith("%%") and not text.startswith(("%%time", "%%capture", "%%prun")):
        return []
    return lines


def _line_starts(parts: list[str], places: list[int]) -> Iterator[int]:
    """For each line of the joined parts the place of the part that it begins in; the last one for ever after."""
    place = 1
    fresh = True  # the next part begins a line
    for part, place in zip(parts, chain(places, repeat(1)), strict=False):
        begun = part.count("\n") + fresh - part.endswith("\n") if part else 0
        yield from repeat(place, begun)
        fresh = part.endswith("\n") if part else fresh
    yield from repeat(place)
