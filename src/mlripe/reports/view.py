"""What a page asks of an assessment, in HTML or Markdown: choosing, grouping and wording, no judging."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sized
from itertools import groupby
from typing import Final, TypeVar

from mlripe.assessment import Assessment, Attestation, CapabilityResult, CriterionResult, Exclusion, ModelResult, Step
from mlripe.evidence import Strength
from mlripe.reports import Told
from mlripe.reports.terminal.problems import by_severity
from mlripe.reports.terminal.read_faults import by_words
from mlripe.reports.unresolved_places import headline, interval_parts, says
from mlripe.texts import capitalized

__all__ = [
    "MEANINGS",
    "MOST_NEXT",
    "MOST_PLACES",
    "MOST_PROOFS",
    "areas",
    "attestation",
    "brief",
    "by_severity",
    "by_subject",
    "by_words",
    "counts",
    "detected",
    "few",
    "gaps",
    "groups",
    "headline",
    "interval",
    "interval_parts",
    "lacking",
    "pieces",
    "reached",
    "rests_on",
    "says",
    "spread",
    "status",
    "steps",
    "takes",
    "title",
    "unseen",
]

MOST_NEXT: Final = 6  # capabilities that would give more points
MOST_PLACES: Final = 10  # of one read fault
MOST_PROOFS: Final = 5  # of one capability; the others open on request
_FEW: Final = 3  # things that are told one by one; of more there is a list that opens

MEANINGS: Final = {
    Strength.declared: "only named: a dependency that nothing uses, a sentence, a placeholder",
    Strength.present: "real code or configuration does it, and a person has to run it by hand",
    Strength.automated: "something other than a person runs it: CI with a trigger, a schedule, a pipeline definition, "
    "the deployed service",
    Strength.enforced: "automated, and its outcome decides something: it blocks a merge or a deployment, alerts, rolls "
    "back or starts a training",
}

Said = TypeVar("Said", Attestation, Exclusion)

_STATUS = {
    "met": "met",
    "attested": "attested",
    "missing": "not detected",
    "not-observable": "not observable",
    "not-applicable": "not applicable",
}


def few(things: Sized) -> bool:
    """Whether these are few enough to be told one by one."""
    return len(things) <= _FEW


# --- levels ----------------------------------------------------------------------------------------------------------


def reached(model: ModelResult) -> str:
    """What the evidence reaches, in a sentence without a full stop."""
    return capitalized(brief(model, "technical evidence for level"))


def brief(model: ModelResult, of: str = "level") -> str:
    """The same in a few words."""
    points = "" if model.points is None else f"{model.points:g} of {model.most or 0:g} points"
    if model.level is None:
        return points or "no level"
    level = f"{of} {model.level} of {max(model.levels)}, {model.levels[model.level]}"
    return f"{points}: {level}" if points else level


def interval(model: ModelResult) -> str:
    """The levels by files alone, with what could not be followed, and with attestations, where they differ; else ""."""
    parts = interval_parts(model)
    return f"Level {', '.join(parts)}." if parts else ""


def rests_on(model: ModelResult) -> list[CriterionResult]:
    """The central criteria that decide the level that is reached."""
    decided = ("met", "attested")
    return [each for each in model.criteria if each.central and each.level == model.level and each.status in decided]


def lacking(model: ModelResult) -> list[CriterionResult]:
    """The central criteria that the next level waits for."""
    if model.above is None:
        return []
    return [c for c in model.criteria if c.central and c.level <= model.above and c.status == "missing"]


def counts(model: ModelResult) -> str:
    """How many criteria have which status."""
    found = Counter(criterion.status for criterion in model.criteria)
    return ", ".join(f"{found[name]} {says}" for name, says in _STATUS.items() if found[name])


def status(criterion: CriterionResult) -> str:
    """A criterion's status in words."""
    return _STATUS[criterion.status]


