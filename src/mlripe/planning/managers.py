"""Which folders of a repository declare dependencies of Python, and how each is installed."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

from mlripe.catalog.tool_schema import KnownTool
from mlripe.kinds import ToolKind
from mlripe.readers.budgets import nearest
from mlripe.readers.store import FactStore

__all__ = ["PROJECT", "Managed", "main", "managed_folders"]

PROJECT: Final = "pyproject.toml"


class Managed(Struct, frozen=True):
    """How the dependencies of one folder are installed: the manager, and the file by which it is known."""

    tool: KnownTool
    folder: str
    file: str

    @property
    def ways(self) -> tuple[str, str, str]:
        """What installs, what leads a command, what adds a tool."""
        here = self.tool.below if self.folder else (self.tool.command, self.tool.leads, self.tool.adds)
        words = {"file": shlex.quote(self.file), "folder": shlex.quote(self.folder)}
        install, leads, adds = (each.format(**words) for each in here)
        return install, leads, adds

    @property
    def declared(self) -> str:
        """The file to which a person adds a dependency."""
        return posixpath.join(self.folder, self.tool.made_from) if self.tool.made_from else self.file


def managed_folders(store: FactStore, paths: Iterable[str]) -> dict[str, Managed]:
    """The folders that declare dependencies of Python, each with its manager."""
    tools = store.knowledge.landmarks.get(ToolKind.MANAGER, ())
    found: dict[str, tuple[int, str, Managed]] = {}
    for path in paths:
        for rank, tool in enumerate(tools):
            folder = _folder(store, path, tool)
            if folder is not None and (not folder or tool.below):
                row = (rank, path, Managed(tool, folder, path))
                found[folder] = min(found.get(folder, row), row, key=lambda each: each[:2])
    return {folder: managed for folder, (_, _, managed) in found.items()}


def _folder(store: FactStore, path: str, tool: KnownTool) -> str | None:
    """The folder in which a file says that the tool manages packages; None where it does not."""
    for glob in tool.files:
        depth = glob.count("/") + 1
        parts = path.split("/")
        if len(parts) >= depth and fnmatchcase("/".join(parts[-depth:]), glob):
            declares = parts[-1] != PROJECT or any(store.of(path).dependencies)
            return "/".join(parts[:-depth]) if declares else None
    return None


def main(managed: Mapping[str, Managed], code: str | None) -> Managed | None:
    """That of the root; else of the folder that holds the code; else the nearest to the root."""
    if "" in managed:
        return managed[""]
    above = [each for each in managed.values() if code is not None and code.startswith(f"{each.folder}/")]
    if above:
        return max(above, key=lambda each: len(each.folder))
    return min(managed.values(), key=lambda each: nearest(each.file), default=None)
