"""All facts of one repository: read once, in one stream, and only where something can come of it.

Structured files (CI, builds, dependencies, manifests) are few and always read. Python and notebooks are parsed only
when a cheap search finds a word that some detector cares about, or when the wiring reaches them; where there is little
of it, all of it is.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from mlripe.catalog import load
from mlripe.catalog.globs import PathSets, matcher
from mlripe.catalog.knowledge import Knowledge
from mlripe.catalog.languages import SCRIPTS, language_of
from mlripe.catalog.recognition import is_catalogue_file
from mlripe.catalog.schema import PathRole
from mlripe.catalog.tool_schema import CiService
from mlripe.facts import FileFacts, ReadFault
from mlripe.kinds import FileRole
from mlripe.lazy_regex import lazy_regex
from mlripe.readers import SCRIPT, ReadAs, file_table, is_code, is_script
from mlripe.readers.budgets import (
    MOST_STRUCTURED,
    code_budget,
    first_of,
    nearest,
    script_budget,
    structured_budget,
    text_budget,
    without_most_of,
)
from mlripe.readers.languages.javascript import read_imports as read_script_imports
from mlripe.readers.memory import NOTHING_KEPT, FileMemories, Memory, Reading
from mlripe.readers.product import product_paths
from mlripe.readers.python.imports import read_imports
from mlripe.readers.python.notebook_cells import typed
from mlripe.readers.python.unnamed_programs import unnamed_programs
from mlripe.readers.read_anew import AsRead
from mlripe.readers.secrets import SecretSearch
from mlripe.readers.templates import templates_in
from mlripe.readers.work import metered
from mlripe.snapshot import Snapshot
from mlripe.snapshot.paths import folders_of

if TYPE_CHECKING:
    from mlripe.readers.python.carried import Carried
    from mlripe.readers.python.dataflow.modules import Module
    from mlripe.readers.python.decisions import Deciding
    from mlripe.readers.python.held_values import Holding
    from mlripe.readers.python.made_objects import MadeObjects

__all__ = ["FactStore", "Gate"]

# where a chain of steps is written, though it may hold no word that a detector looks for
_CHAINS = lazy_regex(r"(?:pipeline|workflow|flow|main|run|train)[^/]*\.py\Z")
T = TypeVar("T")
Gate = Callable[[bytes, str], bool]  # whether a source text of a language holds anything worth parsing it for
Progress = Callable[[str, int, int], None]

FEW_CODE = 96 * 1024  # bytes of source that are parsed whole: less work than to prepare the search for what matters
MOST_CODE = 6 * 1024 * 1024  # bytes of source that are parsed
_DATA = (".json", *SCRIPTS)  # what is very large there is data, or was generated
LARGEST = {
    ".json": 256 * 1024,
    **dict.fromkeys(SCRIPTS, 256 * 1024),
    ".yaml": 1024 * 1024,
    ".yml": 1024 * 1024,
    ".ipynb": 16 * 1024 * 1024,
}
LARGEST_CODE = 2 * 1024 * 1024
MOST_NAMED = 200  # files that one path with wildcards means
_TEXT_COST = 4 * 1024  # bytes that might be read in the time that it takes to ask for one file
MOST_DECIDING = 1024 * 1024  # bytes of source whose decisions, or held values, are followed
MOST_TEXT = 16 * 1024 * 1024  # bytes of text that are kept for text patterns
# bytes of source that no detector looks for, parsed whole because the wiring leads through; beyond, only their imports
MOST_PASSED_THROUGH = 1024 * 1024

_IMAGE = ReadAs(("infrastructure.dockerfile:read_dockerfile",))


class FactStore:
    """The facts of a snapshot's files, by path."""

    def __init__(
        self,
        snapshot: Snapshot,
        roles: Sequence[PathRole],
        gate: Gate,
        knowledge: Knowledge | None = None,
        memory: Memory = NOTHING_KEPT,
    ) -> None:
        readings = (*templates_in(snapshot.entries(), snapshot.read), *unnamed_programs(snapshot))
        self.snapshot = AsRead(snapshot, readings) if readings else snapshot
        self.committed = self.snapshot.committed if isinstance(self.snapshot, AsRead) else {}
        self._read_under = {committed: path for path, committed in self.committed.items()}
        self.gate = gate
        self.kept = FileMemories(memory)
        self.knowledge = knowledge or load().knowledge  # of tools: what readers and wiring ask
        self.files = file_table(self.knowledge)
        self.secrets = SecretSearch(self.knowledge.secrets)
        self.entries, told = without_most_of(self.snapshot.entries(), is_code)
        self.read_faults: list[ReadFault] = [*told]
        self.oversized: set[str] = set()  # too large to be parsed: told, or taken for data
        product = [role for role in roles if role.id == FileRole.PRODUCT]
        rows = [role for role in roles if role.id != FileRole.PRODUCT]
        own = [path for path in self.entries if not self.from_template(path)]
        self.product = product_paths(own, self.snapshot.read, self.ci_files) if product else ()
        if self.product:
            rows = [
                role if role.proves_of_product is None else replace(role, proves=role.proves_of_product)
                for role in rows
            ]
            # a library's tests stay tests: only what is no test is product
            rows += [replace(product[0], paths=(*product[0].paths, *self.product))]
        self._roles = rows
        self._role_paths = PathSets(role.paths for role in rows)
        self._catalogue = next((role for role in rows if role.id == FileRole.CATALOGUE), None)
        self._role_of: dict[str, PathRole | None] = {}
        self._facts: dict[str, FileFacts] = {}
        self._code, self._scripts = code_budget(), script_budget()
        self._structured, self._text = structured_budget(), text_budget()
        self._passed_through = 0
        self._texts: dict[str, bytes] = {}
        self._kept = 0
        self._decisions: dict[str, Deciding] = {}
        self._holdings: dict[str, Holding] = {}
        self._made: dict[str, MadeObjects] = {}
        self._made_of = 0  # bytes that were looked at for these
        self._carried: dict[str, Carried] = {}
        self._decided = 0

    @cached_property
    def ci_files(self) -> tuple[str, ...]:
        """The paths that belong to a CI service by their names."""
        return tuple(self.files.ci_files(self.entries))

    # --- paths -------------------------------------------------------------------------------------------------------

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, at any depth; "" is the root."""
        return folders_of(self.entries)

    @cached_property
    def generated(self) -> frozenset[str]:
        """The files that a template of the repository generates."""
        return self.snapshot.generated if isinstance(self.snapshot, AsRead) else frozenset()

    def from_template(self, path: str) -> bool:
        """Whether a template generates the file."""
        return path in self.generated or "{{" in path

    def known(self, path: str) -> str | None:
        """The path under which a file is read that is written so; None where there is none."""
        return path if path in self.entries else self._read_under.get(path)

    def role(self, path: str) -> PathRole | None:
        """The role that sets a path aside (tests, vendored code, ...), None for the repository's own files."""
        if path not in self._role_of:
            names = {path, self.committed.get(path, path)}  # settings name a file as it is committed
            first = min((number for name in names for number in self._role_paths.matching(name)), default=None)
            self._role_of[path] = None if first is None else self._roles[first]
        return self._role_of[path]

    def is_test(self, path: str) -> bool:
        """Whether a file is set aside as a test."""
        role = self.role(path)
        return role is not None and role.id == FileRole.TESTS

    def set_aside(self) -> dict[str, int]:
        """How many files each role sets aside."""
        counts: dict[str, int] = {}
        for path in self.entries:
            if role := self.role(path):
                counts[role.id] = counts.get(role.id, 0) + 1
        return dict(sorted(counts.items()))

    # --- facts -------------------------------------------------------------------------------------------------------

    def load(self, progress: Progress | None = None) -> None:
        """Reads every structured file, and every source file that passes the gate."""
        wanted = sorted(self._wanted(), key=nearest)
        parsed = 0
        small = sum(self.entries[path].size or 0 for path in wanted if path.endswith(".py")) <= FEW_CODE
        for done, (path, content) in enumerate(self.snapshot.read_many(wanted)):
            if progress:
                progress("reading", done, len(wanted))
            content = self._masked(path, content)
            if is_code(path):
                chain = _CHAINS.search(path) and self.role(path) is None
                if not (small or chain or self._passes(path, content)):
                    continue
                parsed += len(content) if path.endswith(".py") else len(content) // 8
                if parsed > MOST_CODE:
                    self._code.left.add(path)
                    continue
            elif is_script(path):
                self._keep(path, content)  # text patterns ask for it as well
                if not self._passes(path, content):
                    continue
            self._facts[path] = self._own(path, self._read(path, content))
        self._read_included()
        self._read_built()

    def _passes(self, path: str, content: bytes) -> bool:
        """Whether a source text holds anything worth parsing it for."""
        return self.kept.recalled(path, "gate", bool, content, lambda text: self.gate(text, language_of(path)))

    def _masked(self, path: str, content: bytes) -> bytes:
        """The content of a file with its secrets masked; it is what `kept` speaks of from now on."""
        known = self.kept.about(path, content)
        if known is None or not known.recall("clean", bool, lambda: self.secrets.masked(path, content) is content):
            return self.secrets.masked(path, content)
        self.secrets.searched.add(path)
        return content

    def _own(self, path: str, facts: FileFacts) -> FileFacts:
        """The facts of a file, none where it is detectors or rules: such a file gets its role by what it holds."""
        if not self._catalogue or self.role(path) is not None:
            return facts
        if not is_catalogue_file(path, (document.data for document in facts.documents)):
            return facts
        self._role_of[path] = self._catalogue
        return FileFacts()

    def _read_included(self) -> None:
        """Files that another file includes are of its kind, whatever they are called."""
        waiting = [(p, kind) for p in list(self._facts) if (kind := self.files.included(p, self.service(p)))]
        seen = {path for path, _ in waiting}
        while waiting:
            path, kind = waiting.pop()
            units = self._facts[path].units
            for used in [used for unit in units for used in (*unit.uses, *unit.variables_of)]:
                for target in self.named(used):
                    if target not in seen and self.files.tells_nothing(target) and not self.of(target).units:
                        self._facts[target] = self._read(target, self.text(target), kind)
                        waiting.append((target, kind))
                        seen.add(target)

    def _read_built(self) -> None:
        """Files that a service of a compose file is built by define images, whatever they are called."""
        services = [unit for facts in self._facts.values() for unit in facts.units if unit.kind == "service"]
        for target in sorted({path for unit in services for use in unit.uses for path in self.named(use)}):
            if not self.files.readers_for(target) and not self.of(target).units:
                self._facts[target] = self._read(target, self.text(target), _IMAGE)

    def named(self, path: str) -> list[str]:
        """The files that a path means which a file of this repository writes; it may hold wildcards."""
        path = posixpath.normpath(path)
        if "*" not in path:
            return [path] if path in self.entries else []
        expression = matcher((f"/{path}",))
        return [known for known in self.entries if expression.fullmatch(known)][:MOST_NAMED]

    def _wanted(self) -> Iterator[str]:
        codes, scripts, structured = [], [], []
        for path, entry in self.entries.items():
            if entry.mode == "120000" or not self.files.readers_for(path):
                continue
            role = self.role(path)
            if role and not role.read:
                continue
            code = is_code(path)
            if code and role and self.product:
                continue  # a library's tests are read when something asks for them
            limit = LARGEST.get(posixpath.splitext(path)[1], LARGEST_CODE)
            if entry.size is not None and entry.size > limit:
                self.oversized.add(path)
                if code or not path.endswith(_DATA):  # which is no configuration
                    self.read_faults.append(ReadFault(path, f"not read: larger than {limit // 1024} KiB"))
            elif code:
                codes.append(path)
            elif is_script(path):
                scripts.append(path)
            else:
                structured.append(path)
        for kept, told in (
            first_of(sorted(codes, key=nearest), "source", self.entries),
            first_of(sorted(scripts, key=nearest), "source", self.entries),
            first_of(_likeliest(structured), "configuration", self.entries, MOST_STRUCTURED),
        ):
            self.read_faults += told
            yield from kept

    def _read(self, path: str, content: bytes, chosen: ReadAs | None = None) -> FileFacts:
        """A file's facts; none where as much as may be read has been read."""
        budget = self._code if is_code(path) else self._scripts if is_script(path) else self._structured
        if budget.met:
            budget.left.add(path)
            return FileFacts()
        name = "facts" if chosen is None else f"facts by {' '.join(chosen.readers)}"
        if chosen and chosen.service:
            name += f" of {chosen.service.id}"
        read = self.kept.recalled(path, name, Reading, content, lambda text: self._read_now(path, text, chosen))
        budget.spent += read.work
        self.read_faults += read.facts.read_faults
        return read.facts

    def _read_now(self, path: str, content: bytes, chosen: ReadAs | None) -> Reading:
        with metered() as work:
            facts = self.files.read(path, content, chosen)
        return Reading.of(facts, work.spent)

    def left(self) -> Iterator[ReadFault]:
        """What is to be told of files that were not read because so much had been read before."""
        for budget in (self._code, self._scripts, self._structured, self._text):
            yield from budget.told()

    def service(self, path: str) -> CiService | None:
        """The CI service whose file it is, as far as files are read: by its name, by its content, or as included."""
        facts = self._facts.get(path)
        return self.knowledge.ci_services.by_id.get(facts.ci_service) if facts else None

    def loaded(self) -> Iterator[tuple[str, FileFacts]]:
        """Path and facts of every file read so far, in the order of their paths."""
        for path in sorted(self._facts):
            yield path, self._facts[path]

    def of(self, path: str) -> FileFacts:
        """The facts of one file; empty for a file that is absent or that no reader knows."""
        known = self._facts.get(path)
        if known is None:
            role = self.role(path)
            known_kind = self.files.readers_for(path) or _may_be_script(path)
            readable = path in self.entries and known_kind and not (role and not role.read)
            content = self.snapshot.read(path) if readable else None
            known = self._late(path, self._masked(path, content)) if content is not None else FileFacts()
            self._facts[path] = known
        return known

    def _late(self, path: str, content: bytes) -> FileFacts:
        """A file that the gate held back, now that something leads to it."""
        self._passed_through += len(content)
        if path.endswith(".py") and self._passed_through > MOST_PASSED_THROUGH:
            return read_imports(path, content)
        if is_script(path) and self._passed_through > MOST_PASSED_THROUGH:
            return read_script_imports(path, content)
        return self._read(path, content, None if self.files.readers_for(path) else SCRIPT)

    def decisions(self, path: str) -> Deciding:
        """What a Python file decides; nothing where it cannot be parsed, or as much as may be read has been read."""
        known = self._decisions.get(path)
        if known is None:
            from mlripe.readers.python.decisions import Deciding

            with self._followed(path) as content:
                known = self._decisions[path] = Deciding(content, self.of(path).definitions)
        return known

    def carried(self, path: str) -> Carried:
        """Where a Python file's values go; nothing where it cannot be parsed, or as much has been read as may be."""
        known = self._carried.get(path)
        if known is None:
            from mlripe.readers.python.carried import Carried, carried

            with self._followed(path) as content:
                known = self._carried[path] = self.kept.worked(path, "carried", Carried, content, carried)
        return known

    def holding(self, path: str) -> Holding:
        """What the names of a Python file hold; nothing where it cannot be parsed, or as much as may be was read."""
        known = self._holdings.get(path)
        if known is None:
            from mlripe.readers.python.held_values import Holding

            with self._followed(path) as content:
                known = self._holdings[path] = Holding(content)
        return known

    def made(self, path: str) -> MadeObjects:
        """The objects that scopes of a Python file make and keep; nothing where it cannot be parsed.

        As much is read for this as for what files decide, and apart from it: else one would leave the other nothing.
        """
        known = self._made.get(path)
        if known is None:
            from mlripe.readers.python.made_objects import made_objects

            content = self.text(path) if path.endswith(".py") and self._made_of <= MOST_DECIDING else b""
            self._made_of += len(content)
            with metered():
                known = self._made[path] = made_objects(content)
        return known

    def program(self, path: str) -> Module | None:
        """A Python file or notebook, parsed so that its data can be followed; None where it cannot be read."""
        from mlripe.readers.python.dataflow.modules import module_of

        with self._followed(path, (".py", ".ipynb")) as content:
            if content and path.endswith(".ipynb"):  # its cells, with their lines
                content = self._masked(path, self.snapshot.read(path) or b"")
            return module_of(path, content)

    @contextmanager
    def _followed(self, path: str, endings: tuple[str, ...] = (".py",)) -> Iterator[bytes]:
        """The source of a Python file that is parsed once more, for what it does with values."""
        content = self.text(path) if path.endswith(endings) else b""
        self._decided += len(content)
        if self._code.met or self._decided > MOST_DECIDING:
            self._code.left.add(path)
            content = b""
        with metered() as work:
            yield content
        self._code.spent += work.spent

    def text(self, path: str) -> bytes:
        """A file's bytes, empty where it cannot be read; kept while they are few, since several patterns ask.

        Of a notebook what was typed, at its lines.
        """
        known = self._texts.get(path)
        if known is None:
            if self._text.met:
                self._text.left.add(path)
                return b""
            known = self._masked(path, self.snapshot.read(path) or b"") if path in self.entries else b""
            self._text.spent += len(known) + _TEXT_COST
            if path.endswith(".ipynb"):
                known = typed(known)
            self._keep(path, known)
        return known

    def _keep(self, path: str, content: bytes) -> None:
        if self._kept + len(content) <= MOST_TEXT:
            self._kept += len(content)
            self._texts[path] = content


def _may_be_script(path: str) -> bool:
    """Whether a file without an ending may be a script: its first line says so, where a command runs it."""
    return "." not in posixpath.basename(path)


def _likeliest(structured: list[str]) -> list[str]:
    """Configuration before data: what stands among few of its kind, then what stands among thousands."""
    beside = Counter(map(posixpath.dirname, structured))
    return sorted(structured, key=lambda path: beside[posixpath.dirname(path)])
