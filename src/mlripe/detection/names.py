"""Dotted names with globs: `mlflow.log_*`, `**.MlflowClient.*`, `.fit` (a method of whatever)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, TypeVar

__all__ = ["NameIndex", "name_matches", "name_pattern"]

T = TypeVar("T")


@lru_cache(maxsize=8192)
def name_pattern(pattern: str) -> re.Pattern[str]:
    """The expression of a name pattern, for `fullmatch`: `*` one part or a piece of it, `**` any number of parts."""
    if pattern.startswith("."):
        pattern = "**" + pattern
    out = []
    for piece in re.split(r"(\*\*\.|\.\*\*|\*\*|\*)", pattern):
        if piece == "**.":
            out.append(r"(?:[\w.:/@-]*\.)?")
        elif piece == ".**":
            out.append(r"(?:\.[\w.:/@-]*)?")
        elif piece == "**":
            out.append(r"[\w.:/@-]*")
        elif piece == "*":
            out.append(r"[^.]*")
        else:
            out.append(re.escape(piece))
    return re.compile("".join(out))


def name_matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether any of the patterns matches the name."""
    return any(name_pattern(p).fullmatch(name) for p in patterns)


class NameIndex(Generic[T]):
    """Finds the entries whose pattern matches a name, looking only at patterns that share its last part or its root."""

    def __init__(self) -> None:
        self._by_last: dict[str, list[tuple[str, T]]] = {}
        self._by_root: dict[str, list[tuple[str, T]]] = {}
        self._any: list[tuple[str, T]] = []
        self._known: dict[str, tuple[T, ...]] = {}

    def add(self, pattern: str, entry: T) -> None:
        last, root = pattern.rsplit(".", 1)[-1], pattern.split(".", 1)[0]
        if last and "*" not in last:
            self._by_last.setdefault(last, []).append((pattern, entry))
        elif root and "*" not in root:
            self._by_root.setdefault(root, []).append((pattern, entry))
        else:
            self._any.append((pattern, entry))

    def find(self, name: str) -> tuple[T, ...]:
        known = self._known.get(name)
        if known is None:
            rows = [
                *self._by_last.get(name.rsplit(".", 1)[-1], ()),
                *self._by_root.get(name.split(".", 1)[0], ()),
                *self._any,
            ]
            # an entry once, though several of its patterns match
            known = tuple(
                {id(entry): entry for pattern, entry in rows if name_pattern(pattern).fullmatch(name)}.values()
            )
            self._known[name] = known
        return known
