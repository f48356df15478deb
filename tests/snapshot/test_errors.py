"""What cannot be read at all: one sentence that names it, and the remedy."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from mlripe.errors import UserError
from mlripe.snapshot import SnapshotError, open_snapshot

MEND = ": mend the repository, or audit a copy of the files without .git"


def error(path, rev=None):
    with pytest.raises(SnapshotError) as raised:
        open_snapshot(path, rev)
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_it_is_the_users_to_mend():
    assert issubclass(SnapshotError, UserError)


@pytest.mark.parametrize("path", ["nowhere", "nul\0byte", ""])
def test_no_such_path(path):
    assert error(path) == f"there is no folder {path!r}: give the path of a repository"


def test_a_file(make):
    repository = make(files={"train.py": ""})
    path = repository.path / "train.py"
    assert error(path) == f"{path} is a file: give the folder of the repository that it is in"


def test_a_packed_folder(make):
    path = make(files={"Modèle.ZIP": b"PK\x03\x04"}).path / "Modèle.ZIP"
    assert error(path) == f"{path} is a file: unpack it, and give its folder"


def test_a_loop_of_symlinks(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    assert error(tmp_path / "loop").startswith(f"{tmp_path}/loop cannot be read (ELOOP)")


@pytest.mark.skipif(os.geteuid() == 0, reason="root is denied nothing")
def test_not_readable(tmp_path):
    (tmp_path / "closed").mkdir(mode=0)
    assert error(tmp_path / "closed").endswith("(permission denied): run mlripe as a user who may read it")


@pytest.mark.parametrize("rev", [None, "main"])
def test_no_commits(make, rev):
    path = make().write({"train.py": ""}).path
    remedy = "make a first commit, or audit a copy of the files without .git"
    assert error(path, rev) == f"the repository {path} has no commits: {remedy}"


@pytest.mark.parametrize(
    "rev", ["v9", "-x", "--all", "main..main", "HEAD:train.py", "a\0b", "a\nb", "0" * 40, "@{u}", "main@{9}", "v9@{u}"]
)
def test_unknown_revision(make, rev):
    path = make(files={"train.py": ""}).path
    remedy = "get it with `git fetch`, or choose one that `git branch -a`, `git tag` or `git log` lists"
    assert error(path, rev) == f"the repository {path} has no revision {rev!r}: {remedy}"


def test_a_partial_clone_says_how_to_get_the_rest(make, tmp_path):
    origin = make(files={"train.py": "x = 1\n"})
    origin.git("config", "uploadpack.allowFilter", "true")
    clone = ("clone", "--quiet", "--no-checkout", "--filter=tree:0", f"file://{origin.path}", str(tmp_path / "part"))
    origin.git(*clone)
    assert error(tmp_path / "part", "main").endswith(
        ": this is a partial clone; get what it left out with `git fetch --refetch --no-filter`"
    )


def test_what_names_no_revision_at_all(make):
    path = make(files={"train.py": ""}).path
    assert error(path, "").endswith(
        "'': an empty word names none; write a branch, tag or commit, or leave the option out"
    )


def test_two_kinds_of_files_at_once(tmp_path):
    with pytest.raises(SnapshotError, match="--staged and --rev ask for different files; give one of them"):
        open_snapshot(tmp_path, "main", staged=True)


def test_a_revision_of_a_plain_folder(tmp_path):
    message = f"{tmp_path} is in no git repository and so has no revision 'main': "
    message += "leave out --rev or --against to read its files"
    assert error(tmp_path, "main") == message


def test_a_bare_repository_whose_head_names_another_branch(make, tmp_path):
    repository = make(files={"train.py": ""})
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    (tmp_path / "bare/HEAD").write_text("ref: refs/heads/master\n")
    message = f"HEAD of {tmp_path}/bare names a branch without commits: choose one, such as --rev main"
    assert error(tmp_path / "bare") == message


def test_no_git(make, monkeypatch):
    path = make(files={"train.py": ""}).path
    monkeypatch.setenv("PATH", "")
    remedy = "install git, or audit a copy of the files without .git"
    assert error(path) == f"{path} is a git repository and there is no git on PATH: {remedy}"


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        (".git/HEAD", "garbage", "not a git repository"),
        (".git/index", "garbage", "index file smaller than expected"),
        (".git/index", "garbage" * 99, "bad signature 0x62726167; index file corrupt"),
        (".git/refs/heads/main", "garbage", "ignoring broken ref refs/heads/main"),
        (".git/refs/heads/main", "1" * 40, "HEAD names 111111111111, a commit that it does not have"),
        (".git/config", "[core\n", "bad config line 1"),
        (".git/config", "[core]\nrepositoryformatversion = 99\n", "Expected git repo version <= 1, found 99"),
    ],
)
def test_a_broken_repository_is_told_in_gits_own_words(make, file, content, words):
    repository = make(files={"train.py": ""}).write({file: content})
    message = error(repository.path)
    assert message.startswith(f"git cannot read {repository.path} (")
    assert words in message
    assert message.endswith(MEND)


def test_a_git_folder_that_is_none(make):
    repository = make(files={"train.py": ""})
    shutil.rmtree(repository.path / ".git")
    (repository.path / ".git").mkdir()
    assert "not a git repository" in error(repository.path)
    assert "not a git repository" in error(repository.path, "main")


def test_a_git_that_does_not_answer_is_ended(make, monkeypatch):
    monkeypatch.setattr("mlripe.snapshot.watch.TIMEOUT", 0.3)
    repository = make(files={"train.py": ""})
    os.mkfifo(repository.path / ".gitignore")  # git itself opens it, and waits
    assert "it took longer than 0 seconds" in error(repository.path)


def test_an_object_that_does_not_answer_is_a_read_fault(make, monkeypatch):
    monkeypatch.setattr("mlripe.snapshot.watch.TIMEOUT", 0.5)
    repository = make(files={"a": "1", "b": "2"})
    with open_snapshot(repository.path, "main") as snapshot:
        blob = snapshot.entries()["a"].blob
        stored = repository.path / ".git/objects" / blob[:2] / blob[2:]
        stored.unlink()
        os.mkfifo(stored)
        assert list(snapshot.read_many(["a", "b"])) == []
        assert [read_fault.path for read_fault in snapshot.read_faults] == ["a", "b"]


def test_much_complaint_neither_blocks_git_nor_is_kept(make):
    repository = make(files={"train.py": ""})
    refs = repository.path / ".git/refs/heads"
    for number in range(3000):
        (refs / f"{'x' * 60}{number}").write_text("garbage")
    (refs / "main").write_text("garbage")
    assert len(error(repository.path)) < 500


def test_no_process_is_left_behind(make):
    repository = make(files={"train.py": ""})
    with open_snapshot(repository.path, "main") as snapshot:
        assert snapshot.read("train.py") == b""
    children = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "comm="], capture_output=True, text=True, check=False
    )
    assert "git" not in children.stdout
