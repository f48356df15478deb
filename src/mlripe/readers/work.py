"""How much work reading takes, counted where it is done, so that no text and no number of files takes it without end.

A unit is some 5 µs on a common machine: a word or sign of Python, half a value of YAML or TOML, a third of a token of
shell text. Time itself is no measure: the same repository must give the same report on a slow machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from msgspec import Struct

__all__ = ["OutOfWork", "Work", "metered", "spend"]


class OutOfWork(Exception):
    """Reading takes more work than it may."""


class Work(Struct):
    """The work that was done, and the most that may be: None for any."""

    most: int | None = None
    spent: int = 0
    around: Work | None = None  # the work that this is a part of


_CURRENT: ContextVar[Work | None] = ContextVar("work", default=None)


def spend(units: int) -> None:
    """Counts work. Raises `OutOfWork` where it is more than is allowed."""
    work = _CURRENT.get()
    beyond = False
    while work is not None:
        work.spent += units
        beyond = beyond or (work.most is not None and work.spent > work.most)
        work = work.around
    if beyond:
        raise OutOfWork


@contextmanager
def metered(most: int | None = None) -> Iterator[Work]:
    """Counts the work that is done within, for itself and for what counts around it."""
    work = Work(most, around=_CURRENT.get())
    token = _CURRENT.set(work)
    try:
        yield work
    finally:
        _CURRENT.reset(token)
