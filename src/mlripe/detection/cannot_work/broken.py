"""Which places fail by the faults of a repository: those that have one, and the steps that lead to such."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mlripe.detection.cannot_work.fault import Fault
from mlripe.problem_kinds import FaultKind
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["broken_places"]

# where Python looks for modules, a machine's own settings may say
_UP_TO_THE_MACHINE: Final = (FaultKind.NOT_ON_PATH,)
_MOST_PLACES: Final = 200  # that a step leads to before it comes to programs


def broken_places(faults: Sequence[Fault], store: FactStore, wiring: Wiring) -> frozenset[Place]:
    """The units that have a fault, and the steps of CI that fail with what they run."""
    broken = {fault.breaks for fault in faults if fault.breaks.unit and fault.kind not in _UP_TO_THE_MACHINE}
    broken = {place for place in broken if not place.path.endswith(".py")}
    for path, facts in list(store.loaded()):
        for unit in facts.units:
            place = Place(path, unit.id)
            if unit.kind == "step" and place not in broken and _runs_broken(place, wiring):
                broken.add(place)
    return frozenset(broken)


def _runs_broken(step: Place, wiring: Wiring) -> bool:
    """Whether a step runs a program, in whose failure it fails, that cannot import what it needs."""
    unimportable = wiring.edges.python.unimportable
    waiting, seen = [step], {step}
    while waiting and len(seen) < _MOST_PLACES:
        for place, _, strict in wiring.following(waiting.pop()):
            if not strict or place in seen:
                continue
            seen.add(place)
            if place.path.endswith(".py"):
                # a program that stops at another line than an import has done what stands above it
                if place.path in unimportable:
                    return True
            elif not place.path.endswith("/"):
                waiting.append(place)
    return False
