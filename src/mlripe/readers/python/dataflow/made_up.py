"""Data that is made up where the real one cannot be read, so that a program goes on as if it were there."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from mlripe.problem_kinds import DataUse
from mlripe.readers.python.dataflow.faked import dotted, words
from mlripe.readers.python.dataflow.modules import Module
from mlripe.readers.python.names import FUNCTIONS, last_name
from mlripe.readers.python.shapes import passes_on
from mlripe.readers.python.trees import children, walk

__all__ = ["MadeUp", "made_up"]

_MOST_NODES: Final = 20_000
_INVENTED: Final = frozenset("synthetic dummy fake mock simulated".split())
_DRAWN: Final = ("numpy.random.", "np.random.", "random.", "sklearn.datasets.make_", "faker.")
_SPARED: Final = frozenset(
    "demo example sample synthetic dummy mock fake simulate simulated generate test smoke".split()
)
_EXISTS: Final = frozenset(("exists", "is_file", "isfile", "is_dir", "isdir"))


class MadeUp(NamedTuple):
    """`node` makes data up in the place of what `read` reads."""

    node: ast.AST
    read: ast.AST


def made_up(module: Module, use: Callable[[str], DataUse | None]) -> Iterator[MadeUp]:
    """Where a program makes up its data because it cannot read it."""
    if words(module.path.rpartition("/")[2].partition(".")[0]) & _SPARED:
        return
    for node in islice(_walked(module.body), _MOST_NODES):
        if isinstance(node, ast.Try):
            for handler in node.handlers:
                if not passes_on(handler.body):
                    yield from _instead(node.body, handler.body, module, use)
        elif isinstance(node, ast.If) and node.orelse and _asks_for_file(node.test):
            yield from _instead(node.body, node.orelse, module, use)
            yield from _instead(node.orelse, node.body, module, use)


def _walked(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """The statements, without functions that say that they make data up."""
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, FUNCTIONS) and words(node.name) & _SPARED:
            continue
        yield node
        waiting.extend(each for each in reversed(list(children(node))) if not isinstance(each, ast.expr))


def _instead(
    usual: list[ast.stmt], other: list[ast.stmt], module: Module, use: Callable[[str], DataUse | None]
) -> Iterator[MadeUp]:
    """What takes the place of what is usually read: under the same name, or returned likewise."""
    read = {place: value for place, value in _given(usual) if _has(value, lambda call: _reads(call, module, use))}
    for place, value in _given(other):
        if place in read and _has(value, lambda call: _invents(call, module)):
            yield MadeUp(value, read[place])
            return


def _given(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """The names that a block sets, and what it returns (""), with the values."""
    for node in body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, (ast.Name, ast.Attribute)):
                yield ast.unparse(target)[:80], node.value
        elif isinstance(node, ast.Return) and node.value is not None:
            yield "", node.value
        elif isinstance(node, (ast.With, ast.If)):
            yield from _given(node.body)


def _has(value: ast.expr, wanted: Callable[[ast.Call], bool]) -> bool:
    return any(isinstance(node, ast.Call) and wanted(node) for node in islice(walk(value), 200))


def _reads(call: ast.Call, module: Module, use: Callable[[str], DataUse | None]) -> bool:
    name = dotted(call.func, module)
    return use(name) == DataUse.READ and not name.startswith("sklearn.")


def _invents(call: ast.Call, module: Module) -> bool:
    name = dotted(call.func, module)
    return name.startswith(_DRAWN) or bool(words(name.rpartition(".")[2]) & _INVENTED)


def _asks_for_file(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Call) and last_name(node.func) in _EXISTS for node in islice(walk(test), 40))
