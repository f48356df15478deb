"""Files on disk, under one folder, and never through a symlink; the snapshot of what stands there."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from mlripe.read_fault import ReadFault
from mlripe.snapshot.base import ABSENT, SYMLINK, Closing, Entry, ReadFaults, Unread
from mlripe.snapshot.blobs import Blobs
from mlripe.snapshot.content import limit_of, normalised, too_large

__all__ = ["DiskSnapshot", "Folder", "mode_of", "why"]

GONE: Final = "is absent from disk"
IRREGULAR: Final = "is no regular file; it is not read"

# Should a file turn into a FIFO or a symlink between the look at it and the opening: neither waits nor follows.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def why(error: OSError) -> str:
    """The reason in words that are the same on every machine.

    Raises the error again where it is the machine that has no more to give: nothing is known of the file then.
    """
    if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
        raise error
    if isinstance(error, PermissionError):
        return "permission denied"
    return errno.errorcode.get(error.errno or 0, "system error")


def mode_of(status: os.stat_result) -> str:
    """The mode that git would record, "" for what is neither file nor symlink."""
    if stat.S_ISLNK(status.st_mode):
        return SYMLINK
    if not stat.S_ISREG(status.st_mode):
        return ""
    return "100755" if status.st_mode & stat.S_IXUSR else "100644"


class Folder:
    """A folder whose files are reached by paths relative to it, in bytes; what lies behind a symlink does not exist."""

    def __init__(self, root: bytes) -> None:
        self._prefix = root.rstrip(b"/") + b"/"
        self._real = {b"": True}

    def status(self, path: bytes) -> os.stat_result | None:
        """What stands at the path, a symlink as itself; None if nothing does. Raises OSError if unseen."""
        if not self._is_real(path.rpartition(b"/")[0]):
            return None
        try:
            return os.lstat(self._prefix + path)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read(self, path: bytes, size: int, limit: int) -> bytes | Unread:
        """A file's bytes, at most `limit`; `size` is what it had when it was listed as a regular file."""
        if not self._is_real(path.rpartition(b"/")[0]):
            return Unread(GONE)
        try:
            descriptor = os.open(self._prefix + path, _FLAGS)
        except OSError as error:
            return Unread(_unopened(error))
        try:
            content = os.read(descriptor, min(size, limit) + 1)
            return content if len(content) == size else _changed(descriptor, content, limit)
        except OSError as error:
            return Unread(f"cannot be read: {why(error)}")
        finally:
            os.close(descriptor)

    def _is_real(self, folder: bytes) -> bool:
        """Whether the folder and all above it, up to the root, are folders and not symlinks to some."""
        known = self._real.get(folder)
        if known is None:
            known = self._is_real(folder.rpartition(b"/")[0]) and self._is_folder(folder)
            self._real[folder] = known
        return known

    def _is_folder(self, folder: bytes) -> bool:
        try:
            return stat.S_ISDIR(os.lstat(self._prefix + folder).st_mode)
        except OSError:
            return False


def _unopened(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return GONE
    return IRREGULAR if error.errno in (errno.ELOOP, errno.ENXIO) else f"cannot be read: {why(error)}"


def _changed(descriptor: int, content: bytes, limit: int) -> bytes | Unread:
    """The whole of a file that is not as long as it was, such as one that is being written; `content` is its start."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return Unread(IRREGULAR)
    parts, total = [content], len(content)
    while total <= limit and (part := os.read(descriptor, min(1 << 20, limit + 1 - total))):
        parts.append(part)
        total += len(part)
    return b"".join(parts) if total <= limit else Unread(too_large(limit))


@dataclass(frozen=True, slots=True)
class DiskSnapshot(Closing):
    """A work tree or a plain folder: listed when it was opened, read from disk when asked for.

    `odd` has the bytes of those paths whose text is not simply them. `pointers` are the paths that Git LFS keeps, whose
    committed content (`Entry.blob`) comes from `blobs`.
    """

    name: str
    commit: str
    folder: Folder
    files: Mapping[str, Entry]
    met: ReadFaults
    odd: Mapping[str, bytes] = field(default_factory=dict)
    pointers: frozenset[str] = frozenset()
    blobs: Blobs | None = None
    top: str = ""

    @property
    def read_faults(self) -> tuple[ReadFault, ...]:
        return self.met.sorted()

    def entries(self) -> Mapping[str, Entry]:
        return self.files

    def listed(self) -> Mapping[str, Entry]:
        return self.entries()

    def read(self, path: str) -> bytes | None:
        entry = self.files.get(path)
        if entry is not None and entry.mode == SYMLINK:
            return None
        content = self._content(entry) if entry is not None else Unread(ABSENT)
        if isinstance(content, Unread):
            self.met.add(path, content.says)
            return None
        return normalised(content)

    def _content(self, entry: Entry) -> bytes | Unread:
        limit = limit_of(entry.path)
        if self.blobs is not None and entry.path in self.pointers:
            return self.blobs.read(entry.blob, limit)
        size = entry.size or 0
        if size > limit:
            return Unread(too_large(limit))
        return self.folder.read(self.odd.get(entry.path) or entry.path.encode(), size, limit)

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            content = self.read(path)
            if content is not None:
                yield path, content

    def close(self) -> None:
        if self.blobs is not None:
            self.blobs.close()
