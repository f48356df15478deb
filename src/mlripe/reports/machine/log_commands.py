"""What the formats that speak to a CI system's log have in common: what is said plainly after the commands."""

from __future__ import annotations

from collections.abc import Mapping

from mlripe.assessment import ModelResult
from mlripe.reports import Told
from mlripe.reports.terminal.check import as_text
from mlripe.reports.terminal.models_table import given
from mlripe.reports.terminal.text import one_line

__all__ = ["plainly", "written_out"]


def written_out(text: str, codes: Mapping[str, str]) -> str:
    """`text` with each character that has a code written as that."""
    return "".join(codes.get(char, char) for char in text)


def plainly(told: Told) -> str:
    """The answers of a check, or the levels of an audit, for who reads the log."""
    if told.verdicts:
        return as_text(told.verdicts)
    return "".join(f"{name}: {_level(model)}\n" for name, model in told.assessment.models.items())


def _level(model: ModelResult) -> str:
    if model.level is None and model.points is None:
        return f"no level: {one_line(model.why)}"
    return f"technical evidence for {given(model)}"
