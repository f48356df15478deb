"""Packages: imports that no list of dependencies brings, and functions that the installed version no longer has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from mlripe.evidence import Defect
from mlripe.facts import Call, Dependency
from mlripe.kinds import Names
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined

__all__ = ["packages"]

_FEWEST: Final = 3  # dependencies of a repository that has listed them
_OLD_PYTHON: Final = lazy_regex(
    rb"(?i)python:?[ \t'\"=:@-]{0,4}3\.[4-8]\b|python[-_]version[^\n]{0,12}3\.[4-8]\b|python-3\.[4-8]\b"
)
_INSTALLS: Final = lazy_regex(rb"(?m)^[^\n]*\b(?:install|add|pip|conda|packages?|requirements?|==|FROM|image)\b[^\n]*$")
_OPEN_LISTS: Final = lazy_regex(rb"(?m)^[ \t]*(?:-r|-c|git\+|https?://|\./|-e)[ \t]*\S")
_SETTINGS: Final = (
    "Dockerfile",
    ".md",
    ".sh",
    ".yml",
    ".yaml",
    ".cfg",
    ".toml",
    ".txt",
    ".ipynb",
    "setup.py",
    "Pipfile",
    "Makefile",
)
_LARGEST: Final = 300_000
_PLATFORMS: Final = lazy_regex(
    rb"(?i)databricks|dbutils|synapse|\bemr\b|dataproc|sagemaker|google\.colab|azureml\.core"
)
_GUARDS: Final = lazy_regex(rb"except\s*\(?[^\n]{0,60}(?:ImportError|ModuleNotFoundError|AttributeError)")
_MOST: Final = 8


def packages(examined: Examined) -> Iterator[Defect]:
    """Both, of the repository's own programs."""
    known = _Packages(examined)
    if known.declared:
        yield from known.undeclared()
        yield from known.removed()


