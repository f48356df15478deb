"""Databricks asset bundles: which files they include, and which schedules the targets pause that are deployed.

A target of mode development pauses what does not say UNPAUSED, and `presets` may pause or start all schedules of a
target. Which targets are deployed, the commands of the repository tell; where one of them may be any, nothing is known.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final

from mlripe.facts import Command, Unit
from mlripe.readers.formats.cursor import Node
from mlripe.readers.store import FactStore
from mlripe.wiring.command_words import option

__all__ = ["Bundles"]

FILES: Final = ("databricks.yml", "databricks.yaml", "bundle.yml", "bundle.yaml")
RESOURCES: Final = ("resource", "stage")
BUNDLE: Final = "bundle/"  # with which the id of a bundle's unit begins
OPEN: Final = frozenset("?[{$")  # of an include that names files by more than `*`
STARTING: Final = ("schedule", "trigger", "continuous")
DEPLOY: Final = ["bundle", "deploy"]
BY_NAME: Final = "DATABRICKS_BUNDLE_ENV"
PAUSED: Final = "PAUSED"


class Bundles:
    """Answers for the jobs of one repository's bundles; `forms` gives what the words of a unit's command can be."""

    def __init__(self, store: FactStore, forms: Callable[[str, Unit, Command], list[tuple[str, ...]]]) -> None:
        self.store = store
        self.forms = forms

    def schedule_disabled(self, path: str, unit: Unit) -> bool:
        """Whether every target that is deployed pauses the schedules of a job."""
        kind, _, key = unit.id.partition("/")
        if not unit.triggers or unit.kind != "resource" or not key or not path.endswith((".yml", ".yaml")):
            return False
        root = self._bundle(path)
        targets = dict(root["targets"].entries()) if root else {}
        deployed = self._deployed_of(targets)
        if not deployed or not self.store.of(path).documents:
            return False
        own = self._own(path, f"{kind}.{key}")
        return all(_pauses(targets[name], f"{kind}.{key}", own) for name in deployed)

    def off(self, path: str, unit: Unit) -> bool:
        """Whether a resource stands in a file that lies in a bundle's folder and that no bundle includes."""
        if unit.kind not in RESOURCES or not path.endswith((".yml", ".yaml")):
            return False
        kind = unit.id.partition("/")[0]
        if not any(resource.type == f"databricks:{kind}" for resource in self.store.of(path).resources):
            return False
        return posixpath.basename(path) not in FILES and self._bundle(path) is not None and not self._includes(path)

    def _includes(self, path: str) -> bool:
        return path in self._included or any(OPEN & set(pattern) for pattern in self._patterns)

    @cached_property
    def _patterns(self) -> list[str]:
        """What the bundles of the repository include, as paths of files that may hold wildcards."""
        loaded = list(self.store.loaded())
        return [used for _, facts in loaded for unit in facts.units if unit.id.startswith(BUNDLE) for used in unit.uses]

    @cached_property
    def _included(self) -> frozenset[str]:
        return frozenset(path for pattern in self._patterns for path in self.store.named(pattern))

    def _bundle(self, path: str) -> Node | None:
        """The bundle that a file belongs to: that of its folder, or of one above it."""
        folder = posixpath.dirname(path)
        while True:
            for name in FILES:
                file = posixpath.join(folder, name)
                for document in self.store.of(file).documents if file in self.store.entries else ():
                    if (root := Node.root(document))["bundle"].is_mapping:
                        return root
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def _own(self, path: str, key: str) -> Node:
        """A resource as its file defines it."""
        documents = self.store.of(path).documents
        found = [Node.root(document).at(f"resources.{key}") for document in documents]
        return next((node for node in found if node), found[0])

    def _deployed_of(self, targets: dict[str, Node]) -> set[str]:
        """The targets of a bundle that are deployed; none where that is not known."""
        if not self._deployed or "?" in self._deployed:
            return set()
        usual = [name for name, target in targets.items() if target["default"].value is True]
        usual = usual or (list(targets) if len(targets) == 1 else [])
        found = {name for name in self._deployed if name} | (set(usual) if "" in self._deployed else set())
        return found if found <= set(targets) else set()

    @cached_property
    def _deployed(self) -> frozenset[str]:
        """The targets that commands deploy: "" for the one that is used without a name, "?" for any."""
        return frozenset(
            name
            for path, facts in list(self.store.loaded())
            for unit in facts.units
            for command in unit.commands
            if any(word == "bundle" for word in command.argv)
            for name in self._named(path, unit, command)
        )

    def _named(self, path: str, unit: Unit, command: Command) -> Iterator[str]:
        for argv in self.forms(path, unit, command):
            verbs = [word for word in argv if word in DEPLOY]
            if verbs[:2] != DEPLOY:
                continue
            name = option(argv, "-t", "--target")
            by_variable = any(BY_NAME in text for text in (command.text, *unit.variables, *unit.inputs))
            yield "?" if "$" in name or (not name and (by_variable or self._sets_target)) else name

    @cached_property
    def _sets_target(self) -> bool:
        """Whether anything sets the variable that names the target."""
        return any(BY_NAME in unit.variables for _, facts in list(self.store.loaded()) for unit in facts.units)


def _pauses(target: Node, key: str, own: Node) -> bool:
    """Whether a target pauses the schedules of a resource, which it may define anew."""
    above = target.at(f"resources.{key}")
    for kind in STARTING:
        status = above[kind]["pause_status"].text or own[kind]["pause_status"].text
        if status:
            return status == PAUSED
    preset = target.at("presets.trigger_pause_status").text
    return preset == PAUSED if preset else target["mode"].text == "development"
