"""What registers, promotes, deploys or publishes a model, by itself or by what it leads to; what comes before it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from mlripe.catalog.tool_schema import Decision
from mlripe.detection.dotted_names import name_matches
from mlripe.detection.observations import Observation
from mlripe.detection.patterns import glob_words, words_of
from mlripe.detection.precedence import Precedence
from mlripe.evidence import Strength
from mlripe.facts import Call
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Start, Wiring

__all__ = ["Shipping"]

MOST_HELD_AGAINST: Final = 100  # places that a stop is held against


class Shipping:
    """Answers for one repository, by the words of a decision and the observations that were found before."""

    def __init__(
        self, decision: Decision, store: FactStore, wiring: Wiring, observations: Sequence[Observation]
    ) -> None:
        self.decision = decision
        self.store, self.wiring = store, wiring
        self.order = Precedence(store)
        shipping = [s for s in observations if s.shows in decision.leads_to and s.strength >= Strength.present]
        self._observations = {observation.place: observation.line for observation in reversed(shipping)}
        apart = (s.path for s in observations if s.shows in decision.apart and s.strength >= Strength.present)
        self.apart = {posixpath.dirname(path) for path in apart}  # folders in which something else is measured
        self._lines = {(observation.path, observation.line) for observation in shipping}
        self._named: dict[str, bool] = {}
        self._idle: set[Place] = set()  # places that were found to lead to nothing that ships
        self._found: dict[str, list[Call]] = {}

    def within(self, path: str, scope: str, spans: Iterable[tuple[int, int]]) -> bool:
        """Whether lines of a Python file ship, or end the run."""
        spans = tuple(spans)

        def inside(line: int) -> bool:
            return any(first <= line <= last for first, last in spans)

        if any(inside(call.line) and self.is_call(call.name) for call in self.store.of(path).calls):
            return True
        if any(where == path and inside(line) for where, line in self._lines):
            return True
        own = Place(path, scope)
        return self.leads(place for place, hop, _ in self.wiring.following(own) if inside(hop.line) and place != own)

    def pointed(self, path: str, spans: Iterable[tuple[int, int]]) -> int:
        """The line within some lines of a Python file that writes to a place named as the model in use; 0 for none."""
        spans, writes, pointers = tuple(spans), glob_words(self.decision.writes), frozenset(self.decision.pointers)
        for call in self.store.of(path).calls:
            if any(first <= call.line <= last for first, last in spans) and writes.fullmatch(_last(call.name)):
                texts = [value.lower() for value in (*call.args, *call.keywords.values()) if isinstance(value, str)]
                if not pointers.isdisjoint(words_of(frozenset(texts))):
                    return call.line
        return 0

    def at(self, path: str, line: int) -> bool:
        """Whether an observation tells that a line of a file ships."""
        return (path, line) in self._lines

    def leads(self, places: Iterable[Place]) -> bool:
        """Whether any of these places, or what it starts, ships. A module as a whole leads to what its body does."""
        waiting = [place for place in dict.fromkeys(places) if place not in self._idle]
        seen = set(waiting)
        while waiting:
            place = waiting.pop()
            if place in self._observations or self._calls_in(place):
                return True
            following = dict.fromkeys(each for each, _, _ in self.wiring.following(place))
            fresh = [each for each in following if each not in seen and each not in self._idle]
            seen.update(fresh)
            waiting += fresh
        self._idle |= seen
        return False

    def is_call(self, name: str) -> bool:
        """Whether a call of that name ships by itself, or ends the run."""
        known = self._named.get(name)
        if known is None:
            last, decision = _last(name), self.decision
            known = any(glob_words(names).fullmatch(last) for names in (decision.ships, decision.halts))
            known = self._named[name] = known or name_matches(name, decision.calls)
        return known

    def is_named(self, task: str) -> bool:
        """Whether a task is named as one that ships."""
        return glob_words(self.decision.ships).fullmatch(_last(task))

    def after(self, place: Place, line: int) -> set[bool | None]:
        """For what ships in the runs that a failure at a place ends, whether it hangs on that; None: nothing tells."""
        starts = (start for start in self.wiring.starts(place) if start.strict)
        return {known for start in starts for known in self._orders(start, line)}

    def _orders(self, start: Start, line: int) -> Iterator[bool | None]:
        for place, at in self._started:
            for other in self.wiring.starts(place):
                if other.places[0] == start.places[0]:
                    yield self.order.sequence(start, line, other, at, self.wiring)

    @cached_property
    def _started(self) -> list[tuple[Place, int]]:
        """The places that ship and that something starts, each with its line."""
        found = dict(self._observations)
        for path, _ in list(self.store.loaded()):
            for call in self._calls(path):
                found.setdefault(Place(path, call.scope), call.line)
        return [(place, line) for place, line in found.items() if self.wiring.kinds(place)][:MOST_HELD_AGAINST]

    def _calls_in(self, place: Place) -> bool:
        return any(call.scope == place.unit for call in self._calls(place.path))

    def _calls(self, path: str) -> list[Call]:
        """The calls of a program that ship."""
        if path not in self._found:
            ships = glob_words(self.decision.ships)
            calls = self.store.of(path).calls if path.endswith(".py") and self.store.role(path) is None else ()
            self._found[path] = [call for call in calls if ships.fullmatch(_last(call.name))]
        return self._found[path]


def _last(name: str) -> str:
    return name.rpartition(".")[2]
