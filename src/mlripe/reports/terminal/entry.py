"""An entry of the catalogue explained: what an id stands for, and what there is of it in a repository."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mlripe.maturity.glossary import Entry
from mlripe.reports import Options
from mlripe.reports.terminal.text import Paint, one_line, wrapped

__all__ = ["as_json", "as_text"]


def as_text(entry: Entry, here: str, seen: Sequence[str], options: Options) -> str:
    """For people; `here` names the repository that `seen` is of, "" where none was looked at."""
    paint, width = Paint(options.colour), options.width
    lines = [paint(f"{entry.id}: {one_line(entry.title)}", "bold")]
    for paragraph in entry.says:
        lines += wrapped(paragraph, width, "  ")
    lists = [*entry.lists.items(), *([(f"In {here}", tuple(seen))] if here else [])]
    for title, rows in lists:
        lines += ["", paint(one_line(title), "bold")]
        for row in rows:
            lines += wrapped(row, width, "  ", "      ")
    for title, rows in entry.texts.items():
        lines += ["", paint(one_line(title), "bold"), *(f"  {one_line(row)}".rstrip() for row in rows)]
    return "".join(f"{line}\n" for line in lines)


def as_json(entry: Entry, here: str, seen: Sequence[str]) -> str:
    """The entry as JSON."""
    data = {
        "id": entry.id,
        "kind": entry.kind,
        "title": entry.title,
        "says": list(entry.says),
        "lists": {title: list(rows) for title, rows in (*entry.lists.items(), *entry.texts.items())},
        "found": {"repository": here, "says": list(seen)} if here else None,
    }
    return json.dumps(data, indent=1) + "\n"
