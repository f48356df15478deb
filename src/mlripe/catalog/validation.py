"""Plain data against a shape: every fault with file, key and remedy. Only here pydantic is paid for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

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
        for fault in error.errors()[:10]:
            where = ".".join(str(part) for part in (under, *_readable(fault["loc"])) if part != "")
            faults.append(f"{name}: {where}: {_remedy(fault, shape)}")
    return None


def _readable(location: tuple[Any, ...]) -> Iterable[Any]:
    """A fault's place without pydantic's own names of union members."""
    return [part for part in location if not (isinstance(part, str) and ("[" in part or part in ("str", "KeyPattern")))]


def _remedy(fault: Any, shape: type) -> str:
    key = str(fault["loc"][-1]) if fault["loc"] else ""
    if fault["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        known = {f.name for f in fields(shape)} if len(fault["loc"]) == 1 else _all_keys(shape)
        return f"unknown key{nearest(key, known)}"
    if fault["type"] == "missing":
        return "is required"
    if fault["type"] in _WORDS:
        return f"{_WORDS[fault['type']]}, not {str(fault.get('input'))[:60]!r}"
    return f"{fault['msg']}, not {str(fault.get('input'))[:60]!r}"


_WORDS = {
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping",
    "dataclass_type": "must be a mapping",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
}


def _all_keys(shape: type) -> set[str]:
    from mlripe.catalog import shapes

    known = {
        f.name
        for value in vars(shapes).values()
        if isinstance(value, type) and is_dataclass(value)
        for f in fields(value)
    }
    return {{v: k for k, v in RENAMED.items()}.get(name, name) for name in known}
