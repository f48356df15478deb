"""Tests that are passed over unless a variable is set are run by CI where something sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

TEST = "import os\nimport pytest\nMARK\ndef test_a():\n    assert 1\n"
WANTS = 'pytestmark = pytest.mark.skipif(not os.getenv("RUN_LIVE"), reason="slow")'


@pytest.mark.parametrize(
    ("mark", "variables", "strength"),
    [
        (WANTS, "", "present"),
        (WANTS.replace('not os.getenv("RUN_LIVE")', 'os.environ.get("RUN_LIVE", "0") != "1"'), "", "present"),
        (WANTS.replace('not os.getenv("RUN_LIVE")', '"RUN_LIVE" not in os.environ'), "", "present"),
        (WANTS, "        env: {RUN_LIVE: 1}\n", "automated"),
        (WANTS.replace("RUN_LIVE", "CI"), "", "automated"),
        ('pytestmark = pytest.mark.skip(reason="later")', "", "present"),
        ('pytestmark = [pytest.mark.skip(reason="later")]', "", "present"),
        ('pytest.skip("later", allow_module_level=True)', "", "present"),
        ("pytestmark = pytest.mark.slow", "", "automated"),
        ('pytestmark = pytest.mark.skipif(os.name == "nt", reason="paths")', "", "automated"),
        ("", "", "automated"),
    ],
)
def test_skipped(mark: str, variables: str, strength: str, assess: Assess) -> None:
    files = {
        "tests/test_live.py": TEST.replace("MARK", mark),
        ".github/workflows/ci.yml": f"on: push\njobs:\n  t:\n    steps:\n      - run: pytest\n{variables}",
    }
    assert assess(files).capabilities["code-testing"].strength.name == strength


@pytest.mark.parametrize(
    ("command", "strength"),
    [
        ("pytest", "automated"),
        ("pytest --collect-only -q tests", "present"),
        ("python -m pytest --co", "present"),
        ("pytest --ignore=tests", "present"),
        ("pytest --ignore tests/test_a.py", "present"),
        ("pytest --ignore=docs", "automated"),
        ("pytest --deselect tests/test_a.py::test_b", "automated"),
    ],
)
def test_a_command_that_leaves_the_tests_out_runs_none(command: str, strength: str, assess: Assess) -> None:
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {command}\n"
    files = {".github/workflows/ci.yml": workflow, "tests/test_a.py": "def test_a():\n    assert 1\n"}
    assert assess(files).capabilities["code-testing"].strength.name == strength
