"""One criterion of a model against what a repository shows, and what people state of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mlripe.assessment import CapabilityResult, CriterionResult
from mlripe.catalog.needs import Need, in_words, lacking, meets, parse, proving, without
from mlripe.catalog.schema import Capability, Criterion, MaturityModel
from mlripe.evidence import Evidence, Strength
from mlripe.maturity.attestations import Statements

__all__ = ["EFFORTS", "USUAL_EFFORT", "Judge", "unjudged"]

EFFORTS: Final[Mapping[str, int]] = {"small": 1, "medium": 2, "large": 4}
USUAL_EFFORT: Final = "medium"
MOST_EVIDENCE: Final = 5  # a criterion names its best proofs; the capability itself lists them all


def unjudged(criterion: Criterion, status: str) -> CriterionResult:
    """The result of a criterion that is not held against anything."""
    return CriterionResult(
        id=criterion.id,
        level=criterion.level,
        dimension=criterion.dimension,
        says=criterion.says,
        status=status,
        central=criterion.weight == "central",
        needs=in_words(parse(criterion.needs)) if criterion.needs else "",
        observable=criterion.observable,
        most=0 if status == "not-applicable" else _most(criterion),
        note=criterion.note,
    )


def _most(criterion: Criterion) -> float:
    return max((grade.points for grade in criterion.grades), default=1)


@dataclass(frozen=True, slots=True)
class _Way:
    """A set of needs, and the points that a criterion gives where they are met."""

    points: float
    need: Need


class Judge:
    """Judges the criteria of one model by the same capabilities and statements."""

    def __init__(
        self,
        model: MaturityModel,
        capabilities: Mapping[str, CapabilityResult],
        about: Mapping[str, Capability],
        statements: Statements,
        history: bool = False,
    ) -> None:
        self.model = model
        self.capabilities = capabilities
        self.about = about
        self.statements = statements
        self.history = history
        self.observed = {name: result.strength for name, result in capabilities.items()}
        self.strengths = statements.raised(self.observed)

    def result(self, criterion: Criterion) -> CriterionResult:
        """The criterion met by evidence, attested, missing, not observable or excluded."""
        name = f"{self.model.id}/{criterion.id}"
        if name in self.statements.excluded:
            return unjudged(criterion, "not-applicable")
        ways = self._ways(criterion)
        if ways is None:
            return unjudged(criterion, "not-applicable")
        if name in self.statements.attested:
            return self._told(criterion, "attested", ways, _most(criterion))
        if criterion.history and self.history:
            return self._told(criterion, "met", ways, _most(criterion))
        if criterion.observable == "no" or not ways:
            return unjudged(criterion, "not-observable")
        seen = max((way.points for way in ways if meets(way.need, self.observed)), default=0.0)
        with_word = max((way.points for way in ways if meets(way.need, self.strengths)), default=0.0)
        status = "attested" if with_word > seen else "met" if seen else "missing"
        return self._told(criterion, status, ways, with_word)

    def _ways(self, criterion: Criterion) -> list[_Way] | None:
        """The ways to points, fewest first, without what is excluded; None where nothing else is left of them."""
        written = [(grade.points, grade.needs) for grade in criterion.grades] or [(1.0, criterion.needs)]
        asked = [(points, parse(needs)) for points, needs in written if needs]
        left = [(points, without(need, self.statements.excluded)) for points, need in asked]
        kept = [_Way(points, need) for points, need in left if need is not None]
        if asked and not kept:
            return None
        return sorted(kept, key=lambda way: way.points)

    def _told(self, criterion: Criterion, status: str, ways: list[_Way], points: float) -> CriterionResult:
        further = next((way for way in ways if way.points > points), None)
        reached = next((way for way in reversed(ways) if way.points <= points), None)
        lacks = lacking(further.need, self.strengths, self._effort) if further else ()
        wanted = {name: Strength.none for name, _, _ in lacks} if status == "missing" else {}
        if reached and status != "missing":
            wanted = proving(reached.need, self.observed)
        return CriterionResult(
            id=criterion.id,
            level=criterion.level,
            dimension=criterion.dimension,
            says=criterion.says,
            status=status,
            central=criterion.weight == "central",
            needs=in_words((further or reached or ways[-1]).need) if ways else "",
            lacks=lacks,
            evidence=_strongest(wanted, self.capabilities),
            observable=criterion.observable,
            points=points,
            most=_most(criterion),
            note=criterion.note,
        )

    def _effort(self, name: str) -> int:
        return EFFORTS[self.about[name].effort if name in self.about else USUAL_EFFORT]


def _strongest(wanted: Mapping[str, Strength], capabilities: Mapping[str, CapabilityResult]) -> tuple[Evidence, ...]:
    """The best proofs of the wanted capabilities, every capability's best before any one's second, strongest first."""
    columns = [
        [proof for proof in capabilities[name].evidence if proof.strength >= least][:MOST_EVIDENCE]
        for name, least in wanted.items()
        if name in capabilities
    ]
    ranked = [column[rank] for rank in range(MOST_EVIDENCE) for column in columns if rank < len(column)]
    return tuple(sorted(ranked[:MOST_EVIDENCE], key=lambda proof: -proof.strength))
