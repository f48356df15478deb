"""The JSON report: the contract of `schema.py`, the same bytes for the same input on any machine.

Built as plain data, so that a run pays for no validation library; the tests hold every report against the contract.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring_ascii
from typing import Any, Final

import mlripe
from mlripe.assessment import (
    CapabilityResult,
    CriterionResult,
    DimensionResult,
    ModelResult,
    ProblemResult,
    ProjectResult,
    Repository,
)
from mlripe.evidence import Evidence, Strength, Unresolved
from mlripe.facts import ReadFault
from mlripe.lazy_regex import lazy_regex
from mlripe.maturity.verdicts import Verdict
from mlripe.reports import Options, Told

__all__ = ["SCHEMA_VERSION", "as_text", "evidence_data", "render"]

SCHEMA_VERSION: Final = 2  # goes up when a key is removed or changes its meaning

_SURROGATE = lazy_regex("[\ud800-\udfff]")


def render(told: Told, options: Options) -> str:
    """The report as ASCII text. `options` changes nothing: what programs read does not depend on who looks."""
    assessment = told.assessment
    report = {
        "schema_version": SCHEMA_VERSION,
        "tool": {
            "name": "mlripe",
            "version": mlripe.__version__,
            "catalogue": assessment.catalogue,
            "additions": list(assessment.additions),
        },
        "repository": _repository(assessment.repository),
        "capabilities": {name: _capability(result) for name, result in assessment.capabilities.items()},
        "models": {name: _model(result) for name, result in sorted(assessment.models.items())},
        "attestations": [
            {
                "about": each.about,
                "strength": each.strength.name,
                "by": each.by,
                "on": each.on,
                "until": each.until,
                "proof": each.proof,
                "reason": each.reason,
            }
            for each in assessment.attestations
        ],
        "exclusions": [{"about": each.about, "reason": each.reason} for each in assessment.exclusions],
        "checks": [_verdict(verdict) for verdict in told.verdicts],
        "projects": map(_project, assessment.projects),
        "problems": [_problem(found) for found in assessment.problems],
        "problems_left": assessment.problems_left,
        "suppressed": [
            {"id": each.id, "path": each.path, "line": each.line, "by": each.by, "reason": each.reason}
            for each in assessment.suppressed
        ],
        "unresolved": [_unresolved(each) for each in assessment.unresolved],
        "unresolved_left": assessment.unresolved_left,
        "read_faults": _read_faults(assessment.read_faults),
    }
    return as_text(report)


def as_text(value: Any) -> str:
    """`value` as JSON that every parser takes and no CI log obeys, which looks for `##[` and `##vso[` in any line."""
    return _written(value, "\n").replace("##", "#\\u0023") + "\n"


def _written(value: Any, line: str) -> str:
    """`value` as `json.dumps(value, indent=1)` writes it; `line` is a line's end with its indent.

    It takes less memory: of what an iterator gives, one item is there at a time, and a report of many projects is long.
    """
    if isinstance(value, str):
        return _quoted(value)
    if not isinstance(value, (dict, list, tuple, Iterator)):
        return str(value) if type(value) is int else json.dumps(value, allow_nan=False)
    inner = f"{line} "
    if isinstance(value, dict):
        rows, (begin, end) = [f"{_quoted(key)}: {_written(item, inner)}" for key, item in value.items()], "{}"
    else:
        rows, (begin, end) = [_written(item, inner) for item in value], "[]"
    return f"{begin}{inner}{f',{inner}'.join(rows)}{line}{end}" if rows else begin + end


def _quoted(text: str) -> str:
    """`text` as a JSON string in ASCII, with no lone surrogate in it, which strict parsers refuse."""
    return encode_basestring_ascii(text if text.isascii() else _SURROGATE.sub(_escaped, text))


def _unresolved(each: Unresolved) -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "path": each.path,
        "line": each.line,
        "name": each.name,
        "says": each.says,
        "count": each.count,
        "could_hide": list(each.could_hide),
    }


def _repository(repository: Repository) -> dict[str, Any]:
    return {
        "name": repository.name,
        "commit": repository.commit or None,
        "kind": repository.kind,
        "why_kind": repository.why_kind,
        "files": repository.files,
        "set_aside": dict(sorted(repository.set_aside.items())),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": verdict.kind,
        "subject": verdict.subject,
        "holds": verdict.holds,
        "accepted": verdict.accepted,
        "says": verdict.says,
        "lacks": [lack.strip() for lack in verdict.lacks],
        "lost": [{"file": lost.file, "proof": evidence_data([lost.proof])[0]} for lost in verdict.lost],
        "problem": _problem(verdict.problem) if verdict.problem else None,
    }


def _project(project: ProjectResult) -> dict[str, Any]:
    return {
        "path": project.path,
        "capabilities": {name: _capability(result) for name, result in project.capabilities.items()},
        "models": {name: _model(result) for name, result in sorted(project.models.items())},
    }


def _problem(found: ProblemResult) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.title,
        "severity": found.severity,
        "certainty": found.certainty,
        "why": found.why,
        "remedy": found.remedy,
        "source": found.source,
        "evidence": [{"path": each.path, "line": each.line, "says": each.says} for each in found.evidence],
        "lacks": list(found.lacks),
        "hangs_on": found.hangs_on,
        "key": found.key,
    }


def _capability(result: CapabilityResult) -> dict[str, Any]:
    return {"strength": result.strength.name, "evidence": evidence_data(result.evidence)}


def evidence_data(proofs: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Proofs as the report has them."""
    return [
        {
            "path": proof.path,
            "line": proof.line,
            "capability": proof.capability,
            "detector": proof.detector,
            "strength": proof.strength.name,
            "says": proof.says,
            "note": proof.note,
            "chain": [{"path": hop.path, "line": hop.line, "says": hop.says} for hop in proof.chain],
        }
        for proof in proofs
    ]


