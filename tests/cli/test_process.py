"""The command line as a whole process: start-up, streams and exit codes as a shell sees them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

import mlripe

if TYPE_CHECKING:
    from tests.conftest import UnderGit

MLRIPE = [sys.executable, "-m", "mlripe"]
HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"


def mlripe_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MLRIPE, *arguments], capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plain folder, no git repository, with one training script."""
    (tmp_path / "train.py").write_text("from sklearn.svm import SVC\nmodel = SVC()\nmodel.fit([[0], [1]], [0, 1])\n")
    return tmp_path


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["audit", "--help"], ["check", "--help"]])
def test_start_up_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys, contextlib\nfrom mlripe.cli import main\n"
        f"sys.argv = {['mlripe', *arguments]!r}\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "heavy = {'yaml', 'pydantic', 're2', 'importlib.metadata', 'mlripe.auditing'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_version() -> None:
    done = mlripe_process("--version")
    assert (done.returncode, done.stdout) == (0, f"mlripe {mlripe.__version__}\n")


def test_public_function_stays_one_once_its_module_is_imported() -> None:
    code = "import mlripe, mlripe.cli.audit\nfrom mlripe.auditing import audit\nassert mlripe.audit is audit\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_audits_a_folder(folder: Path) -> None:
    done = mlripe_process("audit", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert "train.py:3" in done.stdout
    assert "\x1b" not in done.stdout


def test_reader_that_stops_early_is_no_error(folder: Path) -> None:
    command = f"{sys.executable} -m mlripe audit {folder} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk_is_told(folder: Path) -> None:
    for arguments, where in ((["--output", "/dev/full"], "/dev/full"), ([], "to standard output")):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*MLRIPE, "audit", str(folder), *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert done.returncode == 2
        assert done.stderr.startswith(f"mlripe: cannot write {where}: No space left on device")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_stream_changes_no_answer(closed: str, folder: Path) -> None:
    command = f"{sys.executable} -m mlripe check {folder} --target azure:4 --format json {closed}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    if closed == "2>&-":
        assert json.loads(done.stdout)["checks"], "what goes to standard error is not told here instead"
    else:
        assert done.stdout == ""
        assert "fault of mlripe" not in done.stderr


def test_narrow_encoding_loses_nothing(folder: Path) -> None:
    (folder / "train.py").rename(folder / "modèle.py")
    done = mlripe_process("audit", str(folder), PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert r"mod\xe8le.py:3" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["audit", "{folder}/nowhere"], "nowhere"),
        (["audit", "{folder}/train.py"], "train.py"),
        (["audit", "{folder}", "--rev", "v9"], "v9"),
        (["audit", "{folder}", "--model", "azur"], "azur"),
        (["check", "{folder}", "--target", "azure:9"], "azure:9"),
        (["check", "{folder}", "--target", "gogle:1"], "gogle"),
    ],
)
def test_bad_input_is_one_sentence_that_names_it(arguments: list[str], names: str, folder: Path) -> None:
    done = mlripe_process(*(argument.replace("{folder}", str(folder)) for argument in arguments))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("mlripe: ")
    assert done.stderr.count("\n") == 1
    assert names in done.stderr


def test_python_m_imports_nothing_of_the_folder_it_stands_in(tmp_path: Path) -> None:
    for name in ("click", "yaml", "re2", "pydantic"):
        (tmp_path / f"{name}.py").write_text("open('canary', 'w').close()\n")
    subprocess.run([sys.executable, "-m", "mlripe", "audit"], cwd=tmp_path, capture_output=True, check=True)
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("hook", yaml.safe_load(HOOKS.read_text(encoding="utf-8")), ids=lambda hook: str(hook["id"]))
def test_hooks_import_nothing_of_the_repository_wherever_python_is_told_to_look(
    hook: dict[str, str], folder: Path, under_git: UnderGit
) -> None:
    for name in ("click/__init__", "mlripe/__init__", "yaml", "re2", "json", "sitecustomize"):
        file = folder / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text("open('canary', 'w').close()\n")
    under_git(folder)
    python, *arguments = hook["entry"].split()
    assert python == "python"
    environment = os.environ | {"PYTHONPATH": ".", "PYTHONSAFEPATH": "", "MLRIPE_CACHE_DIR": ""}

    def start(*given: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, *given], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    code, told = start(*arguments)
    assert code == 0, told
    assert not (folder / "canary").exists()
    start("-c", "import click")
    assert (folder / "canary").exists(), "it would be told if one of them were imported"
