"""A badge: the JSON that shields.io's endpoint badge reads (shields.io/badges/endpoint-badge)."""

from __future__ import annotations

from typing import Final

from mlripe.assessment import ModelResult
from mlripe.reports import Options, Told
from mlripe.reports.machine.json import as_text
from mlripe.reports.terminal.text import one_line

__all__ = ["LABEL", "colour", "message", "render"]

MOST_MODELS: Final = 2
LABEL: Final = "MLOps evidence"


def render(told: Told, options: Options) -> str:
    """The four keys that it takes. `options` changes nothing."""
    return as_text({"schemaVersion": 1, "label": LABEL, "message": message(told), "color": colour(told)})


def message(told: Told) -> str:
    """The level under each of the first models that give one: a badge is short, `--model` chooses."""
    reached = [words for model in told.assessment.models.values() if (words := _reached(model))]
    return one_line(", ".join(reached[:MOST_MODELS])) or "no level"


def colour(told: Told) -> str:
    """By how far the first model's levels are reached; red where a check fails."""
    if not all(verdict.holds for verdict in told.verdicts):
        return "red"
    shares = [_share(model) for model in told.assessment.models.values() if _reached(model)]
    if not shares:
        return "lightgrey"
    return "brightgreen" if shares[0] >= 1 else "green" if shares[0] >= 0.5 else "yellow" if shares[0] > 0 else "orange"


def _reached(model: ModelResult) -> str:
    if model.level is not None:
        return f"{model.id} {model.level} of {max(model.levels)}"
    return f"{model.id} {model.points:g} of {model.most:g}" if model.points is not None else ""


def _share(model: ModelResult) -> float:
    if model.level is not None:
        lowest, highest = min(model.levels), max(model.levels)
        return (model.level - lowest) / ((highest - lowest) or 1)
    return (model.points or 0) / (model.most or 1)
