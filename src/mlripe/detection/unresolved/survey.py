"""Every start that a file of CI, of a pipeline, of a deployment or of tasks asks for, and what becomes of it.

Only what is started, or could be, is asked: not what is switched off, nor a script that nothing calls.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property
from typing import Final, Literal

from mlripe.catalog import Catalog
from mlripe.detection.unresolved.images import Images
from mlripe.detection.unresolved.met import Met
from mlripe.detection.unresolved.operators import Operators
from mlripe.detection.unresolved.uses import Uses
from mlripe.facts import Command, FileFacts, Unit
from mlripe.kinds import UnresolvedKind
from mlripe.readers import readers_for
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
_SOURCING: Final = ("source", ".")


def path_class(path: str, facts: FileFacts) -> PathClass:
    """Of which class a file is whose units start something; "" for code and data."""
    rooms: list[PathClass] = [_CLASSES.get(name.partition(".")[0], "") for name in readers_for(path)]
    found: PathClass = next((room for room in rooms if room), "")
    if found == "deployment" and any(name.startswith("formats.") for name in readers_for(path)):
        return "pipeline" if any(unit.kind in _PIPELINE_KINDS for unit in facts.units) else found
    return found


def is_definition(path: str) -> bool:
    """Whether a file's own format is one of CI, of pipelines, of deployments or of tasks."""
    rooms = {name.partition(".")[0] for name in readers_for(path)}
    return not rooms.isdisjoint(("ci", "pipelines", "infrastructure", "runners"))


class Survey:
    """The starts of one repository, once it is wired."""

    def __init__(self, store: FactStore, wiring: Wiring, catalog: Catalog) -> None:
        patterns = [pattern for d in catalog.detectors for pattern in (*d.shows, *d.starts)]
        self.store = store
        self.wiring = wiring
        self.outcomes = Outcomes(wiring.edges)
        self.images = Images(store, wiring, {name for pattern in patterns for name in pattern.image})
        self.operators = Operators(store, wiring, self.outcomes, self.images)
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
            of = path_class(path, facts)
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
        followed = False
        for command in unit.commands:
            outcome = self._of_command(path, unit, command)
            followed |= outcome.ends is Ends.FOLLOWED
            if contained and outcome.ends is UnresolvedKind.UNKNOWN_PROGRAM:
                outcome = self.images.best(path, unit)
                outcome = outcome if outcome.ends is not Ends.FOLLOWED else self._of_command(path, unit, command)
            yield Met(place, command.line, command.text, outcome)
        for used in self.uses.starting(path, unit):
            yield Met(place, unit.line, used, self.uses.outcome(path, unit, used))
        if contained and not unit.commands and not unit.uses:
            yield Met(place, unit.line, " ".join(self.images.of(path, unit)), self.images.best(path, unit))

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
    def _functions(self) -> frozenset[str]:
        """The functions of all scripts that any command sources."""
        loaded = list(self.store.loaded())
        commands = (command for _, facts in loaded for unit in facts.units for command in unit.commands)
        sourced = {posixpath.basename(c.argv[1]) for c in commands if c.argv[0] in _SOURCING and len(c.argv) > 1}
        scripts = (facts.units for path, facts in loaded if posixpath.basename(path) in sourced)
        return frozenset(name for units in scripts for unit in units for name in unit.defines)
