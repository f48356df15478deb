"""What an audit comes to: the one value that every report format tells. No format computes anything beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from mlripe.evidence import Evidence, Sighting, Strength, Unresolved
from mlripe.read_fault import ReadFault

__all__ = [
    "Assessment",
    "Attestation",
    "CapabilityResult",
    "CriterionResult",
    "DimensionResult",
    "Exclusion",
    "Found",
    "ModelResult",
    "ProblemResult",
    "ProjectResult",
    "Repository",
    "Sighting",
    "Step",
    "Suppressed",
    "level_above",
]

MOST_SEEN: Final = 50  # lines of a problem that are told
MOST_OF_KIND: Final = 50  # problems of one kind that are told


@dataclass(frozen=True, slots=True)
class Repository:
    """What was looked at. `name` is the folder's; `commit` is "" for a plain folder.

    `front` is the file that stands for the whole where a report needs a place and knows no nearer one: the README of
    the root, else the first file.
    """

    name: str
    commit: str
    kind: str
    why_kind: str
    files: int = 0  # how many files the snapshot holds
    set_aside: Mapping[str, int] = field(
        default_factory=dict
    )  # role -> files that prove nothing (tests, vendored, ...)
    front: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A landmark of a repository (`landmark_kinds.Landmark`): what it is called in a sentence, and where it stands."""

    text: str
    path: str = ""
    line: int = 0
    imports: tuple[str, ...] = ()  # packages that its file imports


@dataclass(frozen=True, slots=True)
class CapabilityResult:
    """A capability's strength and its evidence, strongest first.

    `area` is the part of the work it belongs to, `source` the address of a text that says what it is.
    """

    id: str
    strength: Strength
    evidence: tuple[Evidence, ...] = ()
    area: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion of a model. `status`: met | attested | missing | not-observable | not-applicable.

    `needs` says in words what would meet it ("training-pipeline automated, or training-code automated");
    `evidence` are the strongest proofs that meet it, or the nearest ones where it is missing. `observable` is how much
    of it files can show: yes | partial | no.
    """

    id: str
    level: int
    dimension: str
    says: str
    status: str
    central: bool
    needs: str
    lacks: tuple[
        tuple[str, Strength, Strength], ...
    ] = ()  # (capability, strength now, strength needed) of the nearest way
    evidence: tuple[Evidence, ...] = ()
    observable: str = "yes"
    points: float = 0  # that it gives, where points are given
    most: float = 0  # that it could give
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One capability to strengthen on the way to the next level.

    `criteria` are the ids of the missing criteria that it serves; `decides` whether one of them is central, so that
    the next level cannot be reached without it or an alternative to it.
    """

    capability: str
    now: Strength
    needed: Strength
    effort: str
    how: str
    criteria: tuple[str, ...]
    decides: bool


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """How far one dimension of a model has got by itself; what the model does not give is None."""

    title: str
    level: int | None = None
    points: float | None = None
    most: float | None = None
    strength: Strength | None = None


@dataclass(frozen=True, slots=True)
class ModelResult:
    """What the evidence reaches under one model; `level` is None where it gives none, and `why` says so.

    `observed` is the level by evidence alone, `level` also by attestations, `if_followed` the one if what mlripe could
    not follow did all that it could, `reachable` the one if besides everything were attested that files show in part
    or not at all.
    """

    id: str
    title: str
    level: int | None
    levels: Mapping[int, str]  # number -> title
    why: str
    dimensions: Mapping[str, DimensionResult] = field(default_factory=dict)
    criteria: tuple[CriterionResult, ...] = ()
    next: tuple[Step, ...] = ()  # what to do for the level above, or for more points, least effort first
    observed: int | None = None
    reachable: int | None = None
    if_followed: int | None = None
    points: float | None = None
    most: float | None = None
    source: str = ""
    fidelity: str = ""
    note: str = ""

    @property
    def above(self) -> int | None:
        """The level above the one that is reached; None where there is none, or no level is given."""
        return None if self.level is None else level_above(self.level, self.levels)


