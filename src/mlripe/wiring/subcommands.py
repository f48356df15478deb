"""Which functions of a command-line program a command means: `tool model fit --epochs 3` runs `fit` of `model` alone.

A program is a tree of groups over one or more files. The words of a command are followed from the group in which the
program begins; where they name nothing that is known there, nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from mlripe.facts import Subcommand
from mlripe.readers.store import FactStore
from mlripe.wiring.module_facts import ModuleFacts
from mlripe.wiring.modules import Modules
from mlripe.wiring.places import MAIN, Place

__all__ = ["Subcommands"]

_DEEPEST = 8  # groups in one another, and modules that hand a name on
_MOST_PLACES = 500
_MOST_FILES = 200  # that a program imports


class Subcommands:
    """Answers for the programs of one repository."""

    def __init__(self, store: FactStore, modules: Modules) -> None:
        self.definitions = _Definitions(store, modules)
        self._programs: dict[str, _Program] = {}

    def asked(self, path: str, words: Sequence[str], start: str = "") -> list[Place]:
        """The functions that `words` ask a program for that begins in `start` of a file; [] where that is not told."""
        if not words:
            return []
        program = self._programs.setdefault(path, _Program(self.definitions, path))
        found = dict.fromkeys(place for root in program.roots(start) for place in program.followed(root, words))
        return [place for place in found if self.definitions.has(place)][:_MOST_PLACES]


class _Definitions:
    """Where the names of the repository's files are defined."""

    def __init__(self, store: FactStore, modules: Modules) -> None:
        self.store = store
        self.modules = modules
        self._facts: dict[str, ModuleFacts] = {}

    def of(self, path: str) -> ModuleFacts:
        if path not in self._facts:
            self._facts[path] = ModuleFacts.of(self.store.of(path))
        return self._facts[path]

    def has(self, place: Place) -> bool:
        return place.unit in self.of(place.path).definitions

    def declared(self, path: str) -> Sequence[Subcommand]:
        return self.store.of(path).subcommands

    def imported(self, path: str) -> Iterator[str]:
        """The files of the repository that a file imports."""
        for imported in self.store.of(path).imports:
            joint = "" if imported.module.endswith(".") else "."
            for name in ("", *imported.names):
                wanted = f"{imported.module}{joint}{name}" if name else imported.module
                if found := self.modules.file(wanted, path):
                    yield found

    def find(self, path: str, name: str, depth: int = 0) -> Place | None:
        """Where a name of a file is defined, through the modules that only hand it on."""
        if not name or depth >= _DEEPEST:
            return None
        split = self.modules.split(name, path)
        elsewhere = split is not None and split[0] != path
        own = name in self.of(path).definitions or name in self._said(path)
        if own and ("." not in name or not elsewhere):
            return Place(path, name)
        if split and elsewhere:
            return self.find(*split, depth=depth + 1)
        head, dot, rest = name.partition(".")
        for imported, source in self.of(path).bringing(head):
            joint = "" if imported.module.endswith(".") else "."
            if found := self.find(path, f"{imported.module}{joint}{source}{dot}{rest}", depth + 1):
                return found
        return None

    def _said(self, path: str) -> set[str]:
        """The names that a file's declarations say."""
        return {name for each in self.declared(path) for name in (each.group, each.target)}


class _Child(NamedTuple):
    """A command or group of a group: the words that ask for it, and where it is defined."""

    words: tuple[str, ...]
    at: Place


