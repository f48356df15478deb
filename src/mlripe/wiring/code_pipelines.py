"""What the steps of AWS CodePipeline start: build files of the sources that they are given, stacks by their names.

The pipeline may be described in another repository than the one that it builds: where that is so, the folders here are
what such repositories begin with, and the build file lies in one of them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from mlripe.facts import Unit
from mlripe.readers.infrastructure.code_pipelines import BUILD, STACK
from mlripe.readers.store import FactStore
from mlripe.wiring.places import Place

__all__ = ["CodePipelines"]

_MOST_SEEDS: Final = 4  # folders of which a build file may be
_LONGEST_NAME: Final = 200
_MOST_PARTS: Final = 4  # of a name that is put together: each unknown part may be anything


class CodePipelines:
    """Answers for the steps of one repository's pipelines."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._known: dict[str, list[Place]] = {}  # by the name of a stack

    def used(self, path: str, unit: Unit) -> Iterator[Place]:
        """The build files and stacks that a unit names."""
        for used in unit.uses:
            if used.startswith(STACK):
                yield from self._stack(used.removeprefix(STACK))
            elif used.startswith(BUILD):
                for found in self._build_files(path, unit, used.removeprefix(BUILD)):
                    yield Place(found)

    def _build_files(self, path: str, unit: Unit, name: str) -> list[str]:
        if name in self.store.entries:
            return [name]
        folder = posixpath.dirname(path)
        while folder:
            if (nearest := posixpath.join(folder, name)) in self.store.entries:
                return [nearest]
            folder = posixpath.dirname(folder)
        found = [each for each in self.store.entries if each.endswith(f"/{name}") and self.store.role(each) is None]
        deployed = {posixpath.dirname(place.path) for place in self._deployed_with(path, unit)} if found[1:] else ()
        return [each for each in found if posixpath.dirname(each) in deployed] or found[:_MOST_SEEDS]

    def _deployed_with(self, path: str, unit: Unit) -> Iterator[Place]:
        """The stacks that the pipeline of a step deploys: the build that makes their templates lies beside them."""
        for other in self.store.of(path).units:
            if other.parent == unit.parent and unit.parent:
                for used in other.uses:
                    if used.startswith(STACK):
                        yield from self._stack(used.removeprefix(STACK))

    def _stack(self, name: str) -> list[Place]:
        if name not in self._known:
            self._known[name] = [place for pattern, place in self._stacks if pattern.fullmatch(name)]
        return self._known[name]

    @cached_property
    def _stacks(self) -> list[tuple[re.Pattern[str], Place]]:
        """The stacks that programs make, each with what its name can be: `Endpoint(app, f"churn-{stage}")`."""
        found = []
        for path, facts in list(self.store.loaded()):
            for call in facts.calls if self.store.role(path) is None else ():
                name = call.args[1] if len(call.args) > 1 else None
                if (
                    isinstance(name, str)
                    and len(name) < _LONGEST_NAME
                    and call.name.rpartition(".")[2].endswith("Stack")
                ):
                    parts = name.split("{}")
                    if len(parts) <= _MOST_PARTS:
                        written = ".*".join(map(re.escape, parts))
                        found.append((re.compile(written), Place(path, call.scope)))
        return found
