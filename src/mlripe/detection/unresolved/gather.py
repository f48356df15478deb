"""All places of a repository that mlripe could not follow: told once, bounded, in order, each with what it could hide.

A place that something starts could start whatever the repository holds: so every capability that is there and not
automated yet could be. A definition that cannot be looked into could hold any practice that such a start automates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from mlripe.catalog import Catalog
from mlripe.detection.engine import Detection
from mlripe.detection.strength import DEFAULT_STARTS
from mlripe.detection.unresolved.services import unread_definitions
from mlripe.detection.unresolved.survey import Survey, is_definition
from mlripe.evidence import Strength, Unresolved
from mlripe.kinds import UnresolvedKind
from mlripe.readers.store import FactStore
from mlripe.snapshot import Snapshot
from mlripe.snapshot.base import MISSING
from mlripe.wiring import MAIN, Place

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
_ANY_START: Final = frozenset(DEFAULT_STARTS)
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """The places, `left` more that are not told, and how strong capabilities could be by all of them."""

    places: tuple[Unresolved, ...] = ()
    left: int = 0
    could_be: Mapping[str, Strength] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Stop:
    """A place before it is told. `starts`: the kinds of start that reach it; `shows`: what is seen in it."""

    kind: UnresolvedKind
    path: str
    line: int
    name: str
    text: str = ""
    starts: frozenset[str] = frozenset()
    shows: tuple[str, ...] = ()


def unfollowed(
    snapshot: Snapshot, store: FactStore, detection: Detection, catalog: Catalog, without: Collection[str] = ()
) -> Unfollowed:
    """What could not be followed in a repository whose detection is done; `without`: what it cannot have."""
    stops = [
        *_starts(store, detection, catalog),
        *_definitions(snapshot, store, catalog),
        *_set_aside(store, detection),
    ]
    alike: dict[tuple[UnresolvedKind, str], list[_Stop]] = {}
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


def _told(same: list[_Stop], hidden: list[str]) -> Unresolved:
    first = same[0]
    says = f"{first.text}: {first.kind.says}" if first.text else first.kind.says
    return Unresolved(first.kind, first.path, first.line, first.name, says, len(same), tuple(hidden))


# --- where the wiring stops ------------------------------------------------------------------------------------------


def _starts(store: FactStore, detection: Detection, catalog: Catalog) -> Iterator[_Stop]:
    """Commands, steps and images of files that start something."""
    wiring = detection.wiring
    for _, met in Survey(store, wiring, catalog).starts():
        if isinstance(met.outcome.ends, UnresolvedKind):
            text = " ".join(met.text.split())
            short = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
            starts = wiring.kinds(met.place)
            yield _Stop(met.outcome.ends, met.place.path, met.line, met.outcome.name, short, starts)


def _definitions(snapshot: Snapshot, store: FactStore, catalog: Catalog) -> Iterator[_Stop]:
    """Definitions that no reader could read, those of services without a reader, and contents that are missing."""
    for path, title in unread_definitions(store, catalog):
        yield _Stop(UnresolvedKind.UNREAD_DEFINITION, path, 0, title, f"a definition of {title}", _ANY_START)
    for problem in store.problems:
        if problem.path and is_definition(problem.path) and store.role(problem.path) is None:
            kind = UnresolvedKind.BROKEN_DEFINITION
            yield _Stop(kind, problem.path, problem.line, problem.path, problem.says, _ANY_START)
    for problem in snapshot.problems:
        if problem.says == MISSING:
            yield _Stop(UnresolvedKind.MISSING_CONTENT, problem.path, 0, "contents", "", _ANY_START)


def _set_aside(store: FactStore, detection: Detection) -> Iterator[_Stop]:
    """Files that are set aside though they hold evidence, or though something starts them."""
    told = set()
    for sign in detection.seen:
        role = store.role(sign.path)
        if role is not None and role.id == "product" and sign.strength >= Strength.present:
            starts = detection.wiring.kinds(sign.place)
            shows = () if sign.capability.startswith("~") else (sign.capability,)
            if (sign.path, shows, starts) not in told:
                told.add((sign.path, shows, starts))
                yield _Stop(UnresolvedKind.SET_ASIDE, sign.path, 0, role.title, "", starts, shows)
    for path in sorted({place.path for place in detection.wiring.reached()}):
        role = store.role(path)
        if role is not None and not role.read:
            starts = frozenset(kind for unit in ("", MAIN) for kind in detection.wiring.kinds(Place(path, unit)))
            yield _Stop(UnresolvedKind.SET_ASIDE, path, 0, role.title, "", starts)


# --- what it could hide ----------------------------------------------------------------------------------------------


def _strengths(detection: Detection) -> dict[str, Strength]:
    found: dict[str, Strength] = {}
    for row in detection.evidence:
        found[row.capability] = max(row.strength, found.get(row.capability, Strength.none))
    return found


def _hidden(stop: _Stop, seen: Mapping[str, Strength], catalog: Catalog) -> Iterable[tuple[str, Strength]]:
    """The capabilities that could be stronger than seen if a place did what it could, and how strong."""
    opaque = stop.kind in _OPAQUE
    for name, capability in catalog.capabilities.items():
        now = seen.get(name, Strength.none)
        raised = bool(stop.starts & (frozenset(capability.raised_by) or _ANY_START))
        if raised and now < Strength.automated and (opaque or now == Strength.present or name in stop.shows):
            yield name, Strength.automated
        elif name in stop.shows and now < Strength.present:
            yield name, Strength.present
