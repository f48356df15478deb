"""Repositories that are small in git and large when they are read: what is read of one in all has bounds, and they are told.

git keeps one copy of what stands in many files: some KB of a repository may be 200,000 files of 2 MB.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlripe.facts import Import
from mlripe.readers import budgets
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from tests.hostile.conftest import MeasuredRun

TRACKED = "import mlflow\nmlflow.log_metric('a', 1)\n"
STEPS = "on: push\njobs:\n  a:\n    steps:\n" + f"      - run: |\n          {'a;' * 90_000}\n" * 5

# of one content: the name of each file, how many there are, and what the report tells
REPOSITORIES = {
    "tiny sources": ("d%d/f.py", 60_000, TRACKED, "48000 source files beyond 12000 were not read"),
    "dense sources": ("d%d.py", 25, TRACKED + "a()\n" * 60_000, "source files were not parsed: more code could matter"),
    "dense documents": (
        "d%d.yaml",
        3000,
        "a:\n" + "  b: [c, d]\n" * 25_000,
        "configuration files beyond 64 MiB were not read",
    ),
    "dense shell text": (".github/workflows/w%d.yml", 60, STEPS, "too complex to be read to its end"),
}


def repository(folder: Path, name: str, count: int, content: str) -> Path:
    """A bare repository with one content at many paths."""
    commands = (
        f"blob\nmark :1\ndata {len(content)}\n{content}\ncommit refs/heads/main\ncommitter a <a@b> 0 +0000\ndata 0\n"
    )
    commands += "".join(f"M 100644 :1 {name % number}\n" for number in range(count))
    environment = os.environ | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", folder], env=environment, check=True)
    command = ["git", "-C", folder, "fast-import", "--quiet"]
    subprocess.run(command, env=environment, input=commands.encode(), check=True)
    return folder


@pytest.mark.parametrize("kind", REPOSITORIES)
def test_one_content_in_many_files(kind: str, tmp_path: Path, measured_audit: MeasuredRun) -> None:
    name, count, content, says = REPOSITORIES[kind]
    folder = repository(tmp_path / "many.git", name, count, content)
    took = measured_audit(folder, "--rev", "main", cpu_seconds=20)  # on a busy machine; alone it is half of it
    assert any(says in told for each in took.read_faults.values() for told in each), took.read_faults


def store(files: dict[str, str]) -> FactStore:
    found = FactStore(MemorySnapshot(files), (), lambda *_: True)
    found.load()
    return found


def test_sources_near_the_root_are_read_before_those_far_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "MOST_CODE_FILES", 2)
    found = store({"a/b/c.py": "import x", "z.py": "import y", "a/b.py": "import z", "Makefile": "all:\n"})
    assert sorted(found.entries) == ["Makefile", "a/b.py", "z.py"]
    assert [read_fault.says for read_fault in found.read_faults] == ["1 source files beyond 2 were not read"]
    assert found.of("z.py").imports == (Import("y", (), 1),)


def test_what_is_left_is_told_by_how_many_files_it_is() -> None:
    found = store({f"{name}.yaml": "a:\n" + "  - b\n" * 60_000 for name in "abcdefghij"})
    (read_fault,) = found.left()
    read = sum(bool(facts.documents) for _, facts in found.loaded())
    assert read_fault.says.startswith(f"{10 - read} configuration files were not read")
    assert 2 <= read < 10
    assert list(found.left()) == []


def test_an_ordinary_repository_has_nothing_to_tell() -> None:
    found = store({"a.py": TRACKED, "b.yaml": "a: 1\n", "c.toml": "a = 1\n", "d.json": "{}"})
    assert (found.read_faults, list(found.left())) == ([], [])
