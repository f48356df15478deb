"""Where a checkout's git folder lies, and whether all that git will read in it is the repository's own.

Whoever packs a folder with a `.git` in it decides what git reads: that `.git` may be a file or a link that names
somebody else's repository, its `commondir` or a link inside it may lead there, and a FIFO or an endless device may
stand in the place of a file. So all of this is looked at before git is started. What leads out of the
checkout counts where the place that it leads to names the checkout back, as git itself writes it: the git folder of a
linked worktree (`gitdir`), that of a submodule (`core.worktree`). `git init --separate-git-dir` leaves no such note.
There the user has to name the place, in `MLRIPE_GIT_FOLDERS`; or git does, which tells the hooks that it runs of the
git folder, in `GIT_DIR`.

Objects may be borrowed from anywhere (`git clone --shared`, `--reference`, the mirrors of CI runners): an object is
read by its id alone, which names its content, so that nobody reads there what they could not name before.

What configuration files include is not looked at: checkouts in CI keep their credentials in files elsewhere that way.
git reads such a file as configuration, and nothing of it gets into a report.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from mlripe.files import lies_in, read_regular
from mlripe.snapshot.base import SnapshotError
from mlripe.snapshot.disk import why
from mlripe.snapshot.git import Git, GitFailure
from mlripe.snapshot.location import Location

__all__ = ["TRUSTED", "GitFolder", "git_folder"]

TRUSTED: Final = "MLRIPE_GIT_FOLDERS"  # names folders outside of the checkout that its git folder may lead to
MIB: Final = 1 << 20

# The files that git may read, and the largest of each that it may get to read: it holds these in memory, or maps them.
# In lower case: there are file systems where `HEAD` is `head`.
_FILES: Final = {
    "head": MIB,
    "commondir": MIB,
    "config": 4 * MIB,
    "config.worktree": 4 * MIB,
    "gitdir": MIB,
    "index": 64 * MIB,
    "packed-refs": 64 * MIB,
    "shallow": 16 * MIB,
}
_INFO: Final = {"attributes": MIB, "exclude": MIB, "grafts": MIB, "sparse-checkout": 16 * MIB}
_FOLDERS: Final = ("info", "logs", "objects", "refs", "reftable")
_SMALL: Final = 64 << 10  # bytes of a file that names another place
_MOST_ALTERNATES: Final = 16
_COPY: Final = "or audit a copy of the files without .git"


class GitFolder(Struct, frozen=True):
    """`own` has the checkout's HEAD and index; `common` objects, refs and configuration: another one in a linked
    worktree only. Both are absolute, without links.
    """

    own: str
    common: str


def git_folder(location: Location) -> GitFolder:
    """The git folder of the repository that `location` is in. Raises SnapshotError where it is not its own."""
    assert location.top is not None
    top = str(location.top)
    own = top if location.bare else _own(top)
    common = _common(own, top)
    _Look(top, own, common).all()
    return GitFolder(own, common)


# --- where it lies ---------------------------------------------------------------------------------------------------


def _own(top: str) -> str:
    """The folder that `.git` is, or leads to."""
    place = os.path.join(top, ".git")
    mode = _mode(place)
    if stat.S_ISDIR(mode):
        return place
    if stat.S_ISLNK(mode):
        own = os.path.realpath(place)
    elif stat.S_ISREG(mode):
        words = _small(place).rstrip("\r\n")
        if not words.startswith("gitdir: "):
            raise SnapshotError(f"{place} is a file that names no git folder (`gitdir: ...`): mend it, {_COPY}")
        own = os.path.realpath(os.path.join(top, words.removeprefix("gitdir: ")))
    else:
        raise SnapshotError(f"{place} is neither a folder nor a file: remove it, {_COPY}")
    if not os.path.isdir(own):
        raise SnapshotError(f"{place} names the git folder {own}, which is not there: mend it, {_COPY}")
    if not (lies_in(own, top, *_trusted()) or own == _told_by_git() or _names_back(own, top)):
        remedy = f"if it is this checkout's own, say so with {TRUSTED}={own} in the environment"
        if _small_or_none(os.path.join(own, "commondir")):
            remedy = "if it is a worktree that was moved, run `git worktree repair` in it"
        raise SnapshotError(f"{place} leads to {own}, which does not name this checkout back: {remedy}, {_COPY}")
    return own


def _common(own: str, top: str) -> str:
    """The folder that a linked worktree shares with the repository it belongs to; `own` for all others."""
    place = os.path.join(own, "commondir")
    words = _small_or_none(place)
    if words is None:
        return own
    common = os.path.realpath(os.path.join(own, words.rstrip("\r\n")))
    # what git made lies inside of what it belongs to; the checkout cannot have put it there
    made_by_git = os.path.dirname(own) == os.path.join(common, "worktrees") and not lies_in(own, top)
    if not (made_by_git or lies_in(common, top, own, *_trusted())):
        remedy = f"if it is this checkout's own, say so with {TRUSTED}={common} in the environment"
        raise SnapshotError(f"{place} leads to {common}, another repository: {remedy}, {_COPY}")
    return common


def _names_back(own: str, top: str) -> bool:
    """Whether a git folder is one that git made for this checkout: of a linked worktree, or of a submodule."""
    back = _small_or_none(os.path.join(own, "gitdir"))
    if back is not None:
        named = os.path.join(own, back.rstrip("\r\n"))
        return os.path.basename(named) == ".git" and _is_same(os.path.dirname(named), top)
    return any(_is_same(os.path.join(own, named), top) for named in _work_trees(own, top))


def _work_trees(own: str, top: str) -> Iterator[str]:
    """What the configuration of a git folder names as its checkout."""
    for name in ("config.worktree", "config"):
        file = os.path.join(own, name)
        _check_file(file, _FILES[name])
        if os.path.exists(file):
            try:
                with Git(own, top).run("config", "--file", file, "--no-includes", "--get", "core.worktree") as asked:
                    yield asked.text()
            except GitFailure:  # it names none
                continue


def _trusted() -> Iterator[str]:
    """The folders outside of the checkout that the user lets its git folder lead to."""
    named = os.environ.get(TRUSTED, "").split(os.pathsep)
    return (os.path.realpath(folder) for folder in named if os.path.isabs(folder))


def _told_by_git() -> str:
    """The git folder of the commit that is being made, "" outside of git's hooks."""
    named = os.environ.get("GIT_DIR", "")
    return os.path.realpath(named) if named else ""


