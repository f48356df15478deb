"""Shapes of Python statements that say where a program goes on: what leaves, what is caught, what is written out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from mlripe.readers.python.comparisons import LEAVING
from mlripe.readers.python.truths import below, named

__all__ = [
    "caught",
    "imports",
    "is_error",
    "is_main",
    "keeps_best",
    "leaves",
    "passes_on",
    "span",
    "written_out",
]

_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def imports(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """What each imported name of a module stands for, wherever it is imported."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.split(".", 1)[0]
                yield (alias.asname or root, alias.name if alias.asname else root)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            joint = "" if module.endswith(".") else "."
            yield from ((alias.asname or alias.name, f"{module}{joint}{alias.name}") for alias in node.names)
        else:
            for field in ("body", "orelse", "handlers", "finalbody", "cases"):
                if isinstance(inner := getattr(node, field, None), list):
                    waiting += inner


def is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def span(body: list[ast.stmt]) -> tuple[int, int]:
    return body[0].lineno, body[-1].end_lineno or body[-1].lineno


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a block ends by leaving its function, its loop or the program."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return named(last.value.func, {}) in LEAVING or ast.unparse(last.value.func) in LEAVING
    return isinstance(last, _LEAVES)


def passes_on(body: Iterable[ast.stmt]) -> bool:
    """Whether a handler raises, or exits with an error."""
    for statement in body:
        for node in below(statement):
            if isinstance(node, ast.Raise):
                return True
            if isinstance(node, ast.Call) and ast.unparse(node.func)[:40] in LEAVING:
                return is_error(node.args[0] if node.args else None)
    return False


def caught(handler: ast.ExceptHandler) -> Iterator[str]:
    """The names of what a handler catches."""
    if handler.type is None:
        yield "BaseException"
        return
    for node in handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]:
        yield node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_error(code: ast.expr | None) -> bool:
    """Whether an exit with this code tells of a failure."""
    return code is not None and not (isinstance(code, ast.Constant) and code.value in (0, None, False))


def written_out(value: ast.expr) -> bool:
    """Whether a value says nothing by itself, so that it tells of the branch in which it stands."""
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    if isinstance(value, (ast.Tuple, ast.List, ast.Dict)):
        return not (value.values if isinstance(value, ast.Dict) else value.elts)
    return isinstance(value, ast.Constant)


def keeps_best(node: ast.If) -> bool:
    """Whether a branch only keeps the best so far: `if loss < best: best = loss`."""
    if not isinstance(node.test, ast.Compare) or len(node.test.comparators) != 1:
        return False
    sides = {_short(node.test.left), _short(node.test.comparators[0])}
    assigned = (each for each in node.body if isinstance(each, ast.Assign))
    return any(_short(each.value) in sides and _short(each.targets[0]) in sides for each in assigned)


def _short(node: ast.expr) -> str:
    return ast.unparse(node)[:80] if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) else str(id(node))
