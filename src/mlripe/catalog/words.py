"""The words without which no pattern of the catalogue can match a source text; worked out once, when it is compiled.

A pattern of a module's names (`mlflow.log_*`) needs a file that imports the module and holds the name's literal part;
a pattern of bare methods or definitions (`.fit`, `load_data*`) needs that word, and one of the modules that its `when`
asks for. Comparisons with a number ask for no word: what they are looked for in, other patterns find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mlripe.catalog.glob_syntax import literals
from mlripe.catalog.languages import NODE, PYTHON, R, names_of, prefix_of

if TYPE_CHECKING:
    from mlripe.catalog.schema import Detector, Pattern, Root, Show

__all__ = ["modules_of", "tools_of", "words_of"]

_ANY = r""  # matches every text


def words_of(detectors: Iterable[Detector]) -> dict[str, str]:
    """For each module that a file may import ("" for any file), the expression of which it must hold a match.

    Modules of other languages than Python have that language's prefix, which alone stands for any file of it.
    """
    wanted: dict[str, set[str]] = {}
    for detector in detectors:
        patterns: tuple[Show | Root, ...] = (*detector.shows, *detector.starts)
        for pattern in patterns:
            modules = _modules(pattern)
            for root, token in _needed(pattern):
                language = NODE if root == NODE else PYTHON
                named = sorted(module for module in modules if module.startswith(NODE) == bool(language))
                for module in [root] if root not in (NODE, PYTHON) else named or [language]:
                    wanted.setdefault(module, set()).add(token)
    return {module: "|".join(sorted(tokens)) for module, tokens in sorted(wanted.items())}


def tools_of(detectors: Iterable[Detector]) -> frozenset[str]:
    """Every module that a pattern of the detectors, or one of its conditions, names."""
    roots = set()
    for detector in detectors:
        patterns: tuple[Show | Root, ...] = (*detector.shows, *detector.starts)
        named = (p for pattern in patterns for p in (pattern, *pattern.when, *pattern.unless))
        roots |= {name.split(".", 1)[0] for p in named for name in (*p.call, *p.decorator, *p.base, *p.imports)}
    return frozenset(root for root in roots if root and not set("*?[:") & set(root))


def modules_of(detector: Detector) -> frozenset[str]:
    """The top-level modules whose names a detector's patterns begin with: the tool's own packages."""
    return frozenset(root for pattern in (*detector.shows, *detector.starts) for root, _ in _needed(pattern) if root)


def _needed(pattern: Pattern) -> Iterator[tuple[str, str]]:
    """For each name of a pattern: (module that must be imported, or "", expression that must be found)."""
    for written in (*pattern.call, *pattern.decorator, *pattern.base):
        language = prefix_of(written)
        name = written.removeprefix(language)
        if language == R:  # there is little of it, and all of it is read
            continue
        if name.startswith(".") and not set(name[1:]) & set("*?[."):
            called = language == PYTHON and name in pattern.call  # elsewhere types may stand before the bracket
            yield language, rf"\.{re.escape(name[1:])}" + (r"\(" if called else r"\b")
            continue
        head, _, rest = name.partition(".")
        named = head and rest and not set(head) & set("*?[")
        root = (
            head if named and not (language == NODE and head[0].isupper()) else ""
        )  # `Bun` and `Deno` are always there
        # all literal pieces stand in the file, since names are resolved within it: the longest tells most
        pieces = [piece for text in literals(rest if root else name) for piece in text.split(".") if piece]
        yield language + root, re.escape(max(pieces, key=len)) if pieces else _ANY
    for name in pattern.imports:
        if prefix_of(name) == R:
            continue
        # a script names the package as a whole, with what is in it
        token = _ANY if name.startswith(NODE) else re.escape(name.rsplit(".", 1)[-1])
        yield name.split(".", 1)[0], token
    for name in names_of(pattern.define, NODE):
        yield NODE, rf"\b{re.escape(max(literals(name), key=len, default=''))}"
    for name in names_of(pattern.define, PYTHON):
        literal = re.split(r"[*?\[]", name)[0]
        inner = max(literals(name), key=len, default="")
        yield "", rf"\b(?:def|class) {re.escape(literal)}" if literal else rf"\b(?:def|class) \w*{re.escape(inner)}"
    for branch in pattern.branch:
        if branch.dead:
            yield "", r"\bif (?:False|0)\b"
        for word in branch.on:
            yield "", rf"(?:^|[^A-Za-z]){re.escape(word)}(?:[^A-Za-z]|$)"


def _modules(pattern: Show | Root) -> set[str]:
    """The modules of which the file must import one, by the pattern's own conditions."""
    for condition in pattern.when:
        others = (condition.call, condition.define, condition.decorator, condition.base, condition.text, condition.path)
        if condition.imports and not any(others):
            return {name.split(".", 1)[0] for name in condition.imports}
    return set()
