"""The level that a repository's capabilities reach under a maturity model, and what is missing for the next one.

A level is reached when every central criterion that a repository can show, of it and of all levels below, is met.
Supporting criteria never hold a level back: they show progress, and come up again in the plan. Nothing is assumed
from absence of trouble, so that an empty repository stands at the floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from mlripe.assessment import CapabilityResult, CriterionResult, ModelResult, Step
from mlripe.catalog.needs import in_words, lacking, meets, parse, proving
from mlripe.catalog.shapes import Capability, Criterion, MaturityModel
from mlripe.evidence import Evidence, Strength

__all__ = ["evaluate"]

EFFORTS: Final[Mapping[str, int]] = {"small": 1, "medium": 2, "large": 4}
USUAL_EFFORT: Final = "medium"
MOST_EVIDENCE: Final = 5  # a criterion names its best proofs; the capability itself lists them all


def evaluate(
    model: MaturityModel,
    capabilities: Mapping[str, CapabilityResult],
    applies: str | None = None,
    about: Mapping[str, Capability] | None = None,
) -> ModelResult:
    """What `capabilities` amount to under `model`.

    `applies` is the sentence that says why the model does not apply to this repository (it has no machine learning
    in it), None where it applies. `about` tells each capability's effort, by which the nearest of several ways is
    chosen; without it all are alike.
    """
    if applies is not None:
        criteria = tuple(_unjudged(criterion, "not-applicable") for criterion in model.criteria)
        return ModelResult(model.id, model.title, None, model.levels, applies, {}, criteria)
    strengths = {name: result.strength for name, result in capabilities.items()}
    criteria = tuple(_judged(criterion, capabilities, strengths, about or {}) for criterion in model.criteria)
    judged = tuple(criterion for criterion in criteria if criterion.status in ("met", "missing"))
    if not judged:
        why = "no criterion of this model can be seen in a repository; it takes a person's answers"
        return ModelResult(model.id, model.title, None, model.levels, why, {}, criteria)
    level = _reached(model, tuple(criterion for criterion in judged if criterion.central))
    dimensions = {}
    for dimension in model.dimensions:
        own = tuple(criterion for criterion in judged if criterion.dimension == dimension)
        if own:
            dimensions[dimension] = _reached_alone(model, own)
    why = _why(model, level, judged, strengths)
    steps = _steps(judged, _above(level, model.levels), about or {})
    return ModelResult(model.id, model.title, level, model.levels, why, dimensions, criteria, steps)


def _steps(
    criteria: Iterable[CriterionResult], following: int | None, about: Mapping[str, Capability]
) -> tuple[Step, ...]:
    """What to do for the level that follows: least effort first, and of equal effort what decides first."""
    steps: dict[str, Step] = {}
    for criterion in criteria:
        if criterion.level != following or criterion.status != "missing":
            continue
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


# --- one criterion ---------------------------------------------------------------------------------------------------


def _judged(
    criterion: Criterion,
    capabilities: Mapping[str, CapabilityResult],
    strengths: Mapping[str, Strength],
    about: Mapping[str, Capability],
) -> CriterionResult:
    if criterion.observable == "no" or not criterion.needs:
        return _unjudged(criterion, "not-observable")
    need = parse(criterion.needs)
    lacks = lacking(need, strengths, lambda name: EFFORTS[about[name].effort if name in about else USUAL_EFFORT])
    wanted = {name: Strength.none for name, _, _ in lacks} or proving(need, strengths)
    return CriterionResult(
        id=criterion.id,
        level=criterion.level,
        dimension=criterion.dimension,
        says=criterion.says,
        status="met" if meets(need, strengths) else "missing",
        central=criterion.weight == "central",
        needs=in_words(need),
        lacks=lacks,
        evidence=_strongest(wanted, capabilities),
    )


def _unjudged(criterion: Criterion, status: str) -> CriterionResult:
    return CriterionResult(
        id=criterion.id,
        level=criterion.level,
        dimension=criterion.dimension,
        says=criterion.says,
        status=status,
        central=criterion.weight == "central",
        needs=in_words(parse(criterion.needs)) if criterion.needs else "",
    )


def _strongest(wanted: Mapping[str, Strength], capabilities: Mapping[str, CapabilityResult]) -> tuple[Evidence, ...]:
    """The best proofs of the wanted capabilities, every capability's best before any one's second, strongest first."""
    columns = [
        [proof for proof in capabilities[name].evidence if proof.strength >= least][:MOST_EVIDENCE]
        for name, least in wanted.items()
        if name in capabilities
    ]
    ranked = [column[rank] for rank in range(MOST_EVIDENCE) for column in columns if rank < len(column)]
    return tuple(sorted(ranked[:MOST_EVIDENCE], key=lambda proof: -proof.strength))


# --- levels ----------------------------------------------------------------------------------------------------------


def _above(level: int | None, levels: Iterable[int]) -> int | None:
    return min((each for each in levels if level is not None and each > level), default=None)


def _reached(model: MaturityModel, central: tuple[CriterionResult, ...]) -> int:
    """The highest level up to which all central criteria are met. A level that has none cannot be earned."""
    floor, *rest = sorted(model.levels)
    for level in rest:
        deciding = [criterion for criterion in central if criterion.level == level]
        if not deciding or any(criterion.status == "missing" for criterion in deciding):
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
        met = sum(criterion.status == "met" for criterion in central or here)
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
            proofs = proving(parse(needs[each.id]), strengths)
            rests.append(_clause(each.says, (f"{name} {strengths[name].name}" for name in proofs)))
    following = _above(level, model.levels)
    lacks = [
        _clause(each.says, (f"{name} {now.name}, not {needed.name}" for name, now, needed in each.lacks))
        for each in central
        if each.level == following and each.status == "missing"
    ]
    reached = f"level {level}: " + ("; ".join(rests) or "the floor, where every repository starts")
    return reached + (f"; level {following} lacks: " + "; ".join(lacks) if lacks else "")


def _clause(says: str, because: Iterable[str]) -> str:
    """A criterion's sentence as part of another, with its reasons: a capital that only begins a word becomes small."""
    begins = says[0].lower() + says[1:] if says[1:2].islower() or says[1:2] == " " else says
    return f"{begins} ({', '.join(because)})"
