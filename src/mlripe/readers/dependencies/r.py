"""DESCRIPTION: what an R package or project depends on."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Dependency, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.gathering import Gathered, decode, shown
from mlripe.readers.dependencies.specifiers import pin_of

__all__ = ["read_description"]

_FIELD = lazy_regex(r"([A-Za-z][\w/.@-]*):(.*)")
_ENTRY = lazy_regex(r"([A-Za-z][A-Za-z0-9.]*)\s*(?:\(([^()]*)\))?")
_GROUPS = {"Depends": "", "Imports": "", "LinkingTo": "build", "Suggests": "suggests", "Enhances": "enhances"}


def read_description(path: str, content: bytes) -> FileFacts:
    """Dependencies of a DESCRIPTION, without R itself; those of `Suggests` and the like in a group of that name."""
    gathered = Gathered(path)
    for group, line, entry in _entries(decode(content)):
        if gathered.full:
            break
        match = _ENTRY.fullmatch(entry)
        if match is None:
            gathered.read_fault(line, f"{shown(entry)} is no R package; write `name` or `name (>= 1.2)`")
        elif match[1] != "R":
            gathered.add(Dependency("r", match[1], line, *pin_of(match[2] or ""), group))
    return gathered.facts()


def _entries(text: str) -> Iterator[tuple[str, int, str]]:
    """Group, line and text of each package in a field that lists packages, separated by commas over several lines."""
    group: str | None = None
    start, parts = 0, list[str]()
    for number, line in enumerate([*text.split("\n"), "End:"], 1):
        if field := _FIELD.match(line):
            if group is not None and parts:
                yield group, start, " ".join(parts)
            group, line, parts = _GROUPS.get(field[1]), field[2], []
        if group is None:
            continue
        for position, part in enumerate(line.split(",")):
            if position and parts:
                yield group, start, " ".join(parts)
                parts = []
            if part.strip():
                start = start if parts else number
                parts.append(part.strip())