class _Program:
    """The groups of the program that is started by one file."""

    def __init__(self, definitions: _Definitions, path: str) -> None:
        self.definitions = definitions
        self.path = path
        self._known: dict[Place, tuple[_Child, ...]] = {}

    @cached_property
    def _files(self) -> list[str]:
        """The files that the program imports and that give commands to groups of other files."""
        waiting, seen, found = [self.path], {self.path}, list[str]()
        while waiting and len(seen) < _MOST_FILES:
            path = waiting.pop(0)
            if any("." in each.group for each in self.definitions.declared(path)):
                found.append(path)
            fresh = [each for each in dict.fromkeys(self.definitions.imported(path)) if each not in seen]
            seen.update(fresh)
            waiting += fresh
        return found

    def roots(self, start: str) -> list[Place]:
        """The groups in which it begins: the one that `start` is or mentions, else all that are in no other."""
        at = self.definitions.find(self.path, start) if start else None
        if at and (self._children(at) or any(at.unit == each.target for each in self.definitions.declared(at.path))):
            return [at]
        facts = self.definitions.of(self.path)
        begins = [facts.definitions[name] for name in ([start] if start else ["", MAIN]) if name in facts.definitions]
        names = [name for definition in begins for name in definition.mentions]
        names += [name for each in self.definitions.declared(self.path) for name in (each.group, each.target)]
        found = dict.fromkeys(
            place for name in names if (place := self.definitions.find(self.path, name)) and self._children(place)
        )
        inner = {child.at for group in found for child in self._below(group)}
        return [group for group in found if group not in inner]

    def followed(self, group: Place, words: Sequence[str], depth: int = 0) -> Iterator[Place]:
        """What the words ask of a group, and what runs in it whatever they ask."""
        children = self._children(group)
        at = _first_asking(children, words)
        asked = [child.at for child in children if at is not None and words[at].lower() in child.words]
        places: list[Place] = []
        for each in asked if depth < _DEEPEST else ():
            rest = words[(at or 0) + 1 :]
            places += self.followed(each, rest, depth + 1) if self._children(each) else [each]
            if self._takes_several(group):
                places += self.followed(group, rest, depth + 1)
        if not asked and depth:  # one of them, and nothing says which
            places += [child.at for child in self._below(group)]
        if places:
            yield from (*places, group, *self._always(group))

    def _below(self, group: Place) -> Iterator[_Child]:
        """All commands and groups of a group, those of its groups included."""
        waiting, seen = [group], {group}
        while waiting and len(seen) < _MOST_PLACES:
            for child in self._children(waiting.pop()):
                if child.at not in seen:
                    seen.add(child.at)
                    waiting.append(child.at)
                    yield child

    def _children(self, group: Place, depth: int = 0) -> tuple[_Child, ...]:
        """The commands and groups of a group, in whatever files they are given to it."""
        if group not in self._known:
            self._known[group] = ()  # for a group that contains itself
            self._known[group] = tuple(self._read(group, depth))
        return self._known[group]

    def _read(self, group: Place, depth: int) -> Iterator[_Child]:
        for path, each in self._given(group):
            target = self.definitions.find(path, each.target) if each.kind != "always" else None
            words = each.words or (self._own_words(target) if target else ())
            if target and words and each.kind != "merged":
                yield _Child(words, target)
            elif target and depth < _DEEPEST:
                yield from self._children(target, depth + 1)

    def _given(self, group: Place) -> Iterator[tuple[str, Subcommand]]:
        """What a group is given: in its own file, and in others that the program imports."""
        for path in dict.fromkeys((group.path, *self._files)):
            for each in self.definitions.declared(path):
                named_so = each.group.rpartition(".")[2] == group.unit.rpartition(".")[2]
                if named_so and self.definitions.find(path, each.group) == group:
                    yield path, each

    def _own_words(self, target: Place) -> tuple[str, ...]:
        own = (each for each in self.definitions.declared(target.path) if each.target == target.unit)
        return next((each.words for each in own if each.kind != "always" and each.words), ())

    def _takes_several(self, group: Place) -> bool:
        own = (each for each in self.definitions.declared(group.path) if each.target == group.unit)
        return any(each.kind == "chain" for each in own)

    def _always(self, group: Place) -> Iterator[Place]:
        return (Place(path, each.target) for path, each in self._given(group) if each.kind == "always")


def _first_asking(children: Sequence[_Child], words: Sequence[str]) -> int | None:
    """Where the first word stands that asks for a child, if all before it are options or may be their values."""
    for at, word in enumerate(words):
        if word.startswith("-"):
            continue
        if any(word.lower() in child.words for child in children):
            return at
        if not at or not words[at - 1].startswith("-") or "=" in words[at - 1]:
            return None
    return None
