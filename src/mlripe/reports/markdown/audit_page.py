"""What an audit's page of a wiki has beyond a comment: each model whole, the map, every capability with its proofs,
the road map with its reasons, lines to attest, and how it was judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mlripe.assessment import (
    CapabilityResult,
    CriterionResult,
    DimensionResult,
    ModelResult,
    ProblemResult,
    Suppressed,
)
from mlripe.evidence import Evidence, Strength
from mlripe.planning.plan import Plan
from mlripe.reports import Told, view
from mlripe.reports.markdown.text import code, details, link, linked, named, prose, sentence, table
from mlripe.reports.plan.markdown import repair_lines, step_lines
from mlripe.reports.plan.words import ahead, headline, question

__all__ = ["attesting", "capabilities", "judged", "models", "problems", "projects", "road", "steps"]


# --- levels ----------------------------------------------------------------------------------------------------------


def models(told: Told) -> Iterator[list[str]]:
    """Each model with its dimensions and every criterion, folded."""
    for model in told.assessment.models.values():
        lines = [f"{view.counts(model).capitalize()}. {_text(model)}", ""]
        lines += [prose(model.note), ""] if model.note else []
        lines += table(("Dimension", "By itself"), [(prose(d.title), _far(d)) for d in model.dimensions.values()])
        for title, criteria in view.groups(model):
            rows = [_criterion(each, model, told) for each in criteria]
            lines += [f"**{prose(title)}**", "", *table(("Criterion", "Status", "Needs", "What there is"), rows)]
        yield details(f"{model.title}: every criterion", lines)


def _text(model: ModelResult) -> str:
    fidelity = f" ({prose(model.fidelity)})" if model.fidelity else ""
    return f"{link('The published model', model.source)}{fidelity}." if model.source else ""


def _far(dimension: DimensionResult) -> str:
    parts = []
    if dimension.points is not None:
        parts.append(f"{dimension.points:g} of {dimension.most or 0:g} points")
    if dimension.level is not None:
        parts.append(f"level {dimension.level}")
    if dimension.strength is not None:
        parts.append(named(dimension.strength))
    return ", ".join(parts) or "not judged"


def _criterion(criterion: CriterionResult, model: ModelResult, told: Told) -> tuple[str, ...]:
    points = "" if model.points is None else f", {criterion.points:g} of {criterion.most:g}"
    says = f"{prose(criterion.says)}{' (central)' if criterion.central else ''}"
    seen = linked(criterion.evidence[0], told) if criterion.evidence else ""
    return says, f"{view.status(criterion)}{points}", prose(criterion.needs), seen


# --- capabilities ----------------------------------------------------------------------------------------------------


def capabilities(told: Told, verbose: bool) -> Iterator[list[str]]:
    """The map, a row an area; then each area's capabilities with their proofs, folded."""
    known = told.assessment.capabilities
    areas = view.areas(known)
    order = sorted(Strength, reverse=True)
    rows = [
        (
            prose(area or "other"),
            *(", ".join(_titled(each, told) for each in found if each.strength == strength) for strength in order),
        )
        for area, found in areas
    ]
    yield [f"### Capabilities: {view.detected(known.values())} of {len(known)} detected", ""]
    yield table(("Area", *map(named, order)), rows)
    for area, found in areas:
        lines = [line for each in found for line in _capability(each, told, verbose)]
        yield details(f"{area or 'other'}: {view.detected(found)} of {len(found)}, with proofs", lines)


def _titled(result: CapabilityResult, told: Told) -> str:
    """A capability's title, and what people state of it."""
    attested = view.by_subject(told.assessment.attestations).get(result.id)
    said = f" (attested {attested.strength.name})" if attested else ""
    if result.id in view.by_subject(told.assessment.exclusions):
        said = " (not applicable)"
    return f"{prose(view.title(told, result.id))}{said}"


def _capability(result: CapabilityResult, told: Told, verbose: bool) -> Iterator[str]:
    about = told.capabilities.get(result.id)
    yield f"#### {prose(view.title(told, result.id))}: {named(result.strength)}"
    yield ""
    if about:
        yield f"{sentence(about.what)} {sentence(about.why)} {link('Source', about.source.strip())} ({code(result.id)})"
        yield ""
    shown = result.evidence if verbose else result.evidence[: view.MOST_PROOFS]
    for number, found in enumerate(shown):
        yield from _proof(found, told, whole=verbose or not number)
    if len(result.evidence) > len(shown):
        yield f"- and {len(result.evidence) - len(shown)} more (`--verbose`)"
    if about and result.strength < Strength.present:
        yield f"- looked for: {sentence(about.recognised)}"
        yield f"- how to get it ({prose(about.effort)} effort): {sentence(about.how)}"
    yield ""


