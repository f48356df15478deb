"""training-pipeline and continuous-training: several steps with training among them, and what makes them recur."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.signs import Sign
from mlripe.evidence import Strength
from mlripe.readers.store import FactStore
from mlripe.wiring import MAIN, Place, StartKind, Wiring

__all__ = ["continuous_training", "training_pipeline"]

_STEPS = {
    "training-code": 1,
    "data-ingestion": 2,
    "data-validation": 2,
    "model-evaluation": 4,
    "model-validation-gate": 4,
    "model-registry": 8,
    "deployment-automation": 8,
}
_TRAINS = 1
_AUTOMATIC = (
    StartKind.SCHEDULE, StartKind.EVENT, StartKind.UPSTREAM, StartKind.PUSH, StartKind.PULL_REQUEST, StartKind.TAG,
    StartKind.RELEASE, StartKind.DISPATCH,
)  # fmt: skip


class _Below:
    """Which steps lie below a place, as bits; kept for every place that was asked for."""

    def __init__(self, signs: list[Sign], wiring: Wiring) -> None:
        self.wiring = wiring
        self.own: dict[Place, int] = {}
        for sign in signs:
            if sign.strength >= Strength.present and sign.capability in _STEPS:
                self.own[sign.place] = self.own.get(sign.place, 0) | _STEPS[sign.capability]
        self.known: dict[Place, int] = {}

    def steps(self, place: Place) -> int:
        if place not in self.known:
            bits = 0
            for below in self.wiring.below([place]):
                bits |= self.own.get(below, 0)
            self.known[place] = bits
        return self.known[place]


def training_pipeline(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """Pipeline definitions that train, and hand-made chains of at least two steps with training among them."""
    below = _Below(signs, wiring)
    if not any(bits & _TRAINS for bits in below.own.values()):
        return
    for place in sorted(wiring.reached()):
        if StartKind.PIPELINE in wiring.kinds(place) and wiring.is_root(place, StartKind.PIPELINE) and below.steps(place) & _TRAINS:
            line = wiring.root_line(place)
            yield Sign("training-pipeline", "pipelines", place, line, f"a pipeline definition with training: {place.unit or place.path}")
    for place in _candidates(store):
        children = [following for following, _, _ in wiring.following(place)]
        if len(children) < 2:
            continue
        bits = [below.steps(child) for child in children]
        training = [i for i, b in enumerate(bits) if b & _TRAINS]
        others = [i for i, b in enumerate(bits) if b & ~_TRAINS and i not in training[:1]]
        if training and others and not store.role(place.path):
            line = wiring.following(place)[0][1].line
            yield Sign("training-pipeline", "pipelines", place, line, f"a chain of {len(children)} steps with training among them")


def _candidates(store: FactStore) -> Iterator[Place]:
    """Units, and Python scopes that are run: where a chain of steps may be written."""
    for path, facts in list(store.loaded()):
        if store.role(path) is not None:
            continue
        for unit in facts.units:
            if unit.kind in ("target", "script", "job", "step", "environment", "job-spec", "service", "build"):
                yield Place(path, unit.id)
        if path.endswith(".py"):
            names = {d.name for d in facts.definitions}
            for name in names:
                if name == MAIN or "pipeline" in name.lower() or name.rsplit(".", 1)[-1] in ("main", "run", "run_pipeline"):
                    yield Place(path, name)


def continuous_training(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """Training that something starts; only a schedule or an event raises it beyond present."""
    below = None
    for sign in signs:
        if sign.capability != "training-code" or sign.strength < Strength.present:
            continue
        if wiring.kinds(sign.place) & frozenset(_AUTOMATIC):
            yield Sign("continuous-training", "pipelines", sign.place, sign.line, f"training that recurs: {sign.says}")
    for path, facts in list(store.loaded()):
        for unit in facts.units:
            for trigger in unit.triggers:
                if trigger.kind == StartKind.SCHEDULE and not trigger.active and store.role(path) is None:
                    below = below or _Below(signs, wiring)
                    if below.steps(Place(path, unit.id)) & _TRAINS:
                        says = "a schedule for training that is switched off"
                        yield Sign("continuous-training", "pipelines", Place(path, unit.id), trigger.line, says, most=Strength.present)
