"""From one command to the places of the repository that it starts: `make train`, `python -m pkg.train`, `dvc repro`.

`programs.py` has a small handler a program. Whatever no handler knows still starts the repository files that it names:
job specifications, scripts and manifests are handed over as arguments by far more tools than can be listed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from mlripe.facts import Unit
from mlripe.kinds import ProgramEffect
from mlripe.lazy_regex import lazy_regex
from mlripe.wiring.command_words import CommandWords
from mlripe.wiring.places import EVERYTHING, MAIN, Place
from mlripe.wiring.sql_files import SQL

__all__ = ["RUNNABLE", "Handler", "Launcher", "Tree"]


class Tree(Protocol):
    """What launching needs to know of a repository."""

    def file(self, word: str, bases: Sequence[str]) -> str | None:
        """The path that a word of a command means, seen from the folders `bases`."""

    def folder(self, word: str, bases: Sequence[str]) -> str | None:
        """The path of the folder that a word names, seen from these folders."""

    def matching(self, word: str, bases: Sequence[str]) -> list[str]:
        """The paths that a word with wildcards means, seen from the first folder where there are any."""

    def units(self, path: str, kinds: Iterable[str] = ()) -> list[str]:
        """The ids of a file's units, of these kinds."""

    def target(self, path: str, name: str) -> Place | None:
        """Where a file, or one that it includes, defines a target; `a:b` or `a::b` is one of a module or namespace."""

    def unit(self, place: Place) -> Unit | None:
        """The unit at a place of a structured file."""

    def defaults(self, path: str) -> list[str]:
        """The ids of the units that a file's runner runs when it is given no name."""

    def module(self, name: str, bases: Sequence[str]) -> str | None:
        """The path of a Python module, seen from the folders `bases`."""

    def console(self, name: str) -> Place | None:
        """The function behind a console script that the repository defines."""

    def subcommands(self, path: str, words: Sequence[str], start: str = "") -> list[Place]:
        """The functions that these words ask a program for that begins in `start`; [] where that cannot be told."""

    def program_classes(self, path: str) -> list[str]:
        """The classes from elsewhere that those of a file are derived from."""

    def choices(self, path: str, words: Sequence[str] | None, start: str = "") -> list[Place]:
        """What a program chooses by its words (None: not known); `start`: the function in which it begins."""

    def configured(self, path: str, words: Sequence[str], bases: Sequence[str]) -> list[Place]:
        """What a program makes that its configuration, or a word in the name of a module, names."""

    def tests(self, folders: Sequence[str]) -> list[str]:
        """Paths of Python test files below these folders or at these paths."""

    def skipped(self, path: str) -> bool:
        """Whether a test module is passed over, for want of a variable that nothing in the repository sets."""

    def script_tests(self, folder: str) -> list[str]:
        """Paths of JavaScript and TypeScript test files below a folder."""

    def ending(self, ends: tuple[str, ...]) -> list[str]:
        """The project's own files whose paths end like this, from a folder on."""

    def functions(self, path: str) -> list[str]:
        """The names of the functions and classes that a source file defines."""

    def script(self, word: str, bases: Sequence[str]) -> str | None:
        """The TypeScript or JavaScript file that a word means, or the source of the built file that it means."""

    def entries(self, folder: str) -> list[str]:
        """The files of the package in a folder that a framework starts because of where they lie."""

    def everywhere(self, *names: str, tests: bool = False) -> list[str]:
        """The repository's own files with one of these names, in any folder; `tests`: those of its tests as well."""

    def named(self, folder: str, *names: str) -> str | None:
        """The first of these file names that exists in the folder."""

    def by_name(self, kind: str, name: str) -> list[Place]:
        """What an orchestrator knows under a name (`named.py`)."""

    def asked_for(self, text: str) -> list[Place]:
        """What a request to an orchestrator starts."""


Handler = Callable[["Launcher", Sequence[str], Sequence[str]], Iterable[Place]]

