"""Problems as people read them: one that many files have is told once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mlripe.evidence import Unresolved
from mlripe.problem import Problem
from mlripe.reports.terminal.text import place

__all__ = ["by_words", "where"]

_WHOLE: Final = "(the whole)"  # what a problem of no single file is about


def by_words(problems: Iterable[Problem]) -> list[tuple[str, list[Problem]]]:
    """The problems by what they say, in the order of the first of each."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.says, []).append(problem)
    return list(found.items())


def where(problem: Problem | Unresolved) -> str:
    """Its place as plain text."""
    return place(problem.path, problem.line) or _WHOLE
