"""GitLab's code quality report: a JSON array, an issue for each thing that is missing or fell.

After "Code Quality report format" in GitLab's documentation (docs.gitlab.com/ci/testing/code_quality).
"""

from __future__ import annotations

from mlripe.reports import Options, Told
from mlripe.reports.machine.findings import findings
from mlripe.reports.machine.json import as_text

__all__ = ["render"]


def render(told: Told, options: Options) -> str:
    """`major` for what a check fails on, `minor` for grave problems, `info` for what an audit misses.

    `options` changes nothing.
    """
    issues = [
        {
            "description": "; ".join((each.says, *each.details)),
            "check_name": each.rule,
            "fingerprint": each.fingerprint,
            "severity": "major" if each.fails else "minor" if each.is_grave else "info",
            "location": {"path": each.path, "lines": {"begin": max(each.line, 1)}},
        }
        for each in findings(told)
    ]
    return as_text(issues)
