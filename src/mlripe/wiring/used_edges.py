"""Edges of the wiring from a unit to what it uses, and to the files that an action or task is given."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from mlripe.facts import Unit
from mlripe.readers.store import FactStore
from mlripe.wiring.code_pipelines import CodePipelines
from mlripe.wiring.commands import Launcher
from mlripe.wiring.name_resolution import RepositoryTree
from mlripe.wiring.places import MAIN, Edge, Place
from mlripe.wiring.procedures import Procedures
from mlripe.wiring.started_by_calls import HANDED_OVER
from mlripe.wiring.terraform import TERRAFORM, Terraform
from mlripe.wiring.unit_index import UnitIndex

__all__ = ["UsedEdges"]

_NOT_STARTED = frozenset(
    ("cache-dependency-path", "environment-file", "python-version-file", "node-version-file", "file-path")
)
_TEMPLATE = "template:"


class UsedEdges:
    """The edges from a unit to what it uses: actions, templates, images, manifests, files that it is given."""

    def __init__(
        self,
        store: FactStore,
        tree: RepositoryTree,
        launcher: Launcher,
        units: UnitIndex,
        terraform: Terraform,
        code_pipelines: CodePipelines,
        procedures: Procedures,
    ) -> None:
        self.store = store
        self.tree = tree
        self.launcher = launcher
        self.units = units
        self.terraform = terraform
        self.code_pipelines = code_pipelines
        self.procedures = procedures

    def of(self, path: str, unit: Unit) -> Iterator[Edge]:
        """What a unit starts by using it."""
        for place in chain(self.tree.starts.used(unit), self.code_pipelines.used(path, unit)):
            yield Edge(place, unit.line, f"{unit.says or unit.id} starts {place.path}")
        for place in self.procedures.used(unit):
            yield Edge(place, unit.line, f"{unit.says or unit.id} calls {place.path}")
        code: list[str] = []
        if path.endswith(TERRAFORM):
            for place in self.terraform.starts(Place(path, unit.id)):
                yield Edge(place, unit.line, f"{unit.says or unit.id} starts {place.unit}")
            code = self.terraform.code(Place(path, unit.id))
        for used in (*unit.uses, *code):
            if used.startswith(_TEMPLATE):
                for job in self._templates.get(used, ()):
                    yield Edge(job, unit.line, f"{unit.says or unit.id} extends {used.removeprefix(_TEMPLATE)}")
            if "*" in used:
                for included in self.store.named(used):
                    yield from self._use(included, unit)
            known = used in self.store.entries or (unit.kind == "resource" and used in self.store.folders)
            if not used.startswith(("./", "../")) and not known:
                continue
            named, _, function = used.partition(":") if used.startswith("./") else (used, "", "")
            target = self.target(posixpath.normpath(named.removeprefix("./")))
            if target and function:  # a handler: its module is imported, and the function called
                says = f"{unit.says or unit.id} calls {function} of {target}"
                yield from (Edge(at, unit.line, says) for at in (Place(target, function), Place(target)))
            elif target:
                yield from self._use(target, unit)
        yield from self.of_use(path, unit)

    def of_use(self, path: str, unit: Unit) -> Iterator[Edge]:
        """What a step or job starts by what it gives to the action or task that it uses."""
        if unit.uses and unit.kind in ("step", "job"):
            yield from self._given(path, unit)

    def extends(self, used: str) -> bool:
        """Whether a unit uses a hidden job that a file of the repository defines."""
        return used in self._templates

    @cached_property
    def _templates(self) -> dict[str, list[Place]]:
        """By the name that jobs of other files extend them by, the hidden jobs of all files."""
        found: dict[str, list[Place]] = {}
        for path, facts in list(self.store.loaded()):
            for unit in facts.units:
                if unit.kind == "template":
                    found.setdefault(unit.id, []).append(Place(path, unit.id))
        return found

    def _given(self, path: str, unit: Unit) -> Iterator[Edge]:
        """Files that an action or task is handed as inputs; one that builds is handed a context with its Dockerfile."""
        bases = [unit.directory, ""]
        says = f"{unit.says or unit.id}"
        builds = any(
            "build" in used.lower() or "docker" in used.lower() or "kaniko" in used.lower() for used in unit.uses
        )
        found = []
        for key, value in unit.inputs.items():
            if not isinstance(value, str) or "\n" in value or len(value) > 300:
                continue
            target = self.tree.file(value.removeprefix("**/"), [str(unit.inputs.get("context", "")), *bases])
            handed = target and target.endswith((*HANDED_OVER, ".yaml", ".yml", ".json", ".tf", ".bicep"))
            if target and handed and not builds and key not in _NOT_STARTED:
                for started in self.launcher.run_file(target):
                    yield Edge(started, unit.line, f"{says} is given {target}")
            elif target and self.units.defines_image(target):
                found.append(target)
        if builds and not found:
            for key in ("context", "buildContext", "path", "dockerfile_path"):
                folder = self.tree.folder(str(unit.inputs[key]), bases) if key in unit.inputs else None
                if folder is not None and (target := self.tree.named(folder, "Dockerfile")):
                    found.append(target)
            if not found and "context" not in unit.inputs and any("build-push" in used for used in unit.uses):
                found += [target for target in [self.tree.named("", "Dockerfile")] if target]
        for target in found:
            for place in self.launcher.built(target, str(unit.inputs.get("target", ""))):
                yield Edge(place, unit.line, f"{says} builds {target}")

    def _use(self, target: str, unit: Unit) -> Iterator[Edge]:
        says = f"{unit.says or unit.id} uses {target}"
        if self.units.defines_image(target):
            places = [*self.launcher.built(target, str(unit.inputs.get("target", "")))]
            places += [Place(target, "run")] if unit.kind in ("service", "action") and not unit.commands else []
            yield from (Edge(place, unit.line, says) for place in places)
        elif target.endswith(".py"):
            flow = unit.inputs.get("flow")
            yield Edge(Place(target, flow if isinstance(flow, str) else MAIN), unit.line, says)
        else:
            yield Edge(Place(target), unit.line, says)
            for part in self.tree.units(target, ("target",)):  # nothing says for which argument
                if part.startswith("script/"):
                    yield Edge(Place(target, part), unit.line, says)

    def target(self, target: str) -> str | None:
        """The file that a `uses` path means: itself, or the action, template or Dockerfile in that folder."""
        inside = ("action.yml", "action.yaml", "Dockerfile")
        for candidate in (target, *(posixpath.normpath(f"{target}/{name}") for name in inside)):
            if candidate in self.store.entries:
                return candidate
        return target + "/" if target in self.store.folders and target not in ("", ".") else None
