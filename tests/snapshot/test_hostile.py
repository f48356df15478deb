"""Whatever a repository contains or configures, nothing of it runs and nothing outside of it is read.

Every trap writes a canary file; `..._works` tests show that git without care falls into them.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress

import pytest

from mlripe.snapshot import SnapshotError, open_snapshot
from mlripe.snapshot import git as git_module
from mlripe.snapshot.git import Git

LFS_LIKE = "*.py filter=evil diff=evil merge=evil\n"


@pytest.fixture
def canary(tmp_path):
    return tmp_path / "canary"


@pytest.fixture
def trap(tmp_path, canary):
    """A program that writes the canary, and passes its input on as filters must."""
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\n/bin/echo caught >> {canary}\nexec /bin/cat\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def hostile(make, trap, tmp_path):
    """A repository that sets every key and hook that could start a program, and its bare clone set alike."""
    repository = make(files={"train.py": "x = 1\n", "sub/a.py": "y = 2\n", ".gitattributes": LFS_LIKE})
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    for git_dir in (repository.path / ".git", tmp_path / "bare.git"):
        set_traps(git_dir, trap)
    os.utime(repository.path / "train.py", (0, 0))  # so that git wants to look at it anew
    return repository


def set_traps(git_dir, trap):
    included = git_dir / "included"
    included.write_text(f'[core]\n\tfsmonitor = {trap}\n\tpager = {trap}\n[filter "evil"]\n\tclean = {trap}\n')
    for hook in ("post-index-change", "fsmonitor-watchman", "post-checkout", "reference-transaction", "pre-auto-gc"):
        (git_dir / "hooks").mkdir(exist_ok=True)
        (git_dir / "hooks" / hook).write_bytes(trap.read_bytes())
        (git_dir / "hooks" / hook).chmod(0o755)
    commands = ("rev-parse", "ls-files", "ls-tree", "cat-file", "for-each-ref")
    keys = [
        *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.gitProxy", "core.askPass"),
        *(
            "core.alternateRefsCommand",
            "credential.helper",
            "sequence.editor",
            "diff.external",
            "interactive.diffFilter",
        ),
        *("filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.evil.textconv", "diff.evil.command"),
        *(
            "merge.evil.driver",
            "gpg.program",
            "gpg.ssh.program",
            "uploadpack.packObjectsHook",
            "remote.evil.uploadpack",
        ),
        *("remote.evil.receivepack", "man.evil.cmd", "browser.evil.cmd", "difftool.evil.cmd", "mergetool.evil.cmd"),
        *("trailer.evil.command", "tar.evil.command", "hook.evil.command", "submodule.evil.update", "init.templateDir"),
        *(f"pager.{command}" for command in commands),
    ]
    values = {key: str(trap) for key in keys} | {f"alias.{command}": f"!{trap}" for command in commands}
    values |= {"include.path": str(included), "core.hooksPath": str(git_dir / "hooks"), "filter.evil.required": "true"}
    values |= {"core.untrackedCache": "true", "index.version": "4", "hook.evil.event": "post-index-change"}
    with (git_dir / "config").open("a") as file:
        for key, value in values.items():
            section, *middle, name = key.split(".")
            file.write(f'[{section} "{".".join(middle)}"]\n' if middle else f"[{section}]\n")
            file.write(f"\t{name} = {value}\n")


def read_all(path, rev=None):
    with open_snapshot(path, rev) as snapshot:
        return dict(snapshot.read_many(snapshot.entries()))


FILES = {".gitattributes": LFS_LIKE.encode(), "sub/a.py": b"y = 2\n", "train.py": b"x = 1\n"}


def test_the_traps_work(hostile, canary):
    subprocess.run(["git", "status"], cwd=hostile.path, capture_output=True, check=False)
    assert canary.exists()


def test_a_work_tree_runs_nothing(hostile, canary):
    assert read_all(hostile.path) == FILES
    assert read_all(hostile.path / "sub") == {"a.py": b"y = 2\n"}
    assert not canary.exists()


def test_a_revision_runs_nothing(hostile, canary):
    assert read_all(hostile.path, "main") == FILES
    assert not canary.exists()


def test_a_bare_clone_runs_nothing(hostile, canary, tmp_path):
    assert read_all(tmp_path / "bare.git") == FILES
    assert read_all(tmp_path / "bare.git", "main") == FILES
    assert not canary.exists()


def test_errors_run_nothing(hostile, canary):
    (hostile.path / ".git/refs/heads/main").write_text("1" * 40)
    for rev in (None, "main", "nope"):
        with pytest.raises(Exception, match=r"cannot read|no revision"):
            open_snapshot(hostile.path, rev)
    assert not canary.exists()


def test_lfs_filters_run_nothing(hostile, canary, trap):
    hostile.write({".gitattributes": "*.py filter=lfs\n"})
    for key in ("clean", "smudge", "process"):
        subprocess.run(
            ["git", "config", "--file", ".git/config", f"filter.lfs.{key}", trap], cwd=hostile.path, check=True
        )
    assert read_all(hostile.path)["train.py"] == b"x = 1\n"
    assert not canary.exists()


# --- a promisor remote: git fetches a missing object from wherever the repository says


REMOTES = [
    {"url": "ext::{trap}"},
    {"url": "::x", "alias.remote-": "!{trap}"},
    {"url": "/::x", "alias.remote-": "!{trap}"},
    {"url": "none::x", "alias.remote-none": "!{trap}"},
    {"url": "x", "vcs": "evil", "alias.remote-evil": "!{trap}"},
    {"url": "x", "vcs": "/", "alias.remote-": "!{trap}"},
    {"url": "ssh://nowhere/x", "core.sshCommand": "{trap}"},
    {"url": "git://nowhere/x", "core.gitProxy": "{trap}"},
    {"url": ".", "uploadpack": "{trap}"},
    {"url": "file://{top}", "uploadpack": "{trap}"},
    {"url": "https://user@localhost:1/x", "credential.helper": "!{trap}"},
]


@pytest.fixture(params=REMOTES, ids=lambda remote: remote["url"] + " " + remote.get("vcs", ""))
def promisor(request, make, trap):
    repository = make(files={"train.py": "x = 1\n", "lost.py": "lost"})
    blob = repository.git("rev-parse", "HEAD:lost.py")
    (repository.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    values = {"core.repositoryFormatVersion": "1", "extensions.partialClone": "evil", "remote.evil.promisor": "true"}
    values |= {f"protocol.{name}.allow": "always" for name in ("ext", "file", "ssh", "git", "https", "evil", "none")}
    for key, value in request.param.items():
        full = key if "." in key else f"remote.evil.{key}"
        values[full] = value.format(trap=trap, top=repository.path)
    for key, value in values.items():
        repository.git("config", key, value)
    return repository


def test_a_missing_object_is_not_fetched(promisor, canary):
    for path in (promisor.path, promisor.path / ".git"):
        with open_snapshot(path, "main") as snapshot:
            assert dict(snapshot.read_many(snapshot.entries())) == {"train.py": b"x = 1\n"}
            assert [read_fault.path for read_fault in snapshot.read_faults] == ["lost.py"]
    assert not canary.exists()


def test_a_missing_object_is_not_fetched_by_a_git_that_knows_no_other_way(promisor, canary, monkeypatch):
    """git before 2.39.4 does not know GIT_NO_LAZY_FETCH: there the forbidden transports alone must do."""
    environment = {key: value for key, value in git_module._ENVIRONMENT.items() if key != "GIT_NO_LAZY_FETCH"}
    monkeypatch.setattr(git_module, "_ENVIRONMENT", environment)
    with suppress(SnapshotError):  # such a git may itself end, at the transport that it may not use
        read_all(promisor.path, "main")
    assert not canary.exists()


def test_the_promisor_trap_works(make, canary):
    """`protocol.allow=never` on the command line does not help: the repository's own, narrower key outweighs it."""
    repository = make(files={"train.py": ""})
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "evil",
        "remote.evil.promisor": "true",
        "remote.evil.url": f"ext::/usr/bin/touch {canary}",
        "protocol.ext.allow": "always",
    }.items():
        repository.git("config", key, value)
    asked = ["git", "-c", "protocol.allow=never", "cat-file", "-e", "1" * 40]
    subprocess.run(asked, cwd=repository.path, capture_output=True, check=False)
    assert canary.exists()


