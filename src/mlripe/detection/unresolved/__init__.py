"""What could not be followed, gathered from everywhere that the wiring stops (`mlripe.kinds` has the kinds)."""

from __future__ import annotations

from mlripe.detection.unresolved.gather import Unfollowed, unfollowed
from mlripe.detection.unresolved.survey import Met, PathClass, Survey

__all__ = ["Met", "PathClass", "Survey", "Unfollowed", "unfollowed"]
