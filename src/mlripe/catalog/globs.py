"""Globs on paths, as gitignore writes them, compiled for many paths at once.

A pattern without a slash (or with one only at its end) matches at any depth; one with a slash is anchored at the root;
`*` and `?` stay within a path segment, `**` does not; a trailing slash matches what lies below a folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["matcher", "matches", "translate"]


def translate(pattern: str) -> str:
    """The regular expression (for `fullmatch` on a path) of one glob."""
    below = pattern.endswith("/")
    core = pattern.strip("/")
    anchored = "/" in pattern.rstrip("/")
    out = "" if anchored and not core.startswith("**/") else "(?:.*/)?"
    if core.startswith("**/"):
        core = core[3:]
    for part in re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\]|\{[^}]*\})", core):
        if part == "**/":
            out += "(?:.*/)?"
        elif part == "**":
            out += ".*"
        elif part == "*":
            out += "[^/]*"
        elif part == "?":
            out += "[^/]"
        elif part.startswith("[") and part.endswith("]"):
            out += part.replace("[!", "[^")
        elif part.startswith("{") and part.endswith("}"):
            out += "(?:" + "|".join(re.escape(option) for option in part[1:-1].split(",")) + ")"
        else:
            out += re.escape(part)
    return out + "/.*" if below else out


@lru_cache(maxsize=1024)
def matcher(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One compiled expression for all of `patterns`; use its `fullmatch`."""
    return re.compile("|".join(f"(?:{translate(p)})" for p in patterns) or r"(?!)", re.DOTALL)


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether any of the globs matches the path."""
    return matcher(tuple(patterns)).fullmatch(path) is not None
