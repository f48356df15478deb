"""In which files a pattern may match: by globs on their paths, or because they belong to a CI service."""

from __future__ import annotations

from collections.abc import Iterable

from mlripe.catalog.globs import PathSets
from mlripe.catalog.knowledge import is_scope, scope_of
from mlripe.readers.store import FactStore

__all__ = ["FileScopes", "Scopes", "Within"]

Within = tuple[str, ...]  # as a pattern has it: globs and names of sets of files


class Scopes:
    """All that patterns of a catalogue have as `within`, so that one question for a path answers for all of them."""

    def __init__(self, scopes: Iterable[Within]) -> None:
        self._all = tuple(dict.fromkeys(scopes))
        self._paths = PathSets([glob for glob in within if not is_scope(glob)] for within in self._all)
        self._named: dict[str, list[Within]] = {}
        for within in self._all:
            for name in filter(is_scope, within):
                self._named.setdefault(name, []).append(within)

    def holding(self, path: str, service: str) -> set[Within]:
        """Those that hold a path, which is a file of this CI service ("" for none)."""
        found = {self._all[number] for number in self._paths.matching(path)}
        for name in (scope_of(""), scope_of(service)) if service else ():
            found.update(self._named.get(name, ()))
        return found


class FileScopes:
    """Answers for the files of one repository; many patterns ask the same of one path."""

    def __init__(self, store: FactStore, scopes: Scopes) -> None:
        self._store = store
        self._scopes = scopes
        self._last: tuple[str, str, set[Within]] = ("", "", set())  # a path with its service, and what holds it

    def hold(self, within: Within, path: str) -> bool:
        """Whether a path is among these files; every path is where nothing is said."""
        return not within or within in self.holding(path)

    def holding(self, path: str) -> set[Within]:
        """All scopes that hold a path."""
        service = self._store.service(path)
        named = service.id if service else ""
        if self._last[:2] != (path, named):
            self._last = (path, named, self._scopes.holding(path, named))
        return self._last[2]
