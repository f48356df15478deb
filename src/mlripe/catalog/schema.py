"""The shapes of detectors, and which file of the catalogue has which shape.

Those of rules stand in `rule_schema`, those of what is known of tools in `tool_schema`.

Plain frozen dataclasses, so that a run that only uses the compiled catalogue pays for no validation library;
`compile.py` validates the YAML against these same shapes with pydantic and refuses unknown keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

from mlripe.catalog.rule_schema import (
    Capability,
    Criterion,
    DetectorRole,
    Grade,
    Kind,
    MaturityModel,
    PathRole,
    ProblemCase,
    ProblemRule,
    Profile,
    StrengthName,
)
from mlripe.catalog.tool_schema import (
    CiService,
    DataUseNames,
    Decision,
    Installer,
    KnownTool,
    NameList,
    Others,
    Prediction,
    Program,
    SecretForm,
    Strict,
    UnreadService,
)
from mlripe.kinds import DeployedPart, UnitKind

__all__ = [
    "KEYED_FILES",
    "MATCHERS",
    "ROLES_FILE",
    "BranchPattern",
    "Capability",
    "Case",
    "ComparisonPattern",
    "Criterion",
    "Detector",
    "DetectorRole",
    "Grade",
    "KeyPattern",
    "Kind",
    "MaturityModel",
    "PathRole",
    "Pattern",
    "ProblemCase",
    "ProblemRule",
    "Profile",
    "RegistryPattern",
    "Root",
    "Show",
    "StrengthName",
]

MATCHERS: Final = (
    "call decorator base define imports command action hook resource image dependency path key branch compare text unit"
).split()  # the fields of a pattern that look for something


# Patterns are not frozen, though nothing changes them: there are over a thousand, every run makes them all, and a
# frozen class takes twice as long to fill.

# --- detectors -------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True, eq=False)
class KeyPattern:
    """A key of a YAML, TOML or JSON document: `path` dotted, `*` one level, `**` any; `value` a regular expression."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    path: str
    value: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class BranchPattern:
    """A comparison that decides: `on` words in its condition, `then` names called in what it guards, or `stops`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    on: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    stops: bool = False
    assertion: bool | None = None  # None: either
    dead: bool = False  # one that can never hold (`if False`), which no other branch pattern matches


@dataclass(slots=True, kw_only=True, eq=False)
class ComparisonPattern:
    """A comparison by order with a number written in the file: `on` words on the other side and `off` none of these,
    `limit` a regular expression that the number matches."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    on: tuple[str, ...]
    off: tuple[str, ...] = ()
    limit: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Pattern:
    """Facts to look for in a file. Several kinds in one pattern, and several entries of a kind, are alternatives."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    call: tuple[str, ...] = ()  # resolved dotted name with globs: `mlflow.log_*`, `**.MlflowClient.*`, `.fit`
    decorator: tuple[str, ...] = ()  # likewise, of a decorator
    base: tuple[str, ...] = ()  # likewise, of a class's base
    define: tuple[str, ...] = ()  # last name of a function or class defined here
    imports: tuple[str, ...] = ()  # module, with what is below it
    command: tuple[str, ...] = ()  # words of a command in order: `dvc repro`, `mlflow models serve`, `pytest`
    action: tuple[str, ...] = ()  # action, orb, task or image in `uses`, without version
    hook: tuple[str, ...] = ()  # id of a pre-commit hook
    unit: tuple[UnitKind, ...] = ()  # kind of a unit: `stage`, `job`, `environment`
    resource: tuple[str, ...] = ()  # `terraform:aws_sagemaker_*`, `kubernetes:CronJob`
    image: tuple[str, ...] = ()  # container image without tag: `prom/prometheus`
    dependency: tuple[str, ...] = ()  # declared package, `node:promptfoo`; no prefix: python
    path: tuple[str, ...] = ()  # glob of the file's own path, as gitignore writes it
    key: tuple[KeyPattern | str, ...] = ()
    branch: tuple[BranchPattern, ...] = ()
    compare: tuple[ComparisonPattern, ...] = ()
    text: tuple[str, ...] = ()  # regular expressions (linear time) on the text: the last resort
    with_: (
        dict[str, str] | tuple[str, ...]
    ) = ()  # keywords that the call must have; a mapping gives a regex for the value
    without: dict[str, str] | tuple[str, ...] = ()  # keywords that it must not have; a mapping: not with such a value
    # only in files with these paths: globs, `~ci` for those of any CI service, `~ci:gitlab` for those of one
    within: tuple[str, ...] = ()

    def looks_for_nothing(self) -> bool:
        """Whether it only says in which files it holds."""
        return not any(getattr(self, kind) for kind in MATCHERS)


@dataclass(slots=True, kw_only=True, eq=False)
class Show(Pattern):
    """A pattern, and the capability or the role that a match shows; at least one of the two."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    capability: str | tuple[str, ...] = ()
    role: str | tuple[str, ...] = ()  # of `kinds.Role`, or of rules/roles.yaml beside the detector
    deploys: DeployedPart = DeployedPart.IMAGE  # of a match with the role `deploy`: what runs then
    says: str = ""  # in a few words, for people; default: the tool's name and what matched
    strength: StrengthName = "present"  # what the match alone proves; wiring may raise it
    most: StrengthName = "enforced"  # wiring raises it no further than this
    gates: bool = False  # its outcome decides something by itself: once automated it is enforced
    whole: bool = False  # the file shows it, not the unit that matched: what the unit declares starts other things
    swallowed: StrengthName = "enforced"  # the most that it proves where its own failure stops nothing
    needs_files: tuple[str, ...] = ()  # globs: without such a file, where it looks, it is no more than declared
    when: tuple[Pattern, ...] = ()  # the same file also has a match of every one of these
    unless: tuple[Pattern, ...] = ()  # and of none of these
    inside: tuple[str, ...] = ()  # the text of the resource, function or class that matched holds every one of these
    near: tuple[str, ...] = ()  # the line that matched, with the two after it, holds every one, and none led by `!`

    @property
    def capabilities(self) -> tuple[str, ...]:
        """The capabilities that a match shows."""
        return (self.capability,) if isinstance(self.capability, str) else self.capability

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that a match shows."""
        return (self.role,) if isinstance(self.role, str) else self.role

    @property
    def named(self) -> tuple[str, ...]:
        """The capabilities and the roles that a match shows."""
        return self.capabilities + self.roles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegistryPattern:
    """Where a project says which of its definitions there are: in `function` of the file of this name above them.

    Where that file calls one of `finds`, all are.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    file: str
    function: str
    finds: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True, eq=False)
