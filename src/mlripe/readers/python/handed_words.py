"""Words of the command line that a program hands to its own functions: `run(sys.argv[1])`, `main(args.mode)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Final

from mlripe.readers.python.trees import walk

__all__ = ["handed_words"]

_MOST_NODES: Final = 100_000


def handed_words(tree: ast.Module, subject: Callable[[ast.expr], str]) -> Mapping[tuple[str, str], str]:
    """By function and parameter, what of the command line all calls in the file give it.

    `subject` gives what an expression takes from the command line, "" for anything else.
    """
    nodes = list(islice(walk(tree), _MOST_NODES))
    held: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, asks = node.targets[0].id, subject(node.value)
            held[name] = asks if held.get(name, asks) == asks else ""
    functions = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    found: dict[tuple[str, str], str] = {}
    for node in nodes:
        called = node.func if isinstance(node, ast.Call) else None
        function = functions.get(called.id) if isinstance(called, ast.Name) else None
        if function is None or not isinstance(node, ast.Call):
            continue
        names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        given = dict(zip(names, node.args, strict=False)) | {w.arg: w.value for w in node.keywords if w.arg}
        for name in (*names, *(arg.arg for arg in function.args.kwonlyargs)):
            value = given.get(name)
            asks = subject(value) if value is not None else ""
            asks = asks or (held.get(value.id, "") if isinstance(value, ast.Name) else "")
            key = (function.name, name)
            found[key] = asks if found.get(key, asks) == asks else ""
    return {key: asks for key, asks in found.items() if asks}
