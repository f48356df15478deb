"""The nodes of a syntax tree, faster than `ast.walk` gives them, which asks every node for the names of its fields."""

from __future__ import annotations

import ast
from typing import Final

__all__ = ["children", "nodes_below"]

_MARKS: Final = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)  # which hold and bind nothing


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, in their order, without marks such as `Load` and `Add`."""
    found: list[ast.AST] = []
    for value in node.__dict__.values():
        if value.__class__ is list:
            found += [each for each in value if isinstance(each, ast.AST) and not isinstance(each, _MARKS)]
        elif isinstance(value, ast.AST) and not isinstance(value, _MARKS):
            found.append(value)
    return found


def nodes_below(node: ast.AST, most: int) -> list[ast.AST] | None:
    """A node and all below it, in the order of `ast.walk`, without marks; None for more than so many."""
    found = [node]
    for each in found:
        for value in each.__dict__.values():
            if value.__class__ is list:
                found += [one for one in value if isinstance(one, ast.AST) and not isinstance(one, _MARKS)]
            elif isinstance(value, ast.AST) and not isinstance(value, _MARKS):
                found.append(value)
        if len(found) > most:
            return None
    return found
