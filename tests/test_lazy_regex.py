"""Expressions that are compiled when they are first used: the same answers, and none that cannot be compiled."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import pytest

import mlripe
from mlripe.lazy_regex import lazy_regex


def _held(value: Any) -> list[Any]:
    """What a global of a module holds: itself, or the items of a collection."""
    if isinstance(value, dict):
        return [each for pair in value.items() for item in pair for each in _held(item)]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [each for item in value for each in _held(item)]
    return [value]


def test_nothing_is_compiled_before_it_is_used() -> None:
    broken = lazy_regex("(")
    with pytest.raises(re.error):
        broken.search("")


def test_the_answers_are_those_of_the_compiled_expression() -> None:
    lazy, compiled = lazy_regex(r"(?P<name>\w)-(\d)", re.IGNORECASE), re.compile(r"(?P<name>\w)-(\d)", re.IGNORECASE)
    text = "a-1 and B-2"
    assert lazy.findall(text) == compiled.findall(text)
    assert lazy.sub("x", text) == compiled.sub("x", text)
    assert lazy.split(text) == compiled.split(text)
    assert [each.span() for each in lazy.finditer(text)] == [each.span() for each in compiled.finditer(text)]
    assert (lazy.pattern, lazy.flags, lazy.groupindex) == (compiled.pattern, compiled.flags, compiled.groupindex)


def test_every_expression_of_a_module_can_be_compiled() -> None:
    kind = type(lazy_regex(""))
    found = 0
    for module in pkgutil.walk_packages(mlripe.__path__, "mlripe."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            for each in _held(value):
                if isinstance(each, kind):
                    found += 1
                    assert re.compile(each.pattern, each.flags & ~re.UNICODE)
    assert found > 500
