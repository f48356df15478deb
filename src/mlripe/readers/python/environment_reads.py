"""How Python reads a variable of the environment: `os.environ`, `os.getenv`, and the fields of settings classes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from mlripe.readers.python.names import last_name
from mlripe.readers.python.trees import walk

__all__ = ["defaults_of", "is_settings", "prefix_of", "read_of"]

_MAPPINGS: Final = ("os.environ",)
_READS: Final = ("os.getenv", "os.environ.get", "os.environ.pop", "os.environ.setdefault", "decouple.config")
_READERS: Final = ("environs.Env", "environ.Env", "starlette.config.Config")  # objects whose calls read
_KINDS: Final = ("", ".str", ".path", ".get_value", ".get")
_SETTINGS: Final = ("BaseSettings",)
_NAMES: Final = ("env", "validation_alias", "alias")


def read_of(node: ast.expr, dotted: Callable[[ast.expr], str]) -> tuple[str, ast.expr | None] | None:
    """The variable that an expression reads, and its default; None for any other expression.

    `dotted` gives the dotted name of an expression.
    """
    if isinstance(node, ast.Subscript):
        name = _text(node.slice)
        return (name, None) if name and dotted(node.value) in _MAPPINGS else None
    if not isinstance(node, ast.Call) or not node.args or not (name := _text(node.args[0])):
        return None
    called = dotted(node.func)
    if called not in _READS and not any(called == reader + kind for reader in _READERS for kind in _KINDS):
        return None
    named = next((word.value for word in node.keywords if word.arg == "default"), None)
    return name, node.args[1] if len(node.args) > 1 else named


def is_settings(node: ast.ClassDef) -> bool:
    """Whether the fields of a class are read from the environment, by pydantic."""
    bases = (last_name(base) for base in node.bases)
    return any(base in _SETTINGS for base in bases)


def prefix_of(node: ast.ClassDef) -> str:
    """What stands before the name of each field in the environment."""
    for inner in walk(node):
        if isinstance(inner, ast.keyword) and inner.arg == "env_prefix":
            return _text(inner.value)
        if isinstance(inner, ast.Assign) and any(getattr(t, "id", "") == "env_prefix" for t in inner.targets):
            return _text(inner.value)
    return ""


def defaults_of(value: ast.expr | None) -> tuple[str, ast.expr | None]:
    """Of a field of settings the variable that it names itself ("" for none), and what it is by default."""
    if not isinstance(value, ast.Call):
        return "", value
    words = {word.arg: word.value for word in value.keywords}
    name = next((text for key in _NAMES if key in words and (text := _text(words[key]))), "")
    first = value.args[0] if value.args else words.get("default")
    return name, first if not (isinstance(first, ast.Constant) and first.value is ...) else None


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
