"""`$(NAME)` in a text that a service fills in before any shell reads it: a variable there, and no command."""

from __future__ import annotations

import re
from typing import Final

from mlripe.lazy_regex import lazy_regex

__all__ = ["macros_as_variables"]

_MACRO: Final = lazy_regex(r"\$\(([A-Za-z_][\w.-]*(?:\[\*\])?)\)")
_TELLING: Final = lazy_regex(r"[A-Z_.]|\w-\w")  # letters that no program's name has which is run without a word more
# programs that are run without a word more, for what they print
_PROGRAMS: Final = frozenset(
    "pwd date nproc whoami hostname arch uname id ls env mktemp uptime getconf tty groups users who logname".split()
)


def macros_as_variables(text: str, *, bare: bool = False) -> str:
    """`text` with `$(NAME)` as `${NAME}`. Only its letters tell it from a program, and with `bare` the name itself:
    there every plain word is a variable that is not a program which people run for its output."""

    def variable(match: re.Match[str]) -> str:
        name = match[1].removesuffix("[*]")
        taken = _TELLING.search(name) or (bare and name not in _PROGRAMS)
        return f"${{{name}}}" if taken else match[0]

    return _MACRO.sub(variable, text) if "$(" in text else text
