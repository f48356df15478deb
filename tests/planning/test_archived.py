"""A README says that nobody works on a repository any more: its plan says so, and proposes nothing but to revoke secrets."""

from __future__ import annotations

import time

import pytest

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.planning.plan import Plan
from mlripe.planning.planner import planned
from mlripe.snapshot.memory import MemorySnapshot

TRAIN = "from sklearn.svm import SVC\nSVC().fit([[1]], [1])\n"


def plan(readme: str, more: dict[str, str] | None = None) -> Plan:
    files = {"README.md": readme, "train.py": TRAIN, "requirements.txt": "scikit-learn\n", **(more or {})}
    inspection = Inspection(MemorySnapshot(files), load())
    return planned(inspection.catalog, inspection.assessment(["azure"]), files=files)


@pytest.mark.parametrize(
    "readme",
    [
        "# churn\n\nThis repository has been archived. Use another one.\n",
        "# churn\n\n> **Warning**: the team moved on, and this is no longer actively maintained.\n",
        "# churn\n\nThe project is no longer maintained.\n",
        "**[DEPRECATED]** churn\n",
        "# churn [archived]\n",
        "# churn\n\nchurn (this repo) is now quite old and deprecated; see its successor.\n",
        "# churn\n[![Project Status: Abandoned](https://www.repostatus.org/badges/latest/abandoned.svg)](https://www.repostatus.org/#abandoned)\n",
    ],
)
def test_no_step_is_told_where_nobody_works_on_it(readme: str) -> None:
    found = plan(readme)
    assert found.says.startswith("Its README says that nobody works on it any more.")
    assert (found.steps, found.repairs) == ((), ())


@pytest.mark.parametrize(
    "readme",
    [
        "# churn\n\nA fork of a tool: the original project is no longer maintained, so this one goes on.\n",
        "# churn\n\nThe library uses a call that is deprecated in pandas 3.\n",
        "# churn\n\nOld runs are archived in a bucket.\n",
        "# churn\n\n## Deprecated options\n",
    ],
)
def test_what_is_old_beside_it_says_nothing_of_it(readme: str) -> None:
    assert plan(readme).steps


def test_a_secret_holds_whether_anybody_works_on_it_or_not() -> None:
    settings = "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: Kestrel.92-plum\n"
    found = plan("# churn\n\nThis repository has been archived.\n", {"compose.yaml": settings, "main.py": TRAIN})
    assert [each.problem for each in found.repairs] == ["credentials"]


def test_a_hostile_readme_is_read_in_linear_time() -> None:
    start = time.monotonic()
    plan("this repository " * 200_000)
    assert time.monotonic() - start < 5
