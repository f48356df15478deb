"""R source as tokens: words, texts, numbers, brackets and signs, each with its line. One linear pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.work import spend

__all__ = ["Token", "code_of_chunks", "tokens"]

_TOKEN: Final = lazy_regex(
    r"""
      (?P<comment>\#[^\n]*)
    | (?P<text>[rR]?"(?:\\.|[^"\\])*"|[rR]?'(?:\\.|[^'\\])*')
    | (?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[Li]?)
    | (?P<word>`[^`\n]{1,200}`|(?:[^\W\d]|\.(?![\d]))[\w.]*)
    | (?P<sign><<-|<-|->>|->|:::|::|\|>|%[^%\n]{0,20}%|==|!=|<=|>=|&&|\|\||\\\(|[-+*/^=<>!&|~?:$@,;(){}\[\]])
    | (?P<end>\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_BEGINS: Final = lazy_regex(r"[ \t]*`{3,}[ \t]*\{r\b")
_TOKENS: Final = 8  # of a unit of work


class Token(NamedTuple):
    """A token: `kind` is `text`, `number`, `word`, `sign` or `end` (of a line); a text has no quotes."""

    kind: str
    value: str
    line: int


def tokens(source: str) -> Iterator[Token]:
    """The tokens of a source, without comments and blanks."""
    line = 1
    for count, found in enumerate(_TOKEN.finditer(source)):
        if count % _TOKENS == 0:
            spend(1)
        kind, value = str(found.lastgroup), found.group()
        if kind == "text":
            yield Token(kind, value.lstrip("rR")[1:-1], line)
        elif kind != "comment":
            yield Token(kind, value.strip("`") if kind == "word" else value, line)
        line += value.count("\n")


def code_of_chunks(text: str) -> str:
    """The code of an R Markdown or Quarto document, at its lines."""
    out: list[str] = []
    inside = False
    for line in text.split("\n"):
        if inside and line.strip().startswith("```"):
            inside = False
        out.append(line if inside else "")
        inside = inside or _BEGINS.match(line) is not None
    return "\n".join(out)
