"""What could not be followed, gathered from everywhere that the wiring stops (`mlripe.kinds` has the kinds)."""

from __future__ import annotations

from mlripe.detection.unresolved.survey import Met, Survey, path_class

__all__ = ["Met", "Survey", "path_class"]
