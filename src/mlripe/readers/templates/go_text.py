"""Templates in the language of Go's `text/template`, as the Databricks command line fills them in.

The language: https://pkg.go.dev/text/template. What Databricks adds to it (`skip`, `regexp`, `url`, ...):
https://docs.databricks.com/en/dev-tools/bundles/templates.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.read_anew import Rendered
from mlripe.readers.templates.rendered import LONGEST_VALUE, TooLong, Unknown, Writer, is_true, text_of_value

__all__ = ["Definitions", "definitions_in", "render_go"]

_OPENED: Final = lazy_regex(r"\{\{(?:(-)\s)?")
_PIECE: Final = lazy_regex(r"`[^`]*`|\"(?:\\.|[^\"\\\n])*\"|\}\}")
_LONGEST_ACTION: Final = 5_000  # characters
_TOKEN: Final = lazy_regex(
    r"`(?P<raw>[^`]*)`|\"(?P<text>(?:\\.|[^\"\\])*)\"|(?P<number>-?\d+(?:\.\d+)?)\b"
    r"|(?P<field>\$?\w*(?:\.\w+)+|\$\w*|\.)|(?P<mark>:=|[()|=,])|(?P<word>\w+)"
)
_DEEPEST: Final = 12  # definitions that use each other
_DEEPEST_WORDS: Final = 30  # parentheses in parentheses
_MOST_ACTIONS: Final = 50_000


class _Chunk(Struct, frozen=True):
    """A piece of a template: text, or an action's words (`action` is True), from this line."""

    text: str
    line: int
    action: bool


Definitions = dict[str, tuple[_Chunk, ...]]


class _Frame(Struct):
    """An `if`, `with` or `range` that is open. `done`: a branch of it was taken; `outer`: the text around it counts."""

    done: bool
    outer: bool
    dot: object


class _State(Struct):
    values: Mapping[str, object]
    definitions: Definitions
    writer: Writer
    skipped: list[str] = field(default_factory=list)
    variables: dict[str, object] = field(default_factory=dict)
    actions: int = 0


def definitions_in(text: str) -> Definitions:
    """The `define` blocks of a template, by name."""
    found: Definitions = {}
    name, depth = "", 0
    inside: list[_Chunk] = []
    for chunk in _chunks(text):
        word = _first_word(chunk.text) if chunk.action else ""
        if not name:
            if word == "define":
                name, depth, inside = _quoted(chunk.text), 1, []
            continue
        depth += (word in ("if", "with", "range", "block")) - (word == "end")
        if depth:
            inside.append(chunk)
        else:
            found[name], name = tuple(inside), ""
    return found


def render_go(
    text: str, values: Mapping[str, object], definitions: Definitions | None = None
) -> tuple[Rendered, tuple[str, ...]]:
    """The text that a template gives with these values, and the paths that it says to leave out (`skip`)."""
    state = _State(values, {**(definitions or {}), **definitions_in(text)}, Writer())
    try:
        _run(tuple(_chunks(text)), state, dict(values), 0, 0)
    except (TooLong, RecursionError):
        return Rendered(text, tuple(range(1, text.count("\n") + 2))), tuple(state.skipped)
    return state.writer.rendered(), tuple(state.skipped)


def _chunks(text: str) -> Iterator[_Chunk]:
    """A template in pieces, with the blanks gone that its `{{-` and `-}}` trim."""
    at, line, trim = 0, 1, False
    while opened := _OPENED.search(text, at):
        close = _closing(text, opened.end())
        if close < 0:
            break
        before = text[at : opened.start()]
        yield _text(before, line, trim, bool(opened[1]))
        line += before.count("\n")
        words = text[opened.end() : close]
        trim = words.endswith((" -", "\n-"))
        yield _Chunk((words[:-1] if trim else words).strip(), line, True)
        at = close + 2
        line += text.count("\n", opened.start(), at)
    yield _text(text[at:], line, trim, False)


