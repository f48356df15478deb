"""What an audit comes to: the one value that every report format tells. No format computes anything beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlripe.evidence import Evidence, Strength
from mlripe.facts import Problem

__all__ = ["Assessment", "CapabilityResult", "CriterionResult", "ModelResult", "ProjectResult", "Repository", "Step"]


@dataclass(frozen=True, slots=True)
class Repository:
    """What was looked at. `name` is the folder's; `commit` is "" for a plain folder."""

    name: str
    commit: str
    kind: str
    why_kind: str
    files: int = 0  # how many files the snapshot holds
    set_aside: Mapping[str, int] = field(
        default_factory=dict
    )  # role -> files that prove nothing (tests, vendored, ...)


@dataclass(frozen=True, slots=True)
class CapabilityResult:
    """A capability's strength and its evidence, strongest first. `area` is the part of the work it belongs to."""

    id: str
    strength: Strength
    evidence: tuple[Evidence, ...] = ()
    area: str = ""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion of a model. `status`: met | missing | not-observable | not-applicable.

    `needs` says in words what would meet it ("training-pipeline automated, or training-code automated");
    `evidence` are the strongest proofs that meet it, or the nearest ones where it is missing.
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
class ModelResult:
    """The level that the evidence reaches under one model; None where the model does not apply, and `why` says so."""

    id: str
    title: str
    level: int | None
    levels: Mapping[int, str]  # number -> title
    why: str
    dimensions: Mapping[str, int] = field(default_factory=dict)  # dimension -> level reached in it alone
    criteria: tuple[CriterionResult, ...] = ()
    next: tuple[Step, ...] = ()  # what to do for the level above, least effort first


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
    problems: tuple[Problem, ...] = ()
    projects: tuple[ProjectResult, ...] = ()  # of a repository that holds several
    additions: tuple[str, ...] = ()  # catalogues that were added to mlripe's own
