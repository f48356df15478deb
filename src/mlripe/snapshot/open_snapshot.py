"""From a path, and perhaps a revision, to the snapshot that fits; or to the sentence that says why there is none."""

from __future__ import annotations

import os
from typing import Final

from mlripe.snapshot.base import Snapshot, SnapshotError
from mlripe.snapshot.folder import plain_folder
from mlripe.snapshot.git import Git, GitFailure, Run, unreadable
from mlripe.snapshot.git_folder import git_folder
from mlripe.snapshot.index import LISTING as STAGED
from mlripe.snapshot.index import index, index_file
from mlripe.snapshot.location import Location, locate
from mlripe.snapshot.revision import revision
from mlripe.snapshot.worktree import LISTING, parsed, work_tree

__all__ = ["common_ancestor", "git_of", "open_snapshot"]

# what git says of a word that names no commit here: any, `@{u}`, `v1@{u}`, `HEAD@{9}`
NAMES_NONE: Final = (
    "Needed a single revision",
    "no upstream configured",
    "no such branch",
    "not point to a branch",
    "only has ",
)
WHOLE_HISTORY: Final = "get the whole history, with `git fetch --unshallow` or `fetch-depth: 0` in the checkout"


def open_snapshot(path: str | os.PathLike[str], rev: str | None = None, staged: bool = False) -> Snapshot:
    """The files at `path`: a folder, a git repository or a folder of one; with `rev`, those of that revision, with
    `staged`, those that are about to be committed.

    Raises SnapshotError where there is nothing that could be read. A folder that its repository ignores is a plain one.
    """
    if staged and rev is not None:
        raise SnapshotError("--staged and --rev ask for different files; give one of them")
    location = locate(os.fspath(path))
    if location.top is None:
        if rev is not None:
            fault = f"{location.folder} is in no git repository and so has no revision {rev!r}"
            raise SnapshotError(f"{fault}: leave out --rev or --against to read its files")
        if staged:
            fault = f"{location.folder} is in no git repository and so has nothing staged"
            raise SnapshotError(f"{fault}: leave out --staged to read its files")
        return plain_folder(os.fsencode(location.folder), location.name)
    git = git_of(location, staged)
    try:
        if staged:
            return _index(location, git)
        if rev is not None or location.bare:
            return revision(location, git, _commit(git, rev))
        return _work_tree(location, git)
    except GitFailure as failure:
        raise unreadable(git, str(failure)) from failure


def common_ancestor(path: str | os.PathLike[str], base: str, rev: str | None = None, commit: str = "") -> str:
    """The commit at which `rev` (None: HEAD) and `base` went apart, to compare with; `commit` is the full id that
    `rev` names, where it is known. Raises SnapshotError.
    """
    named = rev or "HEAD"
    if commit and base == named:
        return commit
    location = locate(os.fspath(path))
    if location.top is None:
        raise SnapshotError(
            f"{location.folder} is in no git repository and so has no revision {base!r} to compare with"
        )
    git = git_of(location)
    try:
        theirs, ours = _commit(git, base), commit or _commit(git, rev)
        if theirs == ours:
            return ours
        with git.run("merge-base", theirs, ours) as asked:
            try:
                return asked.text()
            except GitFailure as failure:
                if failure.code != 1:
                    raise
                fault = f"{base!r} and {named} have no commit in common here"
                remedy = WHOLE_HISTORY if _is_shallow(git) else "choose a branch, tag or commit of the same history"
                raise SnapshotError(f"{fault}: {remedy}") from None
    except GitFailure as failure:
        raise unreadable(git, str(failure)) from failure


def git_of(location: Location, staged: bool = False) -> Git:
    """git on the repository that `location` is in; `staged`: with the index of the commit that is being made.

    Raises SnapshotError where its git folder is not its own.
    """
    folder = git_folder(location)
    common = folder.common if folder.common != folder.own else ""
    return Git(folder.own, str(location.top), index_file() if staged else "", common)


def _index(location: Location, git: Git) -> Snapshot:
    if location.bare:
        raise SnapshotError(f"{location.top} is a bare repository and so has nothing staged: leave out --staged")
    with git.run(*_verify("HEAD")) as head, git.run(*STAGED, inside=str(location.folder)) as listing:
        return index(location, _said(head), git, listing)


def _work_tree(location: Location, git: Git) -> Snapshot:
    """Both questions are put to git at once: starting it is most of what a small repository takes."""
    with git.run(*_verify("HEAD")) as head, git.run(*LISTING, inside=str(location.folder)) as listed:
        listing = parsed(listed)
        try:
            commit = head.text()
        except GitFailure:
            raise _without_head(git) from None
    if location.inner and not listing.tracked and not listing.untracked:
        return plain_folder(os.fsencode(location.folder), location.name)
    return work_tree(location, git, commit, listing)


def _commit(git: Git, rev: str | None) -> str:
    """The full id of the commit that `rev` (None: HEAD) names."""
    if rev is not None and "\0" in rev:  # which no program can be given as an argument
        raise _unknown(git, rev)
    commit = _answer(git, *_verify("HEAD" if rev is None else rev))
    if commit:
        return commit
    if rev is not None and (_first_ref(git) or _answer(git, *_verify("HEAD"))):
        raise _unknown(git, rev)
    raise _without_head(git)


def _verify(rev: str) -> tuple[str, ...]:
    return ("rev-parse", "--verify", "--end-of-options", f"{rev}^{{commit}}")


def _answer(git: Git, *arguments: str) -> str:
    """One line from git, "" where it has no answer. Raises GitFailure where it cannot even open the repository."""
    with git.run(*arguments) as asked:
        return _said(asked)


def _said(asked: Run) -> str:
    try:
        return asked.text()
    except GitFailure as failure:
        if any(words in str(failure) for words in NAMES_NONE):
            return ""
        raise


def _is_shallow(git: Git) -> bool:
    return _answer(git, "rev-parse", "--is-shallow-repository") == "true"


def _first_ref(git: Git) -> str:
    return _answer(git, "for-each-ref", "--count=1", "--format=%(refname:short)")


def _without_head(git: Git) -> SnapshotError:
    """Why HEAD names no commit: it is damaged, or its branch has none, or the repository has none."""
    named = _answer(git, "rev-parse", "--verify", "HEAD")
    if named:
        return unreadable(git, f"HEAD names {named[:12]}, a commit that it does not have")
    with git.run("for-each-ref", "--count=1", "--format=%(refname:short)") as refs:
        first, damaged = refs.text(), refs.complaint()
    if damaged:
        return unreadable(git, damaged)
    if first:
        return SnapshotError(
            f"HEAD of {git.work_tree} names a branch without commits: choose one, such as --rev {first}"
        )
    remedy = "make a first commit, or audit a copy of the files without .git"
    return SnapshotError(f"the repository {git.work_tree} has no commits: {remedy}")


def _unknown(git: Git, rev: str) -> SnapshotError:
    remedy = "get it with `git fetch`, or choose one that `git branch -a`, `git tag` or `git log` lists"
    if not rev:
        remedy = "an empty word names none; write a branch, tag or commit, or leave the option out"
    elif _is_shallow(git):
        remedy = f"this clone holds the last commits alone; {WHOLE_HISTORY}"
    return SnapshotError(f"the repository {git.work_tree} has no revision {rev!r}: {remedy}")
