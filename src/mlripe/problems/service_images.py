"""Services of compose files and of Kubernetes that run an image whose name moves: `latest`, or no tag at all."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect
from mlripe.facts import Document
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers.store import FactStore

__all__ = ["service_images"]

_COMPOSE: Final = lazy_regex(r"(?i)(?:docker-)?compose[\w.-]*\.ya?ml")
_FOR_TRIES: Final = lazy_regex(
    r"(?i)(?:^|[./_-])(?:dev|devcontainer|local|test|tests|debug|override|example|sample)(?:[./_-]|$)"
)
_OPEN: Final = frozenset("${}<>() @")
_MOVING: Final = ("latest", "nightly", "edge", "main", "master", "dev", "stable")
_MOST: Final = 12
_MOST_NODES: Final = 4000


def service_images(examined: Examined) -> Iterator[Defect]:
    """The lines that name such an image, but for those that the same file builds."""
    store = examined.store
    set_elsewhere = _is_set_elsewhere(store)
    found = 0
    for path, facts in list(store.loaded()):
        if not path.endswith((".yml", ".yaml")) or store.role(path) is not None or _FOR_TRIES.search(path):
            continue
        compose = _COMPOSE.fullmatch(posixpath.basename(path)) is not None
        for document in facts.documents:
            if compose or (not set_elsewhere and _is_manifest(document)):
                for line, image in _images(document, compose):
                    if (says := _moves(image)) and found < _MOST:
                        found += 1
                        yield Defect(path, line, says, "services", finds=DefectKind.FLOATING_SERVICE)


def _is_set_elsewhere(store: FactStore) -> bool:
    """Whether a command gives the manifests of Kubernetes their images: what stands in them is a place for one."""
    commands = (command for _, facts in store.loaded() for unit in facts.units for command in unit.commands)
    return any("image" in command.argv and "set" in command.argv for command in commands)


def _is_manifest(document: Document) -> bool:
    data = document.data
    return isinstance(data, dict) and isinstance(data.get("apiVersion"), str) and isinstance(data.get("kind"), str)


def _images(document: Document, compose: bool) -> Iterator[tuple[int, str]]:
    """The images that a document names, with their lines."""
    data = document.data
    if compose:
        services = data.get("services") if isinstance(data, dict) else None
        for name, service in services.items() if isinstance(services, dict) else ():
            if isinstance(service, dict) and isinstance(service.get("image"), str) and "build" not in service:
                yield document.line_of(("services", name, "image")), service["image"]
        return
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), data)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        at, node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("image"), str) and isinstance(node.get("name"), str):
                yield document.line_of((*at, "image")), node["image"]
            waiting += [((*at, key), value) for key, value in node.items() if isinstance(key, (str, int))]
        elif isinstance(node, list):
            waiting += [((*at, number), value) for number, value in enumerate(node)]


def _moves(image: str) -> str:
    """How an image's name moves, "" where it names a version or is not written out."""
    if not image or not _OPEN.isdisjoint(image):
        return ""
    name, colon, tag = image.rpartition(":")
    if not colon or "/" in tag:
        return f"the image {image} without a version"
    return f"the image {name} under the name {tag}" if tag.lower() in _MOVING else ""
