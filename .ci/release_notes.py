"""Prints what CHANGELOG.md says of a release, for its page. Refuses a tag that is not the version of the code.

python .ci/release_notes.py v0.1.0
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
VERSION: Final = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)


def notes(tag: str, root: Path = ROOT) -> str:
    """The changelog's section of the release with that tag. Raises ValueError where tag, version and section differ."""
    (version,) = VERSION.findall((root / "src/mlripe/__init__.py").read_text(encoding="utf-8"))
    if tag != f"v{version}":
        raise ValueError(f"the tag is {tag}, but the version of the code {version}: tag v{version}, or change the code")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d\n"
    section = re.search(rf"{heading}(.*?)(?=^## \[|^\[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    if not section or not section[1].strip():
        raise ValueError(f"CHANGELOG.md has no section `## [{version}] - <date>` with words in it: write it first")
    return section[1].strip() + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        sys.stdout.write(notes(sys.argv[1]))
    except ValueError as error:
        sys.exit(str(error))
