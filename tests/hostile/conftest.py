"""Runs mlripe as a process of its own, and measures what it took: processor time, and memory at its highest.

Three fixtures, for any test below this folder:

- `measured_audit(folder, *arguments)` audits and gives the report; it fails where the exit code is not 0 or a limit is
  not kept.
- `measured_run(*arguments, cwd=folder)` runs any command of mlripe, and fails where mlripe crashes or a limit is not kept.
- `write_files(folder, {path: content})` writes a small repository.

The limits are those that docs/security.md promises. Processor time is measured, not time on the clock, so that a busy
machine does not fail a test; a process that only waits is ended all the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
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
WriteFiles = Callable[[Path, Mapping[str, "str | bytes"]], Path]


@dataclass(frozen=True)
class Measured:
    """What a run gave and took."""

    code: int  # negative: the number of the signal that ended it
    stdout: str
    stderr: str
    cpu_seconds: float  # of the process and of those that it started
    megabytes: float  # resident memory at its highest, of whichever process took most

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report on standard output."""
        report: dict[str, Any] = json.loads(self.stdout)
        return report

    @property
    def problems(self) -> dict[str, list[str]]:
        """What the report tells could not be read, by path ("" for the repository as a whole)."""
        told: dict[str, list[str]] = {}
        for problem in self.report["problems"]:
            told.setdefault(problem["path"], []).append(problem["says"])
        return told


def run(*arguments: str | Path, cwd: Path, cpu_seconds: float = CPU_SECONDS, megabytes: float = MEGABYTES) -> Measured:
    """Runs `mlripe ARGUMENTS` in a folder; fails where it crashes (exit code 3), is ended, or does not keep a limit."""
    environment = os.environ | {"PYTHONPATH": str(Path(mlripe.__file__).parents[1]), "MLRIPE_CACHE_DIR": ""}
    # a small process between: a child's memory is counted from that of the process that it was split from
    command = [sys.executable, "-I", "-S", _LAUNCHER, str(cpu_seconds), str(megabytes)]
    command += [sys.executable, "-P", "-m", "mlripe", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=True)
    took = Measured(**json.loads(done.stdout))
    told = f"exit code {took.code}, {took.cpu_seconds:.1f} s, {took.megabytes:.0f} MB\n{took.stderr[-2000:]}"
    assert took.code in (0, 1, 2), told
    assert took.cpu_seconds <= cpu_seconds, told
    assert took.megabytes <= megabytes, told
    return took


def audit(folder: Path, *arguments: str, cpu_seconds: float = CPU_SECONDS, megabytes: float = MEGABYTES) -> Measured:
    """Audits a folder into a JSON report; fails like `run`, and where the exit code is not 0 or something is warned."""
    asked = ("audit", folder, "--format", "json", *arguments)
    took = run(*asked, cwd=folder.parent, cpu_seconds=cpu_seconds, megabytes=megabytes)
    assert (took.code, took.stderr) == (0, "")
    return took


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
def write_files() -> WriteFiles:
    return write
