"""What must have succeeded before what: steps of a job, jobs and stages by their needs, targets by what they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, takewhile
from typing import Final

from mlripe.facts import Unit
from mlripe.kinds import RunsAfter
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Start, Wiring
from mlripe.wiring.places import Place

__all__ = ["Precedence"]


_EVENTS: Final = lazy_regex(r"(?:\A|; )event ([\w, ]+)")  # of a step's condition
_WORDS: Final = lazy_regex(r"\w+")
_LONGEST: Final = 500  # characters of a condition


class Precedence:
    """Answers `before(a, b)` for chains of places; closures of needs are kept a file."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._units: dict[str, dict[str, Unit]] = {}
        self._needs: dict[Place, frozenset[str]] = {}

    def units(self, path: str) -> dict[str, Unit]:
        if path not in self._units:
            self._units[path] = {unit.id: unit for unit in self.store.of(path).units}
        return self._units[path]

    def needs(self, place: Place) -> frozenset[str]:
        """Ids of all units of the same file that must succeed before this one."""
        known = self._needs.get(place)
        if known is None:
            units, seen = self.units(place.path), set()
            queue = [place.unit]
            while queue:
                unit = units.get(queue.pop())
                for need in unit.needs if unit else ():
                    if need not in seen and not _apart(need, place.unit, units):
                        seen.add(need)
                        queue.append(need)
            known = self._needs[place] = frozenset(seen)
        return known

    def before(self, first: Sequence[Place], first_line: int, then: Sequence[Place], then_line: int) -> bool:
        """Whether what `first` (a chain of places) leads to must succeed for what `then` leads to, to run."""
        for a in first:
            one = self.units(a.path).get(a.unit)
            if one is None:
                continue
            if one.runs_after is RunsAfter.FAILURE:
                return False  # where all goes well it does not run
            for b in then:
                if b.path != a.path:
                    continue
                if a == b:
                    last = a == first[-1] and b == then[-1] and one.kind != "workflow"
                    if last and 0 < first_line < then_line and not _anyway(one, then_line):
                        return True
                    continue
                two = self.units(b.path).get(b.unit)
                if two is None:
                    continue
                if a.unit in self.needs(b):
                    return True
                if one.kind == two.kind == "step" and one.id in self._earlier_steps(two, b.path):
                    return two.runs_after is RunsAfter.SUCCESS
        return False

    def in_order(self, first: Start, first_line: int, then: Start, then_line: int) -> bool:
        """Whether what `first` leads to must succeed for what `then` leads to: as above, or by a line of one script."""
        if self.before(first.places, first_line, then.places, then_line):
            return True
        ones, twos = _leaving(first, first_line), _leaving(then, then_line)
        return any(self._in_one_script(place, line, twos[place]) for place, line in ones.items() if place in twos)

    def _in_one_script(self, place: Place, first: int, then: int) -> bool:
        """Whether a unit has commands at both lines, and those of the later one only run where the first succeeded."""
        unit = self.units(place.path).get(place.unit)
        if unit is None or not 0 < first < then:
            return False
        earlier = [command for command in unit.commands if command.line == first]
        stops = bool(earlier) and not any(command.allow_failure for command in earlier)
        return stops and any(command.line == then for command in unit.commands) and not _anyway(unit, then)

    def sequence(self, first: Start, first_line: int, then: Start, then_line: int, wiring: Wiring) -> bool | None:
        """Whether, in a run that comes to both, what `first` leads to must succeed for `then` to be come to.

        False where it comes later, or stands apart; None where no run has both, or only a program's flow could tell.
        """
        common = sum(
            1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first.places, then.places, strict=False))
        )
        if not common:
            return None
        parting = first.places[common - 1]
        one, two = (start.places[common] if common < len(start.places) else None for start in (first, then))
        unit = self.units(parting.path).get(parting.unit)
        if one is None or two is None or unit is None:
            lines = [
                start.chain[common].line if next_ else line
                for start, next_, line in ((first, one, first_line), (then, two, then_line))
            ]
            told = (unit is not None or one is two is None) and lines[0] != lines[1]
            return lines[0] < lines[1] if told else None
        if one.path == two.path == parting.path:
            return self.before((one,), 0, (two,), 0)
        if _anyway(unit, then.chain[common].line):
            return False
        outcome = self.units(two.path).get(two.unit) if two.path == parting.path and unit.kind == "stage" else None
        if outcome and outcome.kind == "step":  # of a stage with commands of its own: what it does about their outcome
            return outcome.runs_after is RunsAfter.SUCCESS
        order = [place for place, _, _ in wiring.following(parting)]
        return order.index(one) < order.index(two) if one in order and two in order else None

    def required(self, chain: Sequence[Place]) -> list[Place]:
        """The units that must succeed before a chain of places is run: its needs, earlier steps of its jobs."""
        found: list[Place] = []
        for place in chain:
            units = self.units(place.path)
            unit = units.get(place.unit)
            if unit is None:
                continue
            ids = [need for need in sorted(self.needs(place)) if need in units]
            if unit.kind == "step" and unit.runs_after is RunsAfter.SUCCESS:
                ids += self._earlier_steps(unit, place.path)
            passed = (units[id] for id in ids)
            found += [
                Place(place.path, each.id)
                for each in passed
                if not each.allow_failure and each.runs_after is not RunsAfter.FAILURE
            ]
        for one, two in pairwise(chain):
            if self._succeeds(one, two, chain):
                siblings = self.units(one.path).values()
                parts = [unit for unit in siblings if unit.kind == "job"] or [
                    u for u in siblings if u.parent == one.unit
                ]
                found += [Place(one.path, part.id) for part in parts if _always_runs(part)]
        return found

    def _succeeds(self, one: Place, two: Place, chain: Sequence[Place]) -> bool:
        """Whether a workflow is started by the end of another one, and goes on only where that was a success."""
        before, after = self.units(one.path).get(one.unit), self.units(two.path).get(two.unit)
        if one.path == two.path or before is None or after is None or before.kind != "workflow":
            return False
        units = self.units(two.path)
        started = [units[place.unit] for place in chain if place.path == two.path and place.unit in units]
        follows = any(trigger.kind == "upstream" for trigger in after.triggers)
        return follows and any(unit.after_success for unit in started)

    def _earlier_steps(self, step: Unit, path: str) -> list[str]:
        """The ids of the steps that come before one, in a job whose steps run one after the other."""
        units = self.units(path)
        parent = units.get(step.parent)
        if parent is not None and parent.side_by_side:
            return []
        steps = [unit.id for unit in units.values() if unit.kind == "step" and unit.parent == step.parent]
        return [id for id in steps[: steps.index(step.id)] if not _apart(id, step.id, units)]


