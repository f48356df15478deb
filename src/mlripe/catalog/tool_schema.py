"""The shapes of what is known of tools: programs, CI services and their files, decisions. See `schema` for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from mlripe.kinds import Names, ProgramEffect, ToolKind
from mlripe.problem_kinds import DataUse

__all__ = [
    "CiLayout",
    "CiService",
    "DataUseNames",
    "Decision",
    "Install",
    "Installer",
    "KnownTool",
    "NameList",
    "Others",
    "Prediction",
    "Program",
    "UnreadService",
]

Strict: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CiLayout:
    """Where jobs of one kind stand in the YAML files of a CI service, by key paths; a file may hold several kinds.

    A key path is dotted: a glob of a key each, `*` is any key or item, `**` any number of levels. `jobs` starts at the
    root, "" is the root itself; the other paths start at a job. What yields neither script nor words is no job.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    jobs: str
    starts: Literal["", "push", "pull_request", "schedule", "dispatch"] = ""  # what starts them; "": not in this file
    commands: tuple[str, ...] = ()  # scripts, in this order: texts, lists of texts, lists of named steps
    before: tuple[str, ...] = ()  # scripts that run first; they may also stand in anything that the job is part of
    words: tuple[str, ...] = ()  # containers with `command` and `args`, or lists of words
    images: tuple[str, ...] = ()  # container images
    variables: tuple[str, ...] = ()  # mappings of variables; they may also stand in what the job is part of
    needs: tuple[str, ...] = ()  # names of jobs, or of what they are part of, that it or what it is part of waits for
    in_order: bool = False  # what `jobs` finds at its first `*` runs one after the other, if nothing is named
    # what makes the job run on a schedule where it is there, or where its text is like a glob (`only_if=*CRON*`)
    scheduled: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()  # the condition of the job
    allow_failure: tuple[str, ...] = ()  # where it is true, a failure of the job stops nothing
    disabled: tuple[str, ...] = ()  # where it is true, the job does not run


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CiService:
    """A CI service, and which files of a repository are its. `id` is its key in rules/ci_services.yaml."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    title: str
    files: tuple[str, ...]  # globs, as gitignore writes them
    reader: str = ""  # module:function below mlripe.readers
    layout: tuple[CiLayout, ...] = ()  # where its jobs stand, if no reader is named
    home: tuple[str, ...] = ()  # where it looks itself, from the root: folders with a slash at their end, or files
    elsewhere: Literal["", "template", "ignored"] = ""  # what a file at such a place below another folder is
    submitted: bool = False  # nothing in its files starts them: whoever submits one, the service runs it
    variables: tuple[str, ...] = ()  # environment variables that it sets in every job
    named_as: Literal["", "workflow", "jenkins"] = ""  # under which kind of name others start its pipelines
    image_steps: bool = False  # what its steps use are images
    includes: bool = False  # its files may include others, whatever they are called
    at_root: bool = False  # its jobs begin in the repository's root, where their files say nothing else
    named_on_service: bool = False  # a pipeline's name is given on the service: no file says it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Program:
    """What a program does with what its command line names. `id`: its name or first words (`uv run`)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    does: tuple[ProgramEffect, ...] = ()
    like: str = ""  # the program whose words it takes
    valued: tuple[str, ...] = ()  # its options that take a value
    idle: tuple[str, ...] = ()  # words with which it runs nothing of what it names
    starting: tuple[str, ...] = ()  # leading words with which alone it runs something; (): with any
    applying: tuple[str, ...] = ()  # leading words with which it sets up what its files describe
    targets: tuple[str, ...] = ()  # its options that name the target that it deploys to
    modules: tuple[str, ...] = ()  # `python -m MODULE` is this program
    plugins: tuple[str, ...] = ()  # programs that it has as commands
    names_first: bool = False  # its first argument names where the command runs
    runs_python: bool = False  # a file of Python that follows is run by Python
    texts: tuple[str, ...] = ()  # its options whose value is a text for a shell
    text_last: bool = False  # its last argument, where that is of several words, is a text for a shell
    # globs, from where it is called, of the files that it starts because of where they lie
    entries: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()  # its options that name the folder from which it runs the command
    environments: tuple[str, ...] = ()  # its options that name the environment whose task is asked for, `ENV:TASK`
    stands_for: str = ""  # the command that it runs with the words that follow
    needs: tuple[str, ...] = ()  # the files without which it fails: leading words, then an option, or FILE for a word


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Others:
    """Steps and images of others that run nothing of the repository by themselves. `id` is the group's key."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    says: str
    steps: tuple[str, ...] = ()  # globs of actions, tasks, orbs, plugins, templates and modules, without version
    images: tuple[str, ...] = ()  # globs of images, without tag
    bare: bool = False  # its images have no program of their own: they run what a command says


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnreadService:
    """A service of continuous integration without a reader. `id` is its key."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    title: str
    files: tuple[str, ...]  # globs of its definitions, as gitignore writes them


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decision:
    """What decides about a model, and what it decides. `id`: a capability; rules/decisions.yaml tells of the keys."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    detector: str  # that shows it, and whose cases try it
    measures: tuple[str, ...]
    scores: tuple[str, ...] = ()
    trains_by: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    ships: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()
    halts: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    promotes: str = ""
    pointers: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    trains: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prediction:
    """What becomes of what a model predicts. `id`: a capability; rules/predictions.yaml tells of the keys."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    detector: str  # that shows it, and whose cases try it
    says: str
    predicts: tuple[str, ...]
    kept: tuple[str, ...]
    within: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DataUseNames:
    """The objects and functions that do the same with data. `id` is its key in rules/data_flow.yaml."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: DataUse
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Install:
    """A command or step that installs, and from which files; one of `command`, `step` and `word` is enough."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    files: tuple[str, ...]  # the first of these that lies in the folder where it runs
    command: str = ""  # words of a command in order
    step: str = ""  # a glob of an action, orb or task, without its version
    word: str = ""  # a word in the text of a command
    named_by: tuple[str, ...] = ()  # options that name such a file in their place
    says: str = "installs from"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Installer:
    """A tool that installs the environment that a program runs in. `id` is its key in rules/installers.yaml."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    locks: tuple[str, ...] = ()  # names of lock files
    of_node: bool = False  # its locks define an environment of Node, which beside Python is that of a web page
    installs: tuple[Install, ...] = ()
    frozen: tuple[str, ...] = ()  # commands that fail where what they install differs from the lock
    programs: tuple[str, ...] = ()  # further programs whose commands are looked at
    inputs: tuple[str, ...] = ()  # inputs of a step of CI that name a file to install from


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownTool:
    """A tool by which a plan recognises what is in use, and what it writes for it; `id` is its key in
    rules/landmarks.yaml, whose head says what each kind has."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    kind: ToolKind
    files: tuple[str, ...] = ()  # globs of paths in the folder where it works
    holds: str = ""  # what the file says, or pyproject.toml
    calls: tuple[str, ...] = ()  # globs of resolved calls
    apart: tuple[str, ...] = ()  # calls that are like them and do not count
    imports: tuple[str, ...] = ()
    command: str = ""
    leads: str = ""
    adds: str = ""
    below: tuple[str, ...] = ()  # `command`, `leads` and `adds` for a project in a folder
    made_from: str = ""
    locks_with: str = ""
    ecosystem: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SecretForm:
    """What a secret looks like. `id` is its key in rules/secrets.yaml; the one group of `expression` is the value.

    `named`: only the name beside it says that it is one; `chosen`: such a value may be one that a person chose.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    says: str
    holds: tuple[str, ...]  # one of these words, in any case, stands in a file that is worth searching for it
    expression: str  # RE2
    dummies: tuple[str, ...] = ()  # what a value holds that its issuer, or an emulator, documents for everybody
    named: bool = False
    chosen: bool = False
    files: tuple[str, ...] = ()  # globs of the only files in which it is looked for


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NameList:
    """A list of names that code asks for. `id` is its key in rules/names.yaml, one of `kinds.Names`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: Names
    names: tuple[str, ...]
