"""Links to the forge: which address each kind of remote stands for, what of it is never shown, which files get none."""

from __future__ import annotations

import subprocess

import pytest

from mlripe.snapshot import open_snapshot
from mlripe.snapshot.remote import pattern, permalink, remote_of, unlike_commit

C = "4c5b393aa0"

ADDRESSES = {
    # GitHub, and an enterprise's own
    "https://github.com/ada/churn.git": "https://github.com/ada/churn/blob/C/{path}?plain=1#L{line}",
    "https://github.com/ada/churn": "https://github.com/ada/churn/blob/C/{path}?plain=1#L{line}",
    "https://github.com/ada/churn/": "https://github.com/ada/churn/blob/C/{path}?plain=1#L{line}",
    "git@github.com:ada/churn.git": "https://github.com/ada/churn/blob/C/{path}?plain=1#L{line}",
    "ssh://git@github.com:22/ada/churn.git": "https://github.com/ada/churn/blob/C/{path}?plain=1#L{line}",
    "git://github.com/ada/churn.git": "https://github.com/ada/churn/blob/C/{path}?plain=1#L{line}",
    "https://GitHub.example.com:8443/ada/churn": "https://github.example.com:8443/ada/churn/blob/C/{path}?plain=1#L{line}",
    # GitLab, with groups in groups
    "git@gitlab.com:ml/teams/churn.git": "https://gitlab.com/ml/teams/churn/-/blob/C/{path}#L{line}",
    "http://gitlab.local:80/ml/churn.git": "http://gitlab.local/ml/churn/-/blob/C/{path}#L{line}",
    "ssh://git@gitlab.example.org:2222/ml/churn.git": "https://gitlab.example.org/ml/churn/-/blob/C/{path}#L{line}",
    # Bitbucket in the cloud, and of one's own
    "git@bitbucket.org:ada/churn.git": "https://bitbucket.org/ada/churn/src/C/{path}#lines-{line}",
    "https://bitbucket.example.org/scm/ML/churn.git": "https://bitbucket.example.org/projects/ML/repos/churn/browse/{path}?at=C#{line}",
    "ssh://git@bitbucket.example.org:7999/~ada/churn.git": "https://bitbucket.example.org/users/ada/repos/churn/browse/{path}?at=C#{line}",
    # Azure DevOps
    "https://dev.azure.com/org/Our%20Project/_git/churn": "https://dev.azure.com/org/Our%20Project/_git/churn?path=/{path}&version=GCC&line={line}&lineEnd={line}&lineStartColumn=1&lineEndColumn=1",
    "git@ssh.dev.azure.com:v3/org/project/churn": "https://dev.azure.com/org/project/_git/churn?path=/{path}&version=GCC&line={line}&lineEnd={line}&lineStartColumn=1&lineEndColumn=1",
    "https://org.visualstudio.com/project/_git/churn": "https://org.visualstudio.com/project/_git/churn?path=/{path}&version=GCC&line={line}&lineEnd={line}&lineStartColumn=1&lineEndColumn=1",
    # Gitea and Forgejo
    "https://codeberg.org/ada/churn.git": "https://codeberg.org/ada/churn/src/commit/C/{path}#L{line}",
    "ssh://git@gitea.example.org:222/ada/churn.git": "https://gitea.example.org/ada/churn/src/commit/C/{path}#L{line}",
}


@pytest.mark.parametrize(("url", "wanted"), ADDRESSES.items())
def test_every_forge_has_its_own_address(url: str, wanted: str) -> None:
    remote = remote_of(url)
    assert remote is not None
    assert pattern(remote, "C") == wanted


@pytest.mark.parametrize(
    "url",
    [
        "https://ada:s3cret@github.com/ada/churn.git",
        "https://s3cret@github.com/ada/churn.git",
        "https://oauth2:s3cret@github.com/ada/churn.git?access_token=s3cret#s3cret",
        "ssh://s3cret@github.com/ada/churn.git",
        "s3cret@github.com:ada/churn.git",
    ],
)
def test_credentials_are_never_shown(url: str) -> None:
    remote = remote_of(url)
    assert remote is not None
    assert "s3cret" not in repr(remote)
    assert pattern(remote, C).startswith(f"https://github.com/ada/churn/blob/{C}/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/srv/git/churn.git",
        "../churn",
        "file:///srv/github.com/ada/churn.git",
        "ext::sh -c touch% canary",
        "javascript://github.com/%0aalert(1)",
        "https://github.com",
        "https://github.com/ada",
        "https://example.org/ada/churn.git",
        "https://github.com:port/ada/churn",
        "https://github.com/../ada/churn",
        "https://github.com/ada/%2e%2e/churn",
        "https://github.com/a%00b/churn",
        'https://github.com"onclick="x/ada/churn',
        "https://[::1/ada/churn",
        "gh:ada/churn",
        "https://github.com/" + "a/" * 5000,
    ],
)
def test_what_is_no_address_of_a_forge_gives_no_link(url: str) -> None:
    remote = remote_of(url)
    assert remote is None or pattern(remote, C) == ""