def _closing(text: str, start: int) -> int:
    """Where the action ends that begins here; -1 for nowhere. Braces in a text of it end nothing."""
    piece = next((found for found in _PIECE.finditer(text, start, start + _LONGEST_ACTION) if found[0] == "}}"), None)
    return piece.start() if piece else -1


def _text(text: str, line: int, trim_start: bool, trim_end: bool) -> _Chunk:
    if trim_start:
        kept = text.lstrip()
        line += text[: len(text) - len(kept)].count("\n")
        text = kept
    return _Chunk(text.rstrip() if trim_end else text, line, False)


def _run(chunks: tuple[_Chunk, ...], state: _State, dot: object, fixed: int, depth: int) -> None:
    """Writes what the pieces give; `fixed` is the line that all of it is told at, where another template uses them."""
    frames: list[_Frame] = []
    defining = 0
    active = True
    for chunk in chunks:
        if not chunk.action:
            if active and not defining:
                state.writer.add(chunk.text, fixed or chunk.line, fixed=bool(fixed))
            continue
        state.actions += 1
        if state.actions > _MOST_ACTIONS:
            raise TooLong
        word = _first_word(chunk.text)
        rest = chunk.text[len(word) :].strip()
        if defining or word == "define":
            defining += (word in ("define", "if", "with", "range", "block")) - (word == "end")
        elif word in ("if", "with", "range", "block"):
            value = _pipeline(rest, state, dot) if active and word != "block" else Unknown(word)
            taken = active and is_true(value)
            frames.append(_Frame(taken, active, dot))
            dot = value if word == "with" and taken else Unknown(word) if word == "range" else dot
            active = taken
        elif word == "else" and frames:
            frame = frames[-1]
            dot = frame.dot
            open_still = frame.outer and not frame.done
            asked = rest.removeprefix("if") if _first_word(rest) == "if" else ""
            active = open_still and (not asked or is_true(_pipeline(asked, state, dot)))
            frame.done = frame.done or active
        elif word == "end" and frames:
            frame = frames.pop()
            active, dot = frame.outer, frame.dot
        elif active and word == "template":
            used = state.definitions.get(_quoted(rest))
            if used is not None and depth < _DEEPEST:
                _run(used, state, dot, fixed or chunk.line, depth + 1)
        elif active:
            value = _statement(chunk.text, state, dot)
            state.writer.add(text_of_value(value), fixed or chunk.line, fixed=True)


def _first_word(words: str) -> str:
    found = re.match(r"[a-z]+", words)
    return found[0] if found else ""


def _quoted(words: str) -> str:
    found = re.search(r"[`\"]([^`\"]*)[`\"]", words)
    return found[1] if found else ""


def _statement(words: str, state: _State, dot: object) -> object:
    """An action that is no keyword: its value, "" for a variable that is set and for a comment."""
    if words.startswith("/*"):
        return ""
    setting = re.match(r"(\$\w+)\s*:?=\s*", words)
    if setting:
        state.variables[setting[1]] = _pipeline(words[setting.end() :], state, dot)
        return ""
    return _pipeline(words, state, dot)


def _pipeline(words: str, state: _State, dot: object) -> object:
    tokens = list(_TOKEN.finditer(words[:LONGEST_VALUE]))
    return _Reading(tokens, state, dot).pipeline(0)


