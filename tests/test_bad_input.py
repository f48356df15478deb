"""The command line on what it cannot use: one sentence, the right exit code, and never a stop at one bad file."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlripe import auditing
from mlripe.cli.app import run
from mlripe.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from tests.conftest import UnderGit

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A plain folder with a training script: Azure level 0."""
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / "train.py").write_text("from sklearn.svm import SVC\n\nSVC().fit([[0], [1]], [0, 1])\n")
    return folder


@pytest.fixture
def repository(trained: Path, under_git: UnderGit) -> Path:
    return under_git(trained)


def refused(arguments: list[str | Path], capsys: Captured) -> str:
    """The sentence with which a command line is refused, on stderr alone and with exit code 2."""
    assert run([str(argument) for argument in arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("mlripe: ")
    assert err.count("\n") == 1, "one sentence"
    assert "Traceback" not in err
    return err.removeprefix("mlripe: ").rstrip("\n")


def audited(folder: Path, capsys: Captured) -> dict[str, Any]:
    """The JSON report of an audit that must succeed."""
    assert run(["audit", str(folder), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    report: dict[str, Any] = json.loads(out)
    return report


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["audit"], ["check", "--target", "azure:1"]])
def test_a_path_that_is_missing(command: list[str | Path], tmp_path: Path, capsys: Captured) -> None:
    missing = tmp_path / "nowhere"
    assert str(missing) in refused([*command, missing], capsys)


def test_a_file_instead_of_a_folder(trained: Path, capsys: Captured) -> None:
    says = refused(["audit", trained / "train.py"], capsys)
    assert "train.py" in says
    assert "folder" in says


def test_a_repository_without_commits(tmp_path: Path, capsys: Captured) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert "no commits" in refused(["audit", tmp_path], capsys)


def test_an_unknown_revision(repository: Path, capsys: Captured) -> None:
    assert "'v9.9'" in refused(["audit", repository, "--rev", "v9.9"], capsys)


def test_a_revision_of_what_is_no_repository(trained: Path, capsys: Captured) -> None:
    assert "--rev" in refused(["audit", trained, "--rev", "main"], capsys)


@pytest.mark.parametrize("name", ["", "no/such/folder/report.json"])
def test_an_output_that_cannot_be_written(name: str, trained: Path, tmp_path: Path, capsys: Captured) -> None:
    assert "cannot write" in refused(["audit", trained, "--output", tmp_path / name], capsys)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable for root")
def test_an_output_in_a_folder_that_is_read_only(trained: Path, tmp_path: Path, capsys: Captured) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert "cannot write" in refused(["audit", trained, "--output", locked / "report.json"], capsys)


def test_an_unknown_model(trained: Path, capsys: Captured) -> None:
    says = refused(["audit", trained, "--model", "azur"], capsys)
    assert "'azur'" in says
    assert "known are azure, cd4ml, complete-guide" in says


@pytest.mark.parametrize("target", ["azur:2", "azure", "azure:", "azure:9", "azure:two", "azure:2:3", ":2"])
def test_an_unknown_target(target: str, trained: Path, capsys: Captured) -> None:
    refused(["check", trained, "--target", target], capsys)


def test_a_check_without_a_target(trained: Path, capsys: Captured) -> None:
    assert "--target" in refused(["check", trained], capsys)


@pytest.mark.parametrize("arguments", [["adit"], ["audit", "--formt", "json"], ["audit", "--format", "xml"], ["audit", ".", "."]])  # fmt: skip
def test_wrong_usage(arguments: list[str | Path], capsys: Captured) -> None:
    refused(arguments, capsys)


# --- exit codes ------------------------------------------------------------------------------------------------------


def test_exit_codes_of_check(trained: Path, tmp_path: Path, capsys: Captured) -> None:
    assert run(["check", str(trained), "--target", "azure:0"]) == 0
    assert run(["check", str(trained), "--target", "azure:1"]) == 1
    assert run(["check", str(trained), "--target", "azure:0", "--target", "google:2"]) == 1
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/app.py").write_text("print('no machine learning')\n")
    assert run(["check", str(tmp_path / "shop"), "--target", "azure:4"]) == 0
    assert "mlripe: " not in capsys.readouterr().err, "none of these is an error"


def test_a_fault_of_mlripe_is_told_as_one(trained: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def broken(*given: object) -> MemorySnapshot:
        raise ZeroDivisionError("x")

    monkeypatch.setattr(auditing, "open_snapshot", broken)
    assert run(["audit", str(trained)]) == 3
    err = capsys.readouterr().err
    assert "fault of mlripe itself" in err
    assert err.count("\n") == 1


# --- bad files are read faults, and stop nothing ------------------------------------------------------------------------

BROKEN: dict[str, bytes] = {
    "model.py": b"def train(:\n    pass\n",
    "notebook.ipynb": b'{"cells": [',
    ".github/workflows/ci.yml": b"on: push\njobs: {test: [\n",
    ".gitlab-ci.yml": b"test:\n\tscript: [pytest\n",
    "azure-pipelines.yml": b"steps: [}\n",
    ".circleci/config.yml": b"version: 2.1\njobs: {a: {\n",
    "dvc.yaml": b"stages: {train: [}\n",
    "dvc.lock": b"stages: {]\n",
    "docker-compose.yml": b"services: {api: [\n",
    "environment.yml": b"dependencies: [python\n",
    "pyproject.toml": b"[project\nname = \n",
    "package.json": b'{"scripts": {',
    "renv.lock": b"{",
    "Pipfile": b"[packages\n",
    "Pipfile.lock": b"{",
    ".pre-commit-config.yaml": b"repos: [\n",
    "k8s/api.yaml": b"kind: Deployment\n  metadata: [\n",
    "params.yaml": b"a: {b\n",
}
# formats that are read line by line: what can be read of them is read, and nothing is an error
LENIENT: dict[str, bytes] = {
    "uv.lock": b"[[package]\n",
    "setup.py": b"setup(\n",
    "setup.cfg": b"[[[\nx\n",
    "tox.ini": b"= x\n[testenv\n",
    "Makefile": b"\t\n:::\n\\",
    "Dockerfile": b"FROM\nRUN [\n\\\n",
    "Jenkinsfile": b"pipeline { stages { sh '''\n",
    "run.sh": b"if [ ; then 'x\n",
    "main.tf": b'resource "a" {\n  b = [\n',
    "main.bicep": b"resource a '\n",
    "requirements.txt": b"-r\n==1\n-r requirements.txt\n@@\n",
    "Snakefile": b"rule\n",
    "DESCRIPTION": b"Imports\n",
    "MLproject": b"entry_points: [\n",
    "config.json": b"{",
}


@pytest.mark.parametrize(
    "bad", [b"", b"\0\1\2\xff\xfe", b"\xef\xbb\xbf", b"\xff\xfe" + "name: x\n".encode("utf-16-le")]
)
def test_odd_bytes_in_every_format(bad: bytes, trained: Path, capsys: Captured) -> None:
    for name in (*BROKEN, *LENIENT):
        (trained / name).parent.mkdir(parents=True, exist_ok=True)
        (trained / name).write_bytes(bad)
    report = audited(trained, capsys)
    assert report["capabilities"]["training-code"]["strength"] == "present"


def test_broken_files_of_every_format(trained: Path, capsys: Captured) -> None:
    for name, content in (BROKEN | LENIENT).items():
        (trained / name).parent.mkdir(parents=True, exist_ok=True)
        (trained / name).write_bytes(content if name != "model.py" else b"import mlflow\n" + content)
    report = audited(trained, capsys)
    told = {read_fault["path"] for read_fault in report["read_faults"]}
    assert told >= BROKEN.keys() - {"model.py", "notebook.ipynb"}  # code is parsed only where it could matter
    assert all(read_fault["says"] and "\n" not in read_fault["says"] for read_fault in report["read_faults"])
    assert report["capabilities"]["training-code"]["strength"] == "present"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.py", b"import mlflow\nmlflow.log_metric('a', 1\ndef (:\n"),
        ("log.ipynb", b'{"cells": [{"cell_type": "code", "source": ["import mlflow\\n", "mlflow.log_metric('),
        ("two.py", b"import mlflow\nprint 'python 2', mlflow.log_metric('a', 1)\n"),
    ],
)
def test_code_that_matters_and_cannot_be_parsed_is_told(
    name: str, content: bytes, trained: Path, capsys: Captured
) -> None:
    (trained / name).write_bytes(content)
    assert name in {read_fault["path"] for read_fault in audited(trained, capsys)["read_faults"]}


def test_a_binary_named_as_code(trained: Path, capsys: Captured) -> None:
    (trained / "weights.py").write_bytes(
        b"\x80\x04\x95" + bytes(range(256)) * 50 + b"\nimport mlflow\nmlflow.log_metric("
    )
    report = audited(trained, capsys)
    assert report["capabilities"]["experiment-tracking"]["strength"] == "none"
    assert report["capabilities"]["training-code"]["strength"] == "present"


def test_a_huge_file_is_told_and_not_read(trained: Path, capsys: Captured) -> None:
    with (trained / "generated.py").open("wb") as file:
        file.truncate(3 << 30)  # sparse: three GiB that take no room
    with (trained / "config.yaml").open("wb") as file:
        file.truncate(1 << 30)
    report = audited(trained, capsys)
    assert {read_fault["path"] for read_fault in report["read_faults"]} == {"config.yaml", "generated.py"}


def test_loops_of_symlinks(trained: Path, tmp_path: Path, capsys: Captured, under_git: UnderGit) -> None:
    (trained / "again").symlink_to(".")
    (trained / "a.yaml").symlink_to("b.yaml")
    (trained / "b.yaml").symlink_to("a.yaml")
    (trained / "self.py").symlink_to("self.py")
    (trained / "outside.py").symlink_to(tmp_path / "secret.py")
    (tmp_path / "secret.py").write_text("import mlflow\nmlflow.log_metric('a', 1)\n")
    for folder in (trained, under_git(trained)):
        report = audited(folder, capsys)
        assert report["capabilities"]["experiment-tracking"]["strength"] == "none"
        assert report["capabilities"]["training-code"]["strength"] == "present"


NESTED = 3000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.py", "import mlflow\nmlflow.log_metric" + "(" * NESTED + ")" * NESTED + "\n"),
        ("long.py", "import mlflow\nx = " + "1 + " * NESTED * 5 + "mlflow.log_metric('a', 1)\n"),
        ("deep.json", "[" * NESTED + "]" * NESTED),
        ("deep.yaml", "a: " + "[" * NESTED + "]" * NESTED),
        ("indented.yaml", "".join(" " * depth + "a:\n" for depth in range(NESTED))),
        ("laughs.yaml", "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9))),
        ("loop.yaml", "a: &a\n  b: *a\n"),
        ("deep.toml", "a = " + "[" * NESTED + "]" * NESTED),
        ("deep.tf", 'resource "a" "b" ' + "{ x " * NESTED + "}" * NESTED),
        ("deep.sh", "$(" * NESTED + ")" * NESTED),
        ("deep.ipynb", '{"cells": ' + "[" * NESTED + "]" * NESTED + "}"),
        ("Makefile", "a: a\n\t$(MAKE) a\n"),
        ("loop.sh", "bash loop.sh\n. ./loop.sh\n"),
        ("requirements.txt", "-r requirements.txt\n-c requirements.txt\n"),
    ],
    ids=lambda value: value if len(value) < 20 else "",
)  # fmt: skip
def test_nesting_and_loops_end(name: str, content: str, trained: Path, capsys: Captured) -> None:
    (trained / name).write_text(content)
    report = audited(trained, capsys)
    assert report["capabilities"]["training-code"]["strength"] == "present"
