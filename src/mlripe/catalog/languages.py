"""Which language a name of a pattern is of: `node:ai.streamText` is TypeScript's and JavaScript's, without a prefix it
is Python's. Ecosystems of packages are called alike."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

__all__ = ["NODE", "PYTHON", "SCRIPTS", "language_of", "names_of"]

PYTHON: Final = ""
NODE: Final = "node:"
SCRIPTS: Final = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")  # TypeScript and JavaScript


def language_of(path: str) -> str:
    """The prefix of the names that the file at a path can hold."""
    return NODE if path.endswith(SCRIPTS) else PYTHON


@lru_cache(maxsize=16384)
def _names_of(names: tuple[str, ...], language: str) -> tuple[str, ...]:
    if language:
        return tuple(name.removeprefix(language) for name in names if name.startswith(language))
    return tuple(name for name in names if not name.startswith(NODE))


def names_of(names: Iterable[str], language: str) -> tuple[str, ...]:
    """The names that are of a language, without its prefix."""
    return _names_of(tuple(names), language)
