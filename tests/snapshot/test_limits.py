"""What one repository may make git and mlripe take: the time, the memory, the paths; and what is said of the rest."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zlib
from hashlib import sha1

import pytest

from mlripe.snapshot import SnapshotError, is_whole, open_snapshot
from mlripe.snapshot.base import GIVEN_UP
from mlripe.snapshot.paths import MAX_PATH, TOO_LONG, PathBudget, fitting

MEND = ": mend the repository, or audit a copy of the files without .git"
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell what a process does")


def error(path, **asked):
    with pytest.raises(SnapshotError) as raised:
        open_snapshot(path, **asked)
    return str(raised.value)


def stored(repository, kind, content, size=None):
    """Writes a loose object, as git would not: its header may promise another size."""
    name = sha1(b"%s %d\0%b" % (kind, len(content), content)).hexdigest()
    place = repository.path / ".git/objects" / name[:2] / name[2:]
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    header = b"%s %d\0" % (kind, len(content) if size is None else size)
    place.write_bytes(zlib.compress(header + content, 1))
    return name


def tree(repository, rows):
    return stored(repository, b"tree", b"".join(b"%b %b\0%b" % (m, n, bytes.fromhex(i)) for m, n, i in rows))


def committed(repository, root):
    text = f"tree {root}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\n"
    name = stored(repository, b"commit", text.encode())
    repository.write({".git/refs/heads/main": f"{name}\n"})
    return name


# --- time ------------------------------------------------------------------------------------------------------------


@on_linux
def test_trees_that_hold_one_another_and_no_file(make, monkeypatch):
    monkeypatch.setattr("mlripe.snapshot.watch.MOST_CPU", 0.3)
    monkeypatch.setattr("mlripe.snapshot.watch.LOOK", 0.05)
    repository = make(files={"train.py": ""})
    root = stored(repository, b"tree", b"")
    for _ in range(12):
        root = tree(repository, [(b"40000", b"d%d" % number, root) for number in range(10)])
    committed(repository, root)
    says = f"git cannot read {repository.path} (it takes more than 8 seconds of processor time){MEND}"
    start = os.times()
    assert error(repository.path, rev="main") == says
    took = os.times()
    assert took.children_user + took.children_system - start.children_user - start.children_system < 5


@on_linux
@pytest.mark.parametrize("name", [".gitignore", "sub/.gitignore", "other/.git/HEAD", ".git/refs/heads/other"])
def test_a_fifo_that_only_git_meets(name, make, monkeypatch):
    monkeypatch.setattr("mlripe.snapshot.watch.LOOK", 0.05)
    repository = make(files={"train.py": "", "sub/a.py": ""})
    for folder in ("objects", "refs"):
        (repository.path / "other/.git" / folder).mkdir(parents=True)
    os.mkfifo(repository.path / name)
    rev = "other" if name.startswith(".git/") else None
    says = f"it waits for {repository.path}/{name}, which is a FIFO"
    assert error(repository.path, rev=rev) == f"git cannot read {repository.path} ({says}): remove it"


@on_linux
def test_a_git_that_is_stopped_for_a_while_is_not_ended(make, monkeypatch):
    """Nor is one that has answered, and is asked again later."""
    monkeypatch.setattr("mlripe.snapshot.watch.LOOK", 0.02)
    repository = make(files={"a.py": "a", "b.py": "b"})
    with open_snapshot(repository.path, "main") as snapshot:
        assert snapshot.read("a.py") == b"a"
        time.sleep(0.5)
        assert snapshot.read("b.py") == b"b"
        assert snapshot.read_faults == ()


@on_linux
def test_contents_that_take_too_long_are_told_and_what_rests_on_them_is_not_kept(make, monkeypatch):
    repository = make(files={f"{number:05}.py": f"{number}" for number in range(300)})
    monkeypatch.setattr("mlripe.snapshot.watch.LOOK", 0.01)
    with open_snapshot(repository.path, "main") as snapshot:
        assert len(list(snapshot.read_many(list(snapshot.entries())[:100]))) == 100
        assert is_whole(snapshot)
        snapshot.blobs.close()
        monkeypatch.setattr("mlripe.snapshot.watch.MOST_CPU", -1.0)
        unread = list(snapshot.entries())[100:]
        read = [path for _ in range(50) for path, _ in snapshot.read_many(unread)]
        assert len(read) < 50 * 200
        assert {read_fault.says for read_fault in snapshot.read_faults} == {GIVEN_UP}
        assert {read_fault.path for read_fault in snapshot.read_faults} <= set(unread)
        assert not is_whole(snapshot)


# --- memory ----------------------------------------------------------------------------------------------------------


@on_linux
def test_an_object_that_unpacks_to_gigabytes(make):
    repository = make(files={"train.py": ""})
    blob = repository.git("rev-parse", "HEAD:train.py")
    committed(repository, stored(repository, b"tree", b"100644 a\0" + bytes.fromhex(blob), 2_000_000_000))
    says = f"git cannot read {repository.path} (it needs more than 400 MB of memory){MEND}"
    assert error(repository.path, rev="main") == says


@pytest.fixture
def called_git(tmp_path, monkeypatch):
    """Puts a shell script in the place of git."""

    def put(script):
        (tmp_path / "bin").mkdir()
        program = tmp_path / "bin/git"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")

    return put


def test_an_answer_that_has_no_end(make, called_git, monkeypatch):
    """Whatever is called git: its words are read to a bound."""
    repository = make(files={"train.py": ""})
    called_git("exec yes fatal")
    monkeypatch.setattr("mlripe.snapshot.git.MOST_OUTPUT", 1 << 20)
    assert "(its answer is longer than 64 KiB)" in error(repository.path, rev="main")
    assert "(its answer is longer than 64 KiB)" in error(repository.path)


def test_complaints_that_have_no_end(make, called_git):
    repository = make(files={"train.py": ""})
    called_git("exec timeout 1 yes fatal >&2")
    assert len(error(repository.path, rev="main")) < 3000


# --- paths -----------------------------------------------------------------------------------------------------------


def longest(snapshot):
    return max(map(len, snapshot.entries()), default=0)


def test_a_path_that_is_too_long_is_left_out_and_counted(make):
    repository = make(files={"train.py": "x"})
    blob = repository.git("rev-parse", "HEAD:train.py")
    below = tree(repository, [(b"100644", b"%d.py" % number, blob) for number in range(1000, 1300)])
    rows = [(b"40000", b"a" * (MAX_PATH - 8), below), (b"40000", b"b" * MAX_PATH, below), (b"100644", b"c.py", blob)]
    committed(repository, tree(repository, rows))
    says = "has paths longer than 1,024 bytes, 300 of them; what they name is not read"
    with open_snapshot(repository.path, "main") as snapshot:
        assert len(snapshot.entries()) == 301
        assert longest(snapshot) == MAX_PATH
        assert [(read_fault.path, read_fault.says) for read_fault in snapshot.read_faults] == [("", says)]


def test_the_same_in_the_index_and_in_the_work_tree(make):
    repository = make(files={"train.py": "x"})
    blob = repository.git("rev-parse", "HEAD:train.py")
    repository.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{'a/' * 600}b.py")
    says = "has paths longer than 1,024 bytes, 1 of them; what they name is not read"
    for asked in ({"staged": True}, {}):
        with open_snapshot(repository.path, **asked) as snapshot:
            assert list(snapshot.entries()) == ["train.py"]
            assert [(read_fault.path, read_fault.says) for read_fault in snapshot.read_faults] == [("", says)]


@pytest.mark.parametrize(("bound", "most"), [("PATH_BUDGET", 2000), ("MOST_BYTES", 200)])
def test_paths_that_together_take_too_much_are_cut_off(bound, most, make, tmp_path, monkeypatch):
    monkeypatch.setattr(f"mlripe.snapshot.paths.{bound}", most)
    names = {f"{'deep/' * 10}{number:02}.py": "x" for number in range(20)}
    repository = make(files=names)
    (tmp_path / "plain").mkdir()
    for name in names:
        (tmp_path / "plain" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "plain" / name).write_text("x")
    for path, asked in (
        (repository.path, {"rev": "main"}),
        (repository.path, {"staged": True}),
        (repository.path, {}),
        (tmp_path / "plain", {}),
    ):
        with open_snapshot(path, **asked) as snapshot:
            assert list(snapshot.entries()) == list(names)[:3]
            assert [(read_fault.path, read_fault.says) for read_fault in snapshot.read_faults] == [("", TOO_LONG)]


def test_a_listing_that_has_no_end_is_cut_off(make, monkeypatch):
    monkeypatch.setattr("mlripe.snapshot.git.MOST_OUTPUT", 100_000)
    repository = make(files={"f": ""})
    root = repository.git("rev-parse", "HEAD^{tree}")
    for _ in range(5):
        root = tree(repository, [(b"40000", b"d%d" % number, root) for number in range(10)])
    committed(repository, root)
    with open_snapshot(repository.path, "main") as snapshot:
        assert 500 < len(snapshot.entries()) < 2000
        assert [(read_fault.path, read_fault.says) for read_fault in snapshot.read_faults] == [("", TOO_LONG)]


def test_a_path_weighs_with_all_folders_above_it_and_more_where_it_is_wide():
    assert fitting([b"a" * 1024, b"b"]) == ([b"a" * 1024, b"b"], [])
    budget = PathBudget()
    before = budget._left
    for path, weight in {b"train.py": 8, b"src/train.py": 24, "src/größe.py".encode(): 14 * 2 * 4}.items():
        assert budget.takes(path)
        assert before - budget._left == weight
        before = budget._left


def test_no_ordinary_repository_comes_near_to_the_bounds():
    """200,000 files of 60 bytes each, five folders deep."""
    paths = [f"services/customer-churn/src/churn/features/module_{number:06}.py".encode() for number in range(200_000)]
    assert fitting(paths)[1] == []


def test_a_plain_folder_of_more_entries_than_are_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr("mlripe.snapshot.folder.MAX_VISITED", 5)
    for name in "abc":
        (tmp_path / name / "empty").mkdir(parents=True)
    (tmp_path / "train.py").write_text("x")
    with open_snapshot(tmp_path) as snapshot:
        assert list(snapshot.entries()) == ["train.py"]
        assert [read_fault.says for read_fault in snapshot.read_faults] == [
            "holds more than 5 files and folders; those beyond are left out"
        ]


def test_no_process_is_left_when_one_takes_too_much(make, monkeypatch):
    monkeypatch.setattr("mlripe.snapshot.watch.TIMEOUT", 0.3)
    repository = make(files={"train.py": ""})
    os.mkfifo(repository.path / ".gitignore")
    error(repository.path)
    children = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "comm="], capture_output=True, text=True, check=False
    )
    assert "git" not in children.stdout
