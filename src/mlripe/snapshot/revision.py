"""Files as git's objects have them, listed and read without a checkout: those of a commit, or of the index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final, TypeVar

from mlripe.read_fault import ReadFault
from mlripe.snapshot.base import (
    ABSENT,
    MAX_FILES,
    MISSING,
    SYMLINK,
    TOO_MANY,
    Closing,
    Entry,
    ReadFaults,
    SnapshotError,
)
from mlripe.snapshot.blobs import Blobs, Request
from mlripe.snapshot.content import limit_of, normalised, too_large
from mlripe.snapshot.git import Git, GitFailure
from mlripe.snapshot.location import Location
from mlripe.snapshot.paths import TOO_LONG, display, fitting, improper, written

__all__ = ["RevisionSnapshot", "bounded", "revision"]

Listed = TypeVar("Listed")

_BLOB: Final = b"blob"


@dataclass(frozen=True)
class RevisionSnapshot(Closing):
    """The files of one commit, or of what is about to be one; `sized` gives those of `found` their sizes."""

    name: str
    top: str
    commit: str
    found: Mapping[str, Entry]
    met: ReadFaults
    blobs: Blobs
    sized: Callable[[Mapping[str, Entry]], Mapping[str, Entry]] | None = None

    @cached_property
    def files(self) -> Mapping[str, Entry]:
        return self.sized(self.found) if self.sized is not None else self.found

    @property
    def read_faults(self) -> tuple[ReadFault, ...]:
        return self.met.sorted()

    def entries(self) -> Mapping[str, Entry]:
        return self.files

    def listed(self) -> Mapping[str, Entry]:
        return self.found

    def read(self, path: str) -> bytes | None:
        return next((content for _, content in self.read_many([path])), None)

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        asked: list[str] = []  # those that git was asked for and has not answered yet: never more than a window
        answers = self.blobs.read_many(self._requests(paths, asked))
        for content in answers:
            path = asked.pop(0)
            if isinstance(content, bytes):
                yield path, normalised(content)
            else:
                self.met.add(path, content.says)

    def _requests(self, paths: Iterable[str], asked: list[str]) -> Iterator[Request]:
        for path in paths:
            entry = self.files.get(path)
            limit = limit_of(path)
            if entry is None:
                self.met.add(path, ABSENT)
            elif entry.mode == SYMLINK:
                continue
            elif entry.size is None:
                self.met.add(path, MISSING)
            elif entry.size > limit:
                self.met.add(path, too_large(limit))
            else:
                asked.append(path)
                yield Request(entry.blob, limit, entry.size)

    def close(self) -> None:
        self.blobs.close()


def revision(location: Location, git: Git, commit: str) -> RevisionSnapshot:
    """The snapshot of a commit, given by its full id; of `location.inner` only. Raises SnapshotError, GitFailure."""
    read_faults, files = ReadFaults(), dict[str, Entry]()
    listed = _listed(location, git, commit, read_faults)
    for raw in written(listed):
        mode, kind, blob, size = listed[raw].split()
        path, fault = display(raw), improper(raw)
        if fault:
            read_faults.add(path, fault)
        elif kind != _BLOB:
            read_faults.add(path, "is a submodule; it is not read")
        else:
            known = int(size) if size.isdigit() else None  # git writes BAD for a blob that it does not have
            files[path] = Entry(path, mode.decode(), known, blob.decode())
    return RevisionSnapshot(
        location.name, str(location.top), commit, dict(sorted(files.items())), read_faults, Blobs(git)
    )


def _listed(location: Location, git: Git, commit: str, read_faults: ReadFaults) -> dict[bytes, bytes]:
    """What git says of each path (`mode kind blob size`), as far as there is room for it."""
    tree = f"{commit}:{location.inner}" if location.inner else commit
    listed: dict[bytes, bytes] = {}
    try:
        with git.run("ls-tree", "-r", "-z", "-l", "--full-tree", tree) as listing:
            for line in islice(listing.fields(), MAX_FILES + 1):
                about, _, path = line.partition(b"\t")
                listed[path] = about
    except GitFailure as failure:
        if location.inner and "Not a valid object name" in str(failure):
            raise SnapshotError(_no_folder(location, commit)) from None
        raise
    return bounded(listed, MAX_FILES, listing.cut, read_faults)


def bounded(listed: dict[bytes, Listed], most: int, cut: bool, read_faults: ReadFaults) -> dict[bytes, Listed]:
    """Those of the listed paths that there is room for, `most` at most; `read_faults` get what is left out.

    The listing has one path more where there are more, and is `cut` where it was not read to its end.
    """
    if len(listed) > most:
        listed.popitem()
        read_faults.add("", TOO_MANY)
    fit, faults = fitting(listed)
    read_faults.add_all("", [*faults, TOO_LONG] if cut else faults)
    return {path: listed[path] for path in fit} if faults else listed


def _no_folder(location: Location, commit: str) -> str:
    return f"there is no folder {location.inner} at revision {commit[:12]} of {location.top}: choose one that has it"
