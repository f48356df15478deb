"""Which files can bear evidence at all: where none of them changed, nothing can have been gained or lost."""

from __future__ import annotations

from mlripe.catalog import Catalog
from mlripe.catalog.globs import matcher
from mlripe.readers import readers_for

__all__ = ["bears_evidence"]


def bears_evidence(path: str, catalog: Catalog) -> bool:
    """Whether a reader knows the file's format, or a detector looks at its path or into its text."""
    return bool(readers_for(path)) or matcher(catalog.looked_at).fullmatch(path)
