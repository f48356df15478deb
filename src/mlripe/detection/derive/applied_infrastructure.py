"""Infrastructure code that automation applies: what it sets up (alarms, capture of requests) runs as deployed."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Observation
from mlripe.facts import Unit
from mlripe.readers.infrastructure.code_pipelines import APPLYING
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring

__all__ = ["applied"]

# a workflow that deploys, whoever starts it
_DEPLOYED = frozenset((StartKind.PUSH, StartKind.TAG, StartKind.RELEASE, StartKind.DISPATCH))
_AFTER = frozenset((StartKind.EVENT, StartKind.UPSTREAM))  # of a pipeline that deploys: a model that was approved
_SOURCES = (".py", ".ts", ".js")  # programs that describe what is set up


def applied(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of what a `terraform apply`, `sam deploy` and their like of a workflow work on; a plan sets nothing
    up."""
    for place in sorted(wiring.reached()):
        unit = wiring.edges.units.unit(place)
        if unit is None or not wiring.kinds(place) & (_DEPLOYED | (_AFTER if _steps(unit) else frozenset())):
            continue
        lines = {c.line for c in unit.commands if wiring.words.applies(wiring.words.unwrapped(c.argv))}
        if _steps(unit):
            lines.add(unit.line)
        for target, hop, _ in wiring.following(place) if lines else ():
            if hop.line in lines and _describes(target, store):
                wiring.add_root(target, StartKind.DEPLOYMENT, hop, via=place)
    return iter(())


def _steps(unit: Unit) -> bool:
    return any(used.startswith(APPLYING) for used in unit.uses)


def _describes(place: Place, store: FactStore) -> bool:
    """Whether a place is a description of infrastructure: a folder of it, a template, a program that makes stacks."""
    if place.path.endswith("/"):
        return place.unit == "terraform"
    facts = store.of(place.path)
    return place.path.endswith(_SOURCES) or any(unit.kind in ("resource", "module", "workflow") for unit in facts.units)
