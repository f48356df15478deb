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
    wanted = ladder.mends if ladder and ladder.mends else tuple(rank)
    told = [each for each in problems if each.id in wanted and mend.covered.get(each.id) not in stepped]
    alike: dict[tuple[str, str], list[ProblemResult]] = {}
    for each in sorted(told, key=lambda each: rank[each.id]):
        if each.severity != Severity.UNTIDY:
            alike.setdefault((each.id, each.remedy), []).append(each)
    for (kind, remedy), same in alike.items():
        first = same[0]
        places = tuple(place for each in same for place in each.evidence)
        yield Repair(kind, first.title, first.severity, first.why, remedy, places, kind in mend.later)
