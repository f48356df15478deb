"""From one file's bytes to its facts: a reader a format, each a pure function, chosen by the file's name.

`FileTable.read(path, content)` never raises for bad content: what cannot be parsed is a `ReadFault` in the facts.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from mlripe.catalog import load
from mlripe.catalog.globs import PathSets
from mlripe.catalog.knowledge import CiServices, Knowledge
from mlripe.catalog.languages import SCRIPTS
from mlripe.catalog.tool_schema import CiService
from mlripe.facts import FileFacts, ReadFault
from mlripe.readers.file_names import CODE, INCLUDING, OTHERS, PROGRAM_PATH
from mlripe.readers.work import OutOfWork, metered

__all__ = [
    "SCRIPT", "FileTable", "ReadAs", "Reader", "Unreadable", "file_table", "is_code", "is_script", "read",
    "readers_for",
]  # fmt: skip

MOST_WORK = 400_000  # units of `work` for one file
_MOST_KEPT = 100_000  # paths of which it is kept how they are read

Reader = Callable[[str, bytes], FileFacts]


class Unreadable(Exception):
    """A file that its reader cannot parse; `line` is where, 0 if unknown. The message is a sentence for the report."""

    def __init__(self, says: str, line: int = 0) -> None:
        super().__init__(says)
        self.line = line


class ReadAs(NamedTuple):
    """How a file is read: by which readers (`module:function`), and as a file of which CI service."""

    readers: tuple[str, ...]
    service: CiService | None = None


BY_LAYOUT = "ci.layouts:read_by_layout"  # for files of CI services whose layout the catalogue tells
SCRIPT = ReadAs(("shell.commands:read_script",))  # a program whose first line says what it is written in
_PLAIN = ((), ("formats.structured:read_structured",))  # readers of files that tell of no kind by their name


def is_code(path: str) -> bool:
    """Whether a path is Python source or a notebook: files that are read only when something in them can matter."""
    # setup.py declares dependencies, noxfile.py commands, whatever else they say
    return path.endswith((".py", ".ipynb")) and path.rpartition("/")[2] not in ("setup.py", "noxfile.py")


def is_script(path: str) -> bool:
    """Whether a path is TypeScript or JavaScript: read as Python is, unless it is generated."""
    return path.endswith(SCRIPTS)


def _is_plain(glob: str) -> bool:
    """Whether a glob is a file's name, or one ending of names."""
    named = "*" not in glob and "[" not in glob and "/" not in glob
    return named or (glob.startswith("*.") and glob.count(".") == 1)


