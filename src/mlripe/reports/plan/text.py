"""A plan for a terminal: what to look at first, the steps to begin with in full, and what follows in brief."""

from __future__ import annotations

from collections.abc import Iterable

from mlripe.planning.plan import Plan, PlannedStep, Repair
from mlripe.reports import Options
from mlripe.reports.plan.words import FOR_LATER, ahead, days, edit, from_to, headline, near, question, reason, repaired
from mlripe.reports.terminal.text import Paint, one_line, proof_line, wrapped

__all__ = ["render"]


def render(name: str, plan: Plan, options: Options) -> str:
    """The plan as text, ending with a newline."""
    paint, width = Paint(options.colour), options.width
    lines = [paint(one_line(name), "bold")]
    for says in headline(plan):
        lines += wrapped(says, width, "  ")
    if plan.questions:
        lines += ["", paint("Look here first: the level may be higher", "bold")]
        for place in plan.questions:
            lines += wrapped(question(place), width, "  ")
    lines += _repairs("Repair first", plan.mended_first, width, paint)
    number = 0
    for index, stage in enumerate(plan.stages):
        lines += ["", paint(one_line(stage.title), "bold"), f"  {ahead(stage)}"]
        for step in stage.steps:
            number += 1
            whole = options.verbose or (not index and step in plan.first)
            lines += ["", *_step(number, step, width, paint)] if whole else _brief(number, step, width, paint)
        if not index:
            lines += _repairs("Repair next", plan.mended_later, width, paint)
    if not plan.stages:
        lines += _repairs("Repair next", plan.mended_later, width, paint)
    if plan.jumping:
        lines += ["", *wrapped(plan.jumping, width, "  ")]
    if plan.unseen and plan.stages:
        lines += ["", paint("Files cannot show these; confirm them by attestation", "bold")]
        for each in plan.unseen:
            lines += wrapped(f"{each.model}/{each.criterion}: {each.says}", width, "  ", "    ")
    return "".join(f"{line}\n" for line in lines)


def _repairs(title: str, repairs: Iterable[Repair], width: int, paint: Paint) -> list[str]:
    lines = []
    for each in repairs:
        lines += wrapped(f"{each.title} ({each.severity}): {', '.join(repaired(each))}", width, "  - ", "    ")
        lines += wrapped(each.how, width, "    ")
    return ["", paint(title, "bold"), *lines] if lines else []


def _brief(number: int, step: PlannedStep, width: int, paint: Paint) -> list[str]:
    return wrapped(f"{step.title}: {from_to(step)} ({days(step.days)})", width, f"{number:3}. ")


def _step(number: int, step: PlannedStep, width: int, paint: Paint) -> list[str]:
    lines = [f"{number:3}. {paint(one_line(step.title), 'bold')}: {from_to(step)} ({days(step.days)})"]
    for place in step.near:
        lines += wrapped(near(place), width, "     look   ")
    lines += wrapped(step.how, width, "     do     ")
    if step.edit:
        lines += wrapped(edit(step), width, "     file   ")
    lines += [f"       | {one_line(line)}" for line in step.snippet.rstrip().splitlines()]
    lines += wrapped(step.why, width, "     why    ")
    lines += (
        f"     here   {proof_line(found, width - 12)}" for found in step.builds_on if f"{found.path}" != step.edit
    )
    for each in step.reasons:
        lines += wrapped(reason(each), width, "     for    ")
    if not step.reasons and step.after:
        lines.append(f"     for    {FOR_LATER}")
    lines += wrapped(step.done, width, "     done   ")
    return lines
