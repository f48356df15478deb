"""Tasks and stored procedures that SQL makes: what a warehouse runs by its own clock, and what it calls.

    CREATE TASK nightly SCHEDULE = 'USING CRON 0 3 * * * UTC' AS CALL train();
    ALTER TASK nightly RESUME;

A task is made switched off: only one that is resumed runs. The same text may stand in a program that sends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct

from mlripe.facts import Command, FileFacts, Trigger, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.documents import text_of
from mlripe.texts import line_at

__all__ = ["CALLED", "SqlTask", "plain", "read_sql", "resumed", "sql_tasks"]

CALLED: Final = "procedure:"  # how a unit says that it calls a procedure
_MOST: Final = 200  # tasks, or procedures, of one text
_LONGEST_HEAD: Final = 3000  # characters between the name of a task and what it does
_LONGEST_BODY: Final = 20_000
_NAME: Final = r"((?:\"[^\"\n]{1,200}\"|[\w${}.]{1,200})(?:\.\"[^\"\n]{1,200}\")?)"
_MADE: Final = r"\bcreate\s{1,9}(?:or\s{1,9}(?:replace|alter)\s{1,9})?(?:temporary\s{1,9}|secure\s{1,9})?"
_ONLY_NEW: Final = r"(?:if\s{1,9}not\s{1,9}exists\s{1,9})?"
_TASK = lazy_regex(rf"{_MADE}task\s{{1,9}}{_ONLY_NEW}{_NAME}[\s(]", re.IGNORECASE)
_PROCEDURE = lazy_regex(rf"{_MADE}procedure\s{{1,9}}{_ONLY_NEW}{_NAME}\s{{0,9}}\(", re.IGNORECASE)
_RESUMED = lazy_regex(
    rf"\balter\s{{1,9}}task\s{{1,9}}(?:if\s{{1,9}}exists\s{{1,9}})?{_NAME}\s{{1,9}}resume\b"
    r"|\bsystem\$task_dependents_enable\s{0,9}\(\s{0,9}'([^'\n]{1,200})'",
    re.IGNORECASE,
)
_AS = lazy_regex(r"\bas\b", re.IGNORECASE)
_SCHEDULE = lazy_regex(r"\bschedule\s{0,9}=?\s{0,9}'([^'\n]{1,200})'", re.IGNORECASE)
_AFTER = lazy_regex(r"\bafter\s{1,9}([\w$.\"{}, ]{1,400})", re.IGNORECASE)
_WAITS = lazy_regex(r"\bwhen\s{1,9}system\$stream_has_data\b", re.IGNORECASE)
_CALL = lazy_regex(r"\bcall\s{1,9}([\w$.\"{}]{1,200})\s{0,9}\(", re.IGNORECASE)
_NOTEBOOK = lazy_regex(r"\bexecute\s{1,9}notebook\s{1,9}([\w$.\"{}]{1,200})", re.IGNORECASE)
_HANDLER = lazy_regex(r"\bhandler\s{0,9}=\s{0,9}'([\w.]{1,200})'", re.IGNORECASE)
_IMPORTS = lazy_regex(r"\bimports\s{0,9}=\s{0,9}\(([^()]{0,2000})\)", re.IGNORECASE)
_SCRIPT = lazy_regex(r"([\w./-]{1,200}\.py)\b")
_NEXT = lazy_regex(
    r"\b(?:create|alter)\s{1,9}(?:or\s{1,9}(?:replace|alter)\s{1,9})?(?:task|procedure)\b", re.IGNORECASE
)
_LINE_COMMENT = lazy_regex(r"--[^\n]*")


class SqlTask(Struct, frozen=True):
    """A task, with the line of the text at which it is made and what it does; names as `plain` gives them."""

    name: str
    line: int
    schedule: str = ""
    waits: bool = False  # for new rows of a stream
    after: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    notebooks: tuple[str, ...] = ()
    end: int = 0  # its last line


def plain(name: str) -> str:
    """A name as it is compared: the last part of it, without quotes."""
    return name.strip().rpartition(".")[2].strip('" ').lower()


def sql_tasks(text: str) -> list[SqlTask]:
    """The tasks that a text of SQL makes."""
    text = _without_comments(text)
    return [_task(text, match) for match in islice(_TASK.finditer(text), _MOST)]


def resumed(text: str) -> frozenset[str]:
    """The names of the tasks that a text switches on."""
    found = (match[1] or match[2] for match in islice(_RESUMED.finditer(_without_comments(text)), _MOST))
    return frozenset(map(plain, found))


def read_sql(path: str, content: bytes) -> FileFacts:
    """A unit for each task and procedure that a file of SQL makes; none for a file that makes neither."""
    text = text_of(content)
    if not _TASK.search(text) and not _PROCEDURE.search(text):
        return FileFacts()
    on, tasks, text = resumed(text), sql_tasks(text), _without_comments(text)
    known = {task.name for task in tasks}
    units = [Unit("statements", "script", 1, "statements")]
    ends = []
    for task in tasks:
        parent = next((f"task/{name}" for name in task.after if name in known and name != task.name), "")
        uses = (*(CALLED + name for name in task.calls), *(f"notebook:{name}" for name in task.notebooks))
        triggers = tuple(_triggers(task, task.name in on))
        units.append(Unit(f"task/{task.name}", "sql-task", task.line, f"task {task.name}", parent, triggers, uses=uses))
        ends.append(task.end)
    for unit, end in islice(_procedures(text), _MOST):
        units.append(unit)
        ends.append(end)
    units += [Unit(f"statements/{end + 1}", "script", end + 1, "statements") for end in dict.fromkeys(ends)]
    return FileFacts(units=_once(sorted(units, key=lambda unit: unit.line)))


def _once(units: list[Unit]) -> tuple[Unit, ...]:
    """The units, of those with one id only the last: it replaces the others."""
    return tuple({unit.id: unit for unit in units}.values())


def _without_comments(text: str) -> str:
    """The text with comments blanked, its lines kept."""
    text = _LINE_COMMENT.sub("", text)
    parts, at = [], 0
    while (start := text.find("/*", at)) >= 0 and (end := text.find("*/", start + 2)) >= 0:
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 2
    return "".join((*parts, text[at:]))


def _task(text: str, made: re.Match[str]) -> SqlTask:
    start = made.end(1)
    begins = _AS.search(text, start, start + _LONGEST_HEAD)
    head = text[start : begins.start() if begins else start + _LONGEST_HEAD]
    body, _, end = _body(text, begins.end()) if begins else ("", start, start)
    schedule, after = _SCHEDULE.search(head), _AFTER.search(head)
    return SqlTask(
        plain(made[1]),
        line_at(text, made.start()),
        schedule[1] if schedule else "",
        _WAITS.search(head) is not None,
        tuple(plain(name) for name in after[1].split(",")) if after else (),
        tuple(dict.fromkeys(plain(match[1]) for match in _CALL.finditer(body))),
        tuple(dict.fromkeys(plain(match[1]) for match in _NOTEBOOK.finditer(body))),
        line_at(text, end),
    )


def _body(text: str, start: int) -> tuple[str, int, int]:
    """What stands behind `AS`, where it begins and ends: at a semicolon, or behind a quoted or begun block."""
    rest = text[start : start + _LONGEST_BODY]
    opened = rest.lstrip()
    first, last = 0, len(rest)
    if opened.startswith("$$"):
        first = rest.index("$$") + 2
        last = max(rest.find("$$", first), 0) or last
    elif opened[:5].lower() == "begin":
        following = _NEXT.search(rest)
        last = following.start() if following else last
    else:
        last = max(rest.find(";"), 0) or last
    return rest[first:last], start + first, start + last


def _triggers(task: SqlTask, on: bool) -> Iterator[Trigger]:
    if task.schedule:
        yield Trigger("schedule", task.line, task.schedule, on)
    elif task.waits and not task.after:
        yield Trigger("event", task.line, "new rows of a stream", on)


def _procedures(text: str) -> Iterator[tuple[Unit, int]]:
    """The units of procedures, each with the last line of its statement."""
    for made in _PROCEDURE.finditer(text):
        start = made.end(1)
        begins = _AS.search(text, start, start + _LONGEST_HEAD)
        head = text[start : begins.start() if begins else start + _LONGEST_HEAD].partition(";")[0]
        own = begins is not None and begins.start() <= start + len(head)
        body, first, end = _body(text, begins.end()) if own and begins else ("", start, start)
        handler, imports = _HANDLER.search(head), _IMPORTS.search(head)
        line, name = line_at(text, made.start()), plain(made[1])
        commands: tuple[Command, ...] = ()
        uses = tuple(dict.fromkeys(CALLED + plain(match[1]) for match in _CALL.finditer(body)))
        if handler and body.strip():  # its Python stands in the statement
            argv = ("python", "-c", f"{body}\n{handler[1]}(session)\n")
            commands, uses = (Command(f"handler {handler[1]}", argv, line_at(text, first)),), ()
        elif handler:
            scripts = _SCRIPT.findall(imports[1]) if imports else []
            uses = tuple(f"handler:{script}:{handler[1]}" for script in scripts[:_MOST])
        unit = Unit(f"procedure/{name}", "procedure", line, f"procedure {name}", commands=commands, uses=uses)
        yield unit, line_at(text, end)
