"""What a report for programs points at: each thing that is missing or fell, once, at the best place that is known.

What SARIF, annotations and code quality reports have in common: a check tells what it fails on, an audit what the next
level of each model lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from mlripe.assessment import Assessment, CriterionResult, ModelResult, ProblemResult
from mlripe.evidence import Evidence
from mlripe.lazy_regex import lazy_regex
from mlripe.maturity.verdicts import Lost, Verdict
from mlripe.problem_kinds import Severity
from mlripe.reports import Told
from mlripe.reports.terminal.text import cut, one_line, place

__all__ = ["Finding", "address", "findings", "of_problem"]

LONGEST: Final = 1000  # characters of one text
MOST_LINES: Final = 10  # of one problem
NOWHERE: Final = "README.md"  # where an empty repository would say something first
_ADDRESS: Final = lazy_regex(r"https?://[A-Za-z0-9][A-Za-z0-9._~:/?#@!$&()*+,;=%-]*")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is missing or fell. All texts are of one line each, and harmless in a log.

    `rule` is the same for the same thing in every run and repository (`azure/release-automatic`,
    `require/drift-detection`, `kept/azure`), `key` tells apart what one rule may say of a repository twice.
    """

    rule: str
    key: str
    title: str  # of the rule
    says: str
    details: tuple[str, ...]
    fails: bool  # whether a check fails on it
    path: str
    line: int  # 0: the file as a whole
    help: str  # an address, or ""
    severity: str = ""  # of a problem
    others: tuple[tuple[str, int], ...] = ()  # further places that show it

    @property
    def is_grave(self) -> bool:
        """Whether it is a problem that breaks something or can do harm."""
        return self.severity in (Severity.BROKEN, Severity.DANGEROUS)

    @property
    def fingerprint(self) -> str:
        """What two runs know it by: never a line, never a wording."""
        return sha256(f"mlripe:{self.key}".encode("utf-8", "backslashreplace")).hexdigest()[:32]

    @property
    def text(self) -> str:
        """All that it says, a line each."""
        return "\n".join((self.says, *self.details))


def findings(told: Told) -> tuple[Finding, ...]:
    """What a check fails on, and what a baseline lets be; or what an audit's next levels lack, and its problems."""
    if told.verdicts:
        asked = [verdict for verdict in told.verdicts if verdict.accepted or not verdict.holds]
        # what it fails on last: of two that say the same the later counts
        rows = [
            row for verdict in sorted(asked, key=lambda each: not each.accepted) for row in _of_verdict(told, verdict)
        ]
    else:
        rows = [row for model in told.assessment.models.values() for row in _next(told.assessment, model)]
        rows += [of_problem(told.assessment, each, fails=False) for each in told.assessment.problems]
    return tuple({row.key: row for row in rows}.values())


def address(text: str) -> str:
    """`text` where it is a web address that can be put anywhere, else ""."""
    return text if _ADDRESS.fullmatch(text) else ""


def _said(text: str) -> str:
    return cut(one_line(text), LONGEST)


# --- an audit --------------------------------------------------------------------------------------------------------


def _next(assessment: Assessment, model: ModelResult) -> Iterator[Finding]:
    """The criteria that the steps to the next level serve."""
    served = {name for step in model.next for name in step.criteria}
    return (_missing(assessment, model, each, fails=False) for each in model.criteria if each.id in served)


def _missing(assessment: Assessment, model: ModelResult, criterion: CriterionResult, *, fails: bool) -> Finding:
    rule = f"{model.id}/{criterion.id}"
    says = _said(criterion.says)
    where = f"{model.id}: " if model.points is not None else f"{model.id} level {criterion.level}: "
    needs = [f"needs {_said(criterion.needs)}"] if criterion.needs else []
    lacks = [f"{name} is {now.name if now else 'not detected'}" for name, now, _ in criterion.lacks]
    near = [*criterion.evidence]
    for name, _, _ in criterion.lacks:
        near += assessment.capabilities[name].evidence if name in assessment.capabilities else ()
    path, line = _at(assessment, near)
    return Finding(
        rule, rule, says, f"{where}not detected: {says}", (*needs, *lacks), fails, path, line, address(model.source)
    )


