"""The contract of the JSON report, as pydantic models: `Report.model_validate_json(text)` reads one back, typed.

`python -m mlripe.dev` writes `report.schema.json` beside this module; it ships in the wheel.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["SCHEMA_FILE", "Report", "schema_text"]

SCHEMA_FILE = Path(__file__).with_name("report.schema.json")

Strength = Literal["none", "declared", "present", "automated", "enforced"]
Line = Annotated[int, Field(ge=0)]


class Shape(BaseModel):
    """What all parts have in common: frozen, and no key that is not described."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Hop(Shape):
    """One step of a chain: the place, and what stands there."""

    path: str
    line: Line
    says: str


class Evidence(Shape):
    """What one place in the repository shows of one capability."""

    path: str
    """Relative to the repository's root, with forward slashes; a byte that is not UTF-8 is written as \\xNN."""
    line: Line
    """From 1; 0 is the file as a whole."""
    capability: str
    detector: str
    """The id of the detector that found it."""
    strength: Strength
    says: str
    note: str
    """Why it is not stronger, or not counted; may be empty."""
    chain: list[Hop]
    """From what starts it (a trigger, a pipeline definition) to this place, this place excluded."""


class Capability(Shape):
    """How far a practice has got: the strongest of its evidence."""

    strength: Strength
    evidence: list[Evidence]
    """Strongest first."""


class Lack(Shape):
    """What a capability is short of."""

    capability: str
    now: Strength
    needed: Strength


class Criterion(Shape):
    """One criterion of a maturity model."""

    id: str
    level: int
    dimension: str
    says: str
    status: Literal["met", "attested", "missing", "not-observable", "not-applicable"]
    """`attested`: by somebody's word. `not-observable`: no file can show it; it never counts against a repository."""
    central: bool
    """Central criteria decide the level, the others show progress."""
    observable: Literal["yes", "partial", "no"]
    """How much of it files can show."""
    points: float
    most_points: float
    """What it gives and could give, where the model gives points."""
    note: str
    needs: str
    """In words."""
    lacks: list[Lack]
    """Of the nearest way to meet it; empty unless it is missing."""
    evidence: list[Evidence]
    """The strongest proofs that meet it, or the nearest ones where it is missing."""


class Step(Lack):
    """One capability to strengthen on the way to the next level."""

    effort: Literal["small", "medium", "large"]
    how: str
    criteria: list[str]
    """The missing criteria that it serves."""
    decides: bool
    """One of them is central: the next level takes it."""


class Dimension(Shape):
    """How far one dimension of a model has got by itself; what the model does not give is null."""

    title: str
    level: int | None
    points: float | None
    most_points: float | None
    strength: Strength | None


class Model(Shape):
    """The level that the technical evidence reaches under one maturity model."""

    title: str
    level: int | None
    """By evidence and attestations. Null where the model does not apply, or gives points alone; `why` says so."""
    observed: int | None
    """By evidence alone."""
    if_followed: int | None
    """If what mlripe could not follow did all that it could."""
    reachable: int | None
    """If besides everything were attested that files show in part or not at all."""
    points: float | None
    most_points: float | None
    why: str
    levels: dict[str, str]
    """A level's number and its title."""
    source: str
    fidelity: str
    """How closely the criteria follow a published text: published, adapted, structure-only."""
    note: str
    dimensions: dict[str, Dimension]
    criteria: list[Criterion]
    next: list[Step]
    """What to do for the level above or for more points, least effort first."""


class Tool(Shape):
    """What made the report."""

    name: Literal["mlripe"]
    version: str
    catalogue: str
    """A digest of the detectors and rules: two reports compare only where it is the same."""
    additions: list[str]
    """Catalogues and detectors that were added to mlripe's own: folders, packages."""


class Repository(Shape):
    """What was read."""

    name: str
    commit: str | None
    """Null for a folder that is no git repository."""
    kind: str
    why_kind: str
    files: Annotated[int, Field(ge=0)]
    set_aside: dict[str, int]
    """How many files prove nothing, by what they are: tests, vendored, ..."""


class ReadFault(Shape):
    """Something that could not be read as it should be."""

    path: str
    line: Line
    says: str


