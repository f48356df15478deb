"""The index: what is about to be committed, whatever stands on disk."""

from __future__ import annotations

import pytest

from mlripe.snapshot import SnapshotError, common_ancestor, open_snapshot


def staged(repository, folder=""):
    with open_snapshot(repository.path / folder, staged=True) as snapshot:
        return dict(snapshot.read_many(snapshot.entries()))


def test_reads_what_is_staged_not_the_disk_nor_the_commit(make):
    repository = make(files={"train.py": "committed", "gone.py": ""})
    repository.write({"train.py": "staged", "new.py": "added"})
    repository.git("add", "train.py", "new.py")
    repository.git("rm", "--quiet", "--cached", "gone.py")
    repository.write({"train.py": "on disk"})
    assert staged(repository) == {"new.py": b"added", "train.py": b"staged"}


def test_before_the_first_commit(make):
    repository = make(files={"train.py": "x"})
    repository.git("update-ref", "-d", "HEAD")
    with open_snapshot(repository.path, staged=True) as snapshot:
        assert (snapshot.commit, list(snapshot.entries())) == ("", ["train.py"])


def test_only_the_folder_that_is_asked_for(make):
    repository = make(files={"a/train.py": "a", "b/train.py": "b"})
    assert staged(repository, "a") == {"train.py": b"a"}


def test_sizes_are_known(make):
    repository = make(files={"train.py": "12345"})
    with open_snapshot(repository.path, staged=True) as snapshot:
        assert snapshot.entries()["train.py"].size == 5


def test_a_commit_of_some_files_has_an_index_of_its_own(make, monkeypatch):
    repository = make(files={"train.py": "committed"})
    repository.git("read-tree", "--index-output=.git/other", "HEAD")
    repository.write({"train.py": "staged"})
    repository.git("add", "train.py")
    assert staged(repository) == {"train.py": b"staged"}
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository.path / ".git/other"))
    assert staged(repository) == {"train.py": b"committed"}


def test_a_plain_folder_has_nothing_staged(tmp_path):
    with pytest.raises(SnapshotError, match="is in no git repository and so has nothing staged: leave out --staged"):
        open_snapshot(tmp_path, staged=True)


def test_where_two_branches_went_apart(make):
    repository = make(files={"train.py": "1"})
    start = repository.git("rev-parse", "HEAD")
    repository.git("switch", "--quiet", "--create", "change")
    repository.write({"train.py": "2"})
    repository.git("commit", "--quiet", "--all", "--message", "mine")
    repository.git("switch", "--quiet", "main")
    repository.write({"other.py": "3"})
    repository.git("add", "other.py")
    repository.git("commit", "--quiet", "--message", "theirs")
    assert common_ancestor(repository.path, "main", "change") == start
    assert common_ancestor(repository.path, "change") == start


def test_a_shallow_clone_without_a_common_history_says_how_to_get_it(make, tmp_path):
    repository = make(files={"train.py": "1"})
    repository.git("branch", "change")
    for branch in ("main", "change"):
        repository.git("switch", "--quiet", branch)
        repository.git("commit", "--quiet", "--allow-empty", "--message", branch)
    clone = tmp_path / "shallow"
    repository.git("clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{repository.path}", str(clone))
    with pytest.raises(SnapshotError, match="have no commit in common here: get the whole history, with `git fetch"):
        common_ancestor(clone, "origin/main", "origin/change")


def test_histories_that_have_nothing_in_common_are_told_apart(make):
    repository = make(files={"train.py": "1"})
    repository.git("switch", "--quiet", "--orphan", "alone")
    repository.git("commit", "--quiet", "--allow-empty", "--message", "alone")
    with pytest.raises(
        SnapshotError, match="have no commit in common here: choose a branch, tag or commit of the same"
    ):
        common_ancestor(repository.path, "main")
