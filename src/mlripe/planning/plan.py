"""What a plan is: what to confirm, what to mend, and the steps to the next levels with what to write and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mlripe.assessment import ModelResult
from mlripe.evidence import Evidence, Sighting, Strength, Unresolved

__all__ = ["Goal", "Plan", "PlannedStep", "Reason", "Repair", "Stage"]

MOST_NOW: Final = 5  # steps that are told as those to begin with


@dataclass(frozen=True, slots=True)
class Goal:
    """A level to reach under a model."""

    model: str
    level: int


@dataclass(frozen=True, slots=True)
class Reason:
    """A criterion that a step serves."""

    model: str
    level: int
    criterion: str
    says: str


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One capability to bring to a strength.

    `how` is what to do, `edit` the file to edit (`creates`: to create) at the line `at`, `snippet` what to write there.
    `why` is what goes wrong without it; `done` what mlripe then sees. `near` are places that may do
    this already, though no proof shows it: look there first. `builds_on` is what is there of it.
    """

    capability: str
    title: str
    now: Strength
    needed: Strength
    days: float
    effort: str
    why: str
    how: str
    done: str
    reasons: tuple[Reason, ...] = ()
    after: tuple[str, ...] = ()
    builds_on: tuple[Evidence, ...] = ()
    near: tuple[Unresolved | Sighting, ...] = ()
    advice: str = ""  # the id of the advice; "" for the capability's own sentence
    edit: str = ""
    at: int = 0
    snippet: str = ""
    creates: bool = False
    stage: int = 1  # 1 is the next level, or what comes before it


@dataclass(frozen=True, slots=True)
class Repair:
    """Something to mend: problems of one kind that the same remedy mends, with all of their lines.

    `later`: it can wait until the first steps are done.
    """

    problem: str  # the id of the kind
    title: str
    severity: str
    why: str
    how: str
    places: tuple[Sighting, ...]
    later: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """The steps that lead to one level; `goal` is None for practices that lead to none. `months` as its source says."""

    title: str
    steps: tuple[PlannedStep, ...]
    goal: Goal | None = None
    months: str = ""
    source: str = ""

    @property
    def days(self) -> float:
        """The work of all of its steps."""
        return sum(step.days for step in self.steps)


@dataclass(frozen=True, slots=True)
class Plan:
    """The way. `says` is what this repository climbs and why; `questions` are places to look at first.

    `repairs` are what to mend: what does harm, cannot work or misleads as it is committed. `unseen` are criteria on
    the way that no file shows, which only an attestation can meet. `jumping` is what is said of a way of several
    levels.
    """

    goals: tuple[Goal, ...]
    models: Mapping[str, ModelResult]
    stages: tuple[Stage, ...]
    says: str = ""
    questions: tuple[Unresolved, ...] = ()
    repairs: tuple[Repair, ...] = ()
    unseen: tuple[Reason, ...] = ()
    jumping: str = ""
    projects: tuple[tuple[str, int | None], ...] = ()  # of a repository that holds several, with the level of each

    @property
    def steps(self) -> tuple[PlannedStep, ...]:
        """The steps of all stages, in order."""
        return tuple(step for stage in self.stages for step in stage.steps)

    @property
    def mended_first(self) -> tuple[Repair, ...]:
        """What to mend before any step."""
        return tuple(each for each in self.repairs if not each.later)

    @property
    def mended_later(self) -> tuple[Repair, ...]:
        """What to mend after the first steps."""
        return tuple(each for each in self.repairs if each.later)

    @property
    def first(self) -> tuple[PlannedStep, ...]:
        """Those to begin with."""
        return self.stages[0].steps[:MOST_NOW] if self.stages else ()
