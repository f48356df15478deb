"""What an audit or a check comes to, in many formats; none of them tells anything that another lacks.

A format is a module with `render(told, options) -> str`, loaded only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mlripe.assessment import Assessment
    from mlripe.maturity.plan import Plan
    from mlripe.maturity.verdicts import Verdict

__all__ = ["FORMATS", "Options", "Told", "render"]

FORMATS: Final[Mapping[str, str]] = {
    "terminal": "mlripe.reports.terminal",
    "json": "mlripe.reports.json",
    "sarif": "mlripe.reports.sarif",
    "junit": "mlripe.reports.junit",
    "github": "mlripe.reports.github",
    "gitlab": "mlripe.reports.gitlab",
    "azure": "mlripe.reports.azure",
    "markdown": "mlripe.reports.markdown",
    "badge": "mlripe.reports.badge",
    "badge-svg": "mlripe.reports.badge_svg",
}


@dataclass(frozen=True, slots=True)
class Options:
    """How a report for people looks; a report for programs is always the same."""

    width: int = 100  # columns
    colour: bool = False
    verbose: bool = False  # every proof and criterion instead of the strongest


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell.

    `verdicts` are the answers of a check, none for an audit; `plan` is the way to the next level; `permalink` where the
    forge shows a file of this commit, with `{path}` and `{line}` in it, "" where none is known.
    """

    assessment: Assessment
    verdicts: tuple[Verdict, ...] = ()
    plan: Plan | None = None
    permalink: str = ""


def render(format_: str, told: Told, options: Options) -> str:
    """What there is to tell, in one of FORMATS, ending with a newline."""
    text: str = import_module(FORMATS[format_]).render(told, options)
    return text
