"""Python source to facts: imports, calls by resolved names, definitions and what they mention, deciding comparisons."""

from __future__ import annotations

import ast
import warnings
from typing import Final

from mlripe.facts import FileFacts, ReadFault
from mlripe.readers import Unreadable
from mlripe.readers.python.command_groups import GIVING, subcommands
from mlripe.readers.python.comparisons import Looks
from mlripe.readers.python.lazy_names import lazy_imports
from mlripe.readers.python.module_walk import ModuleWalk
from mlripe.readers.python.safe_text import check_costs, decoded, without_long_marks

__all__ = ["facts_of_tree", "parse", "read_python"]

MOST_KEPT: Final = 1 << 19  # characters of texts whose trees are kept, which weigh about 35 times as much
LARGEST_KEPT: Final = 1 << 16  # characters of one of them
MOST_MISSED: Final = 2000  # texts in a row that were not among them


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

    Several readers ask for the tree of the same text, so that nobody may change it.
    """
    text = without_long_marks(source if isinstance(source, str) else decoded(source))
    return _TREES.of(text)


def _parsed(text: str) -> ast.Module:
    check_costs(text)
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


class _Trees:
    """Trees that were asked for: several readers look at all texts of a repository, one reader after another.

    So what came first stays when there is no more room. It goes when nothing of it was asked for in a long time.
    """

    def __init__(self) -> None:
        self._kept: dict[str, ast.Module] = {}
        self._size = self._missed = 0

    def of(self, text: str) -> ast.Module:
        """The tree of a text."""
        tree = self._kept.get(text)
        if tree is not None:
            self._missed = 0
            return tree
        tree = _parsed(text)
        self._missed += 1
        if self._missed > MOST_MISSED:
            self._kept, self._size, self._missed = {}, 0, 0
        if self._size + len(text) <= MOST_KEPT and len(text) <= LARGEST_KEPT:
            self._kept[text] = tree
            self._size += len(text)
        return tree


_TREES: Final = _Trees()


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