class Root(Pattern):
    """A pattern whose match starts code by itself; the wiring begins there.

    `kind`: `pipeline` (a definition that runs its steps whoever starts it), `schedule`, `event` (an active one),
    `outside` (a message whose sender is not in the repository),
    `service` (a program that serves: deployed code once something deploys it).
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    kind: Literal["pipeline", "schedule", "event", "outside", "service"]
    says: str = ""
    disabled: dict[str, str] = field(default_factory=dict)  # a keyword, and a regex for the value that switches it off
    module: bool = False  # it starts what the module puts together, not only what it decorates
    registry: RegistryPattern | None = None  # what this leaves out is no definition
    when: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A small repository, and what the detector must say of it (`{}`: nothing)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    files: dict[str, str]
    shows: dict[str, StrengthName]
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detector:
    """What one tool's traces look like. `id` is the file's name; `area` its folder."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    tool: str
    homepage: str = ""
    id: str = ""
    area: str = ""
    declared_by: dict[str, tuple[str, ...]] = field(default_factory=dict)  # ecosystem -> package names
    declares: tuple[str, ...] = ()  # capabilities that the bare dependency declares
    declares_role: tuple[str, ...] = ()  # roles likewise
    ml: bool = False  # its use (not its mere name) shows that a repository does machine learning
    shows: tuple[Show, ...] = ()
    starts: tuple[Root, ...] = ()
    cases: tuple[Case, ...] = ()


ROLES_FILE: Final = "rules/roles.yaml"  # of added catalogues alone: mlripe's own roles are `kinds.Role`

# The files that hold entries by their ids: what they are in the compiled catalogue, where they stand, what an entry is.
KEYED_FILES: Final[Mapping[str, tuple[str, type]]] = {
    "capabilities": ("rules/capabilities.yaml", Capability),
    "detector_roles": (ROLES_FILE, DetectorRole),
    "roles": ("rules/paths.yaml", PathRole),
    "kinds": ("rules/kinds.yaml", Kind),
    "profiles": ("rules/profiles.yaml", Profile),
    "programs": ("rules/programs.yaml", Program),
    "others": ("rules/others.yaml", Others),
    "unread": ("rules/unread.yaml", UnreadService),
    "installers": ("rules/installers.yaml", Installer),
    "names": ("rules/names.yaml", NameList),
    "decisions": ("rules/decisions.yaml", Decision),
    "predictions": ("rules/predictions.yaml", Prediction),
    "secrets": ("rules/secrets.yaml", SecretForm),
    "landmarks": ("rules/landmarks.yaml", KnownTool),
    "ci_services": ("rules/ci_services.yaml", CiService),
    "data_flow": ("rules/data_flow.yaml", DataUseNames),
}
