"""All patterns of the catalogue against all files, indexed so that each fact meets only the few that could match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from copy import copy
from functools import cache
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from mlripe.catalog.globs import PathSets
from mlripe.catalog.languages import LANGUAGES, PYTHON, language_of, names_of
from mlripe.catalog.schema import Detector, KeyPattern, Pattern, Root, Show
from mlripe.detection.blocks import block_at
from mlripe.detection.command_index import AskedCommands, CommandIndex
from mlripe.detection.dotted_names import NameIndex
from mlripe.detection.file_scopes import FileScopes, Scopes, Within
from mlripe.detection.own_modules import OwnModules
from mlripe.detection.patterns import (
    Found,
    branch_guards,
    branch_matches,
    branch_words,
    call_fits,
    comparison_matches,
    expression,
    find,
    find_key,
    given_any,
    glob_words,
    import_matches,
    inputs_fit,
    keys_of,
    name_glob,
    own_name,
    without_version,
)
from mlripe.detection.reexports import Exports
from mlripe.detection.text_search import TOO_SLOW, TextSearch, TextWords
from mlripe.facts import Branch, Command, FileFacts
from mlripe.readers import is_code
from mlripe.readers.python.command_calls import commands_of
from mlripe.readers.store import FactStore
from mlripe.texts import line_at
from mlripe.wiring.command_words import CommandWords
from mlripe.wiring.modules import Modules

__all__ = ["Match", "Matcher"]


class Match(Struct, frozen=True):
    """A pattern of a detector that matched at a place."""

    detector: Detector
    pattern: Show | Root
    path: str
    found: Found


Entry = tuple[Detector, "Show | Root"]
_MOST_KEPT = 200  # kinds of paths
_KINDS = ("call", "decorator", "base")
_NEAR = 2  # lines after a match: a call seldom has its first arguments further below


@cache
def _literal_keys(path: str) -> frozenset[str]:
    """The keys that a document must hold anywhere to match a key path; a number may also be a place in a list."""
    return frozenset(step for step in path.split(".") if "*" not in step and not step.isdigit())


class Matcher:
    """The detectors' patterns (`shows` and `starts`), indexed; `tools` are the modules that any of them names.

    `needed` says by expressions on texts of which words one must stand there.
    """

    def __init__(
        self, detectors: Iterable[Detector], tools: Set[str], needed: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        # by kind and language
        self.names: dict[tuple[str, str], NameIndex[Entry]] = {(k, of): NameIndex() for k in _KINDS for of in LANGUAGES}
        self.commands: CommandIndex[Entry] = CommandIndex()
        self.keys: dict[str, list[tuple[int, KeyPattern, Entry]]] = {}  # by the first key, "" where it is a glob
        self.imports: dict[str, list[tuple[str, Entry]]] = {}
        self.rest: dict[str, list[Entry]] = {}
        self.texts: dict[tuple[str, ...], list[Entry]] = {}  # by the paths that they may read
        self.paths: list[Entry] = []
        self._tools = tools
        self._needed = needed or {}
        self._words_of: dict[tuple[Within, ...], tuple[list[Entry], TextWords, int]] = {}  # by the scopes of a file
        self._all: list[Show | Root] = []
        self._begin()
        for detector in detectors:
            patterns: tuple[Show | Root, ...] = (*detector.shows, *detector.starts)
            for pattern in patterns:
                self._index((detector, pattern))
        # numbers of the entries that want a comparison, by the words it is on
        self._branches: dict[str, list[int]] = {}
        for number, (_, pattern) in enumerate(self.rest.get("branch", ())):
            for word in {word for wanted in pattern.branch for word in wanted.on or ("",)}:
                self._branches.setdefault(word, []).append(number)
        self._paths = PathSets(pattern.path for _, pattern in self.paths)
        self._scopes = Scopes(_scopes_of(self._all))
        defined = {name for _, p in self.rest.get("define", ()) for name in p.define}
        self._some_define = {of: glob_words(names_of(sorted(defined), of)) for of in LANGUAGES}
        self._ranks = {within: rank for rank, within in enumerate(self.texts)}

    def _begin(self) -> None:
        """Clears what was kept of the repository that was matched before."""
        self.words: CommandWords
        self._asked_commands: AskedCommands[Entry]
        self._conditions: dict[tuple[int, str], bool] = {}
        self._search = TextSearch()
        self._named: dict[tuple[str, str], tuple[Entry, ...]] = {}  # the entries that want a name of a kind

    def _index(self, entry: Entry) -> None:
        pattern = entry[1]
        self._all.append(pattern)
        for kind in _KINDS:
            for of in LANGUAGES:
                for name in names_of(getattr(pattern, kind), of):
                    self.names[kind, of].add(name, entry)
        for command in pattern.command:
            self.commands.add(command, entry)
        for key in pattern.key:
            wanted = key if isinstance(key, KeyPattern) else KeyPattern(path=key)
            head = wanted.path.split(".", 1)[0]
            glob = "*" in head or head.isdigit()
            row = (sum(map(len, self.keys.values())), wanted, entry)
            self.keys.setdefault("" if glob else head, []).append(row)
        for module in pattern.imports:
            self.imports.setdefault(module.split(".", 1)[0], []).append((module, entry))
        for kind in ("define", "hook", "unit", "action", "resource", "image", "dependency", "branch", "compare"):
            if getattr(pattern, kind):
                self.rest.setdefault(kind, []).append(entry)
        if pattern.text:
            self.texts.setdefault(pattern.within, []).append(entry)
        if pattern.path:
            self.paths.append(entry)

    def matches(self, store: FactStore, words: CommandWords) -> Iterator[Match]:
        """Every match in the repository, file by file in the order of their paths."""
        fresh = copy(self)  # the index is made once for many repositories, what is known of one is its own
        fresh._begin()
        fresh.words = words
        fresh._asked_commands = self.commands.asked_with(words)
        yield from fresh._matches(store)

    def _matches(self, store: FactStore) -> Iterator[Match]:
        self._own = OwnModules(store, self._tools)
        self._files = FileScopes(store, self._scopes)
        for path in store.entries:
            role = store.role(path)
            if role and not role.read:
                continue
            for number in sorted(self._paths.matching(path)):
                detector, pattern = self.paths[number]
                if self._applies(pattern, path, store):
                    yield Match(detector, pattern, path, Found(1, "", path))
            yield from self._texts_of(path, store)
        exports = Exports(store, Modules(store.entries))
        for path, facts in exports.read.items():
            own = self._own.facts(path) if is_code(path) else facts
            yield from self._file(path, exports.resolved(path, own), store)

    def _file(self, path: str, facts: FileFacts, store: FactStore) -> Iterator[Match]:
        seen: set[tuple[int, int, str]] = set()
        for (detector, pattern), found in self._found(path, facts):
            key = (id(pattern), found.line, found.unit)
            if key in seen or not self._applies(pattern, path, store):
                continue
            if isinstance(pattern, Show) and not _stands_right(pattern, found, facts, path, store):
                continue
            seen.add(key)
            yield Match(detector, pattern, path, found)

    def _found(self, path: str, facts: FileFacts) -> Iterator[tuple[Entry, Found]]:
        of = language_of(path)
        for call in facts.calls:
            for entry in self.names["decorator" if call.decorator else "call", of].find(call.name):
                if call_fits(entry[1], call):
                    disabled = isinstance(entry[1], Root) and given_any(entry[1].disabled, call)
                    yield entry, Found(call.line, call.scope, call.name.lstrip("."), disabled=disabled)
        for definition in facts.definitions:
            for base in definition.bases:
                for entry in self.names["base", of].find(base):
                    yield entry, Found(definition.line, definition.name, f"class {definition.name}({base})")
            last = own_name(definition)
            for entry in self._naming("define", last, of) if last and self._some_define[of].fullmatch(last) else ():
                what = f"{definition.kind} {definition.name}"
                yield entry, Found(definition.line, definition.name, what, definition.stub)
        for imported in facts.imports:
            for module, entry in self._importing(imported.module, of):
                if import_matches(of + imported.module, imported.names, (module,)):
                    yield entry, Found(imported.line, imported.scope, f"import {imported.module}")
        for branch in facts.branches:
            for entry in self._deciding(branch):
                if any(branch_matches(wanted, branch) for wanted in entry[1].branch):
                    guards = any(branch_guards(wanted, branch) for wanted in entry[1].branch)
                    yield entry, Found(branch.line, branch.scope, "a comparison that decides", guards=guards)
        for comparison in facts.comparisons:
            for entry in self.rest.get("compare", ()):
                if any(comparison_matches(wanted, comparison) for wanted in entry[1].compare):
                    yield entry, Found(comparison.line, comparison.scope, f"a comparison with {comparison.limit:g}")
        yield from self._in_units(facts)
        yield from self._declared(path, facts)

    def _deciding(self, branch: Branch) -> list[Entry]:
        """The entries that want a comparison on one of its words, or on any."""
        words = branch_words(branch)
        numbers = {number for word in ("", *words) for number in self._branches.get(word, ())}
        return [self.rest["branch"][number] for number in sorted(numbers)]

    def _in_units(self, facts: FileFacts) -> Iterator[tuple[Entry, Found]]:
        for call in facts.calls:
            yield from self._commanded(commands_of(call), call.scope)
        for unit in facts.units:
            yield from self._commanded(unit.commands, unit.id)
            for used in unit.uses:
                for entry in self._naming("action", without_version(used)):
                    if inputs_fit(entry[1], unit):
                        yield entry, Found(unit.line, unit.id, used)
            for entry in self._naming("unit", unit.kind):
                yield entry, Found(unit.line, unit.id, unit.says or unit.id)
            if unit.kind == "hook":
                name = unit.id.rsplit("/", 1)[-1]
                for entry in self._naming("hook", name):
                    yield entry, Found(unit.line, unit.id, f"hook {name}")

    def _commanded(self, commands: Iterable[Command], unit: str) -> Iterator[tuple[Entry, Found]]:
        for command in commands:
            for entry in self._asked_commands.find(command.argv):
                yield entry, Found(command.line, unit, " ".join(command.text.split())[:80])

    def _importing(self, module: str, language: str) -> list[tuple[str, Entry]]:
        """The modules of patterns that may be the one that a file imports, or hold it."""
        if language == PYTHON:
            return self.imports.get(module.split(".", 1)[0], [])
        parts = module.split("/")[:6]
        heads = (language + "/".join(parts[:count]) for count in range(1, len(parts) + 1))
        return [row for head in heads for row in self.imports.get(head.split(".", 1)[0], ())]

    def _naming(self, kind: str, name: str, language: str = PYTHON) -> tuple[Entry, ...]:
        """The entries whose globs of this kind (actions, hooks, resources, ...) match a name."""
        key = (kind, language + name)
        known = self._named.get(key)
        if known is None:
            known = tuple(
                e for e in self.rest.get(kind, ()) if name_glob(name, names_of(getattr(e[1], kind), language))
            )
            self._named[key] = known
        return known

    def _declared(self, path: str, facts: FileFacts) -> Iterator[tuple[Entry, Found]]:
        for resource in facts.resources:
            for entry in self._naming("resource", resource.type):
                yield entry, Found(resource.line, resource.unit, resource.type.split(":", 1)[-1])
            if resource.type.startswith("image:"):
                for entry in self._naming("image", without_version(resource.type[6:])):
                    yield entry, Found(resource.line, resource.unit, f"image {resource.type[6:]}")
        if facts.dependencies:
            for entry in self.rest.get("dependency", ()):
                for found in find(Pattern(dependency=entry[1].dependency), "", facts, self.words):
                    yield entry, found
        for _, wanted, entry in self._keys_of(facts) if facts.documents else ():
            if self._files.hold(entry[1].within, path):
                for document in facts.documents:
                    for found in find_key(wanted, document):
                        yield entry, found

    def _keys_of(self, facts: FileFacts) -> list[tuple[int, KeyPattern, Entry]]:
        """The key patterns all of whose keys a file holds, in the order of the catalogue."""
        held = {key for document in facts.documents for key in keys_of(document.data)}
        rows = [row for head, found in self.keys.items() if not head or head in held for row in found]
        return sorted((row for row in rows if _literal_keys(row[1].path) <= held), key=lambda row: row[0])

    # --- conditions --------------------------------------------------------------------------------------------------

    def _applies(self, pattern: Show | Root, path: str, store: FactStore) -> bool:
        if not self._files.hold(pattern.within, path):
            return False
        return all(self._holds(p, path, store) for p in pattern.when) and not any(
            self._holds(p, path, store) for p in pattern.unless
        )

    def _holds(self, pattern: Pattern, path: str, store: FactStore) -> bool:
        key = (id(pattern), path)
        known = self._conditions.get(key)
        if known is None:
            known = self._files.hold(pattern.within, path)
            if known and not (pattern.within and pattern.looks_for_nothing()):
                known = next(find(pattern, path, self._own.facts(path), self.words), None) is not None
                if not known and pattern.text:
                    known = next(iter(self._lines(pattern, path, store)), None) is not None
            self._conditions[key] = known
        return known

    def _texts_of(self, path: str, store: FactStore) -> Iterator[Match]:
        # the globs of the text patterns that the file can meet, by which the patterns are found
        met = tuple(sorted(self._ranks.keys() & self._files.holding(path), key=self._ranks.__getitem__))
        for detector, pattern in self._possible(met, path, store) if met else ():
            # the text first: conditions may have to parse a file that nothing else asks for
            found = next(iter(self._lines(pattern, path, store)), None)
            if found and self._applies(pattern, path, store):
                yield Match(detector, pattern, path, Found(found[0], "", found[1]))

    def _possible(self, met: tuple[Within, ...], path: str, store: FactStore) -> list[Entry]:
        """Of the entries with text patterns for these scopes those that may match the text of a file."""
        text = store.text(path)
        known = store.kept.searches(path) if text else {}
        entries, words, number = self._asked_of(met)
        told = known.get(number)
        if told is None:
            possible = words.possible(text)
            some = (str(at) for at, (_, pattern) in enumerate(entries) if not possible.isdisjoint(pattern.text))
            told = known[number] = (0, " ".join(some))
        return [entries[int(at)] for at in told[1].split()]

    def _asked_of(self, met: tuple[Within, ...]) -> tuple[list[Entry], TextWords, int]:
        """The entries with text patterns for these scopes, what tells of a text which may match, and their number."""
        known = self._words_of.get(met)
        if known is None:
            entries = [entry for within in met for entry in self.texts[within]]
            words = TextWords([wanted for _, pattern in entries for wanted in pattern.text], self._needed)
            known = (entries, words, _number(repr(met)))
            if len(self._words_of) < _MOST_KEPT:
                self._words_of[met] = known
        return known

    def _searched(self, wanted: Any, text: bytes, path: str, store: FactStore) -> Any:
        """The first match of an expression in a file's text; what is not searched any more is told once.

        None in a file that could not be read: what it holds is not known, rather than nothing.
        """
        if not text and store.entries[path].size != 0:
            return None
        found = self._search.find(wanted, text)
        if self._search.met and TOO_SLOW not in store.read_faults:
            store.read_faults.append(TOO_SLOW)
        return found

    def _lines(self, pattern: Pattern, path: str, store: FactStore) -> Iterator[tuple[int, str]]:
        text = store.text(path)
        known = store.kept.searches(path) if text else {}
        for wanted in pattern.text:
            number = _number(wanted)
            if number in known:
                told = known[number]
            else:
                found = self._searched(expression(wanted.encode()), text, path, store)
                told = _told(found, text) if found else None
                if not self._search.met:
                    known[number] = told
            if told:
                yield told


@cache
def _number(wanted: str) -> int:
    """A number for an expression, the same in every run."""
    return int.from_bytes(blake2b(wanted.encode(), digest_size=7).digest())


def _told(found: Any, text: bytes) -> tuple[int, str]:
    """The line of what a search found, and its words."""
    blank = len(found.group()) - len(found.group().lstrip())
    line = line_at(text, found.start() + blank)
    return line, found.group().decode("utf-8", "replace").strip()[:80]


def _scopes_of(patterns: Iterable[Show | Root]) -> Iterator[Within]:
    """What patterns, and the conditions of theirs, have as `within`."""
    for pattern in patterns:
        yield from (each.within for each in (pattern, *pattern.when, *pattern.unless))


def _stands_right(pattern: Show, found: Found, facts: FileFacts, path: str, store: FactStore) -> bool:
    """Whether the text that a pattern wants around a match, and near it, is there."""
    return (not pattern.inside or _inside(pattern, found, facts, store.text(path))) and (
        not pattern.near or _near(pattern.near, found, store.text(path))
    )


def _near(wanted: tuple[str, ...], found: Found, text: bytes) -> bool:
    """Whether the line of a match, with the two after it, holds what is wanted there, and not what is not."""
    lines = b"\n".join(text.split(b"\n", found.line + _NEAR)[max(found.line - 1, 0) : found.line + _NEAR])
    return all((expression(each.removeprefix("!")).search(lines) is None) == each.startswith("!") for each in wanted)


def _inside(pattern: Show, found: Found, facts: FileFacts, text: bytes) -> bool:
    """Whether the text of the resource, function or class in which something was found holds what is wanted there."""
    if any(resource.line == found.line for resource in facts.resources):
        own = block_at(text, found.line)
    else:
        around = next((definition for definition in facts.definitions if definition.name == found.unit), None)
        own = b"".join(text.splitlines(keepends=True)[around.line - 1 : around.end]) if around else b""
    return all(expression(each.encode()).search(own) for each in pattern.inside)
