"""Programs that import from the repository what the repository does not have."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlripe.detection.cannot_work.fault import Fault
from mlripe.facts import Import
from mlripe.kinds import FaultKind
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["faults_of_programs"]


def faults_of_programs(store: FactStore, wiring: Wiring) -> Iterator[Fault]:
    """The imports that cannot work: of Python files, and of programs that stand in a step (`python -c`)."""
    programs = wiring.edges.python.unimportable
    for path, facts in list(store.loaded()):
        if path.endswith(".py"):
            for imported, missing in programs.missing_in(path):
                yield _fault(path, imported, missing, Place(path))
        for unit in facts.units if facts.imports else ():
            if unit.kind == "step" and not any(command.allow_failure for command in unit.commands):
                seen_from = posixpath.join(unit.directory, "_.py")
                written_there = [each for each in facts.imports if each.scope == unit.id]
                for imported, missing in programs.missing(written_there, seen_from):
                    yield _fault(path, imported, missing, Place(path, unit.id))


def _fault(path: str, imported: Import, missing: str, place: Place) -> Fault:
    happens = f"The program stops at this import, and so does all that runs it: nothing here is {missing}."
    remedy = "Commit the module, or import what is there."
    return Fault(path, imported.line, FaultKind.ABSENT_MODULE, missing, happens, remedy, place)
