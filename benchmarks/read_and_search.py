"""The floor that mlripe is measured against: reads every tracked file here and searches one regex of three words."""

from __future__ import annotations

import os
import re
import subprocess

WORDS = re.compile(rb"mlflow|dvc|wandb")


def main() -> None:
    """Prints how many files hold one of the words."""
    listed = subprocess.run(["git", "ls-files", "-z"], stdout=subprocess.PIPE, check=True).stdout
    found = 0
    for path in listed.split(b"\0"):
        if path and os.path.isfile(path):
            with open(path, "rb") as file:
                found += WORDS.search(file.read()) is not None
    print(found)


main()
