"""What a CI definition's variables, inputs and matrix hold, so that a command that names its script by one is followed.

`${{ env.SCRIPT }}`, `$SCRIPT`, `$(script)`, `${{ inputs.script }}` and their kin stand for a bounded set of literals:
those that the unit, what is around it, and whoever calls its file give. What nobody gives stays as it is written.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, product
from typing import Final, NamedTuple

from mlripe.facts import Command, Document, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node
from mlripe.readers.infrastructure.kubernetes import OPEN_VALUES
from mlripe.readers.store import FactStore
from mlripe.wiring.charts import Charts

__all__ = ["Setting", "Values", "exported"]

_MOST_SCALARS: Final = 2000  # of a file of parameters
_MOST_AROUND: Final = 20  # units around a unit
MOST: Final = 24  # values of one name, and forms of one command
DEPTH: Final = 4  # values that are given by values
LENGTH: Final = 2000  # characters of a command that is filled in

# The spellings of a reference, each with the name in the first group that took part.
REFERENCE = lazy_regex(
    r"\$\{\{\s*(?:github\.event\.)?((?:env|inputs|matrix|parameters|variables|vars)\.[\w-]+)\s*\}\}"
    r"|\$\{\{\s*([A-Za-z_]\w*(?:\.\w+)?)\s*\}\}"  # the variable of a loop
    r"|\$\[\[\s*(inputs\.[\w-]+)\s*\]\]"
    r"|<<\s*pipeline\.(parameters\.[\w-]+)\s*>>"
    r"|\$\{(?:env\.|params\.)?([A-Za-z_][\w.-]*)\}"
    r"|\$(Values(?:\.[\w-]+)+)|\$\(([A-Za-z_][\w.]*)\)|\$env:([A-Za-z_]\w*)|\$([A-Za-z_]\w*)|%([A-Za-z_]\w*)%"
)
MARKS: Final = ("$", "%", "<<")
PREFIX = lazy_regex(r"[A-Za-z_]\w*=(?:\"[^\"]*\"|'[^']*'|[^\s\"';&|]*)\s+")
PREFIXES = lazy_regex(rf"(?:env\s+)?(?:{PREFIX.pattern})+")
EXPORTS: Final = ("export", "declare", "set", "setx")
Environment = Callable[[str], Iterable[str]]

INPUTS: Final = "inputs."  # what the caller of a file gives
KINDS: Final = {"env": "", "variables": "", "vars": "", "parameters": INPUTS, "inputs": INPUTS, "matrix": "matrix."}


def _key(match: re.Match[str]) -> str:
    """The name under which a unit keeps what a reference asks for."""
    name = next(group for group in match.groups() if group)
    kind, dot, rest = name.partition(".")
    return KINDS[kind] + rest if dot and kind in KINDS else name


class Setting(NamedTuple):
    """A variable of the environment that a unit sets for all that it starts, or one of its commands for itself."""

    name: str
    path: str
    unit: Unit
    command: Command | None = None


class Values:
    """Answers for every unit of one repository. `at` gives the file that a `uses` path means."""

    def __init__(self, store: FactStore, charts: Charts, at: Callable[[str], str | None]) -> None:
        self.store = store
        self.charts = charts
        self.at = at
        self._by_id: dict[str, Mapping[str, Unit]] = {}
        self._given: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def forms(
        self, path: str, unit: Unit, command: Command, environment: Environment | None = None
    ) -> list[tuple[str, ...]]:
        """The words of a command, once for each combination of what it names; as written where nothing is known.

        `environment` gives what a variable holds that whoever starts the unit sets for it.
        """
        argv = command.argv
        if not any(mark in word for word in argv for mark in MARKS):
            return [argv]
        known = self._references(path, unit, argv)
        for match in (match for word in argv for match in REFERENCE.finditer(word)) if environment else ():
            if match[0] not in known and environment and (values := tuple(environment(_key(match)))):
                known[match[0]] = values
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

    def setting(self, names: Collection[str]) -> list[Setting]:
        """What sets one of these variables for what it starts."""
        return [found for name in sorted(names) for found in self._setting.get(name, ())]

    def of_variable(self, setting: Setting, name: str) -> tuple[str, ...]:
        """What a variable of the environment holds in what a unit, or one of its commands, starts."""
        unit, command = setting.unit, setting.command
        own = exported(unit.commands if command is None else (command,)).get(name, ())
        return own or self._of(setting.path, unit, name, DEPTH)

    def replacing(self, setting: Setting) -> list[Setting]:
        """What sets the variable anew inside of the unit that a setting is of."""
        units = self._units(setting.path)
        found = []
        for other in self._setting.get(setting.name, ()) if setting.command is None else ():
            at: Unit | None = other.unit if other.path == setting.path and other != setting else None
            if at is setting.unit:
                found.append(other)
            for _ in range(_MOST_AROUND):
                at = units.get(at.parent) if at else None
                if at is setting.unit:
                    found.append(other)
        return found

    def open(self, path: str, unit: Unit, command: Command) -> frozenset[str]:
        """The variables in a command that nothing around its unit says."""
        if not any(mark in word for word in command.argv for mark in MARKS):
            return frozenset()
        keys = {_key(match) for word in command.argv for match in REFERENCE.finditer(word)}
        return frozenset(key for key in keys if "." not in key and not self._of(path, unit, key, DEPTH))

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
            if found := [value for given in self._taken_in(at) for value in given.get(name, ())]:
                yield from self._resolved(path, at, found, depth)
                return
            last, at = at, units.get(at.parent)
        root = last if last.variables or not units else next(iter(units.values()))
        if depth:
            callers = self._callers.get(path, [])
            for caller_path, caller in callers:
                yield from self._from_caller(caller_path, caller, name, depth - 1)
            if not (name.startswith(INPUTS) and _always_given(name.removeprefix(INPUTS), root, callers)):
                yield from self._resolved(path, root, root.variables.get(name, ()), depth - 1)

    def _from_caller(self, path: str, caller: Unit, name: str, depth: int) -> Iterator[str]:
        if name.startswith(INPUTS):
            given = caller.inputs.get(name.removeprefix(INPUTS))
            for each in given if isinstance(given, tuple) else (given,):
                if isinstance(each, (str, int, float)) and not isinstance(each, bool):
                    yield from self._resolved(path, caller, (str(each),), depth)
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

    def _taken_in(self, unit: Unit) -> Iterator[Mapping[str, tuple[str, ...]]]:
        """The variables of the files that a unit takes in."""
        for used in unit.variables_of:
            if target := self.at(posixpath.normpath(used.removeprefix("./"))):
                facts = self.store.of(target)
                yield from (each.variables for each in facts.units if not each.parent)
                if not facts.units:
                    yield from (_scalars(document) for document in facts.documents)

    @cached_property
    def _setting(self) -> dict[str, list[Setting]]:
        """By variable, the units that set it for all that they start, and the commands that are run with it."""
        found: dict[str, list[Setting]] = {}
        for path, facts in list(self.store.loaded()):
            for unit in facts.units:
                taken_in = (name for given in self._taken_in(unit) for name in given)
                whole = dict.fromkeys((*unit.variables, *taken_in, *exported(unit.commands, prefixed=False)))
                settings: list[tuple[str, Command | None]] = [(name, None) for name in whole]
                settings += [(name, each) for each in unit.commands for name in exported((each,), statements=False)]
                for name, command in settings:
                    if len(known := found.setdefault(name, [])) < MOST:
                        known.append(Setting(name, path, unit, command))
        return found

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


def _always_given(name: str, root: Unit, callers: Sequence[tuple[str, Unit]]) -> bool:
    """Whether whoever starts a file gives an input, so that its default never holds."""
    own = any(trigger.kind != "call" for trigger in root.triggers)
    return bool(callers) and not own and all(name in caller.inputs for _, caller in callers)


def _scalars(document: Document) -> dict[str, tuple[str, ...]]:
    """The values of a document of parameters by their dotted names."""
    found: dict[str, tuple[str, ...]] = {}
    for _, node in islice(Node.root(document).walk(), _MOST_SCALARS):
        if node.text and len(node.text) <= LENGTH:
            found[".".join(map(str, node.path))] = (node.text,)
    return found


def exported(
    commands: Iterable[Command], *, statements: bool = True, prefixed: bool = True
) -> dict[str, tuple[str, ...]]:
    """The variables that commands give on: `export NAME=value`, and `NAME=value` before a command of its own."""
    found: dict[str, tuple[str, ...]] = {}
    for command in commands:
        words: Sequence[str] = command.argv[1:] if statements and command.argv[0] in EXPORTS else ()
        if prefixed and "=" in command.text and (before := PREFIXES.match(command.text[:LENGTH])):
            words = [match[0] for match in PREFIX.finditer(before[0])]
        for word in words:
            name, equals, value = word.strip().partition("=")
            if equals and name.isidentifier() and "$(" not in value and "`" not in value:
                found[name] = (*found.get(name, ()), value.strip("\"'"))
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
