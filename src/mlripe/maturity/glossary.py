"""What the catalogue's ids stand for: models, levels, criteria, problems and detectors, in paragraphs and lists.

Capabilities have more to tell (`explain.py`). `azure` is a model, `azure:3` a level, `azure/model-release-tested` a
criterion, `mlflow` a detector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mlripe.assessment import Assessment, CriterionResult, ModelResult
from mlripe.catalog import Catalog
from mlripe.catalog.conditions import in_lines
from mlripe.catalog.conditions import parse as parse_condition
from mlripe.catalog.nearest import nearest
from mlripe.catalog.needs import in_words, parse
from mlripe.catalog.schema import (
    MATCHERS,
    Criterion,
    Detector,
    KeyPattern,
    MaturityModel,
    ProblemCase,
    ProblemRule,
    Show,
)
from mlripe.detection.observations import Observation
from mlripe.errors import UserError
from mlripe.problem_kinds import DefectKind, Severity

__all__ = [
    "Entry",
    "entry",
    "kind_of",
    "seen_criterion",
    "seen_detector",
    "seen_level",
    "seen_model",
    "seen_problem",
]

MOST_MATCHES = 10
_HOW = {
    "published": "follows a published text",
    "adapted": "adapts a published text",
    "structure-only": "has only the structure of the published model; the criteria are mlripe's own reading",
}
_SHOWN = {"yes": "files can show it", "partial": "files show it in part", "no": "no file can show it"}
_PARTS = (*MATCHERS, "with_", "without", "within")
_WRITTEN = {"imports": "import", "with_": "with"}  # as files write what Python keeps for itself
_STATUS = {"met": "met", "attested": "attested", "missing": "not detected"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What an id stands for: a title, paragraphs, and lists under their headings."""

    id: str
    kind: str
    title: str
    says: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # lines that keep their form


def kind_of(catalog: Catalog, name: str) -> str:
    """Whether an id names a capability, model, level, criterion, problem or detector. Raises UserError."""
    detectors = {detector.id for detector in catalog.detectors}
    model, _, level = name.partition(":")
    if name in catalog.capabilities:
        return "capability"
    if name in catalog.models:
        return "model"
    if level and model in catalog.models:
        if level not in map(str, catalog.models[model].levels):
            known = ", ".join(map(str, catalog.models[model].levels)) or "none: it gives points"
            raise UserError(f"{model} has no level {level!r}; it has {known}")
        return "level"
    model, _, criterion = name.partition("/")
    if criterion and model in catalog.models:
        known_criteria = [each.id for each in catalog.models[model].criteria]
        if criterion not in known_criteria:
            near = nearest(criterion, known_criteria)
            raise UserError(f"{model} has no criterion {criterion!r}{near}; `mlripe explain {model}` lists them")
        return "criterion"
    if name in catalog.problem_rules:
        return "problem"
    if name in detectors:
        return "detector"
    near = nearest(name, [*catalog.capabilities, *catalog.models, *catalog.problem_rules, *detectors])
    raise UserError(f"there is nothing called {name!r}{near}; `mlripe catalog` lists what there is")


def entry(catalog: Catalog, name: str) -> Entry:
    """The entry of an id that names no capability. Raises UserError."""
    kind = kind_of(catalog, name)
    if kind == "model":
        return _model(catalog.models[name])
    if kind == "level":
        model, _, level = name.partition(":")
        return _level(catalog.models[model], int(level))
    if kind == "criterion":
        model, _, criterion = name.partition("/")
        return _criterion(catalog.models[model], criterion)
    if kind == "problem":
        return _problem_rule(catalog.problem_rules[name], catalog.detector_roles, catalog.examples.get(name, ()))
    return _detector(next(detector for detector in catalog.detectors if detector.id == name))


# --- what the catalogue says -----------------------------------------------------------------------------------------


def _model(model: MaturityModel) -> Entry:
    seen = sum(criterion.observable != "no" for criterion in model.criteria)
    adds = {
        "levels": "A level is reached when its central criteria and those of the levels below are met.",
        "points": f"Criteria give points; the total is the {model.total} over its dimensions.",
    }
    says = (
        model.note.strip(),
        f"{adds[model.scoring]} It {_HOW[model.fidelity]} (version {model.version}): {model.source}",
        f"{len(model.criteria)} criteria, {seen} of which files can show at least in part.",
    )
    criteria = tuple(_line(model, criterion) for criterion in model.criteria)
    lists = {
        "Levels": tuple(f"{level}  {title}" for level, title in sorted(model.levels.items())),
        "Dimensions": tuple(f"{name}: {title}" for name, title in model.dimensions.items()),
        "Criteria  (* central)": criteria,
    }
    return Entry(model.id, "model", model.title, _kept(says), {name: rows for name, rows in lists.items() if rows})


def _level(model: MaturityModel, level: int) -> Entry:
    here = [criterion for criterion in model.criteria if criterion.level == level]
    if model.scoring == "points":
        limit = f"more than {model.above[level]:g} points" if level in model.above else "any number of points"
        says: tuple[str, ...] = (f"It takes {limit}.",)
        here = []
    elif not here:
        says = ("The floor, where every repository starts.",)
    else:
        says = ("It is reached when its central criteria and those of the levels below are met.",)
    title = f"{model.title}, level {level}: {model.levels[level]}"
    rows = tuple(_line(model, criterion) for criterion in here)
    return Entry(f"{model.id}:{level}", "level", title, says, {"Criteria  (* central)": rows} if rows else {})


def _line(model: MaturityModel, criterion: Criterion) -> str:
    central = "*" if criterion.weight == "central" else " "
    place = f"{criterion.level} " if model.scoring == "levels" else ""
    return f"{central} {place}{model.id}/{criterion.id}: {criterion.says}"


