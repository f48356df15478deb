"""What one place of a TypeScript or JavaScript file starts: what it imports, and the functions that it mentions."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlripe.facts import Definition
from mlripe.readers.store import FactStore
from mlripe.wiring.module_facts import ModuleFacts
from mlripe.wiring.places import EVERYTHING, MAIN, Edge, Place
from mlripe.wiring.script_modules import ScriptModules
from mlripe.wiring.spawned import spawned
from mlripe.wiring.started_by_calls import HandedOver

__all__ = ["ScriptEdges"]

_DEFAULT = "default"
_DEEPEST = 5  # modules that hand a name on


class ScriptEdges:
    """Gives the edges of places in scripts; each file is looked up once."""

    def __init__(self, store: FactStore, modules: ScriptModules, handed_over: HandedOver) -> None:
        self.store = store
        self.handed_over = handed_over
        self.modules = modules
        self._known: dict[str, ModuleFacts] = {}

    def of(self, place: Place) -> Iterator[Edge]:
        """What a file's body, one of its functions or classes, or all of it starts."""
        path = place.path
        module = self._module(path)
        testing = self.store.is_test(path)  # what a test imports is tried, not run
        for edge in self._all(place, module, testing):
            if not testing or self.store.is_test(edge.place.path):
                yield edge

    def _all(self, place: Place, module: ModuleFacts, testing: bool) -> Iterator[Edge]:
        path, scope = place
        found = module.definitions.get("" if scope == EVERYTHING else scope)
        if scope:
            yield Edge(Place(path), 1, f"runs {path}" if scope in (MAIN, EVERYTHING) else scope)
        if scope == EVERYTHING or (testing and not scope):
            for name, definition in module.definitions.items():
                if name:
                    yield Edge(Place(path, name), definition.line, name)
        if found and found.kind == "class":
            for name, definition in module.definitions.items():
                if name.startswith(f"{scope}."):
                    yield Edge(Place(path, name), definition.line, name)
        if found:
            yield from self._mentioned(path, found, module)
        calls = module.calls.get("" if scope == EVERYTHING else scope, ()) if not testing else ()
        yield from self.handed_over.edges(path, calls)
        for call in calls:
            for started in spawned(path, call, self.handed_over.launcher):
                yield Edge(started, call.line, f"{call.name} starts {started.path}")
        for imported in module.imports.get(scope, ()):
            if target := self.modules.file(imported.module, path):
                # of a file that is only passed through nothing tells which names it uses
                unit = "" if module.definitions else EVERYTHING
                yield Edge(Place(target, unit), imported.line, f"imports {imported.module}")

    def _module(self, path: str) -> ModuleFacts:
        if path not in self._known:
            self._known[path] = ModuleFacts.of(self.store.of(path))
        return self._known[path]

    def _mentioned(self, path: str, definition: Definition, module: ModuleFacts) -> Iterator[Edge]:
        """Where the names are defined that a scope mentions."""
        says = definition.name or posixpath.basename(path)
        sources = {imported.module for imports in module.imports.values() for imported in imports}
        owner = definition.name.split(".", 1)[0]
        for name, line in sorted(definition.mentions.items()):
            head = name.split(".", 1)[0]
            if head == owner and name not in module.definitions and owner != definition.name:
                continue  # a field of the method's own object
            if name in module.definitions or (head and head in module.definitions):  # a path has no head
                yield Edge(Place(path, name if name in module.definitions else head), line, f"{says} uses {name}")
            elif split := self.modules.split(name, path, sources):
                for target in self._inside(*split, depth=_DEEPEST):
                    yield Edge(target, line, f"{says} uses {name}")

    def _inside(self, path: str, rest: str, depth: int) -> Iterator[Place]:
        """Where `rest` of the module at a path is defined, through what that module hands on from elsewhere."""
        yield Place(path)
        module = self._module(path)
        head = rest.split(".", 1)[0] or _DEFAULT
        if head in module.definitions:
            yield Place(path, head)
            if rest in module.definitions and rest != head:
                yield Place(path, rest)
            return
        brought = module.bringing(head) if depth else []
        for imported, source in brought:
            target = self.modules.file(imported.module, path)
            if target and target != path:
                yield from self._inside(target, "" if source in ("*", _DEFAULT) else source, depth - 1)
        if not brought and _DEFAULT in module.definitions:  # a member of what it exports by default
            yield Place(path, _DEFAULT)
