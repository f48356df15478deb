"""An audit runs nothing of the repository that it reads, whatever git is configured to do and whatever lies there.

Each trap would write a canary file. That git falls into such traps when it is asked without care, and the many keys of
its configuration one by one, are the tests of the snapshot; here the whole command runs, as a user starts it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import mlripe

if TYPE_CHECKING:
    from tests.conftest import UnderGit

HOOKS = (
    "post-checkout", "post-index-change", "fsmonitor-watchman", "pre-auto-gc", "reference-transaction", "post-commit",
)  # fmt: skip
# every one of these is run by some tool, by its mere presence
CODE = (
    "conftest.py", "setup.py", "noxfile.py", "sitecustomize.py", "usercustomize.py", "tests/conftest.py", "tasks.py",
    "fabfile.py", "dodo.py", "SConstruct", "wscript", "manage.py", "gunicorn.conf.py", "jupyter_notebook_config.py",
    "mlripe/__init__.py", "mlripe/__main__.py", "mlripe_plugin.py", ".mlripe/plugins/evil.py", "yaml.py", "click.py",
    "json.py", "re2.py", "pydantic/__init__.py", "encodings/__init__.py",
)  # fmt: skip
CONFIGURATION = {
    ".mlripe.yaml": "plugins: [mlripe_plugin]\ndetectors: [.mlripe]\nrun: touch {canary}\n",
    ".mlripe/detectors/evil.yaml": "tool: !!python/object/apply:os.system ['touch {canary}']\n",
    "evil.yaml": "a: !!python/object/apply:os.system ['touch {canary}']\nb: !!python/name:os.system\n",
    "params.yaml": "a: !!python/object/new:os.system ['touch {canary}']\n",
    "pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'evil'\nbackend-path = ['.']\n\n"
    "[project]\nname = 'x'\nversion = '1'\n\n[project.entry-points.'mlripe.detectors']\nevil = 'mlripe_plugin:Evil'\n",
    "x.egg-info/entry_points.txt": "[mlripe.detectors]\nevil = mlripe_plugin:Evil\n",
    "evil.pth": "import os; os.system('touch {canary}')\n",
    ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n  - {{id: a, name: a, entry: touch {canary}, language: system}}\n",
    "Makefile": "X := $(shell touch {canary})\nall:\n\ttouch {canary}\n",
    ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    steps:\n      - run: touch {canary}; python train.py\n",
    ".envrc": "touch {canary}\n",
    ".vscode/tasks.json": '{{"tasks": [{{"command": "touch {canary}", "runOptions": {{"runOn": "folderOpen"}}}}]}}\n',
    "Rprofile": "system('touch {canary}')\n",
    "train.py": "import mlflow\nimport os\nos.system('touch {canary}')\nmlflow.log_metric('auc', 1)\n",
    "train.ipynb": '{{"cells": [{{"cell_type": "code", "source": ["!touch {canary}"]}}]}}\n',
}


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


@pytest.fixture
def hostile(tmp_path: Path, canary: Path, under_git: UnderGit) -> Path:
    """A repository full of traps, and beside it its bare clone with the same configuration and hooks."""
    folder = tmp_path / "hostile"
    program = f"#!/bin/sh\ntouch {canary}\nexec cat\n"
    files = {name: text.format(canary=canary) for name, text in CONFIGURATION.items()}
    files |= {name: f"import pathlib\npathlib.Path({str(canary)!r}).touch()\n" for name in CODE}
    files[".gitattributes"] = "*.py filter=evil diff=evil merge=evil\n*.yaml filter=lfs\n"
    files["git"] = program
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "git").chmod(0o755)
    under_git(folder)
    subprocess.run(
        ["git", "clone", "--quiet", "--bare", folder, tmp_path / "bare.git"], capture_output=True, check=True
    )
    trap = tmp_path / "trap.sh"
    trap.write_text(program)
    trap.chmod(0o755)
    for git_dir in (folder / ".git", tmp_path / "bare.git"):
        _arm(git_dir, trap)
    os.utime(folder / "train.py", (0, 0))  # git would filter a file again that looks changed
    return folder


def _arm(git_dir: Path, trap: Path) -> None:
    (git_dir / "config").open("a").write(
        f"""
