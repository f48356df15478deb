"""The same content gives the same paths and bytes: as work tree, revision, bare clone, or plain folder."""

from __future__ import annotations

import os
import shutil

import pytest

from mlripe.snapshot import blob_id, is_lfs_pointer, open_snapshot
from mlripe.snapshot.content import normalised

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"


def content(path, rev=None):
    with open_snapshot(path, rev) as snapshot:
        return list(snapshot.entries()), dict(snapshot.read_many(snapshot.entries()))


@pytest.fixture
def ways(tmp_path):
    """Every way to read a repository, as arguments of `open_snapshot`."""

    def all_of(repository):
        repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
        shutil.copytree(repository.path, tmp_path / "plain", symlinks=True, ignore=shutil.ignore_patterns(".git"))
        return [(repository.path,), (repository.path, "HEAD"), (tmp_path / "bare.git",), (tmp_path / "plain",)]

    return all_of


def test_every_way_gives_the_same(make, ways):
    repository = make()
    (repository.path / "link").symlink_to("train.py")
    (repository.path / "folder").symlink_to("src")
    with open(os.fsencode(repository.path) + b"/caf\xe9\t.py", "wb") as file:
        file.write(b"odd")
    repository.commit(
        {
            "train.py": "import mlflow\n",
            "src/a b/größe.py": "x",
            "windows.py": "a\r\nb\r\n",
            "image.png": b"\x89PNG\r\n\x1a\n\0",
            "empty": "",
            "weights.bin": POINTER,
            "node_modules/x.js": "",
            "env/pyvenv.cfg": "",
            "env/lib/x.py": "",
        }
    )
    results = [content(*way) for way in ways(repository)]
    paths, files = results[0]
    assert len(paths) == 9
    assert files["windows.py"] == b"a\nb\n"
    assert files["image.png"] == b"\x89PNG\r\n\x1a\n\0"
    assert all(result == results[0] for result in results)


@pytest.mark.parametrize("attributes", ["* text=auto eol=crlf\n", "*.py text eol=crlf\n"])
def test_line_ends_that_git_changes_on_the_way_to_disk_change_nothing(make, ways, attributes):
    repository = make(files={".gitattributes": attributes, "train.py": "a\nb\n"})
    (repository.path / "train.py").unlink()
    repository.git("checkout", "--", "train.py")
    assert (repository.path / "train.py").read_bytes() == b"a\r\nb\r\n"
    results = [content(*way) for way in ways(repository)]
    assert results[0][1]["train.py"] == b"a\nb\n"
    assert all(result == results[0] for result in results)


def test_lfs_content_on_disk_reads_as_the_pointer_that_is_committed(make):
    repository = make(files={"data/train.csv": POINTER, "data/model.bin": POINTER, "train.py": "x"})
    repository.commit({"data/.gitattributes": "*.csv filter=lfs diff=lfs merge=lfs -text\n*.bin filter=lfs\n"})
    committed = content(repository.path, "HEAD")
    repository.write({"data/train.csv": "a,b\n1,2\n"})  # as `git lfs pull` would
    assert content(repository.path) == committed
    assert is_lfs_pointer(committed[1]["data/train.csv"])
    inner = content(repository.path / "data")
    assert inner == content(repository.path / "data", "HEAD")
    with open_snapshot(repository.path) as snapshot:
        assert snapshot.entries()["data/train.csv"].blob == blob_id(POINTER)


def test_lfs_attributes_above_the_audited_folder_count(make):
    repository = make(files={"data/train.csv": POINTER, ".gitattributes": "*.csv filter=lfs\n"})
    repository.write({"data/train.csv": "a,b\n"})
    assert content(repository.path / "data")[1] == {"train.csv": POINTER}


def test_what_is_a_pointer():
    assert is_lfs_pointer(POINTER)
    assert not is_lfs_pointer(b"# version https://git-lfs.github.com/spec/v1\n")
    assert not is_lfs_pointer(POINTER + b"x" * 1024)


def test_only_crlf_of_text_is_changed():
    assert normalised(b"a\r\nb\rc\n") == b"a\nb\rc\n"
    assert normalised(b"a\r\n\0") == b"a\r\n\0"


def test_the_order_in_which_files_are_read_does_not_change_what_is_told(make):
    repository = make(files={"a": "", "b": ""})
    told = []
    for order in (["y", "x"], ["x", "y"]):
        with open_snapshot(repository.path) as snapshot:
            list(snapshot.read_many(order))
            told.append(snapshot.read_faults)
    assert told[0] == told[1]
