"""Programs that do not find what they import, or tools that are not there, in the environment in which they run.

Two things are certain. A program that is run by its path looks for modules beside itself and among what is installed,
and not in the folder in which it is called. And a job that sets up Python and installs nothing has no packages.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from mlripe.catalog.globs import WordGlobs
from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.site import Site
from mlripe.detection.cannot_work.unit_commands import commands_here, folders_of, run_by_path
from mlripe.facts import Command, Unit
from mlripe.kinds import Names, ProgramEffect
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import FaultKind
from mlripe.wiring import Place

__all__ = ["faults_of_environments"]

_PATHS: Final = lazy_regex(
    rb"(?i:pythonpath)|sys\.path|\bsite\.|\bpath\.(?:append|insert)\b|runpy|__path__|conda develop"
)
_INSTALLABLE: Final = ("setup.py", "setup.cfg", "pyproject.toml", "conda.yaml", "environment.yml", "Pipfile")
_OWN_PATH: Final = lazy_regex(rb"^[ \t]*(?:-[ \t]*)?(?:-e|--editable|\.|file:|git\+)", re.MULTILINE)
_SETTINGS: Final = (
    ".env", ".envrc", "Dockerfile", "Makefile", ".yml", ".yaml", ".toml", ".cfg", ".ini", ".json", ".sh", ".md", ".py",
    ".ipynb", ".code-workspace", ".bat", ".ps1",
)  # fmt: skip
_LARGEST: Final = 200_000  # bytes of a file in which a path of Python may be set
_INSTALLERS: Final = ("pip", "install", "conda", "poetry", "uv ", "uvx", "pdm", "hatch", "pixi", "rye")
_BY_ITSELF: Final = ("develop", "bootstrap.py", "setup.py", "setup", "ensurepip", "venv")  # of a program that installs
_INTERPRETERS: Final = ("python", "python3", "py", "$(PYTHON)", "${PYTHON}", "$PYTHON")
_SETS_UP: Final = "actions/setup-python"


def faults_of_environments(site: Site) -> Iterator[Fault]:
    """The programs and tools that do not find what they need where they run."""
    environments = _Environments(site)
    for path, unit in site.units:
        for command in commands_here(path, unit, site.wiring):
            yield from environments.faults(path, unit, command)


class _Environments:
    """The environments of one repository's commands."""

    def __init__(self, site: Site) -> None:
        self.store = site.store
        self.wiring = site.wiring
        self.contents = site.contents
        self._harmless = WordGlobs(site.store.knowledge.named(Names.STEPS_WITHOUT_PACKAGES))
        self._tools = frozenset(site.store.knowledge.named(Names.PYTHON_TOOLS))
        self._bare: dict[tuple[str, str], bool] = {}

    def faults(self, path: str, unit: Unit, command: Command) -> Iterator[Fault]:
        """The faults of one command."""
        argv = self.wiring.words.spoken(command.argv)
        if not argv:
            return
        bare = self._installs_nothing(path, unit)
        if bare and argv[0] in self._tools and argv == command.argv[-len(argv) :]:
            happens = f"The step fails: the job sets up Python and installs nothing, so that there is no {argv[0]}."
            yield self._fault(path, unit, command, argv[0], happens, f"Install {argv[0]} in a step before.")
        program = self._program(path, unit, command, argv)
        for imported in self.wiring.edges.python.unimportable.certain(program) if program else ():
            top = imported.module.partition(".")[0]
            if bare and self._is_foreign(top, program):
                happens = f"The step fails: {program} imports {top}, and the job installs no packages."
                remedy = "Install the requirements in a step before."
                yield self._fault(path, unit, command, posixpath.basename(program), happens, remedy)
                return
            if self._out_of_sight(top, program):
                folder = posixpath.dirname(program)
                happens = f"{program} stops at its import of {top}: run by its path, it looks for modules in {folder}."
                remedy = f"Run it with python -m, or set PYTHONPATH to the folder that holds {top}."
                name, kind = posixpath.basename(program), FaultKind.NOT_ON_PATH
                yield self._fault(path, unit, command, name, happens, remedy, kind)
                return

    def _fault(
        self,
        path: str,
        unit: Unit,
        command: Command,
        word: str,
        happens: str,
        remedy: str,
        kind: FaultKind = FaultKind.NOT_INSTALLED,
    ) -> Fault:
        line = self.contents.line_of(path, command.line, word)
        return Fault(path, line, kind, word, happens, remedy, Place(path, unit.id))

    def _program(self, path: str, unit: Unit, command: Command, argv: Sequence[str]) -> str:
        """The program of the repository that a command runs by its path, "" for none."""
        words = run_by_path(argv)
        if not words or posixpath.basename(command.argv[0]) not in _INTERPRETERS:
            return ""
        folders = folders_of(path, unit, command, self.contents, self.wiring)
        seen = dict.fromkeys(posixpath.normpath(posixpath.join(folder, words[0])) for folder in folders)
        there = [each for each in seen if each in self.store.entries]
        return there[0] if len(there) == 1 and self.store.role(there[0]) is None else ""

    # --- what is installed -------------------------------------------------------------------------------------------

    def _installs_nothing(self, path: str, unit: Unit) -> bool:
        """Whether a job of GitHub sets up Python, and up to its end runs nothing that could install a package."""
        key = (path, unit.parent)
        if key not in self._bare:
            steps = [each for each in self.store.of(path).units if each.kind == "step" and each.parent == unit.parent]
            uses = [used for step in steps for used in step.uses]
            containers = any(each.unit == unit.parent for each in self.store.of(path).resources)
            known = all(self._harmless.fullmatch(used.partition("@")[0].lower()) for used in uses)
            sets_up = any(used.startswith(_SETS_UP) for used in uses)
            inputs = {name for step in steps for name in step.inputs}
            self._bare[key] = (
                unit.kind == "step"
                and sets_up
                and known
                and not containers
                and "pip-install" not in inputs
                and not any(self._may_install(command) for step in steps for command in step.commands)
            )
        return self._bare[key]

    def _may_install(self, command: Command) -> bool:
        argv = self.wiring.words.spoken(command.argv)
        name = argv[0] if argv else ""
        plain = self._runs_known(argv) or name in self._tools or name in self._plain
        return not plain or any(word in command.text for word in _INSTALLERS)

    def _runs_known(self, argv: Sequence[str]) -> bool:
        """Whether Python runs a text, a tool that is known, or a program of the repository that installs nothing."""
        if argv[:1] != ("python",):
            return False
        if argv[1:2] == ("-m",):
            return argv[2:3] != () and (argv[2] in self._tools or argv[2] == "unittest")
        return argv[1:2] == ("-c",) or not any(word in _BY_ITSELF for word in argv[1:])

    @cached_property
    def _plain(self) -> frozenset[str]:
        """Programs that install nothing."""
        effects = (ProgramEffect.READS, ProgramEffect.PRINTS, ProgramEffect.SHELL)
        return self.wiring.words.programs.doing(*effects) - self.wiring.words.programs.doing(ProgramEffect.INSTALLS)

    def _is_foreign(self, top: str, program: str) -> bool:
        """Whether a module is neither Python's own nor of the repository."""
        if not top or top in sys.stdlib_module_names or top in self._tops:
            return False
        return self.wiring.tree.modules.split(top, program) is None and not self.wiring.tree.modules.may_be_own(top)

    # --- where modules are looked for --------------------------------------------------------------------------------

    def _out_of_sight(self, top: str, program: str) -> bool:
        """Whether a module of the repository lies where a program that is run by its path does not look."""
        folder = posixpath.dirname(program)
        if not top or not folder or top in sys.stdlib_module_names or top not in self._tops or self._installable:
            return False
        beside = (posixpath.join(folder, top), posixpath.join(folder, f"{top}.py"))
        if any(each in self.store.entries or each in self.store.folders for each in beside):
            return False
        return not self._sets_paths and top.lower() not in self._declared

    @cached_property
    def _tops(self) -> frozenset[str]:
        """The names of the modules and packages in the root, and in its `src`."""
        found: set[str] = set()
        for path in self.store.entries:
            if path.endswith(".py"):
                parts = path.removeprefix("src/").split("/")
                found.update((path.split("/")[0].removesuffix(".py"), parts[0].removesuffix(".py")))
        return frozenset(found)

    @cached_property
    def _installable(self) -> bool:
        """Whether the project may be installed, by whoever runs its programs."""
        if any(posixpath.basename(path) in _INSTALLABLE for path in self.store.entries):
            return True
        listed = (path for path in self.store.entries if "requirements" in path and path.endswith((".txt", ".in")))
        return any(_OWN_PATH.search(self.store.text(path)) for path in listed)

    @cached_property
    def _sets_paths(self) -> bool:
        """Whether anything in the repository says where Python looks for modules."""
        for path, entry in self.store.entries.items():
            if not path.endswith(_SETTINGS):
                continue
            text = self.store.text(path) if (entry.size or 0) < _LARGEST else b""
            if _PATHS.search(text) or (not text and entry.size != 0):  # what is not read may say it
                return True
        return False

    @cached_property
    def _declared(self) -> frozenset[str]:
        """The names of all dependencies, as modules are called."""
        declared = (each.name for _, facts in list(self.store.loaded()) for each in facts.dependencies)
        return frozenset(name.replace("-", "_").lower() for name in declared)
