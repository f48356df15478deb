"""Which source files are worth parsing: those that hold the words without which no detector can match.

One linear-time search a file for its imports, and one for each imported module that a detector knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from mlripe.catalog.languages import PYTHON
from mlripe.readers.store import Gate

__all__ = ["gate_for"]

_MEMORY = 64 << 20  # the automaton's; beyond it the search gets slow, not wrong
_SCRIPT_IMPORTED = rb"""(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["']([^"'\n]{1,200})["']"""
_IMPORTED = rb"(?m)(?:^|\"|\\n|;)[ \t]*(?:from[ \t]+([A-Za-z_]\w*)|import[ \t]+([A-Za-z_][\w., \t]*))"


def gate_for(words: Mapping[str, str]) -> Gate:
    """The search for a catalogue's words (`catalog.words_of`) in a source text."""
    texts = {module.encode(): expression.encode() for module, expression in words.items()}

    @cache
    def search(module: bytes) -> Any:
        return _compiled(texts[module]).search

    def gate(content: bytes, language: str = PYTHON) -> bool:
        any_file = language.encode()
        if any_file in texts and search(any_file)(content):
            return True
        modules = _modules_of(content) if language == PYTHON else _packages_of(content, any_file)
        return any(search(module)(content) for module in {module for module in modules if module in texts})

    return gate


def _modules_of(content: bytes) -> Iterator[bytes]:
    """The roots of all that a source text imports, in every way of writing it."""
    for module, listed in _imported().findall(content):
        if module:
            yield module
        for name in listed.split(b",") if listed else ():
            yield name.strip().split(b" ", 1)[0].split(b".", 1)[0]


def _packages_of(content: bytes, language: bytes) -> Iterator[bytes]:
    """What a script imports, and the packages that hold it: `@langchain/core/messages` is of `@langchain/core`."""
    for module in _script_imported().findall(content):
        parts = module.split(b"/")
        yield from (language + b"/".join(parts[:count]) for count in range(1, min(len(parts), 6) + 1))


@cache
def _imported() -> Any:
    return _compiled(_IMPORTED)


@cache
def _script_imported() -> Any:
    return _compiled(_SCRIPT_IMPORTED)


def _compiled(expression: bytes) -> Any:
    import re2

    options = re2.Options()
    options.max_mem = _MEMORY
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(expression, options)
