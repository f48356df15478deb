"""`python -m mlripe.dev proofs FOLDER...`: proofs of what is automated, drawn at random, to be read hop by hop.

A strength may be right for the wrong reason. Each proof comes with the source line of every hop of its chain, from the
line that shows the practice to what starts it, so that a reader sees whether each hop holds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from mlripe.auditing import Inspection, inspected
from mlripe.errors import UserError
from mlripe.evidence import Evidence, Strength

__all__ = ["proofs"]

LONGEST: Final = 100  # characters of a source line that are shown

SourceLine = Callable[[str, int], str]


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--rev", help="The revision to read, as for `mlripe audit` (default: the work tree).")
@click.option("--most", default=60, show_default=True, help="How many proofs to draw.")
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same proofs.")
def proofs(folders: Sequence[Path], rev: str | None, most: int, seed: int) -> None:
    """Draw proofs of what is automated or enforced, with the source line of each hop."""
    told: list[str] = []
    for folder in folders:
        try:
            with inspected(folder, rev=rev) as inspection:
                told += _of(inspection, folder.name)
        except UserError as error:
            click.echo(f"{folder}: {error}", err=True)
    random.Random(seed).shuffle(told)
    click.echo("\n\n".join(told[:most]))


def _of(inspection: Inspection, name: str) -> Iterator[str]:
    """The strongest proof of each capability that something starts."""
    for id, result in sorted(inspection.assessment().capabilities.items()):
        if result.strength >= Strength.automated and result.evidence:
            yield "\n".join(_lines(result.evidence[0], f"{name}  {id}: {result.strength.name}", _source(inspection)))


def _lines(proof: Evidence, title: str, source: SourceLine) -> Iterator[str]:
    yield f"{title}  {proof.says}"
    yield f"  {proof.path}:{proof.line}  {source(proof.path, proof.line)}"
    for hop in reversed(proof.chain):
        yield f"  <- {hop.path}:{hop.line}  {hop.says}  {source(hop.path, hop.line)}"


def _source(inspection: Inspection) -> SourceLine:
    def line(path: str, number: int) -> str:
        lines = inspection.store.text(path).decode("utf-8", "replace").split("\n")
        return f"| {lines[number - 1].strip()[:LONGEST]}" if 0 < number <= len(lines) else "|"

    return line
