"""Tests that a step runs and that cannot be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.problem_kinds import FaultKind

if TYPE_CHECKING:
    from tests.conftest import Assess
    from tests.detection.cannot_work.conftest import Faults

WORKFLOW = (
    "on: push\njobs:\n  test:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n      - run: {command}\n"
)
FILES = {"churn/__init__.py": "", "churn/rows.py": "def load():\n    pass\n"}
GONE = "from churn.rows import Loader\n\n\ndef test_rows():\n    assert Loader()\n"


@pytest.mark.parametrize("command", ["pytest", "python -m pytest tests -q", "pytest tests/test_rows.py"])
def test_a_test_of_what_is_gone(command: str, faults: Faults) -> None:
    files = {".github/workflows/t.yml": WORKFLOW.format(command=command), "tests/test_rows.py": GONE, **FILES}
    (fault,) = faults(files)
    assert (fault.kind, fault.path, fault.line) == (FaultKind.ABSENT_MODULE, "tests/test_rows.py", 1)
    assert fault.breaks == (".github/workflows/t.yml", "jobs/test/1")


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("pytest", {"tests/test_rows.py": GONE.replace("Loader", "load")}),
        ("pytest --ignore tests/test_rows.py", {}),
        ("pytest || true", {}),
        ("pytest", {"pytest.ini": "[pytest]\naddopts = --ignore=tests/test_rows.py\n"}),
        (
            "pytest",
            {
                "tests/test_rows.py": f"import pytest\n\ntry:\n    {GONE.splitlines()[0]}\nexcept ImportError:\n    pass\n"
            },
        ),
        ("ruff check", {}),
        ("pytest tests/test_other.py", {"tests/test_other.py": "def test_a():\n    assert 1\n"}),
    ],
)
def test_a_test_that_may_be_imported_or_is_not_run(command: str, more: dict[str, str], faults: Faults) -> None:
    files = {".github/workflows/t.yml": WORKFLOW.format(command=command), "tests/test_rows.py": GONE, **FILES}
    assert not faults({**files, **more})


def test_tests_that_cannot_be_imported_are_present(assess: Assess) -> None:
    files = {".github/workflows/t.yml": WORKFLOW.format(command="pytest"), "tests/test_rows.py": GONE, **FILES}
    assert assess(files).capabilities["code-testing"].strength.name == "present"
