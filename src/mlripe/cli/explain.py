"""`mlripe explain`: what a capability is, what counts, and what there is of it here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlripe.cli.exits import REACHED
from mlripe.cli.options import catalog_option, format_option, rev_option
from mlripe.cli.output import options_for, write
from mlripe.cli.progress import Progress

if TYPE_CHECKING:
    from mlripe.detection.closest import NearMiss

__all__ = ["command"]


@click.command("explain", short_help="Explain a capability, and what there is of it here.")
@click.argument("capability")
@click.argument("path", required=False, type=click.Path())
@rev_option
@catalog_option
@format_option
def command(capability: str, path: str | None, rev: str | None, catalogs: tuple[str, ...], format_: str) -> int:
    """Explain a CAPABILITY: what it is, why it matters, what counts as each strength, which tools are recognised.

    With a repository at PATH - by default the one that one stands in - also what was found in it, and what is closest
    to counting for more: places that nothing starts, in files that prove nothing, tools that are imported and not used
    for it.

    \b
    Examples:
      mlripe explain drift-detection
      mlripe explain model-validation-gate ../churn-model
      mlripe explain experiment-tracking --format json
    """
    from mlripe.auditing import inspected
    from mlripe.catalog import load
    from mlripe.catalog.additions import extended, from_folder, from_packages
    from mlripe.detection.closest import closest
    from mlripe.maturity.explain import explained
    from mlripe.reports import explanation as report
    from mlripe.snapshot.location import locate

    here, found = "", None
    misses: tuple[NearMiss, ...] = ()
    if path is None and rev is None and locate(".").top is None:
        catalog = extended(load(), [*from_packages(), *(from_folder(Path(folder)) for folder in catalogs)])
        what = explained(catalog, capability)
    else:
        with (
            Progress(sys.stderr) as progress,
            inspected(path or ".", rev=rev, catalogs=catalogs, progress=progress) as inspection,
        ):
            what = explained(inspection.catalog, capability)
            here = inspection.snapshot.name
            found = inspection.assessment().capabilities[capability]
            misses = closest(capability, inspection.detection, inspection.store, inspection.catalog)
    if format_ == "json":
        write(report.as_json(what, here, found, misses))
    else:
        write(report.as_text(what, here, found, misses, options_for(None, False)))
    return REACHED
