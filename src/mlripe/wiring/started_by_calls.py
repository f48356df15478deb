"""What a program hands over by its calls: scripts, specifications, commands and functions written as texts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from mlripe.facts import Call
from mlripe.kinds import ProgramEffect
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.python.command_calls import RUNNING
from mlripe.readers.store import FactStore
from mlripe.wiring.commands import Launcher
from mlripe.wiring.container_calls import ContainerCalls
from mlripe.wiring.name_resolution import RepositoryTree
from mlripe.wiring.packed import PACKING, deployed_from, packed
from mlripe.wiring.places import MAIN, Edge, Place
from mlripe.wiring.sql_files import SQL, included_sql, read_sql_files
from mlripe.wiring.workspaces import notebooks

__all__ = ["CODE_FOLDERS", "COMMANDS", "HANDED_OVER", "MADE_STEPS", "HandedOver", "only_reads", "short"]

HANDED_OVER = (".py", ".sh", ".ipynb", ".R", ".jl", SQL)
_SERVED = lazy_regex(r"([\w.]+):\w+")
_MODULE = lazy_regex(r"[a-z_]\w*(?:\.[a-z_]\w*)+")
_RUNS = lazy_regex(r"(?:^|[._])(?:run|execute|exec|launch|start|submit|spawn|invoke)(?:$|_)", re.IGNORECASE)
_SUBMITTING = ("pipeline", "job", "component", "submit", "deploy", "create", "apply", "run")
# the programs of a text that a shell may run, each without its folder
_BEGINS = lazy_regex(r"(?:\A|&&|\|\||[;\n])\s*(?:[A-Za-z_]\w*=\S*\s+)*(?:[\w.-]*/)*([\w.-]+)")
_CD = lazy_regex(r"\bcd[ \t]+/[\w./-]+")
_DATA_CALLS = (
    "open",
    "pathlib.Path",
    "pathlib.PurePath",
    ".read_text",
    ".exists",
    ".write_text",
    "shutil.copy",
    "os.remove",
    "os.path.exists",
    "os.path.isfile",
    "setuptools.setup",
    "distutils.core.setup",
    ".add_argument",
)
_DATA_METHODS = (".read_csv", ".open", ".add_argument", ".print", ".info", ".build")
# a function of the repository that a platform calls: `handler="train.main"` in the folder that another call packs
_HANDLERS = ("handler", "entry_point", "entrypoint", "cmd")
# the code of a function as a text, which the program has read from a file: its handler is `index.NAME`
_INLINE = (".InlineCode", ".from_inline")
_INDEX = "index."
# where the program that a call submits finds its sources
CODE_FOLDERS = (
    "code",
    "source_directory",
    "source_dir",
    "cwd",
    "working_dir",
    "workdir",
    "working_directory",
    "project_dir",
)
_DOTTED = lazy_regex(r"[A-Za-z_][\w/]*(?:\.\w+)+")
# calls that run what they are given, and what a call is given under these names is run
COMMANDS = ("bash_command", "cmds", "command", "commands")
_SENDS = "spark-submit"  # takes values without end before the program
_STEPS = frozenset(("component", "stage"))
LOADS = ("load_component", "load_component_from_file", "load_job")  # of Azure ML and Kubeflow
# what makes a step of a command or a file: calling the result puts the step into a pipeline
MADE_STEPS = (*LOADS, "azure.ai.ml.command", "azure.ai.ml.spark", "kfp.components.load_component_from_text")
_ENTRY_POINTS = (".entry_points", ".iter_entry_points", ".ExtensionManager", ".DriverManager")
_MOST_FOLDERS = 20
_MOST_PARTS = 20
_SETS_UP_JOBS = lazy_regex(r"Operator\Z|(?i:submit|batch|job|run_now|create_run)")  # what is given jobs as mappings
_DOTTED_NAME = lazy_regex(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){0,9}")
_CARRIES = lazy_regex(r"(?:\A|\.)(?:upload|download|copy)(?:_|\Z)")  # calls that take a file elsewhere
_MOVES = lazy_regex(r"(?i)upload|download|copy|move|put_|read|open|load|exists|sync")  # what runs none of what it names
# where a call says what its container runs, and what it gives to that
_CONTAINER_COMMANDS = ("command", "cmds", "entrypoint")
_CONTAINER_ARGUMENTS = ("args", "arguments")


class HandedOver:
    """The edges from the calls of one scope to what they are given."""

    def __init__(self, store: FactStore, tree: RepositoryTree, launcher: Launcher, containers: ContainerCalls) -> None:
        self.store = store
        self.tree = tree
        self.launcher = launcher
        self.containers = containers
        self._apps: dict[str, str | None] = {}  # by folder, that from which infrastructure code in it is deployed
        self._runners = launcher.words.programs.doing(ProgramEffect.RUNS)

    def by_name(self, argv: Sequence[str], outside: str = "") -> list[Place]:
        """The only script of a name: an image that is built elsewhere runs it from a folder that nothing here tells.

        `outside`: a file that it is not, since it only describes the image.
        """
        words = self.launcher.words.unwrapped(argv)
        if words[:1] == ("-m",) and len(words) > 1:
            found = self._only_module(words[1], outside)
        else:
            first = (w for w in words[1:] if not w.startswith("-")) if words[:1] == ("python",) else ()
            sent = (w for w in words[1:] if w.endswith(".py")) if words[:1] == (_SENDS,) else first
            found = self._only(next(iter(sent), ""))
        return [Place(found, MAIN)] if found else []

    def _contained(self, path: str, words: tuple[str, ...], bases: list[str], call: Call) -> Iterator[Edge]:
        """What a container runs that a call describes; the file with the call is no part of it."""
        found = [place for place in self.launcher.places(words, bases) if place.path != path]
        for place in found or self.by_name(words, outside=path):
            yield Edge(place, call.line, short(" ".join(words)))

    def _only_module(self, module: str, outside: str) -> str | None:
        """The only file that `python -m module` can mean in an image of which nothing tells where its sources lay."""
        named = module.replace(".", "/")
        files = (*self.tree.called("__main__.py"), *self.tree.called(f"{named.rpartition('/')[2]}.py"))
        ends = (f"/{named}/__main__.py", f"/{named}.py")
        found = [path for path in files if f"/{path}".endswith(ends) and path != outside]
        return found[0] if len(found) == 1 and _DOTTED_NAME.fullmatch(module) else None

    def _only(self, script: str) -> str | None:
        """The path of the only Python file that a path in an image can mean, by the longest end that any file has."""
        *folders, name = script.split("/")
        if not name.endswith(".py") or name == "__init__.py":
            return None
        found = self.tree.called(name)
        for folder in reversed(folders):
            name = f"{folder}/{name}"
            closer = [path for path in found if f"/{path}".endswith(f"/{name}")]
            if not closer:
                break
            found = closer
        return found[0] if len(found) == 1 else None

    def edges(self, path: str, calls: Sequence[Call]) -> Iterator[Edge]:
        """What the calls of one scope start."""
        folders = [folder for call in calls for folder in self._folders(path, call)][:_MOST_FOLDERS]
        constructs = self._deployed(path) is not None or any(call.name.endswith(PACKING) for call in calls)
        inline = list(self._opened(path, calls)) if any(call.name.endswith(_INLINE) for call in calls) else []
        for call in calls:
            for place in self.tree.assets.started(path, call):
                yield Edge(place, call.line, f"{call.name.rpartition('.')[2]} selects {place.unit}")
            for place in self.tree.starts.called(path, call):
                yield Edge(place, call.line, f"{call.name.lstrip('.')} starts {place.path}")
            for notebook in notebooks(path, call, self.store, self.tree):
                for place in self.launcher.run_file(notebook):
                    yield Edge(place, call.line, f"{call.name.lstrip('.')} runs {notebook}")
            sent = [*read_sql_files(call), *(n for v in (*call.args, *call.keywords.values()) for n in included_sql(v))]
            for sql in [file for name in sent if (file := self.tree.file(name, self._seen_from(path)))]:
                yield Edge(Place(sql), call.line, f"{call.name.lstrip('.')} is given {sql}")
            if only_reads(call):
                continue
            if contained := self.containers.of(call):
                yield from contained
                continue
            bases = self.bases(path, call)
            for place in packed(call, bases, folders, self.tree) if constructs else ():
                yield Edge(place, call.line, f"{call.name.lstrip('.')} deploys {place.path}")
            runs = call.name.startswith(RUNNING)
            words = _in_container(call)
            yield from self._contained(path, words, bases, call) if words else ()
            for key, value in (*(("", value) for value in call.args), *call.keywords.items()):
                if not (words and key in (*_CONTAINER_COMMANDS, *_CONTAINER_ARGUMENTS)):
                    yield from self.value(value, bases, call, runs or key in COMMANDS)
            for place in self._entry_points(call) if call.name.endswith(_ENTRY_POINTS) else ():
                yield Edge(place, call.line, f"{call.name} loads {place.path}")
            for handler in _handlers(call):
                yield from (
                    Edge(Place(file, handler.removeprefix(_INDEX)), call.line, f"{call.name.lstrip('.')} runs {file}")
                    for file in (inline if handler.startswith(_INDEX) else ())
                    if any(known.name == handler.removeprefix(_INDEX) for known in self.store.of(file).definitions)
                )
                module, _, function = handler.rpartition(".")
                if target := self.tree.module(module.replace("/", "."), [*folders, *bases]):
                    for unit in (function, ""):  # what the module does when it is loaded as well
                        yield Edge(Place(target, unit), call.line, f"{call.name.lstrip('.')} runs {handler}")

    def _seen_from(self, path: str) -> list[str]:
        """The folders that a path in a file may be seen from: its own, that of the program it belongs to, the root."""
        app = self._deployed(path)
        return [posixpath.dirname(path), *([app] if app else []), ""]

    def _deployed(self, path: str) -> str | None:
        folder = posixpath.dirname(path)
        if folder not in self._apps:
            self._apps[folder] = deployed_from(path, self.store)
        return self._apps[folder]

    def _opened(self, path: str, calls: Sequence[Call]) -> Iterator[str]:
        """The Python files that a scope reads as texts."""
        for call in calls:
            names = [value for value in call.args[:1] if isinstance(value, str) and value.endswith(".py")]
            for name in names if call.name in _DATA_CALLS else ():
                if target := self.tree.file(name, [posixpath.dirname(path), ""]):
                    yield target

    def _entry_points(self, call: Call) -> Iterator[Place]:
        """The functions of the project's entry points of the group that a call asks for."""
        for group in (value for value in (*call.args[:1], call.keywords.get("group")) if isinstance(value, str)):
            yield from self.tree.entry_points(group)

    def _bare(self, name: str) -> str | None:
        """The only Python file of a bare name, or of one in a folder that nothing here tells: `f"{APPS}/fit.py"`."""
        bare = name.removeprefix("{}/")
        return self._only(bare) if "/" not in bare else None

    def _stored(self, value: str, call: Call) -> str | None:
        """The only Python file that an object in a storage can be which a job is given: `s3://code/jobs/fit.py`."""
        remote = "://" in value or value.startswith(("/", "{}"))
        if not remote or not value.endswith(".py") or _MOVES.search(call.name):
            return None
        return self._only(value.rpartition("://")[2])

    def bases(self, path: str, call: Call) -> list[str]:
        """The folders from which a call's command may be seen."""
        return [*self._code_folders(path, call), *self._seen_from(path)]

    def _code_folders(self, path: str, call: Call) -> Iterator[str]:
        """The folders from which a call has its command or script run: `command(code="src/train", command=...)`."""
        for key in CODE_FOLDERS:
            value = call.keywords.get(key)
            if isinstance(value, str) and (folder := self.tree.folder(value, [posixpath.dirname(path), ""])):
                yield folder

    def _folders(self, path: str, call: Call) -> Iterator[str]:
        """The folders that a call packs: a function's code, a job's sources."""
        for value in (*call.args, *call.keywords.values()) if call.name.endswith(PACKING) else ():
            if isinstance(value, str) and (folder := self.tree.folder(value, self._seen_from(path))) is not None:
                yield folder

    def value(self, value: object, bases: list[str], call: Call, runs: bool = False) -> Iterator[Edge]:
        """What one value of a call starts; `runs`: it is a command for certain, whatever its program is called."""
        if isinstance(value, tuple):
            words = tuple(part if isinstance(part, str) else "" for part in value)
            if words[:2] == ("", "-m"):  # the interpreter that runs already
                words = ("python", *words[1:])
            if words and (words[0].rsplit("/", 1)[-1] in self._runners or (runs and words[0])):
                for started in self.launcher.places(words, bases) or self.by_name(words):
                    yield Edge(started, call.line, short(" ".join(words)))
                return
            for part in value[:_MOST_PARTS]:
                yield from self.value(part, bases, call)
        elif isinstance(value, dict):  # `{"pyspark_batch": {"main_python_file_uri": "gs://code/fit.py"}}`
            for part in [*value.values()][:_MOST_PARTS] if _SETS_UP_JOBS.search(call.name) else ():
                yield from self.value(part, bases, call)
        elif isinstance(value, str) and 2 < len(value) < 2000:
            yield from self._text(value, bases, call, runs)

    def _text(self, value: str, bases: list[str], call: Call, runs: bool) -> Iterator[Edge]:
        """What one text starts that a call is given: a command, a file, a module."""
        if (" " in value and any(first in self._runners for first in _BEGINS.findall(value))) or (
            runs and not value.endswith(HANDED_OVER)
        ):
            from mlripe.readers.shell.commands import commands

            bases = [*bases, *self.tree.folders_entered(words for words in map(str.split, _CD.findall(value)))]
            for command in commands(value, call.line):
                folders = [posixpath.normpath(posixpath.join(base, command.directory)) for base in bases]
                where = ["" if folder == "." else folder for folder in folders] if command.directory else bases
                for started in self.launcher.places(command.argv, where):
                    yield Edge(started, call.line, short(command.text))
        elif (
            " " not in value
            and not _CARRIES.search(call.name)
            and (target := self._file_of(value, bases, call) or self._bare(value) or self._stored(value, call))
        ):
            function = value.rpartition(":")[2] if ":" in value else ""
            for started in [Place(target, function)] if function else self.launcher.run_file(target):
                yield Edge(started, call.line, f"{call.name.lstrip('.')} is given {target}")
        elif call.name.endswith(".run") and (served := _SERVED.fullmatch(value)):  # uvicorn.run("app.main:app")
            if module := self.tree.module(served[1], bases):
                yield Edge(Place(module), call.line, f"{call.name} {value}")
        elif (
            _RUNS.search(call.name)  # run_module("jobs.train"); runpy may be given a bare name
            and (_MODULE.fullmatch(value) or call.name == "runpy.run_module")
            and (module := self.tree.module(value, bases))
        ):
            yield Edge(Place(module, MAIN), call.line, f"{call.name.lstrip('.')} is given {value}")

    def _file_of(self, value: str, bases: list[str], call: Call) -> str | None:
        """The file that a text names: a script, `script.py:function`, or for a call that submits, its specification."""
        name = value.split(":", 1)[0]
        submits = any(word in call.name.lower() for word in _SUBMITTING)
        specification = submits and name.endswith((".yaml", ".yml", ".json"))
        if name.endswith(HANDED_OVER) or specification:
            return self.tree.file(name, bases) or (self._only_component(name) if call.name.endswith(LOADS) else None)
        return None

    def _only_component(self, name: str) -> str | None:
        """The only component of a pipeline whose file may be meant: its folder comes from where nothing here tells."""
        found = [
            path
            for path in self.store.entries
            if f"/{path}".endswith(f"/{name}") and any(unit.kind in _STEPS for unit in self.store.of(path).units)
        ]
        return found[0] if len(found) == 1 else None


def _in_container(call: Call) -> tuple[str, ...]:
    """The command of a container with its arguments, where a call gives the two apart; () elsewhere."""
    begun, given = (
        next((value for key in keys if isinstance(value := call.keywords.get(key), tuple)), ())
        for keys in (_CONTAINER_COMMANDS, _CONTAINER_ARGUMENTS)
    )
    return tuple(word if isinstance(word, str) else "" for word in (*begun, *given)) if begun and given else ()


def only_reads(call: Call) -> bool:
    """Whether a call reads or describes what it is given, and starts none of it."""
    return call.name in _DATA_CALLS or call.name.endswith(_DATA_METHODS)


def _handlers(call: Call) -> Iterator[str]:
    """The names of functions that a platform is told to call: `handler="fit.run"`, `cmd=["fit.run"]`."""
    for key in _HANDLERS:
        value = call.keywords.get(key)
        for name in (
            (value,) if isinstance(value, str) else value if isinstance(value, tuple) and len(value) == 1 else ()
        ):
            if isinstance(name, str) and _DOTTED.fullmatch(name):
                yield name


def short(text: str) -> str:
    """A command as one line of a chain shows it."""
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:97] + "..."