def _apart(one: str, two: str, units: Mapping[str, Unit]) -> bool:
    """Whether no run has both of two units: the tests run on branches, the release on tags."""
    first, second = _kinds(one, units), _kinds(two, units)
    return bool(first and second) and first.isdisjoint(second)


def _kinds(name: str, units: Mapping[str, Unit]) -> frozenset[str]:
    """The kinds of events in whose runs alone a unit is; none where it is a part of every run."""
    unit = units.get(name)
    own = frozenset(trigger.kind for trigger in unit.triggers if trigger.active) if unit else frozenset()
    if not own and unit and (events := _EVENTS.findall(unit.condition[:_LONGEST])):
        return frozenset(word for event in events for word in _WORDS.findall(event))
    return own or (_kinds(unit.parent, units) if unit and unit.condition and unit.parent else frozenset())


def _leaving(start: Start, line: int) -> dict[Place, int]:
    """The places of a chain, each with the line at which it starts the next one; the last with a line of its own."""
    lines = [
        hop.line if hop.path == place.path else 0 for place, hop in zip(start.places, start.chain[1:], strict=False)
    ]
    return dict(zip(start.places, [*lines, line], strict=False))


def _anyway(unit: Unit, line: int) -> bool:
    """Whether the commands at a line of a unit run whatever came of those before them."""
    found = [command for command in unit.commands if command.line == line]
    return bool(found) and all(command.runs_after is not RunsAfter.SUCCESS for command in found)


def _always_runs(job: Unit) -> bool:
    """Whether a job, or a step where there are no jobs, is part of every run: one that is passed over fails nothing."""
    return not (job.allow_failure or job.disabled) and (not job.condition or job.after_success)
