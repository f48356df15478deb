"""The repository as commands see it: words as paths, modules, console scripts and tests of this repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from mlripe.readers.languages.javascript import SCRIPTS
from mlripe.readers.store import FactStore
from mlripe.wiring.modules import Modules
from mlripe.wiring.places import Place
from mlripe.wiring.skipped_tests import Skipped
from mlripe.wiring.started_by_name import Named
from mlripe.wiring.subcommands import subcommand

__all__ = ["RepositoryTree"]

_UNKNOWN_ROOT = re.compile(r"^(?:\$\{?\w+\}?|\$\([^)]*\)|\$\{\{[^}]*\}\}|~|)/")
_MOST_TESTS = 2000


class RepositoryTree:
    """Answers `launch.Tree` from a fact store."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self.modules = Modules(store.entries)
        self.starts = Named(store)

    def file(self, word: str, bases: Sequence[str]) -> str | None:
        """A path as a command writes it; one with an unknown root (`/app/src/x.py`) by its longest known end."""
        word = word.strip("\"'")
        if not word or len(word) > 300 or "\n" in word:
            return None
        if not (rooted := _UNKNOWN_ROOT.match(word)):
            for base in bases:
                path = posixpath.normpath(posixpath.join(base, word))
                if path in self.store.entries:
                    return path
            return None
        parts = word[rooted.end() :].split("/")
        for start in range(len(parts)):
            for base in bases:
                path = posixpath.normpath(posixpath.join(base, *parts[start:]))
                if path in self.store.entries:
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

    def units(self, path: str, kinds: Iterable[str] = ()) -> list[str]:
        wanted = frozenset(kinds)
        return [u.id for u in self.store.of(path).units if (not wanted or u.kind in wanted) and not u.parent]

    def target(self, path: str, name: str, depth: int = 4) -> Place | None:
        units = self.store.of(path).units
        if any(unit.id == name for unit in units):
            return Place(path, name)
        for unit in units if depth else ():
            for used in unit.uses if unit.kind == "include" else ():
                included = posixpath.normpath(used)
                if included in self.store.entries and (found := self.target(included, name, depth - 1)):
                    return found
        return None

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

    @cached_property
    def _consoles(self) -> dict[str, tuple[str, str]]:
        return {
            unit.id.removeprefix("console/"): (posixpath.dirname(path), str(unit.inputs.get("entry", "")))
            for path, facts in self.store.loaded()
            for unit in facts.units
            if unit.kind == "console"
        }

    def subcommands(self, path: str, words: Sequence[str]) -> list[Place]:
        return [Place(path, function) for function in subcommand(self.store.of(path), words)] if words else []

    def tests(self, folders: Sequence[str]) -> list[str]:
        found = []
        for path in self._tests:
            if any(path == f or not f or path.startswith(f + "/") for f in folders):
                found.append(path)
        return found

    @cached_property
    def _tests(self) -> list[str]:
        found = [p for p in self.store.entries if p.endswith(".py") and (r := self.store.role(p)) and r.id == "tests"]
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
        found = [p for p in self.store.entries if p.endswith(SCRIPTS) and (r := self.store.role(p)) and r.id == "tests"]
        return found[:_MOST_TESTS]

    def everywhere(self, *names: str, tests: bool = False) -> list[str]:
        named = (p for p in self.store.entries if posixpath.basename(p) in names)
        return [p for p in named if (role := self.store.role(p)) is None or (tests and role.id == "tests")]

    def called(self, name: str) -> list[str]:
        """The paths of the project's own Python files of this name, wherever they lie."""
        return self._called.get(name, [])

    @cached_property
    def _called(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.store.entries:
            if path.endswith(".py") and self.store.role(path) is None:
                found.setdefault(posixpath.basename(path), []).append(path)
        return found

    def by_name(self, kind: str, name: str) -> list[Place]:
        return self.starts.find(kind, name)

    def asked_for(self, text: str) -> list[Place]:
        return self.starts.asked_for(text)

    def named(self, folder: str, *names: str) -> str | None:
        for name in names:
            path = posixpath.join(folder, name)
            if path in self.store.entries:
                return path
        return None
