"""What to do next under one model: each capability that missing criteria ask for, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mlripe.assessment import CriterionResult, Step
from mlripe.catalog.schema import Capability
from mlripe.evidence import Strength
from mlripe.maturity.criteria import EFFORTS, USUAL_EFFORT

__all__ = ["further_steps", "steps_to"]


def steps_to(
    criteria: Iterable[CriterionResult], following: int | None, about: Mapping[str, Capability]
) -> tuple[Step, ...]:
    """The steps to the level that follows: least effort first, and of equal effort what decides first."""
    return _steps((c for c in criteria if c.level == following and c.status == "missing"), about)


def further_steps(criteria: Iterable[CriterionResult], about: Mapping[str, Capability]) -> tuple[Step, ...]:
    """The steps that raise the points of a model, each capability once."""
    return _steps((criterion for criterion in criteria if criterion.points < criterion.most), about)


def _steps(criteria: Iterable[CriterionResult], about: Mapping[str, Capability]) -> tuple[Step, ...]:
    steps: dict[str, Step] = {}
    for criterion in criteria:
        for capability, now, needed in criterion.lacks:
            known, meta = steps.get(capability), about.get(capability)
            steps[capability] = Step(
                capability,
                now,
                max(needed, known.needed if known else Strength.none),
                meta.effort if meta else USUAL_EFFORT,
                meta.how if meta else "",
                (*(known.criteria if known else ()), criterion.id),
                criterion.central or (known is not None and known.decides),
            )
    return tuple(sorted(steps.values(), key=lambda step: (EFFORTS[step.effort], not step.decides)))
