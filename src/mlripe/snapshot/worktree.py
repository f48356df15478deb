"""The work tree of a git repository: tracked files, and untracked ones that git does not ignore, as they are on disk.

Git LFS keeps pointers in git and may put the content on disk, in one clone and not in the next. So a tracked file that
a .gitattributes marks `filter=lfs` is read as git has it, from the index, never as what stands on disk.
"""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from mlripe.snapshot.base import MAX_FILES, SYMLINK, TOO_MANY, Entry, ReadFaults
from mlripe.snapshot.blobs import Blobs
from mlripe.snapshot.content import MAX_FILE
from mlripe.snapshot.disk import DiskSnapshot, Folder, mode_of, why
from mlripe.snapshot.git import Git, Run
from mlripe.snapshot.location import Location
from mlripe.snapshot.paths import GENERATED, TOO_LONG, display, fitting, improper, written

__all__ = ["LISTING", "Listing", "parsed", "work_tree"]

# One process for both kinds, told apart by the tag that -t puts before each: `H mode blob stage<TAB>path` and `? path`.
_GENERATED: Final = (f"--exclude={os.fsdecode(name)}/" for name in sorted(GENERATED))
LISTING: Final = ("ls-files", "-z", "-t", "-s", "-o", "--exclude-standard", *_GENERATED)
_LFS: Final = ("ls-files", "-z", "--", ":(attr:filter=lfs)")

_UNTRACKED: Final = b"?"
_SPARSE: Final = b"S"
_SUBMODULE: Final = "160000"


class Listing(Struct):
    """What git lists, by paths in bytes: mode and blob of tracked files; which of them a sparse checkout leaves out.

    `faults` are sentences for the report: what of the listing is left out.
    """

    tracked: dict[bytes, tuple[str, str]] = field(default_factory=dict)
    sparse: set[bytes] = field(default_factory=set)
    untracked: list[bytes] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add_tracked(self, tag: bytes, listed: bytes) -> None:
        meta, _, path = listed.partition(b"\t")
        mode, blob, _stage = meta.decode().split(" ")
        self.tracked[path] = mode, blob
        if tag == _SPARSE:
            self.sparse.add(path)


def parsed(listed: Run) -> Listing:
    """The output of `LISTING`: untracked files, then tracked ones; of either kind no more than `MAX_FILES` are kept."""
    listing = Listing()
    too_many = False
    for each in listed.fields():
        tag, rest = each[:1], each[2:]
        if len(listing.untracked if tag == _UNTRACKED else listing.tracked) == MAX_FILES:
            too_many = True
        elif tag == _UNTRACKED:
            listing.untracked.append(rest)
        else:
            listing.add_tracked(tag, rest)
    fit, listing.faults = fitting([*listing.tracked, *listing.untracked])
    if listing.faults:
        kept = set(fit)
        listing.tracked = {path: about for path, about in listing.tracked.items() if path in kept}
        listing.untracked = [path for path in listing.untracked if path in kept]
    listing.faults += [TOO_MANY] * too_many + [TOO_LONG] * listed.cut
    return listing


def work_tree(location: Location, git: Git, commit: str, listing: Listing) -> DiskSnapshot:
    """The snapshot of `location.folder`; `commit` is HEAD, on top of which the files may be changed."""
    found = _Found(Folder(os.fsencode(location.folder)))
    for raw in written([*listing.tracked, *listing.untracked]):
        if raw in listing.tracked:
            found.add_tracked(raw, listing.tracked[raw][0], raw in listing.sparse)
        else:
            found.add_untracked(raw)
    if found.left_out:
        found.read_faults.add("", f"leaves {found.left_out:,} files out of its sparse checkout; they are not read")
    found.read_faults.add_all("", listing.faults)
    pointers = _pointers(location, git, listing) if _uses_lfs(location, found) else {}
    kept = {
        path: replace(entry, size=None, blob=pointers[path]) for path, entry in found.files.items() if path in pointers
    }
    return DiskSnapshot(
        location.name,
        commit,
        found.folder,
        dict(sorted((found.files | kept).items())),
        found.read_faults,
        found.odd,
        frozenset(kept),
        Blobs(git) if kept else None,
        str(location.top),
    )


def _pointers(location: Location, git: Git, listing: Listing) -> dict[str, str]:
    """The paths that Git LFS keeps, with their blobs. Asked for at the top: below it git 2.39 overlooks some."""
    prefix = os.fsencode(f"{location.inner}/" if location.inner else "")
    with git.run(*_LFS) as marked:
        paths = [path.removeprefix(prefix) for path in marked.fields() if path.startswith(prefix)]
    return {display(path): listing.tracked[path][1] for path in paths if path in listing.tracked}


class _Found:
    """Collects what git listed, as far as it is there."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.files: dict[str, Entry] = {}
        self.odd: dict[str, bytes] = {}
        self.read_faults = ReadFaults()
        self.left_out = 0

    def add_tracked(self, raw: bytes, mode: str, sparse: bool) -> None:
        if mode == _SUBMODULE:
            self.read_faults.add(display(raw), "is a submodule; it is not read")
        elif self._add(raw, mode):
            return
        elif sparse:
            self.left_out += 1
        else:
            self.read_faults.add(display(raw), "is tracked by git and absent from disk; it is not read")

    def add_untracked(self, raw: bytes) -> None:
        if raw.endswith(b"/"):
            self.read_faults.add(display(raw.rstrip(b"/")), "is a git repository of its own; it is not read")
        else:
            self._add(raw, "")

    def _add(self, raw: bytes, tracked_as: str) -> bool:
        """Adds the file if it is there, as what it is there; `tracked_as` has the mode that Windows' disks lack."""
        path, fault = display(raw), improper(raw)
        try:
            status = None if fault else self.folder.status(raw)
        except OSError as error:
            status, fault = None, f"cannot be read: {why(error)}"
        if fault:
            self.read_faults.add(path, fault)
            return True
        mode = mode_of(status) if status is not None else ""
        if status is None or not mode:
            return False
        mode = SYMLINK if SYMLINK in (mode, tracked_as) else tracked_as or mode
        self.files[path] = Entry(path, mode, status.st_size, "")
        if path.encode() != raw:
            self.odd[path] = raw
        return True


def _uses_lfs(location: Location, found: _Found) -> bool:
    """Whether a .gitattributes in the folder, or above it in its repository, names Git LFS."""
    own = [found.odd.get(path) or path.encode() for path in found.files if path.rpartition("/")[2] == ".gitattributes"]
    above = location.folder.parents[: len(PurePath(location.inner).parts)]
    return any(_names_lfs(found.folder, raw) for raw in own) or any(
        _names_lfs(Folder(os.fsencode(folder)), b".gitattributes") for folder in above
    )


def _names_lfs(folder: Folder, raw: bytes) -> bool:
    status = folder.status(raw)
    if status is None or mode_of(status) in ("", SYMLINK):
        return False
    content = folder.read(raw, status.st_size, MAX_FILE)
    return isinstance(content, bytes) and b"filter=lfs" in content
