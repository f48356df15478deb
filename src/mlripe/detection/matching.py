"""All patterns of the catalogue against all files, indexed so that each fact meets only the few that could match."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlripe.catalog.globs import ending, matcher, matches
from mlripe.catalog.shapes import Detector, KeyPattern, Pattern, Root, Show
from mlripe.detection.names import NameIndex
from mlripe.detection.own_modules import OwnModules
from mlripe.detection.patterns import (
    Found,
    branch_guards,
    branch_matches,
    call_fits,
    command_matches,
    expression,
    find,
    find_key,
    glob_words,
    import_matches,
    inputs_fit,
    name_glob,
    own_name,
    spoken,
    without_version,
)
from mlripe.facts import Command, FileFacts
from mlripe.readers import is_code
from mlripe.readers.store import FactStore

__all__ = ["Match", "Matcher"]


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern of a detector that matched at a place."""

    detector: Detector
    pattern: Show | Root
    path: str
    found: Found


Entry = tuple[Detector, "Show | Root"]
_KINDS = ("call", "decorator", "base")


def _modules(pattern: Pattern) -> Iterator[str]:
    """The modules that a pattern of code names."""
    for name in (*pattern.call, *pattern.decorator, *pattern.base, *pattern.imports):
        root = name.split(".", 1)[0]
        if root and not set("*?[") & set(root):
            yield root


def _programs(command: Command) -> Iterator[str]:
    """The program that a command runs, and the one that it names first, which may only wrap it."""
    for words in (spoken(command.argv), command.argv):
        yield words[0].rsplit("/", 1)[-1] if words else ""


