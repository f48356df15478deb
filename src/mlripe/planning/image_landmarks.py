"""Landmarks of the image in which a service or a training runs: its Dockerfile, and from where that is built."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import Final

from mlripe.assessment import Found
from mlripe.landmark_kinds import Landmark
from mlripe.planning.sight import Sight
from mlripe.readers.budgets import nearest

__all__ = ["IMAGE_FINDERS"]


def _dockerfile(sight: Sight) -> Found | None:
    """The Dockerfile with the code that uses a model, else the nearest to the root."""
    named = [path for path in sight.own if posixpath.basename(path).lower().startswith("dockerfile")]
    packed = {each.path for each in sight.shown if each.shows == "model-packaging"}
    path = min(named, key=lambda each: (each not in packed, nearest(each)), default=None)
    return None if path is None else Found(path, path)


def _context(sight: Sight) -> Found | None:
    """The folder of the build: the Dockerfile's own where what is copied lies there and not in the root."""
    found = _dockerfile(sight)
    if found is None:
        return None
    folder = posixpath.dirname(found.path)
    sources = {source for unit in sight.store.of(found.path).units for source in unit.reads}
    beside = sum(_is_there(sight, posixpath.normpath(posixpath.join(folder, each))) for each in sources)
    from_root = sum(_is_there(sight, posixpath.normpath(each)) for each in sources)
    return Found(folder if folder and beside > from_root else ".", found.path)


def _is_there(sight: Sight, path: str) -> bool:
    return sight.has(path) or path in sight.store.folders


IMAGE_FINDERS: Final[Mapping[Landmark, Callable[[Sight], Found | None]]] = {
    Landmark.DOCKERFILE: _dockerfile,
    Landmark.IMAGE_CONTEXT: _context,
}
