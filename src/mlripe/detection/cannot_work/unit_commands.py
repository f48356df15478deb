"""The commands of which it is known in which folder of the repository they run, and that nothing there was brought."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mlripe.detection.cannot_work.contents import Contents, is_literal
from mlripe.facts import Command, Unit
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring
from mlripe.wiring.command_words import program

__all__ = [
    "checks_out_more",
    "commands_here",
    "folders_of",
    "optional_units",
    "run_by_path",
    "runs_elsewhere",
    "units_here",
]

# kinds of unit whose commands run in a folder of the repository
_RUN_HERE: Final = frozenset(("step", "job", "target", "task", "environment", "stage", "hook"))
_ASKS: Final = ("[", "[[", "test", "Test-Path")  # commands that ask whether a file is there
_MOVES: Final = ("cd", "pushd", "chdir", "Set-Location", "Push-Location")
# what they run, they run in another place than the repository
_REMOTE: Final = frozenset(("ssh", "vagrant", "singularity", "apptainer", "heroku"))
_CONTAINERS: Final = frozenset("docker podman nerdctl docker-compose kubectl oc fly flyctl gcloud az railway".split())
_WITHIN: Final = frozenset(("exec", "run", "ssh"))
_PLAIN_FLAGS: Final = ("-u", "-O", "-OO", "-B", "-b", "-v", "-q")  # of Python, which change nothing of what it finds
_UNPACKING: Final = frozenset(("unzip", "tar", "cookiecutter", "copier", "gsutil", "kaggle", "copybara"))
_FETCHING: Final = frozenset(("git", "svn", "hg", "gh", "dvc"))


def units_here(store: FactStore, wiring: Wiring) -> Iterator[tuple[str, Unit]]:
    """The units whose commands run in the repository as it is committed, with their files' paths.

    Not what only a template would make, what may fail or is switched off, nor jobs that bring files from elsewhere.
    """
    for path, facts in list(store.loaded()):
        if not facts.units or store.role(path) is not None or store.from_template(path):
            continue
        bringing = {unit.parent or unit.id for unit in facts.units if _brings(unit, wiring)}
        left = bringing | optional_units(facts.units)
        for unit in facts.units:
            if unit.kind in _RUN_HERE and left.isdisjoint((unit.id, unit.parent or unit.id)):
                yield path, unit


def optional_units(units: Iterable[Unit]) -> set[str]:
    """The ids of those whose failure stops nothing, that are switched off, or that ask whether a file is there.

    What belongs to one of them is optional with it.
    """
    return {unit.id for unit in units if unit.allow_failure or unit.disabled or "hashFiles" in unit.condition}


def checks_out_more(unit: Unit) -> bool:
    """Whether a step checks out another repository, or into a folder of its own."""
    return any("checkout" in used for used in unit.uses) and bool({"repository", "path"} & set(unit.inputs))


def commands_here(path: str, unit: Unit, wiring: Wiring) -> Iterator[Command]:
    """The commands up to one that asks for a file, goes to a folder which is not the repository's, or to a container or
    another machine; without those whose failure stops nothing, and those that a wrapper runs in a folder of its own.
    """
    for command in unit.commands:
        name = command.argv[0]
        moved = name in _MOVES and not _stays(path, unit, command, wiring)
        if name in _ASKS or moved or runs_elsewhere(command.argv):
            return
        if not (command.allow_failure or command.own or wiring.words.opened(command.argv)[1]):
            yield command


def run_by_path(argv: Sequence[str]) -> tuple[str, ...]:
    """The program of Python that an unwrapped command runs by its path, and the words that it is given; () for none."""
    at = 1
    while at < len(argv) and argv[at] in _PLAIN_FLAGS:
        at += 1
    by_path = at < len(argv) and argv[0] == "python" and argv[at].endswith(".py") and is_literal(argv[at])
    return tuple(argv[at:]) if by_path else ()


def folders_of(path: str, unit: Unit, command: Command, contents: Contents, wiring: Wiring) -> list[str]:
    """The folders in which a command may run: one where that is known, as of the jobs of most services."""
    root = contents.root_of(path) if unit.kind in ("step", "job") else None
    if root is None:
        return wiring.edges.bases(path, unit, command)
    folder = posixpath.normpath(posixpath.join(root, unit.directory, command.directory))
    return ["" if folder == "." else folder]


def _stays(path: str, unit: Unit, command: Command, wiring: Wiring) -> bool:
    folder = command.argv[1] if len(command.argv) > 1 else ""
    bases = wiring.edges.bases(path, unit, command)
    return is_literal(folder) and wiring.tree.folder(folder, bases) is not None


def runs_elsewhere(argv: Sequence[str]) -> bool:
    """Whether a command runs what follows on another machine or in a container."""
    for at, word in enumerate(argv[:3]):
        name = program(word)
        if name in _REMOTE or (name in _CONTAINERS and not _WITHIN.isdisjoint(argv[at + 1 : at + 5])):
            return True
    return False


def _brings(unit: Unit, wiring: Wiring) -> bool:
    """Whether a unit brings files from elsewhere: another repository, an archive, an artifact."""
    fetched = any("artifact" in used or "cache" in used for used in unit.uses)
    return (
        checks_out_more(unit) or fetched or any(_unpacks(wiring.words.unwrapped(each.argv)) for each in unit.commands)
    )


def _unpacks(argv: Sequence[str]) -> bool:
    if not argv:
        return False
    fetches = any("://" in word or word in ("clone", "pull", "checkout", "submodule") for word in argv[1:])
    return argv[0] in _UNPACKING or (argv[0] in _FETCHING and fetches)
