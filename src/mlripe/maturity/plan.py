"""The shortest way up: which capabilities must reach which strength for a level, in what order, and from what.

Of all ways to meet the missing central criteria the one with the least work in sum is taken, and what has to be there
first (`after` in rules/capabilities.yaml) is added to it. The next level comes before those above it, in a level what
others stand on before those, then the least effort.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Final

from mlripe.assessment import Assessment, CriterionResult, ModelResult
from mlripe.catalog import Catalog
from mlripe.catalog.needs import Need, parse, wanting, without
from mlripe.catalog.schema import Capability, Criterion, MaturityModel
from mlripe.detection.near_misses import shown_by
from mlripe.evidence import Evidence, Strength
from mlripe.maturity.attestations import Statements
from mlripe.maturity.cheapest_way import cheapest
from mlripe.maturity.criteria import EFFORTS
from mlripe.maturity.explain import strengths_of

__all__ = ["Goal", "Plan", "PlannedStep", "Reason", "Tool", "next_goals", "planned"]

MOST_TOOLS: Final = 4
MOST_PROOFS: Final = 3
_WORD: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


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
class Tool:
    """Something to do a step with; `used`: this repository uses it already."""

    name: str
    homepage: str
    used: bool


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One capability to bring to a strength. `stage` counts levels from the one reached: 1 is the next.

    `satisfied_by` says what evidence would do; `builds_on` is what is there of it already.
    """

    capability: str
    title: str
    stage: int
    now: Strength
    needed: Strength
    effort: str
    why: str
    how: str
    satisfied_by: str
    reasons: tuple[Reason, ...]
    after: tuple[str, ...] = ()
    builds_on: tuple[Evidence, ...] = ()
    tools: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The way to the goals. `further`: supporting criteria on the way that are missing, worth it but not needed.

    `unseen` are criteria on the way that no file shows, which only an attestation can meet.
    """

    goals: tuple[Goal, ...]
    models: Mapping[str, ModelResult]
    steps: tuple[PlannedStep, ...]
    further: tuple[Reason, ...] = ()
    unseen: tuple[Reason, ...] = ()


def next_goals(assessment: Assessment) -> list[Goal]:
    """The next level of each judged model that gives one and has one."""
    return [Goal(name, result.above) for name, result in assessment.models.items() if result.above is not None]


def planned(catalog: Catalog, assessment: Assessment, goals: Sequence[Goal]) -> Plan:
    """The plan from an assessment to all of the goals."""
    used = _used(assessment)
    statements = Statements.of(assessment.attestations, assessment.exclusions)
    strengths = statements.raised({name: result.strength for name, result in assessment.capabilities.items()})
    results = {goal.model: assessment.models[goal.model] for goal in goals}
    open_: list[tuple[MaturityModel, CriterionResult]] = []
    beside: list[tuple[MaturityModel, CriterionResult]] = []
    for goal in goals:
        model, result = catalog.models[goal.model], results[goal.model]
        if result.level is not None and result.level < goal.level:
            open_ += ((model, each) for each in _deciding(model, result, goal.level))
            beside += ((model, each) for each in _supporting(model, result, goal.level))
    needs = [need for model, each in open_ if (need := _need(model, each, statements)) is not None]
    spared = dict.fromkeys(statements.excluded, Strength.enforced)  # no step is there only to stand on what is excluded
    way = cheapest(needs, {**strengths, **spared}, catalog.capabilities) if needs else {}
    reasons = {name: tuple(_reasons(name, open_)) for name in way}
    steps = [
        PlannedStep(
            name,
            catalog.capabilities[name].title,
            min((each.level - (results[each.model].level or 0) for each in reasons[name]), default=1),
            strengths.get(name, Strength.none),
            needed,
            catalog.capabilities[name].effort,
            catalog.capabilities[name].why.strip(),
            _advice(
                catalog.capabilities[name],
                strengths.get(name, Strength.none),
                needed,
                any(proof.chain for proof in assessment.capabilities[name].evidence[:1]),
            ),
            strengths_of(catalog.capabilities[name])[needed.name],
            reasons[name],
            _first(catalog.capabilities[name], way),
            assessment.capabilities[name].evidence[:MOST_PROOFS],
            _tools(catalog, catalog.capabilities[name], used),
        )
        for name, needed in way.items()
    ]
    return Plan(
        tuple(goals),
        results,
        _ordered(steps, tuple(catalog.capabilities)),
        tuple(_reason(model, each) for model, each in beside if each.status == "missing"),
        tuple(_reason(model, each) for model, each in beside if each.status == "not-observable"),
    )


# --- what is to be met -----------------------------------------------------------------------------------------------


def _deciding(model: MaturityModel, result: ModelResult, level: int) -> Iterable[CriterionResult]:
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


def _supporting(model: MaturityModel, result: ModelResult, level: int) -> Iterable[CriterionResult]:
    if model.scoring == "points" or result.level is None:
        return ()
    now = result.level
    return (each for each in result.criteria if now < each.level <= level and not each.central)


def _need(model: MaturityModel, result: CriterionResult, statements: Statements) -> Need | None:
    """What meets a criterion whole, without what is excluded."""
    criterion = next(each for each in model.criteria if each.id == result.id)
    return without(parse(_most(criterion)), statements.excluded)


def _most(criterion: Criterion) -> Mapping[str, object]:
    return max(criterion.grades, key=lambda grade: grade.points).needs if criterion.grades else criterion.needs


def _reasons(name: str, open_: Iterable[tuple[MaturityModel, CriterionResult]]) -> Iterator[Reason]:
    for model, result in open_:
        criterion = next(each for each in model.criteria if each.id == result.id)
        if name in wanting(parse(_most(criterion))):
            yield _reason(model, result)


def _reason(model: MaturityModel, criterion: CriterionResult) -> Reason:
    return Reason(model.id, criterion.level, criterion.id, criterion.says)


# --- with what, and in which order -----------------------------------------------------------------------------------


def _advice(capability: Capability, now: Strength, needed: Strength, started: bool) -> str:
    """What to do: from nothing the capability's own advice, else what is left to do with what is there.

    The capability's own as well where something starts what is there, and it is no more than present all the same.
    """
    if now < Strength.present or (now is Strength.present and started):
        return capability.how.strip()
    takes = strengths_of(capability)
    if now is Strength.present and needed >= Strength.automated:
        says = f"It is there, and a person runs it. Let something start it: {takes['automated'].rsplit(': ', 1)[-1]}."
        return f"{says} Then let it decide: {takes['enforced']}." if needed is Strength.enforced else says
    return f"It runs by itself. Let it decide: {takes['enforced']}."


def _tools(catalog: Catalog, capability: Capability, used: frozenset[str]) -> tuple[Tool, ...]:
    """Tools for a capability: those that the repository uses, then those that its advice names."""
    able = [d for d in shown_by(catalog, capability.id) if d.homepage]
    advised = frozenset(_WORD.findall(capability.how.lower()))
    rows = [(d.id not in used, d) for d in able if d.id in used or d.id in advised or d.tool.lower() in advised]
    rows.sort(key=lambda row: (row[0], row[1].tool.lower()))
    return tuple(Tool(d.tool, d.homepage, not new) for new, d in rows[:MOST_TOOLS])


def _used(assessment: Assessment) -> frozenset[str]:
    """The ids of the detectors whose tools are in use, rather than only declared."""
    proofs = (proof for result in assessment.capabilities.values() for proof in result.evidence)
    return frozenset(proof.detector for proof in proofs if proof.strength >= Strength.present)


def _first(capability: Capability, way: Iterable[str]) -> tuple[str, ...]:
    """The capabilities of the way that have to be there before this one."""
    return tuple(name for name in wanting(parse(capability.after)) if name in way) if capability.after else ()


def _ordered(steps: Sequence[PlannedStep], order: Sequence[str]) -> tuple[PlannedStep, ...]:
    """The next level first; in it what others stand on, then the least effort, then the order of the life cycle."""
    by_name = {step.capability: step for step in steps}
    for step in sorted(steps, key=lambda each: each.stage):
        for name in step.after:  # what stands first belongs to the level that needs it
            if name in by_name and by_name[name].stage > step.stage:
                by_name[name] = replace(by_name[name], stage=step.stage)
    sorter = TopologicalSorter({name: [w for w in step.after if w in by_name] for name, step in by_name.items()})
    sorter.prepare()
    done: list[PlannedStep] = []
    ready: list[str] = []
    while sorter.is_active():
        ready += sorter.get_ready()
        ready.sort(key=lambda name: (by_name[name].stage, EFFORTS[by_name[name].effort], order.index(name)))
        name = ready.pop(0)
        done.append(by_name[name])
        sorter.done(name)
    return tuple(done)
