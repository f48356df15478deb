"""A revision: any commit, of a bare repository too, without checkout."""

from __future__ import annotations

import subprocess

import pytest

from mlripe.facts import ReadFault
from mlripe.snapshot import SnapshotError, blob_id, open_snapshot
from mlripe.snapshot.blobs import WINDOW


def loose(repository, blob):
    return repository.path / ".git/objects" / blob[:2] / blob[2:]


def test_reads_the_commit_not_the_disk(make):
    repository = make(files={"train.py": "committed"}).write({"train.py": "changed", "new.py": ""})
    with open_snapshot(repository.path, "HEAD") as snapshot:
        assert dict(snapshot.read_many(snapshot.entries())) == {"train.py": b"committed"}
        assert snapshot.name == "churn"
        assert snapshot.commit == repository.git("rev-parse", "HEAD")


@pytest.mark.parametrize("rev", ["v1", "main~1", "annotated", "main@{1}"])
def test_a_revision_may_be_named_in_any_way_that_git_knows(make, rev):
    repository = make(files={"old.py": ""})
    repository.git("tag", "v1")
    repository.git("tag", "--annotate", "--message", "first", "annotated")
    old = repository.git("rev-parse", "HEAD")
    repository.commit({"new.py": ""})
    with open_snapshot(repository.path, rev) as snapshot:
        assert list(snapshot.entries()) == ["old.py"]
        assert snapshot.commit == old


def test_an_entry_tells_size_and_blob_which_is_the_contents_id(make):
    repository = make(files={"train.py": "x = 1\n"})
    with open_snapshot(repository.path, "main") as snapshot:
        entry = snapshot.entries()["train.py"]
        assert (entry.mode, entry.size, entry.blob) == ("100644", 6, blob_id(b"x = 1\n"))


def test_a_bare_repository_gives_head_and_any_other_revision(make, tmp_path):
    repository = make(files={"train.py": "first"})
    repository.commit({"train.py": "second"})
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "churn.git"))
    with open_snapshot(tmp_path / "churn.git") as snapshot:
        assert snapshot.name == "churn"
        assert snapshot.read("train.py") == b"second"
    with open_snapshot(tmp_path / "churn.git", "HEAD~1") as snapshot:
        assert snapshot.read("train.py") == b"first"


def test_the_git_folder_of_a_work_tree_is_read_like_a_bare_repository(make):
    repository = make(files={"train.py": ""}).write({"new.py": ""})
    with open_snapshot(repository.path / ".git") as snapshot:
        assert snapshot.name == "churn"
        assert list(snapshot.entries()) == ["train.py"]


def test_a_linked_worktree_reads_revisions_too(make, tmp_path):
    repository = make(files={"train.py": "first"})
    repository.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    repository.commit({"train.py": "second"})
    with open_snapshot(tmp_path / "linked", "main") as snapshot:
        assert snapshot.read("train.py") == b"second"


def test_a_folder_of_a_repository_is_audited_alone(make):
    repository = make(files={"train.py": "", "ser ving/app.py": "app"})
    with open_snapshot(repository.path / "ser ving", "main") as snapshot:
        assert list(snapshot.entries()) == ["app.py"]
        assert snapshot.read("app.py") == b"app"


def test_a_folder_that_the_revision_lacks_is_an_error(make):
    repository = make(files={"train.py": ""}).write({"new/app.py": ""})
    with pytest.raises(
        SnapshotError, match=r"^there is no folder new at revision \w{12} of .*: choose one that has it$"
    ):
        open_snapshot(repository.path / "new", "main")


def test_symlinks_and_submodules_are_as_in_the_work_tree(make):
    repository = make(files={})
    (repository.path / "link").symlink_to("train.py")
    make("churn/vendor", {"x.py": ""})
    repository.commit({"train.py": ""})
    with open_snapshot(repository.path, "main") as snapshot:
        assert {path: entry.mode for path, entry in snapshot.entries().items()} == {
            "link": "120000",
            "train.py": "100644",
        }
        assert snapshot.read("link") is None
        assert snapshot.read_faults == (ReadFault("vendor", "is a submodule; it is not read"),)


