"""What a snapshot is, and what every kind of it shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Final, Protocol, Self

from msgspec import Struct

from mlripe.errors import UserError
from mlripe.read_fault import ReadFault

__all__ = [
    "ABSENT",
    "BROKEN",
    "FORGED",
    "GIVEN_UP",
    "MAX_FILES",
    "MISSING",
    "SYMLINK",
    "TOO_MANY",
    "Closing",
    "Entry",
    "ReadFaults",
    "Snapshot",
    "SnapshotError",
    "Unread",
    "is_whole",
]

SYMLINK: Final = "120000"
MAX_FILES: Final = 120_000  # of one listing; git can describe a tree of billions of files in a few kilobytes
TOO_MANY: Final = f"holds more than {MAX_FILES:,} files; those beyond are left out"
ABSENT: Final = "is not among the files"

# What may be otherwise the next time, with the same ids: a fetch brings what is missing, what is broken gets mended.
MISSING: Final = "has its content missing from this repository's objects; it is not read"
BROKEN: Final = "has content that git cannot read; it is not read"
GIVEN_UP: Final = "is not read: git takes longer over the contents than it may"
FORGED: Final = "has content that is not what its id in git says; it is not read"


class SnapshotError(UserError):
    """A repository that cannot be read at all; the message is one sentence that names it and the remedy."""


class Entry(Struct, frozen=True):
    """A file of the snapshot. `path` as `paths.display` gives it; `mode` as git writes it (100644, 100755, 120000).

    `size` is in bytes as stored, None where it is not known without reading. `blob` is git's object id of the content,
    "" where it is not known without reading (`content.blob_id` computes it).
    """

    path: str
    mode: str
    size: int | None
    blob: str


class Unread(Struct, frozen=True):
    """In the place of a file's bytes: why there are none, as a sentence for the report."""

    says: str


class Snapshot(Protocol):
    """A repository's files at one moment. `name` is the folder's; `commit` its full id, "" for a plain folder.

    `top` is the folder in which all of it lies, the repository or the plain folder; "" for files that lie nowhere.
    """

    @property
    def name(self) -> str: ...

    @property
    def top(self) -> str: ...

    @property
    def commit(self) -> str: ...

    @property
    def read_faults(self) -> tuple[ReadFault, ...]:
        """What could not be listed or read so far, sorted; each once, in whatever order files were asked for."""

    def entries(self) -> Mapping[str, Entry]:
        """Every file by its path, sorted."""

    def listed(self) -> Mapping[str, Entry]:
        """The same, perhaps without sizes where git would have to be asked for them: enough to tell files apart."""

    def read(self, path: str) -> bytes | None:
        """The file's content; None for a symlink, and where there is none: then a read fault says why."""

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Path and content, in the order of `paths`, without those that `read` gives None for; a few at a time."""

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Closing:
    """What closes itself at the end of a `with`, as every kind of snapshot does."""

    def close(self) -> None:
        """Nothing, where nothing is held open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_whole(snapshot: Snapshot) -> bool:
    """Whether all that was asked of the snapshot so far was there, so that the same ids give the same again."""
    if any(read_fault.says in (MISSING, BROKEN, GIVEN_UP, FORGED) for read_fault in snapshot.read_faults):
        return False
    return all(entry.size is not None for entry in snapshot.entries().values())


class ReadFaults:
    """The read faults of one snapshot: each kept once, told in an order that does not depend on who read what first."""

    def __init__(self) -> None:
        self._met: dict[ReadFault, None] = {}

    def add(self, path: str, says: str) -> None:
        self._met[ReadFault(path, says)] = None

    def add_all(self, path: str, sentences: Iterable[str]) -> None:
        for says in sentences:
            self.add(path, says)

    def sorted(self) -> tuple[ReadFault, ...]:
        return tuple(sorted(self._met, key=lambda read_fault: (read_fault.path, read_fault.says)))
