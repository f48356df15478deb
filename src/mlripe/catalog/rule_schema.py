"""The shapes of rules: capabilities, kinds of repository, profiles, roles of paths, maturity models, problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from mlripe.catalog.tool_schema import Strict
from mlripe.kinds import Feature, StartKind

__all__ = [
    "Capability",
    "Criterion",
    "DetectorRole",
    "Grade",
    "Kind",
    "MaturityModel",
    "PathRole",
    "ProblemCase",
    "ProblemRule",
    "Profile",
    "SeverityName",
    "StrengthName",
]

StrengthName = Literal["none", "declared", "present", "automated", "enforced"]
SeverityName = Literal["broken", "dangerous", "misleading", "untidy"]  # problem_kinds.Severity says what they mean


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
    offers: bool = False  # what it offers to others is its product, and no practice of its own
    problems: bool = True  # False: only those that any repository can have


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
    on_request: bool = True  # whether what a deployed service does for whoever asks it counts as automated
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
    history: bool = False  # commits of git meet it; files alone show it in no way
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
class ProblemCase:
    """A small repository, and the lines that the kind is told at, as `path:line` (none: it must not be told)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    name: str
    files: dict[str, str]
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProblemRule:
    """A kind of problem: what is wrong, how much it weighs, and how it is found. `id` is the file's name.

    It is found by a condition (`when`), or by a source of defects that code gives (`finds`: `problems/sources.py`).
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    title: str  # says what is wrong
    severity: SeverityName
    why: str  # what happens because of it
    remedy: str  # what to do
    certainty: Literal["certain", "likely"] = "certain"
    source: str = ""  # who named it: an address; "": nobody but mlripe
    when: dict[str, Any] = field(default_factory=dict)  # the condition, as `conditions.py` reads it
    finds: str = ""  # the name of what a source of defects finds
    absent: str = ""  # what mlripe found none of; the one line that is told is where it would be looked for
    judges: Literal["any", "ml", "llm"] = "ml"  # every repository, those with machine learning, or with language models
    spares: tuple[str, ...] = ()  # kinds of repository in which it is nothing to worry about
    damps: tuple[str, ...] = ()  # kinds of repository in which it is no more than untidy
    small: Literal["", "damped", "spared"] = ""  # and in a repository with very little code
    unless_told: tuple[str, ...] = ()  # kinds of problem that tell the same cause: not told beside one of them
    cases: tuple[ProblemCase, ...] = ()
