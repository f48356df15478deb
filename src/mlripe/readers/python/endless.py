"""Loops that nothing leaves and that sleep for long: a program that keeps its own schedule."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from mlripe.readers.python.trees import children, walk

__all__ = ["ENDLESS", "endless_sleep"]

ENDLESS: Final = "endless"  # a keyword that the call of such a sleep is told with, beside its own
SHORTEST: Final = 60  # seconds: what waits for less waits for something
MOST: Final = 2000  # nodes of a loop that are looked at
FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
LEAVING: Final = (ast.Break, ast.Return)


def endless_sleep(loop: ast.While) -> ast.Call | None:
    """The long sleep of a `while True` without `break` and `return`; None for any other loop."""
    if not (isinstance(loop.test, ast.Constant) and loop.test.value in (True, 1)):
        return None
    found: ast.Call | None = None
    for node in _inside(loop):
        if isinstance(node, LEAVING):
            return None
        if isinstance(node, ast.Call) and _last_name(node.func) == "sleep" and len(node.args) == 1:
            seconds = _seconds(node.args[0])
            found = node if seconds is None or seconds >= SHORTEST else found
    return found


def _inside(loop: ast.While) -> Iterator[ast.AST]:
    """What runs in a loop's body: not what is only defined there; a loop within has its own breaks."""
    waiting: list[ast.AST] = list(loop.body)
    for _ in range(MOST):
        if not waiting:
            return
        node = waiting.pop()
        yield node
        if isinstance(node, (ast.For, ast.While, ast.AsyncFor)):
            waiting += [each for each in walk(node) if isinstance(each, (ast.Call, ast.Return))][:MOST]
        elif not isinstance(node, FUNCTIONS):
            waiting += children(node)


def _last_name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _seconds(node: ast.expr, depth: int = 8) -> float | None:
    """A number, or a product of numbers; None where the file does not say."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and depth:
        one, two = _seconds(node.left, depth - 1), _seconds(node.right, depth - 1)
        return None if one is None or two is None else one * two
    return None
