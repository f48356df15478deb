"""Values that stand where others are expected, and what an answer to them must be like: for any key, option or file."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from mlripe.cli.app import run

__all__ = ["ODD_TEXTS", "VALUES", "Place", "answer", "changed", "contents", "places", "type_of"]

Place = tuple[str | int, ...]
Captured = pytest.CaptureFixture[str]

DEEPEST: Final = 5  # levels of data that may hold itself
ODD_TEXTS: Final[Mapping[str, str]] = {
    "an empty text": "",
    "a blank": " ",
    "a long text": "x" * 100_000,
    "a negative number": "-1",
    "characters that terminals obey": "é\u202e\u2066\x1b[31m\x07##[error]",
    "a missing path": "no/such/place",
    "a path that leads outside": "../../outside",
    "half an expression": "[(*{?",
}
VALUES: Final[Mapping[str, Any]] = {
    **ODD_TEXTS,
    "a number": 7,
    "a number below zero": -1,
    "a number of 4,000 digits": 10**4000,
    "a fraction": 0.5,
    "no number": float("nan"),
    "a truth": True,
    "a day": date(2024, 2, 29),
    "an empty list": [],
    "the same twice": ["docs/", "docs/"],
    "a list of numbers": [1, -1],
    "a list in a list": [["a"]],
    "a long list": ["x"] * 6_000,
    "an empty table": {},
    "a table": {"a": "b"},
    "a list of tables": [{"a": 1}],
}
_TYPES: Final = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    date: "date",
    list: "array",
    dict: "object",
}


def type_of(value: Any) -> str:
    """The JSON type of a value, or that it is a date."""
    return _TYPES[type(value)]


def places(schema: Mapping[str, Any], good: Any) -> Iterator[tuple[Place, set[str]]]:
    """Every place of data of this JSON schema, and the types that may stand there; `good` tells keys that are free."""

    def inside(shape: Mapping[str, Any], good: Any, at: Place) -> Iterator[tuple[Place, set[str]]]:
        if "$ref" in shape:
            shape = schema["$defs"][shape["$ref"].rpartition("/")[2]]
        options = shape.get("anyOf", [shape])
        if at:
            yield at, {"date" if each.get("format") == "date" else each.get("type", "any") for each in options}
        for option in options if len(at) < DEEPEST else ():
            known = good if isinstance(good, dict) else {}
            for key, inner in option.get("properties", {}).items():
                yield from inside(inner, known.get(key), (*at, key))
            if isinstance(option.get("additionalProperties"), dict):
                key = next(iter(known), "any")
                yield from inside(option["additionalProperties"], known.get(key), (*at, key))
            if "items" in option:
                yield from inside(option["items"], good[0] if isinstance(good, list) and good else None, (*at, 0))

    yield from inside(schema, good, ())


def changed(good: Mapping[str, Any], at: Place, value: Any) -> dict[str, Any]:
    """The good data with another value at one place."""
    data: Any = copy.deepcopy(dict(good))
    within = data
    for step, following in pairwise(at):
        inner = [None] if following == 0 else {}
        if isinstance(within, list) or not isinstance(within.get(step), type(inner)) or not within[step]:
            within[step] = within[step] if isinstance(within, list) and within[step] else inner
        within = within[step]
    within[at[-1]] = value
    return dict(data)


def answer(arguments: list[str], capsys: Captured, codes: tuple[int, ...] = (0, 1, 2)) -> tuple[int, str]:
    """The exit code of a command line and what it says on stderr, which is one harmless sentence where it is refused."""
    code = run(arguments)
    out, err = capsys.readouterr()
    assert code in codes, err or out[:500]
    if code == 2:
        assert out == ""
        assert err.startswith("mlripe: ")
        assert "Traceback" not in err
        assert all(line.isprintable() for line in err.splitlines()), err
        assert len(err) < 10_000, "nobody reads so much"
    return code, err


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
