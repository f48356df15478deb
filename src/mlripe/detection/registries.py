"""Registries of definitions: what a project's registry leaves out is written, and no part of what it runs."""

from __future__ import annotations

import posixpath

from mlripe.catalog.schema import RegistryPattern
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["Registries"]


class Registries:
    """The registries of one repository, each with what it leads to."""

    def __init__(self, store: FactStore, wiring: Wiring) -> None:
        self.store = store
        self.wiring = wiring
        self._known: dict[str, frozenset[Place] | None] = {}

    def leaves_out(self, pattern: RegistryPattern, place: Place) -> bool:
        """Whether the project that a place lies in has a registry, and that does not lead to the place."""
        path = self._above(pattern.file, place.path)
        if not path:
            return False
        if path not in self._known:
            self._known[path] = self._registered(pattern, path)
        registered = self._known[path]
        return registered is not None and place not in registered

    def _above(self, name: str, path: str) -> str:
        """The file of this name in the nearest folder above a path that has one."""
        folder = posixpath.dirname(path)
        while True:
            if (found := posixpath.join(folder, name)) in self.store.entries:
                return found
            if not folder:
                return ""
            folder = posixpath.dirname(folder)

    def _registered(self, pattern: RegistryPattern, path: str) -> frozenset[Place] | None:
        """What a registry leads to; None where it finds all definitions by itself, or has no such function."""
        facts = self.store.of(path)
        finds = any(call.name in pattern.finds for call in facts.calls)
        if finds or all(known.name != pattern.function for known in facts.definitions):
            return None
        return frozenset(self.wiring.below([Place(path, pattern.function)]))
