"""Crontabs and systemd's units: commands that a machine runs by the clock, once something has installed them.

The lines of a crontab and a `.timer` are units of kind `timer`, whose trigger begins when they are installed; what
installs them is the wiring's to find (`detection/derive/installed_timers.py`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from mlripe.facts import Command, FileFacts, Trigger, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import beside
from mlripe.readers.formats.documents import text_of
from mlripe.readers.shell.commands import commands
from mlripe.readers.shell.cron_lines import cron_lines

__all__ = ["read_crontab", "read_systemd_unit", "timer"]

SECTION: Final = lazy_regex(r"\s*\[(\w+)\]")
SETTING: Final = lazy_regex(r"\s*(\w+)\s*=\s*(.*?)\s*\Z")
TEMPLATE: Final = lazy_regex(r"\{\{ *([\w.]+)[^{}\n]*\}\}")
ENDINGS: Final = (".j2", ".jinja2", ".tpl", ".tmpl", ".in")


def timer(id: str, when: str, command: str, line: int, *, needs: tuple[str, ...] = (), off: bool = False) -> Unit:
    """A unit for a command and its schedule; `needs`: the units of the file that install it."""
    return Unit(
        id,
        "timer",
        line,
        f"timer {id.rpartition('/')[2]}",
        triggers=(Trigger("timer", line, when, not off),),
        commands=shell_commands(command, line),
        needs=needs,
    )


def shell_commands(text: str, line: int) -> tuple[Command, ...]:
    """The commands of a text that a template may fill in: a part that is left open reads as a variable."""
    return commands(TEMPLATE.sub(r"${\1}", text), line, strict=False)


def read_crontab(path: str, content: bytes) -> FileFacts:
    """A crontab: a unit for each line that has a schedule."""
    system = "cron.d/" in path
    return FileFacts(
        units=tuple(
            timer(f"cron/{number}", when, command, number)
            for number, when, command in cron_lines(text_of(content), system=system)
        )
    )


def read_systemd_unit(path: str, content: bytes) -> FileFacts:
    """A `.service` with the commands that it runs, or a `.timer` that starts one."""
    settings = list(_settings(text_of(content)))
    name = posixpath.basename(path)
    ending = next((end for end in ENDINGS if name.endswith(end)), "")
    stem, _, kind = name.removesuffix(ending).rpartition(".")
    if kind == "timer":
        when = [(line, value) for line, section, key, value in settings if section == "Timer" and key.startswith("On")]
        asked = next((value for _, section, key, value in settings if (section, key) == ("Timer", "Unit")), "")
        started = beside(path, f"{asked or stem + '.service'}{ending}")
        if not when:
            return FileFacts()
        triggers = (Trigger("timer", when[0][0], when[0][1]),)
        return FileFacts(
            units=(Unit(f"timer/{stem}", "timer", when[0][0], f"timer {stem}", "", triggers, uses=(started,)),)
        )
    found = [
        command
        for line, section, key, value in settings
        if section == "Service" and key in ("ExecStartPre", "ExecStart", "ExecStartPost")
        for command in shell_commands(value.lstrip("-@+!:"), line)
    ]
    line = found[0].line if found else 1
    return FileFacts(
        units=(Unit(f"service/{stem}", "service", line, f"service {stem}", commands=tuple(found)),) if found else ()
    )


def _settings(text: str) -> Iterator[tuple[int, str, str, str]]:
    """The settings of a unit's file with line, section, key and value; a line that ends in `\\` goes on in the next."""
    section, lines, at = "", text.splitlines(), 0
    while at < len(lines):
        begin, line = at, lines[at]
        while line.endswith("\\") and at + 1 < len(lines):
            at += 1
            line = f"{line[:-1].rstrip()} {lines[at].strip()}"
        at += 1
        if heading := SECTION.match(line):
            section = heading[1]
        elif not line.lstrip().startswith(("#", ";")) and (setting := SETTING.match(line)):
            yield begin + 1, section, setting[1], setting[2]
