"""What the formats that speak to a CI system's log have in common: what is said plainly after the commands."""

from __future__ import annotations

from collections.abc import Mapping

from mlripe.assessment import Assessment
from mlripe.reports import Told
from mlripe.reports.text import one_line
from mlripe.reports.verdict import as_text

__all__ = ["plainly", "written_out"]


def written_out(text: str, codes: Mapping[str, str]) -> str:
    """`text` with each character that has a code written as that."""
    return "".join(codes.get(char, char) for char in text)


def plainly(told: Told) -> str:
    """The answers of a check, or the levels of an audit, for who reads the log."""
    return as_text(told.verdicts) if told.verdicts else "".join(f"{line}\n" for line in _levels(told.assessment))


def _levels(assessment: Assessment) -> list[str]:
    lines = []
    for name, model in assessment.models.items():
        if model.level is not None:
            lines.append(f"{name}: technical evidence for level {model.level} of {max(model.levels)}")
        elif model.points is not None:
            lines.append(f"{name}: {model.points:g} of {model.most:g} points")
        else:
            lines.append(f"{name}: no level: {one_line(model.why)}")
    return lines
