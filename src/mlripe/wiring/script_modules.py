"""Which file of the repository a module name of TypeScript or JavaScript means, seen from the file that names it.

A name is a path beside the file, one of `compilerOptions.paths`, a package of the same workspace, or an import of the
package itself (`#lib/x`). Names of built files (`./ask.js`, `dist/index.js`) mean the sources that they are built from.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from mlripe.catalog.languages import SCRIPTS
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore

__all__ = ["ScriptModules", "sources"]

_BUILT: Final = lazy_regex(r"\.[mc]?jsx?\Z")
_CONFIGURATIONS: Final = ("tsconfig.json", "jsconfig.json", "tsconfig.base.json", "tsconfig.app.json")
_ENTRIES: Final = ("source", "module", "main", "types")  # of a package.json, what is nearest to its sources first
_OUTPUT: Final = lazy_regex(r"^(?:\./)?(?:dist|build|lib|out|esm|cjs)/(?:(?:esm|cjs|src)/)?")
_ROOTS: Final = ("@/", "~/")  # as many projects write the root of their sources, even where no file says so
_MOST_EXTENDED: Final = 3
_MOST_PATTERNS: Final = 200
_MOST_CONDITIONS: Final = 4

Paths = tuple[str, Mapping[str, tuple[str, ...]]]  # a folder, and what is looked for in it under which names


class ScriptModules:
    """The repository's own modules by the names that its scripts import them by."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._known: dict[tuple[str, str], str | None] = {}
        self._configured: dict[str, list[Paths]] = {}

    def file(self, name: str, importer: str) -> str | None:
        """The path of the module that a file imports by this name, None where it is not of here."""
        key = (name, posixpath.dirname(importer))
        if key not in self._known:
            found = (self.source(stem) for stem in self._stems(name, key[1]))
            self._known[key] = next((path for path in found if path), None)
        return self._known[key]

    def split(self, name: str, importer: str, modules: Iterable[str]) -> tuple[str, str] | None:
        """A dotted name as (path of its module, the rest), of one of the modules that the file imports."""
        for module in sorted(modules, key=len, reverse=True):
            if name == module or name.startswith(f"{module}."):
                path = self.file(module, importer)
                return (path, name[len(module) + 1 :]) if path else None
        return None

    def source(self, stem: str) -> str | None:
        """The file that a path without an ending, with that of a built file, or of a folder means."""
        plain = _BUILT.sub("", stem)
        bases = dict.fromkeys((stem, plain))
        for path in (stem, *(base + e for base in bases for e in SCRIPTS), *(f"{stem}/index{e}" for e in SCRIPTS)):
            if path in self.store.entries and path.endswith(SCRIPTS):
                return path
        return None

    def _stems(self, name: str, folder: str) -> Iterator[str]:
        if name.startswith("."):
            yield _joined(folder, name)
            return
        for base, patterns in self._paths(folder):
            yield from (_joined(base, place) for place in _mapped(name, patterns))
        if name.startswith(_ROOTS):
            for above in _folders(folder):
                yield from (_joined(above, f"{inner}{name[2:]}") for inner in ("", "src/", "app/"))
        if name.startswith("#"):
            for above in _folders(folder):
                yield from self._imports(above, name)
        yield from self._of_workspace(name)

    # --- tsconfig.json -----------------------------------------------------------------------------------------------

    def _paths(self, folder: str) -> list[Paths]:
        """The patterns of the nearest configuration of the compiler at or above a folder that has any."""
        if folder not in self._configured:
            own = [posixpath.join(folder, name) for name in _CONFIGURATIONS]
            found = [rows for path in own if path in self.store.entries and (rows := self._of_configuration(path))]
            above = self._paths(posixpath.dirname(folder)) if folder and not found else []
            self._configured[folder] = found[0] if found else above
        return self._configured[folder]

    def _of_configuration(self, path: str, depth: int = _MOST_EXTENDED) -> list[Paths]:
        data = self._document(path)
        options = data.get("compilerOptions")
        folder = posixpath.dirname(path)
        found: list[Paths] = []
        if isinstance(options, dict):
            base = options.get("baseUrl")
            at = _joined(folder, base) if isinstance(base, str) else folder
            if isinstance(paths := options.get("paths"), dict):
                rows = {key: _texts(value) for key, value in list(paths.items())[:_MOST_PATTERNS]}
                found.append((at, rows))
            if isinstance(base, str):
                found.append((at, {"*": ("*",)}))
        for extended in _texts(data.get("extends")) if depth and not found else ():
            target = _joined(folder, extended)
            for candidate in (target, f"{target}.json"):
                if candidate in self.store.entries:
                    found += self._of_configuration(candidate, depth - 1)
        return found

    def _document(self, path: str) -> Mapping[str, object]:
        data = next((document.data for document in self.store.of(path).documents), None)
        return data if isinstance(data, dict) else {}

    # --- packages ----------------------------------------------------------------------------------------------------

    @cached_property
    def _packages(self) -> Mapping[str, tuple[str, Mapping[str, object]]]:
        """By its name, the folder and document of each package of the repository."""
        found: dict[str, tuple[str, Mapping[str, object]]] = {}
        for path in self.store.entries:
            if posixpath.basename(path) == "package.json" and self.store.role(path) is None:
                data = self._document(path)
                if isinstance(name := data.get("name"), str) and name:
                    found.setdefault(name, (posixpath.dirname(path), data))
        return found

    def _of_workspace(self, name: str) -> Iterator[str]:
        package = "/".join(name.split("/")[: 2 if name.startswith("@") else 1])
        if package not in self._packages:
            return
        folder, data = self._packages[package]
        inner = name[len(package) + 1 :]
        exported = data.get("exports")
        if isinstance(exported, dict):
            rows = exported if any(str(key).startswith(".") for key in exported) else {".": exported}
            patterns = {key: tuple(_conditions(value)) for key, value in list(rows.items())[:_MOST_PATTERNS]}
            for exposed in _mapped(f"./{inner}" if inner else ".", patterns):
                yield from sources(folder, exposed)
        elif isinstance(exported, str) and not inner:
            yield from sources(folder, exported)
        if inner:
            yield from (_joined(folder, place) for place in (inner, f"src/{inner}"))
            return
        for key in _ENTRIES:
            if isinstance(place := data.get(key), str):
                yield from sources(folder, place)
        yield from (_joined(folder, place) for place in ("index", "src/index"))

    def _imports(self, folder: str, name: str) -> Iterator[str]:
        """What a package calls its own files by, from its root: `"imports": {"#lib/*": "./src/lib/*"}`."""
        rows = self._document(posixpath.join(folder, "package.json")).get("imports")
        if isinstance(rows, dict):
            patterns = {key: tuple(_conditions(value)) for key, value in list(rows.items())[:_MOST_PATTERNS]}
            for place in _mapped(name, patterns):
                yield from sources(folder, place)