class Unresolved(Shape):
    """A place that mlripe could not follow: what it starts is not known."""

    kind: Literal[
        "broken-definition",
        "unread-definition",
        "outside-definition",
        "outside-step",
        "outside-image",
        "unknown-program",
        "unknown-value",
        "absent-file",
        "absent-target",
        "set-aside",
        "missing-content",
    ]
    path: str
    line: Line
    name: str
    """The program, file, action or value that it stops at."""
    says: str
    count: Annotated[int, Field(ge=1)]
    """How many places name it alike; `path` and `line` are the first of them."""
    could_hide: list[str]
    """The capabilities that could be stronger than they are seen to be, if this did what it could."""


class Attestation(Shape):
    """Somebody's word for what no file shows."""

    about: str
    """A capability, or `model/criterion`."""
    strength: Strength
    by: str
    on: str
    until: str
    """ISO dates."""
    proof: str
    reason: str


class Exclusion(Shape):
    """What the repository need not have, or a kind of problem that it has not."""

    about: str
    reason: str


class Lost(Shape):
    """A proof that was there."""

    file: str
    """The file whose change took it away; empty where its wiring changed elsewhere."""
    proof: Evidence


class Sighting(Shape):
    """A place where something is seen, and what stands there."""

    path: str
    line: Line
    says: str


class Problem(Shape):
    """Something that is wrong with the repository: one cause of one kind."""

    id: str
    """The kind's: `mlripe explain` tells of it."""
    title: str
    severity: Literal["broken", "dangerous", "misleading", "untidy"]
    certainty: Literal["certain", "likely"]
    why: str
    """What happens because of it."""
    remedy: str
    """What to do."""
    source: str
    """Who named the kind; may be empty."""
    evidence: list[Sighting]
    """The lines that show it, first the one at which it is told. Never the value of a secret."""
    lacks: list[str]
    """What is missing for it to be none, in words."""
    hangs_on: str
    """What mlripe could not follow and the problem depends on; may be empty."""
    key: str
    """What tells apart two problems of one kind; never a line."""


class Check(Shape):
    """The answer of `mlripe check` to one thing that was asked."""

    kind: Literal["target", "require", "kept", "problem"]
    subject: str
    holds: bool
    accepted: bool
    """It is missing, and a baseline lets it be."""
    says: str
    lacks: list[str]
    lost: list[Lost]
    problem: Problem | None
    """Of the kind `problem`, where one is found."""


class Project(Shape):
    """One project of a repository that holds several."""

    path: str
    """Its folder; `.` is what stands outside the others."""
    capabilities: dict[str, Capability]
    models: dict[str, Model]


class Suppressed(Shape):
    """A problem that is not told at this place, because somebody says why not."""

    id: str
    path: str
    line: Line
    by: Literal["settings", "comment"]
    reason: str


class Report(Shape):
    """The result of an audit. Within a version a key may be added; removing or changing one takes the next version."""

    schema_version: Literal[2]
    tool: Tool
    repository: Repository
    capabilities: dict[str, Capability]
    """Every capability of the catalogue by its id, also those that are not detected."""
    models: dict[str, Model]
    checks: list[Check]
    """Empty for an audit."""
    attestations: list[Attestation]
    """Those that count: an expired one is told as a read fault."""
    exclusions: list[Exclusion]
    projects: list[Project]
    """Empty unless the repository holds several."""
    problems: list[Problem]
    """The most severe first; of the repository as a whole."""
    problems_left: Annotated[int, Field(ge=0)]
    """How many more there are."""
    suppressed: list[Suppressed]
    """Problems that the settings or a comment let be."""
    unresolved: list[Unresolved]
    """What could not be followed, first what could hide something; the most important 200."""
    unresolved_left: Annotated[int, Field(ge=0)]
    """How many more there are."""
    read_faults: list[ReadFault]


def schema_text() -> str:
    """The JSON schema of `Report`, as `report.schema.json` holds it."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | _plain(Report.model_json_schema()), indent=1) + "\n"


def _plain(schema: Any) -> Any:
    """The schema as every version of pydantic gives it: some say a constant twice, as an enumeration of one as well."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _plain(value) for key, value in schema.items() if key != "enum" or "const" not in schema}
