"""What one place starts directly: a unit its children, commands and what it uses; a Python scope what it mentions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from mlripe.facts import Call, Command, Import, Unit
from mlripe.readers.scripts import SCRIPTS
from mlripe.readers.store import FactStore
from mlripe.wiring.launch import Launcher
from mlripe.wiring.places import EVERYTHING, MAIN, Edge, Place
from mlripe.wiring.programs import HANDLERS
from mlripe.wiring.tree import RepositoryTree
from mlripe.wiring.words import unwrapped

__all__ = ["Edges"]

# kinds of unit that bring what they need along; a CI job's needs are started by the pipeline, not by the job
_BRINGS_NEEDS = frozenset(("target", "stage", "environment", "service", "task"))
# what running a whole file starts: all top-level units, but of these kinds only when they are asked for
_ASKED_FOR = frozenset(("target", "console", "environment", "image", "service"))
# kinds of unit that run inside an image
_IN_IMAGES = frozenset(("stage", "resource", "job-spec"))
_RUNNERS = frozenset("python python3 bash sh make dvc Rscript julia spark-submit torchrun accelerate papermill".split())
_HANDED_OVER = (".py", ".sh", ".ipynb", ".R", ".jl")
_MANIFESTS = (".yaml", ".yml", ".json", ".tf", ".bicep")
_NOT_STARTED = frozenset(
    ("cache-dependency-path", "environment-file", "python-version-file", "node-version-file", "file-path")
)
_BUILT = re.compile(r"\.[mc]?jsx?\Z")
_SERVED = re.compile(r"([\w.]+):\w+")
_SUBMITTING = ("pipeline", "job", "component", "submit", "deploy", "create", "apply", "run")
_DATA_CALLS = (
    "open",
    ".read_text",
    ".exists",
    ".write_text",
    "shutil.copy",
    "os.remove",
    "os.path.exists",
    "os.path.isfile",
    ".add_argument",
)


class Edges:
    """Gives the edges of any place; `_unit` of every file is looked up once."""

    def __init__(self, store: FactStore, tree: RepositoryTree) -> None:
        self.store = store
        self.tree = tree
        self.launcher = Launcher(tree, HANDLERS)
        self._units: dict[str, dict[str, Unit]] = {}
        self._children: dict[str, dict[str, list[Unit]]] = {}

    def of(self, place: Place) -> list[Edge]:
        """The edges of a place, each once, without those back to itself."""
        if place.path.endswith("/"):
            found = self._folder(place)
        elif place.path.endswith(SCRIPTS):
            found = self._script(place)
        elif place.path.endswith((".py", ".ipynb")):
            found = self._code(place)
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
        endings = {"node": SCRIPTS, "terraform": (".tf",)}.get(place.unit, _MANIFESTS)
        for path in self.store.entries:
            if path.startswith(prefix) and path.endswith(endings) and self.store.role(path) is None:
                yield Edge(Place(path), 0, f"folder {folder or '.'}")

    def _file(self, place: Place) -> Iterator[Edge]:
        known = self._indexed(place.path)
        top = [unit for unit in known.values() if not unit.parent]
        wanted = [unit for unit in top if unit.kind not in _ASKED_FOR] or top[:1]
        for unit in wanted:
            yield Edge(Place(place.path, unit.id), unit.line, unit.says or unit.id)

    def _unit(self, place: Place) -> Iterator[Edge]:
        path = place.path
        unit = self.unit(place)
        if unit is None or unit.disabled:
            return
        for child in self._children[path].get(unit.id, ()):
            if not child.disabled:
                yield Edge(Place(path, child.id), child.line, child.says or child.id, child.tolerant)
        if unit.kind in _BRINGS_NEEDS:
            for need in unit.needs:
                if need in self._units[path]:
                    yield Edge(Place(path, need), unit.line, f"{unit.says or unit.id} needs {need}")
        for command in unit.commands:
            bases = [*self.bases(path, unit, command), *self._copied(path, unit)]
            found = self.launcher.places(command.argv, bases)
            if not found and unit.kind in _IN_IMAGES:
                found = self._by_name(command.argv)
            for started in found:
                yield Edge(started, command.line, _short(command.text), command.tolerant)
        if unit.kind == "stage" and path.endswith("_targets.R"):
            folder = posixpath.dirname(path)
            for source in self.store.entries:  # tar_source() makes all of R/ known to every target
                if source.endswith((".R", ".r")) and posixpath.dirname(source) == posixpath.join(folder, "R"):
                    yield Edge(Place(source), unit.line, f"{unit.says or unit.id} may call {source}")
        yield from self._used(path, unit)

    def _copied(self, path: str, unit: Unit) -> Iterator[str]:
        """The folders out of which an image copies files: what it runs by its bare name lies in one of them."""
        copied = self._units[path].get("image") if unit.id == "run" and _is_dockerfile(path) else None
        for source in copied.reads if copied else ():
            yield posixpath.dirname(source) if source in self.store.entries else source

    def _by_name(self, argv: Sequence[str]) -> list[Place]:
        """The only script of a name: an image that is built elsewhere runs it from a folder that nothing here tells."""
        words = unwrapped(argv)
        script = next((w for w in words[1:] if not w.startswith("-")), "") if words[:1] == ("python",) else ""
        if not script.endswith(".py") or "/" in script:
            return []
        found = [p for p in self.store.entries if posixpath.basename(p) == script and self.store.role(p) is None]
        return [Place(found[0], MAIN)] if len(found) == 1 else []

    def _used(self, path: str, unit: Unit) -> Iterator[Edge]:
        for used in unit.uses:
            if not used.startswith(("./", "../")) and used not in self.store.entries:
                continue
            target = self._at(posixpath.normpath(used.removeprefix("./")))
            if target:
                yield from self._use(target, unit)
        if unit.uses and unit.kind in ("step", "job"):
            yield from self._given(path, unit)

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
            handed = target and target.endswith((*_HANDED_OVER, ".yaml", ".yml", ".json", ".tf"))
            if target and handed and not builds and key not in _NOT_STARTED:
                for started in self.launcher.run_file(target):
                    yield Edge(started, unit.line, f"{says} is given {target}")
            elif target and _is_dockerfile(target):
                found.append(target)
        if builds and not found:
            for key in ("context", "buildContext", "path", "dockerfile_path"):
                folder = self.tree.folder(str(unit.inputs[key]), bases) if key in unit.inputs else None
                if folder is not None and (target := self.tree.named(folder, "Dockerfile")):
                    found.append(target)
            if not found and "context" not in unit.inputs and any("build-push" in used for used in unit.uses):
                found += [target for target in [self.tree.named("", "Dockerfile")] if target]
        for target in found:
            for part in ("build", "image"):
                yield Edge(Place(target, part), unit.line, f"{says} builds {target}")

    def _use(self, target: str, unit: Unit) -> Iterator[Edge]:
        says = f"{unit.says or unit.id} uses {target}"
        if _is_dockerfile(target):
            for part in (
                ("build", "image", "run") if unit.kind == "service" and not unit.commands else ("build", "image")
            ):
                yield Edge(Place(target, part), unit.line, says)
        elif target.endswith(".py"):
            flow = unit.inputs.get("flow")
            yield Edge(Place(target, flow if isinstance(flow, str) else MAIN), unit.line, says)
        else:
            yield Edge(Place(target), unit.line, says)

    def _at(self, target: str) -> str | None:
        """The file that a `uses` path means: itself, or the action, template or Dockerfile in that folder."""
        for candidate in (target, f"{target}/action.yml", f"{target}/action.yaml", f"{target}/Dockerfile"):
            if candidate in self.store.entries:
                return candidate
        return target + "/" if target in self.store.folders and target not in ("", ".") else None

    @staticmethod
    def bases(path: str, unit: Unit, command: Command) -> list[str]:
        """The folders a command may be seen from: where it runs, the file's own folder, the root."""
        bases: list[str] = []
        # a workflow below a folder (a template to be copied) sees that folder as its root
        above = path.split("/.github/", 1)[0] if "/.github/" in path else ""
        for base in (posixpath.join(above, unit.directory), posixpath.dirname(path), ""):
            joined = posixpath.normpath(posixpath.join(base, command.directory)) if command.directory else base
            joined = "" if joined == "." else joined
            for folder in (joined, base):
                if folder not in bases and not folder.startswith(".."):
                    bases.append(folder)
        return bases

    # --- JavaScript and TypeScript -----------------------------------------------------------------------------------

    def _script(self, place: Place) -> Iterator[Edge]:
        """The files of the repository that a JavaScript or TypeScript file imports."""
        folder = posixpath.dirname(place.path)
        testing = self._is_test(place.path)  # what a test imports is tried, not run
        for imported in self.store.of(place.path).imports:
            stem = posixpath.normpath(posixpath.join(folder, imported.module))
            source = _BUILT.sub("", stem)  # modules of TypeScript import each other by the names that they are built to
            found = [stem, *(s + e for s in (stem, source) for e in SCRIPTS), *(f"{stem}/index{e}" for e in SCRIPTS)]
            target = next((path for path in found if path in self.store.entries), None)
            if target and (not testing or self._is_test(target)):
                yield Edge(Place(target), imported.line, f"imports {imported.module}")

    # --- Python ------------------------------------------------------------------------------------------------------

    def _code(self, place: Place) -> Iterator[Edge]:
        path, scope = place
        facts = self.store.of(path)
        own = {definition.name: definition for definition in facts.definitions}
        if scope == MAIN or path.endswith(".ipynb"):
            yield Edge(Place(path, ""), 1, f"runs {path}")
        role = self.store.role(path)
        testing = role is not None and role.id == "tests"
        if scope in ("", EVERYTHING):
            all_of_it = testing or path.endswith(".ipynb") or scope == EVERYTHING
            for name, definition in own.items():
                if name and name != MAIN and (definition.decorators or all_of_it):
                    yield Edge(Place(path, name), definition.line, name)
        found = own.get(scope)
        if scope and not found:
            yield Edge(Place(path), 1, scope)
        if found and found.kind == "class":
            for name, definition in own.items():
                if name.startswith(scope + "."):
                    yield Edge(Place(path, name), definition.line, name)
        if found:
            for name, line in sorted(found.mentions.items()):
                for target in self._mentioned(path, name, own):
                    if not testing or self._is_test(target.path):
                        yield Edge(
                            target,
                            line or found.line,
                            f"{scope or posixpath.basename(path)} uses {name}",
                        )
        for call in facts.calls if not testing else ():
            if call.scope == scope or scope == EVERYTHING:
                yield from self._handed_over(path, call)
        for imported in facts.imports:
            if imported.scope == scope:
                for module in self._imported(path, imported):
                    if not testing or self._is_test(module):
                        yield Edge(Place(module), imported.line, f"imports {imported.module}")

    def _imported(self, path: str, imported: Import) -> Iterator[str]:
        """The files that an import runs: the module's own, and those of its names that are modules themselves."""
        joint = "" if imported.module.endswith(".") else "."
        for name in ("", *imported.names):
            module = self.tree.modules.file(imported.module + joint + name if name else imported.module, path)
            if module:
                yield module

    def _is_test(self, path: str) -> bool:
        role = self.store.role(path)
        return role is not None and role.id == "tests"

    def _mentioned(self, path: str, name: str, own: Mapping[str, object]) -> Iterator[Place]:
        head = name.split(".", 1)[0]
        if name in own:
            yield Place(path, name)
        local = bool(head) and head in own  # a relative import has no head
        if local and head != name:
            yield Place(path, head)
        split = None if local else self.tree.modules.split(name, path)
        if split:
            yield from self._inside(*split, depth=4)

    def _inside(self, path: str, rest: str, depth: int) -> Iterator[Place]:
        """Where `rest` of module `path` is defined, through what the module itself imports from elsewhere."""
        yield Place(path)
        if not rest:
            return
        head = rest.split(".", 1)[0]
        facts = self.store.of(path)
        names = {definition.name for definition in facts.definitions}
        if head in names:
            yield Place(path, head)
            if rest in names and rest != head:
                yield Place(path, rest)
            return
        if depth:
            for imported in facts.imports:
                if head in imported.names or "*" in imported.names:
                    joint = "" if imported.module.endswith(".") else "."
                    split = self.tree.modules.split(f"{imported.module}{joint}{rest}", path)
                    if split and split[0] != path:
                        yield from self._inside(*split, depth=depth - 1)

    def _handed_over(self, path: str, call: Call) -> Iterator[Edge]:
        """Files and commands that a call is given as text: `BashOperator(bash_command="python train.py")`."""
        if call.name in _DATA_CALLS or call.name.endswith(
            (".read_csv", ".open", ".add_argument", ".print", ".info", ".build")
        ):
            return
        bases = [posixpath.dirname(path), ""]
        for value in (*call.args, *call.keywords.values()):
            yield from self._value(value, bases, call)

    def _value(self, value: object, bases: list[str], call: Call) -> Iterator[Edge]:
        if isinstance(value, tuple):
            words = tuple(part if isinstance(part, str) else "" for part in value)
            if words and words[0].rsplit("/", 1)[-1] in _RUNNERS:
                for started in self.launcher.places(words, bases) or self._by_name(words):
                    yield Edge(started, call.line, _short(" ".join(words)))
                return
            for part in value[:20]:
                yield from self._value(part, bases, call)
        elif isinstance(value, str) and 2 < len(value) < 2000:
            first = value.split(None, 1)[0].rsplit("/", 1)[-1] if value.strip() else ""
            if first in _RUNNERS and " " in value:
                from mlripe.readers.shell import commands

                for command in commands(value, call.line):
                    for started in self.launcher.places(command.argv, bases):
                        yield Edge(started, call.line, _short(command.text))
            elif " " not in value and (target := self._file_of(value, bases, call)):
                function = value.rpartition(":")[2] if ":" in value else ""
                for started in [Place(target, function)] if function else self.launcher.run_file(target):
                    yield Edge(started, call.line, f"{call.name.lstrip('.')} is given {target}")
            elif call.name.endswith(".run"):  # uvicorn.run("app.main:app")
                served = _SERVED.fullmatch(value)
                module = self.tree.module(served[1], bases) if served else None
                if module:
                    yield Edge(Place(module), call.line, f"{call.name} {value}")

    def _file_of(self, value: str, bases: list[str], call: Call) -> str | None:
        """The file that a text names: a script, `script.py:function`, or for a call that submits, its specification."""
        name = value.split(":", 1)[0]
        submits = any(word in call.name.lower() for word in _SUBMITTING)
        if name.endswith(_HANDED_OVER) or (submits and name.endswith((".yaml", ".yml", ".json"))):
            return self.tree.file(name, bases)
        return None


def _is_dockerfile(path: str) -> bool:
    name = posixpath.basename(path)
    return "ockerfile" in name or "ontainerfile" in name


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:97] + "..."
