"""What the readers of CI services share: scripts written as lists, folders, images, conditions that never hold."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec.structs import replace

from mlripe.facts import Command, Document, FileFacts, Resource, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.readers.ci.constants import truth
from mlripe.readers.formats.cursor import Node, image_name
from mlripe.readers.shell.commands import commands
from mlripe.readers.shell.directory import Directory
from mlripe.readers.shell.powershell import POWERSHELLS, powershell_commands

__all__ = [
    "PUSH",
    "Found",
    "Piece",
    "Scripts",
    "anyway",
    "facts_of",
    "flat",
    "folder",
    "free",
    "image",
    "image_named",
    "is_false",
    "is_true",
    "names",
    "never",
    "pieces",
    "script",
    "settings",
    "step_says",
]

NAMES: Final = 300  # of a list; what inherits it repeats it
LENGTH: Final = 500  # characters of a variable's value
PUSH: Final = (Trigger("push", 1, "by convention"),)  # where a file says nothing of what starts it
Found = tuple[list[Unit], list[Resource]]
Piece = tuple[str, int]  # a part of a script, and the line where its text begins


def flat(node: Node) -> Iterator[Node]:
    """The items of a list and of the lists in it; a node that is no list as the only item."""
    if node.is_list:
        for item in node.items():
            yield from flat(item)
    elif node.value is not None:
        yield node


def pieces(node: Node) -> list[Piece]:
    """A script that is a text or a list of texts (lists in it too), as parts."""
    return [(item.text, item.text_line) for item in flat(node) if item.text]


def script(
    parts: Iterable[Piece], directory: str = "", *, strict: bool = True, pipefail: bool = False, shell: str = ""
) -> tuple[Command, ...]:
    """The commands of a script whose parts run one after the other in one shell, which starts in `directory`.

    Where the commands run is given relative to `directory`. `shell` names the shell where it is not that of POSIX.
    """
    if shell in POWERSHELLS:
        return tuple(c for text, line in _joined(parts) for c in powershell_commands(text, line, strict=strict))
    found: list[Command] = []
    for text, line in _joined(parts):
        found += commands(text, line, strict=strict, pipefail=pipefail, directory=directory)
    if not directory:
        return tuple(found)
    return tuple(replace(command, directory=_relative(command.directory, directory)) for command in found)


def _relative(place: str, start: str) -> str:
    return "" if place == start else posixpath.relpath(f"/{place}", f"/{start}")


def anyway(found: Iterable[Command], after: RunsAfter = RunsAfter.ANY) -> tuple[Command, ...]:
    """Commands that run whatever came of those before them, or after one outcome; their failure stops nothing."""
    return tuple(replace(command, allow_failure=True, runs_after=after) for command in found)


class Scripts:
    """`script` for a file whose texts run in many places: bounded in all, however often they are repeated."""

    def __init__(self, budget: int = 600_000) -> None:
        self.budget = budget  # characters

    def commands(
        self, parts: Iterable[Piece], directory: str = "", *, strict: bool = True, pipefail: bool = False
    ) -> tuple[Command, ...]:
        """As `script`; nothing once the budget is spent."""
        taken: list[Piece] = []
        for part in parts if self.budget > 0 else ():
            self.budget -= len(part[0]) + 20
            if self.budget <= 0:
                return ()
            taken.append(part)
        return script(taken, directory, strict=strict, pipefail=pipefail)


def _joined(parts: Iterable[Piece]) -> list[Piece]:
    """Parts as one text, so that a `cd` in one holds in the next, with empty lines that keep each on its own line.

    A part that stands above the end of the one before it (an alias, a folded text) begins a new text.
    """
    joined: list[Piece] = []
    for text, line in parts:
        text = text.rstrip("\n")
        if joined:
            before, start = joined[-1]
            gap = line - start - before.count("\n")
            if gap > 0:
                joined[-1] = (before + "\n" * gap + text, start)
                continue
        joined.append((text, line))
    return joined


def folder(base: str, path: str) -> str:
    """The folder that `path` means to a job in `base`, relative to the repository's root as far as it is known."""
    path = path.strip()
    return str(Directory(base).after(("cd", path))) if path else base


def free(id: str, taken: dict[str, int]) -> str:
    """`id`, or the first of `id-2`, `id-3` ... that is not taken; it is then."""
    found = id
    while found in taken:
        taken[id] += 1
        found = f"{id}-{taken[id]}"
    taken[found] = 1
    return found


def names(node: Node) -> tuple[str, ...]:
    """One name or a list of names, as far as anybody would write them."""
    return tuple(item.text for item in islice(flat(node), NAMES) if item.text)


def settings(node: Node) -> dict[str, tuple[str, ...]]:
    """The variables that a mapping sets, or a list of `NAME=value` or of mappings with `name` and `value`."""
    found: dict[str, tuple[str, ...]] = {}
    for name, item in islice(node.entries(), NAMES):
        value = item["value"] if item.is_mapping else item
        if value.text and len(value.text) <= LENGTH:
            found[name] = (value.text,)
    for item in islice(node.items(), NAMES):
        name, _, text = (item["name"].text, "", item["value"].text) if item.is_mapping else item.text.partition("=")
        if name and text and len(text) <= LENGTH:
            found[name] = (text,)
    return found


def image(node: Node, unit: str, name: str = "") -> tuple[Resource, ...]:
    """The container image that a text, or a mapping with `image` or `name`, gives."""
    if node.is_mapping:
        node = node["image"] if "image" in node else node["name"]
    return image_named(node.text, node.line, unit, name)


def image_named(reference: str, line: int, unit: str, name: str = "") -> tuple[Resource, ...]:
    """A container image, without tag and digest in its type; () where the reference is a variable's."""
    found = image_name(reference.removeprefix("docker://"))
    return (Resource(f"image:{found}", name or reference, line, unit),) if found else ()


def is_true(node: Node) -> bool:
    """Whether a switch is on by a literal, quoted perhaps, or by an expression that is always true."""
    text = node.text.strip()
    return truth(text) is True or text.lower() in ("true", "yes", "on", "1")


def is_false(node: Node) -> bool:
    """Whether a switch is off by a literal."""
    text = node.text.strip()
    return node.value is not None and (truth(text) is False or text.lower() in ("false", "no", "off", "0"))


def never(condition: str) -> bool:
    """Whether a condition is literally false, `${{ false && ... }}` too."""
    written = condition.strip().removeprefix("${{").removesuffix("}}").strip()
    return written.lower() == "'false'" or truth(written, bare=True) is False


def step_says(name: str, uses: Sequence[str] = (), found: Sequence[Command] = ()) -> str:
    """What a person calls a step: its name, else what it uses, else its first command."""
    words = name or (uses[0] if uses else "") or (found[0].text if found else "")
    first = words.strip().partition("\n")[0]
    return f"step {first[:80]}".rstrip()


def facts_of(documents: tuple[Document, ...], found: Found) -> FileFacts:
    """The facts of a file from its documents and what was found in them."""
    units, resources = found
    return FileFacts(units=tuple(units), resources=tuple(resources), documents=documents)
