"""`mlripe audit`: the whole report on one repository."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from mlripe.cli.exits import REACHED
from mlripe.cli.options import (
    attestation_options,
    catalog_option,
    path_argument,
    report_options,
    rev_option,
)
from mlripe.cli.output import outputs, tell, wants_whole, whole
from mlripe.cli.progress import Progress
from mlripe.cli.usage import Command
from mlripe.reports import Told

__all__ = ["command"]


@click.command("audit", cls=Command, short_help="Report the maturity level and what proves it.")
@path_argument
@rev_option
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="MODEL",
    help="Judge by this maturity model, such as azure; may be given again. `all`: by every one of the catalogue.",
)
@catalog_option
@attestation_options
@report_options
@click.option("-v", "--verbose", is_flag=True, help="Show every proof with its whole chain, and every criterion.")
def command(
    path: str,
    rev: str | None,
    models: tuple[str, ...],
    catalogs: tuple[str, ...],
    today: date | None,
    observed_only: bool,
    formats: tuple[str, ...],
    output: Path | None,
    verbose: bool,
) -> int:
    """Report the maturity level of the repository at PATH, and what proves it.

    Each strength names its strongest proof: the file and line, then what runs it, from the nearest to the trigger:

    \b
      model-evaluation  automated  src/evaluate.py:40 <- job train <- schedule

    \b
      declared   only named: a dependency that nothing uses, a placeholder
      present    the files do it, and a person has to run it by hand
      automated  a trigger, a schedule or a pipeline definition runs it
      enforced   and its outcome decides: it blocks, alerts or rolls back

    \b
    Examples:
      mlripe audit                               tracked files, and new ones
      mlripe audit ../churn-model --verbose      another one, with every proof
      mlripe audit --rev v1.4 --model azure      a revision, not checked out
      mlripe audit --format json -o report.json  the same bytes each time
      mlripe audit --format html -o report.html  one page, to look at and to send
    """
    from mlripe.auditing import inspected
    from mlripe.snapshot import repository_at

    repository = repository_at(path)
    wanted = outputs(formats, output, repository)
    with Progress(sys.stderr) as progress, inspected(path, rev=rev, catalogs=catalogs, progress=progress) as inspection:
        assessment = inspection.assessment(models, today=today, observed_only=observed_only)
        told = Told(assessment, as_of=today.isoformat() if today else "")
        if wants_whole(wanted):
            told = whole(told, path, inspection)
    tell(told, wanted, repository, verbose=verbose)
    return REACHED
