"""All places of a repository that mlripe could not follow: told once, in order, each with what it could hide."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct, field

from mlripe.catalog import Catalog
from mlripe.detection.engine import Detection
from mlripe.detection.unresolved.hiding import Hiding
from mlripe.detection.unresolved.stops import Stop, of_files, of_starts
from mlripe.evidence import Strength, Unresolved
from mlripe.kinds import UnresolvedKind
from mlripe.readers.store import FactStore
from mlripe.snapshot import Snapshot

__all__ = ["UnresolvedPlaces", "unresolved_places"]

MOST: Final = 200  # places that are told
_RANK: Final = {kind: rank for rank, kind in enumerate(UnresolvedKind)}


class UnresolvedPlaces(Struct, frozen=True):
    """The places, `left` more that are not told, and how strong capabilities could be by all of them."""

    places: tuple[Unresolved, ...] = ()
    left: int = 0
    could_be: Mapping[str, Strength] = field(default_factory=dict)


def unresolved_places(
    snapshot: Snapshot, store: FactStore, detection: Detection, catalog: Catalog, without: Collection[str] = ()
) -> UnresolvedPlaces:
    """What could not be followed in a repository whose detection is done; `without`: what it cannot have."""
    stops = [*of_starts(store, detection, catalog), *of_files(snapshot, store, detection, catalog)]
    alike: dict[tuple[UnresolvedKind, str], list[Stop]] = {}
    for stop in sorted(stops, key=lambda each: (each.path, each.line, each.text)):
        alike.setdefault((stop.kind, stop.name), []).append(stop)
    hiding = Hiding(store, detection, catalog)
    could_be: dict[str, Strength] = {}
    told = []
    for same in alike.values():
        hidden: dict[str, Strength] = {}
        for stop in same:
            hidden.update(pair for pair in hiding.of(stop).items() if pair[0] not in without)
        could_be |= hidden
        told.append(_told(same, sorted(hidden)))
    told.sort(key=lambda each: (not each.could_hide, _RANK[each.kind], each.path, each.line, each.name))
    return UnresolvedPlaces(tuple(told[:MOST]), max(len(told) - MOST, 0), could_be)


def _told(same: list[Stop], hidden: list[str]) -> Unresolved:
    first = same[0]
    says = f"{first.text}: {first.kind.says}" if first.text else first.kind.says
    return Unresolved(first.kind, first.path, first.line, first.name, says, len(same), tuple(hidden))
