"""What a unit uses that is no command: actions, tasks, orbs, templates, workflows, modules, images, files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from mlripe.detection.patterns import glob_words, without_version
from mlripe.detection.unresolved.images import Images
from mlripe.facts import Unit
from mlripe.kinds import UnresolvedKind
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring
from mlripe.wiring.outcomes import FOLLOWED, HARMLESS, Outcome, is_open

__all__ = ["Uses"]

_OF_IMAGES: Final = frozenset(("service", "resource", "stage", "job-spec", "component"))
_MOST_PLACES: Final = 50
_DEFINITION = lazy_regex(r"://|\.ya?ml(?:@|\Z)|/\.github/workflows/")
_REPOSITORY = lazy_regex(r"://|\?ref=|\Agit@|\A(?:www\.)?(?:github|gitlab|bitbucket)\.(?:com|org)/")
_TEKTON: Final = ("Task/", "ClusterTask/", "TaskRun/", "Pipeline/", "PipelineRun/")
_NAMED = lazy_regex(
    r"(?:Task|Pipeline|WorkflowTemplate|ClusterTask|ClusterWorkflowTemplate|TriggerTemplate)/[\w.-]+\Z|route:|jenkins:"
)
_SETTINGS = lazy_regex(r"(?:^|/)[\w.-]*\.?env[\w.-]*\Z")


def _steps(store: FactStore) -> Iterator[str]:
    return (name for group in store.knowledge.others.values() for name in group.steps)


def _may_be_same(one: str, other: str) -> bool:
    """Whether two uses are places where one file may lie: the reader could not tell from where it is seen."""
    one, other = (use.removesuffix(".ipynb").removesuffix(".py") for use in (one, other))  # a notebook may be either
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return longer == shorter or longer.endswith(f"/{shorter.removeprefix('./')}")


class Uses:
    """Judges what units use; `known` are globs of the actions that detectors know."""

    def __init__(self, store: FactStore, wiring: Wiring, images: Images, known: Iterable[str]) -> None:
        self.store = store
        self.wiring = wiring
        self.images = images
        self._known = glob_words(tuple(sorted({name.lower() for name in (*_steps(store), *known)})))

    def starting(self, path: str, unit: Unit) -> Iterator[str]:
        """What a unit uses that runs; what only brings settings, or documents beside them, does not."""
        image = bool(unit.commands) and self._is_image(path, unit)  # they replace what the image would run
        for used in unit.uses:
            if (unit.kind == "include" and _SETTINGS.search(used)) or (image and not self._is_here(used)):
                continue
            alike = [other for other in unit.uses[:_MOST_PLACES] if _may_be_same(used, other)]
            found = [other for other in alike if self._target(other)]
            if used == next(iter(found), min(alike, key=len, default=used)):
                yield used

    def _is_here(self, used: str) -> bool:
        return used.startswith(("./", "../")) or used in self.store.entries or used in self.store.folders

    def outcome(self, path: str, unit: Unit, used: str) -> Outcome:
        """Whether the wiring follows a thing that a unit uses, passes over it as harmless, or stops there."""
        if self._is_here(used):
            return self._local(used)
        if self.wiring.tree.starts.used(unit) or self.wiring.edges.used.extends(used):
            return FOLLOWED
        if _NAMED.match(used):
            return Outcome(UnresolvedKind.ABSENT_TARGET, used)
        if unit.kind == "resource" and _REPOSITORY.search(used):
            return self._outside(used, UnresolvedKind.OUTSIDE_DEFINITION)
        if used.startswith("docker://") or self._is_image(path, unit):
            return self.images.outcome(used.removeprefix("docker://"))
        if unit.kind == "module" or _DEFINITION.search(used) or unit.kind == "workflow":
            return self._outside(used, UnresolvedKind.OUTSIDE_DEFINITION)
        given = any(True for edge in self.wiring.edges.used.of_use(path, unit))
        return FOLLOWED if given else self._outside(used, UnresolvedKind.OUTSIDE_STEP)

    def is_known(self, used: str) -> bool:
        """Whether what is used runs nothing of the repository by itself, as far as is known."""
        return self._known.fullmatch(without_version(used).lower())

    def _outside(self, used: str, kind: UnresolvedKind) -> Outcome:
        if self.is_known(used):
            return HARMLESS
        return Outcome(UnresolvedKind.UNKNOWN_VALUE if is_open(used) else kind, without_version(used))

    def _target(self, used: str) -> str | None:
        named = used.partition(":")[0] if used.startswith("./") else used  # a handler is named behind its file
        return self.wiring.edges.used.target(posixpath.normpath(named))

    def _local(self, used: str) -> Outcome:
        target = posixpath.normpath(used)
        if self._target(used) or target in (".", "") or "*" in target:
            return FOLLOWED
        return Outcome(UnresolvedKind.UNKNOWN_VALUE if is_open(used) else UnresolvedKind.ABSENT_FILE, target)

    def _is_image(self, path: str, unit: Unit) -> bool:
        """Whether what a unit uses is an image: of a container, or of a step of a service whose steps are images."""
        service = self.store.service(path)
        image_step = unit.kind == "step" and (unit.id.startswith(_TEKTON) or bool(service and service.image_steps))
        return unit.kind in _OF_IMAGES or image_step
