"""Regular expressions of modules, compiled when they are first used: a run uses a third of those that it imports."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

__all__ = ["lazy_regex"]

_KEPT = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")


class _Lazy:
    """Stands for a `re.Pattern`; its methods become those of the compiled one."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(*self._given)
        for each in _KEPT:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)


def lazy_regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, except that nothing is compiled, and no fault is found, before it is used."""
    return cast("re.Pattern[AnyStr]", _Lazy(pattern, flags))