def _criterion(model: MaturityModel, name: str) -> Entry:
    criterion = next(each for each in model.criteria if each.id == name)
    dimension = model.dimensions[criterion.dimension]
    if model.scoring == "points":
        place = f"A criterion of {model.title}, in {dimension}."
    else:
        weight = "the level takes it" if criterion.weight == "central" else "it shows progress, and decides nothing"
        place = f"A criterion of {model.title} for level {criterion.level}, in {dimension}; {weight}."
    ways = tuple(f"{grade.points:g} points: {in_words(parse(grade.needs))}" for grade in criterion.grades)
    if criterion.needs:
        ways = (in_words(parse(criterion.needs)),)
    says = (place, f"Of what it asks for, {_SHOWN[criterion.observable]}.", criterion.note.strip())
    lists = {"Met by": ways} if ways else {"Met by": (f'an attestation: about = "{model.id}/{name}"',)}
    return Entry(f"{model.id}/{name}", "criterion", criterion.says, _kept(says), lists)


def _problem_rule(rule: ProblemRule, roles: Mapping[str, str], examples: Iterable[ProblemCase]) -> Entry:
    weight = f"{rule.severity.capitalize()}, {rule.certainty}: {Severity.named(rule.severity).says}."
    spared = f"It is not looked for in repositories of these kinds: {', '.join(rule.spares)}." if rule.spares else ""
    damped = f"In repositories of these kinds it is no more than untidy: {', '.join(rule.damps)}." if rule.damps else ""
    source = f"Source: {rule.source}" if rule.source else ""
    says = (weight, rule.why.strip(), f"What to do: {rule.remedy.strip()}", spared, damped, source)
    told = in_lines(parse_condition(rule.when), roles) if rule.when else (DefectKind.named(rule.finds).says,)
    texts = {
        f"{'It is told of' if case.tells else 'It is not told of'}: {case.name}": tuple(_example(case))
        for case in examples
    }
    return Entry(rule.id, "problem", rule.title, _kept(says), {"Told where": told}, texts)


def _example(case: ProblemCase) -> Iterator[str]:
    """The files of a small repository; an arrow at each line at which the kind is told."""
    for path, text in case.files.items():
        yield path
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{'->' if f'{path}:{number}' in case.tells else '  '} {line}"


def _detector(detector: Detector) -> Entry:
    packages = [f"{eco}: {', '.join(names)}" for eco, names in detector.declared_by.items()]
    shows = [f"{', '.join(show.named)}: {'; '.join(_patterns(show))}" for show in detector.shows]
    starts = [f"{root.kind}: {root.says or 'a match starts code by itself'}" for root in detector.starts]
    declares = f"The dependency alone declares {', '.join(detector.declares)}." if detector.declares else ""
    lists = {"Packages": packages, "Shows": shows, "Starts": starts}
    return Entry(
        detector.id,
        "detector",
        f"{detector.tool} (detector, {detector.area})",
        _kept((detector.homepage, declares)),
        {name: tuple(rows) for name, rows in lists.items() if rows},
    )


def _patterns(show: Show) -> Iterator[str]:
    """What a pattern looks for, kind by kind, as its file writes it."""
    for name in _PARTS:
        if value := getattr(show, name):
            words = [each.path if isinstance(each, KeyPattern) else str(each) for each in value]
            said = "a comparison that decides" if name == "branch" else ", ".join(words)
            yield f"{_WRITTEN.get(name, name)} {said}"


def _kept(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


# --- what there is of it in a repository -----------------------------------------------------------------------------


def seen_model(result: ModelResult) -> tuple[str, ...]:
    """What a repository reaches under a model."""
    return (result.why,)


def seen_level(assessment: Assessment, name: str) -> tuple[str, ...]:
    """How each criterion of a level stands in a repository."""
    model, _, level = name.partition(":")
    result = assessment.models[model]
    rows = (_seen(each) for each in result.criteria if result.points is None and each.level == int(level))
    return (result.why, *rows)


def seen_criterion(assessment: Assessment, name: str) -> tuple[str, ...]:
    """How a criterion stands in a repository, with its best proofs."""
    model, _, criterion = name.partition("/")
    found = next(each for each in assessment.models[model].criteria if each.id == criterion)
    proofs = (f"{proof.capability} {proof.strength.name}: {proof.path}:{proof.line}" for proof in found.evidence)
    return (_seen(found), *proofs)


def _seen(criterion: CriterionResult) -> str:
    lacks = ", ".join(f"{name} is {now.name}, needs {needed.name}" for name, now, needed in criterion.lacks)
    status = _STATUS.get(criterion.status, criterion.status.replace("-", " "))
    return f"{status}: {criterion.says}" + (f" ({lacks})" if lacks else "")


def seen_problem(assessment: Assessment, name: str) -> tuple[str, ...]:
    """Where a repository has a kind of problem, and what is missing there."""
    found = [each for each in assessment.problems if each.id == name]
    rows = [f"{each.path}:{each.line}  {each.says}" for one in found for each in one.evidence[:MOST_MATCHES]]
    rows += [lack for one in found for lack in one.lacks]
    rows += [f"{s.path}:{s.line}  let be ({s.by}): {s.reason}" for s in assessment.suppressed if s.id == name]
    return tuple(rows) or ("none is found",)


def seen_detector(observations: Iterable[Observation], name: str) -> tuple[str, ...]:
    """Where a detector matched in a repository."""
    rows = sorted({(s.path, s.line, s.shows, s.says) for s in observations if s.detector == name})
    told = [f"{path}:{line}  {shows}: {says}" for path, line, shows, says in rows[:MOST_MATCHES]]
    return tuple(told) or ("it matches nothing",)
