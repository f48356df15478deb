"""The lines of a crontab, wherever they are written: in a file of their own, a here-document, an argument of `echo`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.lazy_regex import lazy_regex

__all__ = ["cron_lines"]

LINES: Final = 500  # of one crontab
LONGEST: Final = 2000  # characters of one line
FIELD: Final = r"(?:[\d*][\d*/,-]*|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*)"
CRON_LINE: Final = lazy_regex(
    rf"\s*(@(?:hourly|daily|midnight|weekly|monthly|yearly|annually|every\s+\w+)|(?:{FIELD}\s+){{4}}{FIELD})\s+(\S.*)"
)
USER: Final = lazy_regex(r"(root|ubuntu|www-data|nobody|[a-z][a-z0-9_-]*)\s+(?=\S)")
USERS: Final = frozenset("root ubuntu debian ec2-user www-data nobody app appuser deploy user airflow jovyan".split())


def cron_lines(text: str, *, system: bool = False) -> Iterator[tuple[int, str, str]]:
    """The lines of a crontab: number, when, and the command; `system`: a user stands before the command."""
    for number, line in enumerate(text.splitlines()[:LINES], 1):
        if found := CRON_LINE.match(line[:LONGEST]):
            command = found[2]
            user = USER.match(command)
            if user and (user[1] in USERS or system):
                command = command[user.end() :]
            yield number, found[1], command
