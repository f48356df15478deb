"""One assessment, many formats; none of them tells anything that another lacks.

A format is a module with `render(assessment, options) -> str`, loaded only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mlripe.assessment import Assessment

__all__ = ["FORMATS", "Options", "render"]

FORMATS: Final[Mapping[str, str]] = {"terminal": "mlripe.reports.terminal", "json": "mlripe.reports.json"}


@dataclass(frozen=True, slots=True)
class Options:
    """How a report for people looks; a report for programs is always the same."""

    width: int = 100  # columns
    colour: bool = False
    verbose: bool = False  # every proof and criterion instead of the strongest


def render(format_: str, assessment: Assessment, options: Options) -> str:
    """The report on `assessment` in one of FORMATS, ending with a newline."""
    text: str = import_module(FORMATS[format_]).render(assessment, options)
    return text
