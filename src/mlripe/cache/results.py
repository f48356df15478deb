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

__all__ = ["MOST_BYTES", "NAME", "Results", "count_of"]

NAME: Final = "files.sqlite3"
MOST_BYTES: Final = 256 << 20  # of the file, beyond which the half that was used the longest ago is removed
MOST_BYTES_OF_ONE: Final = 2 << 20  # of the results of one file
OLDEST: Final = 30  # days
_DAY: Final = 24 * 3600
_WAIT: Final = 0.25  # seconds for another process that writes
_KEY_SIZE: Final = 20
_SEAL_SIZE: Final = 16
_FORMAT: Final = 1
_ENDINGS: Final = ("", "-wal", "-shm")  # of the files that SQLite makes
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
        """Keeps what was made since, and of all only the newest; the file is closed until more is asked."""
        new = [(key, memory) for key, memory in self._asked.items() if memory.changed]
        connection = self._connection
        if connection is None:
            return
        try:
            if new or self._old:
                self._write(connection, _encoded(new, self._today))
                self._tidy(connection)
        except _faults() as error:
            if _is_foreign(error):
                self._remove()
        finally:
            self._close()
            self._asked.clear()
            self._old.clear()

    def _write(self, connection: sqlite3.Connection, rows: list[tuple[bytes, int, bytes, bytes]]) -> None:
        used = [(self._today, key) for key in self._old]
        connection.execute("begin immediate")
        connection.executemany("insert or replace into results values (?, ?, ?, ?)", rows)
        connection.executemany("update results set day = ? where key = ?", used)
        connection.execute("commit")

    def count(self) -> int:
        """How many rows there are."""
        try:
            return (
                int(self._connection.execute("select count(*) from results").fetchone()[0]) if self._connection else 0
            )
        except _faults():
            return 0
        finally:
            self._close()

    def _close(self) -> None:
        """Closes the file; it is opened again where more is asked."""
        if self._connection is not None:
            self._connection.close()
            del self._connection

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
        except msgspec.DecodeError:
            return None
        except _faults():
            return None

    @cached_property
    def _connection(self) -> sqlite3.Connection | None:
        """The open file, begun anew where it is no such file; None where there can be none."""
        for _ in range(2):
            try:
                return self._opened()
            except _faults() as error:
                if not _is_foreign(error):
                    return None
                self._remove()
        return None

    def _remove(self) -> None:
        """Removes the file, so that it is begun anew."""
        for ending in _ENDINGS:
            with suppress(OSError):
                os.unlink(f"{self._place}{ending}")

    def _opened(self) -> sqlite3.Connection | None:
        import sqlite3

        folder = self._place.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = os.path.lexists(self._place)
        if not is_own(folder) or (there and not (is_own(self._place) and self._place.is_file())):
            return None
        if not there:
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


def _encoded(memories: list[tuple[bytes, FileMemory]], day: int) -> list[tuple[bytes, int, bytes, bytes]]:
    rows = ((key, memory.encoded()) for key, memory in memories)
    return [(key, day, _seal(key, data), data) for key, data in rows if len(data) <= MOST_BYTES_OF_ONE]


def _seal(key: bytes, data: bytes) -> bytes:
    """What shows that data is as it was kept, and under this name."""
    return blake2b(data, digest_size=_SEAL_SIZE, key=key).digest()


def _faults() -> tuple[type[Exception], ...]:
    """What SQLite and the disk may answer: then there is no memory."""
    import sqlite3

    return sqlite3.Error, OSError, ValueError, OverflowError


def _is_foreign(error: Exception) -> bool:
    """Whether the file is no database of ours, rather than one that is busy or cannot be written."""
    import sqlite3

    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def count_of(folder: Path) -> int:
    """How many contents of files are known in a folder."""
    if not (folder / NAME).is_file():
        return 0
    return Results(folder, "").count()
