"""Which git folder is a checkout's own: what git itself sets up is read, and nothing that leads elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from mlripe.snapshot import SnapshotError, common_ancestor, open_snapshot
from mlripe.snapshot.git_folder import TRUSTED, git_folder
from mlripe.snapshot.location import locate

COPY = "or audit a copy of the files without .git"


@pytest.fixture(autouse=True)
def told_nothing(monkeypatch):
    for name in (TRUSTED, "GIT_DIR"):
        monkeypatch.delenv(name, raising=False)


def read(path, rev=None):
    with open_snapshot(path, rev) as snapshot:
        return dict(snapshot.read_many(snapshot.entries()))


def refusal(path, rev=None):
    with pytest.raises(SnapshotError) as raised:
        open_snapshot(path, rev)
    message = str(raised.value)
    assert "\n" not in message
    assert message.endswith(COPY)
    return message


@pytest.fixture
def private(make):
    """Somebody else's repository."""
    return make("private", {"secret.py": "password"})


# --- what git sets up ------------------------------------------------------------------------------------------------


def both_ways(path, files):
    assert read(path) == files
    assert read(path, "HEAD") == files
    with open_snapshot(path, staged=True) as snapshot:
        assert list(snapshot.entries()) == list(files)


def test_a_linked_worktree(make, tmp_path):
    repository = make(files={"train.py": "x"})
    repository.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    repository.git("worktree", "add", "--quiet", str(repository.path / "within"))
    both_ways(tmp_path / "linked", {"train.py": b"x"})
    both_ways(repository.path / "within", {"train.py": b"x"})


def test_a_linked_worktree_whose_ways_are_relative(make, tmp_path):
    """As git from 2.48 on writes them, where it is asked to."""
    repository = make(files={"train.py": "x"})
    repository.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    (tmp_path / "linked/.git").write_text("gitdir: ../churn/.git/worktrees/linked\n")
    (repository.path / ".git/worktrees/linked/gitdir").write_text("../../../../linked/.git\n")
    both_ways(tmp_path / "linked", {"train.py": b"x"})


def test_a_linked_worktree_of_a_bare_repository(make, tmp_path):
    repository = make(files={"train.py": "x"})
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    repository.git("-C", str(tmp_path / "bare.git"), "worktree", "add", "--quiet", str(tmp_path / "linked"), "main")
    both_ways(tmp_path / "linked", {"train.py": b"x"})


def test_a_submodule_of_a_submodule_in_a_linked_worktree(make, tmp_path):
    inner, outer = make("inner", {"inner.py": "i"}), make("outer", {"outer.py": "o"})
    outer.git("submodule", "--quiet", "add", str(inner.path), "vendor/inner")
    outer.commit()
    repository = make(files={"train.py": "x"})
    repository.git("submodule", "--quiet", "add", str(outer.path), "vendor/outer")
    repository.commit()
    repository.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    for top in (repository.path, tmp_path / "linked"):
        repository.git("-C", str(top), "submodule", "--quiet", "update", "--init", "--recursive")
        both_ways(top / "vendor/outer/vendor/inner", {"inner.py": b"i"})


def test_a_submodule_that_keeps_its_folder_in_a_file_of_its_own(make):
    """Where `extensions.worktreeConfig` is on, `core.worktree` moves to config.worktree."""
    library = make("library", {"lib.py": "l"})
    repository = make(files={"train.py": "x"})
    repository.git("submodule", "--quiet", "add", str(library.path), "library")
    repository.git("-C", "library", "sparse-checkout", "set", "--no-cone", "/*")
    assert "worktree" in (repository.path / ".git/modules/library/config.worktree").read_text()
    both_ways(repository.path / "library", {"lib.py": b"l"})


def test_a_repository_whose_git_folder_lies_elsewhere_in_the_checkout(make):
    repository = make(files={".gitignore": "/data\n", "train.py": "x"})
    shutil.move(repository.path / ".git", repository.path / "data")
    (repository.path / ".git").symlink_to("data")
    assert read(repository.path)["train.py"] == b"x"
    (repository.path / ".git").unlink()
    (repository.path / ".git").write_text("gitdir: data\n")
    assert read(repository.path)["train.py"] == b"x"


