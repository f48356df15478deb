"""The work tree: what is tracked and what git does not ignore, as it is on disk."""

from __future__ import annotations

import os

import pytest

from mlripe.facts import ReadFault
from mlripe.snapshot import open_snapshot


def test_holds_tracked_and_untracked_files_and_not_ignored_ones(make):
    repository = make(files={"train.py": "import mlflow\n", ".gitignore": "*.log\n"})
    repository.write({"new.py": "x = 1\n", "run.log": "noise"})
    with open_snapshot(repository.path) as snapshot:
        assert list(snapshot.entries()) == [".gitignore", "new.py", "train.py"]
        assert snapshot.name == "churn"
        assert snapshot.commit == repository.git("rev-parse", "HEAD")
        assert snapshot.read_faults == ()


def test_reads_what_is_on_disk_not_what_is_committed(make):
    repository = make(files={"train.py": "old"}).write({"train.py": "new"})
    with open_snapshot(repository.path) as snapshot:
        assert snapshot.read("train.py") == b"new"


def test_an_entry_tells_mode_and_size(make):
    repository = make().write({"run.sh": "#!/bin/sh\n"})
    (repository.path / "run.sh").chmod(0o755)
    repository.commit()
    with open_snapshot(repository.path) as snapshot:
        entry = snapshot.entries()["run.sh"]
        assert (entry.path, entry.mode, entry.size, entry.blob) == ("run.sh", "100755", 10, "")


def test_read_many_keeps_the_order_asked_for(make):
    repository = make(files={name: name for name in "abc"})
    with open_snapshot(repository.path) as snapshot:
        assert list(snapshot.read_many(["c", "a", "b"])) == [("c", b"c"), ("a", b"a"), ("b", b"b")]


def test_a_tracked_file_that_is_absent_is_a_read_fault(make):
    repository = make(files={"train.py": "", "gone.py": "", "gone/too.py": ""})
    (repository.path / "gone.py").unlink()
    (repository.path / "gone/too.py").unlink()
    with open_snapshot(repository.path) as snapshot:
        assert list(snapshot.entries()) == ["train.py"]
        says = "is tracked by git and absent from disk; it is not read"
        assert snapshot.read_faults == (ReadFault("gone.py", says), ReadFault("gone/too.py", says))


def test_a_file_that_is_asked_for_and_not_there_is_a_read_fault_told_once(make):
    with open_snapshot(make(files={"a": ""}).path) as snapshot:
        assert snapshot.read("b") is None
        assert snapshot.read("b") is None
        assert snapshot.read_faults == (ReadFault("b", "is not among the files"),)


def test_a_sparse_checkout_is_one_read_fault_not_thousands(make):
    repository = make(files={"src/train.py": "", "docs/a.md": "", "docs/b.md": ""})
    repository.git("sparse-checkout", "set", "--no-cone", "/src/")
    with open_snapshot(repository.path) as snapshot:
        assert list(snapshot.entries()) == ["src/train.py"]
        assert [read_fault.says for read_fault in snapshot.read_faults] == [
            "leaves 2 files out of its sparse checkout; they are not read"
        ]


def test_a_symlink_is_an_entry_that_reads_as_nothing(make):
    repository = make()
    (repository.path / "link").symlink_to("/etc/hostname")
    repository.commit({"a": ""})
    (repository.path / "new").symlink_to("a")
    with open_snapshot(repository.path) as snapshot:
        assert {path: entry.mode for path, entry in snapshot.entries().items()} == {
            "a": "100644",
            "link": "120000",
            "new": "120000",
        }
        assert snapshot.read("link") is None
        assert dict(snapshot.read_many(["link", "new"])) == {}
        assert snapshot.read_faults == ()


def test_a_submodule_is_a_read_fault(make):
    library = make("library", {"lib.py": ""})
    repository = make(files={"train.py": ""})
    repository.git("submodule", "--quiet", "add", str(library.path), "vendor/library")
    repository.commit()
    with open_snapshot(repository.path) as snapshot:
        assert list(snapshot.entries()) == [".gitmodules", "train.py"]
        assert snapshot.read_faults == (ReadFault("vendor/library", "is a submodule; it is not read"),)
    with open_snapshot(repository.path / "vendor/library") as inside:
        assert list(inside.entries()) == ["lib.py"]


def test_an_untracked_repository_in_it_is_a_read_fault(make):
    repository = make(files={"train.py": ""})
    make("churn/other", {"x.py": ""})
    with open_snapshot(repository.path) as snapshot:
        assert list(snapshot.entries()) == ["train.py"]
        assert snapshot.read_faults == (ReadFault("other", "is a git repository of its own; it is not read"),)


