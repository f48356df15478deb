"""What an audit or a check comes to, in many formats; none of them tells anything that another lacks.

A format is a module with `render(told, options) -> str`, loaded only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mlripe.assessment import Assessment
    from mlripe.catalog.schema import Capability
    from mlripe.maturity.verdicts import Verdict
    from mlripe.planning.plan import Plan

__all__ = ["FORMATS", "WHOLE", "Options", "Told", "render"]

FORMATS: Final[Mapping[str, str]] = {
    "terminal": "mlripe.reports.terminal.report",
    "json": "mlripe.reports.machine.json",
    "sarif": "mlripe.reports.machine.sarif",
    "junit": "mlripe.reports.machine.junit",
    "github": "mlripe.reports.machine.github",
    "gitlab": "mlripe.reports.machine.gitlab",
    "azure": "mlripe.reports.machine.azure",
    "markdown": "mlripe.reports.markdown.report",
    "badge": "mlripe.reports.machine.badge",
    "badge-svg": "mlripe.reports.machine.badge_svg",
    "html": "mlripe.reports.html",
}
WHOLE: Final = frozenset({"html", "markdown"})  # those to be read without mlripe at hand: with plan, links and words


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
    forge shows a file of this commit, with `{path}` and `{line}` in it, "" where none is known; `changed` are files
    that are not as the commit has them; `capabilities` what the catalogue says of each; `as_of` the ISO date on which
    attestations are taken to count, where somebody chose one.
    """

    assessment: Assessment
    verdicts: tuple[Verdict, ...] = ()
    plan: Plan | None = None
    permalink: str = ""
    changed: frozenset[str] = frozenset()
    capabilities: Mapping[str, Capability] = field(default_factory=dict)
    as_of: str = ""

    def link(self, path: str, line: int = 0) -> str:
        """Where the forge shows this line as it was read; "" where that is not known, or the file is not the commit's.

        A path with a backslash is not what the file is called: it has what cannot be printed written out.
        """
        if not self.permalink or not path or "\\" in path or path in self.changed:
            return ""
        from urllib.parse import quote

        return self.permalink.replace("{line}", str(max(line, 1))).replace(
            "{path}", quote(path, safe="/", errors="backslashreplace")
        )


def render(format_: str, told: Told, options: Options) -> str:
    """What there is to tell, in one of FORMATS, ending with a newline."""
    text: str = import_module(FORMATS[format_]).render(told, options)
    return text
