"""Schedules that a program keeps by itself: where a container does nothing but wait for the hour, it is a scheduler."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Sign
from mlripe.evidence import Hop
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring

__all__ = ["clocks", "deployed_clocks"]

_SERVES = frozenset(("~web", "~ui"))


def clocks(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """Makes roots of the clocks (`~clock`) that a container's program winds up, as those of an orchestrator are.

    A clock inside a web application stays what the application is: a person starts it, unless it is deployed.
    """
    ticking = _ticking(signs, store)
    serves = {sign.place for sign in signs if sign.capability in _SERVES}
    for path, facts in list(store.loaded()) if ticking else ():
        for unit in facts.units if store.role(path) is None else ():
            if unit.kind != "service" or unit.disabled:
                continue
            below = wiring.below([Place(path, unit.id)])
            for place in sorted(below & ticking.keys() if not below & serves else ()):
                sign = ticking[place]
                wiring.add_root(place, StartKind.SCHEDULE, Hop(sign.path, sign.line, sign.says))
    return iter(())


def deployed_clocks(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """Makes roots of the clocks in programs that automation deploys, a web application among them."""
    for place, sign in sorted(_ticking(signs, store).items()):
        if StartKind.DEPLOYMENT in wiring.kinds(place):
            wiring.add_root(place, StartKind.SCHEDULE, Hop(sign.path, sign.line, sign.says), via=place)
    return iter(())


def _ticking(signs: list[Sign], store: FactStore) -> dict[Place, Sign]:
    return {sign.place: sign for sign in signs if sign.capability == "~clock" and store.role(sign.path) is None}