def test_a_head_that_is_a_link_as_old_gits_made_it(make):
    repository = make(files={"train.py": "x"})
    (repository.path / ".git/HEAD").unlink()
    (repository.path / ".git/HEAD").symlink_to("refs/heads/main")
    both_ways(repository.path, {"train.py": b"x"})


def test_hooks_and_large_files_may_be_kept_elsewhere(make, tmp_path):
    repository = make(files={"train.py": "x"})
    shutil.rmtree(repository.path / ".git/hooks")
    for name in ("hooks", "lfs", "annex"):
        (tmp_path / name).mkdir()
        (repository.path / ".git" / name).symlink_to(tmp_path / name)
    both_ways(repository.path, {"train.py": b"x"})


def test_a_shallow_and_partial_clone(make, tmp_path):
    repository = make(files={"train.py": "old"})
    repository.commit({"train.py": "x"})
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = ("clone", "--quiet", "--depth=1", "--filter=blob:none", f"file://{repository.path}", str(tmp_path / "part"))
    repository.git(*clone)
    both_ways(tmp_path / "part", {"train.py": b"x"})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to somebody else")
def test_a_repository_of_another_user(make):
    repository = make(files={"train.py": "x"})
    for folder, _, files in os.walk(repository.path):
        for path in (folder, *(os.path.join(folder, name) for name in files)):
            os.chown(path, 12345, 12345)
    both_ways(repository.path, {"train.py": b"x"})


# --- a git folder apart, which git leaves without a way back ---------------------------------------------------------


@pytest.fixture
def apart(make, tmp_path):
    repository = make(files={"train.py": "x"})
    repository.git("init", "--quiet", f"--separate-git-dir={tmp_path}/apart.git")
    return repository.path


def test_a_separate_git_folder_is_read_where_the_user_names_it(apart, tmp_path, monkeypatch):
    says = f"{apart}/.git leads to {tmp_path}/apart.git, which does not name this checkout back: if it is this "
    says += f"checkout's own, say so with MLRIPE_GIT_FOLDERS={tmp_path}/apart.git in the environment, {COPY}"
    assert refusal(apart) == says
    for named in (f"{tmp_path}/apart.git", f"/nowhere{os.pathsep}{tmp_path}"):
        monkeypatch.setenv(TRUSTED, named)
        both_ways(apart, {"train.py": b"x"})
    for named in (f"{tmp_path}/apart", "apart.git", "", "."):
        monkeypatch.setenv(TRUSTED, named)
        assert refusal(apart) == says


def test_a_separate_git_folder_is_read_in_a_hook_that_git_runs_for_it(apart, tmp_path):
    hook = tmp_path / "apart.git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\necho $GIT_DIR > {tmp_path}/told\n")
    hook.chmod(0o755)
    subprocess.run(["git", "commit", "--quiet", "--allow-empty", "-m", "x"], cwd=apart, check=True)
    told = (tmp_path / "told").read_text().strip()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GIT_DIR", told)
        both_ways(apart, {"train.py": b"x"})


def test_a_separate_git_folder_that_names_its_checkout(apart, tmp_path):
    subprocess.run(["git", "config", "core.worktree", str(apart)], cwd=apart, check=True)
    both_ways(apart, {"train.py": b"x"})


def test_a_worktree_that_was_moved(make, tmp_path):
    repository = make(files={"train.py": "x"})
    repository.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    (tmp_path / "linked").rename(tmp_path / "moved")
    assert "if it is a worktree that was moved, run `git worktree repair` in it" in refusal(tmp_path / "moved")
    repository.git("-C", str(tmp_path / "moved"), "worktree", "repair")
    assert read(tmp_path / "moved") == {"train.py": b"x"}


@pytest.mark.parametrize("how", [("--shared", "{from}"), ("--reference", "{from}", "--no-local", "{from}")])
def test_objects_that_are_borrowed(how, make, tmp_path):
    repository = make(files={"train.py": "x"})
    words = (word.replace("{from}", str(repository.path)) for word in how)
    repository.git("clone", "--quiet", *words, str(tmp_path / "borrowing"))
    assert (tmp_path / "borrowing/.git/objects/info/alternates").is_file()
    both_ways(tmp_path / "borrowing", {"train.py": b"x"})


