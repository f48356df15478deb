"""The units of structured files by their ids, as the edges of the wiring look them up."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from mlripe.facts import Unit
from mlripe.readers.store import FactStore
from mlripe.wiring.places import Place

__all__ = ["UnitIndex"]


class UnitIndex:
    """The units of each file by their ids, and by what contains them; each file is looked up once."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._units: dict[str, dict[str, Unit]] = {}
        self._children: dict[str, dict[str, list[Unit]]] = {}

    def unit(self, place: Place) -> Unit | None:
        """The unit at a place of a structured file."""
        return self.of(place.path).get(place.unit)

    def of(self, path: str) -> Mapping[str, Unit]:
        """The units of a file by their ids."""
        if path not in self._units:
            units = self.store.of(path).units
            self._units[path] = {unit.id: unit for unit in units}
            children: dict[str, list[Unit]] = {}
            for unit in units:
                children.setdefault(unit.parent, []).append(unit)
            self._children[path] = children
        return self._units[path]

    def defines_image(self, path: str) -> bool:
        """Whether a file is a Dockerfile: by its name, or because something builds by it."""
        name = posixpath.basename(path)
        return "ockerfile" in name or "ontainerfile" in name or ("." not in name and "image" in self.of(path))

    def children(self, path: str, id: str) -> Sequence[Unit]:
        """The units of a file that a unit contains."""
        self.of(path)
        return self._children[path].get(id, ())
