"""Logging commands of Azure Pipelines: an error for what a check fails on, else a warning, which is its least.

After "Logging commands" in the documentation of Azure Pipelines, and the escapes of its task library
(node/taskcommand.ts in microsoft/azure-pipelines-task-lib).
"""

from __future__ import annotations

from typing import Final

from mlripe.reports import Options, Told
from mlripe.reports.machine.findings import Finding, findings
from mlripe.reports.machine.log_commands import plainly, written_out
from mlripe.reports.terminal.text import one_line

__all__ = ["render"]

_DATA: Final = {"%": "%AZP25", "\r": "%0D", "\n": "%0A"}
_PROPERTY: Final = _DATA | {"]": "%5D", ";": "%3B"}


def render(told: Told, options: Options) -> str:
    """The commands, a line each, then what they come to in plain words. `options` changes nothing."""
    return "".join(_command(each) for each in findings(told)) + plainly(told)


def _command(finding: Finding) -> str:
    line = {"linenumber": str(finding.line)} if finding.line else {}
    kind = "error" if finding.fails else "warning"
    properties = {"type": kind, "sourcepath": one_line(finding.path), **line, "code": finding.rule}
    told = "".join(f"{name}={written_out(value, _PROPERTY)};" for name, value in properties.items())
    says = "; ".join((finding.says, *finding.details))
    return f"##vso[task.logissue {told}]{written_out(says, _DATA)}\n"
