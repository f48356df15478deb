"""Python that stands in another file, as the text of a command: `python -c "..."`, `python - <<EOF`, `shell: python`.

Its calls and comparisons become facts of that file, in the scope of the unit that runs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from msgspec.structs import replace

from mlripe.facts import Command, FileFacts
from mlripe.lazy_regex import lazy_regex

__all__ = ["inline_facts"]

PROGRAMS: Final = 60  # of one file
INTERPRETER: Final = lazy_regex(r"(?:.*/)?(?:python[\d.]*|uvx?|ipython)\Z")
# what a CI service fills in before any shell sees the command
OPEN: Final = lazy_regex(r"\$\{\{[^{}]*\}\}|\$\([\w.]+\)|\$\{\w+\}")


def inline_facts(facts: FileFacts) -> FileFacts:
    """The imports, calls, comparisons and branches of the programs that a file's commands hold."""
    found = FileFacts()
    for number, (unit, command, code) in enumerate(_programs(facts)):
        if number >= PROGRAMS:
            break
        found += _of_program(unit, command, code)
    return found


def _programs(facts: FileFacts) -> Iterator[tuple[str, Command, str]]:
    for unit in facts.units:
        for command in unit.commands:
            argv = command.argv
            if "-c" in argv[1:-1]:
                at = argv.index("-c", 1)
                if INTERPRETER.match(argv[at - 1]) or (at > 1 and INTERPRETER.match(argv[at - 2])):
                    yield unit.id, command, argv[at + 1]


def _of_program(unit: str, command: Command, code: str) -> FileFacts:
    from mlripe.readers import Unreadable
    from mlripe.readers.python.source import read_python

    text = dedent(OPEN.sub("x", code))
    try:
        read = read_python("", text.encode())
    except Unreadable:
        return FileFacts()
    first = command.line - 1  # a program that begins on the line of its command, or below it where that is told
    return FileFacts(
        imports=tuple(replace(each, line=each.line + first, scope=unit) for each in read.imports),
        calls=tuple(replace(each, line=each.line + first, scope=unit) for each in read.calls),
        branches=tuple(replace(each, line=each.line + first, scope=unit, other=0, end=0) for each in read.branches),
        comparisons=tuple(replace(each, line=each.line + first, scope=unit) for each in read.comparisons),
    )
