"""What one place of an R file starts: what it sources, and the functions that it mentions.

R looks a name up in all that was sourced before, in whichever file: a name is that of the only function of the
repository that is called so, or of the one that lies nearest.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property

from mlripe.catalog.languages import R, language_of
from mlripe.facts import Unit
from mlripe.readers.store import FactStore
from mlripe.wiring.module_facts import ModuleFacts
from mlripe.wiring.places import EVERYTHING, Edge, Place
from mlripe.wiring.started_by_calls import HandedOver

__all__ = ["REdges"]

_LONGEST_TARGET = 200  # lines of the last one
_MOST_FILES = 2000  # whose functions are known by their names
_ENDINGS = (".R", ".r")


class REdges:
    """Gives the edges of places in R files; each file is looked up once."""

    def __init__(self, store: FactStore, handed_over: HandedOver) -> None:
        self.store = store
        self.handed_over = handed_over
        self._known: dict[str, ModuleFacts] = {}

    def of(self, place: Place) -> Iterator[Edge]:
        """What a file's body, or one of its functions, starts."""
        path, scope = place
        module = self._module(path)
        if scope:
            yield Edge(Place(path), 1, scope if scope != EVERYTHING else f"runs {path}")
        if scope == EVERYTHING:
            for name, definition in module.definitions.items():
                yield Edge(Place(path, name), definition.line, name)
        found = module.definitions.get(scope)
        for name, line in sorted(found.mentions.items()) if found else ():
            if name != scope and (target := self._defined(name, path)):
                yield Edge(target, line, f"{scope or posixpath.basename(path)} uses {name}")
        yield from self.handed_over.edges(path, module.calls.get(scope, ()))
        for imported in module.imports.get(scope, ()):
            for target_path in self.sourced(imported.module, path):
                yield Edge(Place(target_path), imported.line, f"sources {imported.module}")

    def of_target(self, path: str, unit: Unit) -> Iterator[Edge]:
        """The functions that the command of a target calls: those of the lines up to the next target."""
        facts = self.store.of(path)
        end = min((other.line for other in facts.units if other.line > unit.line), default=unit.line + _LONGEST_TARGET)
        for call in facts.calls:
            if unit.line <= call.line < max(end, unit.line + 1) and (target := self._defined(call.name, path)):
                yield Edge(target, call.line, f"{unit.says or unit.id} calls {call.name}")

    def sourced(self, written: str, path: str) -> Iterator[str]:
        """The files that a path means: seen from the root, where most programs of R run, or from the file's folder."""
        if written.endswith("/"):
            for base in dict.fromkeys(("", posixpath.dirname(path), posixpath.dirname(posixpath.dirname(path)))):
                folder = posixpath.normpath(posixpath.join(base, written))
                found = [known for known in self._files if posixpath.dirname(known) == folder]
                if found:
                    yield from found
                    return
            return
        for base in dict.fromkeys(("", posixpath.dirname(path), posixpath.dirname(posixpath.dirname(path)))):
            target = posixpath.normpath(posixpath.join(base, written))
            if target in self.store.entries and language_of(target) == R:
                yield target
                return

    def _module(self, path: str) -> ModuleFacts:
        if path not in self._known:
            self._known[path] = ModuleFacts.of(self.store.of(path))
        return self._known[path]

    def _defined(self, name: str, path: str) -> Place | None:
        if name in self._module(path).definitions:
            return Place(path, name)
        places = self._functions.get(name, [])
        near = [place for place in places if posixpath.dirname(place.path) == posixpath.dirname(path)] or places
        return near[0] if len(near) == 1 else None

    @cached_property
    def _files(self) -> list[str]:
        found = (path for path in self.store.entries if path.endswith(_ENDINGS) and self.store.role(path) is None)
        return [path for path, _ in zip(found, range(_MOST_FILES), strict=False)]

    @cached_property
    def _functions(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for path in self._files:
            for definition in self.store.of(path).definitions:
                if definition.name:
                    found.setdefault(definition.name, []).append(Place(path, definition.name))
        return found