def test_missing_objects_are_read_faults(make):
    repository = make(files={"train.py": "kept", "weights.bin": "lost", "z.py": "kept too"})
    loose(repository, blob_id(b"lost")).unlink()
    with open_snapshot(repository.path, "main") as snapshot:
        assert snapshot.entries()["weights.bin"].size is None
        assert dict(snapshot.read_many(snapshot.entries())) == {"train.py": b"kept", "z.py": b"kept too"}
        says = "has its content missing from this repository's objects; it is not read"
        assert snapshot.read_faults == (ReadFault("weights.bin", says),)


def test_objects_that_go_missing_after_the_listing_are_read_faults(make):
    repository = make(files={"a": "1", "b": "22", "c": "333"})
    with open_snapshot(repository.path, "main") as snapshot:
        loose(repository, blob_id(b"22")).unlink()
        assert dict(snapshot.read_many(snapshot.entries())) == {"a": b"1", "c": b"333"}
        assert [read_fault.path for read_fault in snapshot.read_faults] == ["b"]


def test_a_corrupt_object_is_a_read_fault_and_the_rest_is_read(make):
    repository = make(files={"a": "1", "b": "x" * 5000, "c": "333"})
    damaged = loose(repository, blob_id(b"x" * 5000))
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:25])
    with open_snapshot(repository.path, "main") as snapshot:
        assert dict(snapshot.read_many(snapshot.entries())) == {"a": b"1", "c": b"333"}
        assert [read_fault.path for read_fault in snapshot.read_faults] == ["b"]


def test_more_files_than_one_window_come_in_order(make):
    repository = make(files={f"f{number:04}": f"content {number}\n" * 50 for number in range(5 * WINDOW + 1)})
    with open_snapshot(repository.path, "main") as snapshot:
        read = list(snapshot.read_many(snapshot.entries()))
        assert [path for path, _ in read] == list(snapshot.entries())
        assert all(content.startswith(b"content %d\n" % int(path[1:])) for path, content in read)


def test_reads_may_be_interleaved_and_given_up(make):
    repository = make(files={f"f{number:03}": str(number) for number in range(3 * WINDOW)})
    with open_snapshot(repository.path, "main") as snapshot:
        first, second = snapshot.read_many(snapshot.entries()), snapshot.read_many(snapshot.entries())
        assert next(first) == ("f000", b"0")
        assert snapshot.read("f100") == b"100"
        assert next(second) == ("f000", b"0")
        assert next(first) == ("f001", b"1")
        del first
        assert len(list(second)) == 3 * WINDOW - 1


def test_memory_stays_bounded_while_much_is_read(make):
    import tracemalloc

    repository = make(files={f"f{number:02}": b"%d" % number + b"x" * (4 << 20) for number in range(30)})
    with open_snapshot(repository.path, "main") as snapshot:
        tracemalloc.start()
        total = sum(len(content) for _, content in snapshot.read_many(snapshot.entries()))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert total > 120 << 20
    assert peak < 30 << 20


def test_a_large_file_is_not_read_and_a_read_fault_only_when_asked_for(make):
    repository = make(files={"a.py": "1", "big.csv": b"x" * ((5 << 20) + 1), "big.ipynb": b"x" * ((5 << 20) + 1)})
    with open_snapshot(repository.path, "main") as snapshot:
        assert snapshot.read("big.ipynb") is not None
        assert snapshot.read_faults == ()
        assert snapshot.read("big.csv") is None
        assert snapshot.read_faults == (ReadFault("big.csv", "is larger than 5 MiB; it is not read"),)


def test_a_tree_of_billions_of_files_is_cut_off(make, monkeypatch):
    monkeypatch.setattr("mlripe.snapshot.revision.MAX_FILES", 1000)
    repository = make(files={"f": ""})
    tree = repository.git("rev-parse", "HEAD^{tree}")
    for _ in range(12):
        listing = "".join(f"040000 tree {tree}\tx{number}\n" for number in range(10))
        made = subprocess.run(
            ["git", "mktree"], cwd=repository.path, input=listing.encode(), capture_output=True, check=True
        )
        tree = made.stdout.decode().strip()
    bomb = repository.git("commit-tree", tree, "-m", "bomb")
    with open_snapshot(repository.path, bomb) as snapshot:
        assert len(snapshot.entries()) == 1000
        assert [read_fault.path for read_fault in snapshot.read_faults] == [""]
