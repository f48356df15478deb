"""Schedules that a program keeps by itself: where a container does nothing but wait for the hour, it is a scheduler."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Observation
from mlripe.evidence import Hop
from mlripe.kinds import Role
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring

__all__ = ["clocks", "deployed_clocks"]

_SERVES = frozenset((Role.WEB, Role.UI))
_NEAR = 4  # lines below the first of a call in which what it is given may stand


def clocks(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of the clocks (role `clock`) that a container's program winds up, as those of an orchestrator are.

    A clock inside a web application stays what the application is: a person starts it, unless it is deployed.
    """
    ticking = _ticking(observations, store)
    serves = {observation.place for observation in observations if observation.role in _SERVES}
    for path, facts in list(store.loaded()) if ticking else ():
        for unit in facts.units if store.role(path) is None else ():
            if unit.kind != "service" or unit.disabled:
                continue
            below = wiring.below([Place(path, unit.id)])
            for observation in (
                [observation for observation in ticking if observation.place in below] if not below & serves else ()
            ):
                _wind_up(observation, store, wiring)
    return iter(())


def deployed_clocks(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of the clocks in programs that automation deploys, a web application among them."""
    for observation in _ticking(observations, store):
        if StartKind.DEPLOYMENT in wiring.kinds(observation.place):
            _wind_up(observation, store, wiring, via=observation.place)
    return iter(())


def _ticking(observations: list[Observation], store: FactStore) -> list[Observation]:
    found = [
        observation
        for observation in observations
        if observation.role == Role.CLOCK and store.role(observation.path) is None
    ]
    return sorted(found, key=lambda observation: (observation.place, observation.line))


def _wind_up(observation: Observation, store: FactStore, wiring: Wiring, via: Place | None = None) -> None:
    hop = Hop(observation.path, observation.line, observation.says)
    for place in _jobs(observation, store, wiring) or [observation.place]:
        wiring.add_root(place, StartKind.SCHEDULE, hop, via=via)


def _jobs(observation: Observation, store: FactStore, wiring: Wiring) -> list[Place]:
    """What the call that winds up a clock is given, where it stands among a worker's settings: a class that names
    other functions as well. Nothing where a function winds it up, or is the job itself."""
    own = next(
        (known for known in store.of(observation.path).definitions if known.name == observation.place.unit), None
    )
    if own is None or own.kind != "class":
        return []
    lines = range(observation.line, observation.line + 1 + _NEAR)
    given = [
        (place, hop.line) for place, hop, _ in wiring.following(observation.place) if place.unit and hop.line in lines
    ]
    nearest = min((line for _, line in given), default=0)
    return [place for place, line in given if line == nearest]