def of_problem(assessment: Assessment, found: ProblemResult, *, fails: bool) -> Finding:
    """A problem at the first line that shows it; the other lines, and what it hangs on, among its details."""
    rule = f"problem/{found.id}"
    front = assessment.repository.front or NOWHERE
    path, line = (found.evidence[0].path, found.evidence[0].line) if found.evidence else (front, 0)
    title, seen = _said(found.title), _said(found.evidence[0].says) if found.evidence else ""
    details = [_said(found.why), _said(found.remedy), *(_said(lack) for lack in found.lacks)]
    details += [_said(f"this hangs on {found.hangs_on}")] if found.hangs_on else []
    details += [_said(f"also {place(each.path, each.line)}: {each.says}") for each in found.evidence[1:MOST_LINES]]
    says = (
        f"{found.severity}{'' if found.certainty == 'certain' else ', likely'}: {title}{f' ({seen})' if seen else ''}"
    )
    return Finding(
        rule, f"{rule}/{found.key}" if found.key else rule, title, says, tuple(details), fails, path, line,
        address(found.source), found.severity, tuple((each.path, each.line) for each in found.evidence[1:MOST_LINES]),
    )  # fmt: skip


def _at(assessment: Assessment, near: list[Evidence] | tuple[Evidence, ...]) -> tuple[str, int]:
    return (near[0].path, near[0].line) if near else (assessment.repository.front or NOWHERE, 0)


# --- a check ---------------------------------------------------------------------------------------------------------


def _of_verdict(told: Told, verdict: Verdict) -> Iterator[Finding]:
    if verdict.problem is not None:
        yield of_problem(told.assessment, verdict.problem, fails=not verdict.accepted)
    elif verdict.kind == "target":
        yield from _below(told.assessment, verdict)
    elif verdict.kind == "require":
        capability = verdict.subject.partition("=")[0]
        yield _of_capability(told, verdict, capability, f"Required: {verdict.subject}", f"require/{verdict.subject}")
    elif verdict.subject in told.assessment.models:
        yield _fallen_level(told, verdict)
    else:
        yield _of_capability(told, verdict, verdict.subject, f"Kept: {verdict.subject}", f"kept/{verdict.subject}")


def _below(assessment: Assessment, verdict: Verdict) -> Iterator[Finding]:
    """The central criteria up to the target that are missing; the target itself where none is named."""
    name, _, level = verdict.subject.rpartition(":")
    model = assessment.models[name]
    criteria = [c for c in model.criteria if c.central and c.status == "missing" and c.level <= int(level)]
    for criterion in criteria:
        yield _missing(assessment, model, criterion, fails=not verdict.accepted)
    if not criteria:
        path, line = _at(assessment, ())
        title, key = f"Target: {verdict.subject}", f"target/{verdict.subject}"
        yield Finding(
            f"target/{name}", key, title, _said(verdict.says), _lines(verdict), not verdict.accepted, path, line,
            address(model.source),
        )  # fmt: skip


def _of_capability(told: Told, verdict: Verdict, capability: str, title: str, key: str) -> Finding:
    result = told.assessment.capabilities.get(capability)
    path, line = _at(told.assessment, result.evidence if result else ())
    if verdict.lost:
        path, line = _gone(verdict.lost[0])
    rule, source = f"{verdict.kind}/{capability}", result.source if result else ""
    fails = not verdict.accepted
    return Finding(rule, key, _said(title), _said(verdict.says), _lines(verdict), fails, path, line, address(source))


def _fallen_level(told: Told, verdict: Verdict) -> Finding:
    """A level falls with the capabilities that it rests on: where the first of them was lost."""
    lost = next((each for verdict in told.verdicts for each in verdict.lost), None)
    path, line = _gone(lost) if lost else _at(told.assessment, ())
    rule, source = f"kept/{verdict.subject}", told.assessment.models[verdict.subject].source
    title = f"Kept: level of {verdict.subject}"
    return Finding(rule, rule, title, _said(verdict.says), _lines(verdict), True, path, line, address(source))


def _gone(lost: Lost) -> tuple[str, int]:
    """The changed file, at the line at which the proof or its chain went through it."""
    proof = lost.proof
    if lost.file in ("", proof.path):
        return proof.path, proof.line
    return lost.file, next((hop.line for hop in proof.chain if hop.path == lost.file), 0)


def _lines(verdict: Verdict) -> tuple[str, ...]:
    gone = [
        f"lost {f'by the change of {_said(lost.file)}' if lost.file else 'by a change elsewhere'}: "
        f"{_said(place(lost.proof.path, lost.proof.line))} {_said(lost.proof.says)}"
        for lost in verdict.lost
    ]
    return (*(_said(lack.strip()) for lack in verdict.lacks), *gone)
