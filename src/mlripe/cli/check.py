"""`mlripe check`: does the evidence reach a target level? For CI, where the exit code is the answer."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from mlripe.cli.exits import BELOW, REACHED
from mlripe.cli.options import attestation_options, catalog_option, path_argument, rev_option
from mlripe.cli.output import write
from mlripe.cli.progress import Progress
from mlripe.cli.targets import parse_target

__all__ = ["command"]


@click.command("check", short_help="Exit with 1 below a target level.")
@path_argument
@click.option(
    "--target",
    "targets",
    multiple=True,
    required=True,
    metavar="MODEL:LEVEL",
    help="A maturity model and its level, such as azure:2; may be given again, then all must hold.",
)
@rev_option
@catalog_option
@attestation_options
def command(
    path: str,
    targets: tuple[str, ...],
    rev: str | None,
    catalogs: tuple[str, ...],
    today: datetime | None,
    observed_only: bool,
) -> int:
    """Exit with 1 if the repository at PATH has technical evidence for less than the target level.

    Prints a line a target, and what is missing. A repository to which the model does not apply - one without machine
    learning - passes.

    \b
    Examples:
      mlripe check --target azure:2
      mlripe check ../churn-model --target azure:2 --target google:1
      mlripe check --rev HEAD~1 --target google:1
    """
    from mlripe.auditing import inspected
    from mlripe.reports.verdict import verdict

    with Progress(sys.stderr) as progress, inspected(path, rev=rev, catalogs=catalogs, progress=progress) as inspection:
        wanted = [parse_target("--target", target, inspection.catalog) for target in targets]
        assessment = inspection.assessment(
            tuple({target.model: None for target in wanted}),
            today=today.date() if today else None,
            observed_only=observed_only,
        )
    results = [(target, assessment.models[target.model]) for target in wanted]
    write("".join(verdict(result, target.level) for target, result in results))
    return REACHED if all(target.met_by(result.level) for target, result in results) else BELOW
