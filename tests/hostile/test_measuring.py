"""The campaign measures what it says that it measures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.hostile.conftest import MeasuredRun, WriteFiles

LAUNCHER = Path(__file__).parent / "launch_measured.py"


def launched(program: str, cpu_seconds: float = 5, megabytes: float = 500) -> dict[str, float]:
    pytest.importorskip("resource")
    command = [sys.executable, "-I", LAUNCHER, str(cpu_seconds), str(megabytes), sys.executable, "-I", "-c", program]
    took: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return took


def test_memory_is_the_command_s_own_and_at_its_highest() -> None:
    held = b"x" * 300_000_000  # by this process, from which a child's count would begin
    assert launched("pass")["megabytes"] < 100
    assert 180 < launched("x = b'x' * 200_000_000; del x")["megabytes"] < 300
    assert len(held) == 300_000_000


def test_what_runs_on_for_ever_is_ended() -> None:
    took = launched("while True: pass", cpu_seconds=0.5)
    assert took["code"] < 0
    assert 0.9 < took["cpu_seconds"] < 3


def test_a_limit_that_is_not_kept_fails(tmp_path: Path, measured_audit: MeasuredRun, write_files: WriteFiles) -> None:
    folder = write_files(tmp_path / "small", {"train.py": "import mlflow\n"})
    assert measured_audit(folder).read_faults == {}
    with pytest.raises(AssertionError, match="exit code 0"):
        measured_audit(folder, cpu_seconds=0.01)
    with pytest.raises(AssertionError, match="exit code 0"):
        measured_audit(folder, megabytes=5)
