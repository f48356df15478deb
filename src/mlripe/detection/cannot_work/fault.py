"""A fault: one line of a file that shows that something cannot work as it is committed."""

from __future__ import annotations

from msgspec import Struct

from mlripe.problem_kinds import FaultKind
from mlripe.wiring.places import Place

__all__ = ["Fault"]


class Fault(Struct, frozen=True, order=True):
    """What a place needs and the repository has not. Only what its files show with certainty is a fault.

    `path` and `line` are where it is needed, `missing` is what is not there. `happens` says in one sentence what comes
    of it, `remedy` in one what to do. `breaks` is what fails by it: a unit of a file, or a file of code as a whole.
    """

    path: str
    line: int
    kind: FaultKind
    missing: str
    happens: str
    remedy: str
    breaks: Place
