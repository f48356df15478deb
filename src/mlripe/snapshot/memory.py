"""A snapshot held in memory: the small repositories of a detector's cases, and tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mlripe.read_fault import ReadFault
from mlripe.snapshot.base import Closing, Entry

__all__ = ["MemorySnapshot"]


class MemorySnapshot(Closing):
    """Files given as a mapping from path to text or bytes."""

    def __init__(self, files: Mapping[str, str | bytes], name: str = "repository") -> None:
        self.name = name
        self.commit = ""
        self.top = ""
        self.read_faults: tuple[ReadFault, ...] = ()
        self._files = {p: c.encode() if isinstance(c, str) else c for p, c in sorted(files.items())}

    def entries(self) -> Mapping[str, Entry]:
        return {path: Entry(path, "100644", len(content), "") for path, content in self._files.items()}

    def listed(self) -> Mapping[str, Entry]:
        return self.entries()

    def read(self, path: str) -> bytes | None:
        return self._files.get(path)

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            if path in self._files:
                yield path, self._files[path]
