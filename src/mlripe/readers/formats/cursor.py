"""A cursor over a loaded document: walk a foreign file's keys without asking at each step whether they are there.

A missing key, a wrong type and a null are all the same empty node, so a reader of a format says only what it looks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, normpath

from msgspec import Struct

from mlripe.facts import UNKNOWN, Command, Document, Resource
from mlripe.readers.shell.commands import commands
from mlripe.readers.shell.macros import macros_as_variables

__all__ = ["Node", "beside", "called_by_name", "code_beside", "from_above", "image_name", "images", "run_by", "unique"]

LEVELS = 12  # folders above a file that are looked through
SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ash"})


class Node(Struct, frozen=True):
    """The value at `path` in `document`; `value` is None where nothing stands there."""

    document: Document
    value: object
    path: tuple[str | int, ...] = ()

    @classmethod
    def root(cls, document: Document) -> Node:
        """The whole of a document."""
        return cls(document, document.data)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def __getitem__(self, key: str) -> Node:
        """The value of a mapping's key; an empty node where there is none."""
        return Node(self.document, self.value.get(key) if isinstance(self.value, dict) else None, (*self.path, key))

    def at(self, dotted: str) -> Node:
        """The value below several keys, `spec.template.spec`."""
        node = self
        for key in dotted.split("."):
            node = node[key]
        return node

    def entries(self) -> Iterator[tuple[str, Node]]:
        """A mapping's keys with their values; nothing for anything else."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield str(key), Node(self.document, value, (*self.path, key))

    def items(self) -> Iterator[Node]:
        """A list's items; nothing for anything else."""
        if isinstance(self.value, list | tuple):
            for index, value in enumerate(self.value):
                yield Node(self.document, value, (*self.path, index))

    def walk(self, key: str = "") -> Iterator[tuple[str, Node]]:
        """This node and all below it, outer first, each with the key that it stands under (an item: its list's)."""
        document = self.document
        waiting = [(key, self.value, self.path)]
        while waiting:
            name, value, path = waiting.pop()
            yield name, Node(document, value, path)
            below: list[tuple[str, object, tuple[str | int, ...]]] = []
            if isinstance(value, dict):
                below = [(str(key), inner, (*path, key)) for key, inner in value.items()]
            elif isinstance(value, list | tuple):
                below = [(name, inner, (*path, index)) for index, inner in enumerate(value)]
            below.reverse()
            waiting += below

    @property
    def text(self) -> str:
        """A scalar as it would be written; "" for anything else."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return str(self.value) if isinstance(self.value, str | int | float) else ""

    @property
    def line(self) -> int:
        """The line of the key or item."""
        return self.document.line_of(self.path)

    @property
    def text_line(self) -> int:
        """The first line of a scalar's text."""
        return self.document.text_line_of(self.path)

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.value, list | tuple)

    def scalars(self) -> dict[str, object]:
        """A mapping's entries, `UNKNOWN` for those that are no scalars: the shape of a unit's inputs."""
        plain = (str, int, float, bool)
        return {key: node.value if isinstance(node.value, plain) else UNKNOWN for key, node in self.entries()}


def beside(path: str, target: str) -> str:
    """`target`, written relative to the file at `path`, as "./path/from/root".

    "" where it is no path of this repository: empty, absolute, an address, a variable, or outside the root.
    """
    target = target.strip().removeprefix("file:")
    if not target or target.startswith(("/", "~")) or any(mark in target for mark in ("://", "${", "{{", "$(", "\n")):
        return ""
    joined = normpath(f"{dirname(path)}/{target}" if dirname(path) else target)
    return "" if joined.startswith(("..", "/")) else f"./{joined}"


def from_above(path: str, target: str) -> tuple[str, ...]:
    """`target` relative to the folder of the file at `path` and to every folder above it, nearest first.

    For tools that count from where a person called them, which the file does not tell.
    """
    folders = dirname(path).split("/")[:LEVELS]
    return unique(*(beside("/".join((*folders[:depth], "_")), target) for depth in range(len(folders), -1, -1)))


def code_beside(path: str, reference: str, suffix: str = ".py") -> str:
    """The file of an object reference, `pkg/flow.py:main` or `pkg.flow:main`, relative to the file at `path`."""
    place = reference.strip().split(":", 1)[0]
    if place and not place.endswith(suffix):
        place = place.strip("./").replace(".", "/") + suffix if "/" not in place else place + suffix
    return beside(path, place)


def called_by_name(path: str, handler: str, folder: str = "") -> str:
    """A function that a platform calls, `src/train.main` or `train.main`, in a folder: `./src/train.py:main`."""
    module, dot, function = handler.strip().rpartition(".")
    file = beside(path, f"{folder or '.'}/{module.replace('.', '/')}.py") if dot and module else ""
    return f"{file}:{function}" if file and function.isidentifier() else ""


def unique(*values: str) -> tuple[str, ...]:
    """The values that are not empty, each once, in order."""
    return tuple(dict.fromkeys(value for value in values if value))


def run_by(words: list[Node], line: int) -> tuple[Command, ...]:
    """The commands of an argument vector: those of the text for `sh -c text`, else the vector as one command."""
    argv = tuple(word.text for word in words)
    if not argv or argv[0].startswith("-"):
        return ()
    if argv[0].rsplit("/", 1)[-1] in SHELLS:
        for index, word in enumerate(words[1:-1], 1):
            if word.text.startswith("-") and not word.text.startswith("--") and word.text.endswith("c"):
                script = words[index + 1]
                text = macros_as_variables(script.text)  # Kubernetes fills in $(NAME) before the shell sees it
                return commands(text, script.text_line, strict="e" in word.text)
    return (Command(" ".join(argv), argv, line),)


def image_name(reference: str) -> str:
    """A container image's name without tag, digest and the default registry; "" where it is a variable as a whole."""
    name = reference.strip().split("@", 1)[0]
    if not name or any(mark in name for mark in ("{{", "$(", " ", "\n")) or name.startswith(("/", ".", "azureml:")):
        return ""
    end, depth = len(name), 0
    for index, mark in enumerate(name):
        depth += (mark == "{") - (mark == "}")
        if depth == 0 and mark == "/":
            end = len(name)  # the colon before a slash was a registry's port
        elif depth == 0 and mark == ":" and end == len(name):
            end = index
    name = name[:end]
    if name.startswith("$") and ("/" not in name or name.find("}") == len(name) - 1):
        return ""
    for default in ("docker.io/", "index.docker.io/", "library/"):
        name = name.removeprefix(default)
    return name


def images(node: Node, unit: str = "", keys: frozenset[str] = frozenset({"image"})) -> Iterator[Resource]:
    """A resource for every container image named below `node`, each name once."""
    seen: set[str] = set()
    for key, found in node.walk():
        if key in keys and isinstance(found.value, str):
            name = image_name(found.value)
            if name and name not in seen:
                seen.add(name)
                yield Resource(f"image:{name}", found.value.strip(), found.line, unit)
