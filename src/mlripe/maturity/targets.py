"""What may be asked of a repository, as a command line writes it: `azure:2`, `code-testing=automated`."""

from __future__ import annotations

from dataclasses import dataclass

from mlripe.catalog import Catalog
from mlripe.errors import UserError
from mlripe.evidence import Strength

__all__ = ["Requirement", "Target", "parse_requirement", "parse_target"]


@dataclass(frozen=True, slots=True)
class Target:
    """A level of a maturity model that a repository is to reach."""

    model: str
    level: int


@dataclass(frozen=True, slots=True)
class Requirement:
    """A strength that a capability must have."""

    capability: str
    strength: Strength


def parse_target(option: str, text: str, catalog: Catalog) -> Target:
    """The target that `azure:2` names, given to `option`. Raises UserError saying which models and levels there are."""
    name, colon, number = text.partition(":")
    if not name or (not colon and name not in catalog.models):
        raise UserError(f"{option} {text!r}: write MODEL:LEVEL, such as azure:2; `mlripe catalog` lists the models")
    model = catalog.model(name)
    levels = {str(level): level for level in model.levels}
    if not levels:
        raise UserError(f"{option} {text!r}: {name} gives points and has no levels; choose another model")
    if number not in levels:
        raise UserError(
            f"{option} {text!r} names no level of {name}; write {name}:LEVEL with one of {', '.join(levels)}"
        )
    return Target(name, levels[number])


def parse_requirement(text: str, catalog: Catalog) -> Requirement:
    """The requirement that `code-testing=automated` names. Raises UserError naming the nearest capability."""
    name, equals, strength = text.partition("=")
    known = [each.name for each in Strength if each]
    if not equals or strength not in known:
        raise UserError(f"requirement {text!r}: write CAPABILITY=STRENGTH, with one of {', '.join(known)}")
    return Requirement(catalog.capability(name).id, Strength[strength])
