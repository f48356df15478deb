"""What a CI definition's variables, inputs and matrix hold, so that a command that names its script by one is followed.

`${{ env.SCRIPT }}`, `$SCRIPT`, `$(script)`, `${{ inputs.script }}` and their kin stand for a bounded set of literals:
those that the unit, what is around it, and whoever calls its file give. What nobody gives stays as it is written.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, product
from typing import Final

from mlripe.facts import Command, Unit
from mlripe.readers.infrastructure.kubernetes import OPEN_VALUES
from mlripe.readers.store import FactStore
from mlripe.wiring.charts import Charts

__all__ = ["Values"]

MOST: Final = 24  # values of one name, and forms of one command
DEPTH: Final = 4  # values that are given by values
LENGTH: Final = 2000  # characters of a command that is filled in

# The spellings of a reference, each with the name in the first group that took part.
REFERENCE = re.compile(
    r"\$\{\{\s*(?:github\.event\.)?((?:env|inputs|matrix|parameters|variables|vars)\.[\w-]+)\s*\}\}"
    r"|\$\[\[\s*(inputs\.[\w-]+)\s*\]\]"
    r"|<<\s*pipeline\.(parameters\.[\w-]+)\s*>>"
    r"|\$\{(?:env\.|params\.)?([A-Za-z_][\w.-]*)\}"
    r"|\$(Values(?:\.[\w-]+)+)|\$\(([A-Za-z_][\w.]*)\)|\$env:([A-Za-z_]\w*)|\$([A-Za-z_]\w*)|%([A-Za-z_]\w*)%"
)
MARKS: Final = ("$", "%", "<<")
INPUTS: Final = "inputs."  # what the caller of a file gives
KINDS: Final = {"env": "", "variables": "", "vars": "", "parameters": INPUTS, "inputs": INPUTS, "matrix": "matrix."}


def _key(match: re.Match[str]) -> str:
    """The name under which a unit keeps what a reference asks for."""
    name = next(group for group in match.groups() if group)
    kind, dot, rest = name.partition(".")
    return KINDS[kind] + rest if dot and kind in KINDS else name


class Values:
    """Answers for every unit of one repository. `at` gives the file that a `uses` path means."""

    def __init__(self, store: FactStore, charts: Charts, at: Callable[[str], str | None]) -> None:
        self.store = store
        self.charts = charts
        self.at = at
        self._by_id: dict[str, Mapping[str, Unit]] = {}
        self._given: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def forms(self, path: str, unit: Unit, command: Command) -> list[tuple[str, ...]]:
        """The words of a command, once for each combination of what it names; as written where nothing is known."""
        argv = command.argv
        if not any(mark in word for word in argv for mark in MARKS):
            return [argv]
        known = self._references(path, unit, argv)
        if not known:
            return [argv]
        found: dict[tuple[str, ...], None] = {}
        for values in islice(product(*known.values()), MOST):
            filled = dict(zip(known, values, strict=True))
            found.update(dict.fromkeys(_filled(argv, filled)))
        return list(found)

    def texts(self, path: str, unit: Unit, text: str) -> list[str]:
        """What an input of a unit can be."""
        known = self._references(path, unit, (text,)) if any(mark in text for mark in MARKS) else {}
        combined = islice(product(*known.values()), MOST)
        return [_replaced(text, dict(zip(known, values, strict=True))) for values in combined]

    def _references(
        self, path: str, unit: Unit, words: Sequence[str], depth: int = DEPTH
    ) -> dict[str, tuple[str, ...]]:
        """By each reference as it is written, what it can stand for; without those that nobody gives."""
        found: dict[str, tuple[str, ...]] = {}
        marked = (word for word in words if any(mark in word for mark in MARKS))
        for match in (match for word in marked for match in REFERENCE.finditer(word)):
            if match[0] not in found and (values := self._of(path, unit, _key(match), depth)):
                found[match[0]] = values
        return found

    # --- what a name holds -------------------------------------------------------------------------------------------

    def _of(self, path: str, unit: Unit, name: str, depth: int) -> tuple[str, ...]:
        """The values of a name at a unit: the nearest that is around it, else what the callers of its file give."""
        asked = (path, unit.id, name)
        if asked not in self._given:
            self._given[asked] = ()  # what a circle finds
            self._given[asked] = tuple(islice(dict.fromkeys(self._find(path, unit, name, depth)), MOST))
        return self._given[asked]

    def _find(self, path: str, unit: Unit, name: str, depth: int) -> Iterator[str]:
        if name.startswith(OPEN_VALUES):
            yield from self.charts.texts(path, name)
            return
        units = self._units(path)
        at: Unit | None = unit
        seen: set[str] = set()
        while at is not None and at.id not in seen:
            seen.add(at.id)
            if name in at.variables and not name.startswith(INPUTS):
                yield from self._resolved(path, at, at.variables[name], depth)
                return
            last, at = at, units.get(at.parent)
        root = last if last.variables or not units else next(iter(units.values()))
        if depth:
            for caller_path, caller in self._callers.get(path, ()):
                yield from self._from_caller(caller_path, caller, name, depth - 1)
            yield from self._resolved(path, root, root.variables.get(name, ()), depth - 1)

    def _from_caller(self, path: str, caller: Unit, name: str, depth: int) -> Iterator[str]:
        if name.startswith(INPUTS):
            given = caller.inputs.get(name.removeprefix(INPUTS))
            if isinstance(given, (str, int, float)) and not isinstance(given, bool):
                yield from self._resolved(path, caller, (str(given),), depth)
        else:
            yield from self._of(path, caller, name, depth)

    def _resolved(self, path: str, unit: Unit, values: Sequence[str], depth: int) -> Iterator[str]:
        """Values in which other names stand, with those filled in as far as they are known."""
        for value in values:
            known = self._references(path, unit, (value,), depth - 1) if depth and "$" in value else {}
            for filled in islice(product(*known.values()), MOST):
                yield _replaced(value, dict(zip(known, filled, strict=True)))

    def _units(self, path: str) -> Mapping[str, Unit]:
        if path not in self._by_id:
            self._by_id[path] = {unit.id: unit for unit in self.store.of(path).units}
        return self._by_id[path]

    @cached_property
    def _callers(self) -> dict[str, list[tuple[str, Unit]]]:
        """By file, the units of other files that use it."""
        found: dict[str, list[tuple[str, Unit]]] = {}
        for path, facts in list(self.store.loaded()):
            for unit in facts.units:
                for used in unit.uses:
                    if used.startswith(("./", "../")) and (target := self.at(posixpath.normpath(used[2:]))):
                        found.setdefault(target, []).append((path, unit))
        return found


def _replaced(text: str, values: Mapping[str, str]) -> str:
    return REFERENCE.sub(lambda match: values.get(match[0], match[0]), text)[:LENGTH]


def _filled(argv: Sequence[str], values: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The commands that argv is with its references filled in: a value may hold several words, or several commands."""
    if len(argv) == 1 and argv[0] in values:
        from mlripe.readers.shell.commands import commands

        yield from (command.argv for command in commands(values[argv[0]]))
        return
    words: list[str] = []
    for word in argv:
        text = _replaced(word, values)
        words += text.split() if word in values else [text]
    yield tuple(words)
