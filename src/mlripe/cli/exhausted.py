"""Errors of a machine that has no more to give: not a fault of mlripe, and nothing that a report could rest on."""

from __future__ import annotations

import errno
from typing import Final

__all__ = ["exhausted"]

FILES: Final = "the system lets it open too few files at once; allow more, as with `ulimit -n 256`"
MEMORY: Final = "the system has too little memory left for it; allow more, or audit a sub-folder"
PROCESSES: Final = "the system lets it start no more processes; allow more, as with `ulimit -u`"
DISK: Final = "the disk is full; make room on it"
_BY_NUMBER: Final = {
    errno.EMFILE: FILES,
    errno.ENFILE: FILES,
    errno.ENOMEM: MEMORY,
    errno.EAGAIN: PROCESSES,
    errno.ENOSPC: DISK,
    getattr(errno, "EDQUOT", errno.ENOSPC): DISK,
}


def exhausted(error: BaseException) -> str:
    """What the machine lacks, as a sentence with the remedy; "" where the error is another one."""
    if isinstance(error, MemoryError):
        return MEMORY
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return PROCESSES
    return _BY_NUMBER.get(error.errno or 0, "") if isinstance(error, OSError) else ""
