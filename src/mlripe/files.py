"""Files in places where others may have put something: read to a bound and never waited for, replaced as a whole."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["put", "read_regular", "written_aside"]

# Neither waits for a FIFO nor takes what a link leads to, where a link is not to be followed.
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NEW_MODE: Final = 0o666  # less what the user's umask takes away


def read_regular(path: str | os.PathLike[str], most: int, *, follow: bool = True, own: bool = False) -> bytes:
    """A regular file's bytes; `own`: only where it is this user's, and nobody else may write to it.

    Raises OSError where there is none, it is something else, or it has more than `most` bytes.
    """
    descriptor = os.open(path, _READ if follow else _READ | getattr(os, "O_NOFOLLOW", 0))
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("is no regular file")
        if own and os.name == "posix" and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
            raise OSError("belongs to somebody else")
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(f"is larger than {most >> 10:,} KiB")
    return content


def written_aside(target: Path, content: bytes, mode: int | None = None, *, lasting: bool = True) -> Path:
    """A new file in the target's folder that holds the content; `put` gives it its place.

    `mode` are its permissions, None: those of a new file. `lasting`: all of it is on the disk when this returns. Raises
    OSError, with nothing left behind.
    """
    aside = target.with_name(f".{target.name[:200]}.{os.urandom(6).hex()}.tmp")
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
