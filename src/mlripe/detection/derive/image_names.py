"""Under which names the repository's own images are built, so that a workload that runs one leads to its sources."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import pairwise

from mlripe.facts import Unit
from mlripe.kinds import ProgramEffect
from mlripe.readers.formats.cursor import Node
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring
from mlripe.wiring.command_words import CommandWords, arguments
from mlripe.wiring.containers import DOCKER_RUN_VALUED

__all__ = ["bare", "built_names", "chart_images", "run_images"]


def bare(image: str) -> str:
    """An image's own name, without registry, tag and digest: `ghcr.io/me/api:1.2` is `api`."""
    return posixpath.basename(image.split("@")[0]).split(":")[0].lower()


def built_names(store: FactStore, wiring: Wiring) -> dict[str, set[Place]]:
    """For each name that a command or a CI step gives to an image: what the image's definition runs."""
    found: dict[str, set[Place]] = {}
    for path, facts in list(store.loaded()):
        if store.role(path) is not None:
            continue
        for unit in facts.units:
            tagged = (*_commanded(path, unit, wiring), *_stepped(path, unit, wiring), *_composed(path, unit, wiring))
            for tag, definitions in tagged:
                if name := bare(tag):
                    found.setdefault(name, set()).update(Place(place.path, "run") for place in definitions)
    return found


def _commanded(path: str, unit: Unit, wiring: Wiring) -> Iterator[tuple[str, list[Place]]]:
    builders = wiring.words.programs.doing(ProgramEffect.BUILDS_IMAGES) if unit.commands else ()
    for command in unit.commands:
        words = wiring.words.unwrapped(command.argv)
        if words[:1] and words[0] in builders and "build" in words[1:3]:
            started = wiring.edges.launcher.places(command.argv, wiring.edges.bases(path, unit, command))
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


def _composed(path: str, unit: Unit, wiring: Wiring) -> Iterator[tuple[str, list[Place]]]:
    """A service of a compose file that builds what it runs may give it a name."""
    name = unit.inputs.get("image")
    if unit.kind == "service" and isinstance(name, str):
        yield name, [place for place, _, _ in wiring.following(Place(path, unit.id)) if place.unit == "image"]


def _stepped(path: str, unit: Unit, wiring: Wiring) -> Iterator[tuple[str, list[Place]]]:
    tags = unit.inputs.get("tags")
    if unit.uses and isinstance(tags, str):
        definitions = [edge.place for edge in wiring.edges.of(Place(path, unit.id)) if edge.place.unit == "image"]
        for tag in tags.replace(",", "\n").splitlines()[:50]:
            yield tag.strip(), definitions
