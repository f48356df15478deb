"""Which language a name of a pattern is of: `node:ai.streamText` is TypeScript's and JavaScript's, `r:caret.train` R's,
without a prefix it is Python's. Ecosystems of packages are called alike."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

__all__ = ["LANGUAGES", "NODE", "PYTHON", "SCRIPTS", "R", "language_of", "names_of", "prefix_of"]

PYTHON: Final = ""
NODE: Final = "node:"
R: Final = "r:"
LANGUAGES: Final = (PYTHON, NODE, R)
SCRIPTS: Final = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")  # TypeScript and JavaScript
_OF_R: Final = (".R", ".r", ".Rmd", ".rmd", ".qmd")


def language_of(path: str) -> str:
    """The prefix of the names that the file at a path can hold."""
    return NODE if path.endswith(SCRIPTS) else R if path.endswith(_OF_R) else PYTHON


def prefix_of(name: str) -> str:
    """The prefix of a pattern's name; Python's is empty."""
    return NODE if name.startswith(NODE) else R if name.startswith(R) else PYTHON


@lru_cache(maxsize=16384)
def _names_of(names: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(name.removeprefix(language) for name in names if prefix_of(name) == language)


def names_of(names: Iterable[str], language: str) -> tuple[str, ...]:
    """The names that are of a language, without its prefix."""
    return _names_of(tuple(names), language)
