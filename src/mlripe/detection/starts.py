"""What starts a place, and what must have succeeded before it: the same whichever observations are looked at.

A repository of several projects is looked at once for each of them, with other observations; what is asked here is
kept.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from mlripe.catalog import Catalog
from mlripe.detection.observations import Observation
from mlripe.detection.precedence import Precedence
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Start, StartKind, Wiring

__all__ = ["DEFAULT_STARTS", "Starts", "by_itself"]

DEFAULT_STARTS: Final = (
    StartKind.SCHEDULE,
    StartKind.EVENT,
    StartKind.UPSTREAM,
    StartKind.OUTSIDE,
    StartKind.PUSH,
    StartKind.PULL_REQUEST,
    StartKind.TAG,
    StartKind.RELEASE,
    StartKind.DEPLOYMENT,
    StartKind.DISPATCH,
    StartKind.PIPELINE,
)
# methods of web applications and their routers that decorate what answers requests
_ROUTES: Final = frozenset("api_route delete get patch post put route websocket".split())
_RANK: Final[dict[str, int]] = {kind: rank for rank, kind in enumerate((*DEFAULT_STARTS, StartKind.MANIFEST))}
# what goes on by itself, what somebody's work starts, what a person or an outsider has to start
_BY_ITSELF: Final = (
    (
        StartKind.SCHEDULE,
        StartKind.EVENT,
        StartKind.UPSTREAM,
        StartKind.PUSH,
        StartKind.TAG,
        StartKind.RELEASE,
        StartKind.DEPLOYMENT,
    ),
    (StartKind.PULL_REQUEST,),
    (StartKind.OUTSIDE, StartKind.DISPATCH, StartKind.PIPELINE),
)


def by_itself(start: Start) -> int:
    """The least number for what goes on without a person."""
    return next((rank for rank, kinds in enumerate(_BY_ITSELF) if start.kind in kinds), len(_BY_ITSELF))


def _worse(start: Start) -> tuple[bool, bool, int, bool, int]:
    """The least for the best: a deployment that nothing is known to start says less than one that something starts."""
    apart = start.kind == StartKind.DEPLOYMENT and len(start.places) == 1
    return not start.strict, apart, by_itself(start), start.conditional, _RANK.get(start.kind, 99)


def _is_route(decorator: str) -> bool:
    owner, _, method = decorator.rpartition(".")
    return bool(owner) and method in _ROUTES


class Starts:
    """The starts of the places of one repository."""

    def __init__(self, store: FactStore, wiring: Wiring, catalog: Catalog) -> None:
        self.wiring = wiring
        self.catalog = catalog
        self.order = Precedence(store)
        self._broken = sorted(wiring.broken)
        self._known: dict[tuple[Place, str, tuple[str, ...]], tuple[Start, ...]] = {}
        self._required: dict[tuple[Place, ...], frozenset[Place]] = {}
        self._answering: dict[str, frozenset[str]] = {}  # by path, the functions that answer requests

    def of(self, observation: Observation) -> tuple[Start, ...]:
        """The starts of an observation's place that make its capability automated, the best first."""
        key = (observation.place, observation.capability, observation.only)
        known = self._known.get(key)
        if known is None:
            allowed = self.allowed(observation)
            runs = observation.place.path not in self.wiring.edges.python.unimportable
            starts = [s for s in self.wiring.starts(observation.place) if s.kind in allowed and runs]
            starts = [s for s in starts if not any(self._stops_at(step, s) for step in self._broken)]
            if StartKind.DEPLOYMENT not in allowed or not self._on_request(observation):
                starts = [s for s in starts if not self._asked_for(s)]
            elif StartKind.PUSH not in allowed:  # what a service does at run time
                starts = self._without_checks(starts, observation.place)
            known = tuple(sorted(starts, key=_worse))
            self._known[key] = known
        return known

    def _on_request(self, observation: Observation) -> bool:
        capability = self.catalog.capabilities.get(observation.capability)
        return capability is None or capability.on_request

    def allowed(self, observation: Observation) -> tuple[str, ...]:
        """The kinds of start that make an observation's capability automated."""
        capability = self.catalog.capabilities.get(observation.capability)
        return observation.only or (capability.raised_by if capability else ()) or DEFAULT_STARTS

    def _without_checks(self, starts: list[Start], place: Place) -> list[Start]:
        """The starts without the nightly runs of what checks pull requests: a check runs no service for its users."""
        checks = {s.places[0].path for s in self.wiring.starts(place) if s.kind == StartKind.PULL_REQUEST}
        return [s for s in starts if s.kind != StartKind.SCHEDULE or s.places[0].path not in checks]

    def _asked_for(self, start: Start) -> bool:
        """Whether a service stands on the way that does it for whoever asks: what started the service is not what does.

        A pipeline's definition that a service starts runs its steps by itself all the same, and a clock of the platform
        asks by itself.
        """
        return start.kind != StartKind.PIPELINE and any(
            self._answers(place) and not self._asks(before) for before, place in pairwise(start.places)
        )

    def _asks(self, place: Place) -> bool:
        """Whether a unit has a platform ask a service at an address, as a job of a scheduler does."""
        unit = self.wiring.edges.units.unit(place) if not place.path.endswith(".py") else None
        return unit is not None and any(used.startswith("route:") for used in unit.uses)

    def _answers(self, place: Place) -> bool:
        """Whether a function of Python is the handler of a web application's route."""
        known = self._answering.get(place.path)
        if known is None:
            definitions = self.wiring.store.of(place.path).definitions if place.path.endswith(".py") else ()
            known = frozenset(d.name for d in definitions if any(map(_is_route, d.decorators)))
            self._answering[place.path] = known
        return place.unit in known

    def _stops_at(self, step: Place, start: Start) -> bool:
        """Whether a step that cannot work stands on the way, or must have worked before it."""
        if step in start.places:
            return True
        units = self.order.units(step.path)
        around = [step.unit, units[step.unit].parent]  # its job fails with it, and what needs the job does not run
        failing = [Place(step.path, id) for id in around if id in units and not units[id].allow_failure]
        return step in failing and self.order.before(failing, 0, start.places, 0)

    def required_by(self, places: tuple[Place, ...]) -> frozenset[Place]:
        """What must succeed for a chain to be run, however else it may be started: tests run in several workflows."""
        if places not in self._required:
            firsts = [first for first in self.order.required(places) if first not in places]
            self._required[places] = frozenset(self.wiring.below(firsts, strictly=True))
        return self._required[places]
