"""An observation: what one place shows by itself, before the wiring says how strong that is."""

from __future__ import annotations

from msgspec import Struct

from mlripe.evidence import Strength
from mlripe.kinds import DeployedPart
from mlripe.wiring.places import Place

__all__ = ["Observation"]


class Observation(Struct, frozen=True):
    """`strength` is what the place alone proves, `most` the furthest that wiring may raise it.

    `gates`: its outcome decides something by itself (it raises, exits or guards the next step). An observation is of a
    capability or of a role (`kinds.Role`): a role is not reported, but other observations are derived from it.
    """

    capability: str  # "": it is of a role
    detector: str
    place: Place
    line: int
    says: str
    strength: Strength = Strength.present
    most: Strength = Strength.enforced
    gates: bool = False
    guards: bool = False  # it does so without an exit code: the next step stands behind it
    allow_failure: bool = False  # its own failure is swallowed where it stands
    only: tuple[str, ...] = ()  # kinds of start that raise it, where they differ from the capability's
    role: str = ""  # "": it is of a capability
    deploys: DeployedPart = DeployedPart.IMAGE  # of one with the role `deploy`: what runs then

    @classmethod
    def of_role(cls, role: str, detector: str, place: Place, line: int, says: str) -> Observation:
        """An observation of a role, which derivations give."""
        return cls("", detector, place, line, says, role=role)

    @property
    def shows(self) -> str:
        """The id of its capability or role, which share no name."""
        return self.capability or self.role

    @property
    def path(self) -> str:
        return self.place.path
