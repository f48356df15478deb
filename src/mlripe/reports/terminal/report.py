"""The report for people at a terminal: a laptop screen by default, every proof with `verbose`.

From top to bottom: what was read, the level and what it rests on (of many models a table), the capabilities by area
with the strongest proof of each, the problems that it has, what is missing for the next level, what could
not be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

from mlripe.assessment import Assessment, CapabilityResult, ModelResult, ProjectResult, Step
from mlripe.evidence import Strength
from mlripe.kinds import FileRole
from mlripe.read_fault import ReadFault
from mlripe.reports import Options, Told
from mlripe.reports.terminal.details import every_criterion, every_proof
from mlripe.reports.terminal.models_table import MOST_BLOCKS, goal, summary
from mlripe.reports.terminal.problems import problems
from mlripe.reports.terminal.read_faults import by_words, where
from mlripe.reports.terminal.text import Paint, cut, one_line, place, proof_line, wrapped
from mlripe.reports.unresolved_places import headline, interval_parts
from mlripe.reports.unresolved_places import says as unresolved_says

__all__ = ["render"]

PRODUCT_SAYS: Final = (
    "product: what it offers to others, and no practice of its own; for an application, set `kind` in its settings"
)
MOST_RESTS: Final = 2  # proofs that a level names without `verbose`
MOST_STEPS: Final = 5
MOST_GOALS: Final = 2  # models that a step serves, without `verbose`
MOST_NAMES: Final = 3  # lines of names
MOST_READ_FAULTS: Final = 3
MOST_PROJECTS: Final = 8


def render(told: Told, options: Options) -> str:
    """The report, ending with a newline; at most `options.width` columns, but for long paths with `verbose`.

    Of a check it gives the answers alone.
    """
    if told.verdicts:
        from mlripe.reports.terminal.check import as_text  # an audit needs none of it

        return as_text(told.verdicts)
    assessment = told.assessment
    paint = Paint(options.colour)
    results = tuple(assessment.capabilities.values())
    models = tuple(assessment.models.values())
    many = len(models) > MOST_BLOCKS
    blocks = [
        _heading(assessment, options.width, paint),
        summary(models, options.width, paint) if many else [],
        [line for model in models for line in _level(model, options, paint)] if options.verbose or not many else [],
        problems(assessment, options, paint),
        _unresolved_places(assessment, options, paint),
        _statements(assessment, options, paint),
        _projects(assessment.projects, options, paint),
        _capabilities(results, {each.about for each in assessment.exclusions}, options, paint),
        every_proof(results, paint) if options.verbose else [],
        every_criterion(models, paint) if options.verbose else [],
        _missing(models, options, paint),
        _read_faults(assessment.read_faults, options, paint),
    ]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _heading(assessment: Assessment, width: int, paint: Paint) -> list[str]:
    repository = assessment.repository
    aside = ", ".join(f"{role} {count}" for role, count in sorted(repository.set_aside.items()) if count)
    read = f"{repository.files} files" + (f"; these prove nothing: {aside}" if aside else "")
    commit = f"commit {repository.commit[:12]}, " if repository.commit else ""
    return [
        paint(one_line(repository.name), "bold"),
        *wrapped(f"{repository.kind}: {repository.why_kind}", width, "  "),
        *wrapped(commit + read, width, "  "),
        *(wrapped(PRODUCT_SAYS, width, "  ") if repository.set_aside.get(FileRole.PRODUCT) else ()),
        *(line for name in assessment.additions for line in wrapped(f"judged with {name} as well", width, "  ")),
    ]


# --- levels ----------------------------------------------------------------------------------------------------------


def _level(model: ModelResult, options: Options, paint: Paint) -> list[str]:
    title = one_line(model.title)
    if model.level is None and model.points is None:
        return [f"{paint(title, 'bold')}: no level", *wrapped(model.why, options.width, "  ")]
    headline = f"{paint(title, 'bold')}: {paint(_reached(model), 'green' if _is_above_floor(model) else 'yellow')}"
    rests = _rests_on(model, options, paint) or wrapped(model.why, options.width, "  ")
    lines = [headline, *rests, *_interval(model, options.width), *_stages(model, options.width)]
    lines.append(cut(f"  criteria: {_counts(model)}", options.width))
    if model.fidelity == "structure-only":
        lines += wrapped(model.note, options.width, "  ")
    return lines


def _reached(model: ModelResult) -> str:
    points = "" if model.points is None else f"{model.points:g} of {model.most:g} points"
    if model.level is None:
        return points
    name = one_line(model.levels[model.level])
    level = f"technical evidence for level {model.level} of {max(model.levels)}, {name}"
    return f"{points}, {level}" if points else level


def _is_above_floor(model: ModelResult) -> bool:
    return bool(model.points) if model.level is None else model.level > min(model.levels)


def _interval(model: ModelResult, width: int) -> list[str]:
    parts = interval_parts(model)
    return wrapped(", ".join(parts), width, "  level ", "    ") if parts else []


def _stages(model: ModelResult, width: int) -> list[str]:
    """The strength of each dimension, where the model is about those."""
    told = [f"{d.title}: {d.strength.name}" for d in model.dimensions.values() if d.strength is not None]
    return wrapped("; ".join(told), width, "  ") if told else []


def _rests_on(model: ModelResult, options: Options, paint: Paint) -> list[str]:
    """What decides the level that is reached: its central criteria, each with its strongest proof."""
    deciding = [c for c in model.criteria if c.central and c.level == model.level and c.status == "met" and c.evidence]
    shown = deciding if options.verbose else deciding[:MOST_RESTS]
    lines = []
    for criterion in shown:
        lines.append(cut(f"  rests on: {one_line(criterion.says)}", options.width))
        lines.append(f"    {paint(proof_line(criterion.evidence[0], options.width - 4), 'cyan')}")
    if len(deciding) > len(shown):
        lines.append(f"  and on {len(deciding) - len(shown)} more central criteria (--verbose)")
    return lines


def _counts(model: ModelResult) -> str:
    """How many criteria have which status, in fixed order; those no file can show are named as such."""
    counts = Counter(criterion.status for criterion in model.criteria)
    words = {
        "met": "met",
        "attested": "attested",
        "missing": "not detected",
        "not-observable": "not observable in a repository",
        "not-applicable": "not applicable",
    }
    return ", ".join(f"{counts[status]} {word}" for status, word in words.items() if counts[status])


def _unresolved_places(assessment: Assessment, options: Options, paint: Paint) -> list[str]:
    """What could not be followed: one line, and with `verbose` every place with what it could hide."""
    head = headline(assessment)
    if not head or not options.verbose:
        return wrapped(f"{head} (--verbose)", options.width, "", "  ") if head else []
    lines = [paint(head, "bold")]
    for each in assessment.unresolved:
        lines += [f"  {place(each.path, each.line)}", *wrapped(unresolved_says(each), options.width, "    ")]
    return [*lines, *([f"  and {assessment.unresolved_left} more"] if assessment.unresolved_left else [])]


# --- what people state -----------------------------------------------------------------------------------------------


def _statements(assessment: Assessment, options: Options, paint: Paint) -> list[str]:
    """Attestations and exclusions: apart from what the files show, with who answers for them."""
    lines = []
    if assessment.attestations:
        lines.append(paint("Attested", "bold") + "  (somebody's word, not seen in the files)")
    for each in assessment.attestations:
        strength = f" {each.strength.name}" if each.strength else ""
        says = f"{each.about}{strength}: {each.reason} ({each.by}, {each.on}, until {each.until}; {each.proof})"
        lines += wrapped(says, options.width, "  ", "    ")
    if assessment.exclusions:
        lines.append(paint("Not applicable", "bold") + "  (by the configuration)")
    reasons: dict[str, list[str]] = {}
    for exclusion in assessment.exclusions:
        reasons.setdefault(exclusion.reason, []).append(exclusion.about)
    for reason, about in reasons.items():  # a profile gives one reason for many
        lines += wrapped(f"{', '.join(about)}: {reason}", options.width, "  ", "    ")
    return lines


# --- projects --------------------------------------------------------------------------------------------------------


def _projects(projects: tuple[ProjectResult, ...], options: Options, paint: Paint) -> list[str]:
    """A line a project: the level under each model, and how much is detected."""
    if not projects:
        return []
    shown = projects if options.verbose else projects[:MOST_PROJECTS]
    wide = min(_widest(one_line(project.path) for project in shown), options.width // 2)
    lines = [paint(f"Projects: {len(projects)}", "bold") + "  (by their own files, and what is done for all)"]
    for project in shown:
        found = sum(result.strength >= Strength.present for result in project.capabilities.values())
        levels = "  ".join(f"{name} {_short(model)}" for name, model in project.models.items())
        lead = f"  {cut(one_line(project.path), wide):{wide}}  "
        line = f"{lead}{found} capabilities  {levels}"
        lines += (
            wrapped(line.strip(), options.width, "  ", " " * len(lead))
            if options.verbose
            else [cut(line, options.width)]
        )
    if len(projects) > len(shown):
        lines.append(f"  and {len(projects) - len(shown)} more (--verbose)")
    return lines


def _short(model: ModelResult) -> str:
    if model.points is not None:
        return f"{model.points:g}"
    return "-" if model.level is None else str(model.level)


# --- capabilities ----------------------------------------------------------------------------------------------------


def _capabilities(
    results: tuple[CapabilityResult, ...], excluded: Collection[str], options: Options, paint: Paint
) -> list[str]:
    """A line for each that is there, and the names of the others; what need not be there is missed by nobody."""
    shown = [result for result in results if result.strength >= Strength.present]
    lines = [paint(f"Capabilities: {len(shown)} of {len(results)} detected", "bold")]
    areas = [result.area for result in shown]
    area_width, name_width = _widest(areas), _widest(result.id for result in shown)
    before = ""
    for area, result in zip(areas, shown, strict=True):
        left = f"  {'' if area == before else area:{area_width}}  {result.id:{name_width}}  "
        strength = paint.strength(result.strength, f"{result.strength.name:9}")
        proof = proof_line(result.evidence[0], options.width - len(left) - 11) if result.evidence else ""
        lines.append(f"{left}{strength}  {proof}".rstrip())
        before = area
    for title, weak in (("only declared", Strength.declared), ("not detected", Strength.none)):
        lines += _named(title, [r.id for r in results if r.strength == weak and r.id not in excluded], options)
    return lines


def _named(title: str, names: list[str], options: Options) -> list[str]:
    """The names behind their number; without `verbose` as many as a few lines hold."""
    for shown in range(len(names), 0, -1):
        more = f" and {len(names) - shown} more (--verbose)" if shown < len(names) else ""
        text = ", ".join(names[:shown]) + more
        lines = wrapped(text, options.width, f"  {len(names)} {title}: ", " " * 4)
        if options.verbose or len(lines) <= MOST_NAMES:
            return lines
    return []


def _widest(names: Iterable[str]) -> int:
    return max((len(name) for name in names), default=0)


# --- what is missing, and what could not be read ---------------------------------------------------------------------


def _missing(models: Iterable[ModelResult], options: Options, paint: Paint) -> list[str]:
    """The steps to the next level of every model, each capability once; least effort first."""
    steps: dict[str, list[tuple[str, Step]]] = {}
    for model in models:
        for step in model.next:
            steps.setdefault(step.capability, []).append((goal(model), step))
    if not steps:
        return []
    order = ("small", "medium", "large")
    ranked = sorted(
        steps.values(), key=lambda found: (order.index(found[0][1].effort), not _decides(found), -len(found))
    )
    shown = ranked if options.verbose else ranked[:MOST_STEPS]
    lines = [paint("Missing for the next level, least effort first", "bold") + "  (* the level takes it)"]
    for found in shown:
        step = found[0][1]
        needed = max(each.needed for _, each in found)
        goals = _goals(found, options)
        what = f"{step.capability}: {_now(step.now)} -> {needed.name}, for {goals}"
        line = f"  {'*' if _decides(found) else ' '} {step.effort:6}  {what}"
        lines.append(line if options.verbose else cut(line, options.width))
        if options.verbose:
            lines += wrapped(step.how, options.width, " " * 12)
        else:
            lines.append(cut(" " * 12 + one_line(step.how), options.width))
    if len(ranked) > len(shown):
        lines.append(f"    and {len(ranked) - len(shown)} more (--verbose)")
    return lines


def _goals(found: list[tuple[str, Step]], options: Options) -> str:
    """Which levels a step serves, first those that take it."""
    names = [name for name, _ in sorted(found, key=lambda each: not each[1].decides)]
    shown = names if options.verbose else names[:MOST_GOALS]
    return ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")


def _decides(found: Iterable[tuple[str, Step]]) -> bool:
    return any(step.decides for _, step in found)


def _now(strength: Strength) -> str:
    return "not detected" if strength is Strength.none else strength.name


def _read_faults(read_faults: tuple[ReadFault, ...], options: Options, paint: Paint) -> list[str]:
    if not read_faults:
        return []
    head = paint(f"Read faults: {len(read_faults)}", "bold")
    if options.verbose:
        return [head, *(f"  {where(read_fault)}: {one_line(read_fault.says)}" for read_fault in read_faults)]
    shown = by_words(read_faults)[:MOST_READ_FAULTS]
    left = len(read_faults) - sum(len(found) for _, found in shown)
    return [head, *(_kind_of(found, options.width) for _, found in shown), *_left(left)]


def _kind_of(found: list[ReadFault], width: int) -> str:
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return cut(f"  {where(found[0])}{more}: {one_line(found[0].says)}", width)


def _left(count: int) -> list[str]:
    return [f"  and {count} more (--verbose)"] if count else []
