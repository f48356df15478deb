"""The page through the Nu HTML checker, which W3C runs as its validator: markup, ARIA and style sheet.

Needs Java and the checker, `VNU_JAR` naming its file (the npm package `vnu-jar` is it); skipped where either is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

JAVA = shutil.which("java") or ""
CHECKER = os.environ.get("VNU_JAR", "")
# It takes the digest of a style or script of one line only; `test_page.py` holds the digests, and browsers obey them.
MISTAKEN = r".*Inline (style|script) violates Content Security Policy.*"

pytestmark = [
    pytest.mark.skipif(not JAVA, reason="no java on PATH"),
    pytest.mark.skipif(not CHECKER, reason="VNU_JAR names no vnu.jar"),
]


def checked(*files: Path) -> list[str]:
    """What the checker finds, a line a finding; warnings as well as errors."""
    options = ("--stdout", "--exit-zero-always", "--format", "gnu", "--also-check-css", "--filterpattern", MISTAKEN)
    done = subprocess.run([JAVA, "-jar", CHECKER, *options, *files], capture_output=True, text=True, check=True)
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


def test_it_is_valid(pages: dict[str, Path]) -> None:
    assert checked(*pages.values()) == []


def test_the_checker_finds_what_is_wrong(pages: dict[str, Path], tmp_path: Path) -> None:
    """So that silence means something: an element where it may not be, a property that is none."""
    wrong = tmp_path / "wrong.html"
    page = pages["empty"].read_text()
    page = page.replace('<ul class="tiles">', '<ul class="tiles"><p>tiles</p>')
    wrong.write_text(page.replace("<style>", "<style>p { colour: red }"))
    found = "\n".join(checked(wrong))
    assert "colour" in found
    assert "Element “p” not allowed as child of element “ul”" in found