class _Packages:
    """What one repository declares, and what its programs use."""

    def __init__(self, examined: Examined) -> None:
        self.store = examined.store
        self.modules = examined.wiring.tree.modules
        names = examined.catalog.knowledge
        self._of_modules = [row.split() for row in names.named(Names.PACKAGES_OF_MODULES)]
        self._gone = [row.split() for row in names.named(Names.REMOVED_INTERFACES)]
        self.declared: dict[str, list[tuple[str, Dependency]]] = {}
        for path, facts in list(self.store.loaded()):
            for each in facts.dependencies:
                if each.ecosystem in ("python", "conda"):
                    self.declared.setdefault(each.name.lower().replace("_", "-"), []).append((path, each))
        own = [path for path in self.store.entries if path.endswith(".py") and self.store.role(path) is None]
        read = {path for path, facts in list(self.store.loaded()) if facts.imports or facts.calls}
        self.programs = [path for path in own if path in read and not self.store.from_template(path)]

    # --- what nothing lists ------------------------------------------------------------------------------------------

    def undeclared(self) -> Iterator[Defect]:
        """The imports of packages that no list brings, where the repository lists packages."""
        if len(self.declared) < _FEWEST or self._lists_more or self._on_platform:
            return
        wanted = {module: packages_ for module, *packages_ in self._of_modules}
        told: set[str] = set()
        for path in self.programs:
            lines = self.store.text(path).split(b"\n")
            if _GUARDS.search(self.store.text(path)):
                continue
            for each in self.store.of(path).imports:
                top = each.module.partition(".")[0]
                if top not in wanted or top in told or each.scope or self._is_own(top):
                    continue
                margin = 0 < each.line <= len(lines) and lines[each.line - 1].startswith((b"import ", b"from "))
                if margin and self.declared.keys().isdisjoint(wanted[top]) and not self._is_installed(wanted[top]):
                    told.add(top)
                    says = f"{top} is imported, and no list of dependencies has {wanted[top][0]}"
                    if len(told) <= _MOST:
                        yield Defect(path, each.line, says, "undeclared", finds=DefectKind.UNDECLARED_PACKAGE)

    def _is_own(self, top: str) -> bool:
        return self.modules.may_be_own(top) or top in self.store.folders

    @cached_property
    def _lists_more(self) -> bool:
        """Whether a list names what mlripe cannot read: an address, another list that is not there."""
        listed = [
            path for path in self.store.entries if "requirement" in path.lower() and path.endswith((".txt", ".in"))
        ]
        unread = [path for path in listed if self.store.entries[path].size and not self.store.of(path).dependencies]
        return bool(unread) or any(_OPEN_LISTS.search(self.store.text(path)) for path in listed)

    @cached_property
    def _on_platform(self) -> bool:
        """Whether programs run on a cluster that brings packages of its own."""
        paths = (*self.programs, *(path for path in self.store.entries if path.endswith((".yml", ".yaml", ".ipynb"))))
        return any(_PLATFORMS.search(self.store.text(path)) for path in paths)

    def _is_installed(self, names: list[str]) -> bool:
        """Whether a command, an image or a text for people speaks of installing one of these packages."""
        alike = "|".join(map(re.escape, names))
        wanted = re.compile(rf"(?i)(?<![\w-])(?:{alike})(?![\w-])".encode())
        return any(wanted.search(line) for line in self._installing)

    @cached_property
    def _installing(self) -> list[bytes]:
        found: list[bytes] = []
        for path, entry in self.store.entries.items():
            if path.endswith(_SETTINGS) and (entry.size or 0) < _LARGEST:
                text = self.store.text(path)
                found += _INSTALLS.findall(text) if path.endswith((".md", ".ipynb", ".txt")) else [text]
        return found

    # --- what is gone ------------------------------------------------------------------------------------------------

    def removed(self) -> Iterator[Defect]:
        """The uses of what the version that is installed no longer has."""
        gone = [row for row in self._gone if self._installs(row[0], row[1])]
        if not gone or (self._on_old_python and any(row[1] != "0" for row in gone)):
            return
        for path in self.programs:
            if _GUARDS.search(self.store.text(path)):
                continue
            for row in gone:
                if line := self._used(path, row):
                    name = f"{row[2]}({row[3]}=)" if len(row) > 3 else row[2]
                    says = f"{row[0]} has no {name}" + (f" from {row[1]} on" if row[1] != "0" else "")
                    why = f"The line fails: {says}, and the versions that are declared allow one without it."
                    remedy = "Use what took its place, or pin the version that still has it."
                    cause = f"{row[0]} {row[1]}"
                    yield Defect(path, line, says, cause, why=why, remedy=remedy, finds=DefectKind.REMOVED_INTERFACE)

    def _installs(self, package: str, version: str) -> bool:
        """Whether every list of the repository that names a package installs a version of at least this one."""
        listed = self.declared.get(package, [])
        return bool(listed) and all(_is_at_least(each, version) for _, each in listed)

    @cached_property
    def _on_old_python(self) -> bool:
        texts = (
            self.store.text(path)
            for path, entry in self.store.entries.items()
            if path.endswith((*_SETTINGS, ".python-version", "runtime.txt")) and (entry.size or 0) < _LARGEST
        )
        return any(_OLD_PYTHON.search(text) for text in texts)

    def _used(self, path: str, row: list[str]) -> int:
        """The line at which a file uses a name that is gone, 0 for none."""
        name, argument = row[2], row[3] if len(row) > 3 else ""
        facts = self.store.of(path)
        for call in facts.calls:
            if (argument and call.name == name and argument in call.keywords) or (not argument and _is_of(call, name)):
                return call.line
        for each in facts.imports if not argument else ():
            brought = {each.module, *(f"{each.module}.{other}" for other in each.names)}
            if not each.scope and any(one == name or one.startswith(f"{name}.") for one in brought):
                return each.line
        mentioned = (each.mentions[name] for each in facts.definitions if not argument and name in each.mentions)
        return next(mentioned, 0)


def _is_of(call: Call, name: str) -> bool:
    return call.name == name or call.name.startswith(f"{name}.")


def _is_at_least(dependency: Dependency, version: str) -> bool:
    """Whether what is installed is at least of a version: the newest where nothing bounds it above."""
    if dependency.pin in ("none", "loose"):
        return True
    numbers = re.findall(r"\d+", dependency.version)[:2]
    wanted = [*map(int, version.split(".")), 0]
    return dependency.pin == "exact" and bool(numbers) and [*map(int, numbers), 0][:2] >= wanted[:2]
