"""What one running git may take: time on the clock, processor time, memory, and no waiting for what never answers.

A repository of a few kilobytes can ask git for all of these: trees that hold one another describe more folders than
anybody can list, one object unpacks to gigabytes, a FIFO in the place of a file has nobody who ever writes to it.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import threading
import time
from contextlib import suppress
from itertools import islice
from typing import Final

from msgspec import Struct

__all__ = ["MOST_MEMORY", "WAITS", "Allowance", "Watch", "bound_memory", "end", "fifo_below", "watched"]

TIMEOUT: Final = 60.0  # seconds on the clock for one answer: a slow disk takes long, and little of what is below
MOST_CPU: Final = 8.0  # seconds of processor time for all answers about one snapshot
MOST_MEMORY: Final = 400 << 20  # bytes that git may hold besides the files that it maps
LOOK: Final = 0.5  # seconds between two looks at a process
_MOST_SEARCHED: Final = 50_000  # files among which a FIFO is looked for
STALLED: Final = 8  # looks in a row at which it waits and has done nothing since the last one

_TICKS: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
TOO_SLOW: Final = f"it takes more than {MOST_CPU:.0f} seconds of processor time"
WAITS: Final = "it waits for something that does not answer, such as a FIFO in the place of a file"


class Allowance(Struct):
    """The processor time that the ended processes of one snapshot took, as far as they ran long enough to be seen."""

    spent: float = 0.0


class Watch(threading.Thread):
    """Ends a process that takes too much over what it is asked; `fault` then says of what, and is "" otherwise.

    One thread a process, which looks now and then: a process that answers may be asked thousands of times. Where the
    system does not tell what a process does (it is Linux that does), only the time on the clock is bounded.
    """

    def __init__(self, process: subprocess.Popen[bytes], allowance: Allowance) -> None:
        super().__init__(daemon=True)
        self.fault = ""
        self._process = process
        self._allowance = allowance
        self._until: float | None = None
        self._ended = threading.Event()
        self._used = 0.0

    def begin(self) -> None:
        """Starts the clock for one answer of git."""
        self._until = time.monotonic() + TIMEOUT

    def pause(self) -> None:
        """Stops the clock: git has answered."""
        self._until = None

    def cancel(self) -> None:
        """Ends the watch: git is asked nothing more."""
        if not self._ended.is_set():
            self._ended.set()
            self._allowance.spent += self._used

    def run(self) -> None:
        idle, ran_before = 0, -1
        while not self._ended.wait(min(LOOK, TIMEOUT / 8)):
            if (until := self._until) is None:
                idle = 0
                continue
            state, self._used, ran = _doing(self._process.pid)
            # counted in looks, not in seconds: neither it nor this thread runs while somebody has stopped mlripe
            idle = idle + 1 if state == "S" and ran == ran_before else 0
            ran_before = ran
            self.fault = self._excess(until, idle)
            if self.fault:
                end(self._process)
                return

    def _excess(self, until: float, idle: int) -> str:
        if time.monotonic() > until:
            return f"it took longer than {TIMEOUT:.0f} seconds"
        if self._allowance.spent + self._used > MOST_CPU:
            return TOO_SLOW
        return WAITS if idle >= STALLED else ""


def watched(process: subprocess.Popen[bytes], allowance: Allowance) -> Watch:
    """Starts the watch over a process that is asked something now; `cancel()` ends it."""
    watch = Watch(process, allowance)
    watch.begin()
    watch.start()
    return watch


def _doing(process: int) -> tuple[str, float, int]:
    """A process's state as the system names it (`S`: it waits for something that may never come; `D`, for a disk), the
    processor time it took in seconds, and the same in a finer measure; "" where the system does not tell.
    """
    try:
        with open(f"/proc/{process}/stat", "rb") as stat, open(f"/proc/{process}/schedstat", "rb") as fine:
            fields = stat.read().rpartition(b")")[2].split()
            return fields[0].decode(), (int(fields[11]) + int(fields[12])) / _TICKS, int(fine.read().split()[0])
    except (OSError, IndexError, ValueError):
        return "", 0.0, 0


def bound_memory(process: subprocess.Popen[bytes]) -> None:
    """Lets the process hold `MOST_MEMORY` and no more, where the system can; git then ends and says so.

    Set from outside, once it runs: what is set between the split and the start of git makes every start slower.
    """
    try:
        import resource

        resource.prlimit(process.pid, resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    except (ImportError, AttributeError, OSError, ValueError):  # no such system, ended already, or bound lower by hand
        return


def end(process: subprocess.Popen[bytes]) -> None:
    """Kills the process if it still runs, and what it started: that would keep its pipes open."""
    if process.poll() is not None:
        return
    if os.name == "posix":
        with suppress(ProcessLookupError):  # it may end by itself in between
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def fifo_below(root: str) -> str:
    """The first FIFO among the files below a folder, "" where there is none among as many as are looked at."""
    below = ((folder, name) for folder, _, files in os.walk(root) for name in files)
    for folder, name in islice(below, _MOST_SEARCHED):
        with suppress(OSError):
            if stat.S_ISFIFO(os.lstat(place := os.path.join(folder, name)).st_mode):
                return place
    return ""
