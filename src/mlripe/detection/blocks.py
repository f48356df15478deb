"""The text of what begins at a line: a call or a block by its brackets, a key of YAML by its indentation."""

from __future__ import annotations

from typing import Final

from mlripe.lazy_regex import lazy_regex

__all__ = ["block_at"]

_LONGEST: Final = 400  # lines
_BRACKETS = lazy_regex(rb"[(\[{]|[)\]}]")


def block_at(text: bytes, line: int) -> bytes:
    """The lines from `line` (the first is 1) to the end of the block that begins there."""
    lines = text.split(b"\n")[line - 1 : line - 1 + _LONGEST] if line > 0 else []
    if not lines:
        return b""
    if lines[0].rstrip().endswith(b":"):
        around = _indented(lines[0])
        end = next(
            (at for at, each in enumerate(lines) if at and each.strip() and _indented(each) <= around), len(lines)
        )
        return b"\n".join(lines[:end])
    depth = 0
    for at, each in enumerate(lines):
        depth += sum(1 if mark[0] in b"([{" else -1 for mark in _BRACKETS.findall(each))
        if depth <= 0:
            return b"\n".join(lines[: at + 1])
    return b"\n".join(lines)


def _indented(line: bytes) -> int:
    return len(line) - len(line.lstrip())