def _model(result: ModelResult) -> dict[str, Any]:
    return {
        "title": result.title,
        "level": result.level,
        "why": result.why,
        "levels": {str(level): title for level, title in sorted(result.levels.items())},
        "observed": result.observed,
        "if_followed": result.if_followed,
        "reachable": result.reachable,
        "points": result.points,
        "most_points": result.most,
        "source": result.source,
        "fidelity": result.fidelity,
        "note": result.note.strip(),
        "dimensions": {name: _dimension(dimension) for name, dimension in result.dimensions.items()},
        "criteria": [_criterion(criterion) for criterion in result.criteria],
        "next": [
            {
                "capability": step.capability,
                "now": step.now.name,
                "needed": step.needed.name,
                "effort": step.effort,
                "how": step.how,
                "criteria": list(step.criteria),
                "decides": step.decides,
            }
            for step in result.next
        ],
    }


def _dimension(dimension: DimensionResult) -> dict[str, Any]:
    return {
        "title": dimension.title,
        "level": dimension.level,
        "points": dimension.points,
        "most_points": dimension.most,
        "strength": None if dimension.strength is None else dimension.strength.name,
    }


def _criterion(criterion: CriterionResult) -> dict[str, Any]:
    return {
        "id": criterion.id,
        "level": criterion.level,
        "dimension": criterion.dimension,
        "says": criterion.says,
        "status": criterion.status,
        "central": criterion.central,
        "observable": criterion.observable,
        "points": criterion.points,
        "most_points": criterion.most,
        "note": criterion.note.strip(),
        "needs": criterion.needs,
        "lacks": [_lack(*lack) for lack in criterion.lacks],
        "evidence": evidence_data(criterion.evidence),
    }


def _lack(capability: str, now: Strength, needed: Strength) -> dict[str, str]:
    return {"capability": capability, "now": now.name, "needed": needed.name}


def _read_faults(read_faults: Iterable[ReadFault]) -> list[dict[str, Any]]:
    ordered = sorted(read_faults, key=lambda read_fault: (read_fault.path, read_fault.line, read_fault.says))
    return [{"path": read_fault.path, "line": read_fault.line, "says": read_fault.says} for read_fault in ordered]


def _escaped(match: re.Match[str]) -> str:
    """A byte of a path that is not UTF-8 as `\\xNN`, any other lone surrogate as `\\uNNNN`."""
    code = ord(match[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"