# --- pointing elsewhere


@pytest.fixture
def secret(make, trap):
    """Someone else's repository, with traps of its own."""
    repository = make("secret", {"secret.py": "password"})
    set_traps(repository.path / ".git", trap)
    return repository


def test_core_worktree_elsewhere_is_not_obeyed(make, secret):
    repository = make(files={"train.py": "x"})
    repository.git("config", "core.worktree", str(secret.path))
    assert read_all(repository.path) == {"train.py": b"x"}
    assert read_all(repository.path, "main") == {"train.py": b"x"}
    assert read_all(repository.path / ".git") == {"train.py": b"x"}


def test_a_git_file_elsewhere_reads_nothing_there_and_runs_nothing(tmp_path, secret, canary):
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / ".git").write_text(f"gitdir: {secret.path}/.git\n")
    (folder / "train.py").write_text("x")
    with pytest.raises(SnapshotError, match="does not name this checkout back"):
        read_all(folder)
    assert not canary.exists()


def test_alternates_elsewhere_run_nothing(make, secret, canary):
    repository = make(files={"train.py": "x"})
    repository.write({".git/objects/info/alternates": f"{secret.path}/.git/objects\n"})
    assert read_all(repository.path, "main") == {"train.py": b"x"}
    assert not canary.exists()