class FileTable:
    """Which readers read which files: the tables of `file_names`, with the files of these CI services among them."""

    def __init__(self, services: CiServices) -> None:
        self.services = services
        ci = tuple((service.files, service.reader or BY_LAYOUT) for service in services)
        before, others = (tuple((tuple(globs.split()), name) for globs, name in rows) for rows in (CODE, OTHERS))
        self.rows: tuple[tuple[tuple[str, ...], str], ...] = (*before, *ci, *others)
        self._of_service = dict(enumerate(services, len(before)))  # by the number of its row
        self._known: dict[str, ReadAs] = {}  # by the path
        self._by_reader = {service.reader: service for service in reversed(tuple(services)) if service.reader}

    @cached_property
    def _sets(self) -> tuple[PathSets, PathSets]:
        """The rows that match a path; for code, of which there is most, by its name or ending alone."""
        plain = ([glob for glob in globs if _is_plain(glob)] for globs, _ in self.rows)
        return PathSets(plain), PathSets(globs for globs, _ in self.rows)

    def _matching(self, path: str) -> list[int]:
        code, others = self._sets
        return sorted((code if path.endswith((".py", ".ipynb")) else others).matching(path))

    def by_name(self, path: str) -> ReadAs:
        """How a path is read, as far as its name tells."""
        known = self._known.get(path)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            known = self._known[path] = self._by_name(path)
        return known

    def _by_name(self, path: str) -> ReadAs:
        names = []
        service = None
        for number in self._matching(path):
            name = self.rows[number][1]
            service = self._of_service.get(number)
            if name:
                names.append(name.rstrip("+"))
            if not name.endswith("+"):
                break
        if not names and re.fullmatch(PROGRAM_PATH, path):
            return SCRIPT
        return ReadAs(tuple(names), service)

    def readers_for(self, path: str) -> tuple[str, ...]:
        """The names of the readers that a path gets (`module:function`); () where no reader knows its format."""
        return self.by_name(path).readers

    def service_for(self, path: str) -> CiService | None:
        """The CI service that a path belongs to by its name."""
        return self.by_name(path).service

    def included(self, path: str, service: CiService | None) -> ReadAs | None:
        """How a file is read that this one, of a CI service or none, includes; None where it includes no files."""
        if service:
            return ReadAs((service.reader or BY_LAYOUT,), service) if service.includes else None
        readers = tuple(INCLUDING[name] for name in self.readers_for(path) if name in INCLUDING)
        return ReadAs(readers) if readers else None

    def tells_nothing(self, path: str) -> bool:
        """Whether the name of a file tells of no kind: it may be of the kind of the file that includes it."""
        return self.readers_for(path) in _PLAIN

    def ci_files(self, paths: Iterable[str]) -> list[str]:
        """Of these paths those that belong to a CI service by their names, in order."""
        return sorted(path for path in paths if self.service_for(path))

    def known_paths(self) -> tuple[frozenset[str], str]:
        """The globs of all paths that get a reader, and the expression of programs that are known by their folder."""
        return frozenset(glob for globs, name in self.rows if name for glob in globs), PROGRAM_PATH

    def read(self, path: str, content: bytes, chosen: ReadAs | None = None) -> FileFacts:
        """All facts of a file; what cannot be parsed becomes a read fault among them.

        `chosen`: how to read it where its name cannot tell, since another file includes or runs it.
        """
        facts = FileFacts()
        names, named = chosen or self.by_name(path)
        with metered(MOST_WORK):
            for name in names:
                try:
                    facts += _load(name)(path, content) if name != BY_LAYOUT else _by_layout(content, named)
                except Unreadable as error:
                    read_fault = ReadFault(path, str(error), error.line)
                    facts += FileFacts(read_faults=(read_fault,) if read_fault not in facts.read_faults else ())
                except OutOfWork:
                    facts += FileFacts(read_faults=(ReadFault(path, "too complex to be read to its end"),))
                    break
            else:
                facts += FileFacts() if is_code(path) else _inline(path, facts)
        found = named or self._by_reader.get(facts.reader)
        return replace(facts, ci_service=found.id) if found else facts


def _by_layout(content: bytes, service: CiService | None) -> FileFacts:
    from mlripe.readers.ci.layouts import read_by_layout

    return read_by_layout(content, service.layout if service else ())


@cache
def _load(name: str) -> Reader:
    module, function = name.split(":")
    reader: Reader = getattr(importlib.import_module(f"mlripe.readers.{module}"), function)
    return reader


@lru_cache(maxsize=8)
def file_table(knowledge: Knowledge) -> FileTable:
    """The table of a catalogue."""
    return FileTable(knowledge.ci_services)


def _inline(path: str, facts: FileFacts) -> FileFacts:
    """What the Python among a file's commands says."""
    if not any("-c" in command.argv for unit in facts.units for command in unit.commands):
        return FileFacts()
    from mlripe.readers.python.inline import inline_facts

    try:
        return inline_facts(facts)
    except OutOfWork:
        return FileFacts(read_faults=(ReadFault(path, "too complex to be read to its end"),))


def readers_for(path: str) -> Sequence[str]:
    """The names of the readers that a path gets by mlripe's own catalogue."""
    return file_table(load().knowledge).readers_for(path)


def read(path: str, content: bytes, chosen: ReadAs | None = None) -> FileFacts:
    """All facts of a file by mlripe's own catalogue."""
    return file_table(load().knowledge).read(path, content, chosen)
