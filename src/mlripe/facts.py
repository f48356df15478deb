"""What a reader may say about one file: plain facts with line numbers, no judgement.

Every reader is a pure function `(path, bytes) -> FileFacts`. Lines count from 1 (0: the file as a whole);
paths are relative to the repository's root, with forward slashes. A value that is not written as a literal
in the file is `UNKNOWN`, so that a matcher can tell "absent" from "there, but decided elsewhere".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import Struct, field
from msgspec.structs import fields

from mlripe.kinds import RunsAfter
from mlripe.read_fault import ReadFault

__all__ = [
    "BLOCK",
    "UNKNOWN",
    "Branch",
    "Call",
    "Choice",
    "Command",
    "Comparison",
    "Definition",
    "Dependency",
    "Document",
    "FileFacts",
    "Flow",
    "Held",
    "Import",
    "Origin",
    "ReadFault",
    "Resource",
    "Subcommand",
    "Trigger",
    "Unit",
    "Unknown",
]


class Unknown:
    """The type of `UNKNOWN`: a value that the file does not write as a literal."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()

BLOCK: Final = "|"  # `Document.lines[(*path, BLOCK)]` is the first line of a block scalar's text


# --- code ------------------------------------------------------------------------------------------------------------


class Import(Struct, frozen=True, gc=False, array_like=True):
    """`import module` or `from module import names`; a relative import keeps its leading dots in `module`.

    `renamed` has the names that the file gives to some of `names`: `fit` is `train` after `import train as fit`.
    """

    module: str
    names: tuple[str, ...]
    line: int
    scope: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)


class Call(Struct, frozen=True, gc=False, array_like=True):
    """A call with its name resolved as far as the file alone allows.

    `name` is dotted: `mlflow.log_metric` for `import mlflow as mf; mf.log_metric(...)`,
    `mlflow.MlflowClient.set_registered_model_alias` for a method of a variable whose constructor is seen,
    `.name` for a method of something unknown (`model.fit(...)` where `model` is a parameter is `.fit`).
    `scope` is the innermost top-level definition it stands in (`train`, `Trainer.fit`), "" for the module's
    body and `__main__` for the body of its main guard.
    """

    name: str
    line: int
    scope: str = ""
    args: tuple[object, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=dict)
    decorator: bool = False  # written as a decorator of a definition; `scope` is then that definition


class Definition(Struct, frozen=True, gc=False, array_like=True):
    """A top-level function or class, or a method (`Class.method`), with the names its body mentions."""

    name: str
    line: int
    end: int
    kind: str  # "function" | "class" | "module" (name "" or "__main__")
    bases: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    mentions: Mapping[str, int] = field(default_factory=dict)  # resolved or bare names, each with its first line
    asserts: int = 0  # assert statements and assertion-method calls in the body
    stub: bool = False  # only `pass`, `...`, a docstring or `raise NotImplementedError`


class Choice(Struct, frozen=True, gc=False, array_like=True):
    """What a scope mentions only for some of the words that its program is given: `if args.mode == "fit": fit()`.

    `asks` is what the command line is asked for: `argv 1`, the name of an argument (`mode`), or `parser`, the name of
    a sub-command. It must be one of `values` (with none: be given, be true); `otherwise`: be none of them. `within` is
    the number of the choice in the same file that this one stands in, -1 for none.
    """

    scope: str
    line: int
    asks: str
    values: tuple[str, ...]
    mentions: Mapping[str, int]
    otherwise: bool = False
    within: int = -1


class Subcommand(Struct, frozen=True, gc=False, array_like=True):
    """A command, or a group of commands, that a group of a command-line program has: `tool model fit`.

    `group` and `target` are names of the file, imported ones with their module; the group is "" where a function or
    variable is only said to be a command or group. `words` ask for it; () for those of the target itself.
    `kind`: command | group | chain (a group that takes several commands) | always (the target runs whatever is asked
    of the group) | merged (the commands of the target are the group's own).
    """

    group: str
    words: tuple[str, ...]
    target: str
    line: int
    kind: str = "command"


class Branch(Struct, frozen=True, gc=False, array_like=True):
    """A comparison that decides something: `if accuracy < 0.8: sys.exit(1)`.

    `names` are the lower-case words and dotted names in the condition, `calls` the resolved names called in what it
    guards (either arm; for a guard that leaves, also the rest of the block), `stops` whether an arm raises, exits or
    returns, `constant` whether the condition can never differ (`if True`). Where there is another arm (`else`, `elif`),
    it stands in the lines from `other` to `end`.
    """

    line: int
    names: frozenset[str]
    calls: frozenset[str]
    stops: bool
    scope: str = ""
    assertion: bool = False  # an assert statement
    constant: bool = False
    compares: bool = True  # uses <, <=, >, >= (rather than equality or truth)
    dead: bool = False  # what stands behind it can never run (`if False`)
    other: int = 0
    end: int = 0

    def parts(self, one: int, two: int) -> bool:
        """Whether two lines stand in different arms, so that never both run."""
        return self.other > 0 and any(self.line <= a < self.other <= b <= self.end for a, b in ((one, two), (two, one)))


