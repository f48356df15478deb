"""What a function gives on of what it is given: `def make(every): return DAG("x", schedule=every)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct, field

from mlripe.facts import UNKNOWN
from mlripe.readers.python.names import last_name
from mlripe.readers.python.trees import walk
from mlripe.readers.python.values import literal

__all__ = ["FUNCTIONS", "Given", "Signature", "Template", "function_of", "signature", "template"]

MOST: Final = 50  # parameters, and arguments of a call
FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


class Given(Struct, frozen=True):
    """The value of a parameter; with `key`, an entry of the dictionary that it is."""

    name: str
    key: str = ""


class Signature(Struct, frozen=True):
    """The parameters of a function without `self`, what they are by default, and the name of its `**rest`."""

    names: tuple[str, ...] = ()
    defaults: Mapping[str, object] = field(default_factory=dict)
    rest: str = ""


class Template(Struct, frozen=True):
    """The arguments of a call in a function: values, `Given` for what the function is given, `UNKNOWN`.

    `taken` are the dictionaries that it takes in (`**rest`), by the names of the parameters that they are.
    """

    args: tuple[object, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=dict)
    taken: tuple[str, ...] = ()


def function_of(tree: ast.Module, scope: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function, or the method `Class.method`, of that name."""
    body: list[ast.stmt] = tree.body
    found: ast.stmt | None = None
    for name in scope.split("."):
        known = (node for node in body if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.name == name)
        found = next(known, None)
        body = found.body if isinstance(found, ast.ClassDef) else []
    return found if isinstance(found, FUNCTIONS) else None


def signature(tree: ast.Module, scope: str) -> Signature | None:
    """The parameters of a function of a module; None where there is no such function."""
    function = function_of(tree, scope)
    if function is None:
        return None
    arguments = function.args
    placed = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(reversed(placed), reversed(arguments.defaults), strict=False))
    pairs += [(arg, node) for arg, node in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if node]
    method = "." in scope and not any(getattr(each, "id", "") == "staticmethod" for each in function.decorator_list)
    names = [arg.arg for arg in (*placed[1 if method else 0 :], *arguments.kwonlyargs)]
    rest = arguments.kwarg.arg if arguments.kwarg else ""
    return Signature(tuple(names[:MOST]), {arg.arg: literal(node, {}) for arg, node in pairs[:MOST]}, rest)


def template(tree: ast.Module, scope: str, name: str, line: int) -> Template | None:
    """The arguments of the call of that last name at a line, seen from the function that it stands in."""
    function = function_of(tree, scope)
    for call in _calls(function or tree):
        last = last_name(call.func)
        if last == name and call.lineno == line:
            known = signature(tree, scope) or Signature()
            return _template(call, known)
    return None


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    yield from (each for each in islice(walk(node), 100_000) if isinstance(each, ast.Call))


def _template(call: ast.Call, known: Signature) -> Template:
    own = {*known.names, known.rest} - {""}
    args = tuple(_value(node, own) for node in call.args[:MOST])
    keywords = {word.arg: _value(word.value, own) for word in call.keywords[:MOST] if word.arg}
    several = [word.value for word in call.keywords if word.arg is None]
    taken = [node.id if isinstance(node, ast.Name) and node.id in own else "" for node in several]
    return Template(args, keywords, tuple(taken[:MOST]))


def _value(node: ast.expr, own: set[str]) -> object:
    """A parameter, an entry of one (`settings["every"]`, `settings.get("every")`), or a value."""
    if isinstance(node, ast.Name) and node.id in own:
        return Given(node.id)
    holder, key = None, None
    if isinstance(node, ast.Subscript):
        holder, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop"):
        holder, key = node.func.value, next(iter(node.args), None)
    if isinstance(holder, ast.Name) and holder.id in own and isinstance(key, ast.Constant):
        return Given(holder.id, str(key.value))
    found = literal(node, {})
    return found if found is not UNKNOWN else UNKNOWN
