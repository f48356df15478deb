"""Workflow commands, which GitHub shows as annotations of a change: an error for what a check fails on, a
warning for a grave problem, else a notice.

After "Workflow commands for GitHub Actions" in GitHub's documentation, and the escapes of its toolkit
(packages/core/src/command.ts in actions/toolkit).
"""

from __future__ import annotations

from typing import Final

from mlripe.reports import Options, Told
from mlripe.reports.machine.findings import Finding, findings
from mlripe.reports.machine.log_commands import plainly, written_out
from mlripe.reports.terminal.text import one_line

__all__ = ["render"]

_DATA: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY: Final = _DATA | {":": "%3A", ",": "%2C"}


def render(told: Told, options: Options) -> str:
    """The commands, a line each, then what they come to in plain words. `options` changes nothing."""
    return "".join(_command(each) for each in findings(told)) + plainly(told)


def _command(finding: Finding) -> str:
    line = {"line": str(finding.line)} if finding.line else {}
    properties = {"file": one_line(finding.path), **line, "title": f"mlripe {finding.rule}"}
    told = ",".join(f"{name}={written_out(value, _PROPERTY)}" for name, value in properties.items())
    kind = "error" if finding.fails else "warning" if finding.is_grave else "notice"
    return f"::{kind} {told}::{written_out(finding.text, _DATA)}\n"
