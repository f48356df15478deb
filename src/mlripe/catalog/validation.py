"""Plain data against a shape: every fault with file, key and remedy. Only here pydantic is paid for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from mlripe.catalog.nearest import nearest

__all__ = ["RENAMED", "validated"]

RENAMED = {"with": "with_", "import": "imports"}  # words that Python keeps for itself


@cache
def _adapter(shape: type) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(shape)


def validated(name: str, data: Any, shape: type, faults: list[str], under: str = "") -> Any:
    """`data` of file `name` as `shape`; None, and a line a fault in `faults`, where it is not. `under`: its key."""
    from pydantic import ValidationError

    try:
        return _adapter(shape).validate_python(data)
    except ValidationError as error:
        # a slip first: it explains what is missing
        found = sorted(error.errors(), key=lambda fault: fault["type"] not in _UNKNOWN)
        for fault in found[:10]:
            faults.append(": ".join(part for part in (name, _where(under, fault), _remedy(fault, shape)) if part))
    return None


def _where(under: str, fault: Any) -> str:
    """The key that a fault is about; a key that nobody knows is told whatever it looks like."""
    last = len(fault["loc"]) - (fault["type"] in _UNKNOWN)
    parts = (under, *_readable(fault["loc"][:last]), *fault["loc"][last:])
    return ".".join(_printed(part) for part in parts if part != "")


def _printed(part: Any) -> str:
    text = str(part)
    return text if text.isprintable() else repr(text)


def _readable(location: tuple[Any, ...]) -> Iterable[Any]:
    """A fault's place without pydantic's own names of union members."""
    return [part for part in location if not (isinstance(part, str) and ("[" in part or part in ("str", "KeyPattern")))]


def _remedy(fault: Any, shape: type) -> str:
    key = str(fault["loc"][-1]) if fault["loc"] else ""
    if fault["type"] in _UNKNOWN:
        return f"unknown key{nearest(key, _keys_at(shape, fault['loc'][:-1]))}"
    if fault["type"] == "missing":
        return "is required"
    given = f"not {str(fault.get('input'))[:60]!r}"
    if fault["type"] in _WORDS:
        return f"{_WORDS[fault['type']]}, {given}"
    if fault["type"] in ("literal_error", "enum"):
        expected = str(fault["ctx"]["expected"])
        return f"must be {expected}, {given}{nearest(str(fault['input']), re.findall(_QUOTED, expected))}"
    return f"cannot stand here, {given}"


_QUOTED = r"'([^']*)'"
_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")
_A_DATE = "must be a date, such as 2026-05-01"
_A_NUMBER = "must be a number"
_A_WHOLE_NUMBER = "must be a whole number"
_WORDS = {
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping",
    "dataclass_type": "must be a mapping",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "invalid_key": "is a key that is no text; write it in quotes",
    "int_type": _A_WHOLE_NUMBER,
    "int_from_float": _A_WHOLE_NUMBER,
    "int_parsing": _A_WHOLE_NUMBER,
    "int_parsing_size": _A_WHOLE_NUMBER,
    "finite_number": _A_NUMBER,
    "float_type": _A_NUMBER,
    "float_parsing": _A_NUMBER,
    "date_type": _A_DATE,
    "date_parsing": _A_DATE,
    "date_from_datetime_parsing": _A_DATE,
    "date_from_datetime_inexact": _A_DATE,
}


def _keys_at(shape: type, location: Iterable[Any]) -> set[str]:
    """The keys that the shape knows at a place in it."""
    here = [shape]
    for part in location:
        here = [inner for each in here for inner in _within(each, str(part))]
    renamed = {v: k for k, v in RENAMED.items()}
    return {renamed.get(f.name, f.name) for each in here if is_dataclass(each) for f in fields(each)}


def _within(shape: Any, part: str) -> list[Any]:
    """The shapes of what stands under a key or number; a union's name in a fault's place is none."""
    if is_dataclass(shape) and isinstance(shape, type):
        hints = get_type_hints(shape)
        name = RENAMED.get(part, part)
        return _members(hints[name]) if name in hints else [shape]
    inner = [each for each in get_args(shape) if each is not Ellipsis]
    return _members(inner[-1]) if inner else [shape]


def _members(shape: Any) -> list[Any]:
    if get_origin(shape) in (Union, UnionType):
        return [member for each in get_args(shape) for member in _members(each)]
    return [shape]
