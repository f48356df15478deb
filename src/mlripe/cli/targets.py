"""Levels of maturity models as a command line names them: `azure:2`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlripe.errors import UserError

if TYPE_CHECKING:
    from mlripe.catalog import Catalog

__all__ = ["Target", "parse_target"]


@dataclass(frozen=True, slots=True)
class Target:
    """A level of a maturity model that a repository is to reach."""

    model: str
    level: int

    def met_by(self, level: int | None) -> bool:
        """Whether `level` is enough; where there is nothing to judge (None), nothing is below the target."""
        return level is None or level >= self.level


def parse_target(option: str, text: str, catalog: Catalog) -> Target:
    """The target that `azure:2` names, given to `option`. Raises UserError saying which models and levels there are."""
    name, _, number = text.partition(":")
    model = catalog.model(name)
    levels = {str(level): level for level in model.levels}
    if not levels:
        raise UserError(f"{option} {text!r}: {name} gives points and has no levels; choose another model")
    if number not in levels:
        raise UserError(
            f"{option} {text!r} names no level of {name}; write {name}:LEVEL with one of {', '.join(levels)}"
        )
    return Target(name, levels[number])
