"""A command, step or image that something starts, and whether the wiring follows it."""

from __future__ import annotations

from dataclasses import dataclass

from mlripe.wiring import Place
from mlripe.wiring.outcomes import Outcome

__all__ = ["Met"]


@dataclass(frozen=True, slots=True)
class Met:
    """A command, an action, a template, an image, an operator or a module that a place starts."""

    place: Place
    line: int
    text: str
    outcome: Outcome
