"""`mlripe explain`: what an id of the catalogue stands for, what counts, and what there is of it here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mlripe.cli.exits import REACHED
from mlripe.cli.options import catalog_option, format_option, rev_option
from mlripe.cli.output import options_for, write
from mlripe.cli.progress import Progress
from mlripe.cli.usage import Command

if TYPE_CHECKING:
    from mlripe.auditing import Inspection
    from mlripe.catalog import Catalog

__all__ = ["command"]


@click.command("explain", cls=Command, short_help="Explain a capability, a level, a problem, a detector.")
@click.argument("name", metavar="ID")
@click.argument("path", required=False, type=click.Path())
@rev_option
@catalog_option
@format_option
def command(name: str, path: str | None, rev: str | None, catalogs: tuple[str, ...], format_: str) -> int:
    """Explain what ID stands for: a capability, a maturity model, a level, a criterion, a problem or a detector.

    Of a capability it says what it is, why it matters, what counts as each strength, and which tools are recognised.
    It also says what was found in the repository at PATH (by default the one around the current folder), and what is
    closest to counting for more: places that nothing starts, places in files that prove nothing, tools that are
    imported and not used for it.

    \b
    Examples:
      mlripe explain drift-detection
      mlripe explain model-validation-gate ../churn-model
      mlripe explain azure:3                  a level, and how its criteria stand
      mlripe explain azure/release-automatic  a criterion
      mlripe explain no-licence               a kind of problem, and where it is
      mlripe explain mlflow                   a detector, and what it matches
    """
    from mlripe.auditing import inspected
    from mlripe.catalog.additions import with_folders
    from mlripe.snapshot import SnapshotError
    from mlripe.snapshot.location import locate

    asked_of_one = path is not None or rev is not None
    if not asked_of_one and locate(".").top is None:
        write(_told(with_folders(catalogs), name, format_, None))
        return REACHED
    try:
        with (
            Progress(sys.stderr) as progress,
            inspected(path or ".", rev=rev, catalogs=catalogs, progress=progress) as inspection,
        ):
            told = _told(inspection.catalog, name, format_, inspection)
    except SnapshotError as error:
        if asked_of_one:
            raise
        click.echo(f"mlripe: explained without a repository: {error}", file=sys.stderr)
        told = _told(with_folders(catalogs), name, format_, None)
    write(told)
    return REACHED


def _told(catalog: Catalog, name: str, format_: str, inspection: Inspection | None) -> str:
    """The explanation, in a format, with what there is of it in the repository of the inspection, if there is one."""
    from mlripe.maturity.glossary import kind_of

    kind = kind_of(catalog, name)
    if kind == "capability":
        return _capability(catalog, name, format_, inspection)
    from mlripe.maturity.glossary import entry
    from mlripe.reports.terminal import entry as report

    what = entry(catalog, name)
    here = inspection.snapshot.name if inspection else ""
    seen = _seen(kind, name, inspection) if inspection else ()
    if format_ == "json":
        return report.as_json(what, here, seen)
    return report.as_text(what, here, seen, options_for(None, False))


def _seen(kind: str, name: str, inspection: Inspection) -> tuple[str, ...]:
    from mlripe.auditing import Problems
    from mlripe.maturity import glossary

    if kind == "detector":
        return glossary.seen_detector(inspection.detection.seen, name)
    if kind == "problem":
        return glossary.seen_problem(inspection.assessment(), name)
    model = name.replace(":", "/").partition("/")[0]
    assessment = inspection.assessment([model], problems=Problems.NONE)
    if kind == "model":
        return glossary.seen_model(assessment.models[model])
    return (glossary.seen_level if kind == "level" else glossary.seen_criterion)(assessment, name)


def _capability(catalog: Catalog, name: str, format_: str, inspection: Inspection | None) -> str:
    from mlripe.auditing import Problems
    from mlripe.detection.near_misses import closest
    from mlripe.maturity.explain import explained
    from mlripe.reports.terminal import explanation as report

    what = explained(catalog, name)
    here = inspection.snapshot.name if inspection else ""
    assessment = inspection.assessment(problems=Problems.NONE) if inspection else None
    found = assessment.capabilities[name] if assessment else None
    hiding = [each for each in assessment.unresolved if name in each.could_hide] if assessment else []
    misses = closest(name, inspection.detection, inspection.store, catalog) if inspection else ()
    if format_ == "json":
        return report.as_json(what, here, found, misses, hiding)
    return report.as_text(what, here, found, misses, hiding, options_for(None, False))
