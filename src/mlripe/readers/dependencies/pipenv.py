"""Pipenv's Pipfile (its lock is one of the JSON locks)."""

from __future__ import annotations

from mlripe.facts import FileFacts
from mlripe.readers.dependencies.gathering import Gathered
from mlripe.readers.dependencies.tables import gather_table
from mlripe.readers.formats.cursor import Node

__all__ = ["read_pipfile"]

_NO_PACKAGES = frozenset({"source", "requires", "scripts", "pipenv"})  # the other tables of a Pipfile


def read_pipfile(path: str, content: bytes) -> FileFacts:
    """Dependencies of a Pipfile: `packages`, and every other category as a group (`dev-packages` is `dev`)."""
    from mlripe.readers.formats.documents import load_toml

    gathered = Gathered(path)
    for document in load_toml(content):
        for category, table in Node.root(document).entries():
            if category not in _NO_PACKAGES:
                group = "" if category == "packages" else category.removesuffix("-packages")
                gather_table(gathered, table, group)
    return gathered.facts()
