"""Which source files are worth parsing: those that hold a word without which no detector can match.

One linear-time search a file. Of a call pattern, its last part if that is a plain name, else its root module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mlripe.catalog.shapes import Detector, Pattern
from mlripe.readers.store import Gate

__all__ = ["gate_for", "tokens"]

_MEMORY = 64 << 20  # the automaton's; beyond it the search gets slow, not wrong


def tokens(pattern: Pattern) -> Iterator[str]:
    """The regular expressions of which a file must hold one for the pattern's code matchers to match."""
    for name in (*pattern.call, *pattern.decorator, *pattern.base):
        parts = [part for part in name.split(".") if part]
        last = parts[-1]
        if "*" not in last and len(last) > 3:
            method = name.startswith((".", "**.")) and last[0].islower()
            yield (r"\." if method else r"\b") + re.escape(last) + (r"\(" if method and name in pattern.call else r"\b")
        else:
            yield r"\b" + re.escape(next((p for p in parts if "*" not in p), last.strip("*"))) + r"\b"
    for name in pattern.imports:
        yield r"\b" + re.escape(name.split(".", 1)[0]) + r"\b"
    for name in pattern.define:
        literal = re.split(r"[*?\[]", name)[0]
        if literal:
            yield r"\b(?:def|class) " + re.escape(literal)
        else:
            yield re.escape(max(re.split(r"[*?\[\]]", name), key=len)) + r"\("


def gate_for(detectors: Iterable[Detector]) -> Gate:
    """The search for any of the detectors' words in a source text."""
    import re2

    wanted: set[str] = set()
    for detector in detectors:
        for pattern in (*detector.shows, *detector.starts):
            wanted.update(tokens(pattern))
    if not wanted:
        return lambda content: False
    options = re2.Options()
    options.max_mem = _MEMORY
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    compiled = re2.compile("|".join(sorted(wanted)).encode(), options)
    return lambda content: compiled.search(content) is not None
