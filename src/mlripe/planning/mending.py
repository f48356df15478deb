"""What a plan tells people to mend, of the problems that were found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from mlripe.assessment import ProblemResult
from mlripe.catalog.plan_schema import Ladder, Mend
from mlripe.planning.plan import Repair
from mlripe.problem_kinds import Severity

__all__ = ["repairs"]


def repairs(
    problems: Iterable[ProblemResult], mend: Mend, ladder: Ladder | None, stepped: Collection[str]
) -> Iterator[Repair]:
    """What to mend, in the order of the rules; where such a repository mends only some of it, no more than that.

    What a step for a capability of `stepped` mends as well is left out.
    """
    rank = {kind: number for number, kind in enumerate((*mend.first, *mend.later))}
    told = [each for each in problems if _is_told(each, mend, ladder) and mend.covered.get(each.id) not in stepped]
    alike: dict[tuple[str, str], list[ProblemResult]] = {}
    for each in sorted(told, key=lambda each: rank.get(each.id, len(rank))):
        alike.setdefault((each.id, each.remedy), []).append(each)
    for (kind, remedy), same in alike.items():
        first = same[0]
        places = tuple(place for each in same for place in each.evidence)
        later = kind in mend.later or (kind not in mend.first and first.severity != Severity.BROKEN)
        yield Repair(kind, first.title, first.severity, first.why, remedy, places, later)


def _is_told(problem: ProblemResult, mend: Mend, ladder: Ladder | None) -> bool:
    """Whether people are to mend it: what the rules list, and what is broken or dangerous."""
    if ladder and ladder.mends:
        return problem.id in ladder.mends
    if problem.severity in (Severity.BROKEN, Severity.DANGEROUS):
        return True
    return problem.severity != Severity.UNTIDY and problem.id in (*mend.first, *mend.later)
