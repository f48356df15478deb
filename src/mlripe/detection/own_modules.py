"""A repository's own module may bear a tool's name: what is imported from it is no trace of the tool.

`from agents import Agent` is a tool's only where no module `agents` of the repository offers an `Agent`. Names of own
modules are given a leading dot, as relative imports have it, so that no pattern of a tool's names matches them while a
pattern of bare methods (`.fit`) still does.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Set

from msgspec.structs import replace

from mlripe.facts import Definition, FileFacts
from mlripe.readers.store import FactStore
from mlripe.wiring.modules import Modules

__all__ = ["OwnModules"]


class OwnModules:
    """Facts of Python files in which the repository's own modules are told from the tools whose names they bear.

    `tools` are the modules that the catalogue knows: what else a file imports is of no interest.
    """

    def __init__(self, store: FactStore, tools: Set[str]) -> None:
        self._store = store
        self._tools = tools
        self._modules = Modules(store.entries)
        self._known: dict[str, FileFacts] = {}

    def facts(self, path: str) -> FileFacts:
        """The facts of a file; the very object of the store where no own module bears a tool's name."""
        if path not in self._known:
            facts = self._store.of(path)
            own = {root for root in self._roots(facts) if self._is_own(root, path, facts)}
            self._known[path] = _dotted(facts, own) if own else facts
        return self._known[path]

    def _roots(self, facts: FileFacts) -> set[str]:
        roots = {imported.module.split(".", 1)[0] for imported in facts.imports}
        return {root for root in roots if root in self._tools and self._modules.may_be_own(root)}

    def _is_own(self, root: str, path: str, facts: FileFacts) -> bool:
        """Whether a module of that name is in the importing file's reach and offers all that the file takes of it."""
        found = self._modules.file(root, path)
        if not found or found == path or self._beside_in_package(found, path):
            return False
        return all(self._offers(found, root, name, path) for name in set(_taken(root, facts)))

    def _beside_in_package(self, found: str, path: str) -> bool:
        """An absolute import inside a package does not see the package's own modules."""
        folder = posixpath.dirname(path)
        holder = posixpath.dirname(found[: -len("/__init__.py")] if found.endswith("/__init__.py") else found)
        return holder == folder and posixpath.join(folder, "__init__.py") in self._store.entries

    def _offers(self, module: str, root: str, name: str, importer: str) -> bool:
        if name == "*" or self._modules.file(f"{root}.{name}", importer):
            return True
        facts = self._store.of(module)
        if any(definition.name == name for definition in facts.definitions):
            return True
        if any(name in imported.names or "*" in imported.names for imported in facts.imports):
            return True
        return bool(re.search(rb"(?m)^%s\s*[:=]" % re.escape(name).encode(), self._store.text(module)))


def _taken(root: str, facts: FileFacts) -> Iterator[str]:
    """What a file takes of a module: the first name after the module's in its imports, calls and base classes."""
    for imported in facts.imports:
        if imported.module == root:
            yield from imported.names
        elif imported.module.startswith(root + "."):
            yield imported.module.split(".", 2)[1]
    bases = (base for definition in facts.definitions for base in definition.bases)
    for name in (*(call.name for call in facts.calls), *bases):
        head, dot, rest = name.partition(".")
        if head == root and dot:
            yield rest.split(".", 1)[0]


def _dotted(facts: FileFacts, own: set[str]) -> FileFacts:
    def dotted(name: str) -> str:
        return "." + name if name.split(".", 1)[0] in own else name

    def definition(known: Definition) -> Definition:
        return replace(known, bases=tuple(map(dotted, known.bases))) if known.bases else known

    return replace(
        facts,
        imports=tuple(replace(i, module=dotted(i.module)) for i in facts.imports),
        calls=tuple(replace(c, name=dotted(c.name)) for c in facts.calls),
        definitions=tuple(map(definition, facts.definitions)),
        branches=tuple(replace(b, calls=frozenset(map(dotted, b.calls))) for b in facts.branches),
    )
