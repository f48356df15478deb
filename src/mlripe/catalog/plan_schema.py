"""The shapes of what plans are made of: advice by situation, jobs of CI services, ladders of kinds of repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from mlripe.catalog.rule_schema import StrengthName
from mlripe.catalog.tool_schema import Strict
from mlripe.landmark_kinds import Landmark

__all__ = [
    "Advice",
    "AdviceCase",
    "AdviceFile",
    "Brings",
    "JobStyle",
    "JobText",
    "Ladder",
    "Look",
    "Mend",
    "Phase",
    "PlanRules",
    "Relaxed",
    "Valuable",
    "Work",
]

# data: a push that changes data or training; after-tests: a job that waits for that of the tests; waits: the job that
# deploys begins to wait for it; own-tests: the file that deploys gets such a job, for which the one that deploys waits;
# training-step: more steps of the training
JobTrigger = Literal["push", "data", "schedule", "tag", "after-tests", "waits", "own-tests", "training-step"]
# training: `data` where data lies in git, else `schedule`
Wanted = Literal[JobTrigger, "training"]

Language = Literal["python", "node", "docker"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Work:
    """A job of CI: what starts it and what it runs. rules/ci_jobs.yaml says how each service writes it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    name: str
    on: Wanted
    runs: tuple[str, ...]
    language: Language = "python"  # for which the job is set up


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdviceCase:
    """A small repository for which the advice is the right one, and the files as they are once it is followed."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    files: dict[str, str]
    after: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Advice:
    """One way to strengthen a capability, for a situation.

    It fits where the strength now is one of `now` (none given: any below `gives`), every landmark that it names is
    there, all of `needs` are and none of `lacks`, what a landmark of `among` is called is one of those words, the file
    of each landmark of `imports` imports one of those packages, the capabilities of `where` are so strong and those of
    `before` are not yet, one of the tools `uses` is in use and the kind of repository is one of `kinds` (where these
    are given). In `do`, `edit`, `snippet` and `job`, `{landmark}` is what that is called here.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    gives: StrengthName  # what mlripe sees once it is followed
    days: float  # of one person's work
    do: str
    now: tuple[StrengthName, ...] = ()
    edit: str = ""  # the file to edit or to create; "" for that of the job
    snippet: str = ""  # what to write there
    job: Work | None = None
    needs: tuple[Landmark, ...] = ()
    lacks: tuple[Landmark, ...] = ()
    among: dict[Landmark, tuple[str, ...]] = field(default_factory=dict)
    where: dict[str, StrengthName] = field(default_factory=dict)
    before: dict[str, StrengthName] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    imports: dict[Landmark, tuple[str, ...]] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    risk: str = ""  # what happens without it, where that is another thing than without the capability
    also: dict[str, StrengthName] = field(default_factory=dict)  # what else mlripe then sees
    lifts: tuple[str, ...] = ()  # capabilities that become as strong where the training program has them
    makes: dict[Landmark, str] = field(default_factory=dict)  # landmarks that are there once it is followed
    stands_for: dict[Landmark, Landmark] = field(default_factory=dict)  # landmarks that it takes in place of others
    case: AdviceCase | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdviceFile:
    """rules/advice/<capability>.yaml: what happens without it, and the ways to it; the first that fits is told."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    risk: str
    advice: tuple[Advice, ...]
    otherwise: str = ""  # what is told where none fits; the capability's own sentence where nothing stands here
    by_itself: str = ""  # what is told where none fits, it is there, and nothing but a person starts it
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JobText:
    """Where a job is written, and its text: `{name}` and `{runs}` are the job's, the latter a line each."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    edit: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JobStyle:
    """How a CI service writes a job, by what starts it. `id` is the service's key in rules/ci_services.yaml."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    line: str  # of one command: `      - run: {command}`
    jobs: dict[JobTrigger, JobText]
    languages: dict[Language, dict[str, str]] = field(default_factory=dict)  # what sets a job up, by the slot's name
    forge: tuple[str, ...] = ()  # hosts of repositories for which it is proposed where none is in use


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ladder:
    """What repositories of some kinds climb: the levels of a model, or a few practices and no level.

    The first that has the kind, all of whose landmarks `needs` are there and none of `lacks`, and whose capabilities
    `before` are weaker than that, is the one.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    id: str
    kinds: tuple[str, ...]
    says: str
    model: str = ""
    practices: dict[str, StrengthName] = field(default_factory=dict)  # instead of a model's levels, or before them
    asks: dict[str, tuple[Landmark, ...]] = field(default_factory=dict)  # without which a practice is left out
    advised: tuple[str, ...] = ()  # practices that are left out where no advice fits
    mends: tuple[str, ...] = ()  # the problems that such a repository mends; none given: all that are mended
    needs: tuple[Landmark, ...] = ()
    lacks: tuple[Landmark, ...] = ()
    before: dict[str, StrengthName] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Valuable:
    """A practice that is worth a step though no central criterion takes it: where all of `where` is reached."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    capability: str
    strength: StrengthName
    where: dict[str, StrengthName] = field(default_factory=dict)
    before: dict[str, StrengthName] = field(default_factory=dict)  # and none of these is
    needs: tuple[Landmark, ...] = ()
    kinds: tuple[str, ...] = ()  # of repository; none given: all
    first: bool = False  # it comes before the next level
    advised: bool = False  # only where an advice fits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Brings:
    """What a step brings about beside its own: what is there already becomes as strong, and needs no step."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    capability: str
    strength: StrengthName
    raises: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phase:
    """How long the way from one level of a model to the next takes, as its source says."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    model: str
    level: int  # that is reached at its end
    months: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """A landmark that may do what a step for the capability is to bring, in a way that no proof shows."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    capability: str
    landmark: Landmark
    says: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mend:
    """Which kinds of problems a plan tells people to mend, in that order: before any step, or after the first ones."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    first: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    covered: dict[str, str] = field(default_factory=dict)  # by a step for this capability, where the plan has one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxed:
    """A capability that comes later than its place in the order, once it is as strong as this."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    capability: str
    strength: StrengthName
    behind: str  # the capability after which it comes then


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanRules:
    """rules/plans.yaml."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    order: tuple[str, ...]  # of capabilities: by what goes wrong without them, and by what stands on them
    ladders: tuple[Ladder, ...]
    valuable: tuple[Valuable, ...] = ()
    brings: tuple[Brings, ...] = ()
    phases: tuple[Phase, ...] = ()
    looks: tuple[Look, ...] = ()
    mend: Mend = field(default_factory=Mend)
    relaxed: tuple[Relaxed, ...] = ()
    rare: tuple[str, ...] = ()  # capabilities that are taken to meet a need only where nothing else does
    nothing: str = ""  # what is said where there is nothing to do
    jumping: str = ""  # what is said of a way of several levels
