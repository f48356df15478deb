"""The strength of each observation: by what starts its place, what its failure stops, and who has to approve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlripe.detection.observations import Observation
from mlripe.detection.starts import Starts, by_itself
from mlripe.evidence import Evidence, Strength
from mlripe.kinds import Role
from mlripe.wiring import Place, Start, StartKind

__all__ = ["StrengthGrader"]

SHIPPING = ("release-automation", "deployment-automation", "model-promotion", Role.DEPLOY, Role.PUBLISH)
RELEASING = ("release-automation", "deployment-automation")  # the clock rather starts anew what runs already
CHECKS = (
    "code-testing",
    "serving-tests",
    "model-validation-gate",
    "model-behaviour-tests",
    "data-validation",
    "llm-evaluation",
)
TRIES = ("llm-evaluation", "code-testing", "serving-tests")  # what runs the code of a service without serving
MOST_COMPARED = 300  # observations that others are held against
MOST_OF_A_KIND = 200  # evidence kept a capability: beyond it nobody reads, and the report must stay small


_Row = tuple[Evidence, tuple[int, ...]]  # a proof, and how much it says


class StrengthGrader:
    """Grades observations: gives each the strength that the wiring shows, and makes evidence of it."""

    def __init__(self, starts: Starts, observations: Iterable[Observation]) -> None:
        self.starts = starts
        self.catalog = starts.catalog
        self.order = starts.order
        self.observations = list(observations)
        self._known: dict[tuple[Place, str, tuple[str, ...]], Start | None] = {}
        self._tries = {s.place for s in self.observations if s.capability in TRIES and s.strength >= Strength.present}
        self._shipping = self._of(SHIPPING)
        self._checks = [observation for observation in self._of(CHECKS) if not observation.allow_failure]
        self._retraining = self._of(("automated-retraining",))
        self._gates = [s for s in self.observations if s.capability == "model-validation-gate" and s.gates][
            :MOST_COMPARED
        ]

    def _of(self, names: Iterable[str]) -> list[Observation]:
        """The observations of these capabilities and roles that something starts: others are held against them, so
        that they
        are bounded."""
        wanted = frozenset(names)
        observations = [s for s in self.observations if s.shows in wanted and s.strength >= Strength.present]
        return [observation for observation in observations if self.start(observation)][:MOST_COMPARED]

    def evidence(self) -> Iterator[Evidence]:
        """The evidence of every observation of a capability, strongest first within each capability.

        Of the equally strong the one first that says most: what starts by itself before what a person starts.
        """
        found: dict[str, list[_Row]] = {}
        for observation in self.observations:
            if observation.capability:
                raised = self._raised(observation)
                found.setdefault(observation.capability, []).append((raised, self._worth(observation, raised)))
        for capability in self.catalog.capabilities:
            rows = found.get(capability, [])
            rows.sort(key=lambda row: (-row[0].strength, row[1], _order(row[0])))
            rows = _distinct(rows)
            # the shortest way says most; which of two detectors saw a line does not hang on it
            rows.sort(key=lambda row: (-row[0].strength, row[1], len(row[0].chain)))
            yield from (evidence for evidence, _ in rows[:MOST_OF_A_KIND])

    def _worth(self, observation: Observation, evidence: Evidence) -> tuple[int, ...]:
        """How much a proof says beside another one of the same strength, the least number first."""
        start = self.start(observation) if evidence.chain else None
        if start is None:
            return (True,)  # what nothing is seen to start comes last: a file tells of it, and no way leads there
        # a workflow that follows another one starts there, a second hop
        at_its_start = (evidence.path, evidence.line) in [(hop.path, hop.line) for hop in start.chain[: _at(start)]]
        by_the_clock = observation.capability in RELEASING and start.kind == StartKind.SCHEDULE
        return False, at_its_start, by_the_clock, by_itself(start), start.conditional

    def start(self, observation: Observation) -> Start | None:
        """The best start of an observation's place among those that make its capability automated."""
        key = (observation.place, observation.capability, observation.only)
        if key not in self._known:
            starts = self.starts.of(observation)
            if {StartKind.DEPLOYMENT, StartKind.PUSH} & {*self.starts.allowed(observation)} == {StartKind.DEPLOYMENT}:
                # what a service does at run time is not shown by a run that only tries its code out
                starts = tuple(s for s in starts if self._tries.isdisjoint(s.places))
            self._known[key] = next(iter(starts), None)
        return self._known[key]

    def _raised(self, observation: Observation) -> Evidence:
        strength, note = observation.strength, ""
        capability = self.catalog.capabilities[observation.capability]
        start = self.start(observation) if strength >= Strength.present else None
        if strength == Strength.present and start:
            strength = Strength.automated
        if start is None and observation.path.endswith(".ipynb"):
            strength = min(strength, Strength[capability.notebook])
            note = "in a notebook"
        if (
            strength == Strength.automated
            and start
            and (reason := self._enforced(observation, start, capability.enforced_by))
        ):
            strength, note = Strength.enforced, reason
        if start and start.allowed_explicitly and not observation.guards:
            most = Strength[capability.swallowed]
            strength, note = (most, "its failure stops nothing") if most < strength else (strength, note)
        if strength > observation.most:
            strength, note = observation.most, ""
        # a way that begins anew at a deployment may come back to its line
        chain = tuple(dict.fromkeys(start.chain)) if start else ()
        return Evidence(
            observation.capability,
            observation.detector,
            observation.path,
            observation.line,
            observation.says,
            strength,
            chain,
            note,
        )

    # --- enforced ----------------------------------------------------------------------------------------------------

    def _enforced(self, observation: Observation, start: Start, by: str) -> str:
        """Why the observation's outcome decides something, "" where it does not."""
        swallowed = (observation.allow_failure or not start.strict) and not observation.guards
        if observation.gates and not (swallowed and by == "stops-shipping"):
            return "its outcome decides what follows"
        if by == "stops-shipping" and start.strict and not observation.allow_failure:
            for other in self._shipping:
                if self._before(observation, start, other):
                    return f"must pass before {other.path}:{other.line}"
        elif by == "after-check":
            for check in self._checks:
                if self._passes_before(check, observation, start):
                    return f"only after {check.path}:{check.line}"
            return self._approved(start) or self._ruled(observation, start)
        elif by == "approval":
            return self._approved(start) or self._ruled(observation, start)
        elif by == "gated-model":
            return self._gated()
        elif by == "signal" and observation.capability == "drift-detection":
            return self._heeded(start)
        return ""

    def _before(self, observation: Observation, start: Start, other: Observation) -> bool:
        later = self.start(other)
        return later is not None and (
            self.order.in_order(start, observation.line, later, other.line)
            or observation.place in self.starts.required_by(later.places)
        )

    def _passes_before(self, check: Observation, observation: Observation, start: Start) -> bool:
        earlier = self.start(check)
        if earlier is None:
            return False
        in_order = earlier.strict and self.order.in_order(earlier, check.line, start, observation.line)
        return in_order or check.place in self.starts.required_by(start.places)

    def _ruled(self, observation: Observation, start: Start) -> str:
        """A rule on metrics counts as policy: above it, in its function or on the way, or in an earlier step."""
        for gate in self._gates:
            if _above(gate, observation, start) or self._passes_before(gate, observation, start):
                return f"only past the gate at {gate.path}:{gate.line}"
        return ""

    def _gated(self) -> str:
        """A gate that every new model meets: what starts the training need not stand beside it."""
        for gate in self._gates:
            start = self.start(gate)
            if start and start.strict and not gate.allow_failure:
                return f"the new model must pass {gate.path}:{gate.line}"
        return ""

    def _heeded(self, start: Start) -> str:
        """A training that the same run starts where the signal says so: it may read it from a file, in a later step."""
        for retraining in self._retraining:
            later = self.start(retraining)
            if later and later.places[0] == start.places[0]:
                return f"it starts a training at {retraining.path}:{retraining.line}"
        return ""

    def _approved(self, start: Start) -> str:
        for place in start.places:
            units = self.order.units(place.path)
            unit = units.get(place.unit)
            if unit and unit.approval:
                return f"waits for approval at {place.path}:{unit.line}"
            for need in sorted(self.order.needs(place)) if unit else ():
                if units[need].approval if need in units else False:
                    return f"waits for approval at {place.path}:{units[need].line}"
        return ""


def _at(start: Start) -> int:
    """How many hops only say what starts a thing: two, where that is all they say."""
    return 2 if len(start.chain) <= 2 else 1


def _above(gate: Observation, observation: Observation, start: Start) -> bool:
    """Whether a gate stands above the sign in its function, or in one that leads to it above the line that does."""
    if gate.place == observation.place:
        return gate.line <= observation.line
    # a module hands a function on by its name (line 1), as the definition of a DAG does: no line tells the order
    leads = [hop.line for place, hop in zip(start.places, start.chain[1:], strict=False) if place == gate.place]
    return any(line <= 1 or gate.line <= line for line in leads)


def _order(evidence: Evidence) -> tuple[str, int, str, str]:
    return evidence.path, evidence.line, evidence.detector, evidence.says


def _distinct(rows: Iterable[_Row]) -> list[_Row]:
    """One row a place, the strongest; several detectors may see the same line."""
    first: dict[tuple[str, int], _Row] = {}
    for row in rows:
        first.setdefault((row[0].path, row[0].line), row)
    return list(first.values())
