"""What a capability is, what counts as each strength, which tools are recognised, and where models ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mlripe.catalog import Catalog
from mlripe.catalog.needs import parse, wanting
from mlripe.catalog.schema import Capability, StrengthName
from mlripe.detection.near_misses import shown_by
from mlripe.detection.starts import DEFAULT_STARTS
from mlripe.evidence import Strength

__all__ = ["Asked", "Explanation", "explained", "strengths_of"]

GENERAL: Final[Mapping[StrengthName, str]] = {
    "declared": "it is only named: a dependency that nothing uses, a placeholder, an empty configuration",
    "present": "code or configuration does it, and a person has to run it",
    "automated": "something other than a person runs it: {starts}",
    "enforced": "{outcome}",
}
_OUTCOMES: Final[Mapping[str, str]] = {
    "": "its own outcome decides something: a comparison that raises, exits or guards the next step",
    "stops-shipping": "automated, and what ships only ships after it has succeeded",
    "after-check": "automated, and it only happens after a check has passed or somebody has approved",
    "approval": "automated, and a person or a rule has to allow it",
    "signal": "automated, and a crossed limit alerts, stops or starts something",
    "gated-model": "automated, and the new model has to pass a gate before it may replace the old one",
}
_STARTS: Final[Mapping[str, str]] = {
    "push": "a push",
    "pull_request": "a pull request",
    "tag": "a tag",
    "release": "a release",
    "schedule": "a schedule",
    "event": "an event",
    "upstream": "another workflow's end",
    "outside": "an event from outside",
    "dispatch": "a workflow that a person starts",
    "pipeline": "a pipeline definition",
    "deployment": "the deployed service",
    "manifest": "a manifest",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion that asks for the capability at this strength, alone or as one of several ways."""

    model: str
    level: int | None  # None where points are given
    criterion: str
    says: str
    central: bool
    needed: Strength


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that the catalogue says of a capability. `tools`: name and homepage of what is recognised by name."""

    capability: Capability
    strengths: Mapping[str, str]
    tools: tuple[tuple[str, str], ...]
    practices: tuple[str, ...]
    asked: tuple[Asked, ...]


def explained(catalog: Catalog, name: str) -> Explanation:
    """The explanation of the capability of that id. Raises UserError naming the nearest id."""
    capability = catalog.capability(name)
    able = shown_by(catalog, name)
    return Explanation(
        capability,
        strengths_of(capability),
        tuple(sorted({(d.tool, d.homepage) for d in able if d.homepage}, key=lambda row: (row[0].lower(), row[1]))),
        tuple(sorted({d.tool for d in able if not d.homepage})),
        tuple(_asked(catalog, name)),
    )


def strengths_of(capability: Capability) -> dict[str, str]:
    """What each strength of a capability takes, in words."""
    kinds = [str(kind) for kind in capability.raised_by or DEFAULT_STARTS]
    starts = ", ".join(_STARTS.get(kind, kind) for kind in kinds)
    words = {"starts": starts, "outcome": _OUTCOMES[capability.enforced_by]}
    return {name: capability.strengths.get(name) or general.format(**words) for name, general in GENERAL.items()}


def _asked(catalog: Catalog, name: str) -> Iterator[Asked]:
    for model in catalog.models.values():
        for criterion in model.criteria:
            needs = [criterion.needs, *(grade.needs for grade in criterion.grades)]
            wanted = [wanting(parse(need)).get(name) for need in needs if need]
            needed = min((strength for strength in wanted if strength is not None), default=None)
            if needed is not None:
                central = criterion.weight == "central"
                level = criterion.level if model.scoring == "levels" else None
                yield Asked(model.id, level, criterion.id, criterion.says, central, needed)