# --- what it is made of ----------------------------------------------------------------------------------------------


class _Look:
    """Looks at everything in a git folder that git reads: it is a file or a folder, and lies where it may.

    Names are looked at, and small files that name another place; of objects and refs themselves only what they are.
    """

    def __init__(self, top: str, own: str, common: str) -> None:
        self._own, self._common = own, common
        self._may = (top, own, common, *_trusted())
        self._alternates: set[str] = set()

    def all(self) -> None:
        """Raises SnapshotError at the first thing that is not as it may be."""
        for folder in dict.fromkeys((self._own, self._common)):
            self._entries(folder, _FILES)
            self._entries(os.path.join(folder, "info"), _INFO)
            for name in ("refs", "logs"):
                self._entries(os.path.join(folder, name))
        self._objects(os.path.join(self._common, "objects"))
        self._head()

    def _entries(self, folder: str, sizes: dict[str, int] | None = None) -> list[str]:
        """Looks at what the folder holds; with `sizes`, only at what git reads of it. Gives the folders in it."""
        folders: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    name = entry.name.lower()
                    if sizes is None or name in sizes or _may_be_read(name):
                        self._entry(entry, _largest(name, sizes or {}))
                        if entry.is_dir():
                            folders.append(entry.path)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise SnapshotError(f"{folder} cannot be read ({why(error)}): mend the repository, {_COPY}") from error
        return folders

    def _entry(self, entry: os.DirEntry[str], most: int) -> None:
        if most or not (entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)):
            _check_file(entry.path, most)
        if entry.is_symlink():
            target = os.path.realpath(entry.path)
            if not lies_in(target, *self._may):
                remedy = f"replace it by what it leads to, name that in {TRUSTED} in the environment"
                raise SnapshotError(f"{entry.path} leads out of the repository, to {target}: {remedy}, {_COPY}")

    def _objects(self, objects: str) -> None:
        """The folder of objects, and those that it borrows from."""
        if objects in self._alternates:
            return
        self._alternates.add(objects)
        if len(self._alternates) > _MOST_ALTERNATES:
            raise SnapshotError(f"{objects} is one alternate of more than {_MOST_ALTERNATES}: repack, {_COPY}")
        for folder in self._entries(objects):
            self._entries(folder)
        place = os.path.join(objects, "info", "alternates")
        for line in (_small_or_none(place) or "").split("\n"):
            if line.startswith('"'):
                raise SnapshotError(f"{place} has a path in quotes: write it without, {_COPY}")
            # git takes the dots out first, and only then follows links
            target = os.path.realpath(os.path.normpath(os.path.join(objects, line)))
            if not line or line.startswith("#") or not os.path.isdir(target):
                continue
            self._may = (*self._may, target)
            self._objects(target)

    def _head(self) -> None:
        """The ref that HEAD names, which every question asks for."""
        name = (_small_or_none(os.path.join(self._own, "HEAD")) or "").strip()
        if name.startswith("ref: refs/"):
            _check_file(os.path.join(self._common, name.removeprefix("ref: ")), 0)


def _largest(name: str, sizes: dict[str, int]) -> int:
    """The most bytes that a file of git may have, 0 where it reads no more of it than it needs."""
    return sizes.get("index" if name.startswith("sharedindex.") else name, 0)


def _may_be_read(name: str) -> bool:
    return name in _FOLDERS or name.endswith("head") or name.startswith("sharedindex.")


def _check_file(path: str, most: int) -> None:
    """Raises SnapshotError where there is something that is no regular file, or one of more than `most` bytes."""
    try:
        status = os.stat(path)
    except OSError:
        return
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise SnapshotError(f"{path} is no regular file, and git would not come to its end: remove it, {_COPY}")
    if most and status.st_size > most:
        raise SnapshotError(f"{path} is larger than {most >> 10:,} KiB: mend the repository, {_COPY}")


# --- small questions -------------------------------------------------------------------------------------------------


def _mode(path: str) -> int:
    try:
        return os.lstat(path).st_mode
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read ({why(error)}): mend it, {_COPY}") from error


def _small(path: str) -> str:
    """The text of a file that names another place. Raises SnapshotError."""
    words = _small_or_none(path)
    if words is None:
        raise SnapshotError(f"{path} cannot be read: mend it, {_COPY}")
    return words


def _small_or_none(path: str) -> str | None:
    """The same; None where there is no such file. Raises SnapshotError where it is too large, or none to read.

    As git reads it: to the first NUL byte, which no path can hold.
    """
    _check_file(path, _SMALL)
    try:
        return os.fsdecode(read_regular(path, _SMALL).partition(b"\0")[0])
    except OSError as error:
        why(error)
        return None


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
