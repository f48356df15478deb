"""Whether a repository holds what is asked of it: levels, strengths of capabilities, and nothing less than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from mlripe.assessment import Assessment, ModelResult, ProblemResult
from mlripe.evidence import Evidence, Strength

__all__ = ["Lost", "Standing", "Verdict", "accepted", "kept", "next_level", "required", "targeted"]

MOST_LOST: Final = 3  # proofs named for each capability that fell
MOST_RISEN: Final = 5  # models and capabilities named that rose
BELOW: Final = "below"


@dataclass(frozen=True, slots=True)
class Lost:
    """A proof that was there, and the file whose change took it away ("": its wiring changed elsewhere)."""

    proof: Evidence
    file: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one thing that was asked. `lacks` says what is missing in short lines; `lost` are proofs gone.

    What is missing with a baseline that does not have it either is `accepted`: it is told, and holds.
    """

    kind: Literal["target", "require", "kept", "problem"]
    subject: str  # azure:2, drift-detection=automated, azure, drift-detection, a kind of problem
    holds: bool
    says: str
    lacks: tuple[str, ...] = ()
    lost: tuple[Lost, ...] = ()
    accepted: bool = False
    problem: ProblemResult | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a repository had got: levels by model, strengths by capability; `what` names it for people, `lift` the
    command that writes down what rose since.
    """

    what: str
    levels: Mapping[str, int | None] = field(default_factory=dict)
    strengths: Mapping[str, Strength] = field(default_factory=dict)
    lift: str = ""

    @classmethod
    def of(cls, what: str, assessment: Assessment) -> Standing:
        """The levels and strengths of an assessment, to be compared with another's; `what` says whose they are."""
        return cls(
            what,
            {name: model.level for name, model in assessment.models.items()},
            {name: result.strength for name, result in assessment.capabilities.items()},
        )


def targeted(result: ModelResult, level: int, called: str = "target") -> Verdict:
    """Whether a level is reached; where there is nothing to judge, nothing is below it. `called`: what it is.

    Of a level that the settings leave nothing of, the one below it is asked.
    """
    subject = f"{result.id}:{level}"
    if result.level is None:
        return Verdict("target", subject, True, f"{result.id}: nothing to judge: {result.why}")
    asked = max((each for each in result.levels if each <= level), default=level)
    holds = result.level >= asked
    says = f"{result.id}: technical evidence for level {result.level}, {called} {level}{_passed_over(asked, level)}: "
    return Verdict(
        "target",
        subject,
        holds,
        says + ("reached" if holds else BELOW),
        () if holds else tuple(_missing(result, level)),
    )


def _missing(result: ModelResult, level: int) -> Iterator[str]:
    if result.points is not None and result.most:
        yield f"{result.points:g} of {result.most:g} points"
    for criterion in result.criteria:
        if criterion.central and criterion.status == "missing" and criterion.level <= level:
            yield f"level {criterion.level} lacks: {criterion.says}"
            for name, now, needed in criterion.lacks:
                yield f"  {name} is {now.name}, needs {needed.name}"


def required(assessment: Assessment, capability: str, needed: Strength) -> Verdict:
    """Whether a capability has a strength, by evidence or by an attestation."""
    result = assessment.capabilities[capability]
    word = next((each for each in assessment.attestations if each.about == capability), None)
    now = max(result.strength, word.strength if word else Strength.none)
    attested = ", attested" if word and word.strength > result.strength else ""
    subject = f"{capability}={needed.name}"
    if any(each.about == capability for each in assessment.exclusions):
        return Verdict("require", subject, True, f"{capability}: not applicable, by the configuration")
    holds = now >= needed
    says = f"{capability}: {now.name}{attested}, required {needed.name}: {'reached' if holds else BELOW}"
    return Verdict("require", subject, holds, says)


def _passed_over(asked: int, level: int) -> str:
    return "" if asked == level else f" (not applicable, by the configuration; so level {asked})"


def next_level(result: ModelResult) -> Verdict | None:
    """The verdict on the level above the one that is reached; None where there is none."""
    return None if result.above is None else targeted(result, result.above, "next level")


def accepted(verdict: Verdict) -> Verdict:
    """One that does not hold, as a gap that was there before and is let be."""
    return replace(verdict, holds=True, accepted=True, says=f"{verdict.says.removesuffix(BELOW)}an accepted gap")


def kept(
    before: Standing,
    now: Assessment,
    earlier: Assessment | None = None,
    changed: frozenset[str] = frozenset(),
    settings: str = "",
) -> tuple[Verdict, ...]:
    """What fell since `before`: a verdict each, or one that nothing did.

    With the assessment of then (`earlier`) and the paths of the files that were changed or removed since, each fallen
    capability names the proofs that are gone and the file that took each away: one on its chain, or else that of the
    `settings` where these changed.
    """
    current = Standing.of("now", now)
    fallen = [*_fallen_levels(before, current), *_fallen_strengths(before, current, earlier, changed, settings)]
    return tuple(fallen) or (
        Verdict("kept", before.what, True, f"nothing fell since {before.what}{_rose(before, now)}"),
    )


def _rose(before: Standing, now: Assessment) -> str:
    """What is proved beyond `before`, in words; what is only attested rose with nobody's work on the files."""
    levels = ((name, model.observed) for name, model in now.models.items() if name in before.levels)
    rose = [name for name, level in levels if level is not None and level > (before.levels[name] or 0)]
    rose += [
        name for name, result in now.capabilities.items() if result.strength > before.strengths.get(name, Strength.none)
    ]
    if not rose:
        return ""
    more = f" and {len(rose) - MOST_RISEN} more" if len(rose) > MOST_RISEN else ""
    lift = f"; write it down with `{before.lift}`" if before.lift else ""
    return f", and these rose: {', '.join(rose[:MOST_RISEN])}{more}{lift}"


def _fallen_levels(before: Standing, current: Standing) -> Iterator[Verdict]:
    for model, level in before.levels.items():
        now = current.levels.get(model)
        if level is not None and model in current.levels and (now is None or now < level):
            says = f"{model}: fell from level {level} to {'no level' if now is None else now} since {before.what}"
            yield Verdict("kept", model, False, says)


def _fallen_strengths(
    before: Standing, current: Standing, earlier: Assessment | None, changed: frozenset[str], settings: str
) -> Iterator[Verdict]:
    for name, strength in before.strengths.items():
        now = current.strengths.get(name, Strength.none)
        if now < strength:
            says = f"{name}: fell from {strength.name} to {now.name} since {before.what}"
            proofs = earlier.capabilities[name].evidence if earlier else ()
            lost = [Lost(each, _changed_on(each, changed) or settings) for each in proofs if each.strength > now]
            yield Verdict("kept", name, False, says, lost=tuple(lost[:MOST_LOST]))


def _changed_on(proof: Evidence, changed: frozenset[str]) -> str:
    """The first changed file on its chain, from what starts it to the place itself; "" for none."""
    ways = (*(hop.path for hop in proof.chain), proof.path)
    return next((path for path in ways if path in changed), "")
