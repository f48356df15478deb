"""The text of a TOML file as plain data, within bounds. The one place where TOML is parsed.

A dotted key makes a table of each of its parts, and the parser keeps several objects for each of those: some KB of text
would take a GB. So parts are counted before anything is parsed, in keys alone, however they are written.
"""

from __future__ import annotations

import re
from typing import Any, Final

from mlripe.data_limits import DEPTH, TOO_DEEP, beyond_limits
from mlripe.lazy_regex import lazy_regex

__all__ = ["NotToml", "read_toml"]

MOST_PARTS: Final = 100_000  # of all keys with three or more
_MANY_DOTS: Final = lazy_regex(rf"(?:\.[^.\n]*+){{{DEPTH}}}")  # in one line; a key is never longer than that
_PART: Final = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+"""
_SKIPPED: Final = r'''"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|\'\'\'(?:[^\']|\'(?!\'\'))*+\'{3,5}|#[^\n]*+'''
_DOTTED: Final = lazy_regex(rf"{_SKIPPED}|(?P<key>{_PART}(?:\.[ \t]*+{_PART})*+)", re.DOTALL)
_SEPARATOR: Final = lazy_regex(rf"{_PART}(\.?)", re.DOTALL)


class NotToml(ValueError):
    """A text that is no TOML, or breaks a bound. The message goes after "is"; `line` is 0 where no line is at fault."""

    def __init__(self, says: str, line: int = 0) -> None:
        super().__init__(says)
        self.line = line


def read_toml(text: str) -> dict[str, Any]:
    """What a TOML 1.1 text says; dates and times are objects of `datetime`. Raises NotToml."""
    import tomli

    if says := _too_many_parts(text):
        raise NotToml(says)
    try:
        data = tomli.loads(text)
    except RecursionError:  # the parser's own limit, which is above ours
        raise NotToml(TOO_DEEP) from None
    except tomli.TOMLDecodeError as error:
        raise NotToml(f"not valid TOML (line {error.lineno}, column {error.colno})", error.lineno) from None
    except ValueError:
        raise NotToml("not to be read: a number or date of it is out of range") from None
    if says := beyond_limits(data):
        raise NotToml(says if says == TOO_DEEP else f"too large: {says}")
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
            if here >= DEPTH:
                return TOO_DEEP
    return f"too large: more than {MOST_PARTS:,} parts in its dotted keys" if parts > MOST_PARTS else ""
