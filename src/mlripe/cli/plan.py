"""`mlripe plan`: what to do first, and the steps to a higher level."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from mlripe.cli.exits import REACHED
from mlripe.cli.options import (
    attestation_options,
    catalog_option,
    output_option,
    path_argument,
    rev_option,
)
from mlripe.cli.output import check_writable, options_for, write
from mlripe.cli.progress import Progress
from mlripe.cli.usage import Command, OneOf

__all__ = ["command"]


@click.command("plan", cls=Command, short_help="What to do first, and the way to a level, step by step.")
@path_argument
@click.option(
    "--to",
    "targets",
    multiple=True,
    metavar="MODEL:LEVEL",
    help="The level to reach, such as azure:3; may be given again. By default the levels above the present one.",
)
@rev_option
@catalog_option
@attestation_options
@click.option(
    "--format", "format_", type=OneOf("terminal", "json", "markdown", "csv"), default="terminal", show_default=True
)
@output_option
@click.option("-v", "--verbose", is_flag=True, help="Tell the steps of later levels in full as well.")
def command(
    path: str,
    targets: tuple[str, ...],
    rev: str | None,
    catalogs: tuple[str, ...],
    today: date | None,
    observed_only: bool,
    format_: str,
    output: Path | None,
    verbose: bool,
) -> int:
    """Plan what to do next in the repository at PATH, and what follows.

    What is climbed depends on what the repository is: an application of language models climbs GenAIOps, a notebook
    study begins with its environment and a script. Each step names the file to edit, what to write there, why it comes
    now, and what mlripe sees when it is done.

    \b
    Examples:
      mlripe plan                       what to do next
      mlripe plan --to azure:3
      mlripe plan ../churn-model --to google:1 --format json
    """
    from mlripe.auditing import inspected
    from mlripe.maturity.targets import parse_target
    from mlripe.planning.plan import Goal
    from mlripe.reports.plan import FORMATS
    from mlripe.snapshot import repository_at
    from mlripe.snapshot.remote import host_of

    repository = repository_at(path)
    check_writable(output, repository)
    with Progress(sys.stderr) as progress, inspected(path, rev=rev, catalogs=catalogs, progress=progress) as inspection:
        wanted = [parse_target("target", target, inspection.catalog) for target in targets]
        assessment = inspection.assessment(
            tuple(dict.fromkeys(target.model for target in wanted)),
            today=today,
            observed_only=observed_only,
        )
        plan = inspection.plan(assessment, [Goal(target.model, target.level) for target in wanted], host_of(path))
        name = inspection.snapshot.name
    write(FORMATS[format_](name, plan, options_for(output, verbose)), output, repository)
    return REACHED
