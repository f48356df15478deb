"""Models that jobs read by name from a registry: a step that says it deploys puts a new version into their service."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["deployed_versions"]

_DEPLOYS = lazy_regex(r"(?i)deploy")
_STEPS = frozenset(("step", "stage", "task"))
_ELSEWHERE = lazy_regex(r"(?i)trigger|check|test|valid|infra")  # what only asks for a deployment, or looks at one


def deployed_versions(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """deployment-automation at a step that is called a deployment and moves a model to a stage or an alias."""
    moved = {o.place for o in observations if o.capability == "model-promotion" and o.strength >= Strength.present}
    scored = any(o.capability == "batch-inference" and o.strength >= Strength.present for o in observations)
    if not moved or not scored:
        return
    for path, facts in list(store.loaded()):
        for unit in facts.units if store.role(path) is None else ():
            name = unit.says or unit.id
            if unit.kind not in _STEPS or unit.disabled or not _DEPLOYS.search(name) or _ELSEWHERE.search(name):
                continue
            place = Place(path, unit.id)
            if not moved.isdisjoint(wiring.below([place])):
                says = f"{name} moves a version of the model that jobs read"
                most = Strength.automated  # what decides stands before it, and shows as promotion or gate
                yield Observation("deployment-automation", "deployed-versions", place, unit.line, says, most=most)
