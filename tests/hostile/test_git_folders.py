"""Repositories of a few kilobytes that describe more than anybody can hold, wait for or list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.hostile.conftest import MeasuredRun

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems bound less: see docs/security.md")

FILE, FOLDER, SUBMODULE = b"100644", b"40000", b"160000"
Row = tuple[bytes, bytes, bytes]


class Forge:
    """Writes git's objects as git itself would refuse to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", str(folder)], check=True)
        self.blob = self.object(b"blob", b"x")

    def object(self, kind: bytes, content: bytes) -> bytes:
        raw = b"%b %d\0%b" % (kind, len(content), content)
        name = sha1(raw).hexdigest()
        place = self.folder / ".git/objects" / name[:2] / name[2:]
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(zlib.compress(raw, 1))
        return bytes.fromhex(name)

    def tree(self, rows: list[Row]) -> bytes:
        return self.object(b"tree", b"".join(b"%b %b\0%b" % row for row in rows))

    def many(self, kind: bytes, called: bytes, what: bytes, count: int) -> bytes:
        """A folder of many of the same."""
        return self.tree([(kind, called % number, what) for number in range(count)])

    def commit(self, tree: bytes, message: bytes = b"x") -> None:
        text = b"tree %b\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\n" % tree.hex().encode()
        name = self.object(b"commit", text + message).hex()
        (self.folder / ".git/refs/heads/main").write_text(f"{name}\n")


