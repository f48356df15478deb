"""pixi's manifest: packages of conda and of PyPI, by feature, in pixi.toml or under `tool.pixi` in pyproject.toml."""

from __future__ import annotations

from mlripe.facts import FileFacts
from mlripe.readers.dependencies.gathering import Gathered
from mlripe.readers.dependencies.tables import gather_table
from mlripe.readers.formats.cursor import Node

__all__ = ["gather_pixi", "read_pixi"]

_TABLES = (
    ("dependencies", "conda", ""),
    ("host-dependencies", "conda", "build"),
    ("build-dependencies", "conda", "build"),
    ("pypi-dependencies", "python", ""),
)


def read_pixi(path: str, content: bytes) -> FileFacts:
    """Dependencies of a pixi.toml; those of a feature are in a group of its name."""
    from mlripe.readers.formats.documents import load_toml

    gathered = Gathered(path)
    for document in load_toml(content):
        gather_pixi(gathered, Node.root(document))
    return gathered.facts()


def gather_pixi(gathered: Gathered, root: Node) -> None:
    """Add what the tables below `root` declare, for all platforms and features."""
    _tables(gathered, root, "")
    for name, feature in root["feature"].entries():
        _tables(gathered, feature, name)


def _tables(gathered: Gathered, node: Node, feature: str) -> None:
    for place in (node, *(target for _, target in node["target"].entries())):
        for key, ecosystem, group in _TABLES:
            gather_table(gathered, place[key], feature or group, ecosystem)
