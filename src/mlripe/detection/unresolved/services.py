"""Definitions of CI services that mlripe has no reader for, known by where they lie (`rules/unread.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.catalog import Catalog
from mlripe.catalog.globs import matches
from mlripe.readers.store import FactStore

__all__ = ["unread_definitions"]


def unread_definitions(store: FactStore, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """The paths of such definitions, each with the service's name."""
    services = tuple(catalog.knowledge.unread.values())
    every = tuple(glob for service in services for glob in service.files)
    for path in store.entries:
        if every and matches(path, every) and store.role(path) is None:
            yield path, next(service.title for service in services if matches(path, service.files))