def long_name(forge: Forge, length: int, files: int = 200_000) -> None:
    """One long name high up, and many files below it."""
    below = forge.many(FOLDER, b"d%03d", forge.many(FILE, b"f%03d", forge.blob, 500), files // 500)
    forge.commit(forge.tree([(FOLDER, b"a" * length, below)]))


def deep(forge: Forge, name: bytes, called: bytes) -> None:
    """Many chains of folders, as deep as a path may be: each path brings a hundred folders of its own."""
    below = forge.tree([(FILE, called, forge.blob)])
    for _ in range(96):
        below = forge.tree([(FOLDER, name, below)])
    forge.commit(forge.many(FOLDER, b"x%05d", below, 40_000))


def submodules(forge: Forge) -> None:
    forge.commit(forge.many(FOLDER, b"d%03d", forge.many(SUBMODULE, b"s%03d", b"1" * 20, 500), 240))


def many_refs(forge: Forge) -> None:
    forge.commit(forge.tree([(FILE, b"train.py", forge.blob)]))
    name = (forge.folder / ".git/refs/heads/main").read_text().strip()
    with (forge.folder / ".git/packed-refs").open("w") as file:
        file.write("# pack-refs with: peeled fully-peeled \n")  # and not sorted, so that git has to
        file.writelines(f"{name} refs/heads/{number:07}\n" for number in range(900_000, 0, -1))


TOO_LONG = "has so many long paths that they cannot all be held; those beyond are left out"
BOMBS: dict[str, tuple[Callable[[Forge], None], list[str]]] = {
    "a name of 12,000 bytes": (lambda forge: long_name(forge, 12_000), [TOO_LONG, "paths longer than 1,024 bytes"]),
    "a name of 50 megabytes": (lambda forge: long_name(forge, 50 << 20), [TOO_LONG, "paths longer than 1,024 bytes"]),
    "a name of 1,000 bytes": (lambda forge: long_name(forge, 1000), [TOO_LONG]),
    "deep folders": (lambda forge: deep(forge, b"d" * 9, b"f.txt"), [TOO_LONG]),
    "deep folders in wide characters": (lambda forge: deep(forge, "\U0001f600d".encode(), b"f.txt"), [TOO_LONG]),
    "120,000 submodules": (submodules, ["is a submodule; it is not read", "115,000 more read faults are not listed"]),
    "900,000 refs": (many_refs, []),
}


@pytest.mark.parametrize(("build", "told"), BOMBS.values(), ids=BOMBS.keys())
def test_what_a_tree_describes_is_bounded_and_told(
    build: Callable[[Forge], None], told: list[str], tmp_path: Path, measured_run: MeasuredRun
) -> None:
    forge = Forge(tmp_path / "bomb")
    build(forge)
    took = measured_run("audit", "--rev", "main", "bomb", cwd=tmp_path)
    assert took.code == 0
    assert all(says in took.stdout for says in told)
    assert ("Read faults" in took.stdout) is bool(told)


def test_a_report_of_many_read_faults(tmp_path: Path, measured_run: MeasuredRun) -> None:
    """SARIF takes most of all formats for each."""
    submodules(Forge(tmp_path / "bomb"))
    took = measured_run("audit", "--rev", "main", "bomb", "--format", "sarif", cwd=tmp_path)
    (run,) = json.loads(took.stdout)["runs"]
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 5001


def test_a_message_of_gigabytes(tmp_path: Path, measured_run: MeasuredRun) -> None:
    forge = Forge(tmp_path / "bomb")
    forge.commit(forge.tree([(FILE, b"train.py", forge.blob)]), b"m" * (420 << 20))
    took = measured_run("audit", "--rev", "main", "bomb", cwd=tmp_path)
    assert took.code == 2
    assert "it needs more than 400 MB of memory" in took.stderr


@pytest.mark.parametrize("name", ["HEAD", "index", "packed-refs", "info/exclude", "objects/info/alternates"])
@pytest.mark.parametrize("leads", ["/dev/zero", ""], ids=["an endless device", "a FIFO"])
def test_what_has_no_end_in_a_git_folder(name: str, leads: str, tmp_path: Path, measured_run: MeasuredRun) -> None:
    forge = Forge(tmp_path / "odd")
    forge.commit(forge.tree([(FILE, b"train.py", forge.blob)]))
    place = tmp_path / "odd/.git" / name
    place.unlink(missing_ok=True)
    place.symlink_to(leads) if leads else os.mkfifo(place)
    took = measured_run("audit", "odd", cwd=tmp_path, cpu_seconds=3, megabytes=100)
    assert took.code == 2
    assert took.stderr.startswith(f"mlripe: {place} is no regular file")


def test_a_fifo_that_only_git_meets(tmp_path: Path, measured_run: MeasuredRun) -> None:
    Forge(tmp_path / "odd").commit(Forge(tmp_path / "odd").tree([]))
    os.mkfifo(tmp_path / "odd/.gitignore")
    took = measured_run("audit", "odd", cwd=tmp_path, cpu_seconds=3, megabytes=100)
    assert took.code == 2
    assert f"it waits for {tmp_path}/odd/.gitignore, which is a FIFO): remove it" in took.stderr


@pytest.mark.parametrize("count", [5, 7, 9, 10])
@pytest.mark.parametrize(
    "arguments", [["audit"], ["audit", "--rev", "main"], ["check", "--staged", "--against", "HEAD"]]
)
def test_few_descriptors(count: int, arguments: list[str], tmp_path: Path) -> None:
    """It works with them or says that they are too few; it never gives a report that lacks what it could not open."""
    import resource

    forge = Forge(tmp_path / "plain")
    forge.commit(
        forge.tree([(FILE, b"train.py", forge.object(b"blob", b"import mlflow\nmlflow.log_metric('a', 1)\n"))])
    )
    subprocess.run(["git", "reset", "--quiet", "--hard"], cwd=tmp_path / "plain", check=True)
    program = [sys.executable, "-P", "-m", "mlripe", *arguments]
    done = subprocess.run(
        program,
        cwd=tmp_path / "plain",
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count)),
        check=False,
    )
    if done.returncode:
        says = "the system lets it open too few files at once; allow more, as with `ulimit -n 256`"
        assert (done.returncode, done.stderr, done.stdout) == (2, f"mlripe: {says}\n", "")
    else:
        whole = subprocess.run(program, cwd=tmp_path / "plain", capture_output=True, text=True, check=True)
        assert done.stdout == whole.stdout