def level_above(level: int, levels: Iterable[int]) -> int | None:
    """The lowest of the levels above this one; None where there is none."""
    return min((each for each in levels if each > level), default=None)


@dataclass(frozen=True, slots=True)
class Attestation:
    """Somebody's word for what no file shows. `about` is a capability, or `model/criterion`; dates are ISO dates."""

    about: str
    strength: Strength
    by: str
    on: str
    until: str
    proof: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What a repository need not have, and why. `about` is a capability, `model/criterion`, or a kind of problem."""

    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProblemResult:
    """Something that is wrong with the repository: one cause of one kind. `id` is the kind's.

    `evidence` are the lines that show it, the first of them where it is told; `lacks` says in words what is missing for
    it to be none, and `hangs_on` what mlripe could not follow and it depends on. `source` is who named the kind, where
    a text did. `key` tells apart what one kind says of a repository twice: never a line. The last `beside` lines of
    `evidence` do not show it themselves, but what makes it so.
    """

    id: str
    title: str
    severity: str  # one of problem_kinds.Severity
    certainty: str  # certain | likely
    why: str  # what happens because of it
    remedy: str  # what to do
    source: str = ""
    evidence: tuple[Sighting, ...] = ()
    lacks: tuple[str, ...] = ()
    hangs_on: str = ""
    key: str = ""
    beside: int = 0

    @property
    def own(self) -> tuple[Sighting, ...]:
        """The lines that show it themselves."""
        return self.evidence[: len(self.evidence) - self.beside]

    def with_lines(self, own: Iterable[Sighting], beside: Iterable[Sighting], most: int) -> ProblemResult:
        """The problem with these lines, each once, and no more of them than so many."""
        shown = tuple({(each.path, each.line): each for each in own}.values())[:most]
        places = {(each.path, each.line) for each in shown}
        further = {(each.path, each.line): each for each in beside if (each.path, each.line) not in places}
        rest = tuple(further.values())[: most - len(shown)]
        return replace(self, evidence=shown + rest, beside=len(rest))


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A problem that is not told at this place, and why: `by` is "settings" or "comment"."""

    id: str
    path: str
    line: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectResult:
    """One project of a repository that holds several. `path` is its folder, "." what stands outside the others.

    It is judged by its own files and by what the repository does for all of its projects.
    """

    path: str
    capabilities: Mapping[str, CapabilityResult]
    models: Mapping[str, ModelResult]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole result of an audit."""

    repository: Repository
    catalogue: str  # version (digest) of the detectors and rules
    capabilities: Mapping[str, CapabilityResult]  # every capability of the catalogue, in its order
    models: Mapping[str, ModelResult]
    read_faults: tuple[ReadFault, ...] = ()
    projects: tuple[ProjectResult, ...] = ()  # of a repository that holds several
    additions: tuple[str, ...] = ()  # catalogues that were added to mlripe's own
    attestations: tuple[Attestation, ...] = ()  # those that count
    exclusions: tuple[Exclusion, ...] = ()
    problems: tuple[ProblemResult, ...] = ()  # the most severe first; of the repository as a whole
    unresolved: tuple[Unresolved, ...] = ()  # places that could not be followed, first those that could hide something
    unresolved_left: int = 0  # how many more there are
    suppressed: tuple[Suppressed, ...] = ()  # problems that the settings or a comment let be
    problems_left: int = 0  # how many more problems there are than are listed
    landmarks: Mapping[str, Found] = field(default_factory=dict)  # by `landmark_kinds.Landmark`: what a plan speaks of

    def listed(self) -> Assessment:
        """The assessment with as many problems of one kind, and as many lines of each, as a person reads."""
        counts: dict[str, int] = {}
        told = []
        for each in self.problems:
            counts[each.id] = counts.get(each.id, 0) + 1
            if counts[each.id] <= MOST_OF_KIND:
                told.append(each.with_lines(each.own, each.evidence[len(each.own) :], MOST_SEEN))
        left = self.problems_left + len(self.problems) - len(told)
        return replace(self, problems=tuple(told), problems_left=left)
