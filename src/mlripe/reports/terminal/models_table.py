"""The table of many models side by side: a line a model, what it gives and what the next level lacks first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mlripe.assessment import ModelResult
from mlripe.reports.terminal.text import Paint, cut, one_line
from mlripe.reports.unresolved_places import could_rise

__all__ = ["MOST_BLOCKS", "given", "goal", "summary"]

MOST_BLOCKS: Final = 3  # models that are told one by one; more stand in the table


def summary(models: Sequence[ModelResult], width: int, paint: Paint) -> list[str]:
    """The table, with a line on each model whose text is not published."""
    lines = [
        paint(f"Maturity models: {len(models)}", "bold")
        + "  (technical evidence, and what comes next; each whole: --verbose)"
    ]
    name_width = max(len(model.id) for model in models)
    given_width = max(len(given(model)) for model in models)
    for model in models:
        left = f"  {model.id:{name_width}}  "
        reached = f"{given(model):{given_width}}"
        rest = cut(_next(model), max(width - len(left) - given_width - 2, 0))
        lines.append(f"{left}{paint(reached, *_look(model))}  {rest}".rstrip())
    for model in models:
        if model.fidelity == "structure-only":
            lines.append(cut(f"  {model.id}: {one_line(model.note)}", width))
    return lines


def given(model: ModelResult) -> str:
    """A model's level or points in a few words, with what attestations change where they do."""
    if model.level is None and model.points is None:
        return "no level"
    told = "" if model.points is None else f"{model.points:g} of {model.most:g} points"
    if model.level is not None:
        told = f"{told}, level {model.level}" if told else f"level {model.level} of {max(model.levels)}"
    other = []
    if model.observed != model.level:
        other.append(f"{model.observed} observed")
    if could_rise(model) and model.points is None:
        other.append(f"{model.if_followed} if all could be followed")
    if model.reachable != model.level and model.points is None:
        other.append(f"{model.reachable} reachable")
    return told + (f" ({', '.join(other)})" if other else "")


def goal(model: ModelResult) -> str:
    """What a model's next steps lead to: its next level, or more of its points."""
    higher = [level for level in model.levels if level > (model.level or 0)] if model.points is None else []
    return f"{model.id} {min(higher)}" if higher else model.id


def _next(model: ModelResult) -> str:
    """The first thing that the next level takes, or that gives more points."""
    if model.level is None and model.points is None:
        return one_line(model.why)
    if model.points is not None:
        steps = [f"{step.capability} {step.needed.name}" for step in model.next]
        return f"more: {', '.join(steps[:3])}" if steps else ""
    following = min((level for level in model.levels if level > (model.level or 0)), default=None)
    missing = [c for c in model.criteria if c.central and c.level == following and c.status == "missing"]
    lacks = dict.fromkeys(f"{name} {needed.name}" for each in missing for name, _, needed in each.lacks)
    return f"level {following}: {', '.join(lacks)}" if lacks else ""


def _look(model: ModelResult) -> tuple[str, ...]:
    if model.level is None and model.points is None:
        return ("dim",)
    above = bool(model.points) if model.level is None else model.level > min(model.levels)
    return ("green",) if above else ("yellow",)
