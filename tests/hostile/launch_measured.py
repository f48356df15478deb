"""Starts a command within limits and prints as JSON what it gave and took.

Usage: launch_measured.py CPU_SECONDS MEGABYTES COMMAND...

The system ends the command where it takes much more than it may: a test that fails must not take the machine with it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress

SPARE = 1.5  # so much above a limit the system ends the command; below, it ends by itself and says what it took
SPARE_MEGABYTES = 1500  # address space is more than memory
WAITING = 10  # times the processor time on the clock: then it waits for something that never comes
UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


def main(cpu_seconds: float, megabytes: float, command: list[str]) -> None:
    """Runs the command and prints what it took."""

    def limit() -> None:
        seconds = int(cpu_seconds * SPARE) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        if sys.platform == "linux":
            room = int(megabytes * SPARE + SPARE_MEGABYTES) << 20
            resource.setrlimit(resource.RLIMIT_AS, (room, room))

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=limit, start_new_session=True
        )
        patience = threading.Timer(max(60.0, cpu_seconds * WAITING), end, [child.pid])
        patience.start()
        _, status, usage = os.wait4(child.pid, 0)
        patience.cancel()
        took = {
            "code": os.waitstatus_to_exitcode(status),
            "stdout": text(out),
            "stderr": text(err),
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "megabytes": usage.ru_maxrss * UNIT / 2**20,
        }
    print(json.dumps(took))


def end(group: int) -> None:
    """Ends the command and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
        time.sleep(1)
        os.killpg(group, signal.SIGKILL)


def text(file: tempfile._TemporaryFileWrapper[bytes]) -> str:
    """What was written to a file."""
    file.seek(0)
    return file.read().decode("utf-8", "replace")


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
