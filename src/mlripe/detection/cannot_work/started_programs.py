"""The Python programs of a repository that its definitions start."""

from __future__ import annotations

from typing import Final

from mlripe.readers.store import FactStore
from mlripe.wiring import MAIN, Place, Wiring

__all__ = ["started_programs"]

_MOST: Final = 100  # programs that are looked into


def started_programs(store: FactStore, wiring: Wiring) -> list[str]:
    """The files that a unit of CI, a target, a stage or an image runs as a program, by their paths."""
    found: set[str] = set()
    for path, facts in list(store.loaded()):
        if not path.endswith((".py", ".ipynb")) and store.role(path) is None:
            for unit in facts.units:
                for place, _, _ in wiring.following(Place(path, unit.id)):
                    if place.unit == MAIN and place.path.endswith(".py") and store.role(place.path) is None:
                        found.add(place.path)
    return sorted(found)[:_MOST]
