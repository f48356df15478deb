"""A plain folder: legacy code that is in no git repository."""

from __future__ import annotations

import os
import socket

import pytest

from mlripe.facts import ReadFault
from mlripe.snapshot import open_snapshot
from mlripe.snapshot.content import MAX_FILE, MAX_NOTEBOOK


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "legacy").mkdir()
    return tmp_path / "legacy"


def fill(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def listed(folder):
    with open_snapshot(folder) as snapshot:
        return list(snapshot.entries())


def test_lists_and_reads_all_files_sorted(folder):
    fill(folder, "z.py", "a/b/c.py", "a.py", "a-b.py")
    with open_snapshot(folder) as snapshot:
        assert list(snapshot.entries()) == ["a-b.py", "a.py", "a/b/c.py", "z.py"]
        assert dict(snapshot.read_many(["a/b/c.py"])) == {"a/b/c.py": b"a/b/c.py"}
        assert (snapshot.name, snapshot.commit, snapshot.read_faults) == ("legacy", "", ())


def test_its_name_is_the_one_it_was_given(folder, monkeypatch):
    fill(folder, "sub/a.py")
    (folder.parent / "alias").symlink_to(folder)
    monkeypatch.chdir(folder / "sub")
    names = {path: open_snapshot(path).name for path in (".", "..", "../../alias", "../../alias/")}
    assert names == {".": "sub", "..": "legacy", "../../alias": "alias", "../../alias/": "alias"}


def test_leaves_out_what_tools_generated(folder):
    fill(
        folder,
        "a.py",
        ".venv/x.py",
        "sub/node_modules/y.js",
        "sub/__pycache__/z.pyc",
        ".tox/t.py",
        "env/pyvenv.cfg",
        "env/e.py",
    )
    fill(folder, "conda/conda-meta/history", "conda/lib/c.py")
    assert listed(folder) == ["a.py"]


def test_symlinks_are_entries_and_never_followed(folder):
    fill(folder, "a.py", "sub/b.py")
    (folder.parent / "outside").mkdir()
    fill(folder.parent / "outside", "secret.py")
    (folder / "file").symlink_to(folder.parent / "outside/secret.py")
    (folder / "folder").symlink_to(folder.parent / "outside")
    (folder / "sub/loop").symlink_to(folder)
    (folder / "dangling").symlink_to("nowhere")
    with open_snapshot(folder) as snapshot:
        assert list(snapshot.entries()) == ["a.py", "dangling", "file", "folder", "sub/b.py", "sub/loop"]
        assert [path for path, _ in snapshot.read_many(snapshot.entries())] == ["a.py", "sub/b.py"]
        assert snapshot.read_faults == ()


def test_a_file_that_becomes_a_symlink_or_fifo_after_the_listing_is_not_opened(folder):
    fill(folder, "a.py", "b.py", "sub/c.py")
    fill(folder.parent / "outside", "c.py")
    with open_snapshot(folder) as snapshot:
        (folder / "a.py").unlink()
        (folder / "a.py").symlink_to("b.py")
        (folder / "b.py").unlink()
        os.mkfifo(folder / "b.py")
        (folder / "sub").rename(folder / "moved")
        (folder / "sub").symlink_to(folder.parent / "outside")
        assert list(snapshot.read_many(snapshot.entries())) == []
        assert snapshot.read_faults == (
            ReadFault("a.py", "is no regular file; it is not read"),
            ReadFault("b.py", "is no regular file; it is not read"),
            ReadFault("sub/c.py", "is absent from disk"),
        )


def test_fifos_and_sockets_are_never_opened(folder, monkeypatch):
    fill(folder, "a.py")
    os.mkfifo(folder / "fifo")
    monkeypatch.chdir(folder)  # a socket's path may not be long
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert listed(folder) == ["a.py"]


@pytest.mark.parametrize(("name", "limit", "mib"), [("a.csv", MAX_FILE, 5), ("a.ipynb", MAX_NOTEBOOK, 20)])
def test_a_file_over_the_limit_is_a_read_fault_only_when_asked_for(folder, name, limit, mib):
    (folder / name).write_bytes(b"x" * limit)
    with open_snapshot(folder) as snapshot:
        assert len(snapshot.read(name) or b"") == limit
    (folder / name).write_bytes(b"x" * (limit + 1))
    with open_snapshot(folder) as snapshot:
        assert snapshot.entries()[name].size == limit + 1
        assert snapshot.read_faults == ()
        assert snapshot.read(name) is None
        assert snapshot.read_faults == (ReadFault(name, f"is larger than {mib} MiB; it is not read"),)


def test_a_file_that_grows_while_it_is_read_is_read_to_the_limit_at_most(folder, monkeypatch):
    (folder / "log").write_bytes(b"x")
    real, asked = os.read, []

    def endless(descriptor, size):
        asked.append(size)
        return real(descriptor, 0) + b"x" * size

    with open_snapshot(folder) as snapshot:
        monkeypatch.setattr(os, "read", endless)
        assert snapshot.read("log") is None
    assert sum(asked) == MAX_FILE + 1


def test_a_file_whose_size_says_nothing_is_read_whole(folder, monkeypatch):
    (folder / "a").write_bytes(b"0123456789")
    real = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: real(descriptor, min(size, 3)))
    with open_snapshot(folder) as snapshot:
        assert snapshot.read("a") == b"0123456789"


