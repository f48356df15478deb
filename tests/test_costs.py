"""What a whole audit costs, counted rather than timed: the same numbers on any machine.

A bound that is met by a change that is worth its cost may be raised, by as much as that costs.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
COUNTED = Path(__file__).with_name("counted_run.py")
README = ROOT / "fixtures" / "scheduled-training"
MOST = {
    "calls": 600_000,  # of functions written in Python
    "expressions": 460,  # that Python's `re` compiles
    "parses": 13,  # of Python sources: each of the nine once, and what stands in other files
    "classes": 110,  # made by `dataclass`, which takes 0.4 ms for each
    "modules": 420,  # of mlripe
    "opened": 48,  # how often a file of the repository is opened
}


def counted(folder: Path, *arguments: str) -> dict[str, int]:
    """What a run of mlripe in a folder costs without anything that was kept."""
    environment = {**os.environ, "MLRIPE_CACHE_DIR": "", "PYTHONHASHSEED": "0"}
    command = [sys.executable, str(COUNTED), *arguments]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, int] = json.loads(run.stderr.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def trees() -> Any:
    """The module of the benchmarks that makes repositories."""
    specification = importlib.util.spec_from_file_location("trees", ROOT / "benchmarks" / "trees.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_an_audit_of_a_small_repository_costs_no_more_than_this(tmp_path: Path) -> None:
    shutil.copytree(README, tmp_path / "small")
    found = counted(tmp_path / "small", "audit")
    assert found["files"] > 10
    assert {name: found[name] for name, most in MOST.items() if found[name] > most} == {}


def test_the_version_is_told_without_anything_else(tmp_path: Path) -> None:
    found = counted(tmp_path, "--version")
    assert found["modules"] < 10
    assert not found["expressions"] + found["classes"]


def test_costs_grow_with_the_number_of_files_and_no_faster(tmp_path: Path, trees: Any) -> None:
    few, more, many = (counted(trees.made_tree(tmp_path, files), "audit") for files in (40, 80, 160))
    step = {name: more[name] - few[name] for name in ("calls", "parses", "opened")}
    assert all(most > 0 for most in step.values())
    assert {name: many[name] - more[name] for name in step if many[name] - more[name] > 2.3 * step[name]} == {}
