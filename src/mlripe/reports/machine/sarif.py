"""SARIF 2.1.0, for code scanning: a rule for each thing that is missing or fell, and a result at its best place.

After "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" (OASIS) and what GitHub's code scanning asks
for beyond it: one location with a line, a fingerprint of its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import mlripe
from mlripe.assessment import Assessment
from mlripe.facts import ReadFault
from mlripe.reports import Options, Told
from mlripe.reports.machine.findings import Finding, findings
from mlripe.reports.machine.json import as_text
from mlripe.reports.terminal.text import one_line

__all__ = ["render"]

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(told: Told, options: Options) -> str:
    """One run; errors for what a check fails on, warnings for grave problems, notes for what an audit misses.

    `options` changes nothing.
    """
    found = findings(told)
    rules = {each.rule: each for each in found}
    numbers = {rule: number for number, rule in enumerate(rules)}
    assessment = told.assessment
    run = {
        "tool": {
            "driver": {
                "name": "mlripe",
                "version": mlripe.__version__,
                "rules": [_rule(each) for each in rules.values()],
            }
        },
        "automationDetails": {"id": "mlripe/check/" if told.verdicts else "mlripe/audit/"},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(each) for each in assessment.read_faults],
            }
        ],
        "results": [_result(each, numbers) for each in found],
        "columnKind": "unicodeCodePoints",
        "properties": _properties(assessment),
    }
    return as_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(finding: Finding) -> dict[str, Any]:
    help_ = f"{finding.title}. See `mlripe explain {_explained(finding.rule)}`."
    rule: dict[str, Any] = {
        "id": finding.rule,
        "shortDescription": {"text": finding.title},
        "fullDescription": {"text": finding.title},
        "help": {"text": help_},
        "defaultConfiguration": {"level": _level(finding)},
        "properties": {"tags": ["mlops"]},
    }
    return rule | ({"helpUri": finding.help} if finding.help else {})


def _explained(rule: str) -> str:
    """What `mlripe explain` knows it as: a criterion by its model, anything else by its own name."""
    kind, _, name = rule.partition("/")
    return name if kind in ("require", "kept", "target", "problem") else rule


def _result(finding: Finding, numbers: Mapping[str, int]) -> dict[str, Any]:
    others = [_location(path, line) | {"id": number} for number, (path, line) in enumerate(finding.others, 1)]
    result = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": _level(finding),
        "message": {"text": finding.text},
        "locations": [_location(finding.path, finding.line)],
        # code scanning would take the first from the line's content, and lose the finding when the line moves
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint, "mlripe/v1": finding.fingerprint},
    }
    return result | ({"relatedLocations": others} if others else {})


def _level(finding: Finding) -> str:
    return "error" if finding.fails else "warning" if finding.is_grave else "note"


def _location(path: str, line: int) -> dict[str, Any]:
    uri = quote(path.encode("utf-8", "backslashreplace"), safe="/")
    place = {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}, "region": {"startLine": max(line, 1)}}
    return {"physicalLocation": place}


def _notification(read_fault: ReadFault) -> dict[str, Any]:
    says = {"level": "warning", "message": {"text": one_line(read_fault.says)}}
    return says | ({"locations": [_location(read_fault.path, read_fault.line)]} if read_fault.path else {})


def _properties(assessment: Assessment) -> dict[str, Any]:
    return {
        "commit": assessment.repository.commit,
        "catalogue": assessment.catalogue,
        "levels": {name: model.level for name, model in sorted(assessment.models.items())},
    }
