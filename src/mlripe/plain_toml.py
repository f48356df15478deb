"""TOML as plain data, within bounds: it may come from a repository that nobody trusts.

A dotted key makes a table for each of its parts, and a parser keeps several objects for each of those: some KB of text
would take a GB. So parts are counted before anything is parsed, in keys alone, however they are written.
"""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["TomlError", "read_toml"]

DEEPEST: Final = 100  # levels of nesting
MOST_PARTS: Final = 100_000  # of all keys with three or more
_MANY_DOTS: Final = re.compile(rf"(?:\.[^.\n]*+){{{DEEPEST}}}")  # in one line; a key is never longer than that
_PART: Final = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+"""
_SKIPPED: Final = r'''"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|\'\'\'(?:[^\']|\'(?!\'\'))*+\'{3,5}|#[^\n]*+'''
_DOTTED: Final = re.compile(rf"{_SKIPPED}|(?P<key>{_PART}(?:\.[ \t]*+{_PART})*+)", re.DOTALL)
_SEPARATOR: Final = re.compile(rf"{_PART}(\.?)", re.DOTALL)


class TomlError(ValueError):
    """A text that is no TOML, or too much of it; the message says what it is or has, and follows its name."""


def read_toml(text: str) -> dict[str, Any]:
    """What a TOML text says. Raises TomlError."""
    import tomli

    if fault := _too_many_parts(text):
        raise TomlError(fault)
    try:
        data = tomli.loads(text)
    except RecursionError:
        raise TomlError(f"is nested more than {DEEPEST} levels deep") from None
    except tomli.TOMLDecodeError as error:
        raise TomlError(f"is not valid TOML: {error}") from None
    except ValueError:
        raise TomlError("has a number or date that is out of range") from None
    if _is_deep(data):
        raise TomlError(f"is nested more than {DEEPEST} levels deep")
    return data


def _too_many_parts(text: str) -> str:
    """What is wrong with dotted keys, "" where nothing is. Looks closer only where there are many dots."""
    if text.count(".") <= MOST_PARTS and not _MANY_DOTS.search(text):
        return ""
    parts = 0
    for found in _DOTTED.finditer(text):
        if found["key"] and found["key"].count(".") > 1:  # one: a number may be written so
            here = _SEPARATOR.findall(found["key"]).count(".")
            parts += here
            if here >= DEEPEST:
                return f"is nested more than {DEEPEST} levels deep"
    return f"has more than {MOST_PARTS:,} parts in its dotted keys" if parts > MOST_PARTS else ""


def _is_deep(data: object) -> bool:
    """Goes down level by level, not by recursion."""
    level = [data]
    for _ in range(DEEPEST + 1):
        below = [node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)]
        level = [item for items in below for item in items]
        if not level:
            return False
    return True
