"""The command line: a module a command, each loaded only when it is asked for.

`mlripe --version` stays clear of every import, click's too: tools that look for a version call it often.
"""

from __future__ import annotations

import sys

from mlripe import __version__

__all__ = ["main"]


def main() -> None:
    """The console script: runs `sys.argv` and leaves with its exit code."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        print(f"mlripe {__version__}")
        return
    import gc

    from mlripe.cli.app import run

    # a run is short and what it makes lives to its end: looking for cycles so often costs a tenth of a small audit
    gc.set_threshold(200_000, 50, 100)
    sys.exit(run(arguments))
