"""Files that commands name and that are not there: scripts, requirements, configurations, playbooks, manifests.

Which words of a command name such a file is data: `needs` of a program in rules/programs.yaml.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from mlripe.detection.cannot_work.contents import is_literal
from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.site import Site
from mlripe.detection.cannot_work.unit_commands import commands_here, folders_of
from mlripe.facts import Command, Unit
from mlripe.problem_kinds import FaultKind
from mlripe.texts import capitalized
from mlripe.wiring import Place
from mlripe.wiring.command_words import arguments, option

__all__ = ["faults_of_named_files"]

_FILE: Final = "FILE"  # in `needs`: the first argument that follows
_ENDINGS: Final = (
    ".py", ".sh", ".bash", ".ps1", ".R", ".r", ".jl", ".ipynb", ".sql", ".yml", ".yaml", ".toml", ".ini", ".cfg",
    ".txt", ".tf", ".tfvars", ".in", ".lock", ".json", ".js", ".mjs", ".ts", ".mts", ".smk", "Snakefile", "Makefile",
    "Dockerfile",
)  # fmt: skip
_REMEDY: Final = "Commit the file, or name the one that is meant."


def faults_of_named_files(site: Site) -> Iterator[Fault]:
    """The files that commands of CI, of targets and of stages need and that the repository does not hold."""
    named = _NamedFiles(site)
    for path, unit in site.units:
        yield from named.faults(path, unit)


class _NamedFiles:
    """The commands of one repository."""

    def __init__(self, site: Site) -> None:
        self.store = site.store
        self.wiring = site.wiring
        self.words = site.wiring.words
        self.contents = site.contents
        self.making = site.making

    def faults(self, path: str, unit: Unit) -> Iterator[Fault]:
        """The faults of one unit."""
        for command in commands_here(path, unit, self.wiring):
            forms = [self.words.spoken(form) for form in self.wiring.edges.values.forms(path, unit, command)]
            missing = [self._missing(path, unit, command, form) for form in forms if form]
            if missing and all(missing):
                yield self._fault(path, unit, command, missing[0])

    def _missing(self, path: str, unit: Unit, command: Command, argv: Sequence[str]) -> str:
        """The file that a command names and that nothing brings, "" for none."""
        for word in self._named(argv):
            value = word.removeprefix("./")
            if not is_literal(value) or value.startswith(("/", "-", ":")) or not value.endswith(_ENDINGS):
                continue
            if self._is_there(path, unit, command, value) or self.making.may_make(value):
                continue
            service = self.store.service(path)
            if service and not service.at_root and self.contents.named_apart(path, posixpath.basename(value)):
                continue
            if value.endswith((".yml", ".yaml", ".json", ".ini", ".cfg", ".toml")) and self.contents.ignored(value):
                continue
            return word
        return ""

    def _is_there(self, path: str, unit: Unit, command: Command, value: str) -> bool:
        """Whether a file may lie where the command looks for it; of few services it is known where that is."""
        folders = folders_of(path, unit, command, self.contents, self.wiring)
        if any(self.contents.holds(posixpath.join(folder, value)) for folder in folders):
            return True
        return len(folders) > 1 and self.contents.ends_with(value)

    def _named(self, argv: Sequence[str]) -> Iterator[str]:
        """The words of a command that name a file which it needs."""
        name = argv[0]
        if "/" in name and name.endswith(_ENDINGS):
            yield name
            return
        known = self.words.programs.needs(name)
        valued = self.words.programs.idle(name)[1]
        for phrase in known:
            *leading, last = phrase.split()
            words = arguments(argv[1:], valued)
            if len(words) < len(leading) or not all(map(fnmatchcase, words, leading)):
                continue
            if last != _FILE:
                if value := option(argv, last):
                    yield value
            elif len(words) > len(leading) and not _given_text(argv):
                yield words[len(leading)]

    def _fault(self, path: str, unit: Unit, command: Command, missing: str) -> Fault:
        line = self.contents.line_of(path, command.line, missing)
        step = capitalized(unit.says or unit.id)
        happens = f"{step} fails: {missing} is not in the repository, and nothing here makes it."
        return Fault(path, line, FaultKind.ABSENT_FILE, missing, happens, _REMEDY, Place(path, unit.id))


def _given_text(argv: Sequence[str]) -> bool:
    """Whether an interpreter is given its program as a text, a module or its input."""
    options = [word for word in argv[1:4] if word.startswith("-")]
    return any(word in ("-", "--eval") or (word[1:2] != "-" and word[-1] in "cem") for word in options)
