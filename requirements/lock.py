"""Writes the locks beside this file again: every package that the tests, the gate or a release need, with its hashes.

    python requirements/lock.py              only what pyproject.toml no longer allows, or lacks, is changed
    python requirements/lock.py --upgrade    everything is taken at its newest

It runs uv (the extra `dev` has it) and needs a package index. One resolution holds for every Python that
pyproject.toml allows and for Linux, macOS and Windows. What builds the package is locked as well, so that no build
takes what the index has on the day. No file names an index: where the packages come from is up to who installs them,
the hashes say which they are.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import tomli

HERE = Path(__file__).resolve().parent
LIKE_DEV = ("--constraints", "requirements/dev.txt")
LOCKS = {  # name of the lock: the extra of pyproject.toml that it holds, and how; the others take after the first
    "dev": ("dev", ()),
    "test": ("test", LIKE_DEV),
    "release": ("release", LIKE_DEV),
    "lowest": ("test", ("--resolution", "lowest-direct")),  # what pyproject.toml names, at the lowest that it allows
}
COMMAND = "python requirements/lock.py"


def main(options: list[str]) -> int:
    """Writes each lock with uv and these further options of `uv pip compile`; gives uv's exit code where it fails."""
    project = tomli.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    for name in LOCKS:
        done = subprocess.run(
            [*_compile(project, name), *options],
            cwd=HERE.parent,
            input="\n".join(project["build-system"]["requires"]),
            stdout=subprocess.DEVNULL,  # the same again
            text=True,
            check=False,
        )
        if done.returncode:
            return done.returncode
    return 0


def _compile(project: dict[str, Any], name: str) -> list[str]:
    """The command that locks what pyproject.toml and standard input (what builds the package) ask for."""
    extra, how = LOCKS[name]
    return [
        *(sys.executable, "-m", "uv", "pip", "compile", "--no-config", "--quiet"),
        *("--universal", "--python-version", project["project"]["requires-python"].removeprefix(">=")),
        *("--fork-strategy", "fewest"),  # one version of a package for every Python
        *("--generate-hashes", "--annotation-style", "line", "--custom-compile-command", COMMAND),
        *("pyproject.toml", "-", "--extra", extra, *how),
        *("--output-file", f"requirements/{name}.txt"),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
