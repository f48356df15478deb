"""The text of a TOML file as plain data, within bounds. The one place where TOML is parsed."""

from __future__ import annotations

import re
from typing import Any

from mlripe.data_limits import DEPTH, TOO_DEEP, beyond_limits

__all__ = ["NotToml", "read_toml"]

_DOTTED_BOMB = re.compile(rf"(?:\.[^.\n=]{{0,80}}){{{DEPTH}}}")


class NotToml(ValueError):
    """A text that is no TOML, or breaks a bound. The message goes after "is"; `line` is 0 where no line is at fault."""

    def __init__(self, says: str, line: int = 0) -> None:
        super().__init__(says)
        self.line = line


def read_toml(text: str) -> dict[str, Any]:
    """What a TOML 1.1 text says; dates and times are objects of `datetime`. Raises NotToml."""
    import tomli

    if _DOTTED_BOMB.search(text) and any(_dots_in_key(line) > DEPTH for line in text.splitlines()):
        raise NotToml(TOO_DEEP)
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


def _dots_in_key(line: str) -> int:
    return line.partition("=")[0].count(".")
