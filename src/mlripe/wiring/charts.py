"""Charts of Helm: what their values give to the templates, and which templates they switch off."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator
from typing import Final

from mlripe.facts import Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node
from mlripe.readers.infrastructure.kubernetes import OPEN_VALUES
from mlripe.readers.store import FactStore

__all__ = ["Charts"]

ACTION: Final = lazy_regex(r"\{\{-?\s*(if|with|range|define|block|end|else)\b([^{}\n]*)\}\}")
CONDITION: Final = lazy_regex(r"\s*(not\s+)?\.Values((?:\.\w+)+)\s*-?\s*\Z")
LONGEST: Final = 200_000  # characters of a template
MOST: Final = 20  # files of values


class Charts:
    """Answers for the templates of one repository's charts."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._values: dict[str, list[Node]] = {}
        self._off: dict[str, list[tuple[int, int]]] = {}  # by template, the lines that are switched off

    def texts(self, path: str, name: str) -> Iterator[str]:
        """What `Values.name` can be in a template, as a text for a shell."""
        for node in self._named(path, name.removeprefix(OPEN_VALUES)):
            if node.is_list:
                yield shlex.join(item.text for item in node.items())
            elif node.text:
                yield node.text

    def off(self, path: str, unit: Unit) -> bool:
        """Whether a manifest stands in a condition that no file of values makes true."""
        if "/templates/" not in f"/{path}":
            return False
        if path not in self._off:
            self._off[path] = list(self._switched_off(path))
        return any(begin < unit.line < end for begin, end in self._off[path])

    def schedule_disabled(self, path: str, unit: Unit) -> bool:
        """Whether the values suspend a schedule."""
        named = unit.inputs.get("suspend")
        known = (
            [node.text for node in self._named(path, named.removeprefix(f"${OPEN_VALUES}"))]
            if isinstance(named, str)
            else []
        )
        return bool(known) and all(text == "true" for text in known)

    def _switched_off(self, path: str) -> Iterator[tuple[int, int]]:
        text = self.store.text(path)[:LONGEST].decode("utf-8", "replace")
        opened: list[tuple[int, str]] = []  # the blocks that are open, each with its line and its condition
        for number, line in enumerate(text.split("\n"), 1):
            for word, rest in ACTION.findall(line):
                if word == "end" and opened:
                    begin, condition = opened.pop()
                    if condition and self._false(path, condition):
                        yield begin, number
                elif word == "else" and opened:
                    opened[-1] = (opened[-1][0], "")  # one of two is made
                elif word not in ("end", "else"):
                    opened.append((number, rest if word == "if" else ""))

    def _false(self, path: str, condition: str) -> bool:
        """Whether a condition asks for one value, and no file of values gives it."""
        found = CONDITION.match(condition)
        if not found or not self._of_chart(path):
            return False
        truths = [bool(node.value) for node in self._named(path, found[2].lstrip("."))] or [False]
        return not any(truth != bool(found[1]) for truth in truths)

    def _named(self, path: str, dotted: str) -> list[Node]:
        return [node for root in self._of_chart(path) if (node := root.at(dotted)).value is not None]

    def _of_chart(self, path: str) -> list[Node]:
        """The values of a template's chart: its own file, and others beside it."""
        chart = path.partition("/templates/")[0] if "/templates/" in path else ""
        if chart not in self._values:
            names = [
                name
                for name in self.store.entries
                if posixpath.dirname(name) == chart and re.fullmatch(r"values[\w.-]*\.ya?ml", posixpath.basename(name))
            ]
            self._values[chart] = [
                Node.root(document) for name in names[:MOST] for document in self.store.of(name).documents
            ]
        return self._values[chart]
