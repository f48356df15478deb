"""YAML text to plain data with line numbers, by the rules that `documents` states."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mlripe.data_limits import DEPTH, NODES, TOO_DEEP
from mlripe.facts import BLOCK, Document
from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable
from mlripe.readers.work import spend
from mlripe.unparsable import why_not_yaml

__all__ = ["read_yaml"]

Path = tuple[str | int, ...]

_TOO_MUCH = f"more than {NODES} values, with aliases and long texts counted in full"
_LITERALS = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = lazy_regex(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_TEMPLATE = lazy_regex(r"\{[{%]")


def read_yaml(text: str) -> tuple[Document, ...]:
    """Every document of a YAML stream that is not empty. Raises `Unreadable` for what is not YAML, and for bombs."""
    import yaml

    try:
        # The parser's events come from a loop with a stack of its own: depth cannot overflow ours, as composing would.
        return tuple(_Documents(_parser_class()(text), text).read())
    except (yaml.YAMLError, ValueError) as error:
        why, line = why_not_yaml(error, text)
        if why != TOO_DEEP and _TEMPLATE.search(text):
            why = "a template of YAML, which only its engine can fill in"
        elif why != TOO_DEEP:
            why = f"not valid YAML: {why}" if why else "not valid YAML"
        raise Unreadable(why, line) from None


def _parser_class() -> Any:
    try:
        from yaml._yaml import CParser
    except ImportError:
        from yaml import SafeLoader  # not asked to construct anything, it is the same parser in Python

        return SafeLoader
    return CParser


class _Documents:
    """Builds plain data from parser events, and notes the line of every key and item on the way."""

    def __init__(self, parser: Any, text: str) -> None:
        from yaml import events as its_events

        events: Any = its_events
        self._next = parser.get_event
        self._text = text
        self._events = events
        self._scalar = events.ScalarEvent
        self._map_start, self._map_end = events.MappingStartEvent, events.MappingEndEvent
        self._list_start, self._list_end = events.SequenceStartEvent, events.SequenceEndEvent
        self._count = 0
        self._end = 0  # where in the text the last collection ended

    def read(self) -> list[Document]:
        found = []
        while type(event := self._next()) is not self._events.StreamEndEvent:
            if type(event) is not self._events.DocumentStartEvent:
                continue
            self._lines: list[tuple[Path, int]] = []
            self._anchors: dict[str, _Anchored | None] = {}
            self._deepest = 0
            before = self._count
            data = self._node(self._next(), (), 0)
            spend(2 * (self._count - before))
            if data is not None:
                found.append(Document(data, dict(self._lines)))
        return found

    def _node(self, event: Any, path: Path, depth: int) -> object:
        self._count += 1
        if self._count > NODES:
            raise Unreadable(_TOO_MUCH, event.start_mark.line + 1)
        if depth > self._deepest:
            self._deepest = depth
            if depth > DEPTH:
                raise Unreadable(TOO_DEEP, event.start_mark.line + 1)
        kind = type(event)
        if kind is self._events.AliasEvent:
            return self._alias(event, path, depth)
        if event.anchor:
            return self._anchor(event, path, depth)
        if kind is self._scalar:
            self._count += len(event.value) >> 6  # what aliases repeat is read again at each place
            return _plain(event.value) if event.implicit[0] else event.value
        return self._mapping(event, path, depth) if kind is self._map_start else self._sequence(path, depth)

    def _sequence(self, path: Path, depth: int) -> list[object]:
        items: list[object] = []
        while type(event := self._next()) is not self._list_end:
            here = (*path, len(items))
            line = event.start_mark.line + 1
            self._lines.append((here, line))
            if type(event) is self._scalar:
                self._note_text(event, here, line)
            items.append(self._node(event, here, depth + 1))
        self._end = event.end_mark.index
        return items

    def _mapping(self, start: Any, path: Path, depth: int) -> object:
        own: dict[str, object] = {}
        merges: list[tuple[object, int, int]] = []
        braces = 0
        while type(event := self._next()) is not self._map_end:
            simple = type(event) is self._scalar
            key = event.value if simple else self._complex_key(event, depth)
            braces += not simple and key.startswith("{")
            here = (*path, key)
            line = event.start_mark.line + 1
            self._lines.append((here, line))
            first = len(self._lines)
            value = self._node(item := self._next(), here, depth + 1)
            if key == "<<" and simple and event.implicit[0]:
                merges.append((value, first, len(self._lines)))
                continue
            if type(item) is self._scalar:
                self._note_text(item, here, line)
            own[key] = value
        self._end = event.end_mark.index
        if braces and start.flow_style and len(own) == 1 and own[key] is None:
            return self._text[start.start_mark.index : self._end]  # `{{ name }}`: a template's hole, not a mapping
        return self._merged(own, merges, path) if merges else own

    def _complex_key(self, event: Any, depth: int) -> str:
        """The source text of a key that is itself a collection or an alias; nothing reads such keys by their parts."""
        start = event.start_mark.index
        noted = len(self._lines)
        value = self._node(event, (), depth + 1)
        del self._lines[noted:]
        if type(event) is self._events.AliasEvent:
            return str(value)
        return self._text[start : self._end].strip()

    def _note_text(self, item: Any, path: Path, line: int) -> None:
        begins = item.start_mark.line + 1
        if item.style in ("|", ">"):
            self._lines.append(((*path, BLOCK), begins + 1))
        elif begins != line:
            self._lines.append(((*path, BLOCK), begins))

    def _merged(self, own: dict[str, object], merges: list[tuple[object, int, int]], path: Path) -> dict[str, object]:
        """`own` with the merged mappings' keys below it; of several mappings, the first that has a key gives it."""
        merged: dict[str, object] = {}
        for value, first, end in merges:
            many = isinstance(value, list)
            for index, source in reversed(list(enumerate(value if isinstance(value, list) else [value]))):
                if not isinstance(source, dict):
                    continue
                merged |= source
                prefix = (*path, "<<", index) if many else (*path, "<<")
                for at, line in self._lines[first:end]:
                    rest = at[len(prefix) :]
                    if rest and at[: len(prefix)] == prefix and rest[0] not in own:
                        self._lines.append(((*path, *rest), line))
                if len(self._lines) > NODES:
                    raise Unreadable(_TOO_MUCH)
        return merged | own

    def _anchor(self, event: Any, path: Path, depth: int) -> object:
        name, event.anchor = event.anchor, None
        self._anchors[name] = None
        first, before, deepest = len(self._lines), self._count, self._deepest
        self._deepest = depth
        self._count -= 1  # _node counts it again
        value = self._node(event, path, depth)
        height = self._deepest - depth
        self._deepest = max(deepest, self._deepest)
        block = event.start_mark.line + 2 if type(event) is self._scalar and event.style in ("|", ">") else 0
        size = self._count - before + 1
        self._anchors[name] = _Anchored(value, size, height, first, len(self._lines), len(path), block)
        return value

    def _alias(self, event: Any, path: Path, depth: int) -> object:
        line = event.start_mark.line + 1
        if event.anchor not in self._anchors:
            raise Unreadable(f"the alias *{event.anchor} names no anchor above it", line)
        known = self._anchors[event.anchor]
        if known is None:
            raise Unreadable(f"the anchor &{event.anchor} contains itself", line)
        self._count += known.size
        if self._count > NODES:
            raise Unreadable(_TOO_MUCH, line)
        if len(self._lines) + known.end - known.first > NODES:
            raise Unreadable(_TOO_MUCH, line)
        self._deepest = max(self._deepest, depth + known.height)
        if self._deepest > DEPTH:
            raise Unreadable(TOO_DEEP, line)
        self._lines += [((*path, *at[known.prefix :]), line) for at, line in self._lines[known.first : known.end]]
        if known.block:
            self._lines.append(((*path, BLOCK), known.block))
        return known.value


class _Anchored(Struct, frozen=True):
    """What an anchor names."""

    value: object
    size: int  # how many values it counts as
    height: int  # how many levels it holds
    first: int  # its keys' lines: the noted ones from here
    end: int  # to here,
    prefix: int  # with paths that begin by so many parts of its own place
    block: int  # the first line of its text, if it is a block scalar


def _plain(text: str) -> object:
    if text in _LITERALS:
        return _LITERALS[text]
    if text[0] in "-0123456789" and (match := _NUMBER.fullmatch(text)):
        number = float(text) if match[1] else int(text)
        return number if str(number) == text else text
    return text