# --- what leads to somebody else's -----------------------------------------------------------------------------------


def git_file(folder, git):
    (folder / ".git").write_text(f"gitdir: {git}\n")


def git_link(folder, git):
    (folder / ".git").symlink_to(git)


def common_folder(folder, git):
    own = folder / "own"
    own.mkdir()
    (own / "HEAD").write_text("ref: refs/heads/main\n")
    (own / "commondir").write_text(f"{git}\n")
    (own / "gitdir").write_text(f"{folder}/.git\n")
    (folder / ".git").write_text("gitdir: own\n")


def common_folder_of_a_whole_one(folder, git):
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    (folder / ".git/commondir").write_text(f"{os.path.relpath(git, folder / '.git')}\r\n")


def made_like_a_worktree(folder, git):
    """With a way back that the hostile folder wrote itself."""
    own = folder / "worktrees/own"
    own.mkdir(parents=True)
    for name, text in {"HEAD": "ref: refs/heads/main", "commondir": git, "gitdir": f"{folder}/.git"}.items():
        (own / name).write_text(f"{text}\n")
    (folder / ".git").write_text("gitdir: worktrees/own\n")


def worktree_of_another(folder, git):
    subprocess.run(["git", f"--git-dir={git}", "worktree", "add", "--quiet", folder.parent / "linked"], check=True)
    (folder / ".git").write_text(f"gitdir: {git}/worktrees/linked\n")


def alternates(line):
    def build(folder, git):
        subprocess.run(["git", "init", "--quiet", "--initial-branch", "main"], cwd=folder, check=True)
        objects = Path(git) / "objects"
        places = {"objects": objects, "relative": os.path.relpath(objects, folder / ".git/objects"), "folder": folder}
        (folder / ".git/objects/info/alternates").write_text(line.format(**places))
        shutil.copy(Path(git) / "refs/heads/main", folder / ".git/refs/heads/main")

    return build


def linked(name):
    def build(folder, git):
        subprocess.run(["git", "init", "--quiet", "--initial-branch", "main"], cwd=folder, check=True)
        place = folder / ".git" / name
        if place.is_dir():
            shutil.rmtree(place)
        place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(Path(git) / name)

    return build


def shared_index(folder, git):
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    (folder / f".git/sharedindex.{'1' * 40}").symlink_to(f"{git}/index")


def loose_object(folder, git):
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    theirs = next(path for path in Path(git).glob("objects/??/*"))
    (folder / ".git/objects" / theirs.parent.name).mkdir()
    (folder / ".git/objects" / theirs.parent.name / theirs.name).symlink_to(theirs)


ELSEWHERE = {
    "a file": git_file,
    "a link": git_link,
    "a common folder": common_folder,
    "a common folder of a whole one": common_folder_of_a_whole_one,
    "made like a worktree": made_like_a_worktree,
    "the worktree of another checkout": worktree_of_another,
    "alternates in quotes": alternates('"{objects}"\n'),
    **{f"its {name}": linked(name) for name in ("HEAD", "index", "config", "objects", "refs", "logs", "info/exclude")},
    **{f"its {name}": linked(name) for name in ("objects/pack", "refs/heads", "info")},
    "its shared index": shared_index,
    "one of its objects": loose_object,
}


