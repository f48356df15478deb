"""Roles of whole programs: pipeline definitions, long chains of scripts, and copies that nothing uses."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.kinds import Role
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import MAIN, Place, StartKind, Wiring

__all__ = ["definitions", "script_chains", "stale_copies"]

MANY: Final = 5  # programs that one script starts: fewer are a convenience, more an undeclared pipeline
MOST_COPIES: Final = 100
MOST_READMES: Final = 50
LONGEST_SAID: Final = 1 << 20  # bytes of READMEs
_PROGRAMS = (".py", ".ipynb", ".R", ".jl")
_CHAINS = ("target", "script")
_LEARNS = frozenset(("training-code", Role.ML, "model-evaluation", "data-ingestion"))
_COPY = lazy_regex(
    r"(?:[ _-]{0,3}\(\d{1,3}\)|[ _-]{1,3}(?:(?:old|orig|original|bak|backup|copy|final)\d{0,4}|v\d{1,4}))\Z",
    re.IGNORECASE,
)
LONGEST_SUFFIX: Final = 40  # characters
MOST_SUFFIXES: Final = 4  # `train_v2_final_copy`


def definitions(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation at each definition of a pipeline tool."""
    for place in sorted(wiring.reached()):
        if wiring.is_root(place, StartKind.PIPELINE) and store.role(place.path) is None:
            says = f"a pipeline definition: {place.unit or place.path}"
            yield Observation.of_role(Role.PIPELINE_DEFINITION, "programs", place, wiring.root_line(place), says)


def script_chains(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation at each shell script or make target that starts many programs itself, of which one trains."""
    training = {s.place: 1 for s in observations if s.capability == "training-code" and s.strength >= Strength.present}
    if not training:
        return
    chains = {
        Place(path, unit.id): (unit.line, programs)
        for path, facts in list(store.loaded())
        for unit in (facts.units if store.role(path) is None else ())
        if unit.kind in _CHAINS and len(unit.commands) >= MANY
        if len(programs := _programs(Place(path, unit.id), store, wiring)) >= MANY
    }
    below = wiring.gathered(training, chains)
    for place, (line, programs) in chains.items():
        if below[place]:
            says = f"starts {len(programs)} programs one after another: {', '.join(programs[:3])}, ..."
            yield Observation.of_role(Role.SCRIPT_CHAIN, "programs", place, line or 1, says)


def _programs(place: Place, store: FactStore, wiring: Wiring) -> list[str]:
    """The programs that a unit's lines start; a line that starts many files is a test run or the like."""
    lines: dict[int, set[str]] = {}
    for following, hop, _ in wiring.following(place):
        lines.setdefault(hop.line, set()).add(following.path)
    started = [path for paths in lines.values() if len(paths) == 1 for path in paths]
    return [path for path in dict.fromkeys(started) if path.endswith(_PROGRAMS) and store.role(path) is None]


def stale_copies(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation at each program of machine learning that is named as a copy of one beside it, and that nothing
    uses.

    What a README names is used by people.
    """
    learns = {s.path for s in observations if s.shows in _LEARNS and s.strength >= Strength.present}
    copies = [(path, original) for path in sorted(learns) if (original := _original(path, store))][:MOST_COPIES]
    if not copies:
        return
    readmes = [path for path in store.entries if posixpath.basename(path).lower().startswith("readme")]
    said = b"\n".join(store.text(path) for path in readmes[:MOST_READMES])[:LONGEST_SAID]
    used = {place.path for place in wiring.reached()}
    for path, original in copies:
        ids = ["", MAIN, *(definition.name for definition in store.of(path).definitions)]
        callers = {place.path for unit in ids for place, _ in wiring.callers(Place(path, unit))}
        if path in used or callers - {path} or posixpath.basename(path).encode("utf-8", "replace") in said:
            continue
        says = f"named as a copy of {original}, and nothing uses it"
        yield Observation.of_role(Role.STALE_COPY, "programs", Place(path), 1, says)


def _original(path: str, store: FactStore) -> str:
    """The file that a path is named as a copy of; "" where there is none beside it."""
    if store.role(path) is not None:
        return ""
    folder, name = posixpath.split(path)
    stem, ending = posixpath.splitext(name)
    for _ in range(MOST_SUFFIXES):
        found = _COPY.search(stem, max(len(stem) - LONGEST_SUFFIX, 1))
        stem = stem[: found.start()] if found else ""
        original = posixpath.join(folder, stem + ending)
        if stem and original in store.entries:
            return original
    return ""