[core]
    fsmonitor = {trap}
    sshCommand = {trap}
    pager = {trap}
    editor = {trap}
    askPass = {trap}
    hooksPath = {git_dir}/hooks
    untrackedCache = true
[filter "evil"]
    clean = {trap}
    smudge = {trap}
    process = {trap}
    required = true
[filter "lfs"]
    clean = {trap}
    smudge = {trap}
    process = {trap}
[diff]
    external = {trap}
[diff "evil"]
    textconv = {trap}
    command = {trap}
[alias]
    ls-files = !{trap}
    rev-parse = !{trap}
    ls-tree = !{trap}
    cat-file = !{trap}
[credential]
    helper = {trap}
[uploadpack]
    packObjectsHook = {trap}
[pager]
    ls-files = {trap}
    cat-file = {trap}
"""
    )
    for hook in HOOKS:
        (git_dir / "hooks").mkdir(exist_ok=True)
        (git_dir / "hooks" / hook).write_bytes(trap.read_bytes())
        (git_dir / "hooks" / hook).chmod(0o755)


def audit(*arguments: str | Path, cwd: Path) -> dict[str, object]:
    """The report of `mlripe audit` as an installed command starts: without the current folder on the path of imports."""
    command = [sys.executable, "-P", "-m", "mlripe", "audit", *map(str, arguments), "--format", "json"]
    environment = os.environ | {"PYTHONPATH": str(Path(mlripe.__file__).resolve().parents[1])}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    report: dict[str, object] = json.loads(done.stdout)
    return report


def test_the_traps_work(hostile: Path, canary: Path) -> None:
    subprocess.run(["git", "status"], cwd=hostile, capture_output=True, check=False)
    assert canary.exists()


def test_the_work_tree(hostile: Path, canary: Path, tmp_path: Path) -> None:
    report = audit(hostile, cwd=tmp_path)
    assert report["capabilities"]["experiment-tracking"]["strength"] == "automated"  # type: ignore[index]
    assert not canary.exists()


def test_from_within(hostile: Path, canary: Path) -> None:
    """Standing in the repository, with modules there that are called as those that mlripe imports."""
    audit(".", cwd=hostile)
    audit("--rev", "HEAD", cwd=hostile / "tests")
    assert not canary.exists()


def test_a_revision(hostile: Path, canary: Path, tmp_path: Path) -> None:
    audit(hostile, "--rev", "main", cwd=tmp_path)
    assert not canary.exists()


def test_the_bare_clone(hostile: Path, canary: Path, tmp_path: Path) -> None:
    audit(tmp_path / "bare.git", cwd=tmp_path)
    audit(tmp_path / "bare.git", "--rev", "main", cwd=tmp_path)
    assert not canary.exists()


def test_a_plain_folder(hostile: Path, canary: Path, tmp_path: Path) -> None:
    (hostile / ".git").rename(tmp_path / "elsewhere")
    audit(hostile, cwd=tmp_path)
    assert not canary.exists()


def test_blank_lines_by_the_ten_thousand_are_read_in_linear_time(tmp_path: Path) -> None:
    blank = "\n" * 60_000
    texts = {
        "setup.cfg": f"[metadata]\n{blank}x", "setup.py": f"{blank}x = 1\n", "pyproject.toml": f"[project]\n{blank}",
        "action.yml": f"runs:{blank}x", "README.md": f'# x\nmodule "a" {{{blank}', "DESCRIPTION": f"Package:{blank}",
        "NAMESPACE": "export(a)\n", "package.json": blank, "pkg/__init__.py": "",
        "train.py": f"from sklearn.svm import SVC\n{blank}SVC().fit(x, y)\n",
    }  # fmt: skip
    (tmp_path / "pkg").mkdir()
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-P", "-m", "mlripe", "audit", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # a minute before
    assert (done.returncode, done.stderr) == (0, "")
