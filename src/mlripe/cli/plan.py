"""`mlripe plan`: the steps to a higher level, with the least work first."""

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


@click.command("plan", cls=Command, short_help="The shortest way to a level, step by step.")
@path_argument
@click.option(
    "--to",
    "targets",
    multiple=True,
    metavar="MODEL:LEVEL",
    help="The level to reach, such as azure:3; may be given again. By default the next one of the first usual model.",
)
@rev_option
@catalog_option
@attestation_options
@click.option("--format", "format_", type=OneOf("terminal", "json", "markdown"), default="terminal", show_default=True)
@output_option
@click.option("-v", "--verbose", is_flag=True, help="List all criteria that are named at the end, not only the first.")
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
    """Plan the shortest way from the repository at PATH to a level of a maturity model.

    Each step is a capability to strengthen. What others stand on comes first, and then what takes least effort. A step
    says what to do, what evidence would satisfy it, what is there to build on, and which tools do it: first those that
    the repository uses.

    \b
    Examples:
      mlripe plan                       to the next level
      mlripe plan --to azure:3
      mlripe plan ../churn-model --to google:1 --format json
    """
    from mlripe.auditing import inspected
    from mlripe.maturity.plan import Goal, next_goals, planned
    from mlripe.maturity.targets import parse_target
    from mlripe.reports.terminal import plan as report
    from mlripe.snapshot import repository_at

    repository = repository_at(path)
    check_writable(output, repository)
    with Progress(sys.stderr) as progress, inspected(path, rev=rev, catalogs=catalogs, progress=progress) as inspection:
        wanted = [parse_target("target", target, inspection.catalog) for target in targets]
        assessment = inspection.assessment(
            tuple(dict.fromkeys(target.model for target in wanted)),
            today=today,
            observed_only=observed_only,
        )
        goals = [Goal(target.model, target.level) for target in wanted]
        # at the top of every model there is: what is reached is said of the first
        goals = (
            goals or next_goals(assessment)[:1] or [Goal(m, max(r.levels)) for m, r in assessment.models.items()][:1]
        )
        plan = planned(inspection.catalog, assessment, goals)
        name = inspection.snapshot.name
    if format_ == "terminal":
        write(report.as_text(name, plan, options_for(output, verbose)), output, repository)
    else:
        write((report.as_json if format_ == "json" else report.as_markdown)(name, plan), output, repository)
    return REACHED
