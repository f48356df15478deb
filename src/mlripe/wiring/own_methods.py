"""Methods of the repository's own classes that a program calls on an object of which it does not say the class.

A factory, a registry or a table hands over the object: `trainer = make(config); trainer.train_model(rows)`. A name that
the classes of a single family define, and no library is known by, can only mean a method of one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from mlripe.facts import Call, FileFacts
from mlripe.kinds import Names
from mlripe.readers.store import FactStore
from mlripe.wiring.places import Place

__all__ = ["OwnMethods"]

_MOST = 8  # classes of a family that a call may mean
_WITH_ARGUMENTS = frozenset(("train", "retrain"))  # words of libraries as well, where they are given nothing


class OwnMethods:
    """The methods of one repository by their names."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._common = frozenset(store.knowledge.named(Names.LIBRARY_METHODS))

    def called(self, call: Call, name: str) -> list[Place]:
        """The methods that a call of this name may mean; [] where several families have it, or a library may."""
        if name in _WITH_ARGUMENTS:
            if not (call.args or call.keywords):
                return []
        elif "_" not in name.strip("_") or name.startswith("_") or name in self._common:
            return []
        found = self._methods.get(name, [])
        if not found or len(found) > _MOST or len({self._family(place.unit.partition(".")[0]) for place in found}) > 1:
            return []
        return found

    @cached_property
    def _methods(self) -> Mapping[str, list[Place]]:
        """By name, the methods that do something, in the order of the files."""
        found: dict[str, list[Place]] = {}
        for path, facts in self._own:
            classes = {known.name for known in facts.definitions if known.kind == "class"}
            for known in facts.definitions:
                owner, dot, name = known.name.partition(".")
                if dot and owner in classes and not known.stub:
                    found.setdefault(name, []).append(Place(path, known.name))
        return found

    @cached_property
    def _own(self) -> list[tuple[str, FileFacts]]:
        files = list(self.store.loaded())
        return [(path, facts) for path, facts in files if path.endswith(".py") and self.store.role(path) is None]

    @cached_property
    def _bases(self) -> Mapping[str, str]:
        """By the name of each class, that of the first class that it is derived from."""
        return {
            known.name: known.bases[0].rpartition(".")[2]
            for _, facts in self._own
            for known in facts.definitions
            if known.kind == "class" and known.bases
        }

    def _family(self, name: str) -> str:
        """The class from which the family of one descends, as far as the repository defines it."""
        own, seen = self._bases, {name}
        while (base := own.get(name)) and base not in seen and (base in own or base in self._classes):
            name = base
            seen.add(name)
        return name

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset(known.name for _, facts in self._own for known in facts.definitions if known.kind == "class")
