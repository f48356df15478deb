"""What several commands take, and what their values must be."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mlripe.errors import UserError

if TYPE_CHECKING:
    from mlripe.catalog.shapes import MaturityModel

__all__ = ["known_model", "path_argument", "rev_option"]

Command = TypeVar("Command", bound=Callable[..., Any])


def path_argument(command: Command) -> Command:
    """PATH: the repository, by default the folder one stands in; whether it can be read the audit says."""
    return click.argument("path", default=".", type=click.Path())(command)


def rev_option(command: Command) -> Command:
    """--rev: a revision instead of the work tree."""
    says = "Read this git revision (branch, tag or commit) instead of the files on disk; nothing is checked out."
    return click.option("--rev", metavar="REV", help=says)(command)


def known_model(name: str, models: Mapping[str, MaturityModel]) -> MaturityModel:
    """The model of that id. Raises UserError naming the known ones."""
    if name not in models:
        raise UserError(f"there is no maturity model {name!r}{_nearest(name, models)}; known are {_listed(models)}")
    return models[name]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), 1)
    return f" (did you mean {close[0]!r}?)" if close else ""
