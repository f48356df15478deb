"""Nextflow: processes as stages, with the commands of their scripts; an included module is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from mlripe.facts import Command, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import beside, unique
from mlripe.readers.formats.documents import text_of
from mlripe.readers.shell.commands import commands
from mlripe.texts import line_at

__all__ = ["read_nextflow"]

PROCESSES: Final = 500  # of one file
PROCESS: Final = lazy_regex(r"^[ \t]*process[ \t]+(\w+)[ \t]*\{", re.MULTILINE)
SCRIPT: Final = lazy_regex(r"(?:(?P<part>\b(?:script|shell|stub|exec|when|input|output)[ \t]*:)|(?P<quote>\"\"\"|'''))")
INCLUDE: Final = lazy_regex(r"^[ \t]*include[ \t]*\{[^{}]*\}[ \t]*from[ \t]*[\"']([^\"'\n]+)[\"']", re.MULTILINE)
COMMENT: Final = lazy_regex(r"^[ \t]*//[^\n]*", re.MULTILINE)
SHEBANG: Final = lazy_regex(r"\s*#![ \t]*(?:\S*/)?(?:env[ \t]+)?([\w.-]+)")
ROOT: Final = lazy_regex(r"[$!](?:\{(?:projectDir|baseDir)\}|(?:projectDir|baseDir)\b)")  # where the pipeline lies
UNUSED: Final = ("stub", "when", "input", "output", "exec")  # parts whose texts no shell runs


def read_nextflow(path: str, content: bytes) -> FileFacts:
    """A unit of kind `stage` for each process, with what its script runs."""
    text = COMMENT.sub("", text_of(content))
    heads = list(PROCESS.finditer(text))[:PROCESSES]
    units = []
    for head, end in zip(heads, [*(each.start() for each in heads[1:]), len(text)], strict=False):
        line = line_at(text, head.end())
        found = tuple(
            command
            for start, script in _scripts(text[head.end() : end])
            for command in _commands(script, line + text.count("\n", head.end(), head.end() + start))
        )
        units.append(Unit(f"process/{head[1]}", "stage", line, f"process {head[1]}", commands=found))
    modules = (name if name.endswith(".nf") else f"{name}.nf" for name in INCLUDE.findall(text))
    if used := unique(*(beside(path, name) for name in modules)):
        units.append(Unit("include", "include", 1, "include", uses=used))
    return FileFacts(units=tuple(units))


def _commands(script: str, line: int) -> tuple[Command, ...]:
    """The commands of a script: of a shell, or of the interpreter that its first line names."""
    text = ROOT.sub(".", script.replace("\\\\\n", "\\\n").replace("\\$", "$"))  # as Groovy unescapes it
    named = SHEBANG.match(text)
    if named and "python" in named[1]:
        return (Command("python (inline)", ("python", "-c", dedent(text).strip()), line),)
    if named and not named[1].endswith("sh"):
        return ()  # a text in R or Perl starts nothing that mlripe follows
    return commands(text, line, strict=True)


def _scripts(body: str) -> Iterator[tuple[int, str]]:
    """The texts between triple quotes in a process that a shell runs, each with where it begins."""
    part, at = "script", 0
    while found := SCRIPT.search(body, at):
        at = found.end()
        if found["part"]:
            part = found["part"].rstrip(": \t")
            continue
        close = body.find(found["quote"], at)
        close = close if close >= 0 else len(body)
        if part not in UNUSED:
            yield at, body[at:close]
        at = close + 3
