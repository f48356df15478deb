"""Where something can be started: a unit of a file, or a scope of a Python file."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["EVERYTHING", "MAIN", "Edge", "Place"]

MAIN = "__main__"
EVERYTHING = "*"  # all of a Python file's scopes: a module that a program is given by name


class Place(NamedTuple):
    """A path and, in it, the id of a unit or a Python scope ("" is the file or the module's body)."""

    path: str
    unit: str = ""


class Edge(NamedTuple):
    """`source` starts `place` at `line`, in words `says`; `allow_failure`: what fails there does not fail the source.

    `kinds`: the kinds of start of the same file for which it does; None for any. `allowed_explicitly`: it is said in
    so many words
    that a failure there is to stop nothing.
    """

    place: Place
    line: int
    says: str
    allow_failure: bool = False
    kinds: frozenset[str] | None = None
    allowed_explicitly: bool = False
