"""The anti-patterns that a repository looks like, for people: where each is seen, what is missing, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mlripe.assessment import AntiPatternResult
from mlripe.reports import Options
from mlripe.reports.terminal.text import Paint, cut, one_line, place, wrapped

__all__ = ["antipatterns"]

MOST: Final = 4  # anti-patterns told without `verbose`
MOST_PLACES: Final = 2


def antipatterns(found: Sequence[AntiPatternResult], options: Options, paint: Paint) -> list[str]:
    """A block of lines; empty where none is found."""
    if not found:
        return []
    shown = found if options.verbose else found[:MOST]
    lines = [paint(f"Anti-patterns: {len(found)}", "bold") + "  (what it looks like from its files)"]
    for each in shown:
        lines += _told(each, options.width, paint) if options.verbose else _short(each, options.width, paint)
    if len(found) > len(shown):
        lines.append(f"  and {len(found) - len(shown)} more (--verbose)")
    return lines


def _short(found: AntiPatternResult, width: int, paint: Paint) -> list[str]:
    """The title, the first places or what is missing, and what to do: a line each."""
    places = [place(each.path, each.line) for each in found.evidence[:MOST_PLACES]]
    more = len(found.evidence) - len(places)
    seen = ", ".join(places) + (f" and {more} more" if more > 0 else "")
    where = f"seen at {seen}" if seen else "; ".join(found.lacks)
    return [
        f"  {paint(cut(one_line(found.title), width - 2), 'yellow')}",
        cut(f"    {one_line(where)}", width),
        cut(f"    do: {one_line(found.remedy)}", width),
    ]


def _told(found: AntiPatternResult, width: int, paint: Paint) -> list[str]:
    """All of it, however long the lines get that hold paths."""
    return [
        f"  {paint(one_line(found.title), 'yellow')} [{found.id}]",
        *(f"    seen at {place(each.path, each.line)}  {one_line(each.says)}" for each in found.evidence),
        *(f"    missing: {one_line(lack)}" for lack in found.lacks),
        *wrapped(found.why, width, "    why: ", "         "),
        *wrapped(found.remedy, width, "    do:  ", "         "),
        f"    source: {one_line(found.source)}",
    ]
