"""tox's own TOML: `[env.NAME]` in a tox.toml, `[tool.tox.env.NAME]` in a pyproject.toml."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice

from mlripe.facts import Command, FileFacts, Unit
from mlripe.readers.formats.cursor import Node
from mlripe.readers.formats.documents import load_toml

__all__ = ["read_tox_toml", "tox_toml_units"]

ENVIRONMENTS = 300  # of one file
COMMANDS = 200  # of one environment


def read_tox_toml(path: str, content: bytes) -> FileFacts:
    """A unit of kind `environment` for each environment of a tox.toml."""
    documents = load_toml(content)
    units = (unit for document in documents for unit in tox_toml_units(path, Node.root(document)))
    return FileFacts(units=tuple(units), documents=documents)


def tox_toml_units(path: str, root: Node) -> Iterator[Unit]:
    """The environments below `root`: a tox.toml as a whole, or the `tool.tox` of a pyproject.toml."""
    base = root["env_run_base"]
    listed = {item.text for item in root["env_list"].items()}
    for name, node in islice(root["env"].entries(), ENVIRONMENTS):
        folder = (node["change_dir"] or base["change_dir"]).text.replace("{tox_root}", ".")
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), folder))
        keys = ("commands_pre", "commands", "commands_post")
        lines = (line for key in keys for line in (node[key] or base[key]).items())
        yield Unit(
            name,
            "environment",
            node.line,
            f"tox {name}",
            commands=tuple(command for line in islice(lines, COMMANDS) if (command := _command(line))),
            inputs={"default": True} if name in listed else {},
            directory="" if place == "." else place,
            tolerant=node["ignore_outcome"].value is True,
        )


def _command(line: Node) -> Command | None:
    """A list of words; a leading `-` lets it fail."""
    argv = [word.text for word in line.items() if word.text]
    tolerant = argv[:1] == ["-"]
    argv = argv[1:] if tolerant else argv
    return Command(" ".join(argv), tuple(argv), line.line, tolerant=tolerant) if argv else None