@pytest.mark.parametrize(
    "path", ["../secret/secret.py", "sub/../../secret/secret.py", ".git/config", "sub/.GIT/config"]
)
def test_a_forged_index_or_tree_cannot_name_files_elsewhere(make, secret, path):
    """git refuses to make such an index, so an honest one has a path of the same length overwritten in it."""
    from hashlib import sha1

    assert (secret.path / "secret.py").exists()
    stand_in = "y" * len(path)
    repository = make(files={"train.py": "x", stand_in: ""})
    index = repository.path / ".git/index"
    forged = index.read_bytes()[:-20].replace(stand_in.encode(), path.encode())
    forged = forged.replace(b"TREE", b"XREE")  # the cached trees, which no longer fit: now an extension to skip
    index.write_bytes(forged + sha1(forged).digest())
    with open_snapshot(repository.path) as snapshot:
        assert "train.py" in snapshot.entries()
        assert "password" not in str(dict(snapshot.read_many(snapshot.entries())))
        assert path not in snapshot.entries()


@pytest.mark.parametrize("name", [".git", "..", "."])
def test_a_forged_tree_cannot_name_files_elsewhere(make, name):
    repository = make(files={"train.py": "x"})
    blob = repository.git("rev-parse", "HEAD:train.py")
    forged = repository.path / "forged"
    forged.write_bytes(b"".join(b"100644 %b\0%b" % (each, bytes.fromhex(blob)) for each in (name.encode(), b"ok.py")))
    tree = repository.git("hash-object", "-w", "-t", "tree", "--literally", str(forged))
    commit = repository.git("commit-tree", tree, "-m", "forged")
    with open_snapshot(repository.path, commit) as snapshot:
        assert dict(snapshot.read_many(snapshot.entries())) == {"ok.py": b"x"}
        assert [read_fault.path for read_fault in snapshot.read_faults] == [name]


def test_a_tracked_folder_that_is_now_a_symlink_is_not_followed(make, secret):
    repository = make(files={"sub/secret.py": "mine", "train.py": "x"})
    (repository.path / "sub/secret.py").unlink()
    (repository.path / "sub").rmdir()
    (repository.path / "sub").symlink_to(secret.path)
    with open_snapshot(repository.path) as snapshot:
        assert dict(snapshot.read_many(snapshot.entries())) == {"train.py": b"x"}
        assert snapshot.entries()["sub"].mode == "120000"
        assert [read_fault.path for read_fault in snapshot.read_faults] == ["sub/secret.py"]


def test_a_tracked_file_that_is_now_a_fifo_is_not_opened(make):
    repository = make(files={"a.py": "", "train.py": "x"})
    (repository.path / "a.py").unlink()
    os.mkfifo(repository.path / "a.py")
    with open_snapshot(repository.path) as snapshot:
        assert dict(snapshot.read_many(snapshot.entries())) == {"train.py": b"x"}


def test_replaced_objects_are_not_obeyed(make):
    repository = make(files={"train.py": "x"})
    repository.write({"other": "replaced"})
    other = repository.git("hash-object", "-w", "other")
    repository.git("replace", repository.git("rev-parse", "HEAD:train.py"), other)
    assert read_all(repository.path, "main") == {"train.py": b"x"}


@pytest.mark.parametrize("path", [".", "", ":", ".:/usr/bin:/bin"])
def test_a_program_called_git_in_the_repository_is_not_run(make, trap, canary, monkeypatch, path):
    repository = make(files={"train.py": "x"})
    (repository.path / "git").write_bytes(trap.read_bytes())
    (repository.path / "git").chmod(0o755)
    monkeypatch.chdir(repository.path)
    monkeypatch.setenv("PATH", path)
    if "bin" in path:
        assert read_all(".")["train.py"] == b"x"
    else:
        with pytest.raises(SnapshotError, match="there is no git on PATH"):
            open_snapshot(".")
    assert not canary.exists()


def test_a_folder_that_looks_like_a_bare_repository_runs_nothing(make, trap, canary, tmp_path):
    repository = make(files={"train.py": "x"})
    repository.git("clone", "--quiet", "--bare", ".", str(repository.path / "embedded"))
    set_traps(repository.path / "embedded", trap)
    assert "train.py" in read_all(repository.path)
    assert read_all(repository.path / "embedded") == {"train.py": b"x"}
    assert not canary.exists()


def test_no_variable_of_git_is_inherited(monkeypatch, tmp_path):
    for name in ("GIT_EXTERNAL_DIFF", "GIT_CONFIG_COUNT", "GIT_EXEC_PATH", "GIT_TRACE", "GIT_SSH", "git_dir"):
        monkeypatch.setenv(name, "1")
    environment = Git(str(tmp_path), str(tmp_path))._environment
    inherited = {name for name in environment if name.upper().startswith("GIT_")} - git_module._ENVIRONMENT.keys()
    assert inherited == set()
