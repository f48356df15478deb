"""What the operators and steps start that a pipeline's definition in Python makes, and whether that is found.

A definition is a Python file in which a walk begins: a DAG, a flow, a schedule. Of its code what is started counts.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Final

from mlripe.detection.unresolved.images import Images
from mlripe.detection.unresolved.met import Met
from mlripe.facts import UNKNOWN, Call, Import
from mlripe.kinds import UnresolvedKind
from mlripe.readers.shell.commands import commands
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring
from mlripe.wiring.outcomes import FOLLOWED, Outcome, Outcomes
from mlripe.wiring.started_by_calls import COMMANDS

__all__ = ["Operators"]

_BEGINS: Final = (StartKind.PIPELINE, StartKind.SCHEDULE, StartKind.EVENT)
_OPEN: Final = "{}"  # what stands for a word that is not written out
_LONGEST: Final = 2000
_MOST: Final = 200  # calls of a file that are asked


class Operators:
    """Judges the operators of one repository; `tools` are the modules of tools that detectors know."""

    def __init__(
        self, store: FactStore, wiring: Wiring, outcomes: Outcomes, images: Images, tools: Collection[str]
    ) -> None:
        self.store = store
        self.tools = tools
        self.wiring = wiring
        self.outcomes = outcomes
        self.images = images

    @cached_property
    def definitions(self) -> frozenset[str]:
        """The Python files in which a walk begins."""
        wiring = self.wiring
        return frozenset(
            place.path
            for place in wiring.reached()
            if place.path.endswith(".py") and any(wiring.is_root(place, kind) for kind in _BEGINS)
        )

    def starts(self, path: str) -> Iterator[Met]:
        """What the started code of a definition starts by commands, images and modules of the repository."""
        facts = self.store.of(path)
        for call in facts.calls[:_MOST]:
            place = Place(path, call.scope)
            if self.wiring.kinds(place):
                yield from self._of_call(place, call)
        for imported in facts.imports:
            place = Place(path, imported.scope)
            if self.wiring.kinds(place) and self._is_own(path, imported):
                found = any(True for _ in self.wiring.edges.python.imported_files(path, imported))
                outcome = FOLLOWED if found else Outcome(UnresolvedKind.ABSENT_FILE, imported.module)
                yield Met(place, imported.line, f"imports {imported.module}", outcome)

    def _of_call(self, place: Place, call: Call) -> Iterator[Met]:
        given = False
        for key in COMMANDS:
            value = call.keywords.get(key)
            if value is UNKNOWN:
                outcome = Outcome(UnresolvedKind.UNKNOWN_VALUE, f"{key} of {call.name.lstrip('.')}")
                yield Met(place, call.line, f"{call.name.lstrip('.')}({key}=...)", outcome)
            elif isinstance(value, str) and 2 < len(value) < _LONGEST:
                for command in commands(value, call.line):
                    yield self._of_words(place, call, command.argv)
            elif isinstance(value, tuple) and value:
                yield self._of_words(place, call, tuple(w if isinstance(w, str) and w else _OPEN for w in value))
            given |= value is not None
        image = call.keywords.get("image")
        if isinstance(image, str) and image and not given and call.name.endswith("Operator"):
            yield Met(place, call.line, image, self.images.outcome(image))

    def _of_words(self, place: Place, call: Call, argv: tuple[str, ...]) -> Met:
        bases = self.wiring.edges.handed_over.bases(place.path, call)
        return Met(place, call.line, " ".join(argv), self.outcomes.of_words(argv, bases))

    def _is_own(self, path: str, imported: Import) -> bool:
        """Whether a module can only be one of the repository: in a package that is here, or beside the file."""
        head, _, rest = imported.module.partition(".")
        if head in self.tools:
            return False  # a folder of the same name (`airflow/dags`) is none of its modules
        if not head:
            return bool(rest.strip("."))
        folder = posixpath.dirname(path)
        return bool(rest) and any(
            posixpath.join(base, head) in self.store.folders and self._has_python(posixpath.join(base, head))
            for base in dict.fromkeys((folder, ""))
        )

    def _has_python(self, folder: str) -> bool:
        return any(p.endswith(".py") and p.startswith(f"{folder}/") for p in self.store.entries)
