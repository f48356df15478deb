"""How deep and how large the plain data of one text may be; what is beyond is refused, whatever the parser allows."""

from __future__ import annotations

from typing import Final

__all__ = ["DEPTH", "NODES", "TOO_DEEP", "beyond_limits", "too_deep"]

DEPTH: Final = 100  # levels
NODES: Final = 200_000  # values of a text


def too_deep(levels: int) -> str:
    """What is said of data with more levels than that."""
    return f"nested more than {levels} levels deep"


TOO_DEEP: Final = too_deep(DEPTH)
_BITS: Final = 14_000  # of a whole number: Python writes out no more than 4,300 digits, and reads any in base 16


def beyond_limits(data: object) -> str:
    """Which limit plain data breaks, as words that go after "is" or stand alone; "" where it breaks none.

    Goes down level by level, not by recursion: the data may be deeper than our stack.
    """
    level, count = [data], 1
    for _ in range(DEPTH + 1):
        below = [node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)]
        level = [item for items in below for item in items]
        count += len(level)
        if not level:
            return ""
        if count > NODES:
            return f"more than {NODES} values"
        if any(type(item) is int and item.bit_length() > _BITS for item in level):
            return "a number of too many digits"
    return TOO_DEEP
