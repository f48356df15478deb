"""The tokens of a Groovy text, as far as a Jenkinsfile needs them: words, strings, marks, each with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from mlripe.lazy_regex import lazy_regex

__all__ = ["Token", "call_of", "named", "string_at", "tokens"]

LIMIT: Final = 200_000  # tokens of one text
LONGEST: Final = 100  # tokens of a call's arguments that are looked at

_TOKEN = lazy_regex(
    r"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z)|\A\#![^\n]*)"
    r"|(?P<string>'''(?:[^'\\]|\\.|'(?!''))*(?:''')?|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*(?:\"\"\")?"
    r"|'(?:[^'\\\n]|\\.)*'?|\"(?:[^\"\\\n]|\\.)*\"?)"
    r"|(?P<pattern>~\s*/(?![/*])(?:[^/\\\n]|\\.)*/?)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<newline>\n)"
    r"|(?P<mark>[^\s\w]|\d[\w.]*)",
    re.DOTALL,
)
_ESCAPE = lazy_regex(r"\\([^\n])", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "", "b": "", "f": ""}
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


class Token(Struct, frozen=True):
    """`kind`: word | string | mark | newline | pattern. A string's text has its quotes and escapes removed."""

    kind: str
    text: str
    line: int
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of a text without its comments and blanks."""
    found: list[Token] = []
    line = 1
    for match in _TOKEN.finditer(text):
        kind, token = str(match.lastgroup), match[0]
        if kind != "comment" and len(found) < LIMIT:
            value = _unquoted(token) if kind == "string" else token
            found.append(Token(kind, value, line, match.start(), match.end()))
        line += token.count("\n")
    return found


def _unquoted(token: str) -> str:
    quotes = 3 if token[:3] in ("'''", '"""') else 1
    closed = len(token) >= 2 * quotes and token.endswith(token[:quotes])
    inner = token[quotes : -quotes if closed else None]
    # A backslash at a line's end stays: the shell continues the line as Groovy would.
    return _ESCAPE.sub(lambda match: _LETTERS.get(match[1], match[1]), inner) if "\\" in inner else inner


def call_of(found: Sequence[Token], index: int) -> list[Token]:
    """The arguments of the call whose name is at `index`: what is in its parentheses, or the rest of its statement."""
    first = index + 1
    if first < len(found) and found[first].text == "(" and found[first].kind == "mark":
        return _until(found, first + 1, stop_at_newline=False)
    return _until(found, first, stop_at_newline=True)


def _until(found: Sequence[Token], first: int, *, stop_at_newline: bool) -> list[Token]:
    depth = 0
    for index in range(first, min(len(found), first + LONGEST)):
        token = found[index]
        if token.kind == "mark":
            if token.text in _CLOSE:
                if depth == 0:
                    return list(found[first:index])
                depth -= 1
            elif token.text in _OPEN:
                if depth == 0 and token.text == "{" and stop_at_newline:
                    return list(found[first:index])
                depth += 1
        ends = token.kind == "newline" or token.text == ";"
        if ends and depth == 0 and stop_at_newline and not (index > first and found[index - 1].text == ","):
            return list(found[first:index])
    return list(found[first : first + LONGEST])


def named(arguments: Sequence[Token], name: str) -> int:
    """Where in a call's arguments the value of `name:` begins; -1 if it is not given."""
    for index, token in enumerate(arguments[:-1]):
        if token.kind == "word" and token.text == name and arguments[index + 1].text == ":":
            return index + 2
    return -1


def string_at(arguments: Sequence[Token], first: int) -> tuple[str, int]:
    """The text of the string expression that begins at `first`, and its line; a name added to it becomes `${name}`.

    ("", 0) where no string stands there.
    """
    text, line, name = "", 0, ""
    operand = True  # one may stand here: at the beginning, and behind each plus
    for token in arguments[max(first, 0) :]:
        if token.kind == "string" and operand:
            text, line, operand = text + token.text, line or token.line, False
        elif token.kind == "word" or token.text == ".":
            name += token.text
        elif token.text == "+":
            text, name, operand = text + _variable(name), "", True
        elif token.kind != "newline":
            break
    return (text + _variable(name), line) if line else ("", 0)


def _variable(name: str) -> str:
    return f"${{{name}}}" if name else ""
