"""The command line: a module a command, each loaded only when it is asked for.

`mlripe --version` stays clear of every import, click's too: tools that look for a version call it often.
"""

from __future__ import annotations

import os
import sys

from mlripe import __version__

__all__ = ["main"]


def main() -> None:
    """The console script: runs `sys.argv` and leaves with its exit code."""
    _open_streams()
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        print(f"mlripe {__version__}")
        return
    import gc

    from mlripe.cli.exhausted import exhausted

    try:
        from mlripe.cli.app import run
    except OSError as error:  # too early for `run` to tell it
        print(f"mlripe: {exhausted(error) or error}", file=sys.stderr)
        sys.exit(2)
    # a run is short and what it makes lives to its end: looking for cycles so often costs a tenth of a small audit
    gc.set_threshold(200_000, 50, 100)
    sys.exit(run(arguments))


def _open_streams() -> None:
    """Where a stream is closed (`mlripe check >&-`), what goes to it goes nowhere, and not to the other one."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
