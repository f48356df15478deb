"""The target to propose: one realistic step up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mlripe.assessment import Assessment, ModelResult
from mlripe.maturity.plan import Goal, Plan, PlannedStep

__all__ = ["Proposed", "proposed"]

TOO_LARGE: Final = "large"  # the effort of a step that makes a level a project of its own


@dataclass(frozen=True, slots=True)
class Proposed:
    """A target ("": none) and why; `steps` lead to `following`, the level above the present one ("": there is none)."""

    target: str
    says: str
    following: str = ""
    steps: tuple[PlannedStep, ...] = ()


def proposed(assessment: Assessment, plan: Callable[[Sequence[Goal]], Plan]) -> Proposed:
    """The next level of the first model that gives one; the present one where a step to the next is a large one."""
    given = (result for result in assessment.models.values() if result.level is not None)
    result = next(given, None)
    if result is None or result.level is None:
        why = next((model.why for model in assessment.models.values()), "no model gives a level")
        return Proposed("", f"nothing to judge: {why}")
    here = f"{result.id}:{result.level}"
    above = _above(result)
    if above is None:
        return Proposed(here, f"{here} is the highest level; nothing may fall below it")
    following = f"{result.id}:{above}"
    steps = plan([Goal(result.id, above)]).steps
    large = [step.capability for step in steps if step.effort == TOO_LARGE]
    if large:
        says = f"{here} is what is there; {following} takes large steps ({', '.join(large)}) and comes next"
        return Proposed(here, says, following, steps)
    return Proposed(following, f"{following} is one step up from level {result.level}", following, steps)


def _above(result: ModelResult) -> int | None:
    assert result.level is not None
    return min((level for level in result.levels if level > result.level), default=None)
