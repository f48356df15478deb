"""Commands in texts for people (READMEs, docs) that name a program or a file which is not there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import islice
from typing import Final

from mlripe.detection.cannot_work.contents import Contents, is_literal
from mlripe.evidence import Defect
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers.budgets import nearest
from mlripe.readers.shell.commands import commands
from mlripe.snapshot.paths import folders_of
from mlripe.wiring.command_words import arguments, option

__all__ = ["absent_in_docs"]

_TEXTS: Final = lazy_regex(r"(?i)(?:(?:[^/]+/){0,2}readme[^/]*|docs?/[^/]+(?:/[^/]+)?|[A-Z_]+)\.(?:md|rst|txt)")
_FENCE: Final = lazy_regex(r"[ \t]{0,12}(?:```|~~~)[ \t]*([\w+-]*)")
_SHELLS: Final = frozenset(
    ("", "bash", "sh", "shell", "console", "zsh", "terminal", "powershell", "cmd", "bat", "text", "shell-session")
)
_PROMPT: Final = lazy_regex(r"^[ \t]*(?:\(\w+\)[ \t]*)?[$>%][ \t]+")
_ENDINGS: Final = (
    ".py",
    ".sh",
    ".ipynb",
    ".R",
    ".yml",
    ".yaml",
    ".ts",
    ".js",
    ".toml",
    ".bat",
    ".ps1",
    "requirements.txt",
)
_PROGRAM: Final = (".py", ".sh", ".ipynb", ".R")
_NAMED_FREELY: Final = re.compile(
    r"(?i)^(?:your|my|path|some|example|foo|script|file|name|x+)|[<>\[\]{}$*]|\.\.\.|path/to|your_|_name\b"
)
_MOVES: Final = re.compile(r"(?m)git clone\b")
_MOST_TEXTS: Final = 30
_MOST_LINES: Final = 300  # of commands in one text
_LARGEST: Final = 200_000
_MOST: Final = 12
_PYTHON: Final = ("python", "python3", "py")
_INLINE: Final = lazy_regex(
    r"`([\w./-]{1,100}\.(?:py|sh)[ ][^`\n]{0,300}|(?:python3?|bash|sh|streamlit run) [^`\n]{0,300})`"
)
_LIKE_PYTHON: Final = frozenset(
    ("python", "python3", "py", "streamlit", "chainlit", "jupyter", "bash", "sh", "Rscript", "tsx", "ts-node")
)


def absent_in_docs(examined: Examined) -> Iterator[Defect]:
    """The lines of such commands; what may be anywhere in the repository, or may come to be there, is not absent."""
    docs = _Docs(examined)
    paths = [
        path
        for path in examined.paths
        if "{{" not in path and _TEXTS.fullmatch(path) and examined.store.role(path) is None
    ]
    found = [each for path in sorted(paths, key=nearest)[:_MOST_TEXTS] for each in docs.defects(path)]
    yield from found[:_MOST]


class _Docs:
    """The texts of one repository."""

    def __init__(self, examined: Examined) -> None:
        self.store = examined.store
        self.words = examined.wiring.words
        self.modules = examined.wiring.tree.modules
        self.contents = Contents(examined.store)

    def defects(self, path: str) -> Iterator[Defect]:
        """What one text names that is not there."""
        size = self.store.entries[path].size or 0
        text = self.store.text(path).decode("utf-8", "replace") if size < _LARGEST else ""
        if len(_MOVES.findall(text)) > 1:
            return  # commands for another repository stand beside those for this one
        seen: set[str] = set()
        for line, written in islice(_shell_lines(text), _MOST_LINES):
            for command in commands(written, line):
                for named in (*self._missing(command.argv), *self._absent_modules(command.argv)):
                    if named not in seen:
                        seen.add(named)
                        says = f"{named} is not in the repository"
                        yield Defect(path, line, says, "docs", finds=DefectKind.ABSENT_IN_DOCS)

    def _missing(self, written: Sequence[str]) -> Iterator[str]:
        argv = self.words.spoken(tuple(written))
        if not argv:
            return
        for named in self._named(argv):
            value = named.removeprefix("./").replace("\\", "/")
            if not is_literal(value) or value.startswith(("/", "-", "~")) or _NAMED_FREELY.search(value):
                continue
            if value.endswith(_ENDINGS) and not self.contents.ends_with(value) and not self._may_be_there(value):
                yield named

    def _absent_modules(self, argv: Sequence[str]) -> Iterator[str]:
        for at in range(len(argv) - 2):
            name, option_, module = argv[at : at + 3]
            named = name in _PYTHON and option_ == "-m" and "." in module and is_literal(module)
            if named and self._lacks_module(module):
                yield module

    def _named(self, argv: Sequence[str]) -> Iterator[str]:
        name = posixpath.basename(argv[0])
        if argv[0].startswith("./") and argv[0].endswith(_PROGRAM):
            yield argv[0]
        if name not in _LIKE_PYTHON and name not in ("pip", "pip3", "conda", "mamba", "docker", "docker-compose"):
            return
        given = arguments(argv[1:], self.words.programs.idle(name)[1])
        for phrase in self.words.programs.needs(name):
            *leading, last = phrase.split()
            if len(given) < len(leading) or not all(map(fnmatchcase, given, leading)):
                continue
            if last != "FILE":
                if value := option(argv, last):
                    yield value
            elif len(given) > len(leading) and not any(word in ("-c", "-m", "-") for word in argv[1:3]):
                yield given[len(leading)]

    def _may_be_there(self, value: str) -> bool:
        """Whether it lies in another repository, or git is told to leave it out."""
        if self.contents.in_submodule(value) or self.contents.ignored(value):
            return True
        top = value.partition("/")[0]
        return "/" in value and top not in self.store.folders and not self.contents.above(top) and value.count("/") > 1

    def _lacks_module(self, module: str) -> bool:
        """Whether a package of the repository's root, or of its `src`, has no such module."""
        top = module.partition(".")[0]
        inside = next((base for base in ("", "src/") if f"{base}{top}" in self.store.folders), None)
        if inside is None or any(each not in ("", "src") for each in self.contents.above(top)):
            return False
        if f"{inside}{top}" not in self._packages:
            return False
        stem = f"{inside}{module.replace('.', '/')}"
        there = (f"{stem}.py", f"{stem}/__main__.py", f"{stem}/__init__.py")
        return not any(each in self.store.entries for each in there) and not self.contents.ends_with(
            f"{module.replace('.', '/')}.py"
        )

    @cached_property
    def _packages(self) -> frozenset[str]:
        """The folders that hold Python, at any depth."""
        return folders_of(path for path in self.store.entries if path.endswith(".py"))


def _shell_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of fenced blocks that a shell would be given, without prompts, continued ones joined."""
    inside, shell, held = False, False, ""
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line)
        if fence:
            inside = not inside
            shell = inside and fence[1].lower() in _SHELLS
            held = ""
        elif not inside and len(line) < 2000:
            for found in _INLINE.finditer(line):
                yield number, _as_command(found[1])
        elif inside and shell and len(line) < 500:
            part = _PROMPT.sub("", line)
            if "├" in part or "└" in part or "│" in part:
                shell = False
                continue
            if part.rstrip().endswith("\\"):
                held += part.rstrip()[:-1] + " "
                continue
            yield number, held + part.replace("\\", "/")  # as Windows writes paths
            held = ""


def _as_command(written: str) -> str:
    """A script that is written without what runs it, as a command."""
    first = written.split(maxsplit=1)[0]
    return f"python {written}" if first.endswith(".py") else f"bash {written}" if first.endswith(".sh") else written
