"""The projects of a repository that holds several: which folders they are, and which signs belong to which.

A project is a folder with dependencies of its own in which something is trained. One such folder is a layout, two are
a monorepo. What stands outside all projects (a workflow, a linter's settings) belongs to those that it deals with, and
to every one of them where it names none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from mlripe.detection.observations import Sign
from mlripe.evidence import Strength
from mlripe.facts import Unit
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["REST", "find_projects", "signs_by_project"]

REST: Final = "."  # the project of what stands outside the others' folders
MOST: Final = 50
_DEPENDS = re.compile(
    r"(?:pyproject\.toml|setup\.(?:py|cfg)|requirements[^/]*\.(?:txt|in)|Pipfile|environment[^/]*\.ya?ml|conda\.ya?ml"
    r"|MLproject|renv\.lock|DESCRIPTION|Project\.toml)\Z"
)


def find_projects(store: FactStore, signs: Iterable[Sign]) -> tuple[str, ...]:
    """The folders that are projects, with REST where something is trained outside them; empty unless there are two."""
    own = {
        posixpath.dirname(p) for p in store.entries if store.role(p) is None and _DEPENDS.match(posixpath.basename(p))
    }
    trained = {
        sign.path
        for sign in signs
        if sign.capability == "training-code"
        and sign.strength >= Strength.present
        and not sign.path.endswith(".ipynb")
        and store.role(sign.path) is None
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


def signs_by_project(
    projects: Sequence[str], signs: Iterable[Sign], store: FactStore, wiring: Wiring
) -> Mapping[str, list[Sign]]:
    """For each project the signs that count for it."""
    owners = _Owners(projects, store, wiring)
    found: dict[str, list[Sign]] = {project: [] for project in projects}
    for sign in signs:
        for project in owners.of(sign) or projects:
            if project in found:
                found[project].append(sign)
    return found


def _inside(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


class _Owners:
    """Answers which projects a place deals with; nothing for what is everybody's."""

    def __init__(self, folders: Sequence[str], store: FactStore, wiring: Wiring) -> None:
        self.folders = [folder for folder in folders if folder != REST]
        self.rest = frozenset(folders) & {REST}
        self.store = store
        self.wiring = wiring
        self._named = re.compile(r"(?<![\w.-])(?:\./)?(" + "|".join(map(re.escape, self.folders)) + r")(?![\w.-])")
        self._of_unit: dict[Place, frozenset[str]] = {}

    def of(self, sign: Sign) -> frozenset[str]:
        """The projects of a sign: by its path, by what its unit or the ones around it name, by what these start."""
        if folder := self._folder(sign.path):
            return frozenset((folder,))
        units = {unit.id: unit for unit in self.store.of(sign.path).units}
        at = sign.place.unit
        if at not in units:
            return self.rest if sign.path.endswith((".py", ".ipynb")) else frozenset()
        seen: set[str] = set()
        while at in units and at not in seen:
            seen.add(at)
            if owners := self._of(Place(sign.path, at), units[at]):
                return owners
            at = units[at].parent
        return frozenset()

    def _of(self, place: Place, unit: Unit) -> frozenset[str]:
        known = self._of_unit.get(place)
        if known is None:
            named = {match for word in _words(unit) for match in self._named.findall(word)}
            if not named:
                reached = {self._folder(other.path) for other in self.wiring.below([place])}
                named = {folder for folder in reached if folder}
            known = self._of_unit[place] = frozenset(named)
        return known

    def _folder(self, path: str) -> str:
        return next((folder for folder in self.folders if _inside(path, folder)), "")


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
