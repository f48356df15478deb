"""Every start that a file of CI, of a pipeline, of a deployment or of tasks asks for, and what becomes of it.

Only what is started, or could be, is asked: not what is switched off, nor a script that nothing calls.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property
from typing import Final, Literal

from mlripe.catalog import Catalog
from mlripe.detection.unresolved.fetched import Fetched
from mlripe.detection.unresolved.images import Images
from mlripe.detection.unresolved.met import Met
from mlripe.detection.unresolved.operators import Operators
from mlripe.detection.unresolved.uses import Uses
from mlripe.facts import Command, FileFacts, Unit
from mlripe.kinds import UnresolvedKind
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring
from mlripe.wiring.outcomes import FOLLOWED, HARMLESS, Ends, Outcome, Outcomes

__all__ = ["Met", "PathClass", "Survey", "is_definition", "path_class"]

PathClass = Literal["ci", "pipeline", "deployment", "task", "script", ""]
# by the rooms of the readers; a document of no own format is what its units are
_CLASSES: Final[dict[str, PathClass]] = {
    "ci": "ci",
    "pipelines": "pipeline",
    "infrastructure": "deployment",
    "runners": "task",
    "shell": "script",
    "formats": "deployment",
}
_PIPELINE_KINDS: Final = frozenset(("stage", "job-spec", "component", "workflow", "job"))
# units that run in an image: what they run may be known by the image alone
_CONTAINERS: Final = frozenset(("service", "resource", "stage", "job-spec", "component"))
_NO_STARTS: Final = frozenset(("console", "image", "hook", "requirements"))
# what a command that deploys an image of this repository stops at, since no file is named
_DEPLOYING: Final = (UnresolvedKind.ABSENT_TARGET, UnresolvedKind.ABSENT_FILE, UnresolvedKind.UNKNOWN_VALUE)
# what the wiring stops at where sources of others are built
_OF_FETCHED: Final = (UnresolvedKind.ABSENT_TARGET, UnresolvedKind.ABSENT_FILE)
_SOURCING: Final = ("source", ".")


def path_class(store: FactStore, path: str, facts: FileFacts) -> PathClass:
    """Of which class a file is whose units start something; "" for code and data."""
    if store.service(path):
        return "ci"
    readers = store.files.readers_for(path)
    found: PathClass = next((of for name in readers if (of := _CLASSES.get(name.partition(".")[0], ""))), "")
    if found == "deployment" and any(name.startswith("formats.") for name in readers):
        return "pipeline" if any(unit.kind in _PIPELINE_KINDS for unit in facts.units) else found
    return found


def is_definition(store: FactStore, path: str) -> bool:
    """Whether a file's own format is one of CI, of pipelines, of deployments or of tasks."""
    rooms = {name.partition(".")[0] for name in store.files.readers_for(path)}
    return not rooms.isdisjoint(("ci", "pipelines", "infrastructure", "runners"))


class Survey:
    """The starts of one repository, once it is wired."""

    def __init__(self, store: FactStore, wiring: Wiring, catalog: Catalog) -> None:
        patterns = [pattern for d in catalog.detectors for pattern in (*d.shows, *d.starts)]
        self.store = store
        self.wiring = wiring
        self.outcomes = Outcomes(wiring.edges)
        self.images = Images(store, wiring, {name for pattern in patterns for name in pattern.image})
        self.operators = Operators(store, wiring, self.outcomes, self.images, catalog.tools)
        self.uses = Uses(store, wiring, self.images, {name for pattern in patterns for name in pattern.action})

    def starts(self) -> Iterator[tuple[PathClass, Met]]:
        """Every start with the class of its file, file by file."""
        for path in sorted(self.operators.definitions):
            if self.store.role(path) is None:
                for met in self.operators.starts(path):
                    yield "pipeline", met
        for path, facts in list(self.store.loaded()):
            if not facts.units or path.endswith((".py", ".ipynb")) or self.store.role(path) is not None:
                continue
            of = path_class(self.store, path, facts)
            if not of:
                continue
            for unit in facts.units:
                if unit.kind not in _NO_STARTS and self._may_run(path, unit, of):
                    for met in self._of_unit(path, unit):
                        yield of, met

    def _may_run(self, path: str, unit: Unit, of: PathClass) -> bool:
        """Whether a unit is started, or could be: a person may run a task; a script only matters where it is called."""
        reached = bool(self.wiring.kinds(Place(path, unit.id)))
        if reached or of == "script":
            return reached
        parent = Place(path, unit.parent)
        return not unit.disabled and not (unit.parent and self.wiring.kinds(parent))

    def _of_unit(self, path: str, unit: Unit) -> Iterator[Met]:
        place = Place(path, unit.id)
        contained = unit.kind in _CONTAINERS and bool(self.images.of(path, unit))
        fetched = Fetched(self.wiring, path, unit)
        for command in unit.commands:
            outcome = self._of_command(path, unit, command)
            if fetched.is_elsewhere(command) and outcome.ends in _OF_FETCHED:
                outcome = HARMLESS
            elif outcome.ends in (UnresolvedKind.UNKNOWN_PROGRAM, UnresolvedKind.ABSENT_FILE):
                outcome = self._of_image(path, unit, command, outcome)
            yield Met(place, command.line, command.text, outcome)
        for used in self.uses.starting(path, unit):
            yield Met(place, unit.line, used, self.uses.outcome(path, unit, used))
        if contained and not unit.commands and not unit.uses:
            yield Met(place, unit.line, " ".join(self.images.of(path, unit)), self.images.best(path, unit))

    def _of_image(self, path: str, unit: Unit, command: Command, outcome: Outcome) -> Outcome:
        """What becomes of a program or a path that may be the image's own, in a unit that runs in an image.

        An image's build runs its base's own programs, which know nothing of the repository. What a container runs by a
        name that nothing here has is a word for its entry point, or a program that comes with the image.
        """
        own = command.argv[0].startswith("/") and posixpath.basename(command.argv[0]) not in self._names
        if outcome.ends is UnresolvedKind.ABSENT_FILE and not own:
            return outcome
        if unit.kind == "build":
            return HARMLESS if own else outcome
        if unit.kind not in _CONTAINERS:
            return outcome
        of_image = self.images.of_container(path, unit)
        return outcome if of_image.ends is Ends.FOLLOWED else of_image

    def _of_command(self, path: str, unit: Unit, command: Command) -> Outcome:
        outcome = self.outcomes.of(path, unit, command)
        if outcome.ends is UnresolvedKind.UNKNOWN_PROGRAM and command.argv[0] in self._functions:
            return FOLLOWED
        if outcome.ends is UnresolvedKind.OUTSIDE_IMAGE:
            return self.images.outcome(outcome.name)
        if outcome.ends is UnresolvedKind.OUTSIDE_DEFINITION and self.uses.is_known(outcome.name):
            return HARMLESS
        if outcome.ends in _DEPLOYING and self.images.names_built(command.argv):
            return FOLLOWED
        return outcome

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names of all files."""
        return frozenset(map(posixpath.basename, self.store.entries))

    @cached_property
    def _functions(self) -> frozenset[str]:
        """The functions of all scripts that any command sources."""
        loaded = list(self.store.loaded())
        commands = (command for _, facts in loaded for unit in facts.units for command in unit.commands)
        sourced = {posixpath.basename(c.argv[1]) for c in commands if c.argv[0] in _SOURCING and len(c.argv) > 1}
        scripts = (facts.units for path, facts in loaded if posixpath.basename(path) in sourced)
        return frozenset(name for units in scripts for unit in units for name in unit.defines)
