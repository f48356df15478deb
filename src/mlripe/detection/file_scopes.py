"""In which files a pattern may match: by globs on their paths, or because they belong to a CI service."""

from __future__ import annotations

from mlripe.catalog.globs import PathGlobs, matcher
from mlripe.catalog.knowledge import is_scope, scope_of
from mlripe.readers.store import FactStore

__all__ = ["FileScopes"]

Within = tuple[str, ...]  # as a pattern has it: globs and names of sets of files


class FileScopes:
    """Answers for the files of one repository; many patterns ask the same of one path."""

    def __init__(self, store: FactStore) -> None:
        self._store = store
        self._parts: dict[Within, tuple[PathGlobs, frozenset[str]]] = {}
        self._last: tuple[str, dict[Within, bool]] = ("", {})  # a path, and what is known of it

    def hold(self, within: Within, path: str) -> bool:
        """Whether a path is among these files; every path is where nothing is said."""
        if not within:
            return True
        if self._last[0] != path:
            self._last = (path, {})
        known = self._last[1].get(within)
        if known is None:
            known = self._last[1][within] = self._held(within, path)
        return known

    def _held(self, within: Within, path: str) -> bool:
        if within not in self._parts:
            names = frozenset(filter(is_scope, within))
            self._parts[within] = matcher(tuple(glob for glob in within if glob not in names)), names
        globs, names = self._parts[within]
        if globs.fullmatch(path):
            return True
        service = self._store.service(path) if names else None
        return service is not None and not names.isdisjoint((scope_of(""), scope_of(service.id)))
