"""What all readers of dependencies share: decoding, a bound on what one file may yield, and included files."""

from __future__ import annotations

import posixpath

from msgspec import Struct, field

from mlripe.facts import Dependency, FileFacts, ReadFault, Unit
from mlripe.readers.formats.cursor import beside

__all__ = ["MAX_DEPENDENCIES", "MAX_READ_FAULTS", "Gathered", "decode", "shown"]

MAX_DEPENDENCIES = 5_000  # of one file; what follows is told as a read fault and left out
MAX_READ_FAULTS = 10  # of one file: a page of prose under a requirements file's name should not fill the report


def decode(content: bytes) -> str:
    """The text of a file with its line ends as `\\n`; PowerShell's `pip freeze > file` writes UTF-16."""
    from mlripe.readers.formats.documents import text_of

    return text_of(content).replace("\r\n", "\n").replace("\r", "\n")


def shown(text: str) -> str:
    """A short quotation of `text` for a report; an address is cut, because it may hold a password."""
    head, scheme, _ = text.partition("://")
    quoted = f"{head}://..." if scheme else text
    return f"`{quoted[:60]}...`" if len(quoted) > 60 else f"`{quoted}`"


class Gathered(Struct):
    """The dependencies, included files and read faults of the file at `path`, gathered in the file's order."""

    path: str
    own: str = ""  # the name of the package that the file describes: `own[extra]` is no dependency
    dependencies: list[Dependency] = field(default_factory=list)
    read_faults: list[ReadFault] = field(default_factory=list)
    includes: dict[str, int] = field(default_factory=dict)  # "./path" from the repository's root -> line
    hashes_line: int = 0  # the first line that holds a hash

    @property
    def full(self) -> bool:
        """Whether no further dependency is kept."""
        return len(self.dependencies) > MAX_DEPENDENCIES

    def add(self, dependency: Dependency) -> None:
        """Keep `dependency`, as long as there is room. One beyond the bound is kept, to know that there were more."""
        if not self.full and dependency.name != self.own:
            self.dependencies.append(dependency)

    def read_fault(self, line: int, says: str) -> None:
        """Keep a read fault, as long as there is room; one beyond the bound likewise."""
        if len(self.read_faults) <= MAX_READ_FAULTS:
            self.read_faults.append(ReadFault(self.path, says, line))

    def include(self, target: str, line: int) -> None:
        """Keep that this file includes `target`, a path relative to this file. Outside the repository: nothing."""
        if place := beside(self.path, target.replace("\\", "/")):
            self.includes.setdefault(place, line)

    def facts(self) -> FileFacts:
        """All of it as facts; included files and hashes make one unit `requirements`."""
        read_faults = self.read_faults
        if len(read_faults) > MAX_READ_FAULTS:
            more = ReadFault(self.path, "more lines of this file cannot be read; mend the first ones and look again")
            read_faults = [*read_faults[:MAX_READ_FAULTS], more]
        if self.full:
            says = f"only the first {MAX_DEPENDENCIES} dependencies are read; split the file if the others matter"
            read_faults = [*read_faults, ReadFault(self.path, says, self.dependencies[-1].line)]
        return FileFacts(
            dependencies=tuple(self.dependencies[:MAX_DEPENDENCIES]),
            units=self._units(),
            read_faults=tuple(read_faults),
        )

    def _units(self) -> tuple[Unit, ...]:
        lines = [*self.includes.values(), *([self.hashes_line] if self.hashes_line else [])]
        if not lines:
            return ()
        unit = Unit(
            id="requirements",
            kind="requirements",
            line=min(lines),
            says="requirements",
            uses=tuple(self.includes),
            inputs={"hashes": True} if self.hashes_line else {},
            directory=posixpath.dirname(self.path),
        )
        return (unit,)
