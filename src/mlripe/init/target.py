"""The target to propose: one realistic step up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mlripe.assessment import Assessment
from mlripe.catalog.schema import Kind, Profile
from mlripe.planning.plan import Goal, Plan, PlannedStep

__all__ = ["Proposed", "fitting", "proposed"]

TOO_LARGE: Final = "large"  # the effort of a step that makes a level a project of its own


@dataclass(frozen=True, slots=True)
class Proposed:
    """A target ("": none) and why; `steps` lead to `following`, the level above the present one ("": there is none).

    `holds`: whether the target is reached today. `profile`: what kind of work the settings should name ("": none).
    """

    target: str
    says: str
    following: str = ""
    steps: tuple[PlannedStep, ...] = ()
    holds: bool = False
    profile: Profile | None = None


def fitting(kind: Kind, profiles: Iterable[Profile]) -> Profile | None:
    """The profile to propose for a repository of that kind; None where none is for it."""
    return next((profile for profile in profiles if kind.id in profile.fits), None)


def proposed(assessment: Assessment, plan: Callable[[Sequence[Goal]], Plan], without: Collection[str] = ()) -> Proposed:
    """The next level of the first model that gives one; the present one where a step to the next is a large one.

    `without` are capabilities that a repository of this kind cannot have, so that a level that takes them is none to go
    to.
    """
    given = (result for result in assessment.models.values() if result.level is not None)
    result = next(given, None)
    if result is None or result.level is None:
        why = next((model.why for model in assessment.models.values()), "no model gives a level")
        return Proposed("", f"nothing to judge: {why}")
    here = f"{result.id}:{result.level}"
    if result.above is None:
        return Proposed(here, f"{here} is the highest level; nothing may fall below it", holds=True)
    following = f"{result.id}:{result.above}"
    steps = plan([Goal(result.id, result.above)]).steps
    if foreign := [step.capability for step in steps if step.capability in without]:
        says = f"{here} is what is there; {following} takes what a repository of this kind has not"
        return Proposed(here, f"{says} ({', '.join(foreign)})", holds=True)
    if large := [step.capability for step in steps if step.effort == TOO_LARGE]:
        says = f"{here} is what is there; {following} takes large steps ({', '.join(large)}) and comes next"
        return Proposed(here, says, following, steps, holds=True)
    return Proposed(following, f"{following} is one step up from level {result.level}", following, steps)
