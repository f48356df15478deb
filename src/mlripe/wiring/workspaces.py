"""Notebooks of a Databricks workspace: a program names them by a path without an ending, under a root of its own."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlripe.facts import Call
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring.name_resolution import RepositoryTree

__all__ = ["notebooks"]

_JOBS = lazy_regex(r"databricks\.sdk\.(?:\w+\.)*jobs\.(?:create|submit|reset)\Z")
_WRITTEN = lazy_regex(r"((?:/[\w.-]{1,80}){1,4})[\"']")  # the end of a path, whatever a program puts before it
_ENDINGS = (".py", ".ipynb")
_MOST = 50


def notebooks(path: str, call: Call, store: FactStore, tree: RepositoryTree) -> Iterator[str]:
    """The files that a call runs as notebooks: `dbutils.notebook.run("./fit", 60)`, or a job that is defined in code.

    The tasks of a job are put together in many ways: all notebooks count that the program names.
    """
    if call.name == ".run":
        first = call.args[0] if call.args else None
        written = [first] if isinstance(first, str) and first.startswith(("./", "../", "/")) else []
    elif _JOBS.match(call.name):
        written = _WRITTEN.findall(store.text(path).decode("utf-8", "replace"))[:_MOST]
    else:
        return
    bases = [posixpath.dirname(path), ""]
    for name in dict.fromkeys(written):
        found = (tree.file(f"{name}{ending}", bases) for ending in _ENDINGS)
        if (target := next((f for f in found if f), None)) and target != path:
            yield target
