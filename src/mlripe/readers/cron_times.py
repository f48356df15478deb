"""Whether the days of a cron expression ever come: the 31st of February does not."""

from __future__ import annotations

from typing import Final

from mlripe.lazy_regex import lazy_regex

__all__ = ["never_comes"]

LONGEST: Final = 200  # characters of an expression
DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTHS: Final = tuple("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split())
WRAPPED: Final = lazy_regex(r"cron\((.*)\)")
PART: Final = lazy_regex(r"(\d{1,2})(?:-(\d{1,2}))?(?:/\d{1,2})?")
ANY: Final = ("*", "?")


def never_comes(text: str) -> bool:
    """Whether a cron expression names only days that no month of its months has.

    Five fields are those of cron, six or seven those of Quartz, which begin with the seconds; `cron(...)` is AWS's,
    which ends with the year. What names days of the week, or cannot be read, comes.
    """
    wrapped = WRAPPED.fullmatch(text.strip()) if len(text) <= LONGEST else None
    fields = (wrapped[1] if wrapped else text[: LONGEST + 1]).split()
    if not 5 <= len(fields) <= 7:
        return False
    day, month, weekday = fields[2:5] if wrapped or len(fields) == 5 else fields[3:6]
    if weekday not in ANY:
        return False
    days, months = _numbers(day), _numbers(_numbered(month)) if month not in ANY else set(range(1, 13))
    if not days or not months or not months <= set(range(1, 13)):
        return False
    return min(days) > max(DAYS[month - 1] for month in months)


def _numbered(month: str) -> str:
    """Months by their numbers where they are named."""
    written = month.upper()
    for number, name in enumerate(MONTHS, 1):
        written = written.replace(name, str(number))
    return written


def _numbers(field: str) -> set[int]:
    """The numbers of a field, in which a step keeps the first of them; none where it is not written in numbers."""
    found: set[int] = set()
    for part in field.split(","):
        numbers = PART.fullmatch(part)
        if not numbers:
            return set()
        first = int(numbers[1])
        found |= set(range(first, int(numbers[2] or first) + 1))
    return found
