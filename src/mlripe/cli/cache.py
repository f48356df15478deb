"""`mlripe cache`: what mlripe keeps on this machine to be faster the next time."""

from __future__ import annotations

import click

from mlripe.cli.exits import REACHED
from mlripe.cli.usage import Command, Group

__all__ = ["command"]

_NOWHERE = "The cache is switched off: MLRIPE_CACHE_DIR is empty, or this system names no folder for caches."


@click.group("cache", cls=Group, short_help="Say what is kept on this machine to be faster, or remove it.")
def command() -> None:
    """Say what mlripe keeps on this machine to be faster the next time, or remove it.

    It keeps answers and what single files say, never a secret. The environment variable MLRIPE_CACHE_DIR names the
    folder; an empty one switches the cache off. Removing it loses nothing but time.

    \b
    Examples:
      mlripe cache info
      mlripe cache clear
    """


@command.command("info", cls=Command, short_help="Where the cache lies, and how large it is.")
def info() -> int:
    """Say where the cache lies, how large it is and how large it may get.

    \b
    Examples:
      mlripe cache info
      MLRIPE_CACHE_DIR=.cache mlripe cache info
    """
    from mlripe.cache.upkeep import usage

    used = usage()
    if used is None:
        click.echo(_NOWHERE)
        return REACHED
    click.echo(f"folder   {used.folder}")
    click.echo(f"answers  {used.answers:,} ({_size(used.answer_bytes)} of at most {_size(used.most_answer_bytes)})")
    click.echo(f"files    {used.files:,} ({_size(used.file_bytes)} of at most {_size(used.most_file_bytes)})")
    return REACHED


@command.command("clear", cls=Command, short_help="Remove all that is kept.")
def clear() -> int:
    """Remove all that is kept. The next run reads everything anew.

    \b
    Examples:
      mlripe cache clear
    """
    from mlripe.cache.upkeep import clear as removed

    count = removed()
    click.echo(_NOWHERE if count is None else f"removed {count:,} {'file' if count == 1 else 'files'} of the cache")
    return REACHED


def _size(count: int) -> str:
    return f"{count / (1 << 20):.1f} MiB"
