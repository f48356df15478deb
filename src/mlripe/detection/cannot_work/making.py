"""What may come to be there while something runs: files that commands write, tools fetch, or people are told to bring.

It errs on the side of what may be made: a name that a command, a program or a README may write is not missing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

from mlripe.facts import Command, Unit
from mlripe.kinds import ProgramEffect
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["Making"]

# what is written by people and committed: nothing but a command that names it makes it
_CODE: Final = (
    ".py", ".sh", ".bash", ".ps1", ".R", ".jl", ".ipynb", ".sql", ".tf", ".ts", "Dockerfile", "Makefile",
    "requirements.txt", "setup.py", "setup.cfg", "pyproject.toml",
)  # fmt: skip
_WRITTEN: Final = lazy_regex(r">{1,2}\s*([^\s;&|<>()]+)")
_NAME: Final = lazy_regex(r"[\w.@+-]+")
_WRITING: Final = lazy_regex(r"--?o(?:ut\w*)?(?:[-_]?(?:file|dir|path|folder))?=?|--?dest\w*|--?to|--?save\w*|--?path")
_SOURCES: Final = (".py", ".ps1", ".R", ".ipynb", ".js", ".ts", ".jl")
_BY_PROGRAM: Final = (
    r"(?:writefile|open\()[^\n]{0,120}%(name)s|%(name)s[^\n]{0,80}(?:write_text|['\"]w)|>\s*[^\s>]{0,200}%(name)s"
)
_UNLIKELY: Final = (".ipynb", ".md", ".rst", ".txt", ".adoc")  # they write no programs, however large they are
_READMES: Final = (".md", ".rst", ".txt", ".adoc")
_MOST_TEXT: Final = 3_000_000  # bytes that are searched for a name
_COPYING: Final = ("cp", "mv", "rsync", "ln", "install")
_CONVERTS: Final = ("nbconvert", "jupytext", "nbdev_export", "nbdev-export")
# folders that a tool makes, whatever it is called with
_BUILT: Final = frozenset(
    "dist build out target bin obj node_modules .next public static venv .venv wheels wheelhouse vendor logs".split()
)


class Making:
    """Answers for one repository."""

    def __init__(self, store: FactStore, wiring: Wiring) -> None:
        self.store = store
        self.words = wiring.words
        self._answers: dict[str, bool] = {}
        self._left: list[str] = []  # texts that are not read, and may name what they write
        self._makers = wiring.words.programs.doing(ProgramEffect.MAKES_FILES)

    def may_make(self, path: str) -> bool:
        """Whether anything of the repository may bring a file or folder that is not there."""
        parts = [part for part in posixpath.normpath(path).split("/") if part not in ("", ".", "..")]
        if not parts or not _BUILT.isdisjoint(parts) or self.writes(parts):
            return True
        name = parts[-1]
        if name not in self._answers:
            self._answers[name] = self._may_write(name)
        return self._answers[name]

    def writes(self, parts: Sequence[str]) -> bool:
        """Whether a command writes what these parts name, or a folder in which it lies.

        A folder that is there already says nothing of code in it: what people write is not written into it besides.
        """
        folders = ["/".join(parts[: at + 1]) for at in range(len(parts))]
        code = parts[-1].endswith(_CODE)
        pairs = zip(parts, folders, strict=True)
        return any(part in self._written and not (code and folder in self.store.folders) for part, folder in pairs)

    def _may_write(self, name: str) -> bool:
        """Whether a program or a text names such a file as one that it writes; what is not read may do it."""
        if self._converts and f"{posixpath.splitext(name)[0]}.ipynb" in self._names:
            return True
        texts = (*self._sources, *self._readmes)
        if any(not name.endswith(_CODE) or not path.endswith(_UNLIKELY) for path in self._left):
            return True
        if name.endswith(_CODE):
            written = re.compile((_BY_PROGRAM % {"name": re.escape(name)}).encode("utf-8", "replace"))
            return any(written.search(text) for text in texts)
        return any(name.encode("utf-8", "replace") in text for text in texts)

    # --- commands ----------------------------------------------------------------------------------------------------

    @cached_property
    def _written(self) -> frozenset[str]:
        """The names of all files and folders that a command, a stage or a target may write."""
        found: set[str] = set()
        for _, facts in list(self.store.loaded()):
            for unit in facts.units:
                found.update(name for path in unit.writes for name in path.split("/"))
                for command in unit.commands:
                    found.update(self._by_command(command))
                found.update(self._by_inputs(unit))
        for path in self.store.entries:
            if path.endswith(".dvc"):
                found.add(posixpath.basename(path).removesuffix(".dvc"))
        return frozenset(found - {"", ".", ".."})

    def _by_command(self, command: Command) -> Iterator[str]:
        argv = self.words.unwrapped(command.argv)
        named: list[str] = [match[1] for match in _WRITTEN.finditer(command.text)]
        if argv[:1] and argv[0] in _COPYING and len(argv) > 2:  # under their names, and where the last word says
            named += [*map(posixpath.basename, argv[1:-1]), argv[-1]]
        elif argv[:1] and (argv[0] in self._makers or argv[0] in ("mkdir", "touch")):
            named += argv[1:]
        else:
            named += [after for word, after in pairwise(argv) if _WRITING.fullmatch(word)]
            named += [word.partition("=")[2] for word in argv if "=" in word and _WRITING.match(word)]
        for word in named:
            yield from _NAME.findall(word)

    @staticmethod
    def _by_inputs(unit: Unit) -> Iterator[str]:
        """What a step that uses an action is given as names of files that it may bring."""
        for key, value in unit.inputs.items() if unit.uses and unit.kind == "step" else ():
            if isinstance(value, str) and key not in ("context", "file", "dockerfile") and len(value) < _MOST_TEXT:
                yield from _NAME.findall(value)

    @cached_property
    def _converts(self) -> bool:
        texts = (*self._sources, *self._readmes)
        commands = (c for _, facts in list(self.store.loaded()) for unit in facts.units for c in unit.commands)
        written = any(word in command.text for command in commands for word in _CONVERTS)
        return written or any(word in text for word in map(str.encode, _CONVERTS) for text in texts)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(map(posixpath.basename, self.store.entries))

    # --- texts -------------------------------------------------------------------------------------------------------

    @cached_property
    def _sources(self) -> list[bytes]:
        """The texts of programs, which may write what they name."""
        return self._texts(_SOURCES)

    @cached_property
    def _readmes(self) -> list[bytes]:
        return self._texts(_READMES)

    def _texts(self, endings: tuple[str, ...]) -> list[bytes]:
        found, room = [], _MOST_TEXT
        for path in sorted(self.store.entries, key=lambda each: (each.count("/"), each)):
            if not path.endswith(endings):
                continue
            size = self.store.entries[path].size
            text = self.store.text(path) if (size or 0) < room // 4 else b""
            room -= len(text)
            found.append(text)
            if not text and size != 0:
                self._left.append(path)
        return found
