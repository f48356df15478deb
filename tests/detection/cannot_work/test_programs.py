"""Programs that stop at a name, a call or an import in any case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.problem_kinds import FaultKind

if TYPE_CHECKING:
    from tests.detection.cannot_work.conftest import Faults

MAKEFILE = "fit:\n\tpython fit.py\n"


@pytest.mark.parametrize(
    ("program", "missing", "line"),
    [
        ("import os\nprint(setings)\n", "setings", 2),
        ('def main():\n    rows = load()\n\nif __name__ == "__main__":\n    main()\n', "load", 2),
        ("import os\nwith open('a') as file:\n    json.dump({}, file)\n", "json", 3),
        ("def fit(trees=DEFAULT):\n    pass\n", "DEFAULT", 1),
        ("for row in rows:\n    print(row)\n", "rows", 1),
    ],
)
def test_a_name_that_nothing_binds(program: str, missing: str, line: int, faults: Faults) -> None:
    (fault,) = faults({"Makefile": MAKEFILE, "fit.py": program})
    assert (fault.kind, fault.missing, fault.path, fault.line) == (FaultKind.UNBOUND_NAME, missing, "fit.py", line)


@pytest.mark.parametrize(
    "program",
    [
        "from settings import *\nprint(trees)\n",
        "exec(open('settings').read())\nprint(trees)\n",
        "globals().update(trees=1)\nprint(trees)\n",
        "try:\n    print(trees)\nexcept NameError:\n    pass\n",
        "import sys\nif len(sys.argv) > 3:\n    print(trees)\n",
        "def later():\n    print(trees)\n",
        "print(__file__, __name__, len([]))\n",
        "print([row for row in [1]])\nrows = lambda: trees\n",
        "import sys\nsys.exit(0)\nprint(trees)\n",
        "print(spark.read)\n",  # what a platform gives
        "def main():\n    global trees\n    trees = 1\n\nmain()\nprint(trees)\n",
        "x: Trees = 1\n",
        "import os\nfor row in []:\n    print(trees)\n",
        "import contextlib\nwith contextlib.suppress(NameError):\n    print(trees)\n",
    ],
)
def test_a_name_that_may_be_bound_or_not_read(program: str, faults: Faults) -> None:
    assert not faults({"Makefile": MAKEFILE, "fit.py": program})


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("def fit(rows, trees):\n    pass\n\nfit([1])\n", "is not given trees"),
        ("def fit(rows, trees=1):\n    pass\n\nfit([1], depth=3)\n", "does not take depth"),
        ("def fit(rows):\n    pass\n\nfit([1], 2, 3)\n", "takes 1 arguments"),
        ("from rows import load\n\nload()\n", "is not given path"),
        ("import rows\n\nrows.load()\n", "is not given path"),
        ("from churn import tables\n\ntables.read()\n", "is not given path"),
        ("def fit(*, rows):\n    pass\n\nfit()\n", "is not given rows"),
    ],
)
def test_a_call_that_the_function_does_not_take(program: str, says: str, faults: Faults) -> None:
    load, read = "def load(path):\n    pass\n", "def read(path):\n    pass\n"
    (fault,) = faults({"Makefile": MAKEFILE, "fit.py": program, "rows.py": load, "churn/tables.py": read})
    assert (fault.kind, fault.path) == (FaultKind.WRONG_CALL, "fit.py")
    assert says in fault.happens


@pytest.mark.parametrize(
    "program",
    [
        "def fit(rows, trees=1):\n    pass\n\nfit([1])\nfit(rows=[1], trees=2)\n",
        "def fit(*rows, **more):\n    pass\n\nfit(1, 2, depth=3)\n",
        "from tool import step\n\n@step\ndef fit(rows):\n    pass\n\nfit()\n",
        "def fit(rows):\n    pass\n\nwords = [1]\nfit(*words)\n",
        "def fit(rows):\n    pass\n\ntry:\n    fit()\nexcept TypeError:\n    pass\n",
        "def fit(rows):\n    pass\n\ndef fit():\n    pass\n\nfit()\n",
        "def fit(rows):\n    pass\n\nfit = print\nfit()\n",
        "from rows import load as fit\n\nfit()\n",
        "import tool\n\ntool.fit()\n",
        "import rows as tables\n\ntables.load()\n",
        "import rows\n\nrows = open\nrows.load()\n",
    ],
)
def test_a_call_that_the_function_may_take(program: str, faults: Faults) -> None:
    assert not faults({"Makefile": MAKEFILE, "fit.py": program, "rows.py": "def load(path):\n    pass\n"})


def test_a_module_that_the_repository_does_not_have(faults: Faults) -> None:
    files = {
        "Makefile": MAKEFILE,
        "churn/__init__.py": "",
        "churn/rows.py": "",
        "fit.py": "from churn.model import fit\n",
    }
    (fault,) = faults(files)
    assert (fault.kind, fault.missing, fault.line) == (FaultKind.ABSENT_MODULE, "churn.model", 1)


@pytest.mark.parametrize(
    "files",
    [
        # a folder that bears the name of an installed package
        {
            "airflow/utils/slack.py": "def tell():\n    pass\n",
            "airflow/dags/fit.py": "from airflow import DAG\nfrom airflow.operators.python import P\nfrom airflow.utils.dates import d\n",
        },
        # a module that brings its own modules
        {
            "churn/__init__.py": "",
            "churn/six.py": "import sys\n\nsys.modules[__name__ + '.moves'] = sys\n",
            "churn/rows.py": "from .six.moves import queue\n",
        },
        {
            "pyproject.toml": "[project]\nname='a'\ndependencies=['azureml-mlflow']\n",
            "azureml/jobs/a.py": "",
            "fit.py": "import azureml.mlflow\n",
        },
    ],
    ids=["a folder like a library", "a module with modules", "a part of another package"],
)
def test_a_module_that_may_come_from_elsewhere(files: dict[str, str], faults: Faults) -> None:
    assert not faults(files)
