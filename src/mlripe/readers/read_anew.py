"""Files that are read under another name, or with other content, than they are committed with.

Two kinds of files say by neither name nor content what they are to readers: those of a template, which are what it
generates, and programs without an ending (`readers/templates`, `readers/python/unnamed_programs.py`). Each kind is a
`Reading`; `AsRead` shows a snapshot in that way, and names every place afterwards as it lies in the repository.
"""

from __future__ import annotations

import dataclasses
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from mlripe.lazy_regex import lazy_regex
from mlripe.read_fault import ReadFault
from mlripe.readers.formats.documents import text_of
from mlripe.snapshot import Entry, Snapshot
from mlripe.snapshot.base import SYMLINK, Closing

__all__ = ["AsRead", "Reading", "Rendered"]

_LARGEST: Final = 512 * 1024  # bytes of a file whose text is changed
_MOST_FILLED: Final = 8 * 1024 * 1024  # bytes of all of them

_TOLD: Final = ("says", "note")  # texts of a result that may name places
_PLACE: Final = lazy_regex(r"([\w./-]{0,1000}\w)(?::(\d+)\b)?")
_DIGITS: Final = 9  # of the number of a line

T = TypeVar("T")


class Rendered(Struct, frozen=True):
    """What the text of a file becomes, and the line of the file for each of its lines."""

    text: str
    lines: tuple[int, ...]


class Reading(ABC):
    """How some files of a repository are read. `generates`: they are a project that a template gives."""

    generates: ClassVar[bool] = False

    @abstractmethod
    def holds(self, path: str) -> bool:
        """Whether a file is one of them."""

    @abstractmethod
    def name_of(self, path: str) -> str:
        """The path that it is read under, with as many folders; "" where it is not to be read."""

    def filled(self, path: str, text: str) -> Rendered | None:
        """What its text becomes; None where it stays as it is."""
        return None


class AsRead(Closing):
    """A snapshot whose files are read anew: each by the first of the readings that holds it.

    `committed` gives the path in the repository of each such file by its path here, and `generated` those of templates.
    """

    def __init__(self, snapshot: Snapshot, readings: Sequence[Reading]) -> None:
        self._snapshot = snapshot
        self.name, self.top, self.commit = snapshot.name, snapshot.top, snapshot.commit
        self.committed: dict[str, str] = {}
        self._reading: dict[str, Reading] = {}
        self._entries: dict[str, Entry] = {}
        self._lines: dict[str, tuple[int, ...]] = {}
        self._filled = 0
        entries = snapshot.entries()
        for path, entry in entries.items():
            reading = next((each for each in readings if each.holds(path)), None)
            name = reading.name_of(path) if reading else path
            if reading and name and (name == path or name not in entries) and name not in self.committed:
                self.committed[name] = path
                self._reading[name] = reading
                self._entries[name] = replace(entry, path=name)
            elif name and name not in self._entries:
                self._entries[path] = entry
        self._entries = dict(sorted(self._entries.items()))
        self.generated = frozenset(path for path, reading in self._reading.items() if reading.generates)

    @property
    def read_faults(self) -> tuple[ReadFault, ...]:
        return self._snapshot.read_faults

    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def listed(self) -> Mapping[str, Entry]:
        return self._entries

    def read(self, path: str) -> bytes | None:
        content = self._snapshot.read(self.committed.get(path, path))
        return None if content is None else self._content(path, content)

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        asked = {self.committed.get(path, path): path for path in paths}
        for path, content in self._snapshot.read_many(asked):
            yield asked[path], self._content(asked[path], content)

    def close(self) -> None:
        self._snapshot.close()

    def _content(self, path: str, content: bytes) -> bytes:
        reading = self._reading.get(path)
        if reading is None or self._entries[path].mode == SYMLINK or b"\0" in content[:8192]:
            return content
        self._filled += len(content)
        if len(content) > _LARGEST or self._filled > _MOST_FILLED:
            return content
        filled = reading.filled(self.committed[path], text_of(content))
        if filled is None:
            return content
        self._lines[path] = filled.lines
        return filled.text.encode("utf-8", "replace")

    # --- where things lie in the repository --------------------------------------------------------------------------

    def line(self, path: str, line: int) -> int:
        """The line in the repository of a line of the generated file; 0 stays 0."""
        lines = self._lines.get(path)
        return lines[min(line, len(lines)) - 1] if lines and line > 0 else line

    def told_as_committed(self, told: T) -> T:
        """The same result, with every place named as it lies in the repository."""
        return self._moved(told)  # type: ignore[no-any-return]

    def _moved(self, told: Any) -> Any:
        if isinstance(told, tuple):
            return type(told)(*map(self._moved, told)) if hasattr(told, "_fields") else tuple(map(self._moved, told))
        if isinstance(told, Mapping):
            return {key: self._moved(value) for key, value in told.items()}
        if not dataclasses.is_dataclass(told) or isinstance(told, type):
            return told
        changed = {each.name: self._moved(getattr(told, each.name)) for each in dataclasses.fields(told)}
        for key in _TOLD:
            if isinstance(changed.get(key), str):
                changed[key] = self._named_as_committed(changed[key])
        path = changed.get("path")
        if isinstance(path, str):
            changed["path"] = self.committed.get(path) or self._folder(path)
            if "line" in changed:
                changed["line"] = self.line(path, changed["line"])
        if isinstance(changed.get("front"), str):
            changed["front"] = self.committed.get(changed["front"], changed["front"])
        return type(told)(**changed)

    def _named_as_committed(self, says: str) -> str:
        """A sentence in which places are named as they lie in the repository."""

        def place(match: re.Match[str]) -> str:
            path, line = match[1], match[2]
            told = self.committed.get(path, path)
            return f"{told}:{self.line(path, int(line[:_DIGITS]))}" if line else told

        return _PLACE.sub(place, says) if self.committed else says

    def _folder(self, path: str) -> str:
        """The folder in the repository that a folder of the project is generated from; any other path as it is."""
        if path in self._entries:
            return path
        depth = path.count("/") + 1
        inside = next((name for name in self.committed if name.startswith(f"{path}/")), None)
        return "/".join(self.committed[inside].split("/")[:depth]) if inside else path
