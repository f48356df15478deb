"""The `mlripe` group, and the one place where errors become sentences and exit codes."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module

import click

from mlripe import __version__
from mlripe.cli.exhausted import exhausted
from mlripe.cli.exits import FAULT, INTERRUPTED, REACHED, UNUSABLE
from mlripe.cli.usage import Group, wrong_use
from mlripe.errors import UserError
from mlripe.lazy_regex import lazy_regex

__all__ = ["mlripe", "run"]

COMMANDS = (
    "audit",
    "check",
    "baseline",
    "plan",
    "explain",
    "catalog",
    "config",
    "cache",
    "init",
)  # each is `command` in the module of its name
TRACEBACK = "MLRIPE_TRACEBACK"
_LONG = lazy_regex(r"\S{1500,}")  # longer than any path that is read


class LazyGroup(Group):
    """A group whose commands are imported when they are looked up."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"mlripe.cli.{cmd_name}").command
        return command

    def no_command(self, word: str, known: Iterable[str]) -> str:
        if os.path.isdir(word):
            return f"{word!r} is a folder, and a command goes first: `mlripe audit {word}`"
        return super().no_command(word, known)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="mlripe %(version)s")
def mlripe() -> None:
    """Say how ripe a machine-learning repository's operations are, and prove it.

    mlripe reads a repository's files - it runs nothing of them - and says which MLOps capabilities they show, with path
    and line, what maturity level that amounts to under each published model, and what is missing for the next one.

    \b
    Examples:
      mlripe audit                               the repository here
      mlripe audit ../churn-model --verbose      another one, with every proof
      mlripe audit --rev v1.4 --model azure      a revision, not checked out
      mlripe audit --format json -o report.json  for a program
      mlripe check --target azure:2              exit code 1 below Azure level 2
      mlripe plan --to azure:3                   the shortest way up, step by step
      mlripe explain drift-detection             what counts, and what is here
      mlripe catalog                             all that mlripe knows
      mlripe init --diff                         settings, hook, CI job

    \b
    Exit codes:
      0  done; the target is reached, or there is nothing to judge
      1  below the target, or a detector's case fails
      2  wrong usage or configuration, or a repository that cannot be read
      3  a fault of mlripe itself
    """


def run(arguments: Sequence[str]) -> int:
    """Runs one command line (without the program's name) and gives its exit code; errors go to stderr."""
    try:
        if not arguments:
            click.echo(mlripe.get_help(mlripe.make_context("mlripe", [], resilient_parsing=True)), err=True)
            return UNUSABLE
        return mlripe.main(list(arguments), prog_name="mlripe", standalone_mode=False) or REACHED
    except UserError as error:
        return _say(str(error), UNUSABLE)
    except click.ClickException as error:
        return _say(_with_pointer(error, arguments), UNUSABLE)
    except (KeyboardInterrupt, click.Abort):
        return _say("interrupted", INTERRUPTED)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            _print_traceback(error)
        lacks = exhausted(error) or _too_long(error)
        return _say(lacks, UNUSABLE) if lacks else _say(_fault(error), FAULT)


def _print_traceback(error: BaseException) -> None:
    """The whole traceback, for who asked for it."""
    import traceback

    traceback.print_exception(error)


def _say(message: str, code: int) -> int:
    """Tells what is wrong, with what a terminal or a CI log would obey in names of the repository written out."""
    from mlripe.reports.terminal.text import one_line

    told = "\n".join(one_line(_LONG.sub(_shortened, line)) for line in message.split("\n"))
    click.echo(f"mlripe: {told}", file=sys.stderr)
    return code


def _shortened(found: re.Match[str]) -> str:
    """A word that fills screens, such as a value of the command line, as its beginning and its length."""
    return f"{found[0][:200]}... ({len(found[0]):,} characters)"


def _with_pointer(error: click.ClickException, arguments: Sequence[str]) -> str:
    """The error and where the right use stands: click knows not always of which command it is."""
    context = getattr(error, "ctx", None)
    named = [word for word in arguments[:1] if word in COMMANDS]
    command = context.command_path if context else " ".join(["mlripe", *named])
    return f"{wrong_use(error)}; see `{command} --help`"


def _too_long(error: Exception) -> str:
    """A name that the system takes for none, as a sentence; "" where the error is another one."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return f"{os.fsdecode(error.filename or '')}: is longer than a name may be; name a shorter one"
    return ""


def _fault(error: Exception) -> str:
    what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    advice = f"please report it with what {TRACEBACK}=1 prints"
    return f"this is a fault of mlripe itself, not of the repository ({what}); {advice}"
