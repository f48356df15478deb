"""`mlripe init`: settings, hook and CI job for a repository, shown before anything is written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlripe.cli.exits import REACHED
from mlripe.cli.options import path_argument
from mlripe.cli.output import is_terminal, write
from mlripe.cli.progress import Progress
from mlripe.cli.usage import Command, OneOf

if TYPE_CHECKING:
    from mlripe.init.files import Change
    from mlripe.init.proposal import Proposal

__all__ = ["command"]


def _services() -> Iterable[str]:
    """The ids of the CI services that there are."""
    from mlripe.catalog import load

    return load().knowledge.ci_services.by_id


CI = OneOf("none", later=_services)


@click.command("init", cls=Command, short_help="Set a repository up: a target, the hook, a check in its CI.")
@path_argument
@click.option("--target", metavar="MODEL:LEVEL", help="The target to set, instead of one step up from what is there.")
@click.option(
    "--pre-commit/--no-pre-commit",
    default=None,
    help="Whether to add the hooks to .pre-commit-config.yaml; by default where pre-commit is in use.",
)
@click.option(
    "--ci",
    multiple=True,
    type=CI,
    metavar="CI",
    help="The CI to add a check to, such as github or gitlab, or none; by default what is in use. May be given again.",
)
@click.option("--diff", "only_diff", is_flag=True, help="Show what would change, and write nothing.")
@click.option("-y", "--yes", is_flag=True, help="Write without a question.")
def command(
    path: str, target: str | None, pre_commit: bool | None, ci: tuple[str, ...], only_diff: bool, yes: bool
) -> int:
    """Set the repository at PATH up for mlripe: a target one step up, the pre-commit hooks, a check in its CI.

    The target is what to work towards: nothing fails because it is not reached yet. The hook, and the check in CI,
    fail where a change loses something; once the target is reached, losing it fails too.

    The settings go to pyproject.toml where there is one, else to mlripe.toml. Comments, order and quotes of existing
    files stay as they are, and each is changed only after a question on a terminal, or with --yes. What a CI needs
    whose file is not edited here is printed.

    \b
    Examples:
      mlripe init --diff                            show it, write nothing
      mlripe init                                   ask for each file
      mlripe init --yes --target azure:2 --ci github
    """
    from mlripe.auditing import inspected
    from mlripe.init.files import diff
    from mlripe.init.files import write as write_files
    from mlripe.init.proposal import Asked, propose, root_of

    root = root_of(path)
    with Progress(sys.stderr) as progress, inspected(path, progress=progress) as inspection:
        proposal = propose(root, inspection, Asked(target=target or "", pre_commit=pre_commit, ci=ci))
    write("".join(f"{line}\n" for line in _told(proposal)))
    write(diff(proposal.changes))
    if not proposal.changes:
        write("nothing to change\n")
        return REACHED
    asks = not (yes or only_diff) and is_terminal(sys.stdin) and is_terminal(sys.stdout)
    if only_diff or not (yes or asks):
        write("nothing is written" + (": run it again with --yes to write this\n" if not only_diff else "\n"))
        return REACHED
    chosen = [change for change in proposal.changes if yes or _agreed(change)]
    write_files(root, chosen)
    write("".join(f"{line}\n" for line in _next(root, chosen)))
    return REACHED


def _told(proposal: Proposal) -> Iterator[str]:
    from mlripe.reports.plan.words import days
    from mlripe.reports.terminal.text import one_line

    target = proposal.proposed
    yield f"target: {target.says}" if target.target else target.says
    if target.target:
        yield f"  {_meaning(proposal)}"
    if target.profile:
        yield f"profile: {target.profile.id}, {target.profile.says}; what that need not have is not applicable"
    if target.steps:
        yield f"{target.following} takes (`mlripe plan --to {target.following}` says how):"
        for step in target.steps:
            yield f"  {days(step.days)}  {step.capability}: {step.now.name} -> {step.needed.name}"
            yield f"    {one_line(step.how)}"
    for snippet in proposal.snippets:
        yield f"{snippet.path} is not edited here; add this to it:"
        yield from (f"    {line}" for line in snippet.text.splitlines())


def _meaning(proposal: Proposal) -> str:
    """What the proposed target means for the repository as it is today, as a sentence."""
    if proposal.proposed.holds:
        return "it holds: `mlripe check` exits with 0, and with 1 once it is lost"
    watched = ", while hook and CI fail only where something is lost" if proposal.watched else ""
    return f"it is a goal: `mlripe check` exits with 1 until it is reached{watched}"


def _agreed(change: Change) -> bool:
    verb = "Create" if change.before is None else "Change"
    return click.confirm(f"{verb} {change.path}?", default=False)


def _next(root: Path, written: Sequence[Change]) -> Iterator[str]:
    """What was written, and what is left to do."""
    if not written:
        yield "nothing is written"
    for change in written:
        yield f"{'created' if change.before is None else 'changed'} {change.path}"
    hooks = next((change for change in written if change.path == ".pre-commit-config.yaml"), None)
    if hooks and (root / ".git").exists():
        which = "; they run the `mlripe` on PATH" if "entry: mlripe" in hooks.after else ""
        yield f"`pre-commit install` lets the hooks run at each commit{which}"
