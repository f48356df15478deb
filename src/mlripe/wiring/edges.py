"""What one place starts directly: a unit its children, commands and what it uses; a Python scope what it mentions."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from mlripe.catalog.languages import SCRIPTS, R, language_of
from mlripe.facts import Command, Import, Unit
from mlripe.readers.infrastructure.code_pipelines import DESCRIBED
from mlripe.readers.python.notebook_cells import CELLS
from mlripe.readers.store import FactStore
from mlripe.wiring.bundles import Bundles
from mlripe.wiring.charts import Charts
from mlripe.wiring.child_pipelines import ChildPipelines
from mlripe.wiring.code_pipelines import CodePipelines
from mlripe.wiring.command_words import CommandWords
from mlripe.wiring.commands import Launcher
from mlripe.wiring.compiled_languages import ENDINGS, CompiledEdges
from mlripe.wiring.conditions import Conditions
from mlripe.wiring.module_facts import ModuleFacts
from mlripe.wiring.name_resolution import RepositoryTree
from mlripe.wiring.places import EVERYTHING, MAIN, Edge, Place
from mlripe.wiring.program_handlers import HANDLERS
from mlripe.wiring.r_edges import REdges
from mlripe.wiring.script_edges import ScriptEdges
from mlripe.wiring.started_by_calls import HANDED_OVER, Handing, short
from mlripe.wiring.terraform import TERRAFORM, Terraform
from mlripe.wiring.unimportable import Unimportable
from mlripe.wiring.values import Values
from mlripe.wiring.wrapping import registers

__all__ = ["Edges"]

# kinds of unit that bring what they need along; a CI job's needs are started by the pipeline, not by the job
_BRINGS_NEEDS = frozenset(("target", "stage", "environment", "service", "task", "build-stage"))
# what running a whole file starts: all top-level units, but of these kinds only when they are asked for
_ASKED_FOR = frozenset(("target", "template", "console", "environment", "image", "service", "timer", "build-stage"))
# kinds of unit that run inside an image
_IN_IMAGES = frozenset(("stage", "resource", "job-spec"))
_LISTS = ("kustomization.yaml", "kustomization.yml")
_MANIFESTS = (".yaml", ".yml", ".json", ".tf", ".bicep")
_NOT_STARTED = frozenset(
    ("cache-dependency-path", "environment-file", "python-version-file", "node-version-file", "file-path")
)
_PATHS = ("sys.path.insert", "sys.path.append")
_LONGEST_FOLDER = 300
_MOST_FOLDERS = 20
_TEMPLATE = "template:"
_SOURCES = ("source", ".")
_FUNCTION = "function/"


class Edges:
    """Gives the edges of any place; `_unit` of every file is looked up once."""

    def __init__(self, store: FactStore, tree: RepositoryTree) -> None:
        self.store = store
        self.tree = tree
        self.launcher = Launcher(tree, HANDLERS, CommandWords(store.knowledge.programs))
        self.conditions = Conditions(store, self.of, self.launcher.words)
        self.handing = Handing(store, tree, self.launcher)
        self.unimportable = Unimportable(store, tree.modules)
        self.charts = Charts(store)
        self.values = Values(store, self.charts, self.target)
        self.child_pipelines = ChildPipelines(store, self.target)
        self.bundles = Bundles(store, self.values.forms)
        self.scripts = ScriptEdges(store, tree.scripts, self.handing)
        self.compiled = CompiledEdges(store)
        self.r = REdges(store, self.handing)
        self.terraform = Terraform(store)
        self.code_pipelines = CodePipelines(store)
        self._units: dict[str, dict[str, Unit]] = {}
        self._children: dict[str, dict[str, list[Unit]]] = {}
        self._modules: dict[str, ModuleFacts] = {}
        self._added: dict[str, tuple[str, ...]] = {}

    def of(self, place: Place) -> list[Edge]:
        """The edges of a place, each once, without those back to itself."""
        if place.path.endswith("/"):
            found = self._folder(place)
        elif place.unit.startswith(DESCRIBED):
            found = self._unit(place)
        elif place.path.endswith(SCRIPTS):
            found = self.scripts.of(place)
        elif place.path.endswith((".py", ".ipynb")):
            found = self._code(place)
        elif place.path.endswith(ENDINGS):
            found = self.compiled.of(place)
        elif language_of(place.path) == R and not self.unit(place):
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

    def unit(self, place: Place) -> Unit | None:
        """The unit at a place of a structured file."""
        return self._indexed(place.path).get(place.unit)

    def off(self, place: Place) -> bool:
        """Whether the unit at a place is switched off: nothing there runs, whatever asks for it."""
        unit = self.unit(place)
        if unit is None or unit.disabled:
            return unit is not None
        return self.terraform.off(place) if place.path.endswith(TERRAFORM) else self.charts.off(place.path, unit)

    def sleeps(self, place: Place) -> bool:
        """Whether the schedule of the unit at a place is switched off by a value."""
        unit = self.unit(place)
        if place.path.endswith(TERRAFORM):
            return self.terraform.sleeps(place)
        return unit is not None and (self.charts.sleeps(place.path, unit) or self.bundles.sleeps(place.path, unit))

    def _indexed(self, path: str) -> dict[str, Unit]:
        if path not in self._units:
            units = self.store.of(path).units
            self._units[path] = {unit.id: unit for unit in units}
            children: dict[str, list[Unit]] = {}
            for unit in units:
                children.setdefault(unit.parent, []).append(unit)
            self._children[path] = children
        return self._units[path]

    # --- structured files --------------------------------------------------------------------------------------------

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
        known = self._indexed(place.path)
        top = [unit for unit in known.values() if not unit.parent]
        wanted = [unit for unit in top if unit.kind not in _ASKED_FOR] or top[:1]
        for unit in wanted:
            if not self.off(Place(place.path, unit.id)):
                yield Edge(Place(place.path, unit.id), unit.line, unit.says or unit.id)

    def _unit(self, place: Place) -> Iterator[Edge]:
        path = place.path
        unit = self.unit(place)
        if unit is None or unit.disabled:
            return
        for child in self._children[path].get(unit.id, ()):
            if child.disabled or self.child_pipelines.never(path, child):
                continue
            if not self.conditions.never(path, child):
                kinds = self.conditions.kinds(path, child)
                yield Edge(
                    Place(path, child.id), child.line, child.says or child.id, child.tolerant, kinds, child.tolerant
                )
        if unit.kind in _BRINGS_NEEDS:
            for need in unit.needs:
                if needed := Place(path, need) if need in self._units[path] else self.tree.target(path, need):
                    yield Edge(needed, unit.line, f"{unit.says or unit.id} needs {need}")
        for command in unit.commands:
            for started in self.started(path, unit, command):
                yield Edge(started, command.line, short(command.text), command.tolerant, None, command.caught)
        if unit.kind == "stage" and path.endswith("_targets.R"):
            folder = posixpath.dirname(path)
            for source in self.store.entries:  # tar_source() makes all of R/ known to every target
                if source.endswith((".R", ".r")) and posixpath.dirname(source) == posixpath.join(folder, "R"):
                    yield Edge(Place(source), unit.line, f"{unit.says or unit.id} may call {source}")
            yield from self.r.of_target(path, unit)
        yield from self._used(path, unit)

    def started(
        self, path: str, unit: Unit, command: Command, forms: Sequence[tuple[str, ...]] | None = None
    ) -> list[Place]:
        """What a command of a unit starts; `forms`: what it is with its values filled in, where that is known."""
        bases = [*self.bases(path, unit, command), *self._copied(path, unit), *self.tree.folders_given(path)]
        forms = self.values.forms(path, unit, command) if forms is None else forms
        found = [place for argv in forms for place in self.launcher.places(argv, bases)]
        if not found:
            found = self._functions.get(command.argv[0], [])
        return found or (self.handing.by_name(command.argv) if unit.kind in _IN_IMAGES else [])

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

    def _defines_image(self, path: str) -> bool:
        """Whether a file is a Dockerfile: by its name, or because something builds by it."""
        name = posixpath.basename(path)
        return "ockerfile" in name or "ontainerfile" in name or ("." not in name and "image" in self._indexed(path))

    def _copied(self, path: str, unit: Unit) -> Iterator[str]:
        """The folders out of which an image copies files: what it runs by its bare name lies in one of them.

        A build may start in the folder of its Dockerfile or at the repository's root: sources are looked for in both.
        """
        where = unit.inputs.get("working_dir")
        if isinstance(where, str) and (folder := self.tree.folder(where, [unit.directory, ""])):
            yield folder
        copied = self._indexed(path).get("image") if unit.id == "run" and self._defines_image(path) else None
        for source in copied.reads if copied else ():
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), source))
            for seen in dict.fromkeys((beside, source)):
                yield posixpath.dirname(seen) if seen in self.store.entries or "*" in seen else seen

    def _used(self, path: str, unit: Unit) -> Iterator[Edge]:
        for place in chain(self.tree.starts.used(unit), self.code_pipelines.used(path, unit)):
            yield Edge(place, unit.line, f"{unit.says or unit.id} starts {place.path}")
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
            handed = target and target.endswith((*HANDED_OVER, ".yaml", ".yml", ".json", ".tf"))
            if target and handed and not builds and key not in _NOT_STARTED:
                for started in self.launcher.run_file(target):
                    yield Edge(started, unit.line, f"{says} is given {target}")
            elif target and self._defines_image(target):
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
        if self._defines_image(target):
            places = [*self.launcher.built(target, str(unit.inputs.get("target", "")))]
            places += [Place(target, "run")] if unit.kind == "service" and not unit.commands else []
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
        return bases

    # --- Python ------------------------------------------------------------------------------------------------------

    def _code(self, place: Place) -> Iterator[Edge]:
        path, scope = place
        if path in self.unimportable:
            return
        if "#" in scope:
            yield from self._choice(place)
            return
        module = self._module(path)
        own = module.definitions
        if scope == MAIN or path.endswith(".ipynb"):
            yield Edge(Place(path, ""), 1, f"runs {path}")
        if not scope and CELLS in self._indexed(path):  # the shell lines of a notebook
            yield from self._file(place)
        role = self.store.role(path)
        testing = role is not None and role.id == "tests"
        if scope in ("", EVERYTHING):
            all_of_it = testing or path.endswith(".ipynb") or scope == EVERYTHING
            for name, definition in own.items():
                if name and name != MAIN and (all_of_it or registers(definition.decorators)):
                    yield Edge(Place(path, name), definition.line, name)
        found = own.get(scope)
        if scope and not found:
            yield Edge(Place(path), 1, scope)
        if scope and self.unit(place):  # a session of a task file
            yield from self._unit(place)
        if found and found.kind == "class":
            for name, definition in own.items():
                if name.startswith(scope + "."):
                    yield Edge(Place(path, name), definition.line, name)
        if found:
            for name, line in sorted(found.mentions.items()):
                for target in self._mentioned(path, name, own, scope):
                    if not testing or self._is_test(target.path):
                        yield Edge(
                            target,
                            line or found.line,
                            f"{scope or posixpath.basename(path)} uses {name}",
                        )
        calls = self.store.of(path).calls if scope == EVERYTHING else module.calls.get(scope, ())
        if not testing:
            yield from self.handing.edges(path, calls)
        for imported in module.imports.get(scope, ()):
            for target_path in self.imported_files(path, imported):
                if not testing or self._is_test(target_path):
                    yield Edge(Place(target_path), imported.line, f"imports {imported.module}")

    def _choice(self, place: Place) -> Iterator[Edge]:
        """What a program mentions where it chooses by the words that it is given."""
        choice = self.store.of(place.path).choices[int(place.unit.rpartition("#")[2])]
        own = self._module(place.path).definitions
        for name, line in sorted(choice.mentions.items()):
            for target in self._mentioned(place.path, name, own, MAIN):
                yield Edge(target, line, f"{choice.scope or posixpath.basename(place.path)} uses {name}")

    def _module(self, path: str) -> ModuleFacts:
        if path not in self._modules:
            self._modules[path] = ModuleFacts.of(self.store.of(path))
        return self._modules[path]

    def imported_files(self, path: str, imported: Import) -> Iterator[str]:
        """The files that an import runs: the module's own, and those of its names that are modules themselves."""
        joint = "" if imported.module.endswith(".") else "."
        for name in ("", *imported.names):
            wanted = imported.module + joint + name if name else imported.module
            for seen_from in (path, *self._search_path(path)):
                if module := self.tree.modules.file(wanted, seen_from):
                    yield module
                    break

    def _split(self, name: str, path: str) -> tuple[str, str] | None:
        """A dotted name as (path of its module, the rest), seen from a file and from the folders that it adds."""
        places = (path, *self._search_path(path))
        return next((found for seen_from in places if (found := self.tree.modules.split(name, seen_from))), None)

    def _search_path(self, path: str) -> tuple[str, ...]:
        """Paths in the folders that a file adds to the places where Python looks for modules (`sys.path`)."""
        if path not in self._added:
            named = [
                value
                for call in self.store.of(path).calls
                if call.name in _PATHS
                for value in call.args
                if isinstance(value, str) and len(value) < _LONGEST_FOLDER
            ]
            folder, found = posixpath.dirname(path), []
            while named:  # seen from this file's folder, or from one above it: what the rest of the path is, few say
                found += [posixpath.normpath(posixpath.join(folder, value)) for value in named[:_MOST_FOLDERS]]
                if not folder:
                    break
                folder = posixpath.dirname(folder)
            self._added[path] = tuple(f"{each}/_.py" for each in found if each in self.store.folders)
        return self._added[path]

    def _is_test(self, path: str) -> bool:
        role = self.store.role(path)
        return role is not None and role.id == "tests"

    def _mentioned(self, path: str, name: str, own: Mapping[str, object], scope: str) -> Iterator[Place]:
        """Where a name is defined that a scope of a file mentions.

        A function of another file may choose anything there, unless a program's own body calls it: then the words that
        start the program decide.
        """
        head = name.split(".", 1)[0]
        if name in own:
            yield Place(path, name)
        # a relative import has no head; `from fit import main` may stand beside a function `fit`
        local = bool(head) and head in own and (name == head or head not in self._module(path).roots)
        if local and name not in own:
            yield Place(path, head)
        split = None if local else self._split(name, path)
        for target in self._inside(*split, depth=4) if split else ():
            yield target
            if target.unit and scope not in ("", MAIN):
                yield from self.tree.choices(target.path, None, target.unit)

    def defined(self, path: str, name: str) -> list[Place]:
        """Where a dotted name is defined that a Python file mentions, in this repository."""
        return [place for place in self._mentioned(path, name, self._module(path).definitions, "") if place.unit]

    def _inside(self, path: str, rest: str, depth: int) -> Iterator[Place]:
        """Where `rest` of module `path` is defined, through what the module itself imports from elsewhere."""
        yield Place(path)
        if not rest:
            return
        head = rest.split(".", 1)[0]
        module = self._module(path)
        if head in module.definitions:
            yield Place(path, head)
            if rest in module.definitions and rest != head:
                yield Place(path, rest)
            return
        if depth:
            for imported, source in module.bringing(head):
                joint = "" if imported.module.endswith(".") else "."
                split = self._split(f"{imported.module}{joint}{source}{rest[len(head) :]}", path)
                if split and split[0] != path:
                    yield from self._inside(*split, depth=depth - 1)