def test_what_a_path_may_hold_stays_in_its_place() -> None:
    remote = remote_of('https://github.com/ada/{path}"<b>')
    assert remote is not None
    assert pattern(remote, C) == f"https://github.com/ada/%7Bpath%7D%22%3Cb%3E/blob/{C}/{{path}}?plain=1#L{{line}}"


def test_a_repository_names_its_forge(make) -> None:
    repository = make(files={"train.py": "x = 1\n", "sub/a b.py": "y = 2\n"})
    commit = repository.git("rev-parse", "HEAD")
    assert permalink(repository.path, commit) == ""
    repository.git("remote", "add", "origin", "git@github.com:ada/churn.git")
    where = f"https://github.com/ada/churn/blob/{commit}"
    assert permalink(repository.path, commit) == f"{where}/{{path}}?plain=1#L{{line}}"
    assert permalink(repository.path / "sub", commit) == f"{where}/sub/{{path}}?plain=1#L{{line}}"


def test_a_plain_folder_names_none(tmp_path) -> None:
    assert permalink(tmp_path, "") == ""


def test_files_that_are_not_the_commits(make) -> None:
    """A changed file and a new one get no link; line ends that git may have turned make no difference."""
    repository = make(files={"same.py": "x = 1\n", "changed.py": "x = 1\n", "ends.py": "x = 1\ny = 2\n"})
    repository.write({"changed.py": "\n\nx = 1\n", "new.py": "x = 1\n", "ends.py": "x = 1\r\ny = 2\r\n"})
    asked = ["same.py", "changed.py", "ends.py", "new.py", "absent.py"]
    with open_snapshot(repository.path) as tree:
        assert unlike_commit(repository.path, tree, asked) == {"changed.py", "new.py", "absent.py"}
    with open_snapshot(repository.path, "HEAD") as revision:
        assert unlike_commit(repository.path, revision, asked) == {"new.py", "absent.py"}


def test_files_of_a_folder_of_a_repository(make) -> None:
    repository = make(files={"sub/a.py": "x = 1\n", "sub/b.py": "x = 1\n"})
    repository.write({"sub/b.py": "x = 2\n", "other/c.py": "x = 1\n"})
    with open_snapshot(repository.path / "sub") as tree:
        assert unlike_commit(repository.path / "sub", tree, ["a.py", "b.py"]) == {"b.py"}
    with open_snapshot(repository.path / "other") as tree:
        assert unlike_commit(repository.path / "other", tree, ["c.py"]) == {"c.py"}


def test_asking_for_the_remote_runs_nothing(make, tmp_path) -> None:
    """Every key that could start a program when git reads its configuration, prints it, or looks for what it includes."""
    canary, trap = tmp_path / "canary", tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\n/bin/echo caught >> {canary}\nexec /bin/cat\n")
    trap.chmod(0o755)
    repository = make(files={"train.py": "x = 1\n", ".gitattributes": "*.py filter=evil diff=evil\n"})
    config = repository.path / ".git" / "config"
    keys = f"pager = {trap}\n\teditor = {trap}\n\tfsmonitor = {trap}\n\tsshCommand = {trap}\n\taskPass = {trap}"
    traps = (
        f"\n[core]\n\t{keys}\n[pager]\n\tconfig = {trap}\n[alias]\n\tconfig = !{trap}\n[credential]\n\thelper = {trap}\n"
        f'[filter "evil"]\n\tclean = {trap}\n\tsmudge = {trap}\n\tprocess = {trap}\n[diff "evil"]\n\ttextconv = {trap}\n'
        f'[remote "origin"]\n\turl = https://github.com/ada/churn.git\n\tuploadpack = {trap}\n\tvcs = evil\n'
        f'[includeIf "hasconfig:remote.*.url:https://**"]\n\tpath = {tmp_path}/more\n[include]\n\tpath = {tmp_path}/more\n'
    )
    (tmp_path / "more").write_text(f"[core]\n\tpager = {trap}\n[sequence]\n\teditor = {trap}\n")
    config.write_text(config.read_text() + traps)
    subprocess.run(["git", "-C", repository.path, "diff", "HEAD"], capture_output=True, check=False)
    repository.write({"train.py": "x = 2\n"})
    subprocess.run(["git", "-C", repository.path, "status"], capture_output=True, check=False)
    assert canary.exists()  # git without care falls into them
    canary.unlink()
    assert permalink(repository.path, C).startswith("https://github.com/ada/churn/")
    with open_snapshot(repository.path) as tree:
        assert unlike_commit(repository.path, tree, ["train.py"]) == {"train.py"}
    assert not canary.exists()
