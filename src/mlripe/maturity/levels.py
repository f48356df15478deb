"""What a repository's capabilities amount to under a maturity model.

A level is reached when every central criterion that a repository can show, of it and of all levels below, is met.
Supporting criteria never hold a level back: they show progress, and come up again in the plan. Nothing is assumed
from absence of trouble, so that an empty repository stands at the floor. A level whose central criteria are all
excluded by the repository's settings is passed over. Where a model gives points instead
(`points.py`), its level is what they exceed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from mlripe.assessment import CapabilityResult, CriterionResult, DimensionResult, ModelResult, level_above
from mlripe.catalog.needs import parse, proving, strength_of
from mlripe.catalog.schema import Capability, MaturityModel
from mlripe.evidence import Strength
from mlripe.maturity.attestations import Statements
from mlripe.maturity.criteria import Judge, unjudged
from mlripe.maturity.points import exceeded, total
from mlripe.maturity.steps import further_steps, steps_to

__all__ = ["evaluate", "of_projects"]

_COUNTED = ("met", "attested", "missing")
_DONE = ("met", "attested")


def evaluate(
    model: MaturityModel,
    capabilities: Mapping[str, CapabilityResult],
    applies: str | None = None,
    about: Mapping[str, Capability] | None = None,
    statements: Statements | None = None,
    could_be: Mapping[str, Strength] | None = None,
    history: bool = False,
) -> ModelResult:
    """What `capabilities` amount to under `model`, and at most if they were as strong as they `could_be`.

    `applies` is the sentence that says why the model does not apply to this repository (it has no machine learning
    in it), None where it applies. `about` tells each capability's effort, by which the nearest of several ways is
    chosen; without it all are alike. `statements` are what people say of it; `history`: it has commits.
    """
    if applies is not None:
        return _without_level(model, applies, tuple(unjudged(each, "not-applicable") for each in model.criteria))
    result = _judged(model, capabilities, about, statements, history)
    most = replace(result, if_followed=result.level)
    raised = _raised(capabilities, could_be or {})
    if result.level is None or result.reachable is None or not raised:
        return most
    higher = _judged(model, {**capabilities, **raised}, about, statements, history)
    reachable = max(result.reachable, higher.reachable or 0)
    return replace(most, if_followed=max(result.level, higher.level or 0), reachable=reachable)


def _raised(
    capabilities: Mapping[str, CapabilityResult], could_be: Mapping[str, Strength]
) -> dict[str, CapabilityResult]:
    """The capabilities that could be stronger, as strong as they could be."""
    could = {name: strength for name, strength in could_be.items() if name in capabilities}
    return {n: replace(capabilities[n], strength=s) for n, s in could.items() if s > capabilities[n].strength}


def _judged(
    model: MaturityModel,
    capabilities: Mapping[str, CapabilityResult],
    about: Mapping[str, Capability] | None,
    statements: Statements | None,
    history: bool,
) -> ModelResult:
    judge = Judge(model, capabilities, about or {}, statements or Statements(), history)
    criteria = tuple(judge.result(criterion) for criterion in model.criteria)
    if not any(criterion.status in _COUNTED for criterion in criteria):
        why = "no criterion of this model can be seen in a repository; it takes a person's answers"
        return _without_level(model, why, criteria)
    if model.scoring == "points":
        return _by_points(model, criteria, judge, about or {})
    return _by_levels(replace(model, levels=_applicable(model, criteria)), criteria, judge, about or {})


def _applicable(model: MaturityModel, criteria: Iterable[CriterionResult]) -> dict[int, str]:
    """The levels less those that nothing decides here, since all their central criteria are excluded.

    Such a level is passed over: it is neither in the way nor reached by what is not there.
    """
    central = [criterion for criterion in criteria if criterion.central]
    excluded = {c.level for c in central if c.status == "not-applicable"}
    deciding = {c.level for c in central if c.status != "not-applicable"}
    return {level: title for level, title in model.levels.items() if level not in excluded - deciding}


def of_projects(result: ModelResult, model: MaturityModel, projects: Mapping[str, ModelResult]) -> ModelResult:
    """A repository's `result`, where the model goes by the average of several projects (by path) rather than by all.

    The project in the middle, of two the lower one, then stands for the repository.
    """
    ranked = sorted((rank, path) for path, each in projects.items() if (rank := _rank(each)) is not None)
    if model.projects != "median" or not ranked or _rank(result) is None:
        return result
    _, path = ranked[(len(ranked) - 1) // 2]
    listed = ", ".join(f"{name} {rank:g}" for rank, name in ranked)
    middle = projects[path]
    return replace(middle, why=f"the median of its projects ({listed}) is that of {path}: {middle.why}")


def _rank(result: ModelResult) -> float | None:
    return result.level if result.points is None else result.points


def _without_level(model: MaturityModel, why: str, criteria: tuple[CriterionResult, ...]) -> ModelResult:
    return ModelResult(
        model.id,
        model.title,
        None,
        model.levels,
        why,
        criteria=criteria,
        source=model.source,
        fidelity=model.fidelity,
        note=model.note,
    )


# --- levels ----------------------------------------------------------------------------------------------------------


def _by_levels(
    model: MaturityModel, criteria: tuple[CriterionResult, ...], judge: Judge, about: Mapping[str, Capability]
) -> ModelResult:
    judged = tuple(criterion for criterion in criteria if criterion.status in _COUNTED)
    level = _reached(model, judged, lambda c: c.status in _DONE)
    return ModelResult(
        model.id,
        model.title,
        level,
        model.levels,
        _why(model, level, judged, judge.strengths),
        _dimensions(model, judged, judge),
        criteria,
        steps_to(judged, level_above(level, model.levels), about),
        observed=_reached(model, judged, lambda c: c.status == "met"),
        reachable=_reached(model, judged, lambda c: c.status in _DONE or c.observable != "yes"),
        source=model.source,
        fidelity=model.fidelity,
        note=model.note,
    )


def _dimensions(
    model: MaturityModel, judged: tuple[CriterionResult, ...], judge: Judge
) -> Mapping[str, DimensionResult]:
    found = {}
    for dimension, title in model.dimensions.items():
        own = tuple(criterion for criterion in judged if criterion.dimension == dimension)
        if own:
            strength = _strongest_in(model, dimension, judge) if model.strengths else None
            found[dimension] = DimensionResult(title, level=_reached_alone(model, own), strength=strength)
    return found


def _strongest_in(model: MaturityModel, dimension: str, judge: Judge) -> Strength:
    """How far the furthest of a dimension's criteria has got."""
    asked = [parse(c.needs) for c in model.criteria if c.dimension == dimension and c.needs]
    return max((strength_of(need, judge.strengths) for need in asked), default=Strength.none)


