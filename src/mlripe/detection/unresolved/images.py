"""Images that run: built by this repository, of a tool that is known, or of nobody knows what."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property

from mlripe.detection.patterns import glob_words, without_version
from mlripe.facts import Unit
from mlripe.kinds import UnresolvedKind
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring
from mlripe.wiring.image_names import bare
from mlripe.wiring.outcomes import FOLLOWED, HARMLESS, Outcome, is_open

__all__ = ["Images"]

_HUBS = ("docker.io/", "index.docker.io/", "registry.hub.docker.com/", "library/")


class Images:
    """Judges the images of one repository; `known` are globs of those that detectors know."""

    def __init__(self, store: FactStore, wiring: Wiring, known: Iterable[str]) -> None:
        self.store = store
        self.wiring = wiring
        others = (name for group in store.knowledge.others.values() for name in group.images)
        self._known = glob_words(tuple(sorted({*others, *known})))
        self._of_path: dict[str, dict[str, list[str]]] = {}

    def of(self, path: str, unit: Unit) -> list[str]:
        """The images that a unit runs."""
        if path not in self._of_path:
            found: dict[str, list[str]] = {}
            for resource in self.store.of(path).resources:
                if resource.type.startswith("image:"):
                    found.setdefault(resource.unit, []).append(resource.type[len("image:") :])
            self._of_path[path] = found
        return self._of_path[path].get(unit.id, [])

    def best(self, path: str, unit: Unit) -> Outcome:
        """The outcome of a unit's images: the first that is not known decides."""
        outcomes = [self.outcome(image) for image in self.of(path, unit)]
        stopped = [outcome for outcome in outcomes if outcome.name]
        return (stopped or outcomes or [HARMLESS])[0]

    def of_container(self, path: str, unit: Unit) -> Outcome:
        """The outcome of the image in which a unit runs: its own, or the one that its Dockerfile begins with."""
        found = self.of(path, unit) or [base for file in self._dockerfiles(path, unit) for base in self._bases(file)]
        outcomes = [self.outcome(image) for image in found]
        stopped = [outcome for outcome in outcomes if outcome.name]
        return (stopped or outcomes or [FOLLOWED])[0]

    def _dockerfiles(self, path: str, unit: Unit) -> Iterator[str]:
        if any(other.id == "image" for other in self.store.of(path).units):
            yield path
        for used in unit.uses:
            if target := self.wiring.edges.used.target(posixpath.normpath(used)):
                yield target

    def _bases(self, dockerfile: str) -> Iterator[str]:
        for unit in self.store.of(dockerfile).units:
            if unit.id == "image":
                yield from unit.uses

    def outcome(self, image: str) -> Outcome:
        """What becomes of an image that is run."""
        if bare(image) in self._built:
            return FOLLOWED
        name = without_version(image)
        for hub in _HUBS:
            name = name.removeprefix(hub)
        if self._known.fullmatch(name):
            return HARMLESS
        if is_open(image):
            return Outcome(UnresolvedKind.UNKNOWN_VALUE, image)
        return Outcome(UnresolvedKind.OUTSIDE_IMAGE, name)

    def names_built(self, argv: Iterable[str]) -> bool:
        """Whether a command names an image that this repository builds: `gcloud run deploy --image gcr.io/p/api`."""
        words = [word.rpartition("=")[2] for word in argv]
        return any("/" in word or ":" in word for word in words) and any(
            bare(word) in self._built for word in words if "/" in word or ":" in word
        )

    @cached_property
    def _built(self) -> dict[str, set[Place]]:
        return self.wiring.edges.images.names
