"""A plan as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from mlripe.evidence import Sighting, Unresolved
from mlripe.planning.plan import Plan, PlannedStep, Reason, Stage
from mlripe.reports import Options
from mlripe.reports.machine.json import evidence_data

__all__ = ["plan_data", "render"]


def render(name: str, plan: Plan, options: Options) -> str:
    """The plan as JSON text, ending with a newline."""
    return json.dumps({"repository": name, **plan_data(plan)}, indent=1) + "\n"


def plan_data(plan: Plan) -> dict[str, Any]:
    """The plan as plain data."""
    return {
        "says": plan.says,
        "goals": [
            {"model": goal.model, "level": goal.level, "now": plan.models[goal.model].level} for goal in plan.goals
        ],
        "questions": [_place(each) for each in plan.questions],
        "repairs": [
            {
                "problem": each.problem,
                "title": each.title,
                "severity": each.severity,
                "why": each.why,
                "how": each.how,
                "later": each.later,
                "places": [{"path": seen.path, "line": seen.line, "says": seen.says} for seen in each.places],
            }
            for each in plan.repairs
        ],
        "jumping": plan.jumping,
        "projects": [{"path": path, "level": level} for path, level in plan.projects],
        "stages": [_stage(stage) for stage in plan.stages],
        "unseen": _reasons(plan.unseen),
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "title": stage.title,
        "model": stage.goal.model if stage.goal else "",
        "level": stage.goal.level if stage.goal else None,
        "days": stage.days,
        "months": stage.months,
        "source": stage.source,
        "steps": [_step(step) for step in stage.steps],
    }


def _step(step: PlannedStep) -> dict[str, Any]:
    return {
        "capability": step.capability,
        "title": step.title,
        "now": step.now.name,
        "needed": step.needed.name,
        "effort": step.effort,
        "days": step.days,
        "why": step.why,
        "how": step.how,
        "advice": step.advice,
        "file": step.edit,
        "line": step.at,
        "creates": step.creates,
        "snippet": step.snippet,
        "done": step.done,
        "after": list(step.after),
        "reasons": _reasons(step.reasons),
        "builds_on": evidence_data(step.builds_on),
        "near": [_place(each) for each in step.near],
    }


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{"model": r.model, "level": r.level, "criterion": r.criterion, "says": r.says} for r in reasons]


def _place(place: Unresolved | Sighting) -> dict[str, Any]:
    kind = place.kind.value if isinstance(place, Unresolved) else ""
    return {"path": place.path, "line": place.line, "kind": kind, "says": place.says}