class _Reading:
    """The words of one action, worked out from left to right."""

    def __init__(self, tokens: list[re.Match[str]], state: _State, dot: object) -> None:
        self._tokens, self._state, self._dot = tokens, state, dot
        self._at = 0

    def pipeline(self, depth: int) -> object:
        value: object = Unknown("")
        given: list[object] = []
        while self._at < len(self._tokens):
            value = self._command(given, depth)
            given = [value]
            if not self._take("|"):
                break
        return value

    def _take(self, mark: str) -> bool:
        here = self._at < len(self._tokens) and self._tokens[self._at]["mark"] == mark
        self._at += here
        return here

    def _command(self, given: list[object], depth: int) -> object:
        operands: list[object] = []
        name = ""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token["mark"] in ("|", ")"):
                break
            self._at += 1
            if token["word"] and not operands and not name:
                name = token["word"]
            elif token["mark"] == "(":
                inner = self.pipeline(depth + 1) if depth < _DEEPEST_WORDS else Unknown("")
                self._take(")")
                operands.append(inner)
            elif (
                token["field"] and operands and token["field"].startswith(".") and _touches(self._tokens, self._at - 1)
            ):
                operands[-1] = _member(operands[-1], token["field"])
            else:
                operands.append(self._operand(token))
        operands += given
        if name:
            return _called(name, operands, self._state)
        if operands and isinstance(operands[0], _Method):
            return operands[0].called(operands[1:])
        return operands[0] if operands else Unknown("")

    def _operand(self, token: re.Match[str]) -> object:
        if token["raw"] is not None:
            return token["raw"]
        if token["text"] is not None:
            return re.sub(r"\\(.)", r"\1", token["text"])
        if token["number"]:
            return float(token["number"])
        if token["word"]:
            return {"true": True, "false": False}.get(token["word"], Unknown(token["word"]))
        return self._field(token["field"] or "")

    def _field(self, path: str) -> object:
        first, *names = path.split(".")
        value: object = self._state.values if first == "$" else self._dot
        if first not in ("", "$"):
            value = self._state.variables.get(first, Unknown(first.lstrip("$")))
        for name in filter(None, names):
            value = value.get(name, Unknown(name)) if isinstance(value, Mapping) else Unknown(name)
        return value


class _Method(Struct, frozen=True):
    """`(regexp `...`).ReplaceAllString`: a method that waits for what it is asked of."""

    expression: str
    name: str

    def called(self, given: list[object]) -> object:
        if self.name not in ("ReplaceAllString", "ReplaceAllLiteralString") or len(given) < 2:
            return Unknown(self.name)
        text, new = text_of_value(given[0]), text_of_value(given[1])
        simple = re.fullmatch(r"\[\^?[\w-]+\]\+?|[\w.-]|\\\.\w*", self.expression)  # what takes linear time
        try:
            return re.sub(self.expression, lambda _: new, text)[:LONGEST_VALUE] if simple else Unknown(text)
        except re.error:
            return Unknown(text)


def _touches(tokens: list[re.Match[str]], at: int) -> bool:
    """Whether nothing stands between a token and the one before it: `(regexp `x`).Method` is one operand."""
    return at > 0 and tokens[at - 1].end() == tokens[at].start()


def _member(value: object, path: str) -> object:
    name = path.rsplit(".", 1)[1]
    if isinstance(value, _Method):
        return _Method(value.expression, name)
    return Unknown(name)


def _called(name: str, given: list[object], state: _State) -> object:
    if name in ("true", "false"):
        return name == "true"
    if name == "skip":
        if given and not isinstance(given[0], Unknown):
            state.skipped.append(text_of_value(given[0]))
        return ""
    if name in ("eq", "ne"):
        if len(given) < 2 or any(isinstance(value, Unknown) for value in given):
            return Unknown(name)
        return (given[0] in given[1:]) is (name == "eq")
    if name == "not":
        return given[0] if given and isinstance(given[0], Unknown) else not (given and given[0])
    if name in ("and", "or"):
        return _chosen(given, name == "or")
    if name in ("print", "println"):
        return "".join(map(text_of_value, given))[:LONGEST_VALUE]
    if name == "printf" and given:
        texts = iter(map(text_of_value, given[1:]))
        return re.sub(r"%[sdvq]", lambda _: next(texts, ""), text_of_value(given[0]))[:LONGEST_VALUE]
    if name == "regexp" and given:
        return _Method(text_of_value(given[0]), "")
    return Unknown(name)


def _chosen(given: list[object], decides: bool) -> object:
    """The operand that `or` (a truth decides) or `and` (a falsehood decides) comes to."""
    for value in given:
        if not isinstance(value, Unknown) and bool(value) is decides:
            return value
    unknown = [value for value in given if isinstance(value, Unknown)]
    return unknown[0] if unknown else given[-1] if given else Unknown("")
