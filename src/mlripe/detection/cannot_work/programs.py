"""Programs that cannot run: what they import, read or call in any case is not there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.site import Site
from mlripe.detection.cannot_work.started_programs import started_programs
from mlripe.facts import Import
from mlripe.problem_kinds import FaultKind
from mlripe.readers.python.straight_flow import Signature, StraightFlow, straight_flow
from mlripe.wiring import Place

__all__ = ["faults_of_programs"]

_MOST_FLOWS: Final = 40  # sources that are parsed for what they do in any case
_MOST_BYTES: Final = 100_000  # of them together: each was parsed before


def faults_of_programs(site: Site) -> Iterator[Fault]:
    """What cannot work in Python files, and in programs that stand in a step (`python -c`)."""
    store, wiring = site.store, site.wiring
    programs = wiring.edges.python.unimportable
    for path, facts in list(store.loaded()):
        if path.endswith(".py"):
            for imported, missing in programs.missing_in(path):
                yield _unimportable(path, imported, missing, Place(path))
        for unit in facts.units if facts.imports and store.role(path) is None else ():
            if unit.kind == "step" and not any(command.allow_failure for command in unit.commands):
                seen_from = posixpath.join(unit.directory, "_.py")
                written_there = [each for each in facts.imports if each.scope == unit.id]
                for imported, missing in programs.missing(written_there, seen_from):
                    yield _unimportable(path, imported, missing, Place(path, unit.id))
    flows = _Flows(site)
    for path in started_programs(store, wiring):
        yield from flows.faults(path)


def _unimportable(path: str, imported: Import, missing: str, place: Place) -> Fault:
    happens = f"The program stops at this import, and so does all that runs it: nothing here is {missing}."
    remedy = "Commit the module, or import what is there."
    return Fault(path, imported.line, FaultKind.ABSENT_MODULE, missing, happens, remedy, place)


class _Flows:
    """What programs do in any case."""

    def __init__(self, site: Site) -> None:
        self.store = site.store
        self.modules = site.wiring.tree.modules
        self._known: dict[str, StraightFlow] = {}
        self._read = 0

    def faults(self, path: str) -> Iterator[Fault]:
        """The names that a program reads and nothing binds, and its calls of functions of the repository."""
        flow = self._of(path)
        for name, line in flow.unbound:
            happens = f"The program stops here with a NameError: nothing in the file gives {name} a value."
            remedy = f"Import or define {name} before it is used."
            yield Fault(path, line, FaultKind.UNBOUND_NAME, name, happens, remedy, Place(path))
        for call in flow.calls:
            signature = self._signature(path, flow, call.name)
            if signature and (wrong := signature.mismatch(call)):
                happens = f"The program stops here with a TypeError: {call.name} {wrong}."
                remedy = f"Call {call.name} as it is defined, or change its definition."
                yield Fault(path, call.line, FaultKind.WRONG_CALL, call.name, happens, remedy, Place(path))

    def _of(self, path: str) -> StraightFlow:
        if path not in self._known:
            size = self.store.entries[path].size or 0 if path in self.store.entries else 0
            fits = self._read + size <= _MOST_BYTES and len(self._known) < _MOST_FLOWS
            self._read += size if fits else 0
            text = self.store.text(path) if fits else b""
            known = self.store.kept.recalled(path, "straight flow", StraightFlow, text, straight_flow)
            self._known[path] = known
        return self._known[path]

    def _signature(self, path: str, flow: StraightFlow, name: str) -> Signature | None:
        """What a function takes that the file defines, or imports by its name from another one."""
        if name in flow.signatures:
            return flow.signatures[name]
        if "." in name:
            return self._of_module(path, name) if name.rpartition(".")[0] in flow.modules else None
        brought = [each for each in self.store.of(path).imports if name in each.names or name in each.renamed.values()]
        if len(brought) != 1 or name not in brought[0].names or brought[0].renamed:
            return None
        file = self.modules.file(brought[0].module, path)
        return self._of(file).signatures.get(name) if file and file != path else None

    def _of_module(self, path: str, name: str) -> Signature | None:
        """What a function of another file takes, which is called through its module: `data.split(...)`."""
        module, _, function = name.rpartition(".")
        brought = {
            each.module if module == each.module and not each.names else f"{each.module}.{module}"
            for each in self.store.of(path).imports
            if (module == each.module and not each.names) or (module in each.names and not each.renamed)
        }
        file = self.modules.file(brought.pop(), path) if len(brought) == 1 else None
        return self._of(file).signatures.get(function) if file and file != path else None