def _proof(found: Evidence, told: Told, whole: bool) -> Iterator[str]:
    note = f" ({prose(found.note)})" if found.note else ""
    by = f", seen by {prose(found.detector)}" if found.detector else ""
    yield f"- {named(found.strength)}: {_place(found.path, found.line, told)} {code(found.says)}{note}{by}"
    if found.chain and not whole:
        hops = f", {len(found.chain)} hops to here" if len(found.chain) > 1 else ""
        yield f"  - started by {code(found.chain[0].says)}{hops}"
    for hop in found.chain if whole else ():
        yield f"  - {code(hop.says)} {_place(hop.path, hop.line, told)}"


def _place(path: str, line: int, told: Told) -> str:
    return link(code(f"{path}:{line}" if line else path), told.link(path, line))


def problems(told: Told) -> list[str]:
    """Each problem: what happens because of it, what to do, where it is seen, what is missing; and what is let be."""
    assessment = told.assessment
    lines = [line for each in assessment.problems for line in _problem(each, told)]
    left = [f"and {assessment.problems_left} more", ""] if assessment.problems_left else []
    let_be = [f"- {_let_be(each, told)}" for each in assessment.suppressed]
    head = ["### Problems", "", f"{view.by_severity(assessment.problems)}.".capitalize(), ""] if lines else []
    return [*head, *lines, *left, *details(f"Problems that are let be: {len(let_be)}", let_be)]


def _problem(found: ProblemResult, told: Told) -> Iterator[str]:
    yield f"#### {found.severity.capitalize()}: {prose(found.title)}"
    yield ""
    yield sentence(found.why)
    yield ""
    yield f"- remedy: {sentence(found.remedy)}"
    yield from (f"- seen at {_place(seen.path, seen.line, told)} {code(seen.says)}" for seen in found.evidence)
    yield from (f"- missing: {prose(lack)}" for lack in found.lacks)
    if found.hangs_on:
        yield f"- hangs on {prose(found.hangs_on)}"
    yield f"- kind: {code(found.id)}{'' if found.certainty == 'certain' else ', likely'}"
    if found.source:
        yield f"- source: {link(prose(found.source), found.source)}"
    yield ""


def _let_be(each: Suppressed, told: Told) -> str:
    by = "a comment" if each.by == "comment" else "the settings"
    return f"{code(each.id)} at {_place(each.path, each.line, told)}, by {by}: {prose(each.reason)}"


def projects(told: Told) -> Iterator[list[str]]:
    """What is detected in each project, with the strongest proof, folded."""
    for project in told.assessment.projects:
        found = [each for each in project.capabilities.values() if each.strength >= Strength.present]
        lines = [
            f"- {each.strength.name}: {prose(view.title(told, each.id))}"
            + (f" {linked(each.evidence[0], told)}" if each.evidence else "")
            for each in found
        ]
        yield details(f"{project.path}: {len(found)} capabilities", lines)


# --- what to do ------------------------------------------------------------------------------------------------------


def road(plan: Plan, told: Told) -> list[str]:
    """What to do first and what follows: a stage a level, each step with what to write and where."""
    lines = ["### Road map", "", *(f"{prose(says)}\n" for says in headline(plan))]
    lines += [f"- look first: {prose(question(place))}" for place in plan.questions]
    lines += ["", *repair_lines("Repair first", plan.mended_first)]
    number = 0
    for stage in plan.stages:
        lines += ["", f"#### {prose(stage.title)}", "", f"{prose(ahead(stage))}.", ""]
        for step in stage.steps:
            number += 1
            lines += step_lines(number, step)
    lines += ["", *repair_lines("Repair next", plan.mended_later)]
    return [*lines, plan.jumping, ""]


def steps(results: Iterable[ModelResult], told: Told) -> list[str]:
    """What is missing for the next levels, or for more points: for where no plan leads anywhere."""
    lines = []
    for number, step in enumerate(view.steps(results), 1):
        head = f"**{prose(view.title(told, step.capability))}** ({code(step.capability)}, {prose(step.effort)} effort)"
        lines.append(f"{number}. {head}: {named(step.now)} → {step.needed.name}. {sentence(step.how)}")
    return ["### Road map", "", *lines, ""] if lines else []


# --- what no file shows, and how it was judged -----------------------------------------------------------------------


def attesting(about: str) -> Sequence[str]:
    """Lines to copy, by which somebody attests what no file shows; `about` is the first such thing."""
    return [
        "", "To attest one, fill in a copy of these lines in `pyproject.toml`; in `mlripe.toml` without `tool.mlripe.`",
        "in the heading. What is done elsewhere - by another repository, a platform, people - is attested in the same",
        "way, with the capability's name and a `strength`.", "", "```toml", *view.attestation(about), "```",
    ]  # fmt: skip


def judged() -> list[str]:
    """What the strengths mean, and what decides a level."""
    meanings = [f"- **{strength.name}**: {means}" for strength, means in view.MEANINGS.items()]
    return [
        "### How it was judged", "",
        "mlripe takes no tool's name for a practice. A detector says what a file shows; the wiring, from a trigger",
        "down to the line, says how strong that is:", "", *meanings, "",
        "A level is reached when all central criteria up to it are met; a dimension is judged by itself and decides",
        "nothing. Criteria that no file can show are counted apart.", "",
    ]  # fmt: skip
