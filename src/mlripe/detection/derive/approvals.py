"""governance-controls: units that wait for a person, and those that name a protected environment."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Sign
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["approvals"]


def approvals(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """A sign for each unit of a pipeline that waits for approval; what follows it ships only with that."""
    for path, facts in list(store.loaded()):
        if store.role(path) is not None:
            continue
        for unit in facts.units:
            if unit.approval and not unit.disabled:
                says = f"{unit.says or unit.id} waits for a person"
                yield Sign("governance-controls", "approvals", Place(path, unit.id), unit.line, says, gates=True)
