"""The same input gives the same bytes: whatever the seed of Python's hashes, and however the files are listed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"
# audits a folder with as little work for source as it is told; small repositories are then not parsed whole either
WITH_LITTLE = """
import sys
from mlripe.readers import budgets, store

store.FEW_CODE = 0
store.code_budget = lambda most=int(sys.argv.pop(1)): budgets.Budget(most, "source files were not parsed")

from mlripe.cli import main

main()
"""
# the modules differ in length: which of them are asked for first decides how many are read
STEPS = ("clean", "resample", "weigh", "enrich", "merge", "label", "split", "scale")


def run(seed: str, *command: str) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "MLRIPE_CACHE_DIR": ""}
    return subprocess.run([sys.executable, *command], env=environment, capture_output=True, check=True).stdout


@pytest.mark.parametrize("name", ["gitlab-monorepo", "airflow-retraining", "llm-app"])
def test_two_runs_with_other_hashes_print_the_same(name: str) -> None:
    command = ("-m", "mlripe", "audit", str(FIXTURES / name), "--format", "json")
    first = run("1", *command)
    assert len(first) > 1000
    assert first == run("2", *command) == run("3", *command)


def test_where_not_all_is_read_the_same_is_read_whatever_the_hashes(tmp_path: Path) -> None:
    """What may be a chain of steps is followed file by file, until as much as may be read has been read."""
    flow = [f"from jobs import {name}\ndef {name}_pipeline():\n    {name}.go()" for name in STEPS]
    write(tmp_path / "jobs/flow.py", "\n".join(flow) + "\n")
    write(tmp_path / "jobs/fit.py", "from sklearn.svm import SVC\nSVC().fit([[0], [1]], [0, 1])\n")
    for number, name in enumerate(STEPS):
        body = "".join(f"    total = total + {each}\n" for each in range(8 * (number + 1) ** 2))
        run_it = "    subprocess.run(command_of(total))\n"
        write(tmp_path / f"jobs/{name}.py", f"import subprocess\ndef go(total=0):\n{body}{run_it}")
    command = ("-c", WITH_LITTLE, "12000", "audit", str(tmp_path), "--format", "json")
    first = run("1", *command)
    assert b"source files were not parsed" in first
    assert {run(seed, *command) for seed in "23456"} == {first}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
