"""Which source files are worth parsing: those that hold the words without which no detector can match.

A pattern of a module's names (`mlflow.log_*`) needs a file that imports the module and holds the name's literal part;
a pattern of bare methods or definitions (`.fit`, `load_data*`) needs that word, and one of the modules that its `when`
asks for. One linear-time search a file for the imports, and one for each imported module that a detector knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from mlripe.catalog.shapes import Detector, Pattern, Root, Show
from mlripe.readers.store import Gate

__all__ = ["gate_for", "needed"]

_MEMORY = 64 << 20  # the automaton's; beyond it the search gets slow, not wrong
_IMPORTED = rb"(?m)(?:^|\"|\\n|;)[ \t]*(?:from[ \t]+([A-Za-z_]\w*)|import[ \t]+([A-Za-z_][\w., \t]*))"
_ANY = r""  # matches every text


def needed(pattern: Pattern) -> Iterator[tuple[str, str]]:
    """For each name of a pattern: (module that must be imported, or "", expression that must be found)."""
    for name in (*pattern.call, *pattern.decorator, *pattern.base):
        if name.startswith(".") and not set(name[1:]) & set("*?[."):
            yield "", rf"\.{re.escape(name[1:])}" + (r"\(" if name in pattern.call else r"\b")
            continue
        head, _, rest = name.partition(".")
        root = head if head and rest and not set(head) & set("*?[") else ""
        # all literal pieces stand in the file, since names are resolved within it: the longest tells most
        pieces = [piece for piece in re.split(r"[*?.\[\]]+", rest if root else name) if piece]
        yield root, re.escape(max(pieces, key=len)) if pieces else _ANY
    for name in pattern.imports:
        yield name.split(".", 1)[0], re.escape(name.rsplit(".", 1)[-1])
    for name in pattern.define:
        literal = re.split(r"[*?\[]", name)[0]
        inner = max(re.split(r"[*?\[\]]+", name), key=len)
        yield "", rf"\b(?:def|class) {re.escape(literal)}" if literal else rf"\b(?:def|class) \w*{re.escape(inner)}"
    for branch in pattern.branch:
        for word in branch.on:
            yield "", rf"(?:^|[^A-Za-z]){re.escape(word)}(?:[^A-Za-z]|$)"


def _modules(pattern: Show | Root) -> set[str]:
    """The modules of which the file must import one, by the pattern's own conditions."""
    for condition in pattern.when:
        others = (condition.call, condition.define, condition.decorator, condition.base, condition.text, condition.path)
        if condition.imports and not any(others):
            return {name.split(".", 1)[0] for name in condition.imports}
    return set()


def gate_for(detectors: Iterable[Detector]) -> Gate:
    """The search for any of the detectors' words in a source text."""
    wanted: dict[str, set[str]] = {}
    for detector in detectors:
        patterns: tuple[Show | Root, ...] = (*detector.shows, *detector.starts)
        for pattern in patterns:
            modules = _modules(pattern)
            for root, token in needed(pattern):
                for module in [root] if root else sorted(modules) or [""]:
                    wanted.setdefault(module, set()).add(token)
    texts = {module.encode(): "|".join(sorted(tokens)).encode() for module, tokens in wanted.items()}

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
