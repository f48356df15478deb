"""The problems of a repository, for people: the most severe with their lines, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from mlripe.assessment import Assessment, ProblemResult, Suppressed
from mlripe.problem_kinds import Severity
from mlripe.reports import Options
from mlripe.reports.terminal.text import Paint, cut, one_line, place, wrapped

__all__ = ["by_severity", "let_be", "problems"]

MOST: Final = 3  # problems told without `verbose`
_COLOURS: Final = {Severity.BROKEN: "red", Severity.DANGEROUS: "red", Severity.MISLEADING: "yellow"}


def problems(assessment: Assessment, options: Options, paint: Paint) -> list[str]:
    """A block of lines; empty where there is none, and nobody lets one be."""
    found, width = assessment.problems, options.width
    if not found and not assessment.suppressed:
        return []
    shown = found if options.verbose else found[:MOST]
    count = len(found) + assessment.problems_left
    head = paint(f"Problems: {count}", "bold")
    lines = [cut(f"{head}  ({by_severity(found)})", width + 8) if found else head]
    for each in shown:
        lines += _told(each, width, paint) if options.verbose else _short(each, width, paint)
    rest = Counter(each.severity for each in found[len(shown) :])
    told = [f"{rest[severity]} {severity}" for severity in Severity if rest[severity]]
    told += [f"{assessment.problems_left} not listed"] if assessment.problems_left else []
    if told:
        lines.append(f"  and {', '.join(told)}{'' if options.verbose else ' (--verbose)'}")
    lines += _let_be(assessment.suppressed, options)
    return lines


def by_severity(found: Sequence[ProblemResult]) -> str:
    """How many weigh how much, the worst first."""
    counts = Counter(each.severity for each in found)
    return ", ".join(f"{counts[severity]} {severity}" for severity in Severity if counts[severity])


def let_be(each: Suppressed) -> str:
    """One that somebody lets be, in a line."""
    where = "by a comment" if each.by == "comment" else "by the settings"
    return f"{each.id} at {place(each.path, each.line)} is let be {where}: {each.reason}"


def _short(found: ProblemResult, width: int, paint: Paint) -> Iterator[str]:
    """Where and what it is, and what to do: a line each."""
    first = found.evidence[0] if found.evidence else None
    more = f" and {len(found.evidence) - 1} more" if len(found.evidence) > 1 else ""
    title = f"{found.severity}: {one_line(found.title)}"
    yield f"  {paint(cut(title, width - 2), _COLOURS.get(Severity.named(found.severity), 'bold'))}"
    if first:
        yield cut(f"    {place(first.path, first.line)}{more}  {one_line(first.says)}", width)
    else:
        yield cut(f"    {one_line('; '.join(found.lacks) or found.why)}", width)
    yield cut(f"    do: {one_line(found.remedy)}", width)


def _told(found: ProblemResult, width: int, paint: Paint) -> Iterator[str]:
    """All of it, however long the lines get that hold paths."""
    title = f"{found.severity}: {one_line(found.title)}"
    likely = ", likely" if found.certainty != "certain" else ""
    yield f"  {paint(title, _COLOURS.get(Severity.named(found.severity), 'bold'))} [{found.id}{likely}]"
    yield from (f"    seen at {place(each.path, each.line)}  {one_line(each.says)}" for each in found.evidence)
    yield from (f"    missing: {one_line(lack)}" for lack in found.lacks)
    if found.hangs_on:
        yield from wrapped(f"this hangs on {found.hangs_on}", width, "    ", "    ")
    yield from wrapped(found.why, width, "    why: ", "         ")
    yield from wrapped(found.remedy, width, "    do:  ", "         ")
    if found.source:
        yield f"    source: {one_line(found.source)}"


def _let_be(suppressed: Sequence[Suppressed], options: Options) -> Iterator[str]:
    if options.verbose:
        for each in suppressed:
            yield from wrapped(let_be(each), options.width, "  ", "    ")
    elif suppressed:
        yield f"  {len(suppressed)} let be, with a reason (--verbose)"
