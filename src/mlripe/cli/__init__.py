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
    from mlripe.cli.app import run

    sys.exit(run(arguments))
