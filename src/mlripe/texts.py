"""Small questions about texts that every room asks."""

from __future__ import annotations

from typing import AnyStr

__all__ = ["capitalized", "line_at"]


def line_at(text: AnyStr, offset: int) -> int:
    """The line, from 1, in which the character or byte at an offset stands."""
    mark = "\n" if isinstance(text, str) else b"\n"
    return text.count(mark, 0, offset) + 1


def capitalized(text: str) -> str:
    """The text with its first letter in upper case, and all others as they are."""
    return text[:1].upper() + text[1:]
