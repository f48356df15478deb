"""The report in GitHub-flavoured Markdown: a comment on a pull request, a job summary, or a page of a wiki.

The same input gives the same text, and its first line is always MARKER: by that a later run finds its comment again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from mlripe.assessment import Assessment, CapabilityResult, CriterionResult, ModelResult, ProjectResult
from mlripe.evidence import Strength
from mlripe.facts import ReadFault
from mlripe.maturity.verdicts import Lost, Verdict
from mlripe.planning.plan import Plan
from mlripe.reports import Options, Told, view
from mlripe.reports.machine.findings import findings
from mlripe.reports.markdown.text import code, details, link, linked, named, proof, prose, sentence, table
from mlripe.reports.plan.words import days
from mlripe.reports.terminal.read_faults import by_words, where

__all__ = ["MARKER", "render"]

MARKER: Final = "<!-- mlripe -->"
STRENGTHS: Final = (
    "Declared: only named. Present: a person runs it. Automated: something else does. Enforced: its outcome decides."
)
MOST_RESTS: Final = 2
MOST_SEEN: Final = 3  # places of a problem
MOST_ROWS: Final = 40  # of read faults, projects and criteria


def render(told: Told, options: Options) -> str:
    """A check's answers and what fell come first, then levels, what is missing, and the capabilities with a proof each.

    A check's report is short, to be a comment; an audit's has what the HTML page has, to be a page of a wiki. With
    `options.verbose` every proof.
    """
    blocks = _comment(told, options.verbose) if told.verdicts else _page(told, options.verbose)
    return "".join(f"{line}\n" for block in blocks for line in block)


def _comment(told: Told, verbose: bool) -> Iterator[list[str]]:
    assessment = told.assessment
    yield [MARKER]
    yield _heading(told)
    yield from _check(told)
    yield _levels(told)
    yield _problems(told)
    yield _unresolved_places(told)
    yield _missing(told)
    yield _capabilities(told, verbose)
    yield _plan(told.plan)
    yield _projects(assessment.projects)
    yield _statements(assessment)
    yield _unseen(assessment.models.values())
    yield _read_faults(assessment.read_faults)
    yield _footer(assessment)


def _page(told: Told, verbose: bool) -> Iterator[list[str]]:
    from mlripe.reports.markdown import audit_page as whole  # a comment needs none of it

    assessment, plan = told.assessment, told.plan
    results = assessment.models.values()
    yield [MARKER]
    yield _heading(told)
    yield _levels(told)
    yield whole.problems(told)
    yield _unresolved_places(told)
    yield _missing(told)
    yield from whole.models(told)
    yield from whole.capabilities(told, verbose)
    yield whole.road(plan, told) if plan and plan.steps else whole.steps(results, told)
    yield _projects(assessment.projects)
    yield from whole.projects(told)
    yield _statements(assessment)
    yield _unseen(results, whole.attesting)
    yield _read_faults(assessment.read_faults)
    yield whole.judged()
    yield _footer(assessment)


def _heading(told: Told) -> list[str]:
    repository = told.assessment.repository
    name = prose(repository.name)
    if told.verdicts:
        failed = sum(not verdict.holds for verdict in told.verdicts)
        outcome = f"**Failed**: {failed} of {len(told.verdicts)}" if failed else "**Passed**"
        return [f"## MLOps maturity of {name}", "", f"{outcome}.", ""]
    commit = f", commit {code(repository.commit[:12])}" if repository.commit else ""
    kind = f"{prose(repository.kind)}: {prose(repository.why_kind)}"
    aside = ", ".join(f"{prose(role)} {count}" for role, count in sorted(repository.set_aside.items()) if count)
    nothing = f" (of these prove nothing: {aside})" if aside else ""
    day = f", as of {prose(told.as_of)}" if told.as_of else ""
    return [f"## MLOps maturity of {name}", "", f"{kind}; {repository.files} files{nothing}{commit}{day}.", ""]


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
    parts += (f"level {part}" for part in view.interval_parts(model))
    return "<br>".join(parts)


def _rests_on(model: ModelResult, told: Told) -> list[str]:
    """The central criteria that decide the level, each with its strongest proof."""
    met = [c for c in model.criteria if c.central and c.level == model.level and c.status == "met" and c.evidence]
    return [f"{prose(each.says)}: {linked(each.evidence[0], told)}" for each in met[:MOST_RESTS]]


def _besides(model: ModelResult) -> list[str]:
    """The strength of each dimension where the model is about those; what to know where its text is not published."""
    strengths = [f"{prose(d.title)}: {d.strength.name}" for d in model.dimensions.values() if d.strength is not None]
    stages = ["; ".join(strengths)] if strengths else []
    return [*stages, *([prose(model.note)] if model.fidelity == "structure-only" else [])]


def _unresolved_places(told: Told) -> list[str]:
    """What could not be followed, folded, each place with what it could hide."""
    assessment = told.assessment
    rows = [
        f"- {link(code(where(each)), told.link(each.path, each.line))}: {prose(view.says(each))}"
        for each in assessment.unresolved
    ]
    left = [f"and {assessment.unresolved_left} more", ""] if assessment.unresolved_left else []
    return details(view.headline(assessment), [*rows, *left])


def _missing(told: Told) -> list[str]:
    """What the findings are of: criteria up to a target that is not reached, or those of the next level."""
    wanted = {finding.rule for finding in findings(told)}
    rows = [
        (
            f"{prose(model.id)}{'' if model.points is not None else f' {each.level}'}",
            f"{prose(each.says)}{' (central)' if each.central else ''}",
            "<br>".join(_lacks(each)) or prose(each.needs),
            linked(each.evidence[0], told) if each.evidence else "",
        )
        for model in told.assessment.models.values()
        for each in model.criteria
        if f"{model.id}/{each.id}" in wanted
    ]
    title = "What is missing" if told.verdicts else "What the next level lacks"
    lines = table(("For", "Not detected", "It takes", "Nearest"), rows[:MOST_ROWS])
    return [f"### {title}", "", *lines, *_more(rows)] if rows else []


def _lacks(criterion: CriterionResult) -> list[str]:
    return [f"{code(name)}: {named(now)} → {needed.name}" for name, now, needed in criterion.lacks]


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
    return "<br>".join(linked(each, told) for each in shown)


def _problems(told: Told) -> list[str]:
    """What is wrong, where, and what to do: a line each, as many as a comment has room for."""
    lines = []
    for found in told.assessment.problems:
        seen = found.evidence[:MOST_SEEN]
        places = ", ".join(link(code(f"{s.path}:{s.line}"), told.link(s.path, s.line)) for s in seen)
        title = f"**{found.severity.capitalize()}: {prose(found.title)}**"
        lines.append(f"- {title}: {prose(found.remedy)}{f' ({places})' if places else ''}")
    let_be = len(told.assessment.suppressed)
    shown = [*lines[:MOST_ROWS], *_more(lines), *([f"- {let_be} let be, with a reason"] if let_be else [])]
    return ["### Problems", "", *shown, ""] if shown else []


# --- what to do, and what people state -------------------------------------------------------------------------------


def _plan(plan: Plan | None) -> list[str]:
    if plan is None or not plan.steps:
        return []
    lines = ["### What to do first", ""]
    for number, step in enumerate(plan.first, 1):
        head = f"**{prose(step.title)}** ({prose(days(step.days))})"
        lines.append(f"{number}. {head}: {named(step.now)} → {step.needed.name}. {sentence(step.how)}")
    return [*lines, ""]


def _projects(projects: tuple[ProjectResult, ...]) -> list[str]:
    rows = []
    for project in projects:
        levels = ", ".join(f"{prose(name)} {'-' if m.level is None else m.level}" for name, m in project.models.items())
        found = sum(result.strength >= Strength.present for result in project.capabilities.values())
        rows.append((code(project.path), levels, str(found)))
    lines = [*table(("Project", "Levels", "Capabilities"), rows[:MOST_ROWS]), *_more(rows)]
    return ["### Projects", "", *lines] if rows else []


def _statements(assessment: Assessment) -> list[str]:
    lines = []
    for each in assessment.attestations:
        strength = f" {each.strength.name}" if each.strength else ""
        who = f"{prose(each.by)}, {prose(each.on)}, until {prose(each.until)}; {prose(each.proof)}"
        lines.append(f"- {code(each.about)}{strength}, attested: {prose(each.reason)} ({who})")
    lines += [f"- {code(each.about)}, not applicable: {prose(each.reason)}" for each in assessment.exclusions]
    return ["### Stated by people, not seen in the files", "", *lines, ""] if lines else []


def _unseen(models: Iterable[ModelResult], attesting: Callable[[str], Sequence[str]] = lambda _: ()) -> list[str]:
    unseen = [(f"{model.id}/{each.id}", each.says) for model, criteria in view.unseen(models) for each in criteria]
    lines = [f"- {code(about)}: {prose(says)}" for about, says in unseen]
    if unseen:
        lines += attesting(unseen[0][0])
    return details(f"Not observable in a repository, can be attested: {len(unseen)}", lines)


def _read_faults(read_faults: tuple[ReadFault, ...]) -> list[str]:
    rows = [f"- {_wherever(found)}: {prose(says)}" for says, found in by_words(read_faults)]
    return details(f"Read faults: {len(read_faults)}", [*rows[:MOST_ROWS], *_more(rows)])


def _wherever(found: Sequence[ReadFault]) -> str:
    places = ", ".join(code(where(each)) for each in found[:MOST_SEEN])
    return f"{places} and {len(found) - MOST_SEEN} more" if len(found) > MOST_SEEN else places


def _more(rows: Sequence[object]) -> list[str]:
    return [f"and {len(rows) - MOST_ROWS} more", ""] if len(rows) > MOST_ROWS else []


def _footer(assessment: Assessment) -> list[str]:
    added = "".join(f", {code(name)}" for name in assessment.additions)
    return [f"<sub>Judged by mlripe's catalogue {code(assessment.catalogue[:12])}{added}. {STRENGTHS}</sub>"]
