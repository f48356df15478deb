"""What a repository holds, as the faults ask for it, and the line of a file that names something."""

from __future__ import annotations

import posixpath
from collections.abc import Container
from functools import cached_property
from typing import Final

from mlripe.catalog.globs import PathGlobs, matcher
from mlripe.catalog.knowledge import above_home
from mlripe.readers.store import FactStore

__all__ = ["Contents", "in_small_letters", "is_literal"]

_OPEN: Final = frozenset("$*?{}~`(<>%[|;\\\0")  # a path with one of these is not written out
_MOST_LINES: Final = 60  # of one command or step that are searched for a word
_MOST_PATTERNS: Final = 2000  # of one .gitignore
_LONGEST: Final = 300  # characters of a path


def is_literal(path: str) -> bool:
    """Whether a path is written out, and means a place of this file system."""
    return bool(path) and len(path) < _LONGEST and not set(path) & _OPEN and "://" not in path and " " not in path


def in_small_letters(dockerfile: str) -> str:
    """The path of a Dockerfile with its name in small letters, which Docker takes where the usual name is not there."""
    return posixpath.join(posixpath.dirname(dockerfile), posixpath.basename(dockerfile).lower())


class Contents:
    """Answers for the files of one repository."""

    def __init__(self, store: FactStore) -> None:
        self.store = store

    def has(self, path: str, seen_from: str, others: Container[str] = ()) -> bool:
        """Whether the repository holds a file, or what is among `others`; what lies above its root may be there.

        `path` is relative to the root that the file `seen_from` sees.
        """
        path = posixpath.normpath(posixpath.join(self.root_above(seen_from), path))
        above = path.startswith("/") or (path.startswith("..") and not seen_from.startswith(".github/"))
        return above or path == "." or path in self.store.entries or path in others

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder at a path from the root; of what lies above the root nobody knows."""
        path = posixpath.normpath(path)
        if path.startswith(("/", "..")) or path == "." or self.store.known(path) or path in self.store.folders:
            return True
        return self.in_submodule(path)

    def in_submodule(self, path: str) -> bool:
        """Whether a path lies in another repository, of which nothing is known here."""
        return any(path == each or path.startswith(f"{each}/") for each in self.submodules)

    def ends_with(self, path: str) -> bool:
        """Whether a file or folder lies at such a path below any folder: the start of a path is often not known."""
        path = posixpath.normpath(path).lstrip("/")
        while path.startswith("../"):
            path = path[3:]
        alike = (self._by_two_names if "/" in path else self._by_name).get(_last_two(path), ())
        return path in ("", ".", "..") or any(f"/{known}".endswith(f"/{path}") for known in alike)

    def above(self, path: str) -> list[str]:
        """The folders below which a file or folder lies at such a path."""
        alike = self._by_name.get(posixpath.basename(path), ())
        return [known[: -len(path)].rstrip("/") for known in alike if f"/{known}".endswith(f"/{path}")]

    @cached_property
    def _by_two_names(self) -> dict[str, list[str]]:
        """The same by their last two names: many files have the name `__init__.py`."""
        found: dict[str, list[str]] = {}
        for known in (*self.store.entries, *self.store.folders):
            found.setdefault(_last_two(known), []).append(known)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """All files and folders by their last name."""
        found: dict[str, list[str]] = {}
        for known in (*self.store.entries, *self.store.folders):
            found.setdefault(posixpath.basename(known), []).append(known)
        return found

    def root_above(self, path: str) -> str:
        """The folder that a file takes for the repository's root: a template's, or ""."""
        return self.store.knowledge.ci_services.root_above(path)

    def root_of(self, path: str) -> str | None:
        """The folder in which the jobs of a file of CI begin; None where nothing says it."""
        service = self.store.service(path)
        return above_home(service, path) if service is not None and service.at_root else None

    def line_of(self, path: str, line: int, words: str) -> int:
        """The first line from `line` on, of one command or step, that holds `words`; `line` where none does."""
        lines = self.store.text(path).split(b"\n")[max(line, 1) - 1 :][:_MOST_LINES]
        wanted = words.encode("utf-8", "replace")
        return next((line + at for at, text in enumerate(lines) if wanted in text), line)

    def named_apart(self, path: str, name: str) -> bool:
        """Whether a file names something outside its commands: what it gives to a step may bring it."""
        lines = (line.strip() for line in self.store.text(path).decode("utf-8", "replace").splitlines())
        written = "\n".join(line for line in lines if not line.startswith(("#", "//", "*", "- name:", "name:")))
        commands = (command for unit in self.store.of(path).units for command in unit.commands)
        texts = {(command.line, command.text) for command in commands}
        return written.count(name) > sum(text.count(name) for _, text in texts)

    # --- what git leaves out -----------------------------------------------------------------------------------------

    def ignored(self, path: str) -> bool:
        """Whether git is told to leave a path out, or a folder above it; exceptions (`!`) are not looked at."""
        parts = posixpath.normpath(path).split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        for folder, globs in self._ignoring:
            prefix = f"{folder}/" if folder else ""
            for each in above:
                rest = each.removeprefix(prefix) if each.startswith(prefix) else ""
                if rest and (globs.fullmatch(rest) or globs.fullmatch(f"{rest}/x")):
                    return True
        return False

    @cached_property
    def _ignoring(self) -> list[tuple[str, PathGlobs]]:
        found = []
        for path in self.store.entries:
            if posixpath.basename(path) in (".gitignore", ".dvcignore"):
                lines = self.store.text(path).decode("utf-8", "replace").splitlines()[:_MOST_PATTERNS]
                written = (line.strip() for line in lines)
                globs = tuple(line for line in written if line and not line.startswith(("#", "!")) and len(line) < 200)
                found.append((posixpath.dirname(path), matcher(globs)))
        return found

    @cached_property
    def submodules(self) -> tuple[str, ...]:
        """The folders whose content is another repository's."""
        lines = self.store.text(".gitmodules").decode("utf-8", "replace").splitlines()
        pairs = (line.strip().partition("=") for line in lines)
        return tuple(value.strip().strip("/") for key, _, value in pairs if key.strip() == "path" and value.strip())


def _last_two(path: str) -> str:
    """The last two names of a path, or the only one."""
    return "/".join(path.rsplit("/", 2)[-2:])