def _reached(model: MaturityModel, judged: tuple[CriterionResult, ...], done: Callable[[CriterionResult], bool]) -> int:
    """The highest level up to which all central criteria are done. A level that has none cannot be earned."""
    floor, *rest = sorted(model.levels)
    for level in rest:
        deciding = [criterion for criterion in judged if criterion.central and criterion.level == level]
        if not deciding or not all(done(criterion) for criterion in deciding):
            break
        floor = level
    return floor


def _reached_alone(model: MaturityModel, own: tuple[CriterionResult, ...]) -> int:
    """The level of one dimension by itself: its central criteria decide, or most of its supporting ones if it has none.

    A level about which the dimension says nothing is passed over, and is only reached with a higher one.
    """
    floor, *rest = sorted(model.levels)
    for level in rest:
        here = [criterion for criterion in own if criterion.level == level]
        central = [criterion for criterion in here if criterion.central]
        met = sum(criterion.status in _DONE for criterion in central or here)
        if met < len(central) or 2 * met <= len(central or here) != 0:
            break
        if here:
            floor = level
    return floor


def _why(
    model: MaturityModel, level: int, judged: tuple[CriterionResult, ...], strengths: Mapping[str, Strength]
) -> str:
    """One sentence: what the level rests on, and what the next one lacks."""
    central = [each for each in judged if each.central]
    needs = {criterion.id: criterion.needs for criterion in model.criteria}
    rests = []
    for each in central:
        if each.level == level:
            proofs = proving(parse(needs[each.id]), strengths) if needs[each.id] else {}
            rests.append(_clause(each.says, [f"{name} {strengths[name].name}" for name in proofs] or ["attested"]))
    following = level_above(level, model.levels)
    lacks = [
        _clause(each.says, [f"{name} {now.name}, not {needed.name}" for name, now, needed in each.lacks])
        for each in central
        if each.level == following and each.status == "missing"
    ]
    reached = f"level {level}: " + ("; ".join(rests) or "the floor, where every repository starts")
    return reached + (f"; level {following} lacks: " + "; ".join(lacks) if lacks else "")


def _clause(says: str, because: Iterable[str]) -> str:
    """A criterion's sentence as part of another, with its reasons: a capital that only begins a word becomes small."""
    begins = says[0].lower() + says[1:] if says[1:2].islower() or says[1:2] == " " else says
    return f"{begins} ({', '.join(because)})"


# --- points ----------------------------------------------------------------------------------------------------------


def _by_points(
    model: MaturityModel, criteria: tuple[CriterionResult, ...], judge: Judge, about: Mapping[str, Capability]
) -> ModelResult:
    points, most = total(model, criteria), total(model, criteria, lambda c: c.most)
    observed = total(model, criteria, lambda c: 0 if c.status == "attested" else c.points)
    reachable = total(model, criteria, lambda c: c.points if c.observable == "yes" else c.most)
    level = exceeded(model, points.value)
    return ModelResult(
        model.id,
        model.title,
        level,
        model.levels,
        points.why,
        {
            name: DimensionResult(title, points=points.parts[name], most=most.parts[name])
            for name, title in model.dimensions.items()
        },
        criteria,
        further_steps((c for c in criteria if c.dimension in points.raised_by), about),
        observed=exceeded(model, observed.value),
        reachable=exceeded(model, reachable.value),
        points=points.value,
        most=most.value,
        source=model.source,
        fidelity=model.fidelity,
        note=model.note,
    )
