"""Edges of the wiring from a scope of a Python file: what it mentions, imports, calls, and hands over."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping

from mlripe.facts import Call, Import
from mlripe.readers.python.notebook_cells import CELLS
from mlripe.readers.store import FactStore
from mlripe.wiring.module_facts import ModuleFacts
from mlripe.wiring.name_resolution import RepositoryTree
from mlripe.wiring.own_methods import OwnMethods
from mlripe.wiring.places import EVERYTHING, MAIN, Edge, Place
from mlripe.wiring.python_values import PythonValues
from mlripe.wiring.started_by_calls import MADE_STEPS, HandedOver
from mlripe.wiring.started_by_values import ValueStarts
from mlripe.wiring.unimportable import Unimportable
from mlripe.wiring.unit_index import UnitIndex
from mlripe.wiring.wrapping import registers

__all__ = ["PythonEdges"]

_PATHS = ("sys.path.insert", "sys.path.append")
_MAKING = ("__new__", "__init__", "__post_init__", "__enter__", "__exit__")  # what runs of any object that is made
_LONGEST_FOLDER = 300
_MOST_FOLDERS = 20


OfPlace = Callable[[Place], Iterator[Edge]]


class PythonEdges:
    """The edges of scopes in files of Python and in notebooks.

    `of_unit` and `of_file` give those of units that such a file defines as well: sessions of a task file, shell lines
    of a notebook. `asks` gets the variables of the environment that decide what a scope starts.
    """

    def __init__(
        self,
        store: FactStore,
        tree: RepositoryTree,
        handed_over: HandedOver,
        units: UnitIndex,
        of_unit: OfPlace,
        of_file: OfPlace,
        asks: dict[Place, frozenset[str]],
    ) -> None:
        self.store = store
        self.tree = tree
        self.handed_over = handed_over
        self.units = units
        self.of_unit = of_unit
        self.of_file = of_file
        self.asks = asks
        self.unimportable = Unimportable(store, tree.modules)
        self.value_starts = ValueStarts(PythonValues(store, self.split), handed_over)
        self.own_methods = OwnMethods(store)
        self._modules: dict[str, ModuleFacts] = {}
        self._added: dict[str, tuple[str, ...]] = {}

    def of(self, place: Place) -> Iterator[Edge]:
        """The edges of a scope, or of a module as a whole."""
        path, scope = place
        if path in self.unimportable:
            return
        if "#" in scope:
            yield from self._choice(place)
            return
        module = self.module(path)
        own = module.definitions
        if scope == MAIN or path.endswith(".ipynb"):
            yield Edge(Place(path, ""), 1, f"runs {path}")
        if not scope and CELLS in self.units.of(path):  # the shell lines of a notebook
            yield from self.of_file(place)
        testing = self.store.is_test(path)
        if scope in ("", EVERYTHING):
            all_of_it = testing or path.endswith(".ipynb") or scope == EVERYTHING
            for name, definition in own.items():
                if name and name != MAIN and (all_of_it or registers(definition.decorators)):
                    yield Edge(Place(path, name), definition.line, name)
        found = own.get(scope)
        if scope and not found:
            yield Edge(Place(path), 1, scope)
        if scope and self.units.unit(place):  # a session of a task file
            yield from self.of_unit(place)
        if found and found.kind == "class":
            for name, definition in own.items():
                if name.startswith(scope + "."):
                    yield Edge(Place(path, name), definition.line, name)
        if found:
            for name, line in sorted(found.mentions.items()):
                for target in self._running(place, name, self._mentioned(path, name, own, scope)):
                    if not testing or self.store.is_test(target.path):
                        method = f"{name}.{target.unit.rpartition('.')[2]}"  # that of an object, where it is called
                        said, at = (method, found.mentions[method]) if method in found.mentions else (name, line)
                        yield Edge(target, at or found.line, f"{scope or posixpath.basename(path)} uses {said}")
        calls = self.store.of(path).calls if scope == EVERYTHING else module.calls.get(scope, ())
        if scope:
            calls = (*calls, *self._made_outside(module, calls))
        if not testing:
            yield from self._unknown_objects(path, scope, calls)
            yield from self.handed_over.edges(path, calls)
            yield from self.value_starts.edges(place, calls, lambda _: ())
            if asked := self.value_starts.asked(place, calls):
                self.asks[place] = asked
        for imported in module.imports.get(scope, ()):
            for target_path in self.imported_files(path, imported):
                if not testing or self.store.is_test(target_path):
                    yield Edge(Place(target_path), imported.line, f"imports {imported.module}")

    def _made_outside(self, module: ModuleFacts, calls: Iterable[Call]) -> Iterator[Call]:
        """The steps that a module makes of commands and a function of it puts together by calling them."""
        called = {call.name for call in calls if call.name.endswith(MADE_STEPS) and not call.decorator}
        if called:
            yield from (call for call in module.calls.get("", ()) if call.name in called)

    def _unknown_objects(self, path: str, scope: str, calls: Iterable[Call]) -> Iterator[Edge]:
        """What the calls of a scope start on objects of classes that it does not name: a factory has made them."""
        for call in calls:
            owner, _, name = call.name.rpartition(".")
            if call.decorator or not name or (owner and not self._makes(owner, path)):
                continue
            for place in self.own_methods.called(call, name) if owner or call.name.startswith(".") else ():
                yield Edge(place, call.line, f"{scope or posixpath.basename(path)} calls {name} of what it is handed")

    def _makes(self, owner: str, path: str) -> bool:
        """Whether a dotted name is a function of the repository, whose result is meant then."""
        split = self.split(owner, path) if "." in owner else None
        if split and split[1]:
            definition = self.module(split[0]).definitions.get(split[1])
        else:
            definition = None if "." in owner else self.module(path).definitions.get(owner)
        return definition is not None and definition.kind == "function" and "." not in definition.name

    def _choice(self, place: Place) -> Iterator[Edge]:
        """What a program mentions where it chooses by the words that it is given."""
        choice = self.store.of(place.path).choices[int(place.unit.rpartition("#")[2])]
        own = self.module(place.path).definitions
        for name, line in sorted(choice.mentions.items()):
            for target in self._mentioned(place.path, name, own, MAIN):
                yield Edge(target, line, f"{choice.scope or posixpath.basename(place.path)} uses {name}")

    def module(self, path: str) -> ModuleFacts:
        """The facts of a file by what the wiring asks for."""
        if path not in self._modules:
            self._modules[path] = ModuleFacts.of(self.store.of(path))
        return self._modules[path]

    def imported_files(self, path: str, imported: Import) -> Iterator[str]:
        """The files that an import runs: the module's own, and those of its names that are modules themselves."""
        joint = "" if imported.module.endswith(".") else "."
        for name in ("", *imported.names):
            wanted = imported.module + joint + name if name else imported.module
            for seen_from in (path, *self._search_path(path)):
                if module := self.tree.modules.file(wanted, seen_from):
                    yield module
                    break

    def split(self, name: str, path: str) -> tuple[str, str] | None:
        """A dotted name as (path of its module, the rest), seen from a file and from the folders that it adds."""
        places = (path, *self._search_path(path))
        return next((found for seen_from in places if (found := self.tree.modules.split(name, seen_from))), None)

    def _search_path(self, path: str) -> tuple[str, ...]:
        """Paths in the folders that a file adds to the places where Python looks for modules (`sys.path`)."""
        if path not in self._added:
            named = [
                value
                for call in self.store.of(path).calls
                if call.name in _PATHS
                for value in call.args
                if isinstance(value, str) and len(value) < _LONGEST_FOLDER
            ]
            folder, found = posixpath.dirname(path), []
            while named:  # seen from this file's folder, or from one above it: what the rest of the path is, few say
                found += [posixpath.normpath(posixpath.join(folder, value)) for value in named[:_MOST_FOLDERS]]
                if not folder:
                    break
                folder = posixpath.dirname(folder)
            self._added[path] = tuple(f"{each}/_.py" for each in found if each in self.store.folders)
        return self._added[path]

    def _mentioned(self, path: str, name: str, own: Mapping[str, object], scope: str) -> Iterator[Place]:
        """Where a name is defined that a scope of a file mentions.

        A function of another file may choose anything there, unless a program's own body calls it: then the words that
        start the program decide.
        """
        head = name.split(".", 1)[0]
        if name in own:
            yield Place(path, name)
        # a relative import has no head; `from fit import main` may stand beside a function `fit`
        local = bool(head) and head in own and (name == head or head not in self.module(path).roots)
        if local and name not in own:
            yield Place(path, head)
        split = None if local else self.split(name, path)
        for target in self._inside(*split, depth=4) if split else ():
            yield target
            if target.unit and scope not in ("", MAIN):
                yield from self.tree.choices(target.path, None, target.unit)

    def _running(self, place: Place, name: str, targets: Iterable[Place]) -> Iterator[Place]:
        """Of what a scope mentions what can run by it: of a class whose objects stay there, the methods it uses.

        An attribute of an object's own says nothing of its other methods: only that the object was made.
        """
        for target in targets:
            definition = self.module(target.path).definitions.get(target.unit) if target.path.endswith(".py") else None
            if definition is None or definition.kind != "class" or self.store.is_test(place.path):
                yield target
                continue
            if place.path == target.path and place.unit.startswith(f"{target.unit}.") and "." in name:
                used: frozenset[str] | None = frozenset()
            else:
                used = self.store.made(place.path).used.get(place.unit, {}).get(target.unit)
            if used is None or target.unit in self.store.made(target.path).open:
                yield target
                continue
            known = self.module(target.path).definitions
            names = (f"{target.unit}.{each}" for each in (*_MAKING, *sorted(used)))
            yield from (Place(target.path, each) for each in names if each in known)

    def defined(self, path: str, name: str) -> list[Place]:
        """Where a dotted name is defined that a Python file mentions, in this repository."""
        return [place for place in self._mentioned(path, name, self.module(path).definitions, "") if place.unit]

    def _inside(self, path: str, rest: str, depth: int) -> Iterator[Place]:
        """Where `rest` of module `path` is defined, through what the module itself imports from elsewhere."""
        yield Place(path)
        if not rest:
            return
        head = rest.split(".", 1)[0]
        module = self.module(path)
        if head in module.definitions:
            yield Place(path, head)
            if rest in module.definitions and rest != head:
                yield Place(path, rest)
            return
        if depth:
            for imported, source in module.bringing(head):
                joint = "" if imported.module.endswith(".") else "."
                split = self.split(f"{imported.module}{joint}{source}{rest[len(head) :]}", path)
                if split and split[0] != path:
                    yield from self._inside(*split, depth=depth - 1)
