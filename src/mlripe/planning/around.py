"""What a plan tells beside its steps: where to look first, what no file shows, and the projects that it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from mlripe.assessment import Assessment
from mlripe.catalog import Catalog
from mlripe.catalog.plan_schema import Look
from mlripe.evidence import Sighting, Unresolved
from mlripe.planning.open_criteria import reason, supporting
from mlripe.planning.plan import Goal, Reason

__all__ = ["MOST_NEAR", "near", "projects", "questions", "unseen"]

MOST_NEAR: Final = 2


def near(assessment: Assessment, looks: Iterable[Look], capability: str) -> Iterator[Unresolved | Sighting]:
    """What may do it already: what could not be followed, and what no proof shows."""
    yield from (each for each in assessment.unresolved if capability in each.could_hide)
    for look in looks:
        found = assessment.landmarks.get(look.landmark) if look.capability == capability else None
        if found is not None:
            yield Sighting(found.path, found.line, look.says)


def questions(assessment: Assessment, goals: Sequence[Goal]) -> Iterator[Unresolved]:
    """The places on which the level of a model hangs, because mlripe could not follow them."""
    higher = [
        result
        for name in dict.fromkeys(goal.model for goal in goals)
        if (result := assessment.models[name]).if_followed is not None
        and result.level is not None
        and result.if_followed > result.level
    ]
    if higher:
        yield from [each for each in assessment.unresolved if each.could_hide][: MOST_NEAR + 1]


def projects(assessment: Assessment, models: Collection[str]) -> Iterator[tuple[str, int | None]]:
    """The projects of a repository that holds several, each with its level under the first of the models."""
    for project in assessment.projects if models else ():
        yield project.path, next((project.models[name].level for name in models if name in project.models), None)


def unseen(catalog: Catalog, assessment: Assessment, goals: Sequence[Goal]) -> Iterator[Reason]:
    """The criteria on the way to the next level that no file shows."""
    for goal in goals[:1]:
        model, result = catalog.models[goal.model], assessment.models[goal.model]
        for each in supporting(model, result, goal.level):
            if each.status == "not-observable":
                yield reason(model, each)
