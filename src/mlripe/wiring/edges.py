"""The edges of the wiring: which places one place starts, without any between them.

A unit starts its children, the places that its commands lead to, and what it uses; a scope of a source file starts the
functions that it mentions.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from mlripe.catalog.languages import SCRIPTS, R, language_of
from mlripe.facts import Command, Unit
from mlripe.kinds import ProgramEffect
from mlripe.readers.infrastructure.code_pipelines import DESCRIBED
from mlripe.readers.store import FactStore
from mlripe.wiring.bundles import Bundles
from mlripe.wiring.charts import Charts
from mlripe.wiring.child_pipelines import ChildPipelines
from mlripe.wiring.code_pipelines import CodePipelines
from mlripe.wiring.command_words import CommandWords, is_trial
from mlripe.wiring.commands import Launcher
from mlripe.wiring.compiled_languages import ENDINGS, CompiledEdges
from mlripe.wiring.conditions import Conditions
from mlripe.wiring.container_calls import ContainerCalls
from mlripe.wiring.image_names import OwnImages
from mlripe.wiring.name_resolution import RepositoryTree
from mlripe.wiring.places import EVERYTHING, Edge, Place
from mlripe.wiring.procedures import Procedures
from mlripe.wiring.program_handlers import HANDLERS
from mlripe.wiring.python_edges import PythonEdges
from mlripe.wiring.r_edges import REdges
from mlripe.wiring.script_edges import ScriptEdges
from mlripe.wiring.sql_files import given_sql
from mlripe.wiring.started_by_calls import HandedOver, short
from mlripe.wiring.terraform import TERRAFORM, Terraform
from mlripe.wiring.unit_index import UnitIndex
from mlripe.wiring.used_edges import UsedEdges
from mlripe.wiring.values import Setting, Values

__all__ = ["Edges"]

# kinds of unit that bring what they need along; a CI job's needs are started by the pipeline, not by the job
_BRINGS_NEEDS = frozenset(("target", "stage", "environment", "service", "task", "build-stage"))
# what running a whole file starts: all top-level units, but of these kinds only when they are asked for
_ASKED_FOR = frozenset("target template console environment image service timer build-stage sql-task procedure".split())
# kinds of unit that run inside an image
_IN_IMAGES = frozenset(("stage", "resource", "job-spec"))
_MOST_ENTERED = 100  # folders that the commands of one unit go to
_LISTS = ("kustomization.yaml", "kustomization.yml")
_MANIFESTS = (".yaml", ".yml", ".json", ".tf", ".bicep")
_SOURCES = ("source", ".")
_CLUSTERS = "kubectl"  # the program as which those are followed that hand manifests to a cluster
_RENDERS = frozenset((("kustomize", "build"), ("kubectl", "kustomize"), ("helm", "template")))
_FUNCTION = "function/"


class Edges:
    """The edges of any place."""

    def __init__(self, store: FactStore, tree: RepositoryTree) -> None:
        self.store = store
        self.tree = tree
        self.units = UnitIndex(store)
        self.launcher = Launcher(tree, HANDLERS, CommandWords(store.knowledge.programs))
        self.conditions = Conditions(store, self.of, self.launcher.words)
        self.images = OwnImages(store, self)
        self.handed_over = HandedOver(store, tree, self.launcher, ContainerCalls(self))
        self.charts = Charts(store)
        self.asks: dict[Place, frozenset[str]] = {}  # the environment's variables that decide what a place starts
        self.python = PythonEdges(store, tree, self.handed_over, self.units, self._unit, self._file, self.asks)
        self.procedures = Procedures(store, tree, self.python.defined)
        self.terraform = Terraform(store)
        self.code_pipelines = CodePipelines(store, tree)
        self.used = UsedEdges(
            store, tree, self.launcher, self.units, self.terraform, self.code_pipelines, self.procedures
        )
        self.values = Values(store, self.charts, self.used.target)
        self.child_pipelines = ChildPipelines(store, self.used.target)
        self.bundles = Bundles(store, self.values.forms)
        self.scripts = ScriptEdges(store, tree.scripts, self.handed_over)
        self.compiled = CompiledEdges(store)
        self.r = REdges(store, self.handed_over)
        self._entering: dict[int, tuple[tuple[Command, ...], Mapping[str, int]]] = {}
        self._sql_clients = store.knowledge.programs.doing(ProgramEffect.SENDS_SQL)

    def of(self, place: Place) -> list[Edge]:
        """The edges of a place, each once, without those back to itself."""
        if place.path.endswith("/"):
            found = self._folder(place)
        elif place.unit.startswith(DESCRIBED):
            found = self._unit(place)
        elif place.path.endswith(SCRIPTS):
            found = self.scripts.of(place)
        elif place.path.endswith((".py", ".ipynb")):
            found = self.python.of(place)
        elif place.path.endswith(ENDINGS):
            found = self.compiled.of(place)
        elif language_of(place.path) == R and not self.units.unit(place):
            found = chain(self.r.of(place), () if place.unit else self._file(place))
        elif place.unit:
            found = self._unit(place)
        else:
            found = self._file(place)
        seen = {place}
        edges = []
        for edge in found:
            if edge.place not in seen:
                seen.add(edge.place)
                edges.append(edge)
        return edges

    def off(self, place: Place) -> bool:
        """Whether the unit at a place is switched off: nothing there runs, whatever asks for it."""
        unit = self.units.unit(place)
        if unit is None or unit.disabled:
            return unit is not None
        if place.path.endswith(TERRAFORM):
            return self.terraform.off(place)
        return self.charts.off(place.path, unit) or self.bundles.off(place.path, unit)

    def schedule_disabled(self, place: Place) -> bool:
        """Whether the schedule of the unit at a place is switched off by a value."""
        unit = self.units.unit(place)
        if place.path.endswith(TERRAFORM):
            return self.terraform.schedule_disabled(place)
        return unit is not None and (
            self.charts.schedule_disabled(place.path, unit) or self.bundles.schedule_disabled(place.path, unit)
        )

    def _folder(self, place: Place) -> Iterator[Edge]:
        """A folder of manifests that is handed over; its unit tells of whom: `node` sources, `terraform` files."""
        folder = place.path.rstrip("/")
        prefix = folder + "/" if folder else ""
        listed = [prefix + name for name in _LISTS if prefix + name in self.store.entries] if not place.unit else []
        if listed:  # what the list leaves out, or comments out, is not applied
            yield Edge(Place(listed[0]), 0, f"folder {folder or '.'}")
            return
        endings = {"node": SCRIPTS, "terraform": (".tf",)}.get(place.unit, _MANIFESTS)
        for path in self.store.entries:
            if path.startswith(prefix) and path.endswith(endings) and self.store.role(path) is None:
                # of a package's sources nothing tells which functions are called
                yield Edge(Place(path, EVERYTHING if place.unit == "node" else ""), 0, f"folder {folder or '.'}")

    def _file(self, place: Place) -> Iterator[Edge]:
        known = self.units.of(place.path)
        top = [unit for unit in known.values() if not unit.parent]
        wanted = [unit for unit in top if unit.kind not in _ASKED_FOR] or top[:1]
        for unit in wanted:
            if not self.off(Place(place.path, unit.id)):
                yield Edge(Place(place.path, unit.id), unit.line, unit.says or unit.id)

    def _unit(self, place: Place) -> Iterator[Edge]:
        path = place.path
        unit = self.units.unit(place)
        if unit is None or unit.disabled:
            return
        for child in self.units.children(path, unit.id):
            if child.disabled or self.child_pipelines.never(path, child):
                continue
            if not self.conditions.never(path, child):
                kinds = self.conditions.kinds(path, child)
                yield Edge(
                    Place(path, child.id),
                    child.line,
                    child.says or child.id,
                    child.allow_failure,
                    kinds,
                    child.allow_failure,
                )
        if unit.kind in _BRINGS_NEEDS:
            for need in unit.needs:
                if needed := Place(path, need) if need in self.units.of(path) else self.tree.target(path, need):
                    yield Edge(needed, unit.line, f"{unit.says or unit.id} needs {need}")
        open_names: set[str] = set()
        for command in unit.commands:
            found = self.started(path, unit, command)
            for started in found:
                yield Edge(
                    started, command.line, short(command.text), command.allow_failure, None, command.allowed_explicitly
                )
            open_names |= self.values.open(path, unit, command) if not found else frozenset()
        if open_names:
            self.asks[place] = frozenset(open_names)
        if unit.kind == "stage" and path.endswith("_targets.R"):
            folder = posixpath.dirname(path)
            for source in self.store.entries:  # tar_source() makes all of R/ known to every target
                if source.endswith((".R", ".r")) and posixpath.dirname(source) == posixpath.join(folder, "R"):
                    yield Edge(Place(source), unit.line, f"{unit.says or unit.id} may call {source}")
            yield from self.r.of_target(path, unit)
        for used in unit.uses if unit.kind in _IN_IMAGES else ():
            if "://" in used and used.endswith(".py"):
                for place in self.handed_over.by_name(("python", used)):  # a script that a job finds in a storage
                    yield Edge(place, unit.line, f"{unit.says or unit.id} runs {used}")
        yield from self.used.of(path, unit)

    def by_environment(self, place: Place, setting: Setting) -> list[Edge]:
        """What a place starts by the variables that are set for it where it is started."""

        def environment(name: str) -> tuple[str, ...]:
            return self.values.of_variable(setting, name)

        unit = self.units.unit(place)
        if unit is None:
            calls = self.python.module(place.path).calls.get(place.unit, ())
            return list(self.python.value_starts.edges(place, calls, environment))
        found = []
        for command in unit.commands:
            forms = self.values.forms(place.path, unit, command, environment)
            for started in self.started(place.path, unit, command, forms):
                found.append(
                    Edge(
                        started,
                        command.line,
                        short(command.text),
                        command.allow_failure,
                        None,
                        command.allowed_explicitly,
                    )
                )
        return found

    def starting(self, setting: Setting) -> list[Place]:
        """The places that begin with the variables of a setting."""
        if setting.command is None:
            return [Place(setting.path, setting.unit.id)]
        return self.started(setting.path, setting.unit, setting.command)

    def started(
        self, path: str, unit: Unit, command: Command, forms: Sequence[tuple[str, ...]] | None = None
    ) -> list[Place]:
        """What a command of a unit starts; `forms`: what it is with its values filled in, where that is known."""
        if self._only_renders(path, unit, command):
            return []
        bases = [*self.bases(path, unit, command), *self._copied(path, unit), *self.tree.folders_given(path)]
        forms = self.values.forms(path, unit, command) if forms is None else forms
        found = [place for argv in forms for place in self.launcher.places(argv, bases)]
        words = self.launcher.words.unwrapped(command.argv)
        if words and words[0] in self._sql_clients:
            found += [Place(sql) for name in given_sql(words, command.text) if (sql := self.tree.file(name, bases))]
        if not found:
            found = self._functions.get(command.argv[0], [])
        return found or (self.handed_over.by_name(command.argv) if unit.kind in _IN_IMAGES else [])

    def _only_renders(self, path: str, unit: Unit, command: Command) -> bool:
        """Whether a command writes manifests that no command beside it, in its job, hands to a cluster."""
        if command.argv[:2] not in _RENDERS:
            return False
        beside = self.units.children(path, unit.parent) if unit.parent else ()
        said = (self.launcher.words.unwrapped(each.argv) for part in (unit, *beside) for each in part.commands)
        return unit.kind in ("step", "job") and not any(map(self._applies_manifests, said))

    def _applies_manifests(self, words: Sequence[str]) -> bool:
        known = self.launcher.words
        followed = known.programs.followed_as(words[0]) if words and tuple(words[:2]) not in _RENDERS else ""
        return followed == _CLUSTERS and known.asked(words) and not is_trial(words)

    @cached_property
    def _functions(self) -> dict[str, list[Place]]:
        """By name, the shell functions of the scripts that any command sources."""
        loaded = list(self.store.loaded())
        commands = (command for _, facts in loaded for unit in facts.units for command in unit.commands)
        sourced = {posixpath.basename(c.argv[1]) for c in commands if c.argv[0] in _SOURCES and len(c.argv) > 1}
        found: dict[str, list[Place]] = {}
        for path, facts in loaded if sourced else ():
            if posixpath.basename(path) in sourced:
                for unit in facts.units:
                    if unit.id.startswith(_FUNCTION):
                        found.setdefault(unit.id.removeprefix(_FUNCTION), []).append(Place(path, unit.id))
        return found

    def _copied(self, path: str, unit: Unit) -> Iterator[str]:
        """The folders out of which an image copies files: what it runs by its bare name lies in one of them.

        A build may start in the folder of its Dockerfile or at the repository's root: sources are looked for in both.
        """
        where = unit.inputs.get("working_dir")
        if isinstance(where, str) and (folder := self.tree.folder(where, [unit.directory, ""])):
            yield folder
        copied = self.units.of(path).get("image") if unit.id == "run" and self.units.defines_image(path) else None
        for source in copied.reads if copied else ():
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), source))
            for seen in dict.fromkeys((beside, source)):
                yield posixpath.dirname(seen) if seen in self.store.entries or "*" in seen else seen

    def bases(self, path: str, unit: Unit, command: Command) -> list[str]:
        """The folders a command may be seen from: where it runs, the file's own folder, the root."""
        bases: list[str] = []
        # a workflow below a folder (a template to be copied) sees that folder as its root
        above = self.store.knowledge.ci_services.root_above(path)
        for base in (posixpath.join(above, unit.directory), posixpath.dirname(path), ""):
            joined = posixpath.normpath(posixpath.join(base, command.directory)) if command.directory else base
            joined = "" if joined == "." else joined
            for folder in (joined, base):
                if folder not in bases and not folder.startswith(".."):
                    bases.append(folder)
        entered = (folder for folder, line in self._entered(unit.commands).items() if line <= command.line)
        return [*dict.fromkeys((*bases, *entered))]

    def _entered(self, commands: tuple[Command, ...]) -> Mapping[str, int]:
        """The folders of the repository that commands enter by where a machine has them, each with its first line.

        Asked for each of the commands, and found once for all of them.
        """
        known = self._entering.get(id(commands))
        if known is None or known[0] is not commands:
            found: dict[str, int] = {}
            for command in commands:
                for folder in self.tree.folders_entered([command.argv]):
                    if len(found) < _MOST_ENTERED:
                        found.setdefault(folder, command.line)
            known = self._entering[id(commands)] = (commands, found)
        return known[1]
