"""Python source to facts: imports, calls by resolved names, definitions and what they mention, deciding comparisons."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache
from typing import Final

from mlripe.facts import FileFacts, ReadFault
from mlripe.readers import Unreadable
from mlripe.readers.python.command_groups import GIVING, subcommands
from mlripe.readers.python.comparisons import Looks
from mlripe.readers.python.lazy_names import lazy_imports
from mlripe.readers.python.module_walk import ModuleWalk
from mlripe.readers.python.safe_text import check_costs, decoded, without_long_marks

__all__ = ["facts_of_tree", "parse", "read_python"]

_SHORT: Final = 12 * 1024  # characters of a source whose tree is kept: a tree takes some hundred times as much memory


def read_python(path: str, content: bytes) -> FileFacts:
    """The facts of a Python source file, or of a notebook that is kept as one."""
    from mlripe.readers.python.exported_notebook import has_magics, is_databricks, read_exported

    text = decoded(content)
    if is_databricks(text):
        return read_exported(path, text)
    try:
        tree = parse(text)
    except Unreadable:
        if has_magics(text):
            return read_exported(path, text)
        raise
    return _with_constructs(facts_of_tree(tree, path, len(content)), text)


def _with_constructs(facts: FileFacts, text: str) -> FileFacts:
    if not any(imported.module.startswith("aws_cdk") for imported in facts.imports):
        return facts
    from mlripe.readers.infrastructure.constructs import with_constructs

    return with_constructs(facts, text)


def parse(source: bytes | str) -> ast.Module:
    """The syntax tree of a source text; `Unreadable` where Python 3 cannot parse it, or at too high a cost.

    Several ask for the same file, one after the other: they are given the same tree, and change nothing in it.
    """
    text = without_long_marks(source if isinstance(source, str) else decoded(source))
    check_costs(text)
    return _tree_kept(text) if len(text) <= _SHORT else _tree(text)


def _tree(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return ast.parse(text)
            except SyntaxError as error:
                return _newer(text, error)
    except SyntaxError as error:
        raise Unreadable("not valid Python 3", error.lineno or 0) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"not readable as Python: {type(error).__name__}") from None


_tree_kept = lru_cache(maxsize=64)(_tree)


def _newer(text: str, error: SyntaxError) -> ast.Module:
    """The tree of a source that a newer Python might read; raises `error` where that is not the reason."""
    from mlripe.readers.python.newer_syntax import older

    told = older(text)
    if told == text:
        raise error
    check_costs(told)
    try:
        return ast.parse(told)
    except SyntaxError:
        raise error from None


def facts_of_tree(tree: ast.Module, path: str, size: int, *, program: bool = True) -> FileFacts:
    """The facts of a parsed module, which was written in so many characters or bytes.

    `program`: whether it may be started with words (a notebook is not).
    """
    walker = ModuleWalk(tree, Looks(size), program)
    try:
        walker.module(tree)
    except RecursionError:
        raise Unreadable("nested too deeply to be read") from None
    says = "its conditions guard too much in one another; what they decide was not followed to the end"
    lazy = lazy_imports((d.name for d in walker.definitions), walker.calls, walker.constants)
    return FileFacts(
        imports=(*walker.imports, *lazy),
        calls=tuple(walker.calls),
        definitions=tuple(walker.definitions),
        branches=tuple(walker.branches),
        comparisons=tuple(walker.comparisons),
        read_faults=() if walker.looks.left > 0 else (ReadFault(path, says),),
        choices=tuple(choice for choice in walker.choices if choice),
        subcommands=subcommands(tree) if any(name.endswith(GIVING) for name in walker.called()) else (),
    )
