"""`mlripe baseline`: what a legacy repository has, so that it may only rise."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mlripe.cli.exits import REACHED
from mlripe.cli.options import catalog_option, path_argument, rev_option
from mlripe.cli.output import check_writable, write
from mlripe.cli.progress import Progress
from mlripe.cli.usage import Command
from mlripe.errors import UserError

__all__ = ["command"]


@click.command("baseline", cls=Command, short_help="Write down how far a repository has got, for `check --baseline`.")
@path_argument
@rev_option
@catalog_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the baseline to this file.")
@click.option("--update", is_flag=True, help="Lift the file that is there: what it says may rise, and never falls.")
def command(path: str, rev: str | None, catalogs: tuple[str, ...], output: Path | None, update: bool) -> int:
    """Write down the levels and strengths that the repository at PATH has by what its files show.

    `mlripe check --baseline FILE` then fails where one falls, without needing the history. The file names models and
    capabilities, never lines, so that moved code changes nothing.

    \b
    Examples:
      mlripe baseline -o baseline.json
      mlripe check --baseline baseline.json
      mlripe baseline -o baseline.json --update    after something was gained
    """
    from mlripe.auditing import audit
    from mlripe.baseline import baseline_text, read_baseline

    if update and output is None:
        raise UserError("--update lifts a file that is there: name it with --output FILE")
    from mlripe.snapshot import repository_at

    repository = repository_at(path)
    check_writable(output, repository)
    there = output is not None and output.exists()
    if there and not update:
        raise UserError(f"{output} is there already: lift it with --update, or remove it to accept less than it says")
    earlier = read_baseline(output, repository) if output is not None and there else None
    with Progress(sys.stderr) as progress:
        assessment = audit(path, rev=rev, catalogs=catalogs, observed_only=True, progress=progress)
    write(baseline_text(assessment, earlier), output, repository)
    return REACHED
