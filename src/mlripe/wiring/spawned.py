"""Programs that a script of Node, Deno or Bun starts by a call: `spawn("python", ["fit.py"])`, `fork("x.ts")`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlripe.facts import Call
from mlripe.lazy_regex import lazy_regex
from mlripe.wiring.commands import Launcher
from mlripe.wiring.places import MAIN, Place

__all__ = ["spawned"]

_STARTS = lazy_regex(r"(?:(?:node:)?child_process|execa|cross-spawn|Bun|zx|shelljs|tinyexec)(?:\.|\Z)")
_OF_FILES = lazy_regex(r"(?:(?:node:)?(?:child_process\.fork|worker_threads\.Worker)|piscina(?:\.Piscina)?|Worker)\Z")
_FILE = ("filename", "script", "path")
_MOST_WORDS = 100


def spawned(path: str, call: Call, launcher: Launcher) -> Iterator[Place]:
    """What a call starts: the command that it is given in one or two parts, or a script beside the file."""
    bases = [posixpath.dirname(path), ""]
    if _OF_FILES.match(call.name):
        for value in (*call.args[:1], *(call.keywords.get(key) for key in _FILE)):
            if isinstance(value, str) and (found := launcher.tree.script(value, bases)):
                yield Place(found, MAIN)
        return
    if not _STARTS.match(call.name) or not call.args:
        return
    first, second = call.args[0], call.args[1] if len(call.args) > 1 else ()
    if isinstance(first, tuple):  # Bun.spawn(["python", "fit.py"])
        first, second = first[0] if first else "", first[1:]
    if not isinstance(first, str) or not first:
        return
    if isinstance(second, tuple) and second:
        words = [word if isinstance(word, str) else "" for word in second[:_MOST_WORDS]]
        yield from launcher.places((first, *words), bases)
        return
    from mlripe.readers.shell.commands import commands

    for command in commands(first, call.line):
        yield from launcher.places(command.argv, bases)
