"""Child pipelines of GitLab: files that only a trigger job starts, and jobs in them that wait for another source.

In a child pipeline `CI_PIPELINE_SOURCE` is `parent_pipeline`, whatever started its parent: nothing starts it directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final

from mlripe.facts import Unit
from mlripe.readers.ci.gitlab_rules import of_source_only
from mlripe.readers.store import FactStore

__all__ = ["ChildPipelines"]

GITLAB: Final = "gitlab"
LOCAL: Final = "./"


class ChildPipelines:
    """Answers for the files of one repository. `at` gives the file that a `uses` path means."""

    def __init__(self, store: FactStore, at: Callable[[str], str | None]) -> None:
        self.store = store
        self.at = at

    def __contains__(self, path: str) -> bool:
        """Whether a file is part of child pipelines alone."""
        return path in self._children

    def never(self, path: str, unit: Unit) -> bool:
        """Whether a job waits for a source that a child pipeline never has."""
        return unit.kind == "job" and bool(unit.condition) and path in self and of_source_only(unit.condition)

    @cached_property
    def _children(self) -> frozenset[str]:
        files = {path: facts.units for path, facts in list(self.store.loaded()) if self._is_gitlab(path)}
        included: dict[str, set[str]] = {}
        triggered: set[str] = set()
        for path, units in files.items():
            for unit in units:
                named = set(self._named(unit)) & set(files)
                if unit.kind == "workflow":
                    included.setdefault(path, set()).update(named)
                elif unit.kind == "job":
                    triggered |= named
        whole = self._closure(
            set(files) - triggered - {file for named in included.values() for file in named}, included
        )
        return frozenset(self._closure(triggered, included) - whole)

    def _is_gitlab(self, path: str) -> bool:
        service = self.store.service(path)
        return service is not None and service.id == GITLAB

    def _named(self, unit: Unit) -> Iterator[str]:
        for used in unit.uses:
            if used.startswith(LOCAL):
                found = self.store.named(used) if "*" in used else [self.at(used.removeprefix(LOCAL))]
                yield from (path for path in found if path)

    @staticmethod
    def _closure(files: set[str], included: dict[str, set[str]]) -> set[str]:
        """The files with all that they include, directly or not."""
        found, waiting = set(files), sorted(files)
        while waiting:
            new = included.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found
