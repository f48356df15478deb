"""One source file's facts by what the wiring asks for: definitions, and calls and imports by scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mlripe.facts import Call, Definition, FileFacts, Import

__all__ = ["ModuleFacts"]


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """A source file's facts by what is asked for."""

    definitions: Mapping[str, Definition]
    calls: Mapping[str, list[Call]]
    imports: Mapping[str, list[Import]]
    # by each name that they bring: numbered in the order of the file, with the name that it has where it comes from
    brought: Mapping[str, list[tuple[int, Import, str]]]
    roots: frozenset[str]  # the first names of the modules that it imports

    @classmethod
    def of(cls, facts: FileFacts) -> ModuleFacts:
        """A file's facts, by what is asked for."""
        calls: dict[str, list[Call]] = {}
        imports: dict[str, list[Import]] = {}
        brought: dict[str, list[tuple[int, Import, str]]] = {}
        for call in facts.calls:
            calls.setdefault(call.scope, []).append(call)
        for number, imported in enumerate(facts.imports):
            imports.setdefault(imported.scope, []).append(imported)
            plain = {name: name for name in imported.names if name not in imported.renamed.values()}
            for name, source in {**plain, **imported.renamed}.items():
                brought.setdefault(name, []).append((number, imported, source))
        roots = frozenset(imported.module.split(".", 1)[0] for imported in facts.imports)
        own = {definition.name: definition for definition in facts.definitions}
        return cls(own, calls, imports, brought, roots)

    def bringing(self, name: str) -> list[tuple[Import, str]]:
        """The imports that bring in a name, or everything, in the order of the file; and the name at its source."""
        found = {
            number: (imported, name if source == "*" else source)
            for key in (name, "*")
            for number, imported, source in self.brought.get(key, ())
        }
        return [found[number] for number in sorted(found)]
