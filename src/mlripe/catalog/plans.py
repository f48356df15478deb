"""What plans are made of, from its YAML files to the shapes of `plan_schema`: advice, jobs of CI, ladders.

It is a part of the compiled catalogue of its own, which is only looked at when somebody asks for a plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mlripe.catalog.nearest import nearest
from mlripe.catalog.plan_schema import (
    Advice,
    AdviceCase,
    AdviceFile,
    Brings,
    JobStyle,
    JobText,
    Ladder,
    Look,
    Mend,
    Phase,
    PlanRules,
    Relaxed,
    Valuable,
    Work,
)
from mlripe.evidence import Strength
from mlripe.landmark_kinds import Landmark
from mlripe.lazy_regex import lazy_regex

__all__ = [
    "ADVICE",
    "FILE",
    "JOBS",
    "RULES",
    "TRAINING",
    "WHEN",
    "PlanBook",
    "compiled_plans",
    "plans_from",
    "slots_in",
]

ADVICE: Final = "rules/advice/"
JOBS: Final = "rules/ci_jobs.yaml"
RULES: Final = "rules/plans.yaml"
FILE: Final = "file"  # in `do`: the file to edit
WHEN: Final = "when"  # in `do`: what starts a job that trains
TRAINING: Final = "training"  # the trigger of such a job, which is one of two others
_SLOT: Final = lazy_regex(r"(?<![{$])\{([a-z][a-z-]*)\}")  # `${{ x }}` and `{{ x }}` are of the snippet itself


@dataclass(frozen=True, slots=True)
class PlanBook:
    """All of it. `advice` is by capability, `jobs` by the id of a CI service."""

    advice: Mapping[str, AdviceFile] = field(default_factory=dict)
    jobs: Mapping[str, JobStyle] = field(default_factory=dict)
    rules: PlanRules = field(default_factory=lambda: PlanRules(order=(), ladders=()))

    def ladder(
        self, kind: str, landmarks: Collection[str] = (), strengths: Mapping[str, Strength] | None = None
    ) -> Ladder | None:
        """What a repository of that kind climbs, with these landmarks and strengths."""
        for ladder in self.rules.ladders:
            fits = all(mark in landmarks for mark in ladder.needs) and not any(
                mark in landmarks for mark in ladder.lacks
            )
            weak = all((strengths or {}).get(n, Strength.none) < Strength[least] for n, least in ladder.before.items())
            if kind in ladder.kinds and fits and weak:
                return ladder
        return None


def slots_in(text: str) -> list[str]:
    """The names between single braces in a text, each once."""
    return list(dict.fromkeys(_SLOT.findall(text)))


def compiled_plans(
    loaded: Mapping[str, Any], known: Mapping[str, Collection[str]], faults: list[str]
) -> dict[str, Any]:
    """The plain data of these files, which `plans_from` reads; a line in `faults` for each that is wrong.

    `known` has the ids that they may refer to: `capabilities`, `kinds`, `ci_services`, `detectors`, `models` and
    `problem_rules`.
    """
    from mlripe.catalog.validation import validated
    from mlripe.catalog.written import compact

    files: list[AdviceFile] = []
    for name, data in loaded.items():
        if name.startswith(ADVICE) and isinstance(data, dict):
            found = validated(name, {**_worded(data), "id": Path(name).stem}, AdviceFile, faults)
            files += [found] if found else []
    jobs = [
        found
        for id, data in (loaded.get(JOBS) or {}).items()
        if (found := validated(JOBS, {**_worded(data), "id": id}, JobStyle, faults, id))
    ]
    rules = validated(RULES, loaded.get(RULES), PlanRules, faults)
    faults += _advice_faults(files, jobs, known)
    services = known["ci_services"]
    faults += (f"{JOBS}: {_unknown(job.id, services)}" for job in jobs if job.id not in services)
    if rules:
        faults += _rule_faults(rules, known)
    # the cases are for tests
    plain = [compact(file) for file in files]
    for file in plain:
        for advice in file["advice"]:
            advice.pop("case", None)
    return {"advice": plain, "jobs": [compact(job) for job in jobs], "rules": compact(rules)}


def _worded(data: Any) -> Any:
    """YAML reads a bare `on` as a truth value."""
    if isinstance(data, dict):
        return {("on" if key is True else key): _worded(value) for key, value in data.items()}
    return [_worded(each) for each in data] if isinstance(data, list) else data


def _unknown(word: str, known: Collection[str]) -> str:
    return f"there is no {word!r}{nearest(word, known)}"


def _advice_faults(
    files: Iterable[AdviceFile], jobs: Iterable[JobStyle], known: Mapping[str, Collection[str]]
) -> Iterator[str]:
    marks = {mark.value for mark in Landmark}
    capabilities, kinds, detectors = known["capabilities"], known["kinds"], known["detectors"]
    triggers = {TRAINING, *(trigger for job in jobs for trigger in job.jobs)}
    for file in files:
        where = f"{ADVICE}{file.id}.yaml"
        if file.id not in capabilities:
            yield f"{where}: is named after no capability{nearest(file.id, capabilities)}"
        for advice in file.advice:
            at = f"{where}: {advice.id}"
            if (not advice.edit or not advice.snippet) and advice.job is None:
                yield f"{at}: needs `edit` and `snippet`, or a `job`"
            if advice.job and advice.job.on not in triggers:
                yield f"{at}: no CI service of {JOBS} writes a job that is started by {advice.job.on!r}"
            texts = (advice.do, advice.edit, advice.snippet, *(advice.job.runs if advice.job else ()))
            for slot in sorted({slot for text in texts for slot in slots_in(text)} - marks - {FILE, WHEN}):
                yield f"{at}: {_unknown(slot, marks)} to fill in"
            named = (*advice.where, *advice.before, *advice.also, *advice.lifts)
            yield from (f"{at}: {_unknown(name, capabilities)}" for name in named if name not in capabilities)
            yield from (f"{at}: kinds: {_unknown(kind, kinds)}" for kind in advice.kinds if kind not in kinds)
            yield from (f"{at}: uses: {_unknown(each, detectors)}" for each in advice.uses if each not in detectors)


def _rule_faults(rules: PlanRules, known: Mapping[str, Collection[str]]) -> Iterator[str]:
    capabilities, kinds, models = known["capabilities"], known["kinds"], known["models"]
    for word in (*rules.order, *(each.capability for each in rules.valuable), *_practices(rules)):
        if word not in capabilities:
            yield f"{RULES}: {_unknown(word, capabilities)}"
    problems = known["problem_rules"]
    mended = (*rules.mend.first, *rules.mend.later, *(each for ladder in rules.ladders for each in ladder.mends))
    yield from (f"{RULES}: mend: {_unknown(each, problems)}" for each in mended if each not in problems)
    valued = [kind for each in rules.valuable for kind in each.kinds if kind not in kinds]
    yield from (f"{RULES}: valuable: {_unknown(kind, kinds)}" for kind in valued)
    missing = sorted(set(capabilities) - set(rules.order))
    yield from (f"{RULES}: order: {word} is missing; say what comes before it" for word in missing)
    given = [kind for ladder in rules.ladders for kind in ladder.kinds]
    yield from (f"{RULES}: ladders: {_unknown(kind, kinds)}" for kind in given if kind not in kinds)
    yield from (f"{RULES}: ladders: {kind} climbs none; add it to one" for kind in kinds if kind not in given)
    for model in (*(ladder.model for ladder in rules.ladders), *(phase.model for phase in rules.phases)):
        if model and model not in models:
            yield f"{RULES}: {_unknown(model, models)}"


def _practices(rules: PlanRules) -> Iterator[str]:
    for ladder in rules.ladders:
        yield from (*ladder.practices, *ladder.before, *ladder.asks, *ladder.advised)
    for each in rules.valuable:
        yield from (*each.where, *each.before)
    for brings in rules.brings:
        yield from (brings.capability, *brings.raises)
    for relaxed in rules.relaxed:
        yield from (relaxed.capability, relaxed.behind)
    yield from rules.mend.covered.values()
    yield from (*rules.rare, *(each.capability for each in rules.looks))


# --- from plain data -------------------------------------------------------------------------------------------------


def plans_from(data: Mapping[str, Any]) -> PlanBook:
    """The shapes, from what `compiled_plans` gives; without validation."""
    rules = data["rules"]
    return PlanBook(
        {file["id"]: _file(file) for file in data["advice"]},
        {job["id"]: _style(job) for job in data["jobs"]},
        PlanRules(
            order=tuple(rules["order"]),
            ladders=tuple(_ladder(each) for each in rules["ladders"]),
            valuable=tuple(Valuable(**_tuples(each)) for each in rules.get("valuable", ())),
            brings=tuple(Brings(**_tuples(each)) for each in rules.get("brings", ())),
            phases=tuple(Phase(**each) for each in rules.get("phases", ())),
            looks=tuple(Look(**each) for each in rules.get("looks", ())),
            mend=Mend(**_tuples(rules.get("mend", {}))),
            relaxed=tuple(Relaxed(**each) for each in rules.get("relaxed", ())),
            rare=tuple(rules.get("rare", ())),
            nothing=rules.get("nothing", ""),
            jumping=rules.get("jumping", ""),
        ),
    )


def _ladder(data: Mapping[str, Any]) -> Ladder:
    return Ladder(**{**_tuples(data), "asks": _tuples(data.get("asks", {}))})


def _file(data: Mapping[str, Any]) -> AdviceFile:
    return AdviceFile(**{**data, "advice": tuple(advice_from(each) for each in data["advice"])})


def advice_from(data: Mapping[str, Any]) -> Advice:
    """One advice of plain data."""
    fields = _tuples(data)
    if "imports" in fields:
        fields["imports"] = _tuples(fields["imports"])
    if "job" in fields:
        fields["job"] = Work(**_tuples(fields["job"]))
    if "among" in fields:
        fields["among"] = _tuples(fields["among"])
    if "case" in fields:
        fields["case"] = AdviceCase(**fields["case"])
    return Advice(**fields)


def _style(data: Mapping[str, Any]) -> JobStyle:
    return JobStyle(**{**_tuples(data), "jobs": {on: JobText(**text) for on, text in data["jobs"].items()}})


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
