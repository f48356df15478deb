"""Under which names the repository's own images are built, so that a workload that runs one leads to its sources."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from mlripe.facts import Unit
from mlripe.kinds import ProgramEffect
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node
from mlripe.readers.store import FactStore
from mlripe.wiring.command_words import CommandWords, arguments
from mlripe.wiring.containers import DOCKER_RUN_VALUED
from mlripe.wiring.places import Place

if TYPE_CHECKING:
    from mlripe.wiring.edges import Edges

__all__ = ["OwnImages", "bare", "chart_images", "like", "run_images"]

_PART = lazy_regex(r"[-_.]")


def bare(image: str) -> str:
    """An image's own name, without registry, tag and digest: `ghcr.io/me/api:1.2` is `api`."""
    return posixpath.basename(image.split("@")[0]).split(":")[0].lower()


class OwnImages:
    """The images that a repository defines itself, by the place of what runs in each."""

    def __init__(self, store: FactStore, edges: Edges) -> None:
        self.store = store
        self.edges = edges

    @cached_property
    def running(self) -> list[Place]:
        """What runs in each image that has a command of its own."""
        return [
            Place(path, "run")
            for path, facts in list(self.store.loaded())
            if self.store.role(path) is None
            for unit in facts.units
            if unit.id == "run" and unit.kind == "service"
        ]

    @cached_property
    def defined(self) -> list[Place]:
        """What runs, or would run, in each image that the repository defines, with a command of its own or without."""
        paths = [
            path
            for path, facts in list(self.store.loaded())
            if self.store.role(path) is None and any(unit.id == unit.kind == "image" for unit in facts.units)
        ]
        return [Place(path, "run") for path in paths]

    @cached_property
    def names(self) -> dict[str, set[Place]]:
        """For each name that a command or a CI step gives to an image: what the image's definition runs."""
        found: dict[str, set[Place]] = {}
        for path, facts in list(self.store.loaded()):
            if self.store.role(path) is not None:
                continue
            for unit in facts.units:
                tagged = (
                    *_commanded(path, unit, self.edges),
                    *_stepped(path, unit, self.edges),
                    *_composed(path, unit, self.edges),
                )
                for tag, definitions in tagged:
                    if name := bare(tag):
                        found.setdefault(name, set()).update(Place(place.path, "run") for place in definitions)
        return found

    def named(self, uses: Sequence[str], images: Sequence[Place]) -> list[Place]:
        """Those of `images` that a workload runs: by the name that they are built under, or else by the name of the
        folder or file that defines them."""
        names = [bare(used) for used in uses]
        if built := [image for image in images if any(image in self.names.get(name, ()) for name in names)]:
            return built
        return like(names, images)


def like(named: Sequence[str], images: Sequence[Place]) -> list[Place]:
    """The images whose folder or file bears the name of one that is run, or a part of that name."""
    parts = [part for name in named for part in _PART.split(name)]
    found, alike = [], []
    for image in images:
        words = {
            w for part in image.path.lower().split("/") for w in (part, part.replace("dockerfile", "").strip(".-_"))
        }
        if any(
            name and (name in words or name.endswith(tuple(f"-{word}" for word in words if word))) for name in named
        ):
            found.append(image)
        elif any(len(part) > 3 and part in words for part in parts):
            alike.append(image)
    return found or alike


def _commanded(path: str, unit: Unit, edges: Edges) -> Iterator[tuple[str, list[Place]]]:
    builders = edges.launcher.words.programs.doing(ProgramEffect.BUILDS_IMAGES) if unit.commands else ()
    for command in unit.commands:
        words = edges.launcher.words.unwrapped(command.argv)
        if words[:1] and words[0] in builders and "build" in words[1:3]:
            started = edges.launcher.places(command.argv, edges.bases(path, unit, command))
            definitions = [place for place in started if place.unit == "image"]
            for word, value in pairwise((*words, "")):
                if word in ("-t", "--tag"):
                    yield value, definitions
                elif word.startswith("--tag="):
                    yield word.removeprefix("--tag="), definitions


def run_images(unit: Unit, words: CommandWords) -> Iterator[str]:
    """The images that a unit's commands run as they are: `docker run -e KEY ghcr.io/me/train:1`."""
    for command in unit.commands:
        argv = words.unwrapped(command.argv)
        if argv[:2] in (("docker", "run"), ("podman", "run")):
            rest = arguments(argv[2:], DOCKER_RUN_VALUED)
            if len(rest) == 1:  # what follows is another program, which the wiring starts
                yield rest[0]


def chart_images(path: str, store: FactStore) -> Iterator[str]:
    """The images that the values of a template's chart name: `image.repository`, at the top or of one component."""
    chart, found, _ = path.partition("/templates/")
    values = f"{chart}/values.yaml"
    for document in store.of(values).documents if found and values in store.entries else ():
        root = Node.root(document)
        for node in (root, *(component for _, component in root.entries())):
            if name := node["image"]["repository"].text:
                yield name


def _composed(path: str, unit: Unit, edges: Edges) -> Iterator[tuple[str, list[Place]]]:
    """A service of a compose file that builds what it runs may give it a name."""
    name = unit.inputs.get("image")
    if unit.kind == "service" and isinstance(name, str):
        yield name, [edge.place for edge in edges.of(Place(path, unit.id)) if edge.place.unit == "image"]


def _stepped(path: str, unit: Unit, edges: Edges) -> Iterator[tuple[str, list[Place]]]:
    tags = unit.inputs.get("tags")
    if unit.uses and isinstance(tags, str):
        definitions = [edge.place for edge in edges.of(Place(path, unit.id)) if edge.place.unit == "image"]
        for tag in tags.replace(",", "\n").splitlines()[:50]:
            yield tag.strip(), definitions
