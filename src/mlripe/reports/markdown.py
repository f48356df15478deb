"""The report in GitHub-flavoured Markdown: a comment on a pull request, a job summary, or a page of a wiki.

The same input gives the same text, and its first line is always MARKER: by that a later run finds its comment again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mlripe.assessment import Assessment, CapabilityResult, CriterionResult, ModelResult, ProjectResult
from mlripe.evidence import Evidence, Strength
from mlripe.facts import Problem
from mlripe.maturity.plan import Plan
from mlripe.maturity.verdicts import Lost, Verdict
from mlripe.reports import Options, Told
from mlripe.reports.findings import findings
from mlripe.reports.markdown_text import code, details, link, proof, prose, table

__all__ = ["MARKER", "render"]

MARKER: Final = "<!-- mlripe -->"
STRENGTHS: Final = (
    "Declared: only named. Present: a person runs it. Automated: something else does. Enforced: its outcome decides."
)
MOST_RESTS: Final = 2
MOST_SEEN: Final = 3  # places of an anti-pattern
MOST_ROWS: Final = 40  # of problems, projects and criteria


def render(told: Told, options: Options) -> str:
    """A check's answers and what fell come first, then levels, what is missing, and the capabilities with a proof each.

    With `options.verbose` every proof.
    """
    assessment = told.assessment
    blocks = [
        [MARKER],
        _heading(told),
        *(_check(told) if told.verdicts else ()),
        _levels(told),
        _missing(told),
        _capabilities(told, options.verbose),
        _antipatterns(told),
        _plan(told.plan),
        _projects(assessment.projects),
        _stated(assessment),
        _unseen(assessment.models.values()),
        _problems(assessment.problems),
        _footer(assessment),
    ]
    return "".join(f"{line}\n" for block in blocks for line in block)


def _heading(told: Told) -> list[str]:
    repository = told.assessment.repository
    name = prose(repository.name)
    if told.verdicts:
        failed = sum(not verdict.holds for verdict in told.verdicts)
        outcome = f"**Failed**: {failed} of {len(told.verdicts)}" if failed else "**Passed**"
        return [f"## MLOps maturity of {name}", "", f"{outcome}.", ""]
    commit = f", commit {code(repository.commit[:12])}" if repository.commit else ""
    kind = f"{prose(repository.kind)}: {prose(repository.why_kind)}"
    return [f"## MLOps maturity of {name}", "", f"{kind}; {repository.files} files{commit}.", ""]


# --- a check ---------------------------------------------------------------------------------------------------------


def _check(told: Told) -> Iterator[list[str]]:
    rows = [(code(each.subject), _outcome(each), prose(each.says)) for each in told.verdicts]
    yield table(("Asked", "", "Found"), rows)
    fallen = [each for each in told.verdicts if each.kind == "kept" and not each.holds and each.lost]
    if fallen:
        yield ["### What fell", "", *(line for each in fallen for line in _fallen(each)), ""]


def _outcome(verdict: Verdict) -> str:
    if verdict.accepted:
        return "accepted gap"
    return "holds" if verdict.holds else "**fails**"


def _fallen(verdict: Verdict) -> Iterator[str]:
    yield f"- {prose(verdict.says)}"
    for lost in verdict.lost:
        yield f"  - {_by(lost)}: {proof(lost.proof)}"  # not linked: this commit does not have it


def _by(lost: Lost) -> str:
    return f"by the change of {code(lost.file)}" if lost.file else "by a change elsewhere"


def _linked(found: Evidence, told: Told) -> str:
    return proof(found, told.link(found.path, found.line))


# --- levels ----------------------------------------------------------------------------------------------------------


def _levels(told: Told) -> list[str]:
    rows = []
    for model in told.assessment.models.values():
        title = link(prose(model.title), model.source)
        rests = _rests_on(model, told) or [prose(model.why)]
        rows.append((title, _reached(model), "<br>".join([*rests, *_besides(model)])))
    return ["### Levels", "", *table(("Model", "Technical evidence for", "It rests on"), rows)] if rows else []


def _reached(model: ModelResult) -> str:
    points = "" if model.points is None else f"{model.points:g} of {model.most:g} points"
    if model.level is None:
        return points or "no level"
    level = f"**level {model.level}** of {max(model.levels)}: {prose(model.levels[model.level])}"
    parts = [level, *([points] if points else [])]
    if model.observed != model.level:
        parts.append(f"level {model.observed} by what the files show alone")
    if model.reachable != model.level:
        parts.append(f"level {model.reachable} if what no file shows were attested")
    return "<br>".join(parts)


def _rests_on(model: ModelResult, told: Told) -> list[str]:
    """The central criteria that decide the level, each with its strongest proof."""
    met = [c for c in model.criteria if c.central and c.level == model.level and c.status == "met" and c.evidence]
    return [f"{prose(each.says)}: {_linked(each.evidence[0], told)}" for each in met[:MOST_RESTS]]


def _besides(model: ModelResult) -> list[str]:
    """The strength of each dimension where the model is about those; what to know where its text is not published."""
    strengths = [f"{prose(d.title)}: {d.strength.name}" for d in model.dimensions.values() if d.strength is not None]
    stages = ["; ".join(strengths)] if strengths else []
    return [*stages, *([prose(model.note)] if model.fidelity == "structure-only" else [])]


def _missing(told: Told) -> list[str]:
    """What the findings are of: criteria up to a target that is not reached, or those of the next level."""
    wanted = {finding.rule for finding in findings(told)}
    rows = [
        (
            f"{prose(model.id)}{'' if model.points is not None else f' {each.level}'}",
            f"{prose(each.says)}{' (central)' if each.central else ''}",
            "<br>".join(_lacks(each)) or prose(each.needs),
            _linked(each.evidence[0], told) if each.evidence else "",
        )
        for model in told.assessment.models.values()
        for each in model.criteria
        if f"{model.id}/{each.id}" in wanted
    ]
    title = "What is missing" if told.verdicts else "What the next level lacks"
    lines = table(("For", "Not detected", "It takes", "Nearest"), rows[:MOST_ROWS])
    return [f"### {title}", "", *lines, *_more(rows)] if rows else []


def _lacks(criterion: CriterionResult) -> list[str]:
    return [f"{code(name)}: {_named(now)} → {needed.name}" for name, now, needed in criterion.lacks]


def _named(strength: Strength) -> str:
    return "not detected" if strength is Strength.none else strength.name


# --- capabilities ----------------------------------------------------------------------------------------------------


def _capabilities(told: Told, verbose: bool) -> list[str]:
    results = tuple(told.assessment.capabilities.values())
    shown = [each for each in results if each.strength >= Strength.present]
    rows = [(prose(each.area), code(each.id), each.strength.name, _strongest(each, told, verbose)) for each in shown]
    lines = table(("Area", "Capability", "Strength", "Proof"), rows)
    for title, strength in (("only declared", Strength.declared), ("not detected", Strength.none)):
        weak = [code(each.id) for each in results if each.strength == strength]
        lines += [f"{len(weak)} {title}: {', '.join(weak)}", ""] if weak else []
    return details(f"Capabilities: {len(shown)} of {len(results)} detected", lines)


def _strongest(result: CapabilityResult, told: Told, verbose: bool) -> str:
    shown = result.evidence if verbose else result.evidence[:1]
    return "<br>".join(_linked(each, told) for each in shown)


def _antipatterns(told: Told) -> list[str]:
    """What it looks like, where, and what to do."""
    lines = []
    for found in told.assessment.antipatterns:
        seen = found.evidence[:MOST_SEEN]
        places = ", ".join(link(code(f"{s.path}:{s.line}"), told.link(s.path, s.line)) for s in seen)
        lines.append(f"- **{prose(found.title)}**: {prose(found.remedy)}{f' ({places})' if places else ''}")
    return ["### Anti-patterns that it looks like", "", *lines, ""] if lines else []


# --- what to do, and what people state -------------------------------------------------------------------------------


def _plan(plan: Plan | None) -> list[str]:
    if plan is None or not plan.steps:
        return []
    goals = ", ".join(f"{prose(goal.model)} {goal.level}" for goal in plan.goals)
    lines = [f"### The way to {goals}", ""]
    for number, step in enumerate(plan.steps, 1):
        head = f"**{prose(step.title)}** ({code(step.capability)}, {prose(step.effort)})"
        lines.append(f"{number}. {head}: {_named(step.now)} → {step.needed.name}. {prose(step.how)}")
    return [*lines, ""]


def _projects(projects: tuple[ProjectResult, ...]) -> list[str]:
    rows = []
    for project in projects:
        levels = ", ".join(f"{prose(name)} {'-' if m.level is None else m.level}" for name, m in project.models.items())
        found = sum(result.strength >= Strength.present for result in project.capabilities.values())
        rows.append((code(project.path), levels, str(found)))
    lines = [*table(("Project", "Levels", "Capabilities"), rows[:MOST_ROWS]), *_more(rows)]
    return ["### Projects", "", *lines] if rows else []


def _stated(assessment: Assessment) -> list[str]:
    lines = []
    for each in assessment.attestations:
        strength = f" {each.strength.name}" if each.strength else ""
        who = f"{prose(each.by)}, {prose(each.on)}, until {prose(each.until)}; {prose(each.proof)}"
        lines.append(f"- {code(each.about)}{strength}, attested: {prose(each.reason)} ({who})")
    lines += [f"- {code(each.about)}, not applicable: {prose(each.reason)}" for each in assessment.exclusions]
    return ["### Stated by people, not seen in the files", "", *lines, ""] if lines else []


def _unseen(models: Iterable[ModelResult]) -> list[str]:
    lines = [
        f"- {code(f'{model.id}/{each.id}')}: {prose(each.says)}"
        for model in models
        for each in model.criteria
        if each.status == "not-observable"
    ]
    return details(f"Not observable in a repository, can be attested: {len(lines)}", lines) if lines else []


def _problems(problems: tuple[Problem, ...]) -> list[str]:
    rows = [f"- {code(f'{p.path}:{p.line}' if p.line else p.path)}: {prose(p.says)}" for p in problems]
    return details(f"Problems: {len(rows)}", [*rows[:MOST_ROWS], *_more(rows)]) if rows else []


def _more(rows: Sequence[object]) -> list[str]:
    return [f"and {len(rows) - MOST_ROWS} more", ""] if len(rows) > MOST_ROWS else []


def _footer(assessment: Assessment) -> list[str]:
    added = "".join(f", {code(name)}" for name in assessment.additions)
    return [f"<sub>Judged by mlripe's catalogue {code(assessment.catalogue[:12])}{added}. {STRENGTHS}</sub>"]
