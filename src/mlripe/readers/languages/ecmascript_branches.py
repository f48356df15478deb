"""Comparisons of TypeScript and JavaScript that decide something: `if (score < 0.8) process.exit(1)`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mlripe.facts import Branch
from mlripe.readers.languages.ecmascript_names import Names
from mlripe.readers.languages.ecmascript_values import first_of, parts_below, text_of, unwrapped

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["branch_of"]

_LEAVING: Final = ("process.exit", "Deno.exit")
_COMPARED: Final = frozenset(("<", "<=", ">", ">="))
_MOST_STATEMENTS: Final = 200


def branch_of(names: Names, node: Node, condition: Node, arms: tuple[Node | None, ...], scope: str) -> Branch | None:
    """What an `if` decides, None where nothing follows from it that could matter."""
    calls: set[str] = set()
    stops = False
    for arm in arms:
        for each in _own_statements(arm)[:_MOST_STATEMENTS]:
            stops = stops or each.type == "throw_statement"
            first = first_of(each)
            inner = unwrapped(first) if first is not None else None
            function = inner.child_by_field_name("function") if inner is not None else None
            if inner is not None and function is not None and inner.type == "call_expression":
                name = names.called(function)
                calls.add(name)
                stops = stops or name in _LEAVING
    if not stops and not calls:
        return None
    words = frozenset(_words_in(condition))
    compares = any(each.type in _COMPARED for each in parts_below(condition, named=False))
    return Branch(node.start_point[0] + 1, words, frozenset(calls), stops, scope, compares=compares)


def _own_statements(arm: Node | None) -> list[Node]:
    """The statements of an arm, without those within further ones."""
    inner = first_of(arm) if arm is not None and arm.type == "else_clause" else arm
    if inner is None:
        return []
    return inner.named_children if inner.type == "statement_block" else [inner]


def _words_in(node: Node) -> Iterator[str]:
    for each in parts_below(node):
        if each.type in ("identifier", "property_identifier"):
            yield text_of(each)[:100].lower()
