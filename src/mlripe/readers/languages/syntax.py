"""Syntax trees by grammars that come as packages: parsed within bounds, imported where there is such a file.

tree-sitter reads any text, also one that is wrong: it marks what it cannot place, and what stands around it is read.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

from mlripe.readers import Unreadable
from mlripe.readers.work import spend

if TYPE_CHECKING:
    from tree_sitter import Language, Node

__all__ = ["LARGEST", "ecmascript"]

LARGEST: Final = 256 * 1024  # bytes of a file that are parsed: what is larger is generated, bundled or data
# The parser asks after every hundred steps whether it may go on. A file that somebody wrote takes some 20 steps for a
# kilobyte and 20 µs for each hundred; what is built to be hard takes ten times as much of both.
_MOST_HUNDREDS: Final = 10_000
_WORK: Final = 8  # units of work of a hundred steps
_NODES: Final = 5  # that are walked in a unit of work
_SLICE: Final = 64 * 1024
_WORD: Final = 256


def ecmascript(path: str, content: bytes) -> Node:
    """The tree of a TypeScript or JavaScript file. Raises `Unreadable` where it is too large or too hard to parse.

    One grammar knows the types of TypeScript and the tags of JSX, and so all of JavaScript; only a file of TypeScript
    without tags has another one, because `<T>x` is a type there.
    """
    return _parsed(_typescript() if path.endswith((".ts", ".mts", ".cts")) else _tsx(), content)


@cache
def _typescript() -> Language:
    import tree_sitter_typescript
    from tree_sitter import Language

    return Language(tree_sitter_typescript.language_typescript())


@cache
def _tsx() -> Language:
    import tree_sitter_typescript
    from tree_sitter import Language

    return Language(tree_sitter_typescript.language_tsx())


def _parsed(language: Language, content: bytes) -> Node:
    from tree_sitter import Parser

    if len(content) > LARGEST:
        raise Unreadable(f"not parsed: larger than {LARGEST // 1024} KiB")
    hundreds = 0

    def stop(*_: object) -> bool:
        nonlocal hundreds
        hundreds += 1
        return hundreds > _MOST_HUNDREDS

    size = _SLICE

    def read(at: int, _: object) -> bytes:
        return content[at : at + size]

    tree = None
    with suppress(ValueError):  # it was stopped
        tree = Parser(language).parse(read, progress_callback=stop)
    size = _WORD  # from now on only texts of nodes are read
    spend(hundreds * _WORK)
    if tree is None:
        raise Unreadable("too complex to be parsed")
    spend(tree.root_node.descendant_count // _NODES)
    return tree.root_node