_MOST_KNOWN = 20_000  # commands whose places are kept: several questions are asked of the same ones
_DOTTED = lazy_regex(r"[a-z_]\w*(?:\.\w+)+")
RUNNABLE = (".py", ".sh", ".bash", ".ps1", ".ipynb", ".R", ".r", ".jl", ".smk", SQL)
_SPECIFIED = (".yaml", ".yml", ".json", ".tf", ".bicep", ".toml", ".jsonnet", ".nomad", ".sbatch", ".slurm")
_MOST_NESTED = 12  # commands that start commands
_OF_MATRIX = lazy_regex(r"\.[\w.-]{1,100}(?=:)")  # `test.py3.12:cov` of hatch: the task cov of the environment test
_TASK_FILES = ("pyproject.toml", "pixi.toml", "hatch.toml", "Pipfile")
# what programs do that run nothing of the files that they are given
_HARMLESS = (
    ProgramEffect.READS,
    ProgramEffect.PRINTS,
    ProgramEffect.SHELL,
    ProgramEffect.INSTALLS,
    ProgramEffect.OPERATES,
    ProgramEffect.COMPILES,
)


class Launcher:
    """Resolves commands against one repository."""

    def __init__(self, tree: Tree, handlers: Mapping[str, Handler], words: CommandWords) -> None:
        self.tree = tree
        self.handlers = handlers
        self.words = words
        self._known: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Place]] = {}
        self._asking: list[tuple[str, ...]] = []  # the commands that are being resolved, each within the one before
        self.harmless = words.programs.doing(*_HARMLESS)

    def places(self, argv: Sequence[str], bases: Sequence[str]) -> list[Place]:
        """What a command starts, seen from the folders `bases` (the likeliest first)."""
        asked = tuple(argv)
        if self._asking:
            return self._guarded(asked, bases)
        key = (asked, tuple(bases))
        known = self._known.get(key)
        if known is None:
            known = self._guarded(asked, bases)
            if len(self._known) < _MOST_KNOWN:
                self._known[key] = known
        return known

    def _guarded(self, asked: tuple[str, ...], bases: Sequence[str]) -> list[Place]:
        """The same for a command within others; nothing for one that asks for itself again."""
        if asked in self._asking or len(self._asking) >= _MOST_NESTED:
            return []  # a task that starts itself again
        self._asking.append(asked)
        try:
            return self._places(asked, bases)
        finally:
            self._asking.pop()

    def _places(self, argv: Sequence[str], bases: Sequence[str]) -> list[Place]:
        words, folder = self.words.opened(argv)
        if not words or self.words.runs_nothing(words):
            return []
        if folder and (found_there := self.tree.folder(folder, bases)) is not None:
            bases = [found_there, *bases]
        found: dict[Place, None] = {}
        handler = self.handlers.get(self.words.programs.followed_as(words[0]))
        for form in self._globbed(words, bases):
            found.update(dict.fromkeys(handler(self, form[1:], bases) if handler else self.other(form, bases)))
        return list(found)

    def _globbed(self, words: Sequence[str], bases: Sequence[str]) -> Iterator[Sequence[str]]:
        """The command, once for each file that a word with wildcards means (`jobs/*.py`)."""
        at = next((n for n, word in enumerate(words) if "*" in word and word.endswith(RUNNABLE)), 0)
        files = self.tree.matching(words[at], bases) if at else []
        if not files:
            yield words
        for path in files:
            yield (*words[:at], path, *words[at + 1 :])

    # --- files -------------------------------------------------------------------------------------------------------

    def run_file(self, path: str) -> Iterator[Place]:
        """The places that running a file starts."""
        if path.endswith(".py"):
            yield Place(path, MAIN)
            yield from self.tree.choices(path, None)
        else:
            yield Place(path)

    def built(self, path: str, stage: str = "") -> list[Place]:
        """What a build runs by a Dockerfile; up to the stage that is its target, where it has one that is known."""
        target = Place(path, f"build/{stage}")
        return [target if stage and self.tree.unit(target) else Place(path, "build"), Place(path, "image")]

    def run_script(self, path: str, words: Sequence[str]) -> Iterator[Place]:
        """What a shell script starts that is given `words`: itself, and what it does only for the first of them."""
        yield from self.run_file(path)
        parts = self.tree.units(path, ("target",)) if words and not path.endswith(".py") else []
        open_ended = "$" in words[0] if words else False
        asked = [f"script/{words[0]}", f"function/{words[0]}"] if words else []
        yield from (Place(path, part) for part in parts if part in asked or (open_ended and part.startswith("script/")))

    def run_program(
        self, path: str, words: Sequence[str], whole: Iterable[Place] = (), bases: Sequence[str] = ("",)
    ) -> Iterator[Place]:
        """What a Python program starts that is given `words`: the subcommand that they name, or the whole of it.

        `whole` are the places in which it begins, where that is not its main guard.
        """
        if any(not self.words.asked((base, *words)) for base in self.tree.program_classes(path)):
            return  # of a flow that is a program, `show` and `check` run no step
        begins = list(whole) or [Place(path, MAIN) if path.endswith(".py") else Place(path)]
        start = next((place.unit for place in begins if place.unit not in ("", MAIN)), "")
        asked = self.tree.subcommands(path, words, start)
        yield from asked or begins
        if not asked and path.endswith(".py"):
            yield from self.tree.choices(path, words, start)
            yield from self.tree.configured(path, words, bases)

    def run_word(self, word: str, bases: Sequence[str], endings: tuple[str, ...] = RUNNABLE) -> Iterator[Place]:
        if word.endswith(endings) and (path := self.tree.file(word, bases)):
            yield from self.run_file(path)

    def run_module(self, name: str, bases: Sequence[str], words: Sequence[str] = ()) -> Iterator[Place]:
        path = self.tree.module(name, bases)
        if path and path.endswith("/__init__.py"):
            main = self.tree.named(posixpath.dirname(path), "__main__.py")
            path = main or path
        if path:
            yield from self.run_program(path, words, [Place(path, MAIN)], bases)

    def named_files(self, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        """Scripts and specifications that a program is given as arguments."""
        for word in words:
            value = word.split("=", 1)[1] if word.startswith("-") and "=" in word else word
            for part in value.split(","):
                yield from self.run_word(part.removeprefix("@").removeprefix("file://"), bases, RUNNABLE + _SPECIFIED)

    def given_modules(self, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        """Modules of the repository, and functions in them, that a program is given by their dotted name."""
        for word in words:
            value = word.split("=", 1)[-1].partition(":")[0]
            if not _DOTTED.fullmatch(value):
                continue
            module, _, function = value.rpartition(".")
            if path := self.tree.module(value, bases):
                yield Place(path, EVERYTHING)
            elif (path := self.tree.module(module, bases)) and function in self.tree.functions(path):
                yield from (Place(path, function), Place(path))

    def _task(self, name: str, bases: Sequence[str]) -> Place | None:
        """A task that the project defines for its runner: `hatch run fit`, `pdm run fit`, `pixi run fit`."""
        paths = [path for base in bases for file in _TASK_FILES if (path := self.tree.named(base, file))]
        names = dict.fromkeys((name, _OF_MATRIX.sub("", name)))
        return next((task for path in paths for each in names if (task := self.tree.target(path, each))), None)

    def other(self, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        """What a program that no handler knows starts: itself, if it is of here, and what it is given."""
        name = words[0]
        if console := self.tree.console(name):
            # the program's module is run as well, on the way to its function
            yield from self.run_program(console.path, words[1:], [console, Place(console.path)], bases)
            yield from self.given_modules(words[1:], bases)
        elif task := self._task(name, bases):
            yield task
        if len(words) == 1 and _DOTTED.fullmatch(name):  # the handler that an image of a function service names
            module, _, function = name.rpartition(".")
            if path := self.tree.module(module, bases):
                yield from (Place(path, function), Place(path))  # what the module does when it is loaded as well
        if "/" in name or name.endswith(RUNNABLE):
            path = self.tree.file(name, bases)
            if path:
                yield from self.run_script(path, words[1:])
        if name in self.harmless:
            return
        yield from self.named_files(words[1:], bases)
        if "--" in words:  # `ray job submit ... -- python train.py`
            rest = words[words.index("--") + 1 :]
            if rest:
                yield from self.places(rest, bases)
