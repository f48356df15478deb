"""Options that a command gives to a program of the repository and that the program does not take, or misses."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Final

from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.site import Site
from mlripe.detection.cannot_work.unit_commands import folders_of, optional_units, run_by_path
from mlripe.facts import Command, Unit
from mlripe.problem_kinds import FaultKind
from mlripe.readers.python.declared_options import DeclaredOptions, declared_options
from mlripe.texts import capitalized
from mlripe.wiring import MAIN, Place

__all__ = ["faults_of_options"]

_OPEN: Final = frozenset("$`{(*<>|;&")
_MOST: Final = 100  # programs that are looked into
_MOST_SOURCES: Final = 25  # files of a program; of one that has more, who reads its options is not followed


def faults_of_options(site: Site) -> Iterator[Fault]:
    """The options in commands that the program which is started has not."""
    store = site.store
    options = _Options(site)
    for path, facts in list(store.loaded()):
        if path.endswith((".py", ".ipynb")) or store.role(path) is not None or store.from_template(path):
            continue
        optional = optional_units(facts.units)
        for unit in facts.units:
            if optional.isdisjoint((unit.id, unit.parent)):
                yield from options.faults(path, unit)


class _Options:
    """The programs of one repository by what they take."""

    def __init__(self, site: Site) -> None:
        self.store = site.store
        self.wiring = site.wiring
        self.contents = site.contents
        self._known: dict[str, DeclaredOptions | None] = {}
        self._read: dict[str, list[bytes]] = {}

    def faults(self, path: str, unit: Unit) -> Iterator[Fault]:
        """The faults of one unit."""
        for command in unit.commands:
            if command.allow_failure or not any(word.startswith("--") for word in command.argv):
                continue
            words = run_by_path(self.wiring.words.unwrapped(command.argv))
            # what a variable holds may be given only at times
            given = [name for name in _given(words[1:]) if name in command.text]
            program = self._program(path, unit, command, words[0]) if given else ""
            unwritten = [name for name in given if not self._writes(program, name)] if program else []
            taken = self._of(program) if unwritten else None  # parsed only for an option that no source writes
            unknown = [name for name in unwritten if taken and not taken.takes(name)]
            if unknown:
                yield self._fault(path, unit, command, unknown[0], program)

    def _program(self, path: str, unit: Unit, command: Command, named: str) -> str:
        """The file that a command runs; "" where it is not certain."""
        bases = folders_of(path, unit, command, self.contents, self.wiring)
        seen = dict.fromkeys(posixpath.normpath(posixpath.join(base, named)) for base in bases)
        there = [each for each in seen if each in self.store.entries]
        started = {place.path for place in self.wiring.edges.started(path, unit, command) if place.unit == MAIN}
        return there[0] if len(there) == 1 and there[0] in started else ""

    def _of(self, program: str) -> DeclaredOptions | None:
        if program not in self._known:
            fits = len(self._known) < _MOST and self.store.role(program) is None
            texts = self._texts(program) if fits else []
            self._known[program] = declared_options(texts) if texts else None
        return self._known[program]

    def _writes(self, program: str, option: str) -> bool:
        """Whether a source of a program holds an option's name."""
        sought = re.compile(re.escape(option.encode("utf-8", "replace")) + rb"(?![\w-])")
        return any(sought.search(text) for text in self._texts(program))

    def _texts(self, program: str) -> list[bytes]:
        if program not in self._read:
            self._read[program] = [self.store.text(path) for path in self._sources(program)]
        return self._read[program]

    def _sources(self, program: str) -> list[str]:
        """A program and the modules of the repository that it imports; [] where they are many."""
        found, waiting = [program], [program]
        while waiting:
            path = waiting.pop()
            for imported in self.store.of(path).imports:
                for file in self.wiring.edges.python.imported_files(path, imported):
                    if file not in found:
                        found.append(file)
                        waiting.append(file)
                if len(found) > _MOST_SOURCES:
                    return []
        return found

    def _fault(self, path: str, unit: Unit, command: Command, option: str, program: str) -> Fault:
        line = self.contents.line_of(path, command.line, option)
        happens = f"{capitalized(unit.says or unit.id)} fails: {program} does not take {option}."
        remedy = f"Use an option that {program} has, or add {option} to it."
        return Fault(path, line, FaultKind.WRONG_CALL, option, happens, remedy, Place(path, unit.id))


def _given(words: Sequence[str]) -> list[str]:
    """The long options behind the program's name, as far as they are written out."""
    found = []
    for word in words:
        if word == "--":
            break
        name = word.partition("=")[0]
        if name.startswith("--") and not _OPEN & set(name):
            found.append(name)
    return found
