"""Steps of CI that need what is not there: a Dockerfile, a folder of tests, a folder to run in.

Only literal paths count, in a job that brings no other files of its own (a clone, a download).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from mlripe.detection.cannot_work.contents import Contents, in_small_letters, is_literal
from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.making import Making
from mlripe.detection.cannot_work.site import Site
from mlripe.detection.cannot_work.unit_commands import checks_out_more, commands_here, optional_units
from mlripe.facts import Command, Unit
from mlripe.kinds import ProgramEffect
from mlripe.problem_kinds import FaultKind
from mlripe.wiring import Place, Wiring
from mlripe.wiring.command_words import CommandWords, arguments, option

__all__ = ["faults_of_steps"]

_BUILDERS: Final = (
    "docker/build-push-action",
    "whoan/docker-build-with-cache-action",
    "elgohr/Publish-Docker-Github-Action",
)
_VALUED: Final = (
    "-t",
    "--tag",
    "-f",
    "--file",
    "--build-arg",
    "--platform",
    "--target",
    "--cache-from",
    "--cache-to",
    "--label",
)
_FLAGS: Final = frozenset(("-v", "-vv", "-vvv", "-q", "-s", "-x", "-l", "-ra", "-rA", "--verbose", "--exitfirst"))
_REMEDY: Final = "Add it, or name the one that is meant."


def faults_of_steps(site: Site) -> Iterator[Fault]:
    """The steps of CI files that need a file or folder which the repository does not have."""
    store, wiring = site.store, site.wiring
    contents, making = site.contents, site.making
    for path, facts in list(store.loaded()):
        steps = [unit for unit in facts.units if unit.kind == "step"] if store.role(path) is None else []
        left = {unit.parent for unit in steps if _brings_files(unit, wiring.words)} | optional_units(facts.units)
        for unit in steps:
            if left.isdisjoint((unit.id, unit.parent)):
                yield from _Step(path, unit, contents, making, wiring).faults()


def _brings_files(unit: Unit, words: CommandWords) -> bool:
    """Whether a step may bring files that the repository does not hold."""
    fetched = any("download-artifact" in used for used in unit.uses)
    programs = {argv[0] for command in unit.commands if (argv := words.unwrapped(command.argv))}
    return checks_out_more(unit) or fetched or not programs.isdisjoint(words.programs.doing(ProgramEffect.MAKES_FILES))


class _Step:
    """One step, and what it needs."""

    def __init__(self, path: str, unit: Unit, contents: Contents, making: Making, wiring: Wiring) -> None:
        self.path = path
        self.unit = unit
        self.contents = contents
        self.making = making
        self.wiring = wiring
        self.words = wiring.words

    def faults(self) -> Iterator[Fault]:
        yield from self._builds()
        yield from self._tests()
        yield from self._folder()

    def _fault(self, kind: FaultKind, line: int, missing: str, happens: str, remedy: str = _REMEDY) -> Fault:
        line = self.contents.line_of(self.path, line, posixpath.basename(missing))
        return Fault(self.path, line, kind, missing, happens, remedy, Place(self.path, self.unit.id))

    # --- images ------------------------------------------------------------------------------------------------------

    def _builds(self) -> Iterator[Fault]:
        """The Dockerfiles by which the step builds, of which none is there in any form that its command may take."""
        for line, builds in self._built():
            literal = not any(part and not is_literal(part) for build in builds for part in build)
            files = [file or posixpath.normpath(posixpath.join(context, "Dockerfile")) for context, file in builds]
            if files and literal and not any(map(self._may_be_there, files)):
                says = "The image is not built, and the step fails: there is no such Dockerfile."
                yield self._fault(FaultKind.ABSENT_DEFINITION, line, files[0], says)

    def _may_be_there(self, file: str) -> bool:
        """Whether a file is there; who submits a build from the folder of its definition has that for its root."""
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), file))
        forms = (file, in_small_letters(file))
        return any(self.contents.has(each, self.path) for each in forms) or beside in self.contents.store.entries

    def _built(self) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """By line, the contexts and Dockerfiles ("" for the default) that the step builds from, in each form."""
        unit = self.unit
        if any(used.startswith(_BUILDERS) for used in unit.uses):
            context, file = (str(unit.inputs.get(key, "")) for key in ("context", "file"))
            if context or "context" not in unit.inputs:
                yield unit.line, [(context or ".", file)]
        for command in unit.commands:
            forms = self.wiring.edges.values.forms(self.path, unit, command)
            yield command.line, [build for form in forms if (build := self._build(form, command))]

    def _build(self, form: Sequence[str], command: Command) -> tuple[str, str] | None:
        argv = self.words.unwrapped(form)
        contexts = arguments(argv[2:], _VALUED) if argv[:2] == ("docker", "build") and "-" not in argv else ()
        if not contexts:
            return None
        file = option(argv, "-f", "--file")
        return self._seen(command, contexts[-1]), self._seen(command, file) if file else ""

    def _seen(self, command: Command, path: str) -> str:
        return posixpath.join(self.unit.directory, command.directory, path)

    def _holds(self, path: str) -> bool:
        """Whether a file or folder is there, as the step sees the repository, or may be there as another one's."""
        full = posixpath.normpath(posixpath.join(self.contents.root_above(self.path), path))
        held = self.contents.has(path, self.path, self.contents.store.folders)
        return held or self.contents.in_submodule(full) or self.making.may_make(full)

    # --- tests, folders ----------------------------------------------------------------------------------------------

    def _tests(self) -> Iterator[Fault]:
        """The files and folders whose tests the step is told to run: pytest fails where one of them is not there."""
        for command in commands_here(self.path, self.unit, self.wiring):
            argv = self.words.spoken(command.argv)
            if argv[:1] != ("pytest",):
                continue
            for before, word in pairwise(argv):
                path = word.partition("::")[0]
                named = "/" in path or path == "tests" or path.endswith(".py")
                value = before.startswith("-") and "=" not in before and before not in _FLAGS
                if not named or value or path.startswith(("-", "/")) or not is_literal(path):
                    continue
                if not self._holds(self._seen(command, path)):
                    says = "pytest stops at the missing path, and no test is run."
                    yield self._fault(FaultKind.ABSENT_FILE, command.line, path, says)

    def _folder(self) -> Iterator[Fault]:
        """The folder in which the step runs."""
        unit = self.unit
        folder = posixpath.normpath(unit.directory) if unit.directory and unit.commands else ""
        if not is_literal(folder) or folder.startswith(("..", "/")) or folder == ".":
            return
        if not self._holds(folder):
            says = "The step fails before its first command: the folder that it runs in does not exist."
            yield self._fault(FaultKind.ABSENT_FILE, unit.line, folder, says)
