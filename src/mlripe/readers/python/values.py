"""What a Python expression is worth where the file writes it out: literals, constants of the module, joined paths."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterable, Mapping
from math import isfinite

from mlripe.facts import UNKNOWN
from mlripe.readers.python.names import last_name

__all__ = ["items", "literal"]

_MOST_ITEMS = 50
_LONGEST = 4000  # characters of a text
_LONGEST_PART = 250  # characters of a constant that is put into a text: it may be put into thousands
_DEEPEST = 5  # levels of dictionaries and lists in a dictionary, and in a list of dictionaries
_DEEPEST_LIST = 2
_MOST_PARTS = 3000
_BITS = 10_000  # of a whole number: Python refuses to write out one of more than 4,300 digits


def literal(node: ast.expr, constants: Mapping[str, object], depth: int = 4) -> object:
    """The value of an expression, `UNKNOWN` where the file does not say.

    An f-string gives its text with `{}` for what is not known; `Path("a") / "b"` and `os.path.join("a", "b")` give
    `a/b`. Lists and tuples give tuples, a member of an enumeration its name.
    """
    return _bounded(_value(node, constants, depth))


def items(nodes: Iterable[ast.expr], constants: Mapping[str, object], depth: int = 4) -> tuple[object, ...]:
    """The values of several expressions; `*words` gives what it holds where the file says, else one `UNKNOWN`."""
    found: list[object] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            inner = literal(node.value, constants, depth)
            found += inner if isinstance(inner, tuple) else [UNKNOWN]
        else:
            found.append(literal(node, constants, depth))
    return tuple(found[:_MOST_ITEMS])


def _bounded(value: object) -> object:
    """A value that is small enough to be kept: constants built from constants may double at every line.

    Configurations are dictionaries in dictionaries (a build specification, a batch of Spark): they may be deeper.
    """
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else UNKNOWN
    if not isinstance(value, (tuple, dict)):
        return value
    levels: list[object] = [value]
    parts = 0
    described = isinstance(value, dict) or any(isinstance(part, dict) for part in _parts(value))
    for _ in range(_DEEPEST if described else _DEEPEST_LIST):
        levels = [part for each in levels for part in _parts(each)[: _MOST_PARTS - parts]]
        parts += len(levels)
        if parts >= _MOST_PARTS:
            return UNKNOWN
    return UNKNOWN if any(isinstance(each, (tuple, dict)) for each in levels) else value


def _parts(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else tuple(value.values()) if isinstance(value, dict) else ()


def _value(node: ast.expr, constants: Mapping[str, object], depth: int) -> object:
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if depth == 0:
        return UNKNOWN
    if isinstance(node, ast.Name):
        return constants.get(node.id, UNKNOWN)
    if isinstance(node, ast.Attribute):
        return node.attr if _is_member(node) else UNKNOWN
    if isinstance(node, ast.JoinedStr):
        return _f_string(node, constants)
    if isinstance(node, (ast.List, ast.Tuple)):
        return items(node.elts[:_MOST_ITEMS], constants, depth - 1)
    if isinstance(node, ast.Dict):
        return _dictionary(node, constants, depth)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = literal(node.operand, constants, depth - 1)
        return -number if isinstance(number, (int, float)) else UNKNOWN
    if isinstance(node, ast.BinOp):
        return _joined(node, constants, depth)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "dict":
            return _dict_call(node, constants, depth)
        words = _split(node, constants, depth)
        return _path(node, constants, depth) if words is None else words
    return UNKNOWN


def _constant(value: object) -> object:
    if isinstance(value, int):
        return value if value.bit_length() <= _BITS else UNKNOWN
    if isinstance(value, float):
        return value if isfinite(value) else UNKNOWN
    return value if isinstance(value, (str, type(None))) else UNKNOWN


def _f_string(node: ast.JoinedStr, constants: Mapping[str, object]) -> object:
    text = ""
    for part in node.values:
        text += _part(part, constants)
        if len(text) > _LONGEST:
            return UNKNOWN
    return text


def _dictionary(node: ast.Dict, constants: Mapping[str, object], depth: int) -> dict[object, object]:
    """The entries whose keys are written out, with those of a dictionary that is taken in (`{**common, "a": 1}`)."""
    found: dict[object, object] = {}
    for key, value in zip(node.keys[:_MOST_ITEMS], node.values, strict=False):
        known = literal(value, constants, depth - 1)
        if isinstance(key, ast.Constant):
            found[key.value] = known
        elif key is None and isinstance(known, dict):
            found |= known
    return found


def _dict_call(node: ast.Call, constants: Mapping[str, object], depth: int) -> object:
    """The entries of `dict(common, schedule="@daily", **more)`; `UNKNOWN` where it takes in what is not known."""
    found: dict[object, object] = {}
    for given in (*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg is None)):
        known = literal(given, constants, depth - 1)
        if not isinstance(known, dict):
            return UNKNOWN
        found |= known
    for keyword in node.keywords[:_MOST_ITEMS]:
        if keyword.arg is not None:
            found[keyword.arg] = literal(keyword.value, constants, depth - 1)
    return found


def _part(node: ast.expr, constants: Mapping[str, object]) -> str:
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
        known = constants.get(node.value.id)
        return known if isinstance(known, str) and len(known) <= _LONGEST_PART else "{}"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "{}"


def _operand(node: ast.expr, constants: Mapping[str, object], depth: int) -> object:
    """The value of what is joined with others."""
    value = literal(node, constants, depth - 1)
    return UNKNOWN if isinstance(node, ast.Name) and isinstance(value, str) and len(value) > _LONGEST_PART else value


def _is_member(node: ast.Attribute) -> bool:
    """Whether it is written as a member of an enumeration is: `DefaultScheduleStatus.STOPPED`."""
    owner = last_name(node.value)
    return node.attr.isupper() and owner[:1].isupper() and not owner.isupper()


def _joined(node: ast.BinOp, constants: Mapping[str, object], depth: int) -> object:
    left, right = _operand(node.left, constants, depth), _operand(node.right, constants, depth)
    if isinstance(node.op, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
        return left | right
    if isinstance(node.op, ast.Div) and isinstance(right, str):
        return f"{left.rstrip('/')}/{right}" if isinstance(left, str) else right
    if isinstance(node.op, ast.Add) and isinstance(right, str):
        return left + right if isinstance(left, str) else right
    return UNKNOWN


def _split(node: ast.Call, constants: Mapping[str, object], depth: int) -> tuple[str, ...] | None:
    """The words of `"python fit.py".split()` and `shlex.split("python fit.py")`; None for any other call."""
    func = node.func
    if not isinstance(func, ast.Attribute) or func.attr != "split" or node.keywords:
        return None
    of_shell = isinstance(func.value, ast.Name) and func.value.id == "shlex" and len(node.args) == 1
    text = literal(node.args[0] if of_shell else func.value, constants, depth - 1)
    if not isinstance(text, str) or (node.args and not of_shell):
        return None
    try:
        return tuple(shlex.split(text) if of_shell else text.split())[:_MOST_ITEMS]
    except ValueError:  # a quote that is never closed
        return None


def _path(node: ast.Call, constants: Mapping[str, object], depth: int) -> object:
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    if name in ("Path", "PurePath", "str", "abspath", "expanduser") and len(node.args) == 1:
        return literal(node.args[0], constants, depth - 1)
    if name == "join" and isinstance(func, ast.Attribute) and isinstance(func.value, ast.Constant):
        return _joined_words(func.value.value, node, constants, depth)
    if name in ("join", "Path", "PurePath", "joinpath") and 0 < len(node.args) <= _MOST_ITEMS:
        parts = [_operand(arg, constants, depth) for arg in node.args]
        known = [part for part in parts if isinstance(part, str)]
        return "/".join(known) if known and isinstance(parts[-1], str) else UNKNOWN
    return UNKNOWN


def _joined_words(mark: object, node: ast.Call, constants: Mapping[str, object], depth: int) -> object:
    """The text of `" ".join(words)`, with `{}` for a word that is not known."""
    words = literal(node.args[0], constants, depth - 1) if len(node.args) == 1 else UNKNOWN
    if not isinstance(mark, str) or not isinstance(words, tuple):
        return UNKNOWN
    return mark.join(word if isinstance(word, str) and len(word) <= _LONGEST_PART else "{}" for word in words)
