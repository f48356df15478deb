"""Walks over Python's syntax trees that pass by operators and contexts: a third of all nodes, which say nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["children", "walk"]

# fields that hold texts, numbers, operators or contexts
_WITHOUT_NODES = frozenset("arg attr conversion ctx id is_async kind level module op ops tag type_comment".split())


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """By kind of node the fields that may hold nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        fields = () if kind is ast.Constant else tuple(field for field in kind._fields if field not in _WITHOUT_NODES)
        self[kind] = fields
        return fields


_FIELDS = _Fields()


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, in the order of its fields."""
    found: list[ast.AST] = []
    for field in _FIELDS[node.__class__]:
        child = getattr(node, field, None)
        if isinstance(child, list):
            found += [item for item in child if isinstance(item, ast.AST)]
        elif isinstance(child, ast.AST):
            found.append(child)
    return found


def walk(root: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, level by level, as `ast.walk` gives them."""
    found = [root]
    for node in found:
        yield node
        found += children(node)
