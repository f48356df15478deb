"""The projects of a repository that holds several: which folders they are, and which observations belong to which.

A project is a folder with dependencies of its own in which something is trained. One such folder is a layout, two are
a monorepo. What stands outside all projects (a workflow, a linter's settings) belongs to those that it deals with, and
to every one of them where it names none.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mlripe.detection.observations import Observation
from mlripe.evidence import Evidence, Strength
from mlripe.facts import Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["REST", "Shares", "find_projects", "observations_by_project"]

REST: Final = "."  # the project of what stands outside the others' folders
MOST: Final = 50
MOST_SHARED: Final = 40_000  # observations of which each counts for several projects, once for each of them
FEWER: Final = (200, 100, 50, 20, 10, 5, 2, 1)  # of a capability, where they are more
MEMORY: Final = 64 << 20  # of the search for the names of projects; beyond it gets slow, not wrong
_DEPENDS = lazy_regex(
    r"(?:pyproject\.toml|setup\.(?:py|cfg)|requirements[^/]*\.(?:txt|in)|Pipfile|environment[^/]*\.ya?ml|conda\.ya?ml"
    r"|MLproject|renv\.lock|DESCRIPTION|Project\.toml)\Z"
)


def find_projects(store: FactStore, observations: Iterable[Observation]) -> tuple[str, ...]:
    """The folders that are projects, with REST where something is trained outside them; empty unless there are two."""
    own = {
        posixpath.dirname(p) for p in store.entries if store.role(p) is None and _DEPENDS.match(posixpath.basename(p))
    }
    trained = {
        observation.path
        for observation in observations
        if observation.capability == "training-code"
        and observation.strength >= Strength.present
        and not observation.path.endswith(".ipynb")
        and store.role(observation.path) is None
    }
    found = {folder for folder in own - {""} if any(_inside(path, folder) for path in trained)}
    # a folder around several projects is no project itself, one around a single project is that project
    around = {folder: sum(other != folder and _inside(other, folder) for other in found) for folder in found}
    found = {folder for folder, holds in around.items() if holds < 2}
    found = {folder for folder in found if not any(other != folder and _inside(folder, other) for other in found)}
    if not 2 <= len(found) <= MOST:
        return ()
    outside = any(not any(_inside(path, folder) for folder in found) for path in trained)
    return (*sorted(found), *((REST,) if outside else ()))


@dataclass(frozen=True, slots=True)
class Shares:
    """The observations that count for each project; `most`: of a capability's that several share, only so many (0:
    all)."""

    observations: Mapping[str, list[Observation]]
    most: int = 0


def observations_by_project(
    projects: Sequence[str],
    observations: Sequence[Observation],
    store: FactStore,
    wiring: Wiring,
    evidence: Iterable[Evidence],
) -> Shares:
    """For each project the observations that count for it.

    What counts for several projects is looked at once for each: where that is too much, only the strongest are kept
    of every capability, by the `evidence` of the repository as a whole.
    """
    owners = _Owners(projects, store, wiring)
    counting = [
        [project for project in owners.of(observation) or projects if project in owners.known]
        for observation in observations
    ]
    shared = [number for number, owned in enumerate(counting) if len(owned) > 1]
    most, dropped = 0, frozenset[int]()
    if sum(len(counting[number]) for number in shared) > MOST_SHARED:
        ranked = _ranked([(number, observations[number]) for number in shared], evidence)
        most = next((m for m in FEWER if sum(len(counting[n]) for row in ranked for n in row[:m]) <= MOST_SHARED), 1)
        dropped = frozenset(number for row in ranked for number in row[most:])
    found: dict[str, list[Observation]] = {project: [] for project in projects}
    for number, owned in enumerate(counting):
        for project in owned if number not in dropped else ():
            found[project].append(observations[number])
    return Shares(found, most)


def _ranked(shared: Iterable[tuple[int, Observation]], evidence: Iterable[Evidence]) -> list[list[int]]:
    """The numbers of the observations of each capability, those of its strongest evidence first."""
    rank = {(e.capability, e.path, e.line, e.detector): number for number, e in enumerate(evidence)}
    rows: dict[str, list[tuple[int, int]]] = {}
    for number, observation in shared:
        at = rank.get((observation.capability, observation.path, observation.line, observation.detector), len(rank))
        rows.setdefault(observation.shows, []).append((at, number))
    return [[number for _, number in sorted(row)] for row in rows.values()]


def _inside(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


class _Owners:
    """Answers which projects a place deals with; nothing for what is everybody's."""

    def __init__(self, folders: Sequence[str], store: FactStore, wiring: Wiring) -> None:
        self.known = frozenset(folders)
        self.rest = self.known & {REST}
        self.store = store
        self.wiring = wiring
        # of folders in folders the first that is named has what both hold
        self._rank = {folder: rank for rank, folder in reversed([*enumerate(folders)]) if folder != REST}
        self._named = _naming(self._rank) if self._rank else None
        self._of_unit: dict[Place, frozenset[str]] = {}
        self._folder_of: dict[str, str] = {}

    def of(self, observation: Observation) -> frozenset[str]:
        """The projects of an observation: by its path, by what its unit or the ones around it name, by what these
        start."""
        if folder := self._folder(observation.path):
            return frozenset((folder,))
        units = {unit.id: unit for unit in self.store.of(observation.path).units}
        at = observation.place.unit
        if at not in units:
            return self.rest if observation.path.endswith((".py", ".ipynb")) else frozenset()
        seen: set[str] = set()
        while at in units and at not in seen:
            seen.add(at)
            if owners := self._of(Place(observation.path, at), units[at]):
                return owners
            at = units[at].parent
        return frozenset()

    def _of(self, place: Place, unit: Unit) -> frozenset[str]:
        known = self._of_unit.get(place)
        if known is None:
            named = {folder for word in _words(unit) for folder in self._named_in(word)}
            if not named:
                reached = {self._folder(other.path) for other in self.wiring.below([place])}
                named = {folder for folder in reached if folder}
            known = self._of_unit[place] = frozenset(named)
        return known

    def _named_in(self, text: str) -> Iterator[str]:
        """The folders that a text names, from left to right; what one takes of it names no other."""
        encoded, at = text.encode("utf-8", "replace"), 0
        while self._named and (found := self._named.search(encoded, at)):
            yield found.group(1).decode()
            at = found.end(1)

    def _folder(self, path: str) -> str:
        """The project that a path lies in, "" for none."""
        known = self._folder_of.get(path)
        if known is None:
            around, at = [], len(path)
            while (at := path.rfind("/", 0, at)) > 0:
                around.append(path[:at])
            inside = [folder for folder in around if folder in self._rank]
            known = self._folder_of[path] = min(inside, key=self._rank.__getitem__, default="")
        return known


def _naming(folders: Iterable[str]) -> Any:
    """The expression that finds folders named in a text; its search is linear in the text however many they are."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    named = b"|".join(re2.escape(folder).encode("utf-8", "replace") for folder in folders)
    return re2.compile(rb"(?:^|[^\pL\pN_.-])(?:\./)?(%b)(?:[^\pL\pN_.-]|$)" % named, options)


def _words(unit: Unit) -> Iterator[str]:
    """Every text of a unit that may name a folder."""
    yield unit.directory
    yield unit.condition
    yield from unit.uses
    yield from unit.reads
    for trigger in unit.triggers:
        yield trigger.detail
    for value in unit.inputs.values():
        if isinstance(value, str):
            yield value
    for command in unit.commands:
        yield command.directory
        yield command.text
