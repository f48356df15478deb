"""Python files that visibly cannot run as committed: they import a module of the repository that it does not hold.

Only what is certain counts: an import at the left margin, of a module of a package that the repository has, or of a
name that its module mentions nowhere.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property

from mlripe.facts import Import
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring.modules import Modules

__all__ = ["Unimportable"]

_GENERATED = ("_pb2", "_pb2_grpc", "version", "_version", "_build_info")  # ends of modules that a build makes
_OPEN = lazy_regex(
    rb"\bimport\s*\*|__getattr__|\bglobals\s*\(|\bsetattr\s*\(|\bexec\s*\(|\bimport_module\b|\b__import__\b|__path__"
)
_AT_MARGIN = (b"import ", b"from ", b"import\t", b"from\t")
_DEEPEST = 12  # modules that import one another
_LONGEST = 200  # characters of a name


class Unimportable:
    """Answers for the Python files of one repository."""

    def __init__(self, store: FactStore, modules: Modules) -> None:
        self.store = store
        self.modules = modules
        self._known: dict[str, bool] = {}
        self._words: dict[str, frozenset[str] | None] = {}

    def __contains__(self, path: str) -> bool:
        return path.endswith(".py") and self.store.role(path) is None and "{" not in path and self._fails(path, 0)

    def missing_in(self, path: str) -> Iterator[tuple[Import, str]]:
        """The imports of a file that cannot work, each with what is missing: `module`, or `module.name`."""
        if self.store.role(path) is None and "{" not in path:
            yield from self.missing(self.certain(path), path)

    def missing(self, imports: Iterable[Import], path: str) -> Iterator[tuple[Import, str]]:
        """Those of these imports, seen from a file, that cannot work, each with what is missing."""
        for imported in imports:
            if missing := self._misses(imported, path):
                yield imported, missing

    def _fails(self, path: str, depth: int) -> bool:
        if path not in self._known:
            self._known[path] = False  # for modules that import one another
            imports = list(self.certain(path))
            self._known[path] = any(self.missing(imports, path)) or (
                depth < _DEEPEST and any(self._fails(file, depth + 1) for file in self._run_by(imports, path))
            )
        return self._known[path]

    def certain(self, path: str) -> Iterator[Import]:
        """The imports that a file makes in any case."""
        imports = [each for each in self.store.of(path).imports if not each.scope]
        lines = self.store.text(path).splitlines() if imports else []
        for each in imports:
            if 0 < each.line <= len(lines) and lines[each.line - 1].startswith(_AT_MARGIN):
                yield each

    def _run_by(self, imports: Iterable[Import], path: str) -> Iterator[str]:
        """The files of the repository that these imports run, those of the packages around a module included."""
        for each in imports:
            parts = each.module.split(".") if not each.module.startswith(".") else [each.module]
            for count in range(1, len(parts) + 1):
                file = self.modules.file(".".join(parts[:count]), path)
                if file and file != path and self.store.role(file) is None:
                    yield file

    # --- one import --------------------------------------------------------------------------------------------------

    def _misses(self, imported: Import, path: str) -> str:
        """What an import wants that is not there, "" where nothing is missing for certain."""
        module = imported.module
        own = self._package(module, path) if len(module) <= _LONGEST else None
        if own is None:
            return ""
        file = self.modules.file(module, path)
        if file is None and (self._makes_modules(module, path) or self._is_library(own, module.partition(".")[0])):
            return ""
        if file is None:  # a folder without `__init__.py` may only bear the name of what is installed
            certain = not own or f"{own}__init__.py" in self.store.entries or self._beside(own, module, path)
            return module if certain and not module.endswith(_GENERATED) and not self._bearing(module) else ""
        only = file.startswith(own) and len(self._bearing(module)) <= 1  # of its name: another may be meant
        lacking = (name for name in imported.names if only and self._lacks(file, module, name, path))
        return next((f"{module}{'' if module.endswith('.') else '.'}{name}" for name in lacking), "")

    def _package(self, module: str, path: str) -> str | None:
        """The folder of the repository's package in which a module would lie; None where it may come from elsewhere."""
        folder = posixpath.dirname(path)
        top, dot, _ = module.partition(".")
        if not top:
            return "" if posixpath.join(folder, "__init__.py") in self.store.entries else None
        if not dot or top in self._elsewhere or top.lower() in self._beginnings:
            return None
        around = module.rpartition(".")[0].replace(".", "/")
        bases = ["", "src", folder, posixpath.join(folder, "src")]
        bases += [path[:at] for at in _places(f"/{top}/", path) if self._is_top(path[:at], top)]
        for base in bases:
            package = posixpath.join(base, top)
            if f"{package}/__init__.py" in self.store.entries or posixpath.join(base, around) in self.store.folders:
                return package + "/"
        return None

    def _makes_modules(self, module: str, path: str) -> bool:
        """Whether a module lies below one that is a file, and that may bring it itself, as six does its `moves`."""
        above = module.rpartition(".")[0]
        while above.strip("."):
            file = self.modules.file(above, path)
            if file:
                text = self.store.text(file)
                return not file.endswith("/__init__.py") and (b"sys.modules" in text or bool(_OPEN.search(text)))
            above = above.rpartition(".")[0]
        return False

    def _is_library(self, own: str, top: str) -> bool:
        """Whether programs import several parts of a package that are nowhere in the repository: it is installed."""
        return f"{own}__init__.py" not in self.store.entries and len(self._parts_elsewhere.get(top, ())) > 1

    @cached_property
    def _parts_elsewhere(self) -> dict[str, set[str]]:
        """By the name of a package, the parts of it that programs import and that lie nowhere in the repository."""
        found: dict[str, set[str]] = {}
        for path, facts in list(self.store.loaded()):
            for each in facts.imports if path.endswith(".py") else ():
                top, _, rest = each.module.partition(".")
                parts = (rest.partition(".")[0],) if rest else each.names
                if top:
                    found.setdefault(top, set()).update(part for part in parts if part not in self._called)
        return found

    def _is_top(self, folder: str, name: str) -> bool:
        """Whether a package is imported by its bare name: one that lies in another package is not."""
        around = (folder, posixpath.dirname(folder))
        return f"{folder}/{name}/__init__.py" in self.store.entries and not any(
            posixpath.join(each, "__init__.py") in self.store.entries for each in around
        )

    def _beside(self, own: str, module: str, path: str) -> bool:
        """Whether a file lies in the package itself, and the module would lie among other modules of it."""
        around = posixpath.join(posixpath.dirname(own.rstrip("/")), module.rpartition(".")[0].replace(".", "/"))
        return path.startswith(own) and around in self._of_modules

    @cached_property
    def _of_modules(self) -> frozenset[str]:
        """The folders that hold Python source themselves."""
        return frozenset(posixpath.dirname(known) for known in self.store.entries if known.endswith(".py"))

    @cached_property
    def _elsewhere(self) -> frozenset[str]:
        """Names of modules that may come from outside: the standard library's, and those of dependencies.

        A dependency may add to a namespace: `azureml-mlflow` brings `azureml.mlflow`.
        """
        declared = {
            each.name.replace("-", "_").lower()
            for _, facts in self.store.loaded()
            for each in facts.dependencies
            if each.ecosystem in ("python", "conda")
        }
        namespaces = {name.partition("_")[0] for name in declared}
        return frozenset(sys.stdlib_module_names | declared | namespaces)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        """What such names begin with before an underscore: `azureml_mlflow` brings a part of the package `azureml`."""
        return frozenset(name[:at] for name in self._elsewhere for at in _places("_", name))

    def _bearing(self, module: str) -> list[str]:
        """All files and folders of the repository that may be the module, wherever programs look for modules."""
        end = "/" + module.lstrip(".").replace(".", "/")
        return [known for known in self._called.get(posixpath.basename(end), ()) if f"/{known}".endswith(end)]

    @cached_property
    def _called(self) -> dict[str, list[str]]:
        """By its last name, every folder of the repository, and every file without what stands after its first dot."""
        found: dict[str, list[str]] = {}
        for path in (*self.store.folders, *self.store.entries):
            folder, _, name = path.rpartition("/")
            stem = name.partition(".")[0]
            found.setdefault(stem, []).append(f"{folder}/{stem}")
        return found

    def _lacks(self, file: str, module: str, name: str, path: str) -> bool:
        """Whether a module of the repository has nothing of that name, and no module below it has the name."""
        joint = "" if module.endswith(".") else "."
        if not name.isidentifier() or name.startswith("__") or self.modules.file(f"{module}{joint}{name}", path):
            return False
        if self.store.role(file) is not None or file == path or self._bearing(f"{module.lstrip('.')}.{name}"):
            return False
        words = self._words_of(file)
        return words is not None and name not in words

    def _words_of(self, file: str) -> frozenset[str] | None:
        """All words of a module's text; None where it may have names that it does not write."""
        if file not in self._words:
            text = self.store.text(file)
            unread = not text and self.store.entries[file].size
            written = (
                None if unread or _OPEN.search(text) else frozenset(re.findall(r"\w+", text.decode("utf-8", "replace")))
            )
            self._words[file] = written
        return self._words[file]


def _places(part: str, path: str) -> Iterator[int]:
    """Where a part stands in a path."""
    at = path.find(part)
    while at >= 0:
        yield at
        at = path.find(part, at + 1)
