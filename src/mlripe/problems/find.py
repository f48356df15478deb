"""All problems of a repository: the rules by their conditions and sources, weighed, without what is let be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from msgspec import Struct

from mlripe.assessment import CapabilityResult, ProblemResult, Suppressed
from mlripe.catalog.conditions import parse
from mlripe.catalog.schema import Kind, ProblemRule
from mlripe.evidence import Defect, Sighting
from mlripe.maturity.attestations import Statements
from mlripe.maturity.repository_kind import uses_language_models
from mlripe.problem_kinds import Severity
from mlripe.problems.conditions import Case, Conditions
from mlripe.problems.sources import Examined, defects_by_kind
from mlripe.problems.suppression import Suppression
from mlripe.readers import is_code, is_script

__all__ = ["FoundProblems", "find_problems"]

MOST_LINES: Final = 500  # of a problem that are compared with those of another revision
MOST_CAUSES: Final = 1000  # of one kind
SMALL_FILES: Final = 5  # of source, at most, in a repository with very little code
SMALL_BYTES: Final = 12 * 1024
_SEVERITIES: Final = tuple(Severity)
_CERTAIN: Final = ("certain", "likely")


class FoundProblems(Struct, frozen=True):
    """The problems, the most severe first; those that somebody lets be; how many more there are of kinds with too many.

    They are more than a person reads (`Assessment.listed`): what is new since another revision is told of all of them.
    """

    problems: tuple[ProblemResult, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    left: int = 0


def find_problems(
    kind: Kind,
    examined: Examined,
    capabilities: Mapping[str, CapabilityResult],
    statements: Statements,
    suppression: Suppression,
) -> FoundProblems:
    """The problems of a repository of this kind.

    What is attested counts as done, and a capability that is excluded lacks nowhere; an excluded kind of problem is
    told nowhere.
    """
    llm = uses_language_models(examined.detection.observations)
    judged = [
        rule
        for rule in examined.catalog.problem_rules.values()
        if kind.id not in rule.spares
        and rule.id not in statements.excluded
        and (rule.judges == "any" or (kind.problems and (llm or rule.judges == "ml")))
    ]
    small = _has_little_code(examined)
    judged = [rule for rule in judged if not (small and rule.small == "spared")]
    found = {
        rule.id: [
            _weighed(each, rule, kind, small) for each in (_in_one(results) if kind.id in rule.damps else results)
        ]
        for rule, results in _results(judged, examined, Conditions(examined.detection, capabilities, statements))
    }
    told = {rule.id for rule in judged if found.get(rule.id)}
    kept = [each for rule in judged if told.isdisjoint(rule.unless_told) for each in found.get(rule.id, ())]
    kept, suppressed = suppression.applied(kept, examined.store)
    kept.sort(key=_rank)
    counts = Counter[str]()
    listed = []
    for each in kept:
        counts[each.id] += 1
        if counts[each.id] <= MOST_CAUSES:
            listed.append(each)
    return FoundProblems(tuple(listed), suppressed, len(kept) - len(listed))


def _results(
    rules: Sequence[ProblemRule], examined: Examined, conditions: Conditions
) -> Iterator[tuple[ProblemRule, list[ProblemResult]]]:
    defects = defects_by_kind({rule.finds for rule in rules}, examined)
    for rule in rules:
        if rule.finds:
            yield rule, list(_by_cause(rule, defects.get(rule.finds, ())))
        elif (case := conditions.holds(parse(rule.when))) is not None:
            lacks = tuple(dict.fromkeys(case.lacks))
            yield rule, [replace(_of(rule), lacks=lacks).with_lines(_shown(rule, case), (), MOST_LINES)]


def _shown(rule: ProblemRule, case: Case) -> tuple[Sighting, ...]:
    """The lines that show it; of what is absent one line at which it is missed, and what mlripe found none of."""
    if not rule.absent:
        return case.shown
    used = [each for each in case.shown if ": import " not in each.says] or case.shown  # where it is used says more
    return tuple(replace(each, says=f"mlripe found no {rule.absent}: {each.says}") for each in used[:1])


def _by_cause(rule: ProblemRule, defects: Iterable[Defect]) -> Iterator[ProblemResult]:
    """One problem for each cause: at its first defect, which is the line where it is told."""
    causes: dict[str, list[Defect]] = {}
    for defect in defects:
        causes.setdefault(defect.cause or defect.path, []).append(defect)
    for cause, shown in causes.items():
        known = _of(rule).with_lines(
            (Sighting(each.path, each.line, each.says) for each in shown),
            (sighting for each in shown for sighting in each.beside),
            MOST_LINES,
        )
        yield replace(
            known,
            why=next((each.why for each in shown if each.why), known.why),
            remedy=next((each.remedy for each in shown if each.remedy), known.remedy),
            severity=Severity.UNTIDY.value if all(each.slight for each in shown) else rule.severity,
            certainty="likely" if all(each.likely for each in shown) else rule.certainty,
            hangs_on=next((each.hangs_on for each in shown if each.hangs_on), ""),
            key=cause,
        )


def _of(rule: ProblemRule) -> ProblemResult:
    why, remedy = rule.why.strip(), rule.remedy.strip()
    return ProblemResult(rule.id, rule.title, rule.severity, rule.certainty, why, remedy, rule.source)


def _weighed(found: ProblemResult, rule: ProblemRule, kind: Kind, small: bool) -> ProblemResult:
    """The problem as it weighs in a repository of this kind and size."""
    if kind.id in rule.damps or (small and rule.small == "damped"):
        return replace(found, severity=Severity.UNTIDY.value)
    return found


def _in_one(results: Sequence[ProblemResult]) -> Sequence[ProblemResult]:
    """Several of one kind as one, with the lines of all: where a kind weighs less, it gets a line and no list."""
    if len(results) < 2:
        return results
    own = (each for one in results for each in one.own)
    beside = (each for one in results for each in one.evidence[len(one.own) :])
    return [replace(results[0], key="").with_lines(own, beside, MOST_LINES)]


def _has_little_code(examined: Examined) -> bool:
    store = examined.store
    sizes = [
        entry.size or 0
        for path, entry in store.entries.items()
        if (is_code(path) or is_script(path)) and store.role(path) is None
    ]
    return len(sizes) <= SMALL_FILES and sum(sizes) <= SMALL_BYTES


def _rank(found: ProblemResult) -> tuple[object, ...]:
    first = found.evidence[0] if found.evidence else Sighting("", 0, "")
    severity = [each.value for each in _SEVERITIES].index(found.severity)
    return severity, _CERTAIN.index(found.certainty), found.id, first.path, first.line, found.key
