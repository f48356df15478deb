"""Functions of make that choose among words, such as `$(if ...)`, `$(or ...)` and `$(firstword ...)`.

`PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)` is how a Makefile finds its interpreter. A
variable that nothing sets is empty, as it is for make. What only the machine tells (`wildcard`, `shell`) is unknown;
then the word that is given for the case without it is taken.
https://www.gnu.org/software/make/manual/html_node/Functions.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from mlripe.lazy_regex import lazy_regex

__all__ = ["chosen_words", "closing_bracket"]

_MOST: Final = 40  # calls in one text
_LONGEST: Final = 20_000  # characters of a text
_CALL: Final = lazy_regex(r"\$([({])(if|or|filter|strip|firstword|lastword)\s")
_UNSET: Final = lazy_regex(r"\$(?:\([\w.-]+\)|\{[\w.-]+\})")
_SHELL: Final = lazy_regex(r"\$[({]shell\s+(?:command\s+-v|which|type\s+-p)\s+([\w.+-]+)[^(){}]*[)}]")


def chosen_words(text: str, most: int) -> str:
    """`text`, in which variables are filled in, with the words that its functions choose.

    `most` is how many characters one call may hold; a text that is far longer is left as it is.
    """
    if len(text) > _LONGEST or "$" not in text:
        return text
    text = _SHELL.sub(r"\1", text)
    for _ in range(_MOST):
        calls = [*_CALL.finditer(text)]
        if not calls:
            break
        call = calls[-1]  # the last that opens holds no other
        end = closing_bracket(text, call.start() + 1, most)
        chosen = _CHOOSE[call[2]](_arguments(text[call.end() : end - 1])) if end else None
        if chosen is None:
            break
        text = text[: call.start()] + chosen + text[end:]
    return text


def closing_bracket(text: str, start: int, most: int) -> int:
    """Behind the bracket that closes the one at `start`; 0 where none does within reach."""
    opens, closes, level = text[start], {"(": ")", "{": "}"}[text[start]], 0
    for index in range(start, min(start + most, len(text))):
        level += (text[index] == opens) - (text[index] == closes)
        if level == 0:
            return index + 1
    return 0


def _arguments(text: str) -> list[str]:
    """What stands between the commas that are in no brackets."""
    found, level, start = [], 0, 0
    for index, mark in enumerate(text):
        level += (mark in "({") - (mark in ")}")
        if mark == "," and level == 0:
            found.append(text[start:index])
            start = index + 1
    return [*found, text[start:]]


def _value(text: str) -> str | None:
    """A text as make has it: what nothing sets is empty; None where only the machine tells."""
    known = _UNSET.sub("", text).strip()
    return None if "$" in known else known


def _if(given: list[str]) -> str:
    holds = _value(given[0])
    then, other = (*given[1:], "", "")[:2]
    if holds is None:
        return other if other.strip() else then
    return then if holds else other


def _or(given: list[str]) -> str:
    known = next((value for each in given if (value := _value(each))), "")
    return known or next((each.strip() for each in given if _value(each) is None), "")


def _filter(given: list[str]) -> str | None:
    wanted, words = (_value(each) for each in (*given, "")[:2])
    if wanted is None or words is None or "%" in wanted:
        return None
    return " ".join(word for word in words.split() if word in wanted.split())


def _words(given: list[str]) -> list[str]:
    return ",".join(given).split()


_CHOOSE: Final[Mapping[str, Callable[[list[str]], str | None]]] = {
    "if": _if,
    "or": _or,
    "filter": _filter,
    "strip": lambda given: " ".join(_words(given)),
    "firstword": lambda given: "".join(_words(given)[:1]),
    "lastword": lambda given: "".join(_words(given)[-1:]),
}
