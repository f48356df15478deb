"""From one file's bytes to its facts: a reader a format, each a pure function, chosen by the file's name.

`read(path, content)` never raises for bad content: what cannot be parsed is a `Problem` in the facts.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import cache

from mlripe.catalog.globs import ending as literal_ending
from mlripe.catalog.globs import matches
from mlripe.facts import FileFacts, Problem
from mlripe.readers.file_names import INCLUDING, PROGRAM_PATH, ROWS
from mlripe.readers.work import OutOfWork, metered

__all__ = ["Reader", "Unreadable", "includes", "is_code", "known_paths", "read", "readers_for"]

MOST_WORK = 400_000  # units of `work` for one file

Reader = Callable[[str, bytes], FileFacts]


class Unreadable(Exception):
    """A file that its reader cannot parse; `line` is where, 0 if unknown. The message is a sentence for the report."""

    def __init__(self, says: str, line: int = 0) -> None:
        super().__init__(says)
        self.line = line


@cache
def _rows() -> tuple[dict[str, list[int]], dict[str, list[int]], dict[str, list[int]]]:
    """The numbers of the rows by exact name, by ending, and by the ending that any other pattern needs ("": none)."""
    by_name: dict[str, list[int]] = {}
    by_ending: dict[str, list[int]] = {}
    others: dict[str, list[int]] = {}
    for number, (patterns, _) in enumerate(ROWS):
        for pattern in patterns.split():
            if "*" not in pattern and "[" not in pattern and "/" not in pattern:
                by_name.setdefault(pattern, []).append(number)
            elif pattern.startswith("*.") and pattern.count(".") == 1:
                by_ending.setdefault(pattern[1:], []).append(number)
            elif number not in others.setdefault(literal_ending(pattern), []):
                others[literal_ending(pattern)].append(number)
    return by_name, by_ending, others


def _matching(path: str) -> list[int]:
    by_name, by_ending, others = _rows()
    name = path[path.rfind("/") + 1 :]
    ending = name[name.rfind(".") :] if "." in name else ""
    found = {*by_name.get(name, ()), *by_ending.get(ending, ())}
    if ending not in (".py", ".ipynb"):
        possible = {*others.get("", ()), *others.get(ending, ())}
        found.update(number for number in possible if matches(path, _patterns(number)))
    return sorted(found)


@cache
def _patterns(number: int) -> tuple[str, ...]:
    return tuple(ROWS[number][0].split())


_TAGS = re.compile(rb"\{%-?[^%\n]{0,200}%\}")
_VALUES = re.compile(rb"\{\{\s*cookiecutter\.(\w+)[^{}\n]{0,200}\}\}")


def is_code(path: str) -> bool:
    """Whether a path is Python source or a notebook: files that are read only when something in them can matter."""
    # setup.py declares dependencies, noxfile.py commands, whatever else they say
    return path.endswith((".py", ".ipynb")) and path.rpartition("/")[2] not in ("setup.py", "noxfile.py")


def readers_for(path: str) -> tuple[str, ...]:
    """The names of the readers that a path gets (`module:function`); () where no reader knows its format."""
    names = []
    for number in _matching(path):
        name = ROWS[number][1]
        if name:
            names.append(name.rstrip("+"))
        if not name.endswith("+"):
            break
    if not names and re.fullmatch(PROGRAM_PATH, path):
        names.append("shell.commands:read_script")
    return tuple(names)


def known_paths() -> tuple[frozenset[str], str]:
    """The globs of all paths that get a reader, and the expression of the programs that are known by their folder."""
    return frozenset(glob for globs, name in ROWS if name for glob in globs.split()), PROGRAM_PATH


@cache
def _load(name: str) -> Reader:
    module, function = name.split(":")
    reader: Reader = getattr(importlib.import_module(f"mlripe.readers.{module}"), function)
    return reader


def includes(path: str) -> tuple[str, ...]:
    """The readers of the files that a file includes, where their names cannot tell: a CI file's own reader."""
    return tuple(name for name in readers_for(path) if name in INCLUDING)


def read(path: str, content: bytes, names: tuple[str, ...] = ()) -> FileFacts:
    """All facts of a file; what cannot be parsed becomes a problem among them. `names`: readers, if not its own."""
    facts = FileFacts()
    if "{{" in path:  # a file of a template: read as what it generates
        content = _VALUES.sub(rb"\1", _TAGS.sub(b"", content))
    with metered(MOST_WORK):
        for name in names or readers_for(path):
            try:
                facts += _load(name)(path, content)
            except Unreadable as error:
                problem = Problem(path, str(error), error.line)
                facts += FileFacts(problems=(problem,) if problem not in facts.problems else ())
            except OutOfWork:
                return facts + FileFacts(problems=(Problem(path, "too complex to be read to its end"),))
    return facts