class Matcher:
    """The detectors' patterns (`shows` and `starts`), indexed."""

    def __init__(self, detectors: Iterable[Detector]) -> None:
        self.names: dict[str, NameIndex[Entry]] = {kind: NameIndex() for kind in _KINDS}
        self.commands: dict[str, list[tuple[str, Entry]]] = {}
        self.actions: dict[str, list[Entry]] = {}  # by exact name
        self.action_globs: list[tuple[str, Entry]] = []
        self.imports: dict[str, list[tuple[str, Entry]]] = {}
        self.rest: dict[str, list[Entry]] = {}
        self.texts: dict[tuple[str, ...], list[Entry]] = {}  # by the paths that they may read
        self._texts_by_ending: dict[str, list[tuple[tuple[str, ...], list[Entry]]]] = {}
        self.paths: list[Entry] = []
        self._conditions: dict[tuple[int, str], bool] = {}
        self._tools: set[str] = set()  # the modules that any pattern names
        for detector in detectors:
            patterns: tuple[Show | Root, ...] = (*detector.shows, *detector.starts)
            for pattern in patterns:
                self._index((detector, pattern))
        # all path patterns as one tell the few files that any of them can match
        self._some_path = matcher(tuple(sorted({glob for _, p in self.paths for glob in p.path})))
        defined = {name for _, p in self.rest.get("define", ()) for name in p.define}
        self._some_define = glob_words(tuple(sorted(defined)))
        self._some_text = matcher(tuple(sorted({glob for within in self.texts for glob in within})))

    def _index(self, entry: Entry) -> None:
        pattern = entry[1]
        self._tools.update(root for p in (pattern, *pattern.when, *pattern.unless) for root in _modules(p))
        for kind in _KINDS:
            for name in getattr(pattern, kind):
                self.names[kind].add(name, entry)
        for command in pattern.command:
            name = command.split(None, 1)[0]
            self.commands.setdefault("*" if "*" in name else name, []).append((command, entry))
        for action in pattern.action:
            if set("*?[") & set(action):
                self.action_globs.append((action, entry))
            else:
                self.actions.setdefault(action, []).append(entry)
        for module in pattern.imports:
            self.imports.setdefault(module.split(".", 1)[0], []).append((module, entry))
        for kind in ("define", "hook", "unit", "resource", "image", "dependency", "key", "branch"):
            if getattr(pattern, kind):
                self.rest.setdefault(kind, []).append(entry)
        if pattern.text:
            self.texts.setdefault(pattern.within, []).append(entry)
        if pattern.path:
            self.paths.append(entry)

    def matches(self, store: FactStore) -> Iterator[Match]:
        """Every match in the repository, file by file in the order of their paths."""
        self._own = OwnModules(store, self._tools)
        for path in store.entries:
            role = store.role(path)
            if role and not role.read:
                continue
            if self._some_path.fullmatch(path):
                for detector, pattern in self.paths:
                    if matches(path, pattern.path) and self._applies(pattern, path, store):
                        yield Match(detector, pattern, path, Found(1, "", path))
            if self._some_text.fullmatch(path):
                yield from self._texts_of(path, store)
        for path, facts in list(store.loaded()):
            yield from self._file(path, self._own.facts(path) if is_code(path) else facts, store)

    def _texts_for(self, written: str) -> list[tuple[tuple[str, ...], list[Entry]]]:
        """The text patterns that a file with this ending can meet at all."""
        if written not in self._texts_by_ending:
            self._texts_by_ending[written] = [
                row for row in self.texts.items() if any(ending(glob) in ("", written) for glob in row[0])
            ]
        return self._texts_by_ending[written]

    def _file(self, path: str, facts: FileFacts, store: FactStore) -> Iterator[Match]:
        seen: set[tuple[int, int, str]] = set()
        for (detector, pattern), found in self._found(path, facts):
            key = (id(pattern), found.line, found.unit)
            if key in seen or not self._applies(pattern, path, store):
                continue
            seen.add(key)
            yield Match(detector, pattern, path, found)

    def _found(self, path: str, facts: FileFacts) -> Iterator[tuple[Entry, Found]]:
        for call in facts.calls:
            for entry in self.names["decorator" if call.decorator else "call"].find(call.name):
                if call_fits(entry[1], call):
                    yield entry, Found(call.line, call.scope, call.name.lstrip("."))
        for definition in facts.definitions:
            for base in definition.bases:
                for entry in self.names["base"].find(base):
                    yield entry, Found(definition.line, definition.name, f"class {definition.name}({base})")
            last = own_name(definition)
            for entry in self.rest.get("define", ()) if last and self._some_define.fullmatch(last) else ():
                if glob_words(entry[1].define).fullmatch(last):
                    yield (
                        entry,
                        Found(
                            definition.line, definition.name, f"{definition.kind} {definition.name}", definition.stub
                        ),
                    )
        for imported in facts.imports:
            for module, entry in self.imports.get(imported.module.split(".", 1)[0], ()):
                if import_matches(imported.module, imported.names, (module,)):
                    yield entry, Found(imported.line, imported.scope, f"import {imported.module}")
        for branch in facts.branches:
            for entry in self.rest.get("branch", ()):
                if any(branch_matches(wanted, branch) for wanted in entry[1].branch):
                    guards = any(branch_guards(wanted, branch) for wanted in entry[1].branch)
                    yield entry, Found(branch.line, branch.scope, "a comparison that decides", guards=guards)
        yield from self._in_units(facts)
        yield from self._declared(path, facts)

    def _in_units(self, facts: FileFacts) -> Iterator[tuple[Entry, Found]]:
        for unit in facts.units:
            for command in unit.commands:
                for name in dict.fromkeys((*_programs(command), "*")):
                    for wanted, entry in self.commands.get(name, ()):
                        if command_matches(wanted, command.argv):
                            yield entry, Found(command.line, unit.id, " ".join(command.text.split())[:80])
            for used in unit.uses:
                bare = without_version(used)
                named = [entry for wanted, entry in self.action_globs if name_glob(bare, (wanted,))]
                for entry in (*self.actions.get(bare, ()), *named):
                    if inputs_fit(entry[1], unit):
                        yield entry, Found(unit.line, unit.id, used)
            for entry in self.rest.get("unit", ()):
                if unit.kind in entry[1].unit:
                    yield entry, Found(unit.line, unit.id, unit.says or unit.id)
            if unit.kind == "hook":
                name = unit.id.rsplit("/", 1)[-1]
                for entry in self.rest.get("hook", ()):
                    if name in entry[1].hook:
                        yield entry, Found(unit.line, unit.id, f"hook {name}")

    def _declared(self, path: str, facts: FileFacts) -> Iterator[tuple[Entry, Found]]:
        for resource in facts.resources:
            for entry in self.rest.get("resource", ()):
                if name_glob(resource.type, entry[1].resource):
                    yield entry, Found(resource.line, resource.unit, resource.type.split(":", 1)[-1])
            if resource.type.startswith("image:"):
                bare = without_version(resource.type[6:])
                for entry in self.rest.get("image", ()):
                    if name_glob(bare, entry[1].image):
                        yield entry, Found(resource.line, resource.unit, f"image {resource.type[6:]}")
        if facts.dependencies:
            for entry in self.rest.get("dependency", ()):
                for found in find(Pattern(dependency=entry[1].dependency), "", facts):
                    yield entry, found
        for entry in self.rest.get("key", ()) if facts.documents else ():
            if entry[1].within and not matches(path, entry[1].within):
                continue
            for key in entry[1].key:
                wanted = key if isinstance(key, KeyPattern) else KeyPattern(path=key)
                for document in facts.documents:
                    for found in find_key(wanted, document):
                        yield entry, found

    # --- conditions --------------------------------------------------------------------------------------------------

    def _applies(self, pattern: Show | Root, path: str, store: FactStore) -> bool:
        if pattern.within and not matches(path, pattern.within):
            return False
        return all(self._holds(p, path, store) for p in pattern.when) and not any(
            self._holds(p, path, store) for p in pattern.unless
        )

    def _holds(self, pattern: Pattern, path: str, store: FactStore) -> bool:
        key = (id(pattern), path)
        known = self._conditions.get(key)
        if known is None:
            known = next(find(pattern, path, self._own.facts(path)), None) is not None
            if not known and pattern.text:
                known = next(iter(self._lines(pattern, path, store)), None) is not None
            self._conditions[key] = known
        return known

    def _texts_of(self, path: str, store: FactStore) -> Iterator[Match]:
        for within, entries in self._texts_for(path[path.rfind(".") :] if "." in posixpath.basename(path) else ""):
            if not matches(path, within):
                continue
            for detector, pattern in entries:
                # the text first: conditions may have to parse a file that nothing else asks for
                found = next(iter(self._lines(pattern, path, store)), None)
                if found and self._applies(pattern, path, store):
                    yield Match(detector, pattern, path, Found(found[0], "", found[1]))

    @staticmethod
    def _lines(pattern: Pattern, path: str, store: FactStore) -> Iterator[tuple[int, str]]:
        text = store.text(path)
        for wanted in pattern.text:
            found = expression(wanted.encode()).search(text)
            if found:
                line = text.count(b"\n", 0, found.start()) + 1
                yield line, found.group().decode("utf-8", "replace").strip()[:80]
