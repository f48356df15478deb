"""Names that a module of the repository hands on: `from common import DAG`, where common.py took it from airflow."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from mlripe.facts import FileFacts
from mlripe.readers.store import FactStore
from mlripe.wiring.modules import Modules

__all__ = ["Exports"]


class Exports:
    """Gives a file's facts with such names resolved to where they come from, as far as the files read so far tell."""

    def __init__(self, store: FactStore, modules: Modules) -> None:
        self.store = store
        self.read = dict(store.loaded())
        self.modules = modules
        self._foreign: dict[str, dict[str, str]] = {}

    def resolved(self, path: str, facts: FileFacts) -> FileFacts:
        """The facts of the file at `path`, its calls and base classes under the names that they had at first."""
        if not path.endswith(".py"):
            return facts
        origins: dict[str, str] = {}
        for imported in facts.imports:
            source = self.modules.file(imported.module, path) if imported.names else None
            if source and source != path and source in self.read:
                joint = "" if imported.module.endswith(".") else "."
                foreign = self._handed_on(source)
                names = (name for name in imported.names if name in foreign)
                origins |= {f"{imported.module}{joint}{name}": foreign[name] for name in names}
        if not origins:
            return facts
        return replace(
            facts,
            calls=tuple(replace(call, name=_origin(call.name, origins)) for call in facts.calls),
            definitions=tuple(
                replace(d, bases=tuple(_origin(base, origins) for base in d.bases)) if d.bases else d
                for d in facts.definitions
            ),
        )

    def _handed_on(self, path: str) -> dict[str, str]:
        """The names that a module imports from elsewhere than this repository."""
        if path not in self._foreign:
            self._foreign[path] = {
                name: f"{imported.module}.{name}"
                for imported in self.read[path].imports
                if not imported.scope and not imported.module.startswith(".")
                for name in imported.names
                if not self._own(imported.module, name, path)
            }
        return self._foreign[path]

    def _own(self, module: str, name: str, importer: str) -> bool:
        """Whether a name is of this repository; a package here may be called like the one that is meant."""
        path = self.modules.file(module, importer)
        if path is None or self.modules.file(f"{module}.{name}", importer):
            return path is not None
        facts = self.store.of(path)
        defined = {definition.name for definition in facts.definitions}
        return name in defined or any({name, "*"} & {*imported.names} for imported in facts.imports)


def _origin(name: str, origins: Mapping[str, str]) -> str:
    for known, origin in origins.items():
        if name == known or name.startswith(known + "."):
            return origin + name[len(known) :]
    return name
