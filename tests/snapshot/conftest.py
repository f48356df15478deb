"""Repositories, built by git itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

IDENTITY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"), ("DATE", "2024-01-01T00:00:00Z"))
}
NEUTRAL = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


class Repository:
    """A repository at `path`; `write` and `commit` make its files and history."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        environment = os.environ | IDENTITY | NEUTRAL
        done = subprocess.run(command, cwd=self.path, env=environment, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def write(self, files: dict[str, str | bytes]) -> Repository:
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def commit(self, files: dict[str, str | bytes] | None = None) -> str:
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a commit")
        return self.git("rev-parse", "HEAD")


MakeRepository = Callable[..., Repository]


@pytest.fixture
def make(tmp_path: Path) -> MakeRepository:
    def new(name: str = "churn", files: dict[str, str | bytes] | None = None) -> Repository:
        path = tmp_path / name
        path.mkdir(parents=True)
        repository = Repository(path)
        repository.git("init", "--quiet", "--initial-branch", "main")
        if files is not None:
            repository.commit(files)
        return repository

    return new