class Comparison(Struct, frozen=True, gc=False, array_like=True):
    """Something held against a number that the file writes out: `score > 0.7`, whatever becomes of the outcome.

    `names` are the lower-case words on the other side. Numbers without a fraction are not kept: they count things.
    """

    line: int
    names: frozenset[str]
    limit: float
    scope: str = ""


class Held(Struct, frozen=True, gc=False, array_like=True):
    """A comparison by order whose outcome goes somewhere: `passed = f1 >= 0.8`.

    `names` are the lower-case words on both sides, `behind` those of what their variables were set to. `limit` is the
    number on one side, where the file writes one; `difference`: something is taken from something else (`new - old`).
    """

    line: int
    names: frozenset[str]
    behind: frozenset[str] = frozenset()
    limit: float | None = None
    difference: bool = False


class Origin(NamedTuple):
    """What a truth comes from, as one function sees it.

    `kind`: "held" (the comparison of that number in its file), "returned" (by the function `name`, its part
    `at` where it is unpacked), "given" (the parameter `name`), "kept" (under the key or attribute `name`).
    """

    kind: str
    name: str = ""
    at: int = -1


class Flow(Struct, frozen=True, gc=False, array_like=True):
    """Where a truth of one function goes.

    `kind`: "stops" (it raises `name`, or exits with an error), "guards" (it decides whether the lines of `spans` run),
    "returns" (`at`: the part of what is returned), "gives" (to the function `name`, as its argument `key` or number
    `at`), "keeps" (under the key or attribute `name`), "writes" (to an output `name` that others read), "sets" (it
    decides whether the attribute `name` is set). Two more tell of no truth: "hands" gives the function `key` to the
    call or decorator `name` (`at` 1: it is told to block what follows), "swallows" catches the classes `key` that are
    raised in `spans`.
    """

    kind: str
    line: int
    scope: str  # as of a call: the top-level definition that it stands in
    function: str = ""  # its own name, of a function in a function as well
    origins: frozenset[Origin] = frozenset()
    name: str = ""
    key: str = ""
    at: int = -1
    spans: tuple[tuple[int, int], ...] = ()


# --- dependencies ----------------------------------------------------------------------------------------------------


class Dependency(Struct, frozen=True, gc=False, array_like=True):
    """A declared dependency. `pin`: exact (== or a lock), bounded (has an upper bound), loose (lower bound), none."""

    ecosystem: str  # python | conda | node | r | julia | system
    name: str  # normalised as the ecosystem does (PEP 503 for python)
    line: int
    pin: str = "none"
    version: str = ""
    group: str = ""  # extra or dependency group; "" for what is always installed
    locked: bool = False  # from a lock file


# --- what can be started ---------------------------------------------------------------------------------------------


class Trigger(Struct, frozen=True, gc=False, array_like=True):
    """What starts a unit without another unit asking.

    kind: push | pull_request | tag | release | schedule | event | dispatch | call | upstream | timer
    (`event`: a message, new data, an outside system; `dispatch`: a person only; `call`: another workflow;
    `upstream`: another workflow of this repository that finished, named in `detail`; `timer`: a schedule that begins
    once something has installed it on a machine).
    """

    kind: str
    line: int
    detail: str = ""  # branches, paths, cron text, event type: for people, and `upstream` names
    active: bool = True  # False: written, but switched off (paused, disabled)


class Command(Struct, frozen=True, gc=False, array_like=True):
    """One simple command of a shell text, a Dockerfile, a make recipe, a CI step.

    `argv` has quotes removed and variables left as written. `directory` is where it runs, relative to the unit's own
    directory ("" when nothing changes it). `allow_failure`: its failure stops nothing in its own text (`|| true`, a
    leading
    `-` in make, before the last of a script without `set -e`), and `allowed_explicitly` that this is said in so many
    words.
    `guards`: how many of the commands that follow it in the same text are run, or not, by its outcome: `if test; then`.
    `own`: it calls a function that the same text defines, whose commands stand beside it.
    """

    text: str
    argv: tuple[str, ...]
    line: int
    directory: str = ""
    allow_failure: bool = False
    allowed_explicitly: bool = False
    guards: int = 0
    own: bool = False
    runs_after: RunsAfter = RunsAfter.SUCCESS  # of what stands before it in its unit


