"""Targets, scripts and stages that a command asks a runner for and that its file does not define.

Nothing is said where the file takes in others, makes targets by patterns or values, or does not lie where it would be
looked for.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from mlripe.detection.cannot_work.contents import is_literal
from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.site import Site
from mlripe.detection.cannot_work.unit_commands import commands_here, folders_of
from mlripe.facts import Command, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import FaultKind
from mlripe.readers.formats.cursor import Node
from mlripe.texts import capitalized
from mlripe.wiring import Place
from mlripe.wiring.command_words import arguments, option

__all__ = ["faults_of_targets"]

_MAKEFILES: Final = ("GNUmakefile", "makefile", "Makefile")
_MAKE_VALUED: Final = ("-C", "-f", "-j", "--directory", "--file", "-I", "-o", "-l", "-W", "--makefile")
# what a Makefile may have targets by that it does not write out
_OPEN_TARGETS: Final = lazy_regex(
    rb"^-?s?include\b|\$[({](?:eval|foreach|call)\b|^[^\t#\n=%$]*[%$][^\n=]*:(?!=)", re.MULTILINE
)
_ELSEWHERE: Final = (
    "-w",
    "--workspace",
    "--workspaces",
    "--filter",
    "-F",
    "-r",
    "--recursive",
    "--prefix",
    "-C",
    "--cwd",
    "--dir",
    "--if-present",
    "workspace",
)
_DVC_VALUED: Final = (
    "-n",
    "--name",
    "-S",
    "--set-param",
    "-m",
    "--message",
    "-r",
    "--rev",
    "-j",
    "--jobs",
    "--downstream",
)


def faults_of_targets(site: Site) -> Iterator[Fault]:
    """What commands of CI, of targets and of stages ask of runners that do not have it."""
    targets = _Targets(site)
    for path, unit in site.units:
        yield from targets.faults(path, unit)


class _Targets:
    """The runners of one repository."""

    def __init__(self, site: Site) -> None:
        self.store = site.store
        self.wiring = site.wiring
        self.contents = site.contents
        self._judges: Mapping[str, Callable[[Sequence[str], Sequence[str]], tuple[str, str]]] = {
            "make": self._make,
            "npm": self._package,
            "pnpm": self._package,  # yarn runs the programs of installed packages by the same words
            "dvc": self._dvc,
        }

    def faults(self, path: str, unit: Unit) -> Iterator[Fault]:
        """The faults of one unit."""
        for command in commands_here(path, unit, self.wiring):
            argv = self.wiring.words.spoken(command.argv)
            judge = self._judges.get(argv[0]) if argv else None
            if judge is None or self.wiring.words.runs_nothing(argv):
                continue
            missing, file = judge(argv[1:], folders_of(path, unit, command, self.contents, self.wiring))
            if missing:
                yield self._fault(path, unit, command, missing, file)

    def _fault(self, path: str, unit: Unit, command: Command, missing: str, file: str) -> Fault:
        line = self.contents.line_of(path, command.line, missing)
        happens = f"{capitalized(unit.says or unit.id)} fails: {file} does not define {missing}."
        remedy = f"Define {missing} in {file}, or ask for one that it has."
        return Fault(path, line, FaultKind.ABSENT_TARGET, missing, happens, remedy, Place(path, unit.id))

    def _named(self, folders: Sequence[str], *names: str) -> str:
        """The one file of these names in the folders, "" where it is none or several."""
        found = {posixpath.join(each, n).removeprefix("./") for each in folders for n in names}
        there = sorted(each for each in found if each in self.store.entries)
        return there[0] if len(there) == 1 else ""

    # --- runners -----------------------------------------------------------------------------------------------------

    def _make(self, words: Sequence[str], folders: Sequence[str]) -> tuple[str, str]:
        folder, named = option(words, "-C", "--directory"), option(words, "-f", "--file", "--makefile")
        if named or (folder and not is_literal(folder)):
            return "", ""
        where = [posixpath.normpath(posixpath.join(each, folder)) for each in folders] if folder else folders
        file = self._named(where, *_MAKEFILES)
        text = self.store.text(file) if file else b""
        if not text or _OPEN_TARGETS.search(text):
            return "", ""
        units = {unit.id for unit in self.store.of(file).units}
        for goal in arguments(words, _MAKE_VALUED):
            beside = posixpath.join(posixpath.dirname(file), goal)
            if is_literal(goal) and "=" not in goal and goal not in units and not self.contents.holds(beside):
                written = re.compile(
                    rb"^[^\t#\n]*(?<![\w.-])" + re.escape(goal.encode()) + rb"(?![\w.-])", re.MULTILINE
                )
                if units and not written.search(text):
                    return goal, file
        return "", ""

    def _package(self, words: Sequence[str], folders: Sequence[str]) -> tuple[str, str]:
        if words[:1] not in (("run",), ("run-script",)) or any(word.partition("=")[0] in _ELSEWHERE for word in words):
            return "", ""
        name = next(iter(arguments(words[1:])), "")
        file = self._named(folders, "package.json")
        if not is_literal(name) or not file or name in ("env", "start"):
            return "", ""
        for document in self.store.of(file).documents[:1]:
            if name not in Node.root(document)["scripts"]:
                return name, file
        return "", ""

    def _dvc(self, words: Sequence[str], folders: Sequence[str]) -> tuple[str, str]:
        """A stage that the pipeline does not have; a stage may be asked for by its file or by what it writes."""
        if words[:1] not in (("repro",), ("reproduce",)) or option(words, "-C", "--cd", "-P", "-R"):
            return "", ""
        file = self._named(folders, "dvc.yaml")
        units = self.store.of(file).units if file else ()
        known = {unit.id for unit in units} | {unit.id.partition("@")[0] for unit in units}
        known |= {posixpath.basename(path) for unit in units for path in unit.writes}
        for goal in arguments(words[1:], _DVC_VALUED):
            plain = is_literal(goal) and "/" not in goal and ":" not in goal and "." not in goal and "@" not in goal
            if units and plain and goal not in known:
                return goal, file
        return "", ""