def test_permission_denied_is_a_read_fault(folder, monkeypatch):
    fill(folder, "a.py", "secret.py", "closed/b.py")
    open_, scandir = os.open, os.scandir

    def guarded(real):
        def call(path, *rest):
            if os.fsencode(path).endswith((b"secret.py", b"closed/")):
                raise PermissionError(13, "no")
            return real(path, *rest)

        return call

    monkeypatch.setattr(os, "open", guarded(open_))  # root, as tests may run, is denied nothing
    monkeypatch.setattr(os, "scandir", guarded(scandir))
    with open_snapshot(folder) as snapshot:
        assert dict(snapshot.read_many(snapshot.entries())) == {"a.py": b"a.py"}
        assert snapshot.read_faults == (
            ReadFault("closed", "cannot be listed: permission denied"),
            ReadFault("secret.py", "cannot be read: permission denied"),
        )


@pytest.mark.skipif(os.geteuid() == 0, reason="root is denied nothing")
def test_modes_that_deny_are_read_faults(folder):
    fill(folder, "secret.py", "closed/b.py", "blind/c.py")
    (folder / "secret.py").chmod(0)
    (folder / "closed").chmod(0)
    (folder / "blind").chmod(0o444)
    with open_snapshot(folder) as snapshot:
        assert list(snapshot.read_many(snapshot.entries())) == []
        assert [read_fault.path for read_fault in snapshot.read_faults] == ["blind/c.py", "closed", "secret.py"]


def test_a_folder_of_data_does_not_take_the_place_of_the_code(folder, monkeypatch):
    monkeypatch.setattr("mlripe.snapshot.folder.MAX_IN_FOLDER", 5)
    monkeypatch.setattr("mlripe.snapshot.folder.MAX_FILES", 4)
    fill(folder, *(f"data/{number}.png" for number in range(6)))
    fill(folder, "deep/er/x.py", "deep/er/y.py", "deep/er/z.py", "train.py", "zoo/a.py")
    with open_snapshot(folder) as snapshot:
        assert list(snapshot.entries()) == ["deep/er/x.py", "deep/er/y.py", "train.py", "zoo/a.py"]
        assert [read_fault.path for read_fault in snapshot.read_faults] == ["", "data"]


def test_depth_is_bounded(folder):
    deepest = folder.joinpath(*["d"] * 120)
    deepest.mkdir(parents=True)
    fill(deepest, "x.py")
    fill(folder, "a.py")
    with open_snapshot(folder) as snapshot:
        assert list(snapshot.entries()) == ["a.py"]
        assert [read_fault.says for read_fault in snapshot.read_faults] == [
            "lies more than 100 folders deep; it is not read"
        ]


def test_names_that_are_no_text_are_shown_and_read(folder):
    with open(os.fsencode(folder) + b"/caf\xe9\n.py", "w") as file:
        file.write("x")
    with open_snapshot(folder) as snapshot:
        assert list(snapshot.read_many(snapshot.entries())) == [("caf\\xe9\\n.py", b"x")]


def test_needs_no_git(folder, monkeypatch):
    fill(folder, "a.py")
    monkeypatch.setenv("PATH", "")
    assert listed(folder) == ["a.py"]


def test_an_empty_folder_is_an_empty_snapshot(folder):
    assert listed(folder) == []
