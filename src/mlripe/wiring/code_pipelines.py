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

from mlripe.facts import Call, Command, Unit
from mlripe.readers.infrastructure.code_pipelines import BUILD, DESCRIBED, STACK
from mlripe.readers.store import FactStore
from mlripe.wiring.name_resolution import RepositoryTree
from mlripe.wiring.packed import named_images
from mlripe.wiring.places import Place

__all__ = ["CodePipelines"]

_MOST_MAKERS: Final = 20
_MOST_SEEDS: Final = 4  # folders of which a build file may be
_LONGEST_NAME: Final = 200
_MOST_PARTS: Final = 4  # of a name that is put together: each unknown part may be anything


class CodePipelines:
    """Answers for the steps of one repository's pipelines."""

    def __init__(self, store: FactStore, tree: RepositoryTree) -> None:
        self.store = store
        self.tree = tree
        self._known: dict[str, list[Place]] = {}  # by the name of a stack

    def used(self, path: str, unit: Unit) -> Iterator[Place]:
        """The build files and stacks that a unit names, and the images that it builds."""
        if unit.id.startswith(DESCRIBED) and any(_builds_unknown(command) for command in unit.commands):
            yield from self._images(path, unit.id.removeprefix(DESCRIBED).partition(".")[0])
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
        alike = self._by_last_name.get(posixpath.basename(name), ())
        found = [each for each in alike if each.endswith(f"/{name}") and self.store.role(each) is None]
        deployed = {posixpath.dirname(place.path) for place in self._deployed_with(path, unit)} if found[1:] else ()
        return [each for each in found if posixpath.dirname(each) in deployed] or found[:_MOST_SEEDS]

    @cached_property
    def _by_last_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.store.entries:
            found.setdefault(posixpath.basename(path), []).append(path)
        return found

    def _deployed_with(self, path: str, unit: Unit) -> Iterator[Place]:
        """The stacks that the pipeline of a step deploys: the build that makes their templates lies beside them."""
        for other in self.store.of(path).units:
            if other.parent == unit.parent and unit.parent:
                for used in other.uses:
                    if used.startswith(STACK):
                        yield from self._stack(used.removeprefix(STACK))

    def _images(self, path: str, construct: str) -> Iterator[Place]:
        """The images in the folders that a construct is given by those who make it: it has each of them built."""
        for maker, calls in self._made.get(construct, {}).items():
            bases = [posixpath.dirname(maker), posixpath.dirname(path), ""]
            for call in calls[:_MOST_MAKERS]:
                for place in named_images(call, bases, self.tree):
                    if place.unit != "run":
                        yield place

    @cached_property
    def _made(self) -> dict[str, dict[str, list[Call]]]:
        """By the last name of what is called, the calls of each file of the repository."""
        found: dict[str, dict[str, list[Call]]] = {}
        for path, facts in list(self.store.loaded()):
            for call in facts.calls if self.store.role(path) is None else ():
                found.setdefault(call.name.rpartition(".")[2], {}).setdefault(path, []).append(call)
        return found

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


def _builds_unknown(command: Command) -> bool:
    """Whether a command builds an image from a folder that its program puts into the text: `docker build {}`."""
    return "{}" in command.text and command.argv[:1] == ("docker",) and "build" in command.argv[1:3]
