"""Where the forge shows a file of the commit that was read, by what the repository's configuration says of `origin`.

Only the address is taken from there, never what it may hold besides: a user, a password or a token are dropped before
anything is made of it. No network is asked, so a link leads nowhere until the commit is pushed.

A link must show what is spoken of. So a file of the work tree that is not as the commit has it gets none: its lines may
be others there, and a new file is not there at all. What is the same is found out by comparing the two contents as both
kinds of snapshot give them, since `git status` would run the repository's filters.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

from mlripe.lazy_regex import lazy_regex
from mlripe.snapshot.base import Snapshot, SnapshotError
from mlripe.snapshot.git import GitFailure
from mlripe.snapshot.location import Location, locate
from mlripe.snapshot.open_snapshot import git_of
from mlripe.snapshot.revision import revision

__all__ = ["Remote", "host_of", "pattern", "permalink", "remote_of", "unlike_commit"]

_HOST: Final = lazy_regex(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_SCP: Final = lazy_regex(r"(?:[^@/:]*@)?([A-Za-z0-9.-]+):(?!//)(.+)")  # git@host:owner/name.git
_WEB: Final = ("http", "https")
_OTHER: Final = ("ssh", "git+ssh", "ssh+git", "git")
_LONGEST: Final = 2000  # characters of an address


class Remote(Struct, frozen=True):
    """A repository on a forge: `site` is its `https://host[:port]`, `parts` the path there, decoded, without `.git`."""

    site: str
    host: str
    parts: tuple[str, ...]

    @property
    def base(self) -> str:
        """The address of the repository's page."""
        return "/".join((self.site, *(quote(part, safe="~") for part in self.parts)))


def permalink(path: str | os.PathLike[str], commit: str) -> str:
    """Where the forge shows a file of `commit`, with `{path}` (relative to the folder `path`) and `{line}` in it.

    "" where `path` is in no repository, has no origin, or that is on no forge that is known here.
    """
    location = locate(os.fspath(path))
    remote = _origin(location) if commit else None
    return pattern(remote, commit, location.inner) if remote else ""


def host_of(path: str | os.PathLike[str]) -> str:
    """The host of the forge that keeps the repository of a folder; "" where none is known."""
    remote = _origin(locate(os.fspath(path)))
    return remote.host if remote else ""


def _origin(location: Location) -> Remote | None:
    if location.top is None:
        return None
    try:
        with git_of(location).run("config", "--no-includes", "--get", "remote.origin.url") as asked:
            return remote_of(asked.text())
    except GitFailure:  # it has none
        return None


def unlike_commit(path: str | os.PathLike[str], snapshot: Snapshot, paths: Iterable[str]) -> frozenset[str]:
    """Those of the paths whose content in the snapshot is not what its commit has there."""
    wanted = sorted(set(paths))
    location = locate(os.fspath(path))
    if location.top is None or not snapshot.commit:
        return frozenset(wanted)
    try:
        with revision(location, git_of(location), snapshot.commit) as committed:
            known = committed.entries()
            there = committed.read_many(path for path in wanted if path in known)
            return frozenset(wanted) - {path for path, content in there if snapshot.read(path) == content}
    except (GitFailure, SnapshotError):  # the commit has not even the folder
        return frozenset(wanted)


# --- from what git has to what a browser takes -----------------------------------------------------------------------


def remote_of(url: str) -> Remote | None:
    """The repository behind a remote's URL (https, ssh, git, or `user@host:path`); None for what is no such URL."""
    if len(url) > _LONGEST or not url.isprintable():
        return None
    if (short := _SCP.fullmatch(url)) and "://" not in url:
        return _remote("https", short[1], None, short[2])
    try:
        split = urlsplit(url)
        host, port = split.hostname or "", split.port
    except ValueError:
        return None
    if split.scheme in _WEB:
        return _remote(split.scheme, host, port, split.path)
    return _remote("https", host, None, split.path) if split.scheme in _OTHER else None  # the port is that of ssh


def _remote(scheme: str, host: str, port: int | None, path: str) -> Remote | None:
    host = host.lower()
    parts = [unquote(part) for part in path.strip("/").split("/")]
    parts[-1] = parts[-1].removesuffix(".git")
    proper = all(part.isprintable() and part not in ("", ".", "..") and "/" not in part for part in parts)
    if not _HOST.fullmatch(host) or not proper:
        return None
    usual = port is None or port == {"http": 80, "https": 443}[scheme]
    return Remote(f"{scheme}://{host}" if usual else f"{scheme}://{host}:{port}", host, tuple(parts))


def pattern(remote: Remote, commit: str, inner: str = "") -> str:
    """The URL of a file on the remote's forge, told by its host; "" for one that is not known.

    `inner` is the folder of the repository that `{path}` is relative to.
    """
    labels = set(re.split(r"[.-]", remote.host))
    path = "/".join((*(quote(os.fsencode(part), safe="") for part in inner.split("/") if part), "{path}"))
    if azure := _azure(remote):
        return (
            f"{azure}?path=/{path}&version=GC{commit}&line={{line}}&lineEnd={{line}}&lineStartColumn=1&lineEndColumn=1"
        )
    if len(remote.parts) < 2:
        return ""
    if "github" in labels:  # plain: else a notebook or a page of prose is shown without its lines
        return f"{remote.base}/blob/{commit}/{path}?plain=1#L{{line}}"
    if "gitlab" in labels:
        return f"{remote.base}/-/blob/{commit}/{path}#L{{line}}"
    if remote.host == "bitbucket.org":
        return f"{remote.base}/src/{commit}/{path}#lines-{{line}}"
    if "bitbucket" in labels or "stash" in labels:
        return f"{_bitbucket_server(remote)}/browse/{path}?at={commit}#{{line}}"
    if remote.host == "codeberg.org" or labels & {"gitea", "forgejo"}:
        return f"{remote.base}/src/commit/{commit}/{path}#L{{line}}"
    return ""


def _azure(remote: Remote) -> str:
    """The page of a repository of Azure DevOps, `https://dev.azure.com/TEAM/PROJECT/_git/NAME`; "" for others."""
    parts = remote.parts
    over_ssh = remote.host == "ssh.dev.azure.com" or remote.host.endswith("vs-ssh.visualstudio.com")
    if over_ssh and len(parts) == 4 and parts[0] == "v3":
        organisation, project, name = (quote(part, safe="") for part in parts[1:])
        return f"https://dev.azure.com/{organisation}/{project}/_git/{name}"
    on_web = remote.host == "dev.azure.com" or remote.host.endswith(".visualstudio.com")
    return remote.base if on_web and "_git" in parts else ""


def _bitbucket_server(remote: Remote) -> str:
    """`HOST/projects/KEY/repos/NAME`, for the two ways to clone it: `HOST/scm/KEY/NAME.git` and `HOST/KEY/NAME.git`."""
    *before, key, name = remote.parts
    context = [quote(part, safe="~") for part in (before[:-1] if before[-1:] == ["scm"] else before)]
    owner = ("users", quote(key[1:], safe="")) if key.startswith("~") else ("projects", quote(key, safe=""))
    return "/".join((remote.site, *context, *owner, "repos", quote(name, safe="")))
