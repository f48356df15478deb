"""HCL, Terraform's language, as a document in the shape of its JSON syntax: `{"resource": {type: {name: {...}}}}`.

One pass over the text. A literal is its value; any other expression is kept as written, `"${aws_s3_bucket.data.id}"`. A
block that stands once is a mapping, one that is repeated a list of them. What cannot be parsed is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mlripe.facts import BLOCK, Document
from mlripe.lazy_regex import lazy_regex

__all__ = ["load_hcl"]

DEEPEST = 40
LONGEST = 20_000  # characters kept of one expression or text
SIZE = 1_000_000  # characters of a file that are read
ENCODERS = frozenset({"jsonencode", "yamlencode", "tomap", "tolist", "toset"})

TOKEN = lazy_regex(
    r"(?P<space>[ \t\r\f]+)|(?P<newline>\n)|(?P<comment>\#[^\n]*|//[^\n]*)|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<number>\d[\w.]*)|(?P<heredoc><<-?[A-Za-z_]\w*[ \t]*\r?\n)|(?P<mark>.)",
    re.DOTALL,
)
Path = tuple[str | int, ...]


class _Token(Struct, frozen=True):
    kind: str  # name | number | string | heredoc | newline | mark
    text: str  # of a string or heredoc: its content
    line: int
    start: int
    end: int


def load_hcl(text: str) -> Document:
    """The document of an HCL text, with the lines of its blocks and attributes."""
    parser = _Parser(text[:SIZE])
    data = parser.body((), 0)
    return Document(data, parser.lines)


def _tokens(text: str) -> Iterator[_Token]:
    position, line = 0, 1
    while position < len(text):
        found = TOKEN.match(text, position)
        assert found  # the last alternative takes any character
        kind, start, end = str(found.lastgroup), position, found.end()
        if kind == "mark" and found.group() == '"':
            end = _string_end(text, position)
            yield _Token("string", text[start + 1 : end - 1][:LONGEST], line, start, end)
        elif kind == "heredoc":
            end = _heredoc_end(text, found)
            yield _Token("heredoc", text[found.end() : text.rfind("\n", 0, end) + 1][:LONGEST], line, start, end)
        elif kind == "mark" and text.startswith("/*", position):
            close = text.find("*/", position + 2)
            end = close + 2 if close >= 0 else len(text)
        elif kind not in ("space", "comment"):
            yield _Token(kind, found.group(), line, start, end)
        line += text.count("\n", start, end)
        position = end


def _string_end(text: str, start: int) -> int:
    """The end of a quoted text, which may hold `${...}` with quoted texts in it."""
    position, nested = start + 1, 0
    while position < len(text):
        mark = text[position]
        if mark == "\\":
            position += 1
        elif mark == "\n" and not nested:
            return position  # unclosed: the line ends it
        elif text.startswith(("${", "%{"), position):
            nested += 1
            position += 1
        elif mark == "}" and nested:
            nested -= 1
        elif mark == '"' and not nested:
            return position + 1
        position += 1
    return len(text)


def _heredoc_end(text: str, opening: re.Match[str]) -> int:
    """The end of the line that closes a heredoc; of the text, if none does."""
    word = opening.group().strip("<- \t\r\n")
    position = opening.end()
    while position < len(text):
        end = text.find("\n", position)
        end = end if end >= 0 else len(text)
        if text[position:end].strip() == word:
            return end
        position = end + 1
    return len(text)


class _Parser:
    """Reads bodies, attributes and values; `lines` collects where each stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0
        self.lines: dict[Path, int] = {}

    def body(self, path: Path, depth: int) -> dict[str, object]:
        """A body up to its closing brace, or the end."""
        data: dict[str, object] = {}
        while (token := self._peek()) is not None:
            if token.text == "}" and token.kind == "mark":
                self.at += 1
                break
            if token.kind not in ("name", "string"):
                self.at += 1
                continue
            self._statement(data, path, depth)
        return data

    def _statement(self, data: dict[str, object], path: Path, depth: int) -> None:
        first = self._next()
        labels = [first.text]
        while (token := self._peek()) is not None and token.kind in ("name", "string"):
            labels.append(self._next().text)
        mark = token.text if token and token.kind == "mark" else ""
        if mark in ("=", ":") and len(labels) == 1:
            self.at += 1
            self._attribute(data, (*path, first.text), first.line, depth)
        elif mark == "{":
            self.at += 1
            self._block(data, labels, path, first.line, depth)

    def _attribute(self, data: dict[str, object], path: Path, line: int, depth: int) -> None:
        self.lines[path] = line
        self._skip_newlines()
        token = self._peek()
        if token and token.kind == "heredoc":
            self.lines[(*path, BLOCK)] = token.line + 1
        data[str(path[-1])] = self._value(path, depth + 1)

    def _block(self, data: dict[str, object], labels: list[str], path: Path, line: int, depth: int) -> None:
        if depth > DEEPEST:
            self._skip_to("}")
            return
        holder, here = data, path
        for label in labels[:-1]:
            here = (*here, label)
            self.lines.setdefault(here, line)
            below = holder.setdefault(label, {})
            if not isinstance(below, dict):
                below = {}
            holder = below
        last = labels[-1]
        known = holder.get(last)
        if known is None:
            here = (*here, last)
            self.lines[here] = line
            holder[last] = self.body(here, depth + 1)
            return
        many = known if isinstance(known, list) else [known]
        if not isinstance(known, list):
            self._move(known, (*here, last), (*here, last, 0))
        here = (*here, last, len(many))
        self.lines[here] = line
        many.append(self.body(here, depth + 1))
        holder[last] = many

    def _move(self, value: object, path: Path, to: Path) -> None:
        """The only block of its name becomes the first of several, and so do the lines below it."""
        for at in (path, (*path, BLOCK)):
            if at in self.lines:
                self.lines[(*to, *at[len(path) :])] = self.lines[at]
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, below in inside:
            self._move(below, (*path, key), (*to, key))

    def _value(self, path: Path, depth: int) -> object:
        begin = self.at
        value = self._simple(path, depth)
        token = self._peek()
        if value is not None and (token is None or token.kind == "newline" or token.text in (",", "}", "]", ")")):
            return value
        self.at = begin
        return self._expression()

    def _simple(self, path: Path, depth: int) -> object:
        """A value that is written out; None for one that has to be worked out."""
        token = self._peek()
        if token is None or depth > DEEPEST:
            return None
        self.at += 1
        if token.kind in ("string", "heredoc"):
            return token.text
        if token.kind == "number":
            return int(token.text) if token.text.isdigit() and len(token.text) < 19 else token.text
        if token.text in ("true", "false"):
            return token.text == "true"
        if token.text == "[":
            return self._list(path, depth)
        if token.text == "{":
            return self._object(path, depth)
        if token.text in ENCODERS and (after := self._peek()) and after.text == "(":
            self.at += 1
            self._skip_newlines()
            value = self._simple(path, depth + 1)
            self._skip_newlines()
            closing = self._peek()
            if value is not None and closing and closing.text == ")":
                self.at += 1
                return value
        return None

    def _list(self, path: Path, depth: int) -> list[object] | None:
        found: list[object] = []
        while (token := self._peek()) is not None:
            if token.kind == "newline" or (token.text == "," and token.kind == "mark"):
                self.at += 1
            elif token.text == "]" and token.kind == "mark":
                self.at += 1
                return found
            elif token.text == "for" and not found:
                return None
            else:
                here = (*path, len(found))
                self.lines[here] = token.line
                begin = self.at
                found.append(self._value(here, depth + 1))
                if self.at == begin:
                    return None
        return found

    def _object(self, path: Path, depth: int) -> dict[str, object] | None:
        found: dict[str, object] = {}
        while (token := self._peek()) is not None:
            if token.text == "}" and token.kind == "mark":
                self.at += 1
                return found
            if token.text == "for" and token.kind == "name":
                return None
            if token.kind not in ("name", "string"):
                self.at += 1
                continue
            self._statement(found, path, depth)
        return found

    def _expression(self) -> str:
        """The source of an expression, up to the line's end outside of all brackets."""
        first = self._peek()
        nested, end = 0, first.start if first else 0
        while (token := self._peek()) is not None:
            if token.kind == "mark" and token.text in "([{":
                nested += 1
            elif token.kind == "mark" and token.text in ")]}":
                if not nested:
                    break
                nested -= 1
            elif not nested and (token.kind == "newline" or token.text == ","):
                break
            end = token.end
            self.at += 1
        source = self.text[first.start : end][:LONGEST] if first else ""
        return "${" + source.strip() + "}"

    def _skip_to(self, closing: str) -> None:
        nested = 1
        while nested and (token := self._peek()) is not None:
            nested += (token.text == "{") - (token.text == closing) if token.kind == "mark" else 0
            self.at += 1

    def _skip_newlines(self) -> None:
        while (token := self._peek()) is not None and token.kind == "newline":
            self.at += 1

    def _peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _next(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]
