"""Files that are not what they are called: source with a syntax error, files with the marks of an unfinished merge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers import Unreadable
from mlripe.readers.python.source import parse
from mlripe.texts import line_at

__all__ = ["unreadable_sources"]

_MARKED: Final = (
    ".py", ".yml", ".yaml", ".toml", ".txt", ".md", ".json", ".cfg", ".ini", ".sh", ".ts", ".tsx", ".js", ".jsx", ".tf",
    ".sql", ".R", ".java", ".gitignore", "Dockerfile", "Makefile",
)  # fmt: skip
_OURS: Final = lazy_regex(rb"(?m)^<<<<<<< [^\n]{1,200}$")
_THEIRS: Final = lazy_regex(rb"(?m)^>>>>>>> [^\n]{1,200}$")
_BETWEEN: Final = lazy_regex(rb"(?m)^=======\r?$")
_LARGEST: Final = 200_000
_MOST_BYTES: Final = 3_000_000
# what Python 2 reads, a template that is filled, and a notebook that was saved as a program
_OTHERS: Final = lazy_regex(
    rb"(?m)^[ \t]*print[ \t]+[\"'\w%]|^[ \t]*print[ \t]*$|^[ \t]*except[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:|"
    rb"^[ \t]*raise[ \t]+\w+[ \t]*,|^[ \t]*exec[ \t]+[\"'\w]|<>|\bur[\"']|\b\d+L\b|\b0\d+\b|"
    rb"`[^`\n]+`|^[ \t]*[!%]\w|\{\{|\{%|<%|\$\{|python2|raw_input|\bxrange\b"
)
_MOST: Final = 10


def unreadable_sources(examined: Examined) -> Iterator[Defect]:
    """The lines at which such files cannot be read."""
    store = examined.store
    room, found = _MOST_BYTES, 0
    unread = {fault.path for fault in store.read_faults if "not valid Python" in fault.says}
    for path in examined.paths:
        size = store.entries[path].size or 0
        if not path.endswith(_MARKED) or size > _LARGEST or size > room or store.role(path) is not None:
            continue
        room -= size
        text = store.text(path)
        if (ours := _OURS.search(text)) and _BETWEEN.search(text) and _THEIRS.search(text):
            line = line_at(text, ours.start())
            says = "the marks of an unfinished merge"
            yield Defect(path, line, says, f"unreadable {path}", finds=DefectKind.UNREADABLE_SOURCE)
        elif path in unread and path.endswith(".py") and found < _MOST and (line := _wrong_line(text, path)):
            found += 1
            says = "a syntax error: no Python can read the file"
            yield Defect(path, line, says, f"unreadable {path}", finds=DefectKind.UNREADABLE_SOURCE)


def _wrong_line(text: bytes, path: str) -> int:
    """The line at which a program has a syntax error, 0 where it has none that is certain."""
    if "{" in path or not text.strip() or _OTHERS.search(text):
        return 0
    try:
        parse(text)
    except Unreadable as error:
        return error.line if str(error).startswith("not valid Python") else 0
    except RecursionError:
        return 0
    return 0
