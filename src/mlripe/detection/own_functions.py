"""Which functions of the repository a call in one of its Python files may mean."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["OwnFunctions"]

MOST_NAMESAKES: Final = 3  # functions of one name that a call of a method of anything may mean


class OwnFunctions:
    """The functions of a repository, as (path, name), by what calls them."""

    def __init__(self, store: FactStore, wiring: Wiring, defines: Callable[[str, str], bool]) -> None:
        """`defines`: whether a file defines a function of that name."""
        self.store = store
        self.wiring = wiring
        self.defines = defines
        self._imported: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._known: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def called(self, path: str, name: str) -> list[tuple[str, str]]:
        """The functions that a call in a file may mean."""
        known = self._known.get((path, name))
        if known is None:
            known = self._known[path, name] = list(dict.fromkeys(self._definitions(path, name)))
        return known

    def calling(self, path: str, function: str) -> list[str]:
        """The files that may call a function, and its own."""
        named = self.naming.get(function, ())
        found = (where for where, name in sorted(named) if (path, function) in self._elsewhere(where, name))
        return sorted({path, *found})

    def _definitions(self, path: str, name: str) -> list[tuple[str, str]]:
        last = name.rpartition(".")[2]
        if name in (last, f".{last}") and self.defines(path, last):
            return [(path, last)]
        return self._elsewhere(path, name)

    def _elsewhere(self, path: str, name: str) -> list[tuple[str, str]]:
        """The functions of other files that a name may mean."""
        last = name.rpartition(".")[2]
        if name == f".{last}":
            namesakes = self._methods.get(last, ())
            return [(where, last) for where in namesakes if len(namesakes) <= MOST_NAMESAKES]
        if last == name:
            return []
        if (path, name) not in self._imported:
            places = self.wiring.edges.python.defined(path, name)
            self._imported[path, name] = [(place.path, place.unit.rpartition(".")[2]) for place in places]
        return self._imported[path, name]

    @cached_property
    def paths(self) -> list[str]:
        """The Python files whose functions count: the repository's own, and its tests."""
        code = [path for path, _ in self.store.loaded() if path.endswith(".py")]
        return [path for path in code if self.store.role(path) is None or self.store.is_test(path)]

    @cached_property
    def naming(self) -> dict[str, set[tuple[str, str]]]:
        """By the last name of what they call or mention, the files with the whole name."""
        found: dict[str, set[tuple[str, str]]] = {}
        for path in self.paths:
            facts = self.store.of(path)
            names = {call.name for call in facts.calls}
            names.update(name for definition in facts.definitions for name in definition.mentions)
            for name in names:
                found.setdefault(name.rpartition(".")[2], set()).add((path, name))
        return found

    @cached_property
    def _methods(self) -> dict[str, list[str]]:
        """By the last name of what they define, the files."""
        found: dict[str, list[str]] = {}
        for path in self.paths:
            for name in {definition.name.rpartition(".")[2] for definition in self.store.of(path).definitions}:
                found.setdefault(name, []).append(path)
        return found
