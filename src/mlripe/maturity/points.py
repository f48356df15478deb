"""Models that give points: the sum of each dimension, and the sum or the minimum of those as the total."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mlripe.assessment import CriterionResult
from mlripe.catalog.schema import MaturityModel

__all__ = ["Total", "exceeded", "total"]


@dataclass(frozen=True, slots=True)
class Total:
    """Points: the whole, and each dimension's; `why` says how the one comes of the others.

    `raised_by` are the dimensions in which one more point adds to the whole, or has to come first.
    """

    value: float
    parts: Mapping[str, float]
    why: str
    raised_by: frozenset[str]


def total(
    model: MaturityModel,
    criteria: Iterable[CriterionResult],
    worth: Callable[[CriterionResult], float] = lambda criterion: criterion.points,
) -> Total:
    """The points of criteria under a model, each as `worth` counts it."""
    parts = dict.fromkeys(model.dimensions, 0.0)
    for criterion in criteria:
        parts[criterion.dimension] += worth(criterion)
    counted = {name: parts[name] for name in model.counts or model.dimensions}
    value = min(counted.values()) if model.total == "minimum" else sum(counted.values())
    listed = ", ".join(f"{name} {points:g}" for name, points in counted.items())
    how = "the lowest of" if model.total == "minimum" else "the sum of"
    lowest = frozenset(name for name, points in counted.items() if model.total == "sum" or points == value)
    return Total(value, parts, f"{value:g} points: {how} {listed}", lowest)


def exceeded(model: MaturityModel, points: float) -> int | None:
    """The highest level whose limit the points exceed; None where the model has no levels."""
    if not model.levels:
        return None
    floor, *rest = sorted(model.levels)
    return max((level for level in rest if points > model.above[level]), default=floor)
