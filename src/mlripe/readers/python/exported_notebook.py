"""Notebooks that are kept as Python source: Databricks' own format, and what Colab and `jupyter nbconvert` export.

Their lines `%pip install x`, `%cd folder` and `!python fit.py` are no Python. Databricks writes some of them, and cells
of other languages, as comments: `# MAGIC %run ./helpers`.
https://docs.databricks.com/en/notebooks/notebook-export-import.html
"""

from __future__ import annotations

from typing import Final

from mlripe.facts import FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.python.notebook import facts_of_cells
from mlripe.readers.python.notebook_cells import Cell

__all__ = ["exported_cells", "has_magics", "is_databricks", "read_exported"]

_HEADER: Final = "# Databricks notebook source"
_MAGIC_LINE: Final = lazy_regex(r"(?m)^[%!][a-zA-Z]")
_ENDS_CELL: Final = lazy_regex(r"# COMMAND -{5,}|# %%|# In ?\[[\d ]*\]:")
_COMMENTED: Final = lazy_regex(r"# MAGIC ?")
_RUN: Final = lazy_regex(r"%run\s+[\"']?([\w./ -]+?)[\"']?\s*(?:\$.*)?$")


def is_databricks(text: str) -> bool:
    """Whether a source says in its first line that it is a notebook."""
    return text.startswith(_HEADER)


def has_magics(text: str) -> bool:
    """Whether lines of a source are commands to the notebook."""
    return _MAGIC_LINE.search(text) is not None


def read_exported(path: str, text: str) -> FileFacts:
    """The facts of a notebook that is kept as source, by the lines of its file."""
    return facts_of_cells(path, _cells(text))


def exported_cells(text: str) -> list[Cell]:
    """The cells of a source that is a notebook, by its first line or by lines that are commands; none for another."""
    return _cells(text) if is_databricks(text) or has_magics(text) else []


def _cells(text: str) -> list[Cell]:
    cells: list[Cell] = [[]]
    for number, written in enumerate(text.split("\n"), 1):
        if _ENDS_CELL.match(written):
            cells.append([])
            continue
        magic = _COMMENTED.match(written)
        line = written[magic.end() :] if magic else written
        if magic and not line.startswith(("%run", "%pip", "%conda", "!")):
            line = ""  # of a cell in another language, or what changes the notebook alone
        if run := _RUN.match(line):
            line = f"%run {run[1]}{'' if run[1].endswith(('.py', '.ipynb')) else '.py'}"
        cells[-1].append((line, number))
    return cells
