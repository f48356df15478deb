"""What Dockerfiles and compose files share: a container's folders as folders of the repository, argument vectors."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from mlripe.facts import Command
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.shell.commands import commands

__all__ = ["Copied", "expanded", "folder_of", "run_vector"]

REFERENCE = lazy_regex(r"\$(?:\{(\w+)(?:(:?[-+])([^{}$]*))?\}|(\w+))")
SHELL = lazy_regex(r"(?:.*/)?(?:ba|da|z|a)?sh\Z")
LENGTH = 2000  # characters that the variables of one text may add to it


class Copied(Struct, frozen=True):
    """A file or folder of the repository, and the absolute path that it has in the container."""

    source: str
    target: str

    @property
    def is_folder(self) -> bool:
        """Whether the source looks like a folder: nothing but its name tells."""
        return self.source.endswith("/") or "." not in posixpath.basename(self.source).lstrip(".")


_PROGRAMS = (".py", ".sh", ".R", ".jl", ".js", ".mjs", ".ts")


def folder_of(inside: str, copied: Iterable[Copied]) -> str:
    """The folder of the repository whose content stands at `inside` in the container; "" where nothing says it."""
    inside = posixpath.normpath(inside or "/")
    best, found = 0, ""
    for copy in copied:
        target = posixpath.normpath(copy.target)
        source = posixpath.normpath(copy.source)
        if copy.is_folder and target == inside:
            rank, folder = 4, source
        elif not copy.is_folder and inside in (target, posixpath.dirname(target)):
            # what runs there tells more than a list of requirements that was copied first
            rank, folder = 3 if source.endswith(_PROGRAMS) else 2, posixpath.dirname(source)
        elif copy.is_folder and inside.startswith(target.rstrip("/") + "/"):
            rank, folder = 1, posixpath.normpath(source + inside[len(target.rstrip("/")) :])
        else:
            continue
        if rank > best:
            best, found = rank, folder
    return "" if found in (".", "/") or found.startswith("..") else found.lstrip("/")


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """`text` with `$NAME`, `${NAME}` and `${NAME:-default}` as far as `variables` and defaults say their values."""
    room = LENGTH

    def value(match: re.Match[str]) -> str:
        nonlocal room
        known = variables.get(match[1] or match[4])
        if not known and match[2] and "-" in match[2]:
            known = match[3]
        room -= len(known or "")
        return match[0] if known is None or room < 0 else known

    return REFERENCE.sub(value, text)


def run_vector(argv: Sequence[str], line: int, directory: str = "") -> tuple[Command, ...]:
    """The commands of an argument vector: those of the text for `sh -c text`, else the vector as one command."""
    argv = tuple(argv)
    if argv and posixpath.basename(argv[0]) in ("tini", "dumb-init"):
        argv = argv[argv.index("--") + 1 :] if "--" in argv else argv[1:]
    if not argv or argv[0].startswith("-"):  # arguments of an entry point that the image has
        return ()
    if SHELL.match(argv[0]):
        for index, word in enumerate(argv[1:-1], 1):
            if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
                return commands(argv[index + 1], line, strict="e" in word, directory=directory)
    return (Command(" ".join(argv), argv, line, directory),)
