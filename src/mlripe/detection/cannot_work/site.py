"""What all families of faults look at, made once for a repository."""

from __future__ import annotations

from functools import cached_property

from mlripe.detection.cannot_work.contents import Contents
from mlripe.detection.cannot_work.making import Making
from mlripe.detection.cannot_work.unit_commands import units_here
from mlripe.facts import Unit
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["Site"]


class Site:
    """One repository: its facts, its wiring, what it holds and what may bring more."""

    def __init__(self, store: FactStore, wiring: Wiring) -> None:
        self.store = store
        self.wiring = wiring
        self.contents = Contents(store)
        self.making = Making(store, wiring)

    @cached_property
    def units(self) -> tuple[tuple[str, Unit], ...]:
        """The units whose commands run in the repository as it is committed, with their files' paths."""
        return tuple(units_here(self.store, self.wiring))
