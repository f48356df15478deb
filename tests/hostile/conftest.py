"""Runs mlripe as a process of its own, and measures what it took: processor time, and memory at its highest.

Fixtures for any test below this folder:

- `measured_audit(folder, *arguments)` audits and gives the report; it fails where the exit code is not 0 or a limit is
  not kept.
- `measured_run(*arguments, cwd=folder)` runs any command of mlripe, and fails where mlripe crashes or a limit is not kept.
- `measured_read(path, content)` gives one file to its readers, and fails like `measured_run`.
- `write_files(folder, {path: content})` writes a small repository.

The limits are those that docs/security.md promises. Processor time is measured, not time on the clock, so that a busy
machine does not fail a test; a process that only waits is ended all the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import mlripe

CPU_SECONDS = 10.0
MEGABYTES = 500.0
_LAUNCHER = Path(__file__).parent / "launch_measured.py"

MeasuredRun = Callable[..., "Measured"]
MeasuredRead = Callable[..., list[str]]
WriteFiles = Callable[[Path, Mapping[str, "str | bytes"]], Path]


@dataclass(frozen=True)
class Measured:
    """What a run gave and took."""

    code: int  # negative: the number of the signal that ended it
    stdout: str
    stderr: str
    cpu_seconds: float  # of the process and of those that it started
    megabytes: float  # resident memory at its highest, of whichever process took most

    def check(self, codes: tuple[int, ...], cpu_seconds: float, megabytes: float) -> None:
        """Fails where the process ended by another code, or took more than it may."""
        told = f"exit code {self.code}, {self.cpu_seconds:.1f} s, {self.megabytes:.0f} MB\n{self.stderr[-2000:]}"
        assert self.code in codes, told
        assert self.cpu_seconds <= cpu_seconds, told
        assert self.megabytes <= megabytes, told

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report on standard output."""
        report: dict[str, Any] = json.loads(self.stdout)
        return report

    @property
    def read_faults(self) -> dict[str, list[str]]:
        """What the report tells could not be read, by path ("" for the repository as a whole)."""
        told: dict[str, list[str]] = {}
        for read_fault in self.report["read_faults"]:
            told.setdefault(read_fault["path"], []).append(read_fault["says"])
        return told


def run(*arguments: str | Path, cwd: Path, cpu_seconds: float = CPU_SECONDS, megabytes: float = MEGABYTES) -> Measured:
    """Runs `mlripe ARGUMENTS` in a folder; fails where it crashes (exit code 3), is ended, or does not keep a limit."""
    took = _launched(["-m", "mlripe", *map(str, arguments)], cwd, cpu_seconds, megabytes)
    took.check((0, 1, 2), cpu_seconds, megabytes)
    return took


def _launched(arguments: list[str], cwd: Path, cpu_seconds: float, megabytes: float) -> Measured:
    """What `python ARGUMENTS` takes, with this mlripe to import."""
    environment = os.environ | {"PYTHONPATH": str(Path(mlripe.__file__).parents[1]), "MLRIPE_CACHE_DIR": ""}
    # a small process between: a child's memory is counted from that of the process that it was split from
    command = [sys.executable, "-I", "-S", str(_LAUNCHER), str(cpu_seconds), str(megabytes), sys.executable, "-P"]
    done = subprocess.run([*command, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=True)
    return Measured(**json.loads(done.stdout))


def audit(folder: Path, *arguments: str, cpu_seconds: float = CPU_SECONDS, megabytes: float = MEGABYTES) -> Measured:
    """Audits a folder into a JSON report; fails like `run`, and where the exit code is not 0 or something is warned."""
    asked = ("audit", folder, "--format", "json", *arguments)
    took = run(*asked, cwd=folder.parent, cpu_seconds=cpu_seconds, megabytes=megabytes)
    assert (took.code, took.stderr) == (0, "")
    return took


_READ = """
import sys
from pathlib import Path
from mlripe.readers import read
for read_fault in read(sys.argv[1], Path(sys.argv[2]).read_bytes()).read_faults:
    print(read_fault.says)
"""


def read(path: str, content: bytes, cpu_seconds: float = CPU_SECONDS, megabytes: float = MEGABYTES) -> list[str]:
    """Gives one file's content to the readers of its path, in a process of its own; the read faults that they tell."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "content"
        file.write_bytes(content)
        took = _launched(["-c", _READ, path, str(file)], Path(folder), cpu_seconds, megabytes)
    took.check((0,), cpu_seconds, megabytes)
    return took.stdout.splitlines()


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes files below a folder, which is made where it is not there; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture(scope="session")
def measured_run() -> MeasuredRun:
    """`run`, where the system counts what a process takes."""
    pytest.importorskip("resource", reason="what a process takes is counted on Unix only")
    return run


@pytest.fixture(scope="session")
def measured_audit(measured_run: MeasuredRun) -> MeasuredRun:
    """`audit`, where the system counts what a process takes."""
    return audit


@pytest.fixture(scope="session")
def measured_read(measured_run: MeasuredRun) -> MeasuredRead:
    """`read`, where the system counts what a process takes."""
    return read


@pytest.fixture(scope="session")
def write_files() -> WriteFiles:
    return write
