"""The shapes of the catalogue's files: detectors, capabilities, models, launchers, path roles.

Plain frozen dataclasses, so that a run that only uses the compiled catalogue pays for no validation library;
`compile.py` validates the YAML against these same shapes with pydantic and refuses unknown keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

from mlripe.catalog.tool_schema import CiService, Decision, Others, Program, Strict, UnreadService
from mlripe.kinds import DeployedPart, Feature, StartKind, UnitKind

__all__ = [
    "KEYED_FILES",
    "MATCHERS",
    "ROLES_FILE",
    "AntiPattern",
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
    "Profile",
    "Root",
    "Show",
    "StrengthName",
]

StrengthName = Literal["none", "declared", "present", "automated", "enforced"]
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
    when: tuple[Pattern, ...] = ()  # the same file also has a match of every one of these
    unless: tuple[Pattern, ...] = ()  # and of none of these

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


@dataclass(slots=True, kw_only=True, eq=False)
class Root(Pattern):
    """A pattern whose match starts code by itself; the wiring begins there.

    `kind`: `pipeline` (a definition that runs its steps whoever starts it), `schedule`, `event` (an active one),
    `service` (a program that serves: deployed code once something deploys it).
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    kind: Literal["pipeline", "schedule", "event", "service"]
    says: str = ""
    asleep: dict[str, str] = field(default_factory=dict)  # a keyword, and a regex for the value that switches it off
    module: bool = False  # it starts what the module puts together, not only what it decorates
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


# --- rules -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DetectorRole:
    """A role that an added catalogue brings, besides those of `kinds.Role`. `id` is its key in rules/roles.yaml."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathRole:
    """Files that prove nothing by what they hold: tests, vendored code, generated files. `id` is its key."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    title: str
    paths: tuple[str, ...]  # globs, as gitignore writes them
    proves: tuple[str, ...] = ()  # capabilities that such files may prove all the same
    proves_of_product: tuple[str, ...] | None = None  # in place of these where the repository's product is a library
    read: bool = True  # False: not even read


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind:
    """What sort of repository it is; the first kind in the file whose conditions hold. `id` is its key."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    why: str  # in words, for the report
    all: dict[Feature, bool] = field(default_factory=dict)  # feature -> must hold or not
    any: dict[Feature, bool] = field(default_factory=dict)  # at least one of these
    level: bool = True  # False: no level is given
    no_level: str = ""  # why not
    without: tuple[str, ...] = ()  # capabilities that it cannot have, whatever looks like them
    without_where: dict[Feature, bool] = field(default_factory=dict)  # where these hold as well
    declares: bool = False  # it may still declare what it is without: a dependency that its product uses
    antipatterns: bool = True  # False: none are looked for


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """What kind of work a repository is for, and what it need not have.

    `id` is its key. `without`: capabilities, and criteria as `model/criterion`. `fits`: the kinds of repository that it
    is proposed for, and `model` the one that it is then held against ("": the usual one).
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    says: str
    without: tuple[str, ...]
    fits: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Capability:
    """A practice that a repository can prove. `id` is its key in rules/capabilities.yaml."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    title: str
    area: str
    what: str  # what it is
    why: str  # why it matters
    source: str  # where that is said: an address
    recognised: str  # how mlripe recognises it
    how: str  # how to get it
    effort: Literal["small", "medium", "large"]
    id: str = ""
    strengths: dict[StrengthName, str] = field(default_factory=dict)  # what each strength takes, where in doubt
    notebook: StrengthName = "present"  # the most that a notebook proves
    swallowed: StrengthName = "enforced"  # the most that it proves where its failure stops nothing
    roles: tuple[str, ...] = ()  # the roles that it is derived from, besides what shows it by itself
    after: dict[str, Any] = field(default_factory=dict)  # what has to be there first, written as needs
    named: tuple[str, ...] = ()  # words of a start that cannot be followed by which it may do this
    raised_by: tuple[StartKind, ...] = ()  # kinds of start that make it automated; (): the default ones
    enforced_by: Literal["", "stops-shipping", "after-check", "approval", "signal", "gated-model"] = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grade:
    """Points that a criterion gives where its needs are met."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    points: float
    needs: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Criterion:
    """One criterion of a maturity model. Where points are given, the best of its `grades` counts, without any its
    `needs` give one point.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    dimension: str
    says: str
    level: int = 0  # no meaning where points are given
    weight: Literal["central", "supporting"] = "supporting"
    observable: Literal["yes", "partial", "no"] = "yes"
    needs: dict[str, Any] = field(default_factory=dict)  # {capability: strength}, {all: [...]}, {any: [...]}
    grades: tuple[Grade, ...] = ()
    note: str = ""  # what a reader should know beside it
    source: str = ""  # id of the criterion in the published text's order, or an address


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MaturityModel:
    """A maturity model or checklist: criteria in dimensions, and how they add up.

    `scoring: levels`: a level is reached when its central criteria and those below are met. `scoring: points`: each
    criterion gives points, each dimension their sum, and the total is the sum or the minimum over the dimensions that
    count; a level is reached when the total exceeds `above`.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    title: str
    source: str
    fidelity: Literal["published", "adapted", "structure-only"]
    dimensions: dict[str, str]
    criteria: tuple[Criterion, ...]
    levels: dict[int, str] = field(default_factory=dict)
    version: str = "1"
    note: str = ""
    usual: bool = False  # judged by where nobody chooses
    judges: Literal["ml", "llm"] = "ml"  # repositories with machine learning, or those that use language models
    projects: Literal["whole", "median"] = "whole"  # a repository of several projects: as one, or their median
    scoring: Literal["levels", "points"] = "levels"
    total: Literal["sum", "minimum"] = "sum"
    counts: tuple[str, ...] = ()  # the dimensions that the total is made of; (): all
    above: dict[int, float] = field(default_factory=dict)  # level -> what the total must exceed
    strengths: bool = False  # a dimension also shows how far the furthest of its criteria has got


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AntiPattern:
    """What looks like a practice, or takes the place of one, and costs more than it gives. `id` is the file's name."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    title: str  # begins as what is seen: "Looks like ..." may stand before it
    source: str  # who named it: an address
    why: str  # why it matters
    remedy: str  # what to do
    when: dict[str, Any]  # the condition, as `conditions.py` reads it
    judges: Literal["ml", "llm"] = "ml"  # repositories with machine learning, or those that use language models
    spares: tuple[str, ...] = ()  # kinds of repository in which it is nothing to worry about


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
    "decisions": ("rules/decisions.yaml", Decision),
    "ci_services": ("rules/ci_services.yaml", CiService),
}
