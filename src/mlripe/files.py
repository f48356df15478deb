"""Files in places where others may have put something: read to a bound and never waited for, replaced as a whole."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["LedAway", "lies_in", "place_of", "put", "read_regular", "write_whole", "written_aside"]

# Neither waits for a FIFO nor takes what a link leads to, where a link is not to be followed.
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NEW_MODE: Final = 0o666  # less what the user's umask takes away
_MOST_LINKS: Final = 40  # that one path may lead through, as with Linux
# Why a folder takes no file beside another one, which may itself be written to: it is another user's, or read-only, or
# the file alone is mounted there.
_ONLY_IN_PLACE: Final = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EXDEV)


class LedAway(OSError):
    """A path leads through a link that somebody else has put there; `link` is its place."""

    def __init__(self, link: str) -> None:
        super().__init__(f"{link} is a symbolic link that the repository brings")
        self.link = link


def place_of(path: str | os.PathLike[str], repository: str) -> Path:
    """Where a path leads, with links followed that lie outside of the folder `repository`, absolute and without links.

    A link in it that is the last part of the path is the place itself. Raises LedAway at any other link in it, OSError
    where the links have no end.
    """
    whole = os.path.join(os.getcwd(), path)
    drive, rest = os.path.splitdrive(os.path.normpath(whole) if os.name == "nt" else whole)
    here, links = drive + os.sep, 0
    parts = rest.split(os.sep)[::-1]
    while parts:
        part = parts.pop()
        if part in ("", ".", ".."):
            here = os.path.dirname(here) if part == ".." else here
            continue
        there = os.path.join(here, part)
        if not os.path.islink(there) or here.startswith("/proc/"):  # such as `/dev/stdout`: what it names is no path
            here = there
        elif repository and lies_in(here, repository):
            if any(part not in ("", ".") for part in parts):
                raise LedAway(there)
            return Path(there)
        else:
            links += 1
            if links > _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            target_drive, target = os.path.splitdrive(os.readlink(there))
            here = (target_drive or drive) + os.sep if target.startswith(os.sep) else here
            parts += target.split(os.sep)[::-1]
    return Path(here)


def lies_in(path: str, *folders: str) -> bool:
    """Whether a path is one of the folders or lies below one; all are absolute and without links."""
    return any(path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def read_regular(path: str | os.PathLike[str], most: int, *, follow: bool = True, own: bool = False) -> bytes:
    """A regular file's bytes; `own`: only where it is this user's, and nobody else may write to it.

    Raises OSError where there is none, it is something else, or it has more than `most` bytes.
    """
    descriptor = os.open(path, _READ if follow else _READ | getattr(os, "O_NOFOLLOW", 0))
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        if own and os.name == "posix" and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
            raise OSError(errno.EPERM, "it belongs to somebody else")
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most >> 10:,} KiB")
    return content


def written_aside(target: Path, content: bytes, mode: int | None = None, *, lasting: bool = True) -> Path:
    """A new file in the target's folder that holds the content; `put` gives it its place.

    `mode` are its permissions, None: those of a new file. `lasting`: all of it is on the disk when this returns. Raises
    OSError, with nothing left behind.
    """
    aside = target.with_name(f".mlripe-{os.urandom(6).hex()}.tmp")
    descriptor = os.open(aside, _CREATE, _NEW_MODE if mode is None else mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(descriptor)
        if mode is not None:
            os.chmod(aside, mode)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise
    return aside


def put(aside: Path, target: Path) -> None:
    """Gives a file that was written aside its place: whoever reads there finds the old one or the new one, whole.

    A link or a FIFO in that place is replaced, not written through. Raises OSError, with nothing left behind.
    """
    try:
        aside.replace(target)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def write_whole(target: Path, content: bytes) -> None:
    """Writes a file so that its place has the old content or the new one, whole, whatever happens; with its old mode.

    Only where its folder takes no other file is it written in place. Raises OSError.
    """
    mode = _mode(target)
    try:
        put(written_aside(target, content, mode), target)
    except OSError as error:
        if mode is None or error.errno not in _ONLY_IN_PLACE:
            raise
        flags = os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        with open(os.open(target, flags), "wb") as file:
            file.write(content)
            file.truncate()


def _mode(target: Path) -> int | None:
    """The permissions of a regular file; None for anything else, which is no file to write to."""
    try:
        status = target.lstat()
    except OSError:
        return None
    return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else None
