"""Comparisons: those that decide something, what they guard and whether they stop what follows; and fixed limits."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice

from mlripe.facts import Branch, Comparison
from mlripe.readers.python.trees import children
from mlripe.readers.python.values import literal

__all__ = ["LEAVING", "Looks", "branch_of", "comparisons_of", "exit_test"]

LEAVING = ("sys.exit", "exit", "quit", "os._exit", "os.abort", "click.Abort", "typer.Exit", "SystemExit")
_MOST_GUARDED = 60  # calls looked at behind one comparison: what it decides stands near it
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


class Looks:
    """Goes through what stands below nodes of one module, and counts.

    What stands in a condition in a condition, or behind one guard after the other, is looked at once for each of them:
    as often as the square of what is written. So there is a bound, far above what people's code takes.
    """

    def __init__(self, size: int) -> None:
        """`size`: the characters of the module."""
        self.left = 1000 + size * 5 // 4

    def below(self, root: ast.AST) -> Iterator[ast.AST]:
        """A node and all below it; nothing more where the bound is met."""
        stack = [root]
        while stack and self.left > 0:
            self.left -= 1
            node = stack.pop()
            yield node
            stack += children(node)


def branch_of(
    test: ast.expr,
    guarded: Iterable[ast.AST],
    arm: list[ast.stmt],
    later: Iterable[ast.stmt],
    node: ast.AST,
    scope: str,
    called: Callable[[ast.expr], str],
    looks: Looks,
) -> Branch | None:
    """The fact of a condition `test` of `node`, None where it decides nothing that could be told.

    `guarded` is what stands in its arms, `arm` the first of them; where that leaves, what comes `later` in the block is
    guarded too. `called` resolves the name of a call.
    """
    words, order = _condition(test, looks)
    leaves = _leaves(arm)
    calls: set[str] = set()
    stops = leaves or isinstance(node, ast.Assert)
    for root in chain(guarded, later if leaves else ()):
        if looks.left <= 0:
            break
        parts = (part for part in looks.below(root) if isinstance(part, (ast.Call, ast.Raise)))
        for part in islice(parts, _MOST_GUARDED):
            if isinstance(part, ast.Raise):
                stops = True
            else:
                name = called(part.func)
                calls.add(name)
                stops = stops or name in LEAVING
    if not stops and not calls:
        return None
    line = getattr(node, "lineno", 0)
    never = _never_differs(test)
    return Branch(
        line,
        frozenset(words),
        frozenset(calls),
        stops,
        scope,
        isinstance(node, ast.Assert),
        never,
        order,
        dead=never and _is_false(test),
        other=node.orelse[0].lineno if isinstance(node, ast.If) and node.orelse else 0,
        end=getattr(node, "end_lineno", 0) or 0,
    )


def comparisons_of(
    node: ast.Compare, constants: Mapping[str, object], scope: str, looks: Looks
) -> Iterator[Comparison]:
    """The comparisons by order with a number that has a fraction, written there or as a constant of the module."""
    sides = [node.left, *node.comparators]
    for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
        if isinstance(operator, _ORDER):
            for side, other in ((left, right), (right, left)):
                limit = literal(side, constants)
                if isinstance(limit, float) and not isinstance(other, ast.Constant):
                    yield Comparison(node.lineno, frozenset(_condition(other, looks)[0]), limit, scope)


def exit_test(node: ast.Call) -> ast.expr | None:
    """What decides about an exit code: `sys.exit(0 if f1 > 0.8 else 1)`, `sys.exit(f1 < 0.8)`; None for a plain one."""
    code = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "code"), None)
    if isinstance(code, ast.Call) and isinstance(code.func, ast.Name) and code.func.id == "int" and code.args:
        code = code.args[0]
    if isinstance(code, ast.IfExp):
        return code.test
    return code if isinstance(code, (ast.Compare, ast.BoolOp, ast.UnaryOp)) else None


def _condition(test: ast.expr, looks: Looks) -> tuple[set[str], bool]:
    """The words of a condition, and whether it compares by order."""
    words: set[str] = set()
    order = False
    for part in looks.below(test):
        if isinstance(part, ast.Name):
            words.add(part.id.lower())
        elif isinstance(part, ast.Attribute):
            words.add(part.attr.lower())
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            words.add(part.value.lower())
        elif isinstance(part, ast.Compare):
            order = order or any(isinstance(op, _ORDER) for op in part.ops)
    return words, order


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether a block ends by leaving: raise, return, continue, break, or an exit call."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, (ast.Raise, ast.Return, ast.Continue, ast.Break)):
        return True
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return ast.unparse(last.value.func) in LEAVING
    return False


def _never_differs(test: ast.expr) -> bool:
    """A condition whose outcome is written in it: `if True`, `False and ...`, `True or ...`."""
    if isinstance(test, ast.BoolOp):
        decided = isinstance(test.op, ast.Or)
        return any(isinstance(part, ast.Constant) and bool(part.value) == decided for part in test.values)
    return isinstance(test, ast.Constant)


def _is_false(test: ast.expr) -> bool:
    """Whether a condition that never differs is false."""
    return isinstance(test.op, ast.And) if isinstance(test, ast.BoolOp) else not getattr(test, "value", True)
