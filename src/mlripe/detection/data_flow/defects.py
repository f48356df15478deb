"""How the defects of a flow are written: at the line that shows each, with the lines that belong to it beside."""

from __future__ import annotations

from mlripe.evidence import Defect, Sighting
from mlripe.problem_kinds import DefectKind
from mlripe.readers.python.dataflow.values import Spot

__all__ = ["defect", "sighting"]


def defect(kind: DefectKind, spot: Spot, says: str, *beside: Sighting, slight: bool = False) -> Defect:
    """A defect of that kind at a line."""
    return Defect(*spot, says, beside=beside, slight=slight, finds=kind.value)


def sighting(spot: Spot, says: str) -> Sighting:
    """Another line, and what it shows."""
    return Sighting(*spot, says)
