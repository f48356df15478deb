"""Schedules that a program keeps by itself: where a container does nothing but wait for the hour, it is a scheduler."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Sign
from mlripe.evidence import Hop
from mlripe.kinds import Role
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring

__all__ = ["clocks", "deployed_clocks"]

_SERVES = frozenset((Role.WEB, Role.UI))
_NEAR = 4  # lines below the first of a call in which what it is given may stand


def clocks(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """Makes roots of the clocks (role `clock`) that a container's program winds up, as those of an orchestrator are.

    A clock inside a web application stays what the application is: a person starts it, unless it is deployed.
    """
    ticking = _ticking(signs, store)
    serves = {sign.place for sign in signs if sign.role in _SERVES}
    for path, facts in list(store.loaded()) if ticking else ():
        for unit in facts.units if store.role(path) is None else ():
            if unit.kind != "service" or unit.disabled:
                continue
            below = wiring.below([Place(path, unit.id)])
            for sign in [sign for sign in ticking if sign.place in below] if not below & serves else ():
                _wind_up(sign, store, wiring)
    return iter(())


def deployed_clocks(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """Makes roots of the clocks in programs that automation deploys, a web application among them."""
    for sign in _ticking(signs, store):
        if StartKind.DEPLOYMENT in wiring.kinds(sign.place):
            _wind_up(sign, store, wiring, via=sign.place)
    return iter(())


def _ticking(signs: list[Sign], store: FactStore) -> list[Sign]:
    found = [sign for sign in signs if sign.role == Role.CLOCK and store.role(sign.path) is None]
    return sorted(found, key=lambda sign: (sign.place, sign.line))


def _wind_up(sign: Sign, store: FactStore, wiring: Wiring, via: Place | None = None) -> None:
    hop = Hop(sign.path, sign.line, sign.says)
    for place in _jobs(sign, store, wiring) or [sign.place]:
        wiring.add_root(place, StartKind.SCHEDULE, hop, via=via)


def _jobs(sign: Sign, store: FactStore, wiring: Wiring) -> list[Place]:
    """What the call that winds up a clock is given, where it stands among a worker's settings: a class that names
    other functions as well. Nothing where a function winds it up, or is the job itself."""
    own = next((known for known in store.of(sign.path).definitions if known.name == sign.place.unit), None)
    if own is None or own.kind != "class":
        return []
    lines = range(sign.line, sign.line + 1 + _NEAR)
    given = [(place, hop.line) for place, hop, _ in wiring.following(sign.place) if place.unit and hop.line in lines]
    nearest = min((line for _, line in given), default=0)
    return [place for place, line in given if line == nearest]
