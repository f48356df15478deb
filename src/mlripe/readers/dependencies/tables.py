"""Tables of `name = specifier`, as Poetry, Pipenv and pixi write their dependencies."""

from __future__ import annotations

from collections.abc import Mapping

from mlripe.facts import Dependency
from mlripe.readers.dependencies.gathering import Gathered
from mlripe.readers.dependencies.specifiers import Requirement, normalise, pin_of, pin_of_url, weakest
from mlripe.readers.formats.cursor import Node

__all__ = ["gather_table", "pin_of_table"]


def gather_table(gathered: Gathered, table: Node, group: str = "", ecosystem: str = "python") -> None:
    """Add what a table declares. `python` itself, which Poetry lists among the packages, is none of them."""
    for name, value in table.entries():
        pinned = pin_of_table(value.value)
        if pinned and not (ecosystem == "python" and name.lower() == "python"):
            gathered.add(Dependency(ecosystem, normalise(name), value.line, pinned.pin, pinned.version, group))


def pin_of_table(value: object) -> Requirement | None:
    """The nameless requirement that the right side of `name = ...` states in the tables of Poetry, Pipenv and pixi.

    `value` is a specifier, a table with `version`, `git`, `url` or `file`, or a list of these for different platforms,
    of which the weakest counts. None for a local folder or a workspace member.
    """
    if isinstance(value, str):
        return Requirement("", *pin_of(value))
    if isinstance(value, list):
        return weakest(pin for item in value if not isinstance(item, list) and (pin := pin_of_table(item)))
    if not isinstance(value, Mapping) or "path" in value or "workspace" in value:
        return None
    if "git" in value:
        reference = value.get("rev") or value.get("tag") or value.get("ref")
        return Requirement("", "exact", str(reference)) if reference else Requirement("")
    for key in ("url", "file"):
        if key in value:
            return pin_of_url(str(value[key]))
    version = value.get("version")
    return Requirement("", *pin_of(version)) if isinstance(version, str) else Requirement("")
