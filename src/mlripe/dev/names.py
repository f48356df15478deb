"""`python -m mlripe.dev names ECOSYSTEM [LIST]`: the packages that detectors name, each with its detectors.

With a file that lists the packages of an index, one a line, only those are told that it does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from mlripe.catalog import load
from mlripe.catalog.schema import Detector

__all__ = ["named_packages", "names"]


@click.command()
@click.argument("ecosystem", type=click.Choice(["python", "node", "r", "julia"]))
@click.argument("listed", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def names(ecosystem: str, listed: Path | None) -> None:
    """Tell the packages that detectors name, or those that a list of an index's packages does not have."""
    packages = named_packages(load().detectors, ecosystem)
    if listed is not None:
        lines = listed.read_text(encoding="utf-8", errors="replace").splitlines()
        known = {_normal(line.split("\t", 1)[0]) for line in lines}
        packages = {name: detectors for name, detectors in packages.items() if _normal(name) not in known}
    for name, detectors in packages.items():
        click.echo(f"{name}\t{' '.join(detectors)}")
    if listed is not None and packages:
        raise click.ClickException(f"{len(packages)} packages are not on the list: mend or remove their names")


def named_packages(detectors: Iterable[Detector], ecosystem: str) -> Mapping[str, list[str]]:
    """The packages of an ecosystem that declare something, in order, each with the ids of its detectors."""
    found: dict[str, list[str]] = {}
    for detector in detectors:
        for name in detector.declared_by.get(ecosystem, ()):
            found.setdefault(name, []).append(detector.id)
    return {name: found[name] for name in sorted(found)}


def _normal(name: str) -> str:
    """A name as Python's index compares it; that of another ecosystem loses nothing that tells it apart."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
