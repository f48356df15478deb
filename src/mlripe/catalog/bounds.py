"""How much data from outside may hold, told with its key before anything works on it.

What is beyond a bound was made by a program or by mistake, and would take time and memory that nobody gains from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from mlripe.catalog.glob_syntax import MOST_ALTERNATIVES, has_too_many
from mlripe.catalog.globs import PathGlobs

__all__ = ["SETTINGS", "Bounds", "beyond", "too_many_globs"]

LONGEST_GLOB: Final = 500  # characters
MOST_UNCOMMON: Final = 100  # globs that every path is held against one by one


@dataclass(frozen=True, slots=True)
class Bounds:
    """`entries` of one list or table, `values` in all, `characters` of one text or key, `levels` of nesting."""

    entries: int
    values: int
    characters: int
    levels: int


SETTINGS: Final = Bounds(entries=5000, values=20_000, characters=2000, levels=8)


def beyond(data: Any, bounds: Bounds, key: str = "") -> str:
    """What of plain data is beyond a bound, as `key: what is wrong; the remedy`; "" where all is within.

    `key` leads the keys. Goes down level by level, not by recursion: the data may be deeper than the stack.
    """
    level: list[tuple[str, Any]] = [(key, data)]
    count = 0
    for _ in range(bounds.levels + 1):
        below: list[tuple[str, Any]] = []
        for at, value in level:
            if isinstance(value, str) and len(value) > bounds.characters:
                return f"{at}: is longer than {bounds.characters:,} characters; shorten it"
            if not isinstance(value, dict | list):
                continue
            count += len(value)
            if len(value) > bounds.entries:
                return f"{at or 'it'}: has {len(value):,} entries, more than {bounds.entries:,}; remove some"
            if count > bounds.values:
                return f"{at or 'it'}: more than {bounds.values:,} values stand up to here; remove some"
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            for name, item in pairs:
                if isinstance(name, str) and len(name) > bounds.characters:
                    return f"{at or 'it'}: has a key of more than {bounds.characters:,} characters; shorten it"
                if isinstance(item, dict | list | str):
                    below.append((f"{at}.{name}" if at else str(name), item))
        if not below:
            return ""
        level = below
    return f"{level[0][0][:80]}...: is nested deeper than {bounds.levels} levels; write it flatter"


def too_many_globs(globs: Iterable[str]) -> str:
    """What is wrong with globs that all paths are held against, with its remedy; "" where nothing is."""
    globs = tuple(dict.fromkeys(globs))
    for glob in globs:
        if len(glob) > LONGEST_GLOB:
            return f"{glob[:40]!r}... is longer than {LONGEST_GLOB} characters; shorten it"
        if has_too_many(glob):
            return f"{glob[:40]!r}... stands for more than {MOST_ALTERNATIVES} globs; write fewer braces"
    uncommon = PathGlobs(globs).uncommon
    if uncommon <= MOST_UNCOMMON:
        return ""
    remedy = "name folders as `folder/`, endings as `*.ending`, files by their names"
    return (
        f"{uncommon:,} globs have wildcards that every path must be tried against, more than {MOST_UNCOMMON}; {remedy}"
    )
