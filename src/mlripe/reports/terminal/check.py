"""The answers of `mlripe check` for people: a line each, and what is missing or lost."""

from __future__ import annotations

from collections.abc import Iterable

from mlripe.maturity.verdicts import Lost, Verdict
from mlripe.reports.terminal.text import one_line, place

__all__ = ["as_text"]


def as_text(verdicts: Iterable[Verdict]) -> str:
    """A line for each verdict, and indented ones for what it lacks or lost."""
    lines = []
    for verdict in verdicts:
        lines.append(one_line(verdict.says))
        lines += [f"  {one_line(lack)}" for lack in verdict.lacks]
        lines += [line for lost in verdict.lost for line in _lost(lost)]
    return "".join(f"{line}\n" for line in lines)


def _lost(lost: Lost) -> list[str]:
    proof = lost.proof
    where = f"by the change of {one_line(lost.file)}" if lost.file else "by a change elsewhere"
    lines = [f"  lost {where}: {place(proof.path, proof.line)}  {one_line(proof.says)}"]
    lines += [f"    <- {place(hop.path, hop.line)}  {one_line(hop.says)}" for hop in reversed(proof.chain)]
    return lines
