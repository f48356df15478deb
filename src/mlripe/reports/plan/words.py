"""Words of a plan that all of its formats share."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.evidence import Sighting, Strength, Unresolved
from mlripe.planning.plan import Plan, PlannedStep, Reason, Repair, Stage
from mlripe.problem_kinds import FaultKind

_MOST_PLACES = 3
_MOST_PROJECTS = 8
_FAULTS = frozenset(FaultKind)

__all__ = ["FOR_LATER", "ahead", "days", "edit", "from_to", "headline", "near", "question", "reason", "repaired"]

FOR_LATER = "the steps that follow: they stand on it"


def days(amount: float) -> str:
    """So many days of work."""
    return "half a day" if amount == 0.5 else "1 day" if amount == 1 else f"{amount:g} days"


def from_to(step: PlannedStep) -> str:
    """The strength now, and the one that the step gives."""
    now = "not found" if step.now is Strength.none else step.now.name
    return f"{now} -> {step.needed.name}"


def edit(step: PlannedStep) -> str:
    """Which file to edit or to create; "" where the step names none."""
    if not step.edit:
        return ""
    return f"{'create' if step.creates else 'edit'} {step.edit}{f':{step.at}' if step.at and not step.creates else ''}"


def near(place: Unresolved | Sighting) -> str:
    """What may do the step already, and could not be followed."""
    return f"{place.path}:{place.line} may do this already ({place.says}): confirm it, or attest it"


def question(place: Unresolved) -> str:
    """A place on which the level hangs."""
    return f"{place.path}:{place.line}: {place.says}"


def repaired(repair: Repair) -> list[str]:
    """The lines to mend, the first few of them, with what stands there."""
    seen = [f"{each.path}:{each.line}" if each.line else each.path for each in repair.places]
    says = [f"{place} ({_plain(each.says)})" for place, each in zip(seen, repair.places, strict=True)]
    more = len(seen) - _MOST_PLACES
    return [*says[:_MOST_PLACES], *([f"and {more} more"] if more > 0 else [])]


def _plain(says: str) -> str:
    """What stands there; the id of a kind of fault in words."""
    kind, _, what = says.partition(": ")
    return f"{kind.replace('-', ' ')} {what}" if what and kind in _FAULTS else says


def reason(given: Reason) -> str:
    """A criterion, with its model and level."""
    return f"{given.model} {given.level}: {given.says}" if given.level else f"{given.model}: {given.says}"


def ahead(stage: Stage) -> str:
    """How much work a stage is, and how long such a way usually takes."""
    count = "1 step" if len(stage.steps) == 1 else f"{len(stage.steps)} steps"
    usual = f"; teams usually take {stage.months} months for such a level" if stage.months else ""
    return f"{count}, about {days(stage.days)} of work on files{usual}"


def _projects(plan: Plan) -> str:
    named = [("the rest" if path == "." else path, level) for path, level in plan.projects[:_MOST_PROJECTS]]
    told = [f"{path} {'none' if level is None else level}" for path, level in named]
    more = len(plan.projects) - len(told)
    return ", ".join([*told, *([f"and {more} more"] if more > 0 else [])])


def _now(plan: Plan) -> Iterator[str]:
    """The level at which it is."""
    for result in plan.models.values():
        if result.level is not None:
            highest = ", the highest" if result.above is None else ""
            yield f"Now it is at level {result.level}{highest}: {result.levels[result.level]}."
    if plan.projects:
        yield f"It holds {len(plan.projects)} projects, each with a level of its own: {_projects(plan)}."


def headline(plan: Plan) -> list[str]:
    """What the plan leads to, where somebody asked for levels; else what such a repository climbs."""
    if plan.says:
        return [plan.says, *_now(plan)]
    lines = []
    for goal in plan.goals:
        result = plan.models[goal.model]
        about = result.levels.get(goal.level, "not applicable by the settings, which exclude what decides it")
        title = f"{result.title}: level {goal.level}, {about}"
        if result.level is None:
            lines.append(f"{title}: {result.why}")
        elif result.level >= goal.level:
            lines.append(f"{title}: reached")
        else:
            lines.append(f"{title}, from level {result.level}")
    return lines
