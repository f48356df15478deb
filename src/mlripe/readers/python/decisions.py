"""What a Python module decides: where the truth of each of its comparisons goes, function by function.

Names keep the truths that they were set to, an assignment in a branch also the truth of the branch. Nothing is followed
from one function to another here; a flow names where its truth comes from and goes. A function is only parsed when
somebody asks for it, because few functions of a repository decide anything.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence

from mlripe.facts import Definition, Flow, Held
from mlripe.readers import Unreadable
from mlripe.readers.python.source import parse
from mlripe.readers.python.truth_walk import FUNCTIONS, Function, Walk

__all__ = ["Deciding"]


class Deciding:
    """The decisions of a Python source, as far as it was looked at; none where it cannot be read.

    `held` are its comparisons, `flows` where truths go, `texts` the words that each function returns where a condition
    chooses between them. `definitions` tell where its functions stand; without them the source is parsed whole.
    """

    def __init__(self, content: bytes, definitions: Iterable[Definition] = ()) -> None:
        self.held: Sequence[Held] = ()
        self.flows: Sequence[Flow] = ()
        self.texts: Mapping[str, frozenset[str]] = {}
        self._lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._ends = {d.line: d.end for d in definitions if d.kind == "function" and d.end <= len(self._lines)}
        self._waiting: list[tuple[Function, str]] = []
        self._parameters: Mapping[str, tuple[str, ...]] = {}
        try:
            tree = parse(b"\n".join(self._outline()) if self._ends else content)
            walk = self._walk = Walk(lambda node, scope: self._waiting.append((node, scope)))
            walk.module(tree)
        except (Unreadable, RecursionError):
            self._waiting = []
        else:
            self.held, self.flows, self.texts, self._parameters = walk.held, walk.flows, walk.texts, walk.functions

    def look(self, wanted: Callable[[bytes], bool]) -> None:
        """Looks at the functions whose source is wanted, those that were looked at before left out."""
        self._look(lambda node: wanted(self._source(node)))

    def defines(self, function: str) -> bool:
        """Whether a function of that name is known."""
        return function in self._parameters

    def parameters(self, function: str) -> tuple[str, ...]:
        """The parameters of a function, without the object that a method belongs to."""
        self._look(lambda node: node.name == function)
        return self._parameters.get(function, ())

    def _source(self, node: Function) -> bytes:
        return b"\n".join(self._lines[node.lineno - 1 : self._ends.get(node.lineno, node.end_lineno)])

    def _look(self, wanted: Callable[[Function], bool]) -> None:
        waiting, self._waiting = self._waiting, []
        for node, scope in waiting:
            if not wanted(node):
                self._waiting.append((node, scope))
            elif whole := self._whole(node):
                try:
                    self._walk.later(whole, scope)
                except RecursionError:
                    continue

    def _whole(self, node: Function) -> Function | None:
        """A function of which only the outline was parsed, with its body."""
        if node.lineno not in self._ends:
            return node
        source = self._source(node)
        indented = source[:1].isspace()
        before = b"\n" * (node.lineno - 2) + b"if 1:\n" if indented else b"\n" * (node.lineno - 1)
        try:
            body: list[ast.stmt] = parse(before + source).body
        except Unreadable:
            return None
        first = body[0] if body else None
        if indented and isinstance(first, ast.If):
            first = first.body[0]
        return first if isinstance(first, FUNCTIONS) else None

    def _outline(self) -> list[bytes]:
        """The lines of the source, of its functions only the names."""
        lines = list(self._lines)
        for first, last in self._ends.items():
            head = lines[first - 1]
            name = head.split(b"def ", 1)[-1].split(b"(", 1)[0].strip() or b"_"
            lines[first - 1] = head[: len(head) - len(head.lstrip())] + b"def " + name + b"(): pass"
            lines[first:last] = [b""] * (last - first)
        return lines
