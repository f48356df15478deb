"""What a Python module decides: where the truth of each of its comparisons goes, function by function.

Names keep the truths that they were set to, an assignment in a branch also the truth of the branch. Nothing is followed
from one function to another here; a flow names where its truth comes from and goes. A function is only looked at when
somebody asks for it, because few functions of a repository decide anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from mlripe.facts import Flow, Held
from mlripe.readers import Unreadable
from mlripe.readers.python.source import parse
from mlripe.readers.python.truth_walk import Function, Walk

__all__ = ["Deciding"]


class Deciding:
    """The decisions of a Python source, as far as it was looked at; none where it cannot be read.

    `held` are its comparisons, `flows` where truths go, `functions` the parameters by the names of its functions,
    `texts` the words that each returns where a condition chooses between them.
    """

    def __init__(self, content: bytes) -> None:
        self.held: Sequence[Held] = ()
        self.flows: Sequence[Flow] = ()
        self.functions: Mapping[str, tuple[str, ...]] = {}
        self.texts: Mapping[str, frozenset[str]] = {}
        self._lines = content.splitlines()
        self._waiting: list[tuple[Function, str]] = []
        try:
            tree = parse(content)
            walk = self._walk = Walk(tree, lambda node, scope: self._waiting.append((node, scope)))
            walk.module(tree)
        except (Unreadable, RecursionError):
            self._waiting = []
        else:
            self.held, self.flows, self.functions, self.texts = walk.held, walk.flows, walk.functions, walk.texts

    def look(self, wanted: Callable[[bytes], bool]) -> None:
        """Looks at the functions whose source is wanted, those that were looked at before left out."""
        waiting, self._waiting = self._waiting, []
        for node, scope in waiting:
            if not wanted(b"\n".join(self._lines[node.lineno - 1 : node.end_lineno])):
                self._waiting.append((node, scope))
                continue
            with suppress(RecursionError):
                self._walk.later(node, scope)