class Unit(Struct, frozen=True, gc=False, array_like=True):
    """Something that a file defines and that can be started: a workflow, job, step, make target, stage, service, hook.

    A unit starts its `children` (units whose `parent` is its id), its `commands`, and what `uses` names. Steps of a job
    run in the order of the file, each where nothing failed before it, if `runs_after` does not say otherwise. `needs`
    are ids of units of the same file that must succeed before it; those that it only waits for are not among them.
    """

    id: str  # unique in its file; children by convention "parent/child"
    # workflow | job | step | target | environment | stage | script | image | service | hook | task | resource | timer
    kind: str
    line: int
    says: str = ""  # as a person calls it: "job build", "make target train"
    parent: str = ""  # id of the unit that contains it; "" for a top-level one
    triggers: tuple[Trigger, ...] = ()
    commands: tuple[Command, ...] = ()
    uses: tuple[str, ...] = ()  # action, orb, task, image, or "./path" of a workflow, template or file that it runs
    inputs: Mapping[str, object] = field(default_factory=dict)  # `with:` of an action, inputs of a task, scalar values
    # what it sets for itself and all below it, each with what it can hold: variables by their name, `matrix.NAME`,
    # and for the file as a whole the defaults of what its callers may give, `inputs.NAME`
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    variables_of: tuple[str, ...] = ()  # "./path" of files whose variables are its own as well
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()  # files it declares to read (DVC deps, Dockerfile COPY), relative to `directory`
    writes: tuple[str, ...] = ()  # files it declares to write (DVC outs)
    directory: str = ""  # where it runs, relative to the repository's root
    environment: str = ""  # deployment environment (GitHub, GitLab, Azure)
    condition: str = ""  # `if:` / rules as written
    only: tuple[str, ...] = ()  # the kinds of start of its own file for which its condition holds; () for any
    runs_after: RunsAfter = RunsAfter.SUCCESS  # of what it waits for: the earlier steps of its job, or other units
    side_by_side: bool = False  # its steps run at the same time: only their `needs` say what comes before what
    after_success: bool = False  # it asks whether the workflow that started it succeeded, or a person starts it
    allow_failure: bool = False  # continue-on-error, allow_failure: its failure stops nothing
    approval: bool = False  # waits for a person by definition (manual job, input step, hold)
    disabled: bool = False  # `if: false`, paused
    defines: tuple[str, ...] = ()  # functions of a shell script, for who sources it
    gitops: bool = False  # a controller's order to keep a cluster like the folders or charts that it uses


# --- things declared in files ----------------------------------------------------------------------------------------


class Resource(Struct, frozen=True, gc=False, array_like=True):
    """A resource that infrastructure code declares.

    `type` is prefixed by its dialect: `kubernetes:Deployment`, `terraform:aws_sagemaker_endpoint`,
    `cloudformation:AWS::SageMaker::Endpoint`, `azure:Microsoft.MachineLearningServices/workspaces`,
    `azureml:command` ($schema of an Azure ML YAML), `image:prom/prometheus` (a container image that a service runs).
    """

    type: str
    name: str
    line: int
    unit: str = ""  # id of the unit it belongs to, if any


class Document(Struct, frozen=True, gc=False, array_like=True):
    """A structured document (YAML, TOML, JSON) as plain data; `line_of(path)` gives a key's line."""

    data: object
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """The line of the key or item at `path`, or of its nearest ancestor that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def text_line_of(self, path: tuple[str | int, ...]) -> int:
        """The first line of the text of the scalar at `path`: below its key where it is a block (`run: |`)."""
        return self.lines.get((*path, BLOCK), 0) or self.line_of(path)


class FileFacts(Struct, frozen=True, gc=False, array_like=True):
    """All facts of one file."""

    imports: tuple[Import, ...] = ()
    calls: tuple[Call, ...] = ()
    definitions: tuple[Definition, ...] = ()
    branches: tuple[Branch, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    units: tuple[Unit, ...] = ()
    resources: tuple[Resource, ...] = ()
    documents: tuple[Document, ...] = ()
    read_faults: tuple[ReadFault, ...] = ()
    choices: tuple[Choice, ...] = ()
    subcommands: tuple[Subcommand, ...] = ()
    reader: str = ""  # the reader whose format it turned out to be, where its name does not tell
    ci_service: str = ""  # the id of the CI service whose file it is

    def __add__(self, other: FileFacts) -> FileFacts:
        """Both files' facts, this one's first; for formats that hold several readings of one text."""
        added = {
            f.name: getattr(self, f.name) or getattr(other, f.name)
            if f.name in ("reader", "ci_service")
            else getattr(self, f.name) + getattr(other, f.name)
            for f in fields(self)
        }
        return FileFacts(**added)
