"""A command, step or image that something starts, and whether the wiring follows it."""

from __future__ import annotations

from msgspec import Struct

from mlripe.wiring import Place
from mlripe.wiring.outcomes import Outcome

__all__ = ["Met"]


class Met(Struct, frozen=True):
    """A command, an action, a template, an image, an operator or a module that a place starts."""

    place: Place
    line: int
    text: str
    outcome: Outcome
