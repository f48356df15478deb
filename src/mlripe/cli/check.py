"""`mlripe check`: does a repository hold what is asked of it? For CI and hooks, where the exit code is the answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mlripe.cli.exits import BELOW, REACHED
from mlripe.cli.options import attestation_options, catalog_option, path_argument, report_options, rev_option
from mlripe.cli.output import DEFAULT, outputs, tell, wants_whole, whole
from mlripe.cli.progress import Progress
from mlripe.cli.usage import Command
from mlripe.reports import Told
from mlripe.reports.terminal.text import one_line

if TYPE_CHECKING:
    from mlripe.checking import Checked
    from mlripe.planning.plan import PlannedStep

__all__ = ["command"]

SKIPPED: Final = "SKIP=mlripe-check"  # which pre-commit goes by


@click.command("check", cls=Command, short_help="Exit with 1 below a target, or where something fell.")
@path_argument
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="MODEL:LEVEL",
    help="A maturity model and its level, such as azure:2; may be given again, then all must hold.",
)
@click.option(
    "--require",
    "requirements",
    multiple=True,
    metavar="CAPABILITY=STRENGTH",
    help="A capability and the strength that it must have, such as code-testing=automated; may be given again.",
)
@click.option(
    "--problems",
    multiple=True,
    metavar="SEVERITY,...",
    help="The severities of problems that it must not have: broken, dangerous, misleading, untidy. With --against only "
    "those that are new.",
)
@click.option(
    "--against",
    metavar="REV",
    help="No level and no strength may be less than at the commit where REV and what is checked went apart. "
    "What is checked is then HEAD, or what --rev or --staged names, and never the files on disk.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Nothing may be less than in this file, which `mlripe baseline` writes.",
)
@rev_option
@click.option("--staged", is_flag=True, help="Check what is about to be committed instead of the files on disk.")
@catalog_option
@attestation_options
@report_options
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
def command(
    path: str,
    targets: tuple[str, ...],
    requirements: tuple[str, ...],
    problems: tuple[str, ...],
    against: str | None,
    baseline: Path | None,
    rev: str | None,
    staged: bool,
    catalogs: tuple[str, ...],
    today: date | None,
    observed_only: bool,
    formats: tuple[str, ...],
    output: Path | None,
    exit_zero: bool,
) -> int:
    """Exit with 1 if the repository at PATH has less than what is asked of it, here or in its settings.

    Prints a line for each thing that is asked, and what is missing. A repository to which a model does not apply - one
    without machine learning - passes its targets.

    \b
    Examples:
      mlripe check --target azure:2
      mlripe check --target azure:2 --require code-testing=automated
      mlripe check --against origin/main      in CI: a change may lose nothing
      mlripe check --problems broken,dangerous --against origin/main
      mlripe check --staged --against HEAD    in a hook: nor may a commit
      mlripe check --baseline baseline.json   without the history
    """
    from mlripe.checking import Asked, check
    from mlripe.maturity.problem_verdicts import parse_severities

    severities = parse_severities(problems)
    from mlripe.snapshot import repository_at

    repository = repository_at(path)
    wanted = outputs(formats, output, repository)
    asked = Asked(
        targets=targets,
        requirements=requirements,
        problems=severities,
        against=against,
        baseline=baseline,
        lists=any(name != DEFAULT for name, _ in wanted),
    )
    with Progress(sys.stderr) as progress:
        checked = check(
            path,
            asked,
            rev=rev,
            staged=staged,
            catalogs=catalogs,
            today=today,
            observed_only=observed_only,
            progress=progress,
        )
    told = Told(checked.assessment, checked.verdicts, as_of=today.isoformat() if today else "")
    if wants_whole(wanted):
        from mlripe.auditing import inspected

        with inspected(path, rev=asked.revision(rev, staged), staged=staged, catalogs=catalogs) as inspection:
            told = whole(told, path, inspection)
    tell(told, wanted, repository)
    for line in _way_on(checked, staged):
        click.echo(line, file=sys.stderr)
    return REACHED if checked.holds or exit_zero else BELOW


def _way_on(checked: Checked, staged: bool) -> Iterator[str]:
    """What to do about that which does not hold; on standard error, since it is no part of any report."""
    failed = {verdict.kind: verdict.subject for verdict in reversed(checked.verdicts) if not verdict.holds}
    if "target" in failed:
        yield from _first_step(checked, target=failed["target"])
        yield f"`mlripe plan --to {failed['target']}` says how to get there"
    if "require" in failed:
        yield from _first_step(checked, required=failed["require"])
        yield f"`mlripe explain {failed['require'].partition('=')[0]}` says what counts, and what is closest to it"
    if "problem" in failed:
        yield f"`mlripe explain {failed['problem']}` says what it is, and how to let one be with a reason"
    if "kept" in failed and staged:
        yield f"if that is meant: `{SKIPPED} git commit ...` leaves the hook out for one commit"
    if failed and (read_faults := checked.assessment.read_faults):
        first = ": ".join(filter(None, (read_faults[0].path, read_faults[0].says)))
        more = f" (and {len(read_faults) - 1} more)" if len(read_faults) > 1 else ""
        yield one_line(
            f"not all could be read, which may be why - {first}{more}; `mlripe audit` lists it under Read faults"
        )


def _first_step(checked: Checked, target: str = "", required: str = "") -> Iterator[str]:
    """One step to a target, or to a strength that is required, as the plan tells it."""
    from mlripe.catalog import load
    from mlripe.evidence import Strength
    from mlripe.planning.plan import Goal
    from mlripe.planning.planner import planned, stepped

    catalog, assessment = load(), checked.assessment
    model, _, level = target.partition(":")
    capability, _, strength = required.partition("=")
    steps: Sequence[PlannedStep] = ()
    if model in catalog.models and model in assessment.models:
        steps = planned(catalog, assessment, [Goal(model, int(level))]).steps
    elif capability in catalog.capabilities:
        steps = stepped(catalog, assessment, capability, Strength[strength])
    yield from (one_line(f"one step: {step.how}") for step in steps[:1])
