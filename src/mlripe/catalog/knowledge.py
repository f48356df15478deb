"""What the catalogue knows of tools besides their traces: tables that readers and wiring ask while they work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mlripe.kinds import Names, ProgramEffect, ToolKind
from mlripe.problem_kinds import DataUse

if TYPE_CHECKING:
    from mlripe.catalog.tool_schema import (
        CiService,
        Decision,
        Install,
        Installer,
        KnownTool,
        Others,
        Prediction,
        Program,
        SecretForm,
        UnreadService,
    )

__all__ = ["CiServices", "Installers", "Knowledge", "Programs", "above_home", "is_scope", "scope_of"]


class Programs:
    """The programs of rules/programs.yaml, by name or by what they do; later rows of a name replace earlier ones.

    The rows are made when somebody asks for one: they are many, and not every command needs them.
    """

    def __init__(self, rows: Callable[[], Iterable[Program]] = tuple) -> None:
        self._rows = rows
        self._doing: dict[tuple[ProgramEffect, ...], frozenset[str]] = {}

    @cached_property
    def by_name(self) -> Mapping[str, Program]:
        """Every program by its name, or its first words."""
        return {row.id: row for row in self._rows()}

    def doing(self, *effects: ProgramEffect) -> frozenset[str]:
        """The names of the programs that do any of these."""
        known = self._doing.get(effects)
        if known is None:
            wanted = frozenset(effects)
            known = frozenset(name for name, program in self.by_name.items() if not wanted.isdisjoint(program.does))
            self._doing[effects] = known
        return known

    def followed_as(self, name: str) -> str:
        """The name of the program whose words it takes; its own where it takes those of none."""
        program = self.by_name.get(name)
        return program.like or name if program else name

    def starting(self, name: str) -> tuple[str, ...]:
        """The leading words with which alone a program runs something, else those of its like; () for any."""
        program = self.by_name.get(name)
        if program and program.like and not program.starting:
            program = self.by_name.get(program.like)
        return program.starting if program else ()

    def applying(self, name: str) -> tuple[str, ...]:
        """The leading words with which a program sets up what its files describe, else those of its like."""
        program = self.by_name.get(name)
        if program and program.like and not program.applying:
            program = self.by_name.get(program.like)
        return program.applying if program else ()

    def needs(self, name: str) -> tuple[str, ...]:
        """Which words of a program's command line name files without which it fails, else those of its like."""
        program = self.by_name.get(name)
        if program and program.like and not program.needs:
            program = self.by_name.get(program.like)
        return program.needs if program else ()

    def targets(self, name: str) -> tuple[str, ...]:
        """The options of a program that name the target that it deploys to, else those of its like."""
        program = self.by_name.get(name)
        if program and program.like and not program.targets:
            program = self.by_name.get(program.like)
        return program.targets if program else ()

    def idle(self, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The words with which a program runs nothing, and its options that take a value; else those of its like."""
        program = self.by_name.get(name)
        if program and program.like and not program.idle:
            program = self.by_name.get(program.like)
        return (program.idle, program.valued) if program else ((), ())

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """The program that each of these modules of Python is, run by `python -m`."""
        return {module: name for name, program in self.by_name.items() for module in program.modules}

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """The globs of the files that any program starts because of where they lie in its package."""
        return tuple(glob for program in self.by_name.values() for glob in program.entries)

    @cached_property
    def plugins(self) -> frozenset[tuple[str, str]]:
        """The pairs of a program and one that it has as a command."""
        return frozenset((name, plugin) for name, program in self.by_name.items() for plugin in program.plugins)


class CiServices:
    """The services of rules/ci_services.yaml, in its order; later rows of an id replace earlier ones."""

    def __init__(self, rows: Iterable[CiService] = ()) -> None:
        self.by_id: Mapping[str, CiService] = {row.id: row for row in rows}

    def __iter__(self) -> Iterator[CiService]:
        yield from self.by_id.values()

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The hidden folders that services read, as they stand in a path: `.github/`, `.circleci/`."""
        homes = (home for service in self for home in service.home if home.startswith(".") and "/" in home)
        return tuple(dict.fromkeys(home[: home.index("/") + 1] for home in homes))

    def root_above(self, path: str) -> str:
        """The folder that a file in a service's folder takes for the repository's root: a template's, or "" for it."""
        for folder in self.folders:
            above, found, _ = path.partition(f"/{folder}")
            if found:
                return above
        return ""


class Installers:
    """The installers of rules/installers.yaml, in its order; later rows of an id replace earlier ones."""

    def __init__(self, rows: Callable[[], Iterable[Installer]] = tuple) -> None:
        self._rows = rows

    @cached_property
    def by_id(self) -> Mapping[str, Installer]:
        """Every installer by its id."""
        return {row.id: row for row in self._rows()}

    @cached_property
    def locks(self) -> frozenset[str]:
        """The names of lock files, without those of Node."""
        return frozenset(name for row in self.by_id.values() if not row.of_node for name in row.locks)

    @cached_property
    def locks_of_node(self) -> frozenset[str]:
        """The names of lock files of Node."""
        return frozenset(name for row in self.by_id.values() if row.of_node for name in row.locks)

    @cached_property
    def installs(self) -> tuple[Install, ...]:
        """What installs, in the order of the file."""
        return tuple(each for row in self.by_id.values() for each in row.installs)

    @cached_property
    def frozen(self) -> tuple[str, ...]:
        """The commands that fail where what they install differs from the lock."""
        return tuple(command for row in self.by_id.values() for command in row.frozen)

    @cached_property
    def programs(self) -> frozenset[str]:
        """The programs whose commands may install."""
        commands = (*self.frozen, *(each.command for each in self.installs if each.command))
        named = (name for row in self.by_id.values() for name in row.programs)
        return frozenset((*named, *(command.split()[0] for command in commands)))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The inputs of a step that name a file to install from."""
        return tuple(name for row in self.by_id.values() for name in row.inputs)


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What the catalogue knows of tools besides their traces: programs, CI services, decisions, installers, names."""

    programs: Programs = field(default_factory=Programs)
    ci_services: CiServices = field(default_factory=CiServices)
    decisions: Mapping[str, Decision] = field(default_factory=dict)  # by the capability that they show
    rows_of_others: Callable[[], Iterable[Others]] = tuple
    rows_of_unread: Callable[[], Iterable[UnreadService]] = tuple
    rows_of_installers: Callable[[], Iterable[Installer]] = tuple
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    predictions: Mapping[str, Prediction] = field(default_factory=dict)  # by the capability that they show
    data_uses: Mapping[DataUse, tuple[str, ...]] = field(default_factory=dict)  # names of what does that with data
    rows_of_secrets: Callable[[], Iterable[SecretForm]] = tuple
    rows_of_landmarks: Callable[[], Iterable[KnownTool]] = tuple

    @cached_property
    def others(self) -> Mapping[str, Others]:
        """Steps and images of others that run nothing of the repository, by the name of their group."""
        return {row.id: row for row in self.rows_of_others()}

    @cached_property
    def unread(self) -> Mapping[str, UnreadService]:
        """Services of CI without a reader, by their key."""
        return {row.id: row for row in self.rows_of_unread()}

    @cached_property
    def installers(self) -> Installers:
        """What installs the environment of a program."""
        return Installers(self.rows_of_installers)

    @cached_property
    def secrets(self) -> Mapping[str, SecretForm]:
        """The forms of secrets, by their ids."""
        return {row.id: row for row in self.rows_of_secrets()}

    @cached_property
    def landmarks(self) -> Mapping[ToolKind, tuple[KnownTool, ...]]:
        """The tools of rules/landmarks.yaml, by what they are for, in the order of the file."""
        rows = {row.id: row for row in self.rows_of_landmarks()}.values()
        return {kind: tuple(row for row in rows if row.kind == kind) for kind in ToolKind}

    def named(self, names: Names) -> tuple[str, ...]:
        """The names of one of the lists that code asks for."""
        return self.names.get(names, ())

    def extended(self, other: Knowledge) -> Knowledge:
        """With what another catalogue adds; what that says of the same name holds."""
        return Knowledge(
            Programs(lambda: (*self.programs.by_name.values(), *other.programs.by_name.values())),
            CiServices((*self.ci_services, *other.ci_services)),
            {**self.decisions, **other.decisions},
            lambda: (*self.others.values(), *other.others.values()),
            lambda: (*self.unread.values(), *other.unread.values()),
            lambda: (*self.installers.by_id.values(), *other.installers.by_id.values()),
            {**self.names, **other.names},
            {**self.predictions, **other.predictions},
            _added(self.data_uses, other.data_uses),
            lambda: (*self.secrets.values(), *other.secrets.values()),
            lambda: (*self.rows_of_landmarks(), *other.rows_of_landmarks()),
        )


def _added(
    names: Mapping[DataUse, tuple[str, ...]], more: Mapping[DataUse, tuple[str, ...]]
) -> dict[DataUse, tuple[str, ...]]:
    """The names of both; those of `more` are asked first, since they know better what is their own."""
    return {use: (*more.get(use, ()), *names.get(use, ())) for use in DataUse}


SCOPE: Final = "~ci"  # in `within`: the files of every CI service


def scope_of(service: str) -> str:
    """How `within` names the files of one service, or of all ("")."""
    return f"{SCOPE}:{service}" if service else SCOPE


def is_scope(glob: str) -> bool:
    """Whether what stands in `within` is no glob but the name of a set of files."""
    return glob.startswith("~")


def above_home(service: CiService, path: str) -> str | None:
    """The folder below which a file lies at a place that the service reads: "" for the root, None for no such place."""
    for home in service.home:
        if home.endswith("/"):
            above, found, _ = f"/{path}".rpartition(f"/{home}")
            if found:
                return above.removeprefix("/")
        elif path == home or path.endswith(f"/{home}"):
            return path[: -len(home)].rstrip("/")
    return None
