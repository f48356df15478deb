"""Where the wiring of one repository stops, before it is told: at what, and which kinds of start reach it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from mlripe.catalog import Catalog
from mlripe.detection.engine import Detection
from mlripe.detection.starts import DEFAULT_STARTS
from mlripe.detection.unresolved.services import unread_definitions
from mlripe.detection.unresolved.survey import Survey, is_definition
from mlripe.evidence import Strength
from mlripe.kinds import FileRole, UnresolvedKind
from mlripe.readers.store import FactStore
from mlripe.snapshot import Snapshot
from mlripe.snapshot.base import MISSING
from mlripe.wiring import MAIN, Place, Wiring

__all__ = ["ANY_START", "Stop", "of_files", "of_starts"]

ANY_START: Final = frozenset(DEFAULT_STARTS)
_LONGEST: Final = 100


class Stop(Struct, frozen=True):
    """A place before it is told.

    `starts`: the kinds of start that reach it; `shows`: what is seen in it; `context`: what the step, job or resource
    is called that it belongs to.
    """

    kind: UnresolvedKind
    path: str
    line: int
    name: str
    text: str = ""
    starts: frozenset[str] = frozenset()
    shows: tuple[str, ...] = ()
    context: str = ""


def of_files(snapshot: Snapshot, store: FactStore, detection: Detection, catalog: Catalog) -> Iterator[Stop]:
    """Files that could not be read, or are set aside though they hold evidence or are started."""
    yield from _definitions(snapshot, store, catalog)
    yield from _set_aside(store, detection)


def of_starts(store: FactStore, detection: Detection, catalog: Catalog) -> Iterator[Stop]:
    """Commands, steps and images of files that start something."""
    wiring = detection.wiring
    for _, met in Survey(store, wiring, catalog).starts():
        if isinstance(met.outcome.ends, UnresolvedKind):
            text = " ".join(met.text.split())
            short = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
            starts = wiring.kinds(met.place)
            of = _context(wiring, met.place)
            yield Stop(met.outcome.ends, met.place.path, met.line, met.outcome.name, short, starts, context=of)


def _context(wiring: Wiring, place: Place) -> str:
    """What a place is called, and what is around it within its file; a script is called by its file."""
    unit = wiring.edges.units.unit(place) if not place.path.endswith(".py") else None
    around = wiring.edges.units.unit(Place(place.path, unit.parent)) if unit and unit.parent else None
    said = [each.says for each in (unit, around) if each and each.kind != "workflow"]
    return " ".join((*said, "" if said else posixpath.basename(place.path)))


def _definitions(snapshot: Snapshot, store: FactStore, catalog: Catalog) -> Iterator[Stop]:
    """Definitions that no reader could read, those of services without a reader, and contents that are missing."""
    for path, title in unread_definitions(store, catalog):
        # whatever it does, it does so on every change
        shows = ("continuous-integration",)
        yield Stop(UnresolvedKind.UNREAD_DEFINITION, path, 0, title, f"a definition of {title}", ANY_START, shows)
    for read_fault in store.read_faults:
        if read_fault.path and is_definition(store, read_fault.path) and store.role(read_fault.path) is None:
            kind = UnresolvedKind.BROKEN_DEFINITION
            yield Stop(kind, read_fault.path, read_fault.line, read_fault.path, read_fault.says, ANY_START)
    for read_fault in snapshot.read_faults:
        if read_fault.says == MISSING:
            yield Stop(UnresolvedKind.MISSING_CONTENT, read_fault.path, 0, "contents", "", ANY_START)


def _set_aside(store: FactStore, detection: Detection) -> Iterator[Stop]:
    """Files that are set aside though they hold evidence, or though something starts them."""
    told = set()
    for observation in detection.seen:
        role = store.role(observation.path)
        if role is not None and role.id == FileRole.PRODUCT and observation.strength >= Strength.present:
            starts = detection.wiring.kinds(observation.place)
            shows = (observation.capability,) if observation.capability else ()
            if (observation.path, shows, starts) not in told:
                told.add((observation.path, shows, starts))
                yield Stop(UnresolvedKind.SET_ASIDE, observation.path, 0, role.title, "", starts, shows)
    for path in sorted({place.path for place in detection.wiring.reached()}):
        role = store.role(path)
        if role is not None and not role.read:
            starts = frozenset(kind for unit in ("", MAIN) for kind in detection.wiring.kinds(Place(path, unit)))
            yield Stop(UnresolvedKind.SET_ASIDE, path, 0, role.title, "", starts)
