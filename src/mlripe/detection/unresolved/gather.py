"""All places of a repository that mlripe could not follow: told once, bounded, in order, each with what it could hide.

A place that something starts could start whatever the repository holds: so every capability that is there and not
automated yet could be. A definition that cannot be looked into could hold any practice that such a start automates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from mlripe.catalog import Catalog
from mlripe.detection.engine import Detection
from mlripe.detection.unresolved.stops import ANY_START, Stop, of_files, of_starts
from mlripe.evidence import Strength, Unresolved
from mlripe.kinds import UnresolvedKind
from mlripe.readers.store import FactStore
from mlripe.snapshot import Snapshot

__all__ = ["Unfollowed", "unfollowed"]

MOST: Final = 200  # places that are told
_OPAQUE: Final = frozenset(
    (
        UnresolvedKind.BROKEN_DEFINITION,
        UnresolvedKind.UNREAD_DEFINITION,
        UnresolvedKind.OUTSIDE_DEFINITION,
        UnresolvedKind.MISSING_CONTENT,
    )
)
_RANK: Final = {kind: rank for rank, kind in enumerate(UnresolvedKind)}


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """The places, `left` more that are not told, and how strong capabilities could be by all of them."""

    places: tuple[Unresolved, ...] = ()
    left: int = 0
    could_be: Mapping[str, Strength] = field(default_factory=dict)


def unfollowed(
    snapshot: Snapshot, store: FactStore, detection: Detection, catalog: Catalog, without: Collection[str] = ()
) -> Unfollowed:
    """What could not be followed in a repository whose detection is done; `without`: what it cannot have."""
    stops = [*of_starts(store, detection, catalog), *of_files(snapshot, store, detection, catalog)]
    alike: dict[tuple[UnresolvedKind, str], list[Stop]] = {}
    for stop in sorted(stops, key=lambda each: (each.path, each.line, each.text)):
        alike.setdefault((stop.kind, stop.name), []).append(stop)
    seen = _strengths(detection)
    could_be: dict[str, Strength] = {}
    told = []
    for same in alike.values():
        hidden: dict[str, Strength] = {}
        for stop in same:
            hidden.update(pair for pair in _hidden(stop, seen, catalog) if pair[0] not in without)
        could_be |= hidden
        told.append(_told(same, sorted(hidden)))
    told.sort(key=lambda each: (not each.could_hide, _RANK[each.kind], each.path, each.line, each.name))
    return Unfollowed(tuple(told[:MOST]), max(len(told) - MOST, 0), could_be)


def _told(same: list[Stop], hidden: list[str]) -> Unresolved:
    first = same[0]
    says = f"{first.text}: {first.kind.says}" if first.text else first.kind.says
    return Unresolved(first.kind, first.path, first.line, first.name, says, len(same), tuple(hidden))


# --- what it could hide ----------------------------------------------------------------------------------------------


def _strengths(detection: Detection) -> dict[str, Strength]:
    found: dict[str, Strength] = {}
    for row in detection.evidence:
        found[row.capability] = max(row.strength, found.get(row.capability, Strength.none))
    return found


def _hidden(stop: Stop, seen: Mapping[str, Strength], catalog: Catalog) -> Iterable[tuple[str, Strength]]:
    """The capabilities that could be stronger than seen if a place did what it could, and how strong."""
    opaque = stop.kind in _OPAQUE
    for name, capability in catalog.capabilities.items():
        now = seen.get(name, Strength.none)
        raised = bool(stop.starts & (frozenset(capability.raised_by) or ANY_START))
        if raised and now < Strength.automated and (opaque or now == Strength.present or name in stop.shows):
            yield name, Strength.automated
        elif name in stop.shows and now < Strength.present:
            yield name, Strength.present
