"""Practices that are told by where a model's predictions go: kept by a service, or written by a batch.

Where values go is followed by `detection/carrying.py`; rules/predictions.yaml says where they begin and end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import islice
from typing import Final

from mlripe.catalog.tool_schema import Prediction
from mlripe.detection.carrying import Carrying
from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["predictions"]

MOST_SIGNS: Final = 100  # of one practice
MOST_SEEDS: Final = 80  # files in which a model is asked


def predictions(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation for each place that keeps what a model predicts."""
    carrying: dict[tuple[str, ...], Carrying] = {}
    found: list[Observation] = []
    for rule in store.knowledge.predictions.values():
        kept = {(s.path, s.line): s for s in observations if s.shows in rule.kept and store.role(s.path) is None}
        if not kept:
            continue
        if rule.predicts not in carrying:
            carrying[rule.predicts] = _followed(rule, store, wiring)
        found += islice(_ends(rule, carrying[rule.predicts], kept, _Bounds(rule, observations, wiring)), MOST_SIGNS)
    yield from found


def _followed(rule: Prediction, store: FactStore, wiring: Wiring) -> Carrying:
    carrying = Carrying(store, wiring, rule.predicts)
    asking = (path for path in carrying.functions.paths if store.role(path) is None and carrying.begins(path))
    carrying.spread(islice(asking, MOST_SEEDS))
    return carrying


class _Bounds:
    """Where predictions count: what a service reaches, or what none does."""

    def __init__(self, rule: Prediction, observations: Iterable[Observation], wiring: Wiring) -> None:
        counted = [observation for observation in observations if observation.strength >= Strength.present]
        self.apart = {observation.path for observation in counted if observation.shows in rule.apart}
        self.within = _reached(rule.within, counted, wiring) if rule.within else None
        self.outside = _reached(rule.outside, counted, wiring)

    def hold(self, place: Place, source: str) -> bool:
        if self.apart & {place.path, source} or self._among(place, self.outside):
            return False
        return self.within is None or self._among(place, self.within)

    @staticmethod
    def _among(place: Place, places: Set[Place]) -> bool:
        return place in places or Place(place.path) in places


def _reached(shown: Iterable[str], observations: Iterable[Observation], wiring: Wiring) -> Set[Place]:
    starts = {observation.place for observation in observations if observation.shows in shown}
    return wiring.below({place for start in starts for place in (start, Place(start.path))})


def _ends(
    rule: Prediction, carrying: Carrying, kept: dict[tuple[str, int], Observation], bounds: _Bounds
) -> Iterator[Observation]:
    told = set()
    for path in sorted(carrying.visited):
        if path.endswith(".ipynb") or carrying.store.role(path) is not None:
            continue
        for flow in carrying.store.carried(path).flows:
            observation = kept.get((path, flow.line)) if flow.kind == "gives" else None
            if (
                observation is None
                or observation.place in told
                or not observation.says.endswith(flow.name.rpartition(".")[2])
            ):
                continue
            source = carrying.source(path, flow)
            if source and bounds.hold(observation.place, source.path):
                told.add(observation.place)
                yield Observation(rule.id, rule.detector, observation.place, observation.line, rule.says)