def _joined(folder: str, name: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, name))
    return "" if path == "." else path


def _folders(folder: str) -> Iterator[str]:
    """A folder and those above it, the root last."""
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _texts(value: object) -> tuple[str, ...]:
    found = value if isinstance(value, (list, tuple)) else [value]
    return tuple(each for each in found[:_MOST_CONDITIONS] if isinstance(each, str))


def _conditions(value: object, depth: int = _MOST_CONDITIONS) -> Iterator[str]:
    """The places of a conditional export, whatever its conditions are."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and depth:
        for inner in list(value.values())[:_MOST_CONDITIONS]:
            yield from _conditions(inner, depth - 1)


def _mapped(name: str, patterns: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """What a name means by patterns with at most one `*` each, the most exact first."""
    for pattern in sorted((str(key) for key in patterns), key=len, reverse=True):
        before, star, after = pattern.partition("*")
        if name == pattern if not star else name.startswith(before) and name.endswith(after):
            held = name[len(before) : len(name) - len(after)] if star else ""
            yield from (place.replace("*", held, 1) for place in patterns[pattern])


def sources(folder: str, place: str) -> Iterator[str]:
    """The path that a package writes, and the sources that it is built from: `dist/index.js` is `src/index.ts`."""
    plain = re.sub(r"\.d(?=\.[mc]?ts\Z)", "", place)
    plain = re.sub(r"\.[mc]?[jt]sx?\Z", "", plain)
    yield _joined(folder, plain)
    bare = _OUTPUT.sub("", plain)
    yield from (_joined(folder, f"{inner}{bare}") for inner in ("src/", ""))
