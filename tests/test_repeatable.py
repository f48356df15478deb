"""The same input gives the same bytes: whatever the seed of Python's hashes, and however the files are listed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.mark.parametrize("name", ["gitlab-monorepo", "airflow-retraining", "llm-app"])
def test_two_runs_with_other_hashes_print_the_same(name: str) -> None:
    def run(seed: str) -> bytes:
        command = [sys.executable, "-m", "mlripe", "audit", str(FIXTURES / name), "--format", "json"]
        return subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout

    first = run("1")
    assert len(first) > 1000
    assert first == run("2") == run("3")
