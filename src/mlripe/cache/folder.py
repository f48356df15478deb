"""Where mlripe keeps what it found before: a folder of the user, in which nothing is that a repository brings."""

from __future__ import annotations

import os
import stat
import sys
from functools import cache
from pathlib import Path
from typing import Final

from mlripe.catalog.load import PACKAGE, source_root
from mlripe.snapshot import Snapshot

__all__ = ["FOLDER", "cache_folder", "code_state", "folder_for", "is_own"]

FOLDER: Final = "MLRIPE_CACHE_DIR"  # where to keep it; empty: nowhere
_OTHERS_WRITE: Final = 0o022


def cache_folder() -> Path | None:
    """The folder of the cache, where the system's other programs keep theirs; None for nowhere."""
    named = os.environ.get(FOLDER)
    if named is not None:
        return Path(named) if named else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "") or os.path.expanduser("~/.cache")
    return Path(base) / "mlripe" if os.path.isabs(base) else None


def folder_for(snapshot: Snapshot) -> Path | None:
    """The folder of the cache; None where it lies in the repository, which could bring what is kept there."""
    folder = cache_folder()
    if folder is None or (snapshot.top and folder.resolve().is_relative_to(snapshot.top)):
        return None
    return folder


def is_own(path: str | os.PathLike[str]) -> bool:
    """Whether a file or folder, no link, is this user's, and nobody else may write to it. Raises OSError."""
    status = os.lstat(path)
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        return False
    return os.name != "posix" or (status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE)


@cache
def code_state() -> str:
    """In a checkout, whose code changes under one version, what tells its state apart."""
    if source_root() == PACKAGE / "data":
        return ""
    return str(max(path.stat().st_mtime_ns for path in PACKAGE.rglob("*.py")))
