"""The repository as commands see it: words as paths, modules, console scripts and tests of this repository."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from mlripe.catalog.globs import matches
from mlripe.catalog.languages import SCRIPTS
from mlripe.facts import Call, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.python.command_calls import RUNNING
from mlripe.readers.python.names import OWN_NAME
from mlripe.readers.store import FactStore
from mlripe.wiring.asset_selections import AssetSelections
from mlripe.wiring.chosen_by_words import chosen, scope_of
from mlripe.wiring.configured import CONFIGURATIONS, configured
from mlripe.wiring.modules import Modules
from mlripe.wiring.places import MAIN, Place
from mlripe.wiring.script_modules import ScriptModules, sources
from mlripe.wiring.skipped_tests import Skipped
from mlripe.wiring.started_by_name import ASSET, ASSET_JOB, Named
from mlripe.wiring.subcommands import Subcommands

__all__ = ["RepositoryTree"]

_UNKNOWN_ROOT = lazy_regex(r"^(?:\$\{?[\w.]+\}?|\$\([^)]*\)|\$\{\{[^}]*\}\}|~|)/")
_MOST_TESTS = 2000
_MOST_ENTRIES = 2000
_DEEPEST = 20  # folders of a path in an image
_RUN_BY_NAME = (".py", ".sh", ".ipynb", ".R")
_HOLE = "{}"  # what a text has in the place of a value that its file does not write out
_LONGEST_WORD = 100  # of the command line, as a part of a name


def _texts(call: Call) -> Iterator[str]:
    """The scripts among the words that a call runs."""
    for value in call.args if call.name.startswith((*RUNNING, "runpy.")) else ():
        for part in value if isinstance(value, tuple) else (value,):
            for word in part.split() if isinstance(part, str) else ():
                if word.endswith(_RUN_BY_NAME):
                    yield word


class RepositoryTree:
    """The `commands.Tree` of one repository, answered from its facts."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self.modules = Modules(store.entries)
        self.starts = Named(store)
        self.assets = AssetSelections(store, self.modules)
        self.scripts = ScriptModules(store)
        self._subcommands = Subcommands(store, self.modules)

    def file(self, word: str, bases: Sequence[str]) -> str | None:
        """A path as a command writes it; one with an unknown root (`/app/src/x.py`) by its longest known end."""
        word = word.strip("\"'")
        if not word or len(word) > 300 or "\n" in word:
            return None
        if not (rooted := _UNKNOWN_ROOT.match(word)):
            for base in bases:
                if path := self.store.known(posixpath.normpath(posixpath.join(base, word))):
                    return path
            return None
        parts = word[rooted.end() :].split("/")
        for start in range(len(parts)):
            for base in bases:
                if path := self.store.known(posixpath.normpath(posixpath.join(base, *parts[start:]))):
                    return path
        return None

    def matching(self, word: str, bases: Sequence[str]) -> list[str]:
        for base in bases:
            if found := self.store.named(posixpath.join(base, word)):
                return found
        return []

    def folder(self, word: str, bases: Sequence[str]) -> str | None:
        """A folder as a command writes it; one with an unknown root (`/app/src`) by its longest known end."""
        word = word.strip("\"'")
        parts = [word or "."]
        if rooted := _UNKNOWN_ROOT.match(word):
            known = word[rooted.end() :].strip("/").split("/")
            parts = ["/".join(known[start:]) or "." for start in range(len(known))]
        for part in parts:
            for base in bases:
                path = posixpath.normpath(posixpath.join(base, part))
                path = "" if path == "." else path
                if path in self.store.folders:
                    return path
        return None

    def folders_entered(self, commands: Iterable[Sequence[str]]) -> list[str]:
        """The folders that `cd /opt/scripts` may mean on a machine or in an image that has the repository's files."""
        entered = (words[1] for words in commands if words[:1] and words[0] == "cd" and len(words) == 2)
        found = [self.folder(path, [""]) for path in entered if path.startswith("/")]
        return [folder for folder in found if folder]

    def units(self, path: str, kinds: Iterable[str] = ()) -> list[str]:
        wanted = frozenset(kinds)
        return [u.id for u in self.store.of(path).units if (not wanted or u.kind in wanted) and not u.parent]

    def target(self, path: str, name: str, depth: int = 4) -> Place | None:
        if name.startswith(":"):  # the file that includes this one has it
            return next(
                (found for each in self._including.get(path, ()) if (found := self.target(each, name[1:]))), None
            )
        units = self.store.of(path).units
        if any(unit.id == name for unit in units):
            return Place(path, name)
        namespace, _, rest = name.replace("::", ":").partition(":")
        for unit in units if depth else ():
            if unit.kind != "include":
                continue
            apart = frozenset(use for files in unit.inputs.values() if isinstance(files, tuple) for use in files)
            within = unit.inputs.get(namespace) if rest else None
            places = within if isinstance(within, tuple) else [use for use in unit.uses if use not in apart]
            for included in self._files(places):
                if found := self.target(included, rest if within else name, depth - 1):
                    return found
        return None

    def _files(self, places: Iterable[object]) -> Iterator[str]:
        """The files of the repository that an include names, by wildcards as well."""
        for place in places:
            path = posixpath.normpath(str(place))
            if "*" in path:
                yield from sorted(fnmatch.filter(self.store.entries, path))
            elif path in self.store.entries:
                yield path

    @cached_property
    def _including(self) -> dict[str, list[str]]:
        """By file of tasks, the files that include it."""
        found: dict[str, list[str]] = {}
        for path, facts in self.store.loaded():
            for unit in facts.units:
                for included in self._files(unit.uses) if unit.kind == "include" else ():
                    found.setdefault(included, []).append(path)
        return found

    def folders_given(self, path: str) -> list[str]:
        """The folders in which those who include a file of tasks let them run."""
        found = []
        for including in self._including.get(path, ()):
            for unit in self.store.of(including).units:
                for key, folder in unit.inputs.items() if unit.kind == "include" else ():
                    files = unit.inputs.get(key.removeprefix("dir "))
                    if key.startswith("dir ") and (not isinstance(files, tuple) or f"./{path}" in files):
                        found.append(str(folder))
        return found

    def unit(self, place: Place) -> Unit | None:
        return next((unit for unit in self.store.of(place.path).units if unit.id == place.unit), None)

    def defaults(self, path: str) -> list[str]:
        return [unit.id for unit in self.store.of(path).units if unit.inputs.get("default") is True]

    def module(self, name: str, bases: Sequence[str]) -> str | None:
        for base in bases:
            if path := self.modules.file(name, posixpath.join(base, "_.py")):
                return path
        return None

    def console(self, name: str) -> Place | None:
        entry = self._consoles.get(name)
        if entry is None:
            return None
        base, target = entry
        module, _, function = target.partition(":")
        path = self.module(module.strip(), [base, ""])
        return Place(path, function.split("[")[0].strip()) if path else None

    def entry_points(self, group: str) -> list[Place]:
        """The functions of the project's own entry points of a group."""
        prefix = f"entry-point/{group}/"
        names = [name for name in self._consoles if name.startswith(prefix)]
        return [place for name in names if (place := self.console(name))]

    @cached_property
    def _consoles(self) -> dict[str, tuple[str, str]]:
        return {
            unit.id.removeprefix("console/"): (posixpath.dirname(path), str(unit.inputs.get("entry", "")))
            for path, facts in self.store.loaded()
            for unit in facts.units
            if unit.kind == "console"
        }

    def subcommands(self, path: str, words: Sequence[str], start: str = "") -> list[Place]:
        return self._subcommands.asked(path, words, start)

    def program_classes(self, path: str) -> list[str]:
        return [base for known in self.store.of(path).definitions for base in known.bases]

    def choices(self, path: str, words: Sequence[str] | None, start: str = "") -> list[Place]:
        """What a program chooses by its words (None: not known); `start`: the function in which it begins."""
        facts = self.store.of(path)
        starts = (start,) if start else ("", MAIN)
        own = [Place(path, scope_of(facts.choices[n], n)) for n in chosen(facts, words, starts)]
        return own or [place for at in self._handed_on(path, starts) for place in self.choices(at.path, words, at.unit)]

    def configured(self, path: str, words: Sequence[str], bases: Sequence[str]) -> list[Place]:
        """What a program makes that its configuration, or a word in the name of a module, names."""
        values = [word.partition("=")[2] or word for word in words]
        files = [file for word in values if word.endswith(CONFIGURATIONS) and (file := self.file(word, bases))]
        return [*configured(self.store, self.modules, path, words, files), *self._filled(path, values, bases)]

    def _filled(self, path: str, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        """What a program names by one of its words: `import_module(f"models.{args.model}")`, `f"steps/{name}.py"`."""
        facts = self.store.of(path)
        names = dict.fromkeys(name for d in facts.definitions for name in d.mentions if name.count(_HOLE) == 1)
        scripts = dict.fromkeys(text for call in facts.calls for text in _texts(call) if text.count(_HOLE) == 1)
        functions = {known.name for known in facts.definitions if known.kind == "function"}
        for word in words if names or scripts else ():
            for name in names if word.replace(".", "_").isidentifier() else ():
                if name == OWN_NAME:
                    yield from [Place(path, word)] if word in functions else []
                elif split := self.modules.split(name.replace(_HOLE, word), path):
                    yield Place(*split)
            for text in scripts if len(word) < _LONGEST_WORD else ():
                if file := self.file(text.replace(_HOLE, word), [posixpath.dirname(path), *bases]):
                    yield Place(file, MAIN if file.endswith(".py") else "")

    def _handed_on(self, path: str, starts: Sequence[str]) -> Iterator[Place]:
        """Functions with choices in other files that a program's body calls: `from pkg.cli import main; main()`."""
        for definition in self.store.of(path).definitions:
            for name in definition.mentions if definition.name in starts else ():
                split = self.modules.split(name, path)
                facts = self.store.of(split[0]) if split and split[0] != path else FileFacts()
                if split and facts.choices and any(known.name == split[1] for known in facts.definitions):
                    yield Place(*split)

    def tests(self, folders: Sequence[str]) -> list[str]:
        found = []
        for path in self._tests:
            if any(path == f or not f or path.startswith(f + "/") for f in folders):
                found.append(path)
        return found

    @cached_property
    def _tests(self) -> list[str]:
        found = [p for p in self.store.entries if p.endswith(".py") and self.store.is_test(p)]
        return found[:_MOST_TESTS]

    def skipped(self, path: str) -> bool:
        return path in self._skipped

    @cached_property
    def _skipped(self) -> Skipped:
        return Skipped(self.store)

    def script_tests(self, folder: str) -> list[str]:
        prefix = f"{folder}/" if folder else ""
        return [path for path in self._script_tests if path.startswith(prefix)]

    @cached_property
    def _script_tests(self) -> list[str]:
        found = [p for p in self.store.entries if p.endswith(SCRIPTS) and self.store.is_test(p)]
        return found[:_MOST_TESTS]

    def ending(self, ends: tuple[str, ...]) -> list[str]:
        found = (path for path in self.store.entries if f"/{path}".endswith(ends))
        return [path for path in found if self.store.role(path) is None][:_MOST_ENTRIES]

    def functions(self, path: str) -> list[str]:
        return [known.name for known in self.store.of(path).definitions if known.name]

    def script(self, word: str, bases: Sequence[str]) -> str | None:
        found = self.file(word, bases)
        if found and found.endswith(SCRIPTS):
            return found
        rooted = _UNKNOWN_ROOT.match(word)
        parts = word[rooted.end() if rooted else 0 :].split("/")[:_DEEPEST]
        ends = ["/".join(parts[start:]) for start in range(len(parts) if rooted else 1)]
        stems = (stem for end in ends for base in bases for stem in sources(base, end) if not stem.startswith(".."))
        return next((path for stem in stems if stem and (path := self.scripts.source(stem))), None)

    def entries(self, folder: str) -> list[str]:
        prefix = f"{folder}/" if folder else ""
        globs = self.store.knowledge.programs.entries
        found = (path for path in self.store.entries if path.endswith(SCRIPTS) and path.startswith(prefix))
        kept = [path for path in found if matches(path[len(prefix) :], globs) and self.store.role(path) is None]
        return kept[:_MOST_ENTRIES]

    def everywhere(self, *names: str, tests: bool = False) -> list[str]:
        named = (p for p in self.store.entries if posixpath.basename(p) in names)
        return [p for p in named if self.store.role(p) is None or (tests and self.store.is_test(p))]

    def called(self, name: str) -> list[str]:
        """The paths of the project's own Python files of this name, wherever they lie; else those of its tests.

        A smoke test is a program that a step runs, though its name is that of a test.
        """
        return self._called.get(name) or self._called_tests.get(name, [])

    @cached_property
    def _called(self) -> dict[str, list[str]]:
        return _by_name(p for p in self.store.entries if p.endswith(".py") and self.store.role(p) is None)

    @cached_property
    def _called_tests(self) -> dict[str, list[str]]:
        return _by_name(self._tests)

    def by_name(self, kind: str, name: str) -> list[Place]:
        if kind == ASSET:
            return self.assets.selected(name)
        return self.assets.job(name) if kind == ASSET_JOB else self.starts.find(kind, name)

    def asked_for(self, text: str) -> list[Place]:
        return self.starts.asked_for(text)

    def named(self, folder: str, *names: str) -> str | None:
        for name in names:
            path = posixpath.join(folder, name)
            if path in self.store.entries:
                return path
        return None


def _by_name(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(posixpath.basename(path), []).append(path)
    return found
