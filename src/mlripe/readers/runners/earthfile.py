"""Earthfiles: targets with the commands of their `RUN`, and the targets that they build or take files from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from mlripe.facts import Command, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import unique
from mlripe.readers.formats.documents import text_of
from mlripe.readers.shell.commands import commands

__all__ = ["read_earthfile"]

TARGETS: Final = 500  # of one file
HEAD = lazy_regex(r"([a-z][\w-]*):\s*(?:#.*)?")
RUN = lazy_regex(r"RUN((?:\s+--\S+)*)\s+(.*)", re.DOTALL)
OTHER = lazy_regex(r"(?:^|[\s\"'(])\+([a-z][\w-]*)")


def read_earthfile(path: str, content: bytes) -> FileFacts:
    """A unit of kind `target` for each target; it needs the targets of the same file that its lines name."""
    bodies: dict[str, tuple[int, list[tuple[int, str]]]] = {}
    body: list[tuple[int, str]] | None = None
    for number, line in _logical(text_of(content)):
        if head := HEAD.fullmatch(line.rstrip()):
            body = bodies.setdefault(head[1], (number, []))[1] if len(bodies) < TARGETS else None
        elif body is not None and line.strip() and not line.lstrip().startswith("#"):
            body.append((number, line.strip()))
    needed = {
        name: unique(*(need for _, text in lines for need in OTHER.findall(text) if need in bodies and need != name))
        for name, (_, lines) in bodies.items()
    }
    units = (
        Unit(
            name,
            "target",
            line,
            f"earthly +{name}",
            commands=tuple(_commands(lines)),
            needs=needed[name],
            directory=posixpath.dirname(path),
        )
        for name, (line, lines) in bodies.items()
    )
    return FileFacts(units=tuple(units))


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines together with the ones that continue them."""
    started, parts = 0, []
    for number, line in enumerate(text.splitlines(), 1):
        started = started or number
        parts.append(line)
        if not line.endswith("\\"):
            yield started, "\n".join(parts)
            started, parts = 0, []
    if parts:
        yield started, "\n".join(parts)


def _commands(lines: list[tuple[int, str]]) -> Iterator[Command]:
    for number, text in lines:
        if run := RUN.match(text):
            yield from commands(run[2], number)
