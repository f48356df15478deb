"""Why a text cannot be parsed, in words of our own.

A parser's own message is shown nowhere: it changes from one version of a library, or of Python, to the next, and what
mlripe says of a file must not.
"""

from __future__ import annotations

import re
from typing import Any, Final

from mlripe.data_limits import DEPTH, TOO_DEEP, too_deep
from mlripe.lazy_regex import lazy_regex
from mlripe.texts import line_at

__all__ = ["why_not_yaml"]

_BY_CLASS: Final = {  # of PyYAML and of ruamel.yaml, which name their errors alike
    "ReaderError": "it holds a character that YAML does not allow",
    "ComposerError": "it holds more than one document, or an alias without its anchor",
    "ConstructorError": "a tag, a key or a merge in it cannot be taken",
    "DuplicateKeyError": "a key stands twice in one mapping",
    "RecursionError": TOO_DEEP,
    "ValueError": "a date or a number in it does not exist",
}
_MERGE: Final = lazy_regex(r"^<{7} ", re.MULTILINE)
LONGEST_LINE: Final = 1_000  # characters of one that are looked at: the time goes with their square
_BY_LINE: Final = (  # what people get wrong, as the line shows it at which a parser gives up
    (lazy_regex(r" *\t"), "a tab indents the line; use spaces"),
    (lazy_regex(r"""[ -]*[^\s'"#\[{][^'"#\[{]*?:\s[^'"#\[{]*?:\s"""), "two keys stand in one line; quote the text"),
    (lazy_regex(r"(?:.*?[:-]\s|\s*)[@`%]"), "no value begins with @, ` or %; quote it"),
)


def why_not_yaml(error: Exception, text: str, deepest: int = DEPTH) -> tuple[str, int]:
    """What is wrong with a YAML text that a parser refused with `error`, and the line of it; ("", 0) for not known.

    `deepest`: the levels of nesting that are allowed. Parsers have limits of their own, and some meet them while they
    look ahead, before they give anything of what is nested.
    """
    mark: Any = getattr(error, "problem_mark", None)
    if mark is None:
        return _BY_CLASS.get(type(error).__name__, ""), 0
    if merge := _MERGE.search(text):
        return "a merge is not finished in it", line_at(text, merge.start())
    line = _line(text, mark.line)
    if _left_open(line[: mark.column]) > deepest:
        return too_deep(deepest), mark.line + 1
    line = line[:LONGEST_LINE]
    by_line = next((says for pattern, says in _BY_LINE if pattern.match(line)), "")
    return _BY_CLASS.get(type(error).__name__, by_line), mark.line + 1


def _line(text: str, number: int) -> str:
    """A line, counted from 0, as a parser of YAML counts them; "" behind the last."""
    lines = re.split(r"\r\n|[\r\n\x85\u2028\u2029]", text)
    return lines[number] if number < len(lines) else ""


def _left_open(text: str) -> int:
    """How many brackets are open at the end of a text."""
    return sum(text.count(bracket) for bracket in "[{") - sum(text.count(bracket) for bracket in "]}")
