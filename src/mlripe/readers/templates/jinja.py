"""Templates in Jinja's language: parsed by Jinja itself, worked out by a bounded evaluator that calls nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from jinja2 import Environment, TemplateError, nodes

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.read_anew import Rendered
from mlripe.readers.templates.rendered import LONGEST_VALUE, TooLong, Unknown, Writer, is_true, text_of_value

__all__ = ["render_jinja"]

_OPTIONS: Final = (
    "block_start_string", "block_end_string", "variable_start_string", "variable_end_string",
    "comment_start_string", "comment_end_string",
)  # fmt: skip
_MARKS: Final = lazy_regex(r"\{[{%#]")
_TAGS: Final = lazy_regex(r"\{%-?[^%\n]{0,200}%\}")
_VALUES: Final = lazy_regex(r"\{\{\s*(?:\w+\.)?(\w+)[^{}\n]{0,200}\}\}")

Scope = dict[str, object]


def render_jinja(text: str, values: Mapping[str, object], options: Mapping[str, object] | None = None) -> Rendered:
    """The text that a template gives with these values; `options` are the marks it is written with, where not Jinja's.

    Of what is not Jinja's language after all, or too deep, only the tags are left out.
    """
    marks = tuple((name, str(options[name])) for name in _OPTIONS if options.get(name)) if options else ()
    if not marks and not _MARKS.search(text):
        return _as_it_is(text)
    try:
        tree = _environment(marks).parse(text)
        return _Rendering(dict(values)).of(tree)
    except (TemplateError, RecursionError, ValueError, TooLong):
        return _as_it_is(_VALUES.sub(r"\1", _TAGS.sub("", text)))


def _as_it_is(text: str) -> Rendered:
    return Rendered(text, tuple(range(1, text.count("\n") + 2)))


@lru_cache(maxsize=4)
def _environment(marks: tuple[tuple[str, str], ...]) -> Environment:
    # only its parser is used: nothing is escaped, compiled or run
    return Environment(keep_trailing_newline=True, autoescape=False, **dict(marks))  # type: ignore[arg-type]


class _Rendering:
    """One template on its way to text."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._writer = Writer()

    def of(self, tree: nodes.Template) -> Rendered:
        self._all(tree.body)
        return self._writer.rendered()

    def _all(self, body: Iterable[nodes.Node]) -> None:
        for node in body:
            self._one(node)

    def _one(self, node: nodes.Node) -> None:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    if isinstance(part, nodes.TemplateData):
                        self._writer.add(part.data, part.lineno)
                    else:
                        self._writer.add(text_of_value(_value(part, self._scope)), part.lineno, fixed=True)
            case nodes.If():
                self._if(node)
            case nodes.For():  # once, since what it goes over is known to whoever generates the project
                inside = {name.name: Unknown(name.name) for name in node.target.find_all(nodes.Name)}
                if isinstance(node.target, nodes.Name):
                    inside = {node.target.name: Unknown(node.target.name)}
                outside, self._scope = self._scope, {**self._scope, **inside}
                self._all(node.body)
                self._scope = outside
            case nodes.Assign():
                if isinstance(node.target, nodes.Name):
                    self._scope[node.target.name] = _value(node.node, self._scope)
            case nodes.Block() | nodes.Scope() | nodes.FilterBlock() | nodes.With() | nodes.ScopedEvalContextModifier():
                self._all(node.body)
            case _:  # macros, imports and includes give text that other files hold
                pass

    def _if(self, node: nodes.If) -> None:
        for case in (node, *node.elif_):
            if is_true(_value(case.test, self._scope)):
                self._all(case.body)
                return
        self._all(node.else_)


_COMPARED: Final[Mapping[str, Callable[[object, object], object]]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "in": lambda a, b: a in b if isinstance(b, str | list | tuple | dict) and _fits(a, b) else Unknown("in"),
    "notin": lambda a, b: a not in b if isinstance(b, str | list | tuple | dict) and _fits(a, b) else Unknown("in"),
}


def _fits(item: object, holder: object) -> bool:
    return isinstance(item, str) or not isinstance(holder, str)


