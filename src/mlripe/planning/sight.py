"""What those see of one repository who look for its landmarks."""

from __future__ import annotations

import posixpath
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from mlripe.assessment import Found
from mlripe.detection.engine import Detection
from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.facts import Unit
from mlripe.kinds import Role
from mlripe.lazy_regex import lazy_regex
from mlripe.planning.managers import Managed, main, managed_folders
from mlripe.readers.budgets import told_by_name
from mlripe.readers.store import FactStore
from mlripe.wiring.places import MAIN, Place

__all__ = ["NOTEBOOK", "PLAIN", "SCRIPTS", "Sight", "at"]

NOTEBOOK: Final = ".ipynb"
SCRIPTS: Final = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs")
# what means itself in a command and in YAML: people copy snippets, and a repository chooses its own names
PLAIN: Final = lazy_regex(r"[\w./@+,=~() -]*")
_TUNES: Final = lazy_regex(r"(?i)tun(?:e|ing|er)|optuna|sweep|hpo|grid_?search")
_MOST_CALLERS: Final = 200
_DEPLOYED: Final = "deployment"
# what belongs to a training beside the fit itself: the program that has most of it is the one to speak of
_WORK: Final = ("training-code", "model-evaluation", "experiment-tracking", "model-registry", "data-ingestion")


def at(seen: Observation | None) -> Found | None:
    """A landmark that is called by its path."""
    return None if seen is None else Found(seen.path, seen.path, seen.line)


def _without_installed(paths: list[str]) -> list[str]:
    """The paths without packages that lie in git as an installer has put them there, each beside what describes it."""
    installed: set[str] = set()
    for path in paths:
        folder, found, _ = path.partition(".dist-info/")
        if found:
            above, _, name = f"/{folder}".rpartition("/")
            installed.update((f"{folder}.dist-info", f"{above}/{name.partition('-')[0]}".lstrip("/")))
    if not installed:
        return paths
    return [path for path in paths if not any(each in installed for each in _folders(path))]


def _folders(path: str) -> Iterator[str]:
    end = path.find("/")
    while end != -1:
        yield path[:end]
        end = path.find("/", end + 1)


class Sight:
    """One repository, as those see it who look for its landmarks."""

    def __init__(self, store: FactStore, detection: Detection) -> None:
        self.store = store
        self.wiring = detection.wiring
        self.seen = detection.observations
        self.shown = [each for each in detection.observations if each.strength >= Strength.present]
        self.work = Counter(each.path for each in self.shown if each.shows in _WORK)
        self.own = [path for path in _without_installed(told_by_name(store.entries)) if store.role(path) is None]
        self.read = {path for path, _ in store.loaded()}

    @cached_property
    def packages(self) -> frozenset[str]:
        """The folders that hold programs of Python, in themselves or further below."""
        found: set[str] = set()
        for path in self.own:
            folder = posixpath.dirname(path) if path.endswith(".py") else ""
            while folder and folder not in found:
                found.add(folder)
                folder = posixpath.dirname(folder)
        return frozenset(found)

    @cached_property
    def installed(self) -> frozenset[str]:
        """The modules that declared dependencies bring, as far as they are called alike."""
        names = (each.name for _, facts in self.store.loaded() for each in facts.dependencies)
        return frozenset(name.replace("-", "_").lower() for name in names) | sys.stdlib_module_names

    @cached_property
    def managed(self) -> Mapping[str, Managed]:
        """The folders that declare dependencies of Python, and how each is installed."""
        return managed_folders(self.store, self.own)

    @cached_property
    def main_manager(self) -> Managed | None:
        """How the code that matters most is installed."""
        seen = self.best("training-code") or self.best(Role.WEB, Role.LLM, Role.MODEL_USE, Role.ML)
        return main(self.managed, seen.path if seen else None)

    def installs_itself(self) -> bool:
        """Whether installing the dependencies of the root also installs its own packages."""
        managed = self.managed.get("")
        return bool(managed and managed.tool.whole) and (
            self.has("setup.py")
            or (self.has("pyproject.toml") and b"[build-system]" in self.store.text("pyproject.toml"))
        )

    def best(self, *names: str, notebook: bool | None = False) -> Observation | None:
        """The observation to speak of: of one of these capabilities or roles, in a notebook or in a program."""
        rows = [
            each
            for each in self.shown
            if each.shows in names and (notebook is None or each.path.endswith(NOTEBOOK) is notebook)
        ]
        return min(rows, key=self._rank, default=None)

    def _rank(self, seen: Observation) -> tuple[bool, bool, bool, int, int, str, int]:
        started = bool(self.wiring.kinds(seen.place))
        return (
            self.store.is_test(seen.path),
            not started,
            # what only looks for better settings trains as well
            bool(_TUNES.search(posixpath.basename(seen.path))),
            -self.work[seen.path],
            seen.path.count("/"),
            seen.path,
            seen.line,
        )

    def units(self) -> Iterator[tuple[str, Unit]]:
        """The units of CI files."""
        for path in sorted(self.store.ci_files):
            yield from ((path, unit) for unit in self.store.of(path).units)

    def has(self, name: str) -> bool:
        """Whether the root holds a file of the repository's own by that name."""
        return name in self.store.entries

    def runnable(self, seen: Observation) -> bool:
        """Whether running its file does what was seen there, or leads to it."""
        if any(each.name == MAIN for each in self.store.of(seen.path).definitions):
            return True
        asked, places = {seen.place}, [seen.place]
        while places and len(asked) < _MOST_CALLERS:
            place = places.pop(0)
            if place.unit in ("", MAIN):
                return True
            more = [each for each, _ in self.wiring.callers(place) if each.path == seen.path and each not in asked]
            asked.update(more)
            places += dict.fromkeys(more)
        return False

    def starting(self, place: Place, at_run_time: bool = True) -> list[Place]:
        """The places of the ways by which a place is started, the nearest first.

        Without `at_run_time` those alone that do not lead through a deployment: what is deployed may start it one day.
        """
        starts = [each for each in self.wiring.starts(place) if at_run_time or each.kind != _DEPLOYED]
        return [place, *(each for start in starts for each in reversed(start.places))]