def groups(model: ModelResult) -> list[tuple[str, list[CriterionResult]]]:
    """A model's criteria by level, or by dimension where it gives points."""
    if model.points is not None:
        of = {name: f"{d.title}: {d.points or 0:g} of {d.most or 0:g} points" for name, d in model.dimensions.items()}
        rows = [(says, [each for each in model.criteria if each.dimension == name]) for name, says in of.items()]
    else:
        rows = [
            (f"Level {level}, {says}", [each for each in model.criteria if each.level == level])
            for level, says in sorted(model.levels.items())
        ]
    return [(says, criteria) for says, criteria in rows if criteria]


def steps(models: Iterable[ModelResult]) -> list[Step]:
    """What is missing for the next levels, each capability once: for where no plan was made."""
    found: dict[str, Step] = {}
    for model in models:
        for step in model.next:
            known = found.get(step.capability)
            found[step.capability] = step if known is None or step.needed > known.needed else known
    return list(found.values())


# --- capabilities ----------------------------------------------------------------------------------------------------


def areas(capabilities: Mapping[str, CapabilityResult]) -> list[tuple[str, list[CapabilityResult]]]:
    """The capabilities by area, in the catalogue's order; areas that come again are one."""
    order = list(dict.fromkeys(result.area for result in capabilities.values()))
    ranked = sorted(capabilities.values(), key=lambda result: order.index(result.area))
    return [(area, list(results)) for area, results in groupby(ranked, key=lambda result: result.area)]


def detected(results: Iterable[CapabilityResult]) -> int:
    """How many are more than declared."""
    return sum(result.strength >= Strength.present for result in results)


def spread(results: Iterable[CapabilityResult]) -> list[tuple[Strength, int]]:
    """How many have which strength, strongest first."""
    found = Counter(result.strength for result in results)
    return [(strength, found[strength]) for strength in sorted(Strength, reverse=True)]


def pieces(results: Iterable[CapabilityResult]) -> Iterator[tuple[Strength, int, int]]:
    """The same as pieces of a bar: strength, where it begins, how long it is."""
    start = 0
    for strength, count in spread(results):
        if count:
            yield strength, start, count
        start += count


def title(told: Told, capability: str) -> str:
    """A capability's title; from its id where the catalogue's words are not at hand."""
    known = told.capabilities.get(capability)
    return known.title if known else capability.replace("-", " ").capitalize()


def takes(told: Told, capability: str) -> list[tuple[Strength, str]]:
    """What each strength of a capability takes, weakest first."""
    from mlripe.maturity.explain import strengths_of

    known = told.capabilities.get(capability)
    return [(Strength[name], says) for name, says in strengths_of(known).items()] if known else []


# --- what no file shows ----------------------------------------------------------------------------------------------


def unseen(models: Iterable[ModelResult]) -> list[tuple[ModelResult, list[CriterionResult]]]:
    """The criteria that no file can show, by model."""
    found = [(model, [each for each in model.criteria if each.status == "not-observable"]) for model in models]
    return [(model, criteria) for model, criteria in found if criteria]


def gaps(assessment: Assessment) -> frozenset[str]:
    """The capabilities that are not detected, or only declared, and of which nobody has said anything."""
    said = {*by_subject(assessment.attestations), *by_subject(assessment.exclusions)}
    found = assessment.capabilities.values()
    return frozenset(each.id for each in found if each.strength < Strength.present and each.id not in said)


def by_subject(stated: Iterable[Said]) -> dict[str, Said]:
    """What people state, by what it is about."""
    return {each.about: each for each in stated}


def attestation(about: str, strength: str = "") -> list[str]:
    """The lines of an attestation to fill in. As it stands it counts for nothing: mlripe refuses empty words, and the
    days are long past.
    """
    return [
        "[[tool.mlripe.attestations]]",
        f"about = {json.dumps(about)}",
        *([f"strength = {json.dumps(strength)}"] if strength else []),
        'by = ""              # name and role',
        "on = 1970-01-01      # the day it is said",
        "until = 1970-12-31   # the last day it counts",
        'proof = ""           # where to see it: an address',
        'reason = ""          # what is done, and where',
    ]
