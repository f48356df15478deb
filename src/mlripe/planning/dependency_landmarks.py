"""Landmarks about what is installed: the file that declares it, the commands, and what has no version.

Code below a folder that declares dependencies of its own is installed from those. So a landmark of this kind may be
there several times: for the repository, and as `install@backend` for the folder `backend`.
"""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from mlripe.assessment import Found
from mlripe.catalog.tool_schema import KnownTool
from mlripe.kinds import ToolKind
from mlripe.landmark_kinds import Landmark
from mlripe.planning.managers import PROJECT, Managed
from mlripe.planning.sight import Sight
from mlripe.readers.budgets import nearest

__all__ = ["DEPENDENCY_FINDERS", "in_folders"]

MOST_NAMES: Final = 8  # that a snippet lists
MOST_FOLDERS: Final = 40  # that have dependencies of their own


def in_folders(sight: Sight) -> Iterator[tuple[str, Found]]:
    """The landmarks of the folders that have dependencies of their own, the nearest to the root first."""
    folders = sorted((each for each in sight.managed if each), key=nearest)
    for folder in folders[:MOST_FOLDERS]:
        for mark, of in _OF_MANAGED.items():
            found = of(sight, sight.managed[folder])
            if found is not None:
                yield f"{mark.value}@{folder}", found


def _requirements(sight: Sight, managed: Managed) -> Found | None:
    return Found(managed.file, managed.file)


def _dependencies(sight: Sight, managed: Managed) -> Found | None:
    return Found(managed.declared, managed.file)


def _ecosystem(sight: Sight, managed: Managed) -> Found | None:
    return Found(managed.tool.ecosystem, managed.file) if managed.tool.ecosystem else None


def _unbounded(sight: Sight, managed: Managed) -> Found | None:
    """A line for each dependency that a file of requirements names without a version."""
    if not managed.file.endswith(".txt"):
        return None
    names = [each.name for each in sight.store.of(managed.file).dependencies if each.pin in ("none", "loose")]
    return Found(_pinned(names), managed.file) if names else None


_OF_MANAGED: Final[Mapping[Landmark, Callable[[Sight, Managed], Found | None]]] = {
    Landmark.REQUIREMENTS: _requirements,
    Landmark.DEPENDENCIES: _dependencies,
    Landmark.INSTALL: lambda sight, managed: Found(managed.ways[0], managed.file),
    Landmark.RUN: lambda sight, managed: Found(managed.ways[1], managed.file),
    Landmark.ADDS: lambda sight, managed: Found(managed.ways[2], managed.file),
    Landmark.ECOSYSTEM: _ecosystem,
    Landmark.INSTALL_FOLDER: lambda sight, managed: Found(f"/{managed.folder}", managed.file),
    Landmark.UNBOUNDED: _unbounded,
}


def _of_main(of: Callable[[Sight, Managed], Found | None]) -> Callable[[Sight], Found | None]:
    def find(sight: Sight) -> Found | None:
        managed = sight.main_manager
        return None if managed is None else of(sight, managed)

    return find


def _any_requirements(sight: Sight) -> Found | None:
    """The file that declares the dependencies, in whatever language."""
    managed = sight.main_manager
    if managed is not None:
        return Found(managed.file, managed.file)
    declared = [path for path, facts in sight.store.loaded() if facts.dependencies and sight.store.role(path) is None]
    path = min(declared, key=nearest, default=None)
    return None if path is None else Found(path, path)


def _any_dependencies(sight: Sight) -> Found | None:
    managed = sight.main_manager
    return _any_requirements(sight) if managed is None else _dependencies(sight, managed)


def _several(sight: Sight) -> Found | None:
    """The folders with dependencies of their own, where no file of the root installs for all."""
    if "" in sight.managed or len(sight.managed) < 2:
        return None
    first = min(sight.managed.values(), key=lambda each: nearest(each.file))
    return Found(", ".join(sorted(sight.managed)), first.file)


def _lock(sight: Sight) -> tuple[KnownTool, str] | None:
    """The manager that locks the dependencies of the root, and the file that declares them."""
    tools = [each for each in sight.store.knowledge.landmarks.get(ToolKind.MANAGER, ()) if each.locks_with]
    for tool in tools:
        if not tool.holds and sight.has(tool.made_from):
            return tool, tool.made_from
    if not sight.has(PROJECT) or not any(sight.store.of(PROJECT).dependencies):
        return None
    text = sight.store.text(PROJECT)
    # `[project]` stands beside the table of another manager too
    own = sorted((each for each in tools if each.holds), key=lambda each: not each.holds.startswith("[tool."))
    return next(((each, PROJECT) for each in own if each.holds.encode() in text), None)


def _lock_command(sight: Sight) -> Found | None:
    found = _lock(sight)
    return None if found is None else Found(found[0].locks_with, found[1])


def _lock_file(sight: Sight) -> Found | None:
    found = _lock(sight)
    return None if found is None else Found(found[0].files[0], found[1])


def _imported(sight: Sight) -> Found | None:
    """A line for each package that the repository's own code imports, those first that most files use."""
    counted: dict[str, int] = {}
    own = {posixpath.splitext(part)[0] for path in sight.store.entries for part in path.split("/")}
    for path, facts in sight.store.loaded():
        if path.endswith((".py", ".ipynb")) and sight.store.role(path) is None:
            for name in dict.fromkeys(_tops(each.module for each in facts.imports)):
                if name not in own and name not in sys.stdlib_module_names:
                    counted[name] = counted.get(name, 0) + 1
    names = sorted(counted, key=lambda name: (-counted[name], name))
    packages = sight.store.knowledge.landmarks.get(ToolKind.PACKAGE, ())
    called = {module: each.id for each in packages for module in each.imports}
    return Found(_pinned([called.get(name, name.replace("_", "-")) for name in names])) if names else None


def _tops(modules: Iterator[str]) -> Iterator[str]:
    return (module.split(".")[0] for module in modules if module and not module.startswith("."))


def _pinned(names: list[str]) -> str:
    more = ["# ... and the others"] if len(names) > MOST_NAMES else []
    return "\n".join([*(f"{name}==..." for name in names[:MOST_NAMES]), *more])


DEPENDENCY_FINDERS: Final[Mapping[Landmark, Callable[[Sight], Found | None]]] = {
    **{mark: _of_main(of) for mark, of in _OF_MANAGED.items()},
    Landmark.REQUIREMENTS: _any_requirements,
    Landmark.DEPENDENCIES: _any_dependencies,
    Landmark.SEVERAL: _several,
    Landmark.LOCK: _lock_command,
    Landmark.LOCK_FILE: _lock_file,
    Landmark.IMPORTED: _imported,
}
