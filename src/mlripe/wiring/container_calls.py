"""What a program runs in the repository's own images: operators and clients that start a container with other words.

A task definition or a job of a cloud names an image; the call that starts it says what runs there in place of the
image's own command: `overrides={"containerOverrides": [{"command": ["fit"]}]}`. The words follow the image's entry
point, in the folder where the image keeps its sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mlripe.facts import Call, Command, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.infrastructure.dockerfile import ENTRYPOINT
from mlripe.wiring.places import Edge, Place

if TYPE_CHECKING:
    from mlripe.wiring.edges import Edges

__all__ = ["ContainerCalls"]

_STARTS = lazy_regex(
    r"Operator\Z|\.(?:run_task|submit_job|run_job|containers\.run|containers\.create)\Z|\.V1Container\Z"
)
_OF_A_REGISTRY = lazy_regex(r"[^/]*[.:{][^/]*/")  # one that somebody keeps for himself: `registry.example.org/fit`
_IMAGES = ("image", "image_uri", "container_uri", "image_url")
_REPLACING = ("cmds", "entrypoint")  # what takes the place of the image's entry point
_BEHIND = ("args", "arguments")
_COMMAND = "command"
_OVERRIDES = frozenset(("overrides", "containeroverrides", "container_overrides", "containerOverrides"))
_MOST = 200
_NO_WORD = "-"  # a word that no program knows


class _Container(Struct, frozen=True):
    """What a call says of a container: its image ("": named elsewhere) and the words that it is given."""

    image: str
    words: tuple[str, ...]
    replaces: bool  # the words stand in the place of the image's entry point


class ContainerCalls:
    """The edges from calls to what they run in images of the repository."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges

    def of(self, call: Call) -> list[Edge]:
        """What a call starts in a container; [] for calls that start none, or nothing of the repository."""
        if not _STARTS.search(call.name):
            return []
        found: dict[Place, Edge] = {}
        for container in _containers(call):
            for image, place in self._run(container):
                says = f"{call.name.rpartition('.')[2]} runs {' '.join(container.words) or 'the image'} of {image}"
                found.setdefault(place, Edge(place, call.line, says))
        return list(found.values())

    def _run(self, container: _Container) -> Iterator[tuple[str, Place]]:
        images = self.edges.images
        if container.image:
            named = images.named([container.image], images.defined)
            if not named and _OF_A_REGISTRY.match(container.image):
                named = images.defined  # of several, nothing tells which
            for image in named if len(named) == 1 else ():
                yield from ((image.path, place) for place in self._in(image, container))
            return
        started = {image.path: self._decided(image, container) for image in images.defined}
        deciding = [(path, places) for path, places in started.items() if places]
        for path, places in deciding if len(deciding) == 1 else ():
            yield from ((path, place) for place in places)

    def _decided(self, image: Place, container: _Container) -> list[Place]:
        """What the words of a container choose in an image of which nothing says that it is meant."""
        places = self._in(image, container)
        other = set(self._in(image, replace(container, words=(_NO_WORD,)))) if places else set()
        return [place for place in places if place not in other]

    def _in(self, image: Place, container: _Container) -> list[Place]:
        """What the words of a container start in an image; what the image runs by itself where there are none."""
        own = self.edges.units.unit(Place(image.path, "run"))
        if not container.words:
            return [Place(image.path, "run")] if own and container.image else []
        if own is None:
            return self._started(image.path, _bare(self.edges, image), container.words)
        entry = own.inputs.get(ENTRYPOINT) if not container.replaces else ()
        begins = tuple(str(word) for word in entry) if isinstance(entry, tuple) else ()
        found = self._started(image.path, own, (*begins, *container.words))
        if begins[:1] and begins[0].endswith(".sh"):  # an entry point that is a script ends in `exec "$@"`
            found += [place for place in self._started(image.path, own, container.words) if place not in found]
        return found

    def _started(self, path: str, unit: Unit, words: Sequence[str]) -> list[Place]:
        if not words:
            return []
        folder = unit.commands[0].directory if unit.commands else ""
        return self.edges.started(path, unit, Command(" ".join(words), tuple(words), unit.line, folder))


def _bare(edges: Edges, image: Place) -> Unit:
    """An image without a command of its own, as what would run in it."""
    unit = edges.units.unit(Place(image.path, "image"))
    line, folder = (unit.line, unit.directory) if unit else (1, "")
    return Unit("run", "service", line, "container", directory=folder)


def _containers(call: Call) -> Iterator[_Container]:
    """The containers that a call describes: by its own arguments, or by what overrides a definition elsewhere."""
    given = next((call.keywords[key] for key in _IMAGES if key in call.keywords), None)
    if given is not None:
        yield _container(given if isinstance(given, str) else "", call.keywords)
        return
    waiting: list[object] = [value for key, value in call.keywords.items() if key in _OVERRIDES]
    for _ in range(_MOST):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, tuple):
            waiting += reversed(value)
        elif isinstance(value, Mapping):
            if (overriding := _container("", value)).words:
                yield overriding
            waiting += [inner for key, inner in value.items() if key in _OVERRIDES]


def _container(image: str, given: Mapping[str, object]) -> _Container:
    replacing = next((words for key in _REPLACING if (words := _words(given.get(key)))), ())
    command = _words(given.get(_COMMAND, given.get("Command")))
    behind = next((words for key in _BEHIND if (words := _words(given.get(key)))), ())
    return _Container(image, (*replacing, *command, *behind), bool(replacing))


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(word if isinstance(word, str) else "{}" for word in value)
    return tuple(value.split()) if isinstance(value, str) else ()
