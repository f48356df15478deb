"""What installed packages offer: entry points, found without paying for `importlib.metadata` where there are none."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["CATALOGS", "entry_points", "folder_of"]

CATALOGS: Final = "mlripe.catalogs"  # the entry points that name a package with a catalogue in it


def entry_points(group: str) -> Sequence[EntryPoint]:
    """The entry points of a group, sorted by name."""
    if not _offered(group):
        return ()
    from importlib.metadata import distributions

    points = [point for each in distributions(path=_installed()) for point in each.entry_points if point.group == group]
    return sorted(points, key=lambda point: (point.name, point.value))


def folder_of(package: str) -> Path | None:
    """The folder of a package by its dotted name, without importing it; None where it has none."""
    from importlib.util import find_spec

    top, *below = package.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    places = list(spec.submodule_search_locations or ()) if spec else []
    return next((folder for place in places if (folder := Path(place, *below)).is_dir()), None)


def _installed() -> list[str]:
    """Where packages are installed: never the current folder, which may be the repository that is scanned."""
    here = os.path.realpath(".")
    return [place for place in sys.path if place and os.path.realpath(place) != here]


def _offered(group: str) -> bool:
    """Whether any installed package's metadata names the group: one small file each, which most do not have."""
    return f"[{group}]".encode() in _all_offered(tuple(_installed()))


@cache
def _all_offered(places: tuple[str, ...]) -> bytes:
    """What all packages say they offer, read once for every group that is asked for."""
    said = []
    for place in places:
        try:
            names = [name for name in os.listdir(place) if name.endswith((".dist-info", ".egg-info"))]
        except OSError:
            continue
        for name in names:
            try:
                with open(os.path.join(place, name, "entry_points.txt"), "rb") as file:
                    said.append(file.read())
            except OSError:
                continue
    return b"\n".join(said)
