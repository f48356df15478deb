"""Training that differs from run to run: splits without a seed, files in the order of the file system."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.data_flow.defects import defect, sighting
from mlripe.evidence import Defect
from mlripe.problem_kinds import DefectKind
from mlripe.readers.python.dataflow.trail import Trail

__all__ = ["without_order"]


def without_order(trail: Trail, *, seeded: bool) -> Iterator[Defect]:
    """`seeded`: something in the repository sets the seed of all random numbers."""
    if not seeded:
        yield from _unseeded(trail)
    for limit in trail.limits if trail.fits or trail.splits else ():
        says = "takes the first of the files of a folder in the order of the file system, which differs by machine"
        yield defect(DefectKind.FILES_IN_NO_ORDER, limit.spot, says, sighting(limit.listed, "listed here"))
    for joining in trail.joinings:
        says = "puts files of two folders beside each other in the order of the file system, which differs by machine"
        related = tuple(sighting(spot, "listed here") for spot in joining.listed)
        yield defect(DefectKind.FILES_IN_NO_ORDER, joining.spot, says, *related)


def _unseeded(trail: Trail) -> Iterator[Defect]:
    """The first split without a seed, with the others of the program, where a measure is taken of what it holds out."""
    splits = {each.spot: each for each in trail.splits if not each.seeded and each.spot in trail.judged}
    for first in list(splits.values())[:1]:
        says = f"{first.name} draws other rows in each run: no seed is given, and the measure changes with them"
        others = tuple(sighting(spot, "likewise") for spot in splits if spot != first.spot)
        measured = sighting(trail.judged[first.spot], "measured here")
        yield defect(DefectKind.UNSEEDED_SPLIT, first.spot, says, measured, *others)