def test_a_folder_of_a_repository_is_audited_alone(make):
    repository = make(files={"train.py": "", "serving/app.py": "app", "serving/k8s/deploy.yaml": ""})
    with open_snapshot(repository.path / "serving") as snapshot:
        assert list(snapshot.entries()) == ["app.py", "k8s/deploy.yaml"]
        assert snapshot.name == "serving"
        assert snapshot.read("app.py") == b"app"


def test_a_folder_that_its_repository_ignores_is_a_plain_folder(make):
    repository = make(files={".gitignore": "copies/\n"}).write({"copies/legacy/train.py": "x"})
    with open_snapshot(repository.path / "copies/legacy") as snapshot:
        assert dict(snapshot.read_many(snapshot.entries())) == {"train.py": b"x"}
        assert snapshot.commit == ""


def test_a_linked_worktree_is_a_work_tree(make, tmp_path):
    repository = make(files={"train.py": "main"})
    repository.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    (tmp_path / "linked/train.py").write_text("changed")
    with open_snapshot(tmp_path / "linked") as snapshot:
        assert dict(snapshot.read_many(snapshot.entries())) == {"train.py": b"changed"}


def test_a_merge_in_conflict_lists_each_file_once(make):
    repository = make(files={"train.py": "base\n"})
    repository.git("checkout", "--quiet", "-b", "other")
    repository.commit({"train.py": "theirs\n"})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"train.py": "ours\n"})
    with pytest.raises(Exception, match="merge"):
        repository.git("merge", "other")
    with open_snapshot(repository.path) as snapshot:
        assert list(snapshot.entries()) == ["train.py"]
        assert snapshot.read("train.py").startswith(b"<<<<<<<")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"with space.py", "with space.py"),
        (b"line\nbreak.py", "line\\nbreak.py"),
        (b"tab\there.py", "tab\\there.py"),
        (b"100644 587be6b4c3f93f93c489c0111bba5596147a26cb 0\tfake.py", None),
        (b"quote\"'.py", "quote\"'.py"),
        ("größe.py".encode(), "größe.py"),
        (b"caf\xe9.py", "caf\\xe9.py"),
        (b"back\\slash.py", "back\\\\slash.py"),
        (b"\x1b[31mred.py", "\\x1b[31mred.py"),
        ("right\u202eleft.py".encode(), "right\\u202eleft.py"),
        (b"-dash.py", "-dash.py"),
        (b":(top)magic.py", ":(top)magic.py"),
    ],
)
@pytest.mark.parametrize("tracked", [True, False])
def test_any_name_of_a_file_is_listed_readable_and_read(make, raw, shown, tracked):
    repository = make(files={})
    with open(os.fsencode(repository.path) + b"/" + raw, "wb") as file:
        file.write(b"content")
    if tracked:
        repository.commit()
    with open_snapshot(repository.path) as snapshot:
        (path,) = snapshot.entries()
        assert path == (shown or raw.decode().replace("\t", "\\t"))
        assert path.isprintable()
        assert snapshot.read(path) == b"content"
        assert snapshot.read_faults == ()


def test_generated_folders_are_left_out_tracked_or_not(make):
    repository = make(files={"train.py": "", "node_modules/x/index.js": "", "env/pyvenv.cfg": "", "env/lib/a.py": ""})
    repository.write({".venv/a.py": "", "sub/.tox/b.py": "", "other/conda-meta/history": "", "other/bin/c.py": ""})
    with open_snapshot(repository.path) as snapshot:
        assert list(snapshot.entries()) == ["train.py"]


def test_the_users_own_ignore_file_changes_nothing(make, tmp_path, monkeypatch):
    (tmp_path / "git").mkdir()
    (tmp_path / "git/ignore").write_text("*.py\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with open_snapshot(make(files={"a": ""}).write({"new.py": ""}).path) as snapshot:
        assert list(snapshot.entries()) == ["a", "new.py"]


def test_an_inherited_git_dir_is_not_obeyed(make, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(make("other", {"other.py": ""}).path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    with open_snapshot(make(files={"train.py": ""}).path) as snapshot:
        assert list(snapshot.entries()) == ["train.py"]


def test_nothing_is_written_to_the_repository(make):
    repository = make(files={"train.py": ""})
    (repository.path / "train.py").touch()  # the index's stat data is stale now; a plain `git status` would renew it
    before = (repository.path / ".git/index").read_bytes()
    with open_snapshot(repository.path) as snapshot:
        list(snapshot.read_many(snapshot.entries()))
    assert (repository.path / ".git/index").read_bytes() == before