_TEXT_FUNCTIONS: Final[Mapping[str, Callable[[str], object]]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "capitalize": str.capitalize,
    "strip": str.strip,
    "trim": str.strip,
    "string": str,
    "safe": str,
    "quote": str,
    "length": len,
    "slugify": lambda text: re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-"),
}


def _value(node: nodes.Node, scope: Scope) -> object:
    match node:
        case nodes.Const():
            return node.value
        case nodes.TemplateData():
            return node.data
        case nodes.Name():
            return scope.get(node.name, Unknown(node.name))
        case nodes.Getattr():
            return _part(_value(node.node, scope), node.attr)
        case nodes.Getitem():
            return _part(_value(node.node, scope), _value(node.arg, scope))
        case nodes.List() | nodes.Tuple():
            return [_value(item, scope) for item in node.items]
        case nodes.Not():
            inner = _value(node.node, scope)
            return inner if isinstance(inner, Unknown) else not inner
        case nodes.And() | nodes.Or():
            return _joined(node, scope)
        case nodes.Compare():
            return _compared(node, scope)
        case nodes.CondExpr():
            chosen = node.expr1 if is_true(_value(node.test, scope)) else node.expr2
            return _value(chosen, scope) if chosen else ""
        case nodes.Concat():
            return "".join(text_of_value(_value(part, scope)) for part in node.nodes)[:LONGEST_VALUE]
        case nodes.Add():
            left, right = _value(node.left, scope), _value(node.right, scope)
            return (
                (left + right)[:LONGEST_VALUE] if isinstance(left, str) and isinstance(right, str) else Unknown("sum")
            )
        case nodes.Test():
            inner = _value(node.node, scope) if node.node else Unknown("")
            known = not isinstance(inner, Unknown)
            return known if node.name == "defined" else not known if node.name == "undefined" else Unknown(node.name)
        case nodes.Filter():
            return _applied(_value(node.node, scope), node.name, node.args, scope) if node.node else Unknown(node.name)
        case nodes.Call() if isinstance(node.node, nodes.Getattr):
            return _applied(_value(node.node.node, scope), node.node.attr, node.args, scope)
        case _:
            return Unknown("value")


def _part(value: object, name: object) -> object:
    if isinstance(value, dict) and isinstance(name, str):
        return value.get(name, Unknown(name))
    if isinstance(value, list) and isinstance(name, int) and -len(value) <= name < len(value):
        return value[name]
    return Unknown(name if isinstance(name, str) else "part")


def _joined(node: nodes.And | nodes.Or, scope: Scope) -> object:
    left, right = _value(node.left, scope), _value(node.right, scope)
    decides = isinstance(node, nodes.Or)  # a truth decides "or", a falsehood "and"
    for each, other in ((left, right), (right, left)):
        if isinstance(each, Unknown):
            continue
        return each if bool(each) is decides else other
    return left


def _compared(node: nodes.Compare, scope: Scope) -> object:
    left = _value(node.expr, scope)
    truth: object = True
    for operand in node.ops:
        right, compare = _value(operand.expr, scope), _COMPARED.get(operand.op)
        if compare is None or isinstance(left, Unknown) or isinstance(right, Unknown):
            return Unknown("comparison")
        truth = compare(left, right)
        if not is_true(truth):
            return truth
        left = right
    return truth


def _applied(value: object, name: str, arguments: Iterable[nodes.Expr], scope: Scope) -> object:
    """What a filter, or a method of a text, gives."""
    given = [_value(argument, scope) for argument in arguments]
    if name in ("default", "d"):
        return value if not isinstance(value, Unknown) else given[0] if given else ""
    if name == "tojson" and isinstance(value, Unknown | str | bool):
        return json.dumps(value if isinstance(value, bool) else text_of_value(value))
    if isinstance(value, Unknown):  # its text stays its name, whatever is made of it
        return value
    if isinstance(value, bool) and name == "bool":
        return value
    if isinstance(value, str) and name == "replace" and len(given) >= 2 and all(isinstance(g, str) for g in given[:2]):
        return value.replace(str(given[0]), str(given[1]))[:LONGEST_VALUE]
    if isinstance(value, str) and (function := _TEXT_FUNCTIONS.get(name)):
        return function(value)
    return Unknown(name)
