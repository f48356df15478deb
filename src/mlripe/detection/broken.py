"""Automation that visibly cannot work as committed: a step that builds an image where the repository has no Dockerfile,
installs from a requirements file that it does not hold, runs in a folder that does not exist, or runs a program that
imports what is not there.

Only what is certain counts: literal paths, in a job that brings no other files of its own (a clone, a download).
"""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

from mlripe.facts import Command, Unit
from mlripe.kinds import ProgramEffect
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring
from mlripe.wiring.command_words import CommandWords, arguments, option

__all__ = ["broken_steps"]

_BUILDERS = ("docker/build-push-action", "whoan/docker-build-with-cache-action", "elgohr/Publish-Docker-Github-Action")
_VALUED = (
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
_FLAGS = frozenset(("-v", "-vv", "-vvv", "-q", "-s", "-x", "-l", "-ra", "-rA", "--verbose", "--exitfirst"))
_ASKS = ("[", "[[", "test")  # commands that ask whether a file is there
_MOST_PLACES = 200  # that a step leads to before it comes to programs
_OPEN = frozenset("$*{~`(<")  # a path with one of these is not literal


def broken_steps(store: FactStore, wiring: Wiring) -> list[Place]:
    """The steps of CI files that need a file, folder or module which the repository does not have."""
    found = []
    for path, facts in list(store.loaded()):
        steps = [unit for unit in facts.units if unit.kind == "step"]
        bringing = {unit.parent for unit in steps if _brings(unit, wiring.words)}
        for unit in steps:
            lacks = unit.parent not in bringing and _lacks_files(unit, path, store, wiring)
            if lacks or _runs_unimportable(Place(path, unit.id), unit, wiring):
                found.append(Place(path, unit.id))
    return found


def _lacks_files(unit: Unit, path: str, store: FactStore, wiring: Wiring) -> bool:
    """Whether a step needs a file or folder that the repository does not have."""
    return (
        any(not any(_exists(*build, path, store) for build in builds) for builds in _builds(unit, path, wiring))
        or any(not _held(each, path, store) for each in _installs(unit, wiring.words))
        or any(not _held(each, path, store, store.folders) for each in _tested(unit, wiring.words))
        or _nowhere(unit, path, store)
    )


def _runs_unimportable(step: Place, unit: Unit, wiring: Wiring) -> bool:
    """Whether a step runs a program, in whose failure it fails, that cannot import what it needs."""
    programs = wiring.edges.python.unimportable
    if not any(command.allow_failure for command in unit.commands):
        written_there = [each for each in wiring.store.of(step.path).imports if each.scope == step.unit]  # `python -c`
        if programs.any_of(written_there, posixpath.join(unit.directory, "_.py")):
            return True
    waiting, seen = [step], {step}
    while waiting and len(seen) < _MOST_PLACES:
        for place, _, strict in wiring.following(waiting.pop()):
            if not strict or place in seen:
                continue
            seen.add(place)
            if place.path.endswith(".py"):
                if place.path in programs:
                    return True
            elif not place.path.endswith("/"):
                waiting.append(place)
    return False


def _brings(unit: Unit, words: CommandWords) -> bool:
    """Whether a step may bring files that the repository does not hold."""
    checks_out = any("checkout" in used for used in unit.uses) and bool({"repository", "path"} & set(unit.inputs))
    fetched = any("download-artifact" in used for used in unit.uses)
    programs = {argv[0] for command in unit.commands if (argv := words.unwrapped(command.argv))}
    return checks_out or fetched or not programs.isdisjoint(words.programs.doing(ProgramEffect.MAKES_FILES))


def _builds(unit: Unit, path: str, wiring: Wiring) -> Iterator[list[tuple[str, str]]]:
    """What each image that a step builds is built from, in each form that its command may take.

    It is a context and a Dockerfile, "" for the default one.
    """
    found = []
    if any(used.startswith(_BUILDERS) for used in unit.uses):
        context, file = (str(unit.inputs.get(key, "")) for key in ("context", "file"))
        if context or "context" not in unit.inputs:
            found.append([(context or ".", file)])
    for command in unit.commands:
        forms = wiring.edges.values.forms(path, unit, command)
        found.append([build for form in forms if (build := _built(form, unit, command, wiring.words))])
    literal = (not any(set(part) & _OPEN or "://" in part for build in builds for part in build) for builds in found)
    return (builds for builds, certain in zip(found, literal, strict=True) if builds and certain)


def _built(form: Sequence[str], unit: Unit, command: Command, words: CommandWords) -> tuple[str, str] | None:
    argv = words.unwrapped(form)
    contexts = arguments(argv[2:], _VALUED) if argv[:2] == ("docker", "build") and "-" not in argv else ()
    if not contexts:
        return None
    folder, file = posixpath.join(unit.directory, command.directory), option(argv, "-f", "--file")
    return posixpath.join(folder, contexts[-1]), posixpath.join(folder, file) if file else ""


def _nowhere(unit: Unit, workflow: str, store: FactStore) -> bool:
    """Whether a step runs in a folder that the repository does not have."""
    folder = posixpath.normpath(unit.directory) if unit.directory and unit.commands else ""
    if not folder or set(folder) & _OPEN or folder.startswith(("..", "/")) or folder == ".":
        return False
    made = any("mkdir" in command.argv[:2] or "-p" in command.argv for command in unit.commands)
    return not made and posixpath.join(store.knowledge.ci_services.root_above(workflow), folder) not in store.folders


def _installs(unit: Unit, words: CommandWords) -> list[str]:
    """The requirements files that a step installs from."""
    found = []
    for command in unit.commands:
        argv = words.unwrapped(command.argv)
        argv = argv[1:] if argv[:1] in (("uv",), ("-m",)) else argv
        if argv[:1] in (("pip",), ("pip3",)) and "install" in argv and not command.allow_failure:
            named = option(argv, "-r", "--requirement")
            if named and not set(named) & _OPEN and "://" not in named:
                found.append(posixpath.join(unit.directory, command.directory, named))
    return found


def _tested(unit: Unit, words: CommandWords) -> list[str]:
    """The files and folders whose tests a step is told to run: pytest fails where one of them is not there."""
    found: list[str] = []
    if any(command.argv[:1] and command.argv[0] in _ASKS for command in unit.commands):
        return found
    for command in unit.commands:
        argv = words.spoken(command.argv)
        if argv[:1] != ("pytest",) or command.allow_failure:
            continue
        for before, word in pairwise(argv):
            path = word.partition("::")[0]
            named = "/" in path or path == "tests" or path.endswith(".py")
            value = before.startswith("-") and "=" not in before and before not in _FLAGS
            if named and not value and not path.startswith(("-", "/")) and not set(path) & _OPEN:
                found.append(posixpath.join(unit.directory, command.directory, path))
    return found


def _held(file: str, workflow: str, store: FactStore, others: Container[str] = ()) -> bool:
    """Whether the repository holds a file, or what is among `others`; what lies above its root may be there."""
    path = posixpath.normpath(posixpath.join(store.knowledge.ci_services.root_above(workflow), file))
    above = path.startswith("/") or (path.startswith("..") and not workflow.startswith(".github/"))
    return above or path == "." or path in store.entries or path in others


def _exists(context: str, file: str, workflow: str, store: FactStore) -> bool:
    return _held(file or posixpath.join(context, "Dockerfile"), workflow, store)
