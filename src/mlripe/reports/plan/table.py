"""A plan as CSV for a tracker: a line a step with title, description, effort and criteria."""

from __future__ import annotations

import csv
import io

from mlripe.planning.plan import Plan, PlannedStep
from mlripe.reports import Options
from mlripe.reports.plan.words import edit, from_to, repaired
from mlripe.reports.terminal.text import one_line

__all__ = ["HEADS", "render"]

HEADS = ("stage", "title", "description", "file", "days", "criteria", "done")
_FORMULA = ("=", "+", "-", "@")  # with which a cell begins that a spreadsheet computes


def render(name: str, plan: Plan, options: Options) -> str:
    """The plan as CSV with a line of heads."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADS)
    for each in plan.repairs:
        places = " ".join(repaired(each))
        when = "Repair next" if each.later else "Repair first"
        row = (when, each.title, f"{each.how} Why: {each.why}", places, "", "", "mlripe tells it no more")
        writer.writerow([_cell(cell) for cell in row])
    for stage in plan.stages:
        writer.writerows([_cell(cell) for cell in _row(stage.title, step)] for step in stage.steps)
    return out.getvalue()


def _row(stage: str, step: PlannedStep) -> tuple[str, ...]:
    criteria = " ".join(f"{each.model}/{each.criterion}" for each in step.reasons)
    says = f"{step.how} Why: {step.why}"
    return stage, f"{step.title}: {from_to(step)}", says, edit(step), f"{step.days:g}", criteria, step.done


def _cell(text: str) -> str:
    """The text on one line; an apostrophe leads what a spreadsheet would take for a formula."""
    plain = one_line(text)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain
