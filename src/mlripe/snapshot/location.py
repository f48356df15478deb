"""Where a path lies: in which git repository, if in any, and in which folder of it.

Looked for here rather than by git, so that git can be told where to look: what it is told outweighs the repository's
own `core.worktree`, needs no `safe.directory`, and costs no process.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from msgspec import Struct

from mlripe.snapshot.base import SnapshotError
from mlripe.snapshot.disk import why
from mlripe.snapshot.paths import display

__all__ = ["Location", "locate", "repository_at"]

PACKED: Final = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".7z", ".rar")


class Location(Struct, frozen=True):
    """The audited folder and the repository around it, absolute and free of symlinks.

    `top` is the folder that has `.git` in it, or a bare repository's own; None outside of any repository.
    """

    folder: Path
    name: str
    top: Path | None = None
    bare: bool = False

    @property
    def inner(self) -> str:
        """The folder's path below `top`, with forward slashes; "" for `top` itself."""
        inner = self.folder.relative_to(self.top or self.folder).as_posix()
        return "" if inner == "." else inner


def locate(path: str) -> Location:
    """Looks at `path` and the folders above it. Raises SnapshotError where it is no folder that can be read."""
    folder = _folder(path)
    if _is_bare(folder):
        named = folder.parent if folder.name == ".git" else Path(path).absolute()
        return Location(folder, _name(named, folder).removesuffix(".git"), folder, bare=True)
    top = next((above for above in (folder, *folder.parents) if os.path.lexists(above / ".git")), None)
    return Location(folder, _name(Path(path).absolute(), folder), top)


def repository_at(path: str | os.PathLike[str]) -> str:
    """The folder of the repository that `path` is in, or the folder itself: what lies in it may be somebody else's.

    "" where there is none, which is told where the repository is opened.
    """
    try:
        location = locate(os.fspath(path))
    except SnapshotError:
        return ""
    return str(location.top or location.folder)


def _folder(path: str) -> Path:
    try:
        if not path:  # which would be taken for the current folder
            raise FileNotFoundError
        folder = os.path.realpath(path, strict=True)
        with os.scandir(folder):
            return Path(folder)
    except (FileNotFoundError, ValueError):
        raise SnapshotError(f"there is no folder {path!r}: give the path of a repository") from None
    except NotADirectoryError:
        packed = path.lower().endswith(PACKED)
        given = "unpack it, and give its folder" if packed else "give the folder of the repository that it is in"
        raise SnapshotError(f"{path} is a file: {given}") from None
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read ({why(error)}): run mlripe as a user who may read it") from error


def _name(named: Path, folder: Path) -> str:
    """The folder's name as it was given; as it is on disk where that is no name (`..`, a root)."""
    name = folder.name if named.name in ("", "..") else named.name
    return display(os.fsencode(name or str(folder)))


def _is_bare(folder: Path) -> bool:
    """Whether the folder itself is laid out as git's own: a bare repository, or a `.git`."""
    return os.path.lexists(folder / "HEAD") and (folder / "objects").is_dir() and (folder / "refs").is_dir()
