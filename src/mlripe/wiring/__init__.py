"""What starts what: one graph from triggers to calls, every hop with its place.

`Wiring` answers for any place: started by what, through which hops, and does its failure stop anything on the way.
"""

from __future__ import annotations

from mlripe.kinds import StartKind
from mlripe.wiring.graph import Start, Wiring
from mlripe.wiring.places import MAIN, Edge, Place

__all__ = ["MAIN", "Edge", "Place", "Start", "StartKind", "Wiring"]
