"""A plan for a wiki or an issue: a list to tick off, each step with what to write and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mlripe.planning.plan import Plan, PlannedStep, Repair
from mlripe.reports import Options
from mlripe.reports.markdown.text import code, proof, prose, sentence
from mlripe.reports.plan.words import FOR_LATER, ahead, days, edit, from_to, headline, near, question, reason, repaired
from mlripe.reports.terminal.text import one_line

__all__ = ["render", "repair_lines", "step_lines"]


def render(name: str, plan: Plan, options: Options) -> str:
    """The plan as Markdown, ending with a newline."""
    lines = [f"## {prose(name)}: what to do next", ""]
    lines += [f"{prose(says)}\n" for says in headline(plan)]
    if plan.questions:
        lines += ["### Look here first: the level may be higher", ""]
        lines += [*(f"- {prose(question(place))}" for place in plan.questions), ""]
    lines += repair_lines("Repair first", plan.mended_first)
    number = 0
    for index, stage in enumerate(plan.stages):
        lines += [f"### {prose(stage.title)}", "", f"{prose(ahead(stage))}.", ""]
        for step in stage.steps:
            number += 1
            lines += step_lines(number, step)
        lines.append("")
        if not index:
            lines += repair_lines("Repair next", plan.mended_later)
    if not plan.stages:
        lines += repair_lines("Repair next", plan.mended_later)
    if plan.jumping:
        lines += [prose(plan.jumping), ""]
    if plan.unseen and plan.stages:
        lines += ["### Files cannot show these; confirm them by attestation", ""]
        lines += [f"- {code(f'{r.model}/{r.criterion}')}: {prose(r.says)}" for r in plan.unseen]
    return "".join(f"{line}\n" for line in lines)


def repair_lines(title: str, repairs: Iterable[Repair]) -> list[str]:
    """What to mend, to tick off."""
    lines = []
    for each in repairs:
        places = ", ".join(code(place) for place in repaired(each))
        lines.append(f"- [ ] **{prose(each.title)}** ({each.severity}): {places}. {sentence(each.how)}")
    return [f"### {title}", "", *lines, ""] if lines else []


def step_lines(number: int, step: PlannedStep) -> Iterator[str]:
    """A step as an item to tick off."""
    yield f"{number}. [ ] **{prose(step.title)}** ({prose(days(step.days))}): {from_to(step)}"
    yield from (f"    - look: {prose(near(place))}" for place in step.near)
    yield f"    - do: {sentence(step.how)}"
    if step.edit:
        yield f"    - file: {code(edit(step))}"
    if step.snippet:
        yield ""
        yield from _fenced(step.snippet)
        yield ""
    yield f"    - why: {sentence(step.why)}"
    yield from (f"    - here: {proof(found)}" for found in step.builds_on)
    yield from (f"    - for {prose(reason(each))}" for each in step.reasons)
    if not step.reasons and step.after:
        yield f"    - for {FOR_LATER}"
    yield f"    - done when {prose(step.done)}"


def _fenced(snippet: str) -> Iterator[str]:
    longest = max((len(run) for run in re.findall("`+", snippet)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"    {fence}"
    yield from (f"    {one_line(line)}" for line in snippet.rstrip().splitlines())
    yield f"    {fence}"
