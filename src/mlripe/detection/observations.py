"""A sign: what one place shows by itself, before the wiring says how strong that is."""

from __future__ import annotations

from dataclasses import dataclass

from mlripe.evidence import Strength
from mlripe.wiring.places import Place

__all__ = ["Sign"]


@dataclass(frozen=True, slots=True)
class Sign:
    """`strength` is what the place alone proves, `most` the furthest that wiring may raise it.

    `gates`: its outcome decides something by itself (it raises, exits or guards the next step).
    A capability that starts with `~` is a signal: not reported, but what other signs are derived from.
    """

    capability: str
    detector: str
    place: Place
    line: int
    says: str
    strength: Strength = Strength.present
    most: Strength = Strength.enforced
    gates: bool = False
    guards: bool = False  # it does so without an exit code: the next step stands behind it
    tolerant: bool = False  # its own failure is swallowed where it stands
    only: tuple[str, ...] = ()  # kinds of start that raise it, where they differ from the capability's

    @property
    def path(self) -> str:
        return self.place.path
