"""What could not be followed, gathered from everywhere that the wiring stops (`mlripe.kinds` has the kinds)."""

from __future__ import annotations

from mlripe.detection.unresolved.gather import UnresolvedPlaces, unresolved_places
from mlripe.detection.unresolved.met import Met
from mlripe.detection.unresolved.stops import Stop, of_files
from mlripe.detection.unresolved.survey import PathClass, Survey

__all__ = ["Met", "PathClass", "Stop", "Survey", "UnresolvedPlaces", "of_files", "unresolved_places"]
