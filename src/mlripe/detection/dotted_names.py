"""Dotted names with globs: `mlflow.log_*`, `**.MlflowClient.*`, `.fit` (a method of whatever)."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from mlripe.catalog.glob_syntax import literals
from mlripe.catalog.globs import walk

__all__ = ["NameIndex", "name_matches"]

_MOST_KEPT = 20_000  # names of which it is kept what they match
T = TypeVar("T")


def _matches(name: str, pattern: str) -> bool:
    """`*` is one part of a name or a piece of it, `**` any number of parts; the common shapes need no expression."""
    if "*" not in pattern:
        return name == pattern or (pattern.startswith(".") and name.endswith(pattern))
    if pattern.startswith("**.") and "*" not in pattern[3:]:
        return name == pattern[3:] or name.endswith(pattern[2:])
    first, between, last = pattern.partition(".**.")
    if between and "*" not in first and "*" not in last:
        return name == f"{first}.{last}" or (
            name.startswith(first + ".") and name.endswith("." + last) and len(name) > len(first) + len(last) + 1
        )
    return walk(_parts(pattern), name.split("."))


@lru_cache(maxsize=8192)
def _parts(pattern: str) -> tuple[str, ...]:
    return tuple(("**" + pattern if pattern.startswith(".") else pattern).split("."))


def name_matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether any of the patterns matches the name."""
    return bool(patterns) and bool(_index_of(patterns).find(name))


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
                *(self._any if self._held.search(name) else ()),
            ]
            # an entry once, though several of its patterns match
            known = tuple({id(entry): entry for pattern, entry in rows if _matches(name, pattern)}.values())
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[name] = known
        return known

    @cached_property
    def _held(self) -> re.Pattern[str]:
        """The longest literal piece of each pattern without a root and a last part: a name without any matches none."""
        texts = ([part for text in literals(pattern) for part in text.split(".")] for pattern, _ in self._any)
        pieces = {max(parts, key=len, default="") for parts in texts}
        return re.compile("|".join(re.escape(piece) for piece in sorted(pieces)) or r"(?!)")


@lru_cache(maxsize=2048)
def _index_of(patterns: tuple[str, ...]) -> NameIndex[None]:
    index = NameIndex[None]()
    for pattern in patterns:
        index.add(pattern, None)
    return index
