"""The short answer of `mlripe check`: one model, one target level, and what stands between them."""

from __future__ import annotations

from mlripe.assessment import ModelResult
from mlripe.reports.text import one_line

__all__ = ["verdict"]


def verdict(result: ModelResult, target: int) -> str:
    """Lines for people: reached or below, and each central criterion up to the target that is missing."""
    if result.level is None:
        return f"{result.id}: nothing to judge: {one_line(result.why)}\n"
    reached = "reached" if result.level >= target else "below"
    lines = [f"{result.id}: technical evidence for level {result.level}, target {target}: {reached}"]
    missing = [each for each in result.criteria if each.central and each.status == "missing" and each.level <= target]
    for criterion in missing:
        lines.append(f"  level {criterion.level} lacks: {one_line(criterion.says)}")
        lines += [f"    {name} is {now.name}, needs {needed.name}" for name, now, needed in criterion.lacks]
    return "".join(f"{line}\n" for line in lines)
