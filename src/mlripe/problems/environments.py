"""What is installed whatever its version: requirements without one, and base images whose name moves."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect
from mlripe.facts import Dependency
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers.budgets import nearest
from mlripe.readers.store import FactStore
from mlripe.texts import line_at

__all__ = ["environments"]

MOST_LINES: Final = 12
_FEWEST: Final = 3  # packages of a list of which not one has a version
_REQUIREMENTS: Final = lazy_regex(
    r"(?i)(?:^|/)(?:[\w.-]*requirements?[\w.-]*\.(?:txt|in)|(?:conda|environment)[\w.-]*\.ya?ml)\Z"
)
_OF_DEVELOPERS: Final = lazy_regex(
    r"(?i)(?:^|[/._-])(?:dev|test|tests|lint|docs?|ci|build|style|typing|optional)(?:[/._-]|\Z)"
)
_PINS: Final = lazy_regex(
    r"(?i)(?:^|/)(?:constraints[\w.-]*\.txt|(?:requirements|uv|poetry|pdm|pixi|pipfile|conda)[\w.-]*\.lock"
    r"|conda-lock\.ya?ml|pylock[\w.-]*\.toml)\Z"
)
_RECORD: Final = "MLmodel"  # of MLflow: what stands beside it says what a model was made with, and installs nothing
_FROM: Final = lazy_regex(rb"(?im)^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?(\S+)(?:[ \t]+AS[ \t]+(\S+))?")
_DOCKERFILE: Final = lazy_regex(r"(?i)(?:^|/)(?:dockerfile[^/]*|[^/]+\.dockerfile|containerfile)\Z")


def environments(examined: Examined) -> Iterator[Defect]:
    """Requirements and base images without a version, those of the root first."""
    store = examined.store
    yield from _requirements(examined)
    for path in examined.paths:
        if _DOCKERFILE.search(path) and store.role(path) is None:
            yield from _base_images(store, path)


# --- requirements ----------------------------------------------------------------------------------------------------


def _requirements(examined: Examined) -> Iterator[Defect]:
    """The packages of machine learning and serving that a file names without an exact version."""
    store = examined.store
    wanted = _that_matter(examined)
    installers = examined.catalog.knowledge.installers
    locks = installers.locks - installers.locks_of_node  # what pins a page beside pins nothing of Python
    pinned = {
        posixpath.dirname(path) for path in examined.paths if _PINS.search(path) or posixpath.basename(path) in locks
    }
    recorded = {posixpath.dirname(path) for path in store.entries if posixpath.basename(path) == _RECORD}
    for path, facts in sorted(store.loaded(), key=lambda each: nearest(each[0])):
        if posixpath.dirname(path) in recorded:
            continue
        of_image = posixpath.basename(path) == "pyproject.toml" and _is_of_image(store, path)
        if not (of_image or _REQUIREMENTS.search(path)) or _OF_DEVELOPERS.search(path) or store.role(path) is not None:
            continue
        if any(folder in pinned for folder in _above(path)) or _compiled_beside(store, path):
            continue
        named = [each for each in facts.dependencies if each.ecosystem in ("python", "conda") and not each.group]
        loose = [each for each in named if each.pin in ("none", "loose") and not each.locked]
        telling = [each for each in loose if each.name in wanted]
        if not telling and len(named) >= _FEWEST and all(each.pin == "none" and not each.locked for each in named):
            telling = named[:1]  # not one line has a version
        for dependency in telling[:MOST_LINES]:
            yield Defect(path, dependency.line, _says(dependency), "requirements", finds=DefectKind.UNPINNED)


def _is_of_image(store: FactStore, path: str) -> bool:
    """Whether a project has an image of its own beside it: it is an application, and not only a library."""
    folder = posixpath.dirname(path)
    return any(_DOCKERFILE.search(each) and posixpath.dirname(each) == folder for each in store.entries)


def _that_matter(examined: Examined) -> frozenset[str]:
    """The packages of tools that do machine learning: a model depends on their version."""
    names = {
        name
        for detector in examined.catalog.detectors
        if detector.ml
        for ecosystem in ("python", "conda")
        for name in detector.declared_by.get(ecosystem, ())
    }
    return frozenset(names)


def _above(path: str) -> Iterator[str]:
    while path:
        path = posixpath.dirname(path)
        yield path


def _compiled_beside(store: FactStore, path: str) -> bool:
    """Whether it is what a lock is made of: `requirements.in` beside `requirements.txt`."""
    return path.endswith(".in") and f"{path[:-3]}.txt" in store.entries


def _says(dependency: Dependency) -> str:
    return f"{dependency.name} {dependency.version or 'without a version'}".strip()


# --- images ----------------------------------------------------------------------------------------------------------


def _base_images(store: FactStore, path: str) -> Iterator[Defect]:
    content = store.text(path)
    stages: set[str] = set()
    for found in _FROM.finditer(content):
        image, stage = found[1].decode("utf-8", "replace"), (found[2] or b"").decode("utf-8", "replace")
        if stage:
            stages.add(stage.lower())
        if image.lower() in stages or image == "scratch" or "$" in image or "{" in image or "@" in image:
            continue
        name, colon, tag = image.rpartition(":")
        if not colon or "/" in tag:
            says = f"the image {image} without a version"
        elif tag.lower() in ("latest", "stable", "nightly", "edge"):
            says = f"the image {name} under the name {tag}"
        else:
            continue
        line = line_at(content, found.start())
        yield Defect(path, line, says, "base image", finds=DefectKind.FLOATING_IMAGE)
