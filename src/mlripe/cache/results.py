"""Results of single files, kept in one SQLite file of the user's cache folder: what a reader gave, what a search found.

A row is named by a digest of the file's path, its content as it was read, and of all else that the results depend on:
mlripe's code, the catalogue, the version of Python. So what a repository holds can only speak for itself. A row that is
not as it was written is left out, and a file that SQLite cannot read is begun anew: nothing depends on it.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from mlripe.cache.folder import is_own
from mlripe.readers.memory import FileMemory

if TYPE_CHECKING:
    import sqlite3

__all__ = ["NAME", "Results"]

NAME: Final = "files.sqlite3"
MOST_BYTES: Final = 256 << 20  # of the file, beyond which the half that was used the longest ago is removed
MOST_BYTES_OF_ONE: Final = 2 << 20  # of the results of one file
OLDEST: Final = 30  # days
_DAY: Final = 24 * 3600
_WAIT: Final = 0.25  # seconds for another process that writes
_KEY_SIZE: Final = 20
_SEAL_SIZE: Final = 16
_FORMAT: Final = 1
_TABLE: Final = """
create table if not exists results (key blob primary key, day integer not null, seal blob not null, data blob not null)
"""


class Results:
    """A memory of files in a folder; what it is asked for depends on `context` as well."""

    def __init__(self, folder: Path, context: str) -> None:
        self._place = folder / NAME
        self._context = blake2b(context.encode("utf-8", "surrogatepass"), digest_size=32).digest()
        self._today = int(time.time()) // _DAY
        self._asked: dict[bytes, FileMemory] = {}
        self._old: list[bytes] = []  # rows that were last used on another day

    def about(self, path: str, content: bytes) -> FileMemory:
        """What is known of a file with this content."""
        key = self._key(path, content)
        known = self._asked.get(key)
        if known is None:
            known = self._asked[key] = self._read(key) or FileMemory()
        return known

    def save(self) -> None:
        """Keeps what was made since, and of all only the newest."""
        new = [(key, memory) for key, memory in self._asked.items() if memory.made]
        connection = self._connection
        if connection is None or not (new or self._old):
            return
        rows = [(key, self._today, _seal(key, data), data) for key, data in _encoded(new)]
        with suppress(*_faults()):
            connection.execute("begin immediate")
            connection.executemany("insert or replace into results values (?, ?, ?, ?)", rows)
            connection.executemany(
                "update results set day = ? where key = ?", [(self._today, key) for key in self._old]
            )
            connection.execute("commit")
            self._old = []
            self._tidy(connection)
        with suppress(*_faults()):
            if connection.in_transaction:
                connection.execute("rollback")

    def _key(self, path: str, content: bytes) -> bytes:
        named = blake2b(content, digest_size=_KEY_SIZE, key=self._context)
        named.update(b"\0" + path.encode("utf-8", "surrogatepass"))
        return named.digest()

    def _read(self, key: bytes) -> FileMemory | None:
        if self._connection is None:
            return None
        try:
            row = self._connection.execute("select day, seal, data from results where key = ?", (key,)).fetchone()
            if row is None:
                return None
            day, seal, data = row
            if not isinstance(data, bytes) or seal != _seal(key, data):
                return None
            if day != self._today:
                self._old.append(key)
            return FileMemory.decoded(data)
        except (*_faults(), msgspec.DecodeError):
            return None

    @cached_property
    def _connection(self) -> sqlite3.Connection | None:
        """The open file, begun anew where it is no such file; None where there can be none."""
        for _ in range(2):
            try:
                return self._opened()
            except _faults() as error:
                if not self._is_foreign(error):
                    return None
                for ending in ("", "-wal", "-shm"):
                    with suppress(OSError):
                        os.unlink(f"{self._place}{ending}")
        return None

    def _opened(self) -> sqlite3.Connection | None:
        import sqlite3

        folder = self._place.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_own(folder) or (os.path.lexists(self._place) and not is_own(self._place)):
            return None
        if not os.path.lexists(self._place):
            os.close(os.open(self._place, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self._place, timeout=_WAIT, isolation_level=None)
        try:
            connection.execute("pragma trusted_schema = off")
            if connection.execute("pragma user_version").fetchone()[0] == _FORMAT:
                return connection
            connection.execute("pragma auto_vacuum = incremental")
            connection.execute("pragma journal_mode = wal")
            connection.execute(_TABLE)
            connection.execute(f"pragma user_version = {_FORMAT}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _is_foreign(self, error: Exception) -> bool:
        """Whether the file is no database of ours, rather than one that is busy or cannot be written."""
        import sqlite3

        return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)

    def _tidy(self, connection: sqlite3.Connection) -> None:
        """Removes what is too old, and the half that was used the longest ago where all of it is too much."""
        connection.execute("delete from results where day < ?", (self._today - OLDEST,))
        pages, free, size = (
            connection.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        if (pages - free) * size > MOST_BYTES:
            connection.execute(
                "delete from results where rowid in "
                "(select rowid from results order by day, rowid limit (select count(*) / 2 from results))"
            )
        if free * size > MOST_BYTES // 8:
            connection.execute("pragma incremental_vacuum")


def _encoded(memories: list[tuple[bytes, FileMemory]]) -> list[tuple[bytes, bytes]]:
    rows = ((key, memory.encoded()) for key, memory in memories)
    return [(key, data) for key, data in rows if len(data) <= MOST_BYTES_OF_ONE]


def _seal(key: bytes, data: bytes) -> bytes:
    """What shows that data is as it was kept, and under this name."""
    return blake2b(data, digest_size=_SEAL_SIZE, key=key).digest()


def _faults() -> tuple[type[Exception], ...]:
    """What SQLite and the disk may answer: then there is no memory."""
    import sqlite3

    return sqlite3.Error, OSError, ValueError, OverflowError