@pytest.mark.parametrize("build", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_nothing_of_another_repository_is_read(build, private, tmp_path):
    (tmp_path / "hostile").mkdir()
    build(tmp_path / "hostile", f"{private.path}/.git")
    for rev in (None, "HEAD", "main"):
        message = refusal(tmp_path / "hostile", rev)
        assert "leads" in message or "in quotes" in message
        assert "secret" not in message
    with pytest.raises(SnapshotError, match=r"leads|in quotes"):
        common_ancestor(tmp_path / "hostile", "main")


@pytest.mark.parametrize("name", ["HEAD", "objects", "refs", "packed-refs", "commondir"])
def test_a_folder_that_looks_like_a_bare_repository_reads_no_other(name, private, make, tmp_path):
    make(files={"train.py": "x"}).git("clone", "--quiet", "--bare", ".", str(tmp_path / "hostile"))
    place = tmp_path / "hostile" / name
    shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    if name == "commondir":
        place.write_text(f"{private.path}/.git\n")
    else:
        (private.path / ".git/packed-refs").touch()
        place.symlink_to(private.path / ".git" / name)
    assert "leads" in refusal(tmp_path / "hostile")


def test_the_user_may_let_links_lead_elsewhere(private, tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    for name in ("objects", "refs"):
        linked(name)(tmp_path / "other", f"{private.path}/.git")
    monkeypatch.setenv(TRUSTED, str(private.path))
    assert read(tmp_path / "other", "main") == {"secret.py": b"password"}


# --- what is no file -------------------------------------------------------------------------------------------------

READ_BY_GIT = [
    *("HEAD", "config", "config.worktree", "commondir", "index", "packed-refs", "shallow", "FETCH_HEAD"),
    *("info", "info/exclude", "info/attributes", "info/grafts", "logs", "refs", "refs/heads", "refs/heads/main"),
    *("objects", "objects/pack", "objects/info/alternates", "objects/pack/multi-pack-index", "objects/ab"),
]


@pytest.mark.parametrize("name", READ_BY_GIT)
@pytest.mark.parametrize("kind", ["a FIFO", "an endless device"])
def test_what_never_ends_is_not_opened(name, kind, make):
    repository = make(files={"train.py": "x"})
    place = repository.path / ".git" / name
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    if kind == "a FIFO":
        os.mkfifo(place)
    else:
        place.symlink_to("/dev/zero")
    for rev in (None, "main"):
        message = refusal(repository.path, rev)
        assert message.startswith(f"{place} is no regular file, and git would not come to its end: remove it, ")


def test_a_git_that_is_neither_folder_nor_file(tmp_path):
    os.mkfifo(tmp_path / ".git")
    assert refusal(tmp_path) == f"{tmp_path}/.git is neither a folder nor a file: remove it, {COPY}"


@pytest.mark.parametrize("content", [b"", b"gitdir", b"../private/.git", b"gitdir:x", b"\0gitdir: x", b"\xff" * 99])
def test_a_git_file_that_names_nothing(content, tmp_path):
    (tmp_path / ".git").write_bytes(content)
    assert "is a file that names no git folder (`gitdir: ...`): mend it" in refusal(tmp_path)


@pytest.mark.parametrize("named", [b"nowhere", b"/nowhere/else", b"", b"a\0b", b"\xff"])
def test_a_git_file_that_names_no_folder(named, tmp_path):
    (tmp_path / ".git").write_bytes(b"gitdir: " + named)
    told = refusal(tmp_path)
    assert "which is not there: mend it" in told or named == b""


def test_files_of_git_that_are_too_large(make):
    repository = make(files={"train.py": "x"})
    for name, most in {"config": 4 << 20, "index": 64 << 20, "packed-refs": 64 << 20}.items():
        place = repository.path / ".git" / name
        place.touch()
        size = place.stat().st_size
        os.truncate(place, most + 1)
        assert f".git/{name} is larger than {most >> 10:,} KiB: mend the repository" in refusal(repository.path)
        os.truncate(place, size)
    assert read(repository.path) == {"train.py": b"x"}


def test_it_is_looked_at_once_however_many_ways_lead_there(make):
    repository = make(files={"train.py": "x"})
    loop = repository.path / ".git/objects/info/alternates"
    loop.write_text("../objects\n.\n")
    assert read(repository.path, "main") == {"train.py": b"x"}
    folders = [repository.path / f"objects{number}" for number in range(20)]
    for folder in folders:
        (folder / "info").mkdir(parents=True)
    loop.write_text("".join(f"{folder}\n" for folder in folders))
    assert "is one alternate of more than 16: repack" in refusal(repository.path)


def test_own_and_common_folder(make, tmp_path):
    repository = make(files={"train.py": "x"})
    repository.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    git = f"{repository.path}/.git"
    found = git_folder(locate(str(tmp_path / "linked")))
    assert (found.own, found.common) == (f"{git}/worktrees/linked", git)
    found = git_folder(locate(str(repository.path)))
    assert (found.own, found.common) == (git, git)
