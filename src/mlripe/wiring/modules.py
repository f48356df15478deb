"""Which file of the repository a Python module name means, seen from the file that names it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

__all__ = ["Modules"]

_MOST_RENAMES = 8


class Modules:
    """The repository's own Python modules by name.

    An absolute name is looked for beside the importing file, then in each folder above it (and its `src`), then
    anywhere, if just one place in the repository fits: scripts put their own folders on the path in many ways.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = {p for p in paths if p.endswith(".py")}
        self._folders = {posixpath.dirname(p) for p in self._paths}
        self._by_last: dict[str, list[str]] = {}
        self._heads: set[str] = set()  # of every absolute name that could mean a module of the repository
        for path in sorted(self._paths):
            stem = path[: -len("/__init__.py")] if path.endswith("/__init__.py") else path[:-3]
            self._by_last.setdefault(posixpath.basename(stem), []).append(path)
            self._heads.update(stem.split("/"))
        # the repository is a package itself, called as whoever checks it out likes
        self._unnamed = "__init__.py" in self._paths
        self._known: dict[tuple[str, str], str | None] = {}
        self._parted: dict[tuple[str, str], tuple[str, str] | None] = {}

    def file(self, name: str, importer: str) -> str | None:
        """The path of module `name` (leading dots: relative to the importing file), None where it is not of here."""
        return self._not_itself(name, importer, posixpath.dirname(importer))

    def _not_itself(self, name: str, importer: str, folder: str) -> str | None:
        """A module that is not the file that imports it: one of the same name lies in a folder above."""
        found = self._file(name, folder)
        if found == importer and folder and not name.startswith("."):
            return self._file(name, posixpath.dirname(folder))
        return found

    def _file(self, name: str, folder: str) -> str | None:
        key = (name, folder)
        if key not in self._known:
            self._known[key] = self._relative(name, folder) if name.startswith(".") else self._absolute(name, folder)
        return self._known[key]

    def may_be_own(self, root: str) -> bool:
        """Whether any module of the repository, wherever it lies, has this plain name."""
        return root in self._by_last

    def split(self, name: str, importer: str) -> tuple[str, str] | None:
        """A dotted name as (path of its module, the rest): the longest prefix that is a module of the repository."""
        key = (name, importer)
        if key not in self._parted:
            self._parted[key] = self._split(name, importer)
        return self._parted[key]

    def _split(self, name: str, importer: str) -> tuple[str, str] | None:
        dots = len(name) - len(name.lstrip("."))
        parts = name[dots:].split(".")
        if not dots and parts[0] not in self._heads and not self._unnamed:
            return None
        folder = posixpath.dirname(importer)
        for count in range(len(parts), 0, -1):
            path = self._not_itself("." * dots + ".".join(parts[:count]), importer, folder)
            if path:
                return path, ".".join(parts[count:])
        if dots and (path := self._file("." * dots, folder)):
            return path, name[dots:]
        return None

    def _at(self, base: str, parts: list[str]) -> str | None:
        stem = "/".join((base, *parts) if base else parts)
        for candidate in (f"{stem}.py", f"{stem}/__init__.py" if stem else "__init__.py"):
            if candidate in self._paths:
                return candidate
        return None

    def _relative(self, name: str, folder: str) -> str | None:
        dots = len(name) - len(name.lstrip("."))
        for _ in range(dots - 1):
            folder = posixpath.dirname(folder)
        rest = name[dots:]
        return self._at(folder, rest.split(".") if rest else [])

    def _absolute(self, name: str, folder: str) -> str | None:
        parts = name.split(".")
        if parts[0] not in self._heads:
            # a short name may be a library's: `sklearn.metrics` is no `metrics.py` of this package
            return self._at("", parts[1:]) if self._unnamed and len(parts) > 2 else None
        base: str | None = folder
        while base is not None:
            for root in (base, f"{base}/src" if base else "src"):
                if found := self._at(root, parts):
                    return found
            base = base.rpartition("/")[0] if base else None  # gets shorter whatever a command wrote: `/app` too
        fitting = [p for p in self._by_last.get(parts[-1], ()) if self._ends(p, parts)]
        # one bare word is too little to go by: `utils` or `types` may be a library's
        return fitting[0] if len(fitting) == 1 and len(parts) > 1 else None

    @staticmethod
    def _ends(path: str, parts: list[str]) -> bool:
        stem = path[: -len("/__init__.py")] if path.endswith("/__init__.py") else path[:-3]
        return ("/" + stem).endswith("/" + "/".join(parts))
