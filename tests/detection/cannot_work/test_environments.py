"""Programs that do not find what they import, and tools that nothing installs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.problem_kinds import FaultKind

if TYPE_CHECKING:
    from tests.detection.cannot_work.conftest import Faults

HEAD = "on: push\njobs:\n  fit:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
PYTHON = "      - uses: actions/setup-python@v5\n"
FIT = "import pandas\n\nprint(pandas.DataFrame())\n"


def workflow(*steps: str, head: str = HEAD + PYTHON) -> dict[str, str]:
    return {".github/workflows/fit.yml": head + "".join(f"      - {step}\n" for step in steps)}


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        ("run: pytest", "pytest"),
        ("run: python -m pytest -q", "pytest"),
        ("run: dvc repro", "dvc"),
        ("run: python fit.py", "fit.py"),
    ],
)
def test_a_job_that_sets_up_python_and_installs_nothing(step: str, missing: str, faults: Faults) -> None:
    (fault,) = faults({**workflow(step), "fit.py": FIT})
    assert (fault.kind, fault.missing, fault.line) == (FaultKind.NOT_INSTALLED, missing, 8)


@pytest.mark.parametrize(
    "steps",
    [
        ["run: pip install pandas", "run: python fit.py"],
        ["run: python -m pip install -r requirements.txt", "run: pytest"],
        ["run: make setup", "run: pytest"],
        ["run: ./setup.sh", "run: pytest"],
        ["uses: snok/install-poetry@v1", "run: pytest"],
        ["{uses: actions/cache@v4, with: {path: .venv}}", "run: pytest"],
        ["run: uv run pytest"],
        ["run: uvx ruff check"],
        ["run: pipx run ruff check"],
        ["run: python rows.py"],
        ["run: pytest || true"],
    ],
)
def test_a_job_that_may_install(steps: list[str], faults: Faults) -> None:
    files = {
        "fit.py": FIT,
        "rows.py": "import json\nimport table\n",
        "table.py": "",
        "setup.sh": "pip install pytest\n",
    }
    files |= {"Makefile": "setup:\n\tpip install pytest\n", "requirements.txt": "pytest==8.0\n"}
    assert not faults({**workflow(*steps), **files})


@pytest.mark.parametrize("steps", [["run: pytest"], ["run: python fit.py"]], ids=["a tool", "a program"])
def test_without_a_python_of_its_own_the_runner_may_have_it(steps: list[str], faults: Faults) -> None:
    assert not faults({**workflow(*steps, head=HEAD), "fit.py": FIT})


PACKAGE = {"churn/__init__.py": "", "churn/rows.py": "def load():\n    pass\n"}


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("python jobs/fit.py", {}),
        ("python3 -u jobs/fit.py", {}),
        ("cd . && python jobs/fit.py", {}),
    ],
)
def test_a_package_that_lies_beside_the_folder_of_the_program(
    command: str, more: dict[str, str], faults: Faults
) -> None:
    files = {"Makefile": f"fit:\n\t{command}\n", "jobs/fit.py": "from churn.rows import load\n\nload()\n", **PACKAGE}
    (fault,) = faults({**files, **more})
    assert (fault.kind, fault.path, fault.line) == (FaultKind.NOT_ON_PATH, "Makefile", 2)


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("python -m jobs.fit", {}),
        ("PYTHONPATH=. python jobs/fit.py", {}),
        ("python jobs/fit.py", {"setup.py": "from setuptools import setup\nsetup(name='churn')\n"}),
        ("python jobs/fit.py", {"pyproject.toml": "[project]\nname = 'churn'\n"}),
        ("python jobs/fit.py", {"requirements.txt": "-e .\n"}),
        ("python jobs/fit.py", {"README.md": "Set PYTHONPATH first.\n"}),
        ("python jobs/fit.py", {"jobs/churn/__init__.py": "", "jobs/churn/rows.py": "def load():\n    pass\n"}),
        ("python jobs/fit.py", {"jobs/fit.py": "import sys\nsys.path.append('.')\nfrom churn.rows import load\n"}),
        ("python jobs/fit.py", {"requirements.txt": "churn==1.0\n"}),
        (
            "python jobs/fit.py",
            {"jobs/fit.py": "try:\n    from churn.rows import load\nexcept ImportError:\n    pass\n"},
        ),
        ("python fit.py", {"fit.py": "from churn.rows import load\n"}),
    ],
)
def test_a_package_that_may_be_found(command: str, more: dict[str, str], faults: Faults) -> None:
    files = {"Makefile": f"fit:\n\t{command}\n", "jobs/fit.py": "from churn.rows import load\n\nload()\n", **PACKAGE}
    assert not faults({**files, **more})
