"""Project.toml: what a Julia package or environment depends on."""

from __future__ import annotations

from mlripe.facts import Dependency, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.gathering import Gathered
from mlripe.readers.dependencies.specifiers import pin_of
from mlripe.readers.formats.cursor import Node

__all__ = ["read_julia_project"]

_UUID = lazy_regex(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TABLES = {"deps": "", "extras": "extras", "weakdeps": "weak"}


def read_julia_project(path: str, content: bytes) -> FileFacts:
    """Dependencies of a Project.toml with their versions from `[compat]`; those of a target (`test`) in its group.

    A file of that name that is not Julia's (its dependencies have no UUIDs) gives nothing.
    """
    from mlripe.readers.formats.documents import load_toml

    gathered = Gathered(path)
    for document in load_toml(content):
        root = Node.root(document)
        targets = {item.text: target for target, items in root["targets"].entries() for item in items.items()}
        for table, group in _TABLES.items():
            for name, uuid in root[table].entries():
                if _UUID.fullmatch(uuid.text):
                    pin, version = _pin(root["compat"][name].text)
                    own = targets.get(name, group) if group == "extras" else group
                    gathered.add(Dependency("julia", name, uuid.line, pin, version, own))
    return gathered.facts()


def _pin(compat: str) -> tuple[str, str]:
    """The pin of a `[compat]` entry: a bare version allows compatible ones, a comma separates alternatives."""
    return pin_of(compat.replace(" - ", " <=").replace(",", "|"), bare="bounded")[0], compat
