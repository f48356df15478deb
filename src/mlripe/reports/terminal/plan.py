"""The plan: what to do for a level, in order, each step with what is there to build on and what would satisfy it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from mlripe.evidence import Strength
from mlripe.maturity.plan import Plan, PlannedStep, Reason
from mlripe.reports import Options
from mlripe.reports.machine.json import evidence_data
from mlripe.reports.markdown.text import code, link, proof, prose
from mlripe.reports.terminal.text import Paint, one_line, proof_line, wrapped

__all__ = ["as_json", "as_markdown", "as_text"]

MOST_FURTHER: Final = 6


def as_text(name: str, plan: Plan, options: Options) -> str:
    """The plan as text for a terminal."""
    paint, width = Paint(options.colour), options.width
    lines = [paint(one_line(name), "bold")]
    for goal in plan.goals:
        result = plan.models[goal.model]
        about = result.levels.get(goal.level, "not applicable by the settings, which exclude what decides it")
        title = f"{one_line(result.title)}: level {goal.level}, {one_line(about)}"
        if result.level is None:
            lines += wrapped(f"{title}: {result.why}", width, "  ")
        elif result.level >= goal.level:
            lines += wrapped(f"{title}: reached", width, "  ")
        else:
            lines += wrapped(f"{title}, from technical evidence for level {result.level}", width, "  ")
    for number, step in enumerate(plan.steps, 1):
        lines += ["", *_step(number, step, width, paint)]
    if plan.steps:
        lines += _list("Worth it on the way, not needed", plan.further, options, paint)
        lines += _list("No file shows these; they can be attested", plan.unseen, options, paint)
    return "".join(f"{line}\n" for line in lines)


def _step(number: int, step: PlannedStep, width: int, paint: Paint) -> list[str]:
    now = "not detected" if step.now is Strength.none else step.now.name
    head = f"{number}. {one_line(step.title)}: {now} -> "
    lines = [
        paint(head, "bold") + paint.strength(step.needed, step.needed.name) + f"  ({step.capability}, {step.effort})"
    ]
    lines += wrapped(step.how, width, "   do     ")
    lines += wrapped(step.satisfied_by, width, "   counts ")
    for found in step.builds_on:
        lines.append(f"   here   {proof_line(found, width - 10)}")
    if step.tools:
        lead = "   with   "
        for tool in step.tools:
            used = ", used here" if tool.used else ""
            lines.append(f"{lead}{one_line(tool.name)}{used}: {tool.homepage}")
            lead = " " * 10
    for reason in step.reasons:
        place = f"{reason.model} {reason.level}" if reason.level else reason.model  # points are of no level
        lines += wrapped(f"{place}: {reason.says}", width, "   for    ", " " * 10)
    if not step.reasons:
        lines.append("   for    the steps that follow: they stand on it")
    return lines


def _list(title: str, reasons: Iterable[Reason], options: Options, paint: Paint) -> list[str]:
    rows = list(reasons)
    shown = rows if options.verbose else rows[:MOST_FURTHER]
    if not rows:
        return []
    lines = ["", paint(title, "bold")]
    for reason in shown:
        lines += wrapped(f"{reason.model}/{reason.criterion}: {reason.says}", options.width, "  ", "    ")
    return [*lines, *([f"  and {len(rows) - len(shown)} more (--verbose)"] if len(rows) > len(shown) else [])]


def as_markdown(name: str, plan: Plan) -> str:
    """For a wiki or an issue: a list to tick off, each step with what counts, what is there, and with what."""
    goals = ", ".join(f"{prose(goal.model)} {goal.level}" for goal in plan.goals)
    lines = [f"## {prose(name)}: the way to {goals}", ""]
    lines += [f"- {prose(plan.models[goal.model].why)}" for goal in plan.goals if not plan.steps]
    for number, step in enumerate(plan.steps, 1):
        now = "not detected" if step.now is Strength.none else step.now.name
        head = f"**{prose(step.title)}** ({code(step.capability)}, {prose(step.effort)}): {now} → {step.needed.name}"
        lines += [f"{number}. [ ] {head}", f"    - {prose(step.how)}", f"    - counts: {prose(step.satisfied_by)}"]
        lines += [f"    - here: {proof(found)}" for found in step.builds_on]
        tools = [f"{link(prose(t.name), t.homepage)}{' (used here)' if t.used else ''}" for t in step.tools]
        lines += [f"    - with {', '.join(tools)}"] if tools else []
        lines += [f"    - for {prose(r.model)} {r.level}: {prose(r.says)}" for r in step.reasons]
    for title, reasons in (("Worth it on the way, not needed", plan.further), ("To be attested", plan.unseen)):
        rows = [f"- {code(f'{r.model}/{r.criterion}')}: {prose(r.says)}" for r in reasons] if plan.steps else []
        lines += ["", f"### {title}", "", *rows] if rows else []
    return "".join(f"{line}\n" for line in lines)


def as_json(name: str, plan: Plan) -> str:
    """The plan as JSON."""
    data: dict[str, Any] = {
        "repository": name,
        "goals": [
            {"model": goal.model, "level": goal.level, "now": plan.models[goal.model].level} for goal in plan.goals
        ],
        "steps": [
            {
                "capability": step.capability,
                "title": step.title,
                "stage": step.stage,
                "now": step.now.name,
                "needed": step.needed.name,
                "effort": step.effort,
                "why": step.why,
                "how": step.how,
                "satisfied_by": step.satisfied_by,
                "after": list(step.after),
                "reasons": _reasons(step.reasons),
                "builds_on": evidence_data(step.builds_on),
                "tools": [{"name": t.name, "homepage": t.homepage, "used": t.used} for t in step.tools],
            }
            for step in plan.steps
        ],
        "further": _reasons(plan.further),
        "unseen": _reasons(plan.unseen),
    }
    return json.dumps(data, indent=1) + "\n"


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{"model": r.model, "level": r.level, "criterion": r.criterion, "says": r.says} for r in reasons]
