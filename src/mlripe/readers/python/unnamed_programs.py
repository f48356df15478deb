"""Programs in Python whose file has no ending: their first line says what runs them.

The images that SageMaker trains and serves with hold two of them, `train` and `serve`
(https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms.html). They are read as `train.py` and `serve.py`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Final

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.read_anew import Reading
from mlripe.snapshot import Snapshot

__all__ = ["UnnamedPrograms", "unnamed_programs"]

_NAME: Final = lazy_regex(r"[a-z][\w-]*")  # LICENSE, Makefile and their like are no programs
_FIRST_LINE: Final = lazy_regex(
    rb"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-S[ \t]+)?)?(?:uv[ \t]+run\b|python[\d.]*(?=[ \t\r\n]|\Z))"
)
_MOST: Final = 200  # files that are looked into
_LARGEST: Final = 256 * 1024  # bytes of a program


class UnnamedPrograms(Reading):
    """The programs of one repository."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)

    def holds(self, path: str) -> bool:
        return path in self._paths

    def name_of(self, path: str) -> str:
        return f"{path}.py"


def unnamed_programs(snapshot: Snapshot) -> tuple[UnnamedPrograms, ...]:
    """The reading of these programs; none where there are none. Only files beside Python source are looked into."""
    entries = snapshot.entries()
    beside = {posixpath.dirname(path) for path in entries if path.endswith(".py")}
    likely = [
        path
        for path, entry in entries.items()
        if _NAME.fullmatch(posixpath.basename(path))
        and posixpath.dirname(path) in beside
        and (entry.size is None or 0 < entry.size <= _LARGEST)
    ]
    found = [path for path, content in snapshot.read_many(likely[:_MOST]) if _FIRST_LINE.match(content)]
    return (UnnamedPrograms(found),) if found else ()
