"""Which files can bear evidence at all: where none of them changed, nothing can have been gained or lost."""

from __future__ import annotations

from typing import Final

from mlripe.catalog import Catalog
from mlripe.catalog.globs import matcher
from mlripe.readers import file_table

__all__ = ["BY_NAME", "bears_evidence"]

# what is asked of by name: the kind of a repository, and what an image holds
BY_NAME: Final = ("/[Rr][Ee][Aa][Dd][Mm][Ee]*", ".dockerignore")


def bears_evidence(path: str, catalog: Catalog) -> bool:
    """Whether a reader knows the file's format, a detector looks at its path or into its text, or it is asked of."""
    return bool(file_table(catalog.knowledge).readers_for(path)) or matcher((*BY_NAME, *catalog.looked_at)).fullmatch(
        path
    )
