"""What is closest to counting: for a capability that is not shown, or not as strong as it could be, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from mlripe.catalog import Catalog
from mlripe.catalog.schema import Detector
from mlripe.catalog.words import modules_of
from mlripe.detection.engine import Detection
from mlripe.detection.observations import Observation
from mlripe.evidence import Hop, Strength
from mlripe.readers.store import FactStore
from mlripe.wiring import MAIN

__all__ = ["NearMiss", "closest", "shown_by"]

MOST: Final = 5  # of each sort
LONGEST: Final = 8  # hops upwards


class NearMiss(Struct, frozen=True):
    """A place that nearly counts. `chain` leads from what would have to be started to the place, without it."""

    path: str
    line: int
    says: str
    why: str
    chain: tuple[Hop, ...] = ()


def shown_by(catalog: Catalog, capability: str) -> tuple[Detector, ...]:
    """The detectors that can show a capability, declare it, or show a role that it is derived from."""
    wanted = {capability, *catalog.capabilities[capability].roles}
    return tuple(detector for detector in catalog.detectors if not wanted.isdisjoint(_named(detector)))


def _named(detector: Detector) -> Iterator[str]:
    """The capabilities and roles that a detector shows or declares."""
    yield from (*detector.declares, *detector.declares_role)
    yield from (name for show in detector.shows for name in show.named)


def closest(capability: str, detection: Detection, store: FactStore, catalog: Catalog) -> tuple[NearMiss, ...]:
    """The nearest misses of a capability, the nearest first."""
    able = shown_by(catalog, capability)
    return (
        *_first(_unstarted(capability, detection)),
        *_first(_set_aside(capability, detection, store)),
        *_first(_only_imported(capability, detection, store, able)),
    )


def _first(misses: Iterator[NearMiss]) -> list[NearMiss]:
    return sorted({(miss.path, miss.line): miss for miss in misses}.values(), key=lambda m: (m.path, m.line))[:MOST]


def _packages(detector: Detector) -> set[str]:
    """The modules that are the tool's own, rather than a cloud's or a web client's that serve for everything."""
    return {name.replace("-", "_") for name in detector.declared_by.get("python", ())}


def _unstarted(capability: str, detection: Detection) -> Iterator[NearMiss]:
    """Places that do it, with no start that counts: how far up the wiring goes before it ends."""
    done = {
        (e.path, e.line) for e in detection.evidence if e.capability == capability and e.strength > Strength.present
    }
    for observation in detection.observations:
        if (
            observation.capability != capability
            or observation.strength != Strength.present
            or (observation.path, observation.line) in done
        ):
            continue
        kinds = sorted(detection.wiring.kinds(observation.place))
        if kinds:
            why = f"it is only started by: {', '.join(kind.replace('_', ' ') for kind in kinds)}"
            if observation.most <= Strength.present:
                why = "by itself it is no more than present, whatever starts it"
            yield NearMiss(observation.path, observation.line, observation.says, why)
            continue
        chain = tuple(_upwards(detection, observation))
        why = "nothing that mlripe can see starts " + ("this chain" if chain else "it")
        yield NearMiss(observation.path, observation.line, observation.says, why, chain)


def _upwards(detection: Detection, observation: Observation) -> list[Hop]:
    """The way up from a place that no root reaches, by the first caller of each, outermost first."""
    hops: list[Hop] = []
    at, seen = observation.place, {observation.place}
    while len(hops) < LONGEST:
        callers = [(place, hop) for place, hop in detection.wiring.callers(at) if place not in seen]
        if not callers:
            break
        at, hop = min(callers, key=lambda caller: (caller[0].path.endswith((".py", ".ipynb")), caller[0]))
        seen.add(at)
        if at.unit != MAIN:  # a script's own start says nothing
            hops.insert(0, hop)
    return hops


def _set_aside(capability: str, detection: Detection, store: FactStore) -> Iterator[NearMiss]:
    for observation in detection.seen:
        role = store.role(observation.path)
        if observation.capability == capability and role and capability not in role.proves:
            yield NearMiss(
                observation.path, observation.line, observation.says, f"{role.title.lower()} prove nothing of this"
            )


def _only_imported(
    capability: str, detection: Detection, store: FactStore, able: Iterable[Detector]
) -> Iterator[NearMiss]:
    """Files that import a tool which can show it, but use nothing of it that shows it."""
    tools = {module: detector for detector in able for module in modules_of(detector) & _packages(detector)}
    shown = {
        (observation.path, observation.detector)
        for observation in detection.seen
        if observation.capability == capability
    }
    for path, facts in store.loaded():
        for imported in facts.imports:
            detector = tools.get(imported.module.split(".", 1)[0])
            if detector and (path, detector.id) not in shown:
                why = f"it is imported, but no use of {detector.tool} here is one that shows this"
                yield NearMiss(path, imported.line, f"{detector.tool}: import {imported.module}", why)
