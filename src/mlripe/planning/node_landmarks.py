"""Landmarks of an application that is written for Node: its package, and how that is installed and tested."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Callable, Mapping
from typing import Final

from mlripe.assessment import Found
from mlripe.kinds import Role, ToolKind
from mlripe.landmark_kinds import Landmark
from mlripe.lazy_regex import lazy_regex
from mlripe.planning.sight import Sight
from mlripe.readers.budgets import nearest

__all__ = ["NODE_FINDERS"]

_MANIFEST: Final = "package.json"
_NO_TEST: Final = lazy_regex(r"no test specified|\bexit 1\b")  # what `npm init` writes
_CHECKS: Final = ("typecheck", "type-check", "check-types", "lint", "build")


def _package(sight: Sight) -> Found | None:
    """The package whose code calls a language model or answers requests; only where no Python does either."""
    if any(each.shows in (Role.LLM, Role.WEB) and each.path.endswith(".py") for each in sight.shown):
        return None
    paths = [each for each in sight.own if posixpath.basename(each) == _MANIFEST]
    asks = [posixpath.dirname(each.path) for each in sight.shown if each.shows == Role.LLM]
    above = [each for each in paths if any(f"{folder}/".startswith(_prefix(each)) for folder in asks)]
    path = min(above or paths, key=nearest, default=None)
    return None if path is None else Found(path, path)


def _prefix(manifest: str) -> str:
    folder = posixpath.dirname(manifest)
    return f"{folder}/" if folder else ""


def _ways(sight: Sight) -> tuple[str, str, str] | None:
    """The folder of the package, the command that installs it, and what leads the name of a script of it."""
    package = _package(sight)
    if package is None:
        return None
    folder = posixpath.dirname(package.path)
    for tool in sight.store.knowledge.landmarks.get(ToolKind.NODE_MANAGER, ()):
        if any(sight.has(posixpath.join(folder, name)) for name in tool.files):
            return folder, tool.command, tool.leads
    return None


def _in_package(folder: str, command: str) -> str:
    return f"cd {shlex.quote(folder)} && {command}" if folder else command


def _install(sight: Sight) -> Found | None:
    ways = _ways(sight)
    return None if ways is None else Found(_in_package(ways[0], ways[1]), posixpath.join(ways[0], _MANIFEST))


def _script(sight: Sight, names: tuple[str, ...]) -> Found | None:
    """The command that runs the first of these scripts that the package has."""
    ways = _ways(sight)
    if ways is None:
        return None
    path = posixpath.join(ways[0], _MANIFEST)
    scripts = {unit.id: unit for unit in sight.store.of(path).units}
    for name in names:
        unit = scripts.get(name)
        if unit and unit.commands and not any(_NO_TEST.search(each.text) for each in unit.commands):
            return Found(_in_package(ways[0], f"{ways[2]}{name}"), path, unit.line)
    return None


def _test(sight: Sight) -> Found | None:
    """The command that runs the tests, where there are any."""
    tested = any(each.shows == "code-testing" and not each.path.endswith(".py") for each in sight.shown)
    return _script(sight, ("test:unit", "test")) if tested else None


NODE_FINDERS: Final[Mapping[Landmark, Callable[[Sight], Found | None]]] = {
    Landmark.NODE_PACKAGE: _package,
    Landmark.NODE_INSTALL: _install,
    Landmark.NODE_TEST: _test,
    Landmark.NODE_CHECK: lambda sight: _script(sight, _CHECKS),
}
