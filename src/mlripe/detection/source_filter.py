"""Which source files are worth parsing: those that hold the words without which no detector can match.

One linear-time search a file for its imports, and one for each imported module that a detector knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from mlripe.readers.store import Gate

__all__ = ["gate_for"]

_MEMORY = 64 << 20  # the automaton's; beyond it the search gets slow, not wrong
_IMPORTED = rb"(?m)(?:^|\"|\\n|;)[ \t]*(?:from[ \t]+([A-Za-z_]\w*)|import[ \t]+([A-Za-z_][\w., \t]*))"


def gate_for(words: Mapping[str, str]) -> Gate:
    """The search for a catalogue's words (`catalog.words_of`) in a source text."""
    texts = {module.encode(): expression.encode() for module, expression in words.items()}

    @cache
    def search(module: bytes) -> Any:
        return _compiled(texts[module]).search

    def gate(content: bytes) -> bool:
        if b"" in texts and search(b"")(content):
            return True
        found = {module for module in _modules_of(content) if module in texts}
        return any(search(module)(content) for module in found)

    return gate


def _modules_of(content: bytes) -> Iterator[bytes]:
    """The roots of all that a source text imports, in every way of writing it."""
    for module, listed in _imported().findall(content):
        if module:
            yield module
        for name in listed.split(b",") if listed else ():
            yield name.strip().split(b" ", 1)[0].split(b".", 1)[0]


@cache
def _imported() -> Any:
    return _compiled(_IMPORTED)


def _compiled(expression: bytes) -> Any:
    import re2

    options = re2.Options()
    options.max_mem = _MEMORY
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(expression, options)
