"""What a Python expression is worth where the file writes it out: literals, constants of the module, joined paths."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from math import isfinite

from mlripe.facts import UNKNOWN

__all__ = ["literal"]

_MOST_ITEMS = 50
_LONGEST = 4000  # characters of a text
_LONGEST_PART = 250  # characters of a constant that is put into a text: it may be put into thousands
_BITS = 10_000  # of a whole number: Python refuses to write out one of more than 4,300 digits


def literal(node: ast.expr, constants: Mapping[str, object], depth: int = 4) -> object:
    """The value of an expression, `UNKNOWN` where the file does not say.

    An f-string gives its text with `{}` for what is not known; `Path("a") / "b"` and `os.path.join("a", "b")` give
    `a/b`. Lists and tuples give tuples, a member of an enumeration its name.
    """
    return _bounded(_value(node, constants, depth))


def _bounded(value: object) -> object:
    """A value that is small enough to be kept: constants built from constants may double at every line."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else UNKNOWN
    parts = value if isinstance(value, tuple) else tuple(value.values()) if isinstance(value, dict) else ()
    for part in parts:
        inner = part if isinstance(part, tuple) else part.values() if isinstance(part, dict) else ()
        if any(isinstance(each, (tuple, dict)) for each in inner):
            return UNKNOWN
    return value


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
        return tuple(literal(item, constants, depth - 1) for item in node.elts[:_MOST_ITEMS])
    if isinstance(node, ast.Dict):
        return {
            key.value: literal(value, constants, depth - 1)
            for key, value in zip(node.keys[:_MOST_ITEMS], node.values, strict=False)
            if isinstance(key, ast.Constant)
        }
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = literal(node.operand, constants, depth - 1)
        return -number if isinstance(number, (int, float)) else UNKNOWN
    if isinstance(node, ast.BinOp):
        return _joined(node, constants, depth)
    if isinstance(node, ast.Call):
        return _path(node, constants, depth)
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
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return node.attr.isupper() and owner[:1].isupper() and not owner.isupper()


def _joined(node: ast.BinOp, constants: Mapping[str, object], depth: int) -> object:
    left, right = _operand(node.left, constants, depth), _operand(node.right, constants, depth)
    if isinstance(node.op, ast.Div) and isinstance(right, str):
        return f"{left.rstrip('/')}/{right}" if isinstance(left, str) else right
    if isinstance(node.op, ast.Add) and isinstance(right, str):
        return left + right if isinstance(left, str) else right
    return UNKNOWN


def _path(node: ast.Call, constants: Mapping[str, object], depth: int) -> object:
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    if name in ("Path", "PurePath", "str", "abspath", "expanduser") and len(node.args) == 1:
        return literal(node.args[0], constants, depth - 1)
    if name in ("join", "Path", "PurePath", "joinpath") and 0 < len(node.args) <= _MOST_ITEMS:
        parts = [_operand(arg, constants, depth) for arg in node.args]
        known = [part for part in parts if isinstance(part, str)]
        return "/".join(known) if known and isinstance(parts[-1], str) else UNKNOWN
    return UNKNOWN
