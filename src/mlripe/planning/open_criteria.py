"""Criteria that are open on the way to a level: which are to be met, what meets one whole, and what a step serves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mlripe.assessment import CriterionResult, ModelResult
from mlripe.catalog.needs import parse, wanting
from mlripe.catalog.schema import Criterion, MaturityModel
from mlripe.planning.plan import Reason

__all__ = ["deciding", "fullest", "reason", "reasons", "supporting"]


def deciding(model: MaturityModel, result: ModelResult, level: int) -> Iterable[CriterionResult]:
    """The criteria to meet: central ones up to the level, or, where points decide, those that give them cheapest."""
    if model.scoring == "points":
        return _points(model, result, level)
    return (each for each in result.criteria if each.central and each.status == "missing" and each.level <= level)


def _points(model: MaturityModel, result: ModelResult, level: int) -> Iterator[CriterionResult]:
    """In each dimension that counts the cheapest criteria, until its points exceed the limit; all in one for a sum."""
    counted = model.counts or tuple(model.dimensions)
    for names in [counted] if model.total == "sum" else [(name,) for name in counted]:
        got = sum(result.dimensions[name].points or 0 for name in names)
        here = [each for each in result.criteria if each.dimension in names and each.lacks]
        for criterion in sorted(here, key=lambda each: sum(needed - now for _, now, needed in each.lacks)):
            if got > model.above[level]:
                break
            got += criterion.most - criterion.points
            yield criterion


def supporting(model: MaturityModel, result: ModelResult, level: int) -> Iterable[CriterionResult]:
    """The criteria between the level that is reached and this one that decide nothing."""
    if model.scoring == "points" or result.level is None:
        return ()
    now = result.level
    return (each for each in result.criteria if now < each.level <= level and not each.central)


def fullest(criterion: Criterion) -> Mapping[str, object]:
    """What a criterion needs for all of its points."""
    return max(criterion.grades, key=lambda grade: grade.points).needs if criterion.grades else criterion.needs


def reasons(name: str, open_: Iterable[tuple[MaturityModel, CriterionResult]]) -> Iterator[Reason]:
    """The open criteria that a capability serves."""
    for model, result in open_:
        criterion = next(each for each in model.criteria if each.id == result.id)
        if name in wanting(parse(fullest(criterion))):
            yield reason(model, result)


def reason(model: MaturityModel, criterion: CriterionResult) -> Reason:
    """A criterion as the reason of a step."""
    return Reason(model.id, criterion.level, criterion.id, criterion.says)
