"""Programs that cannot run as committed, because they import what the repository does not have."""

from __future__ import annotations

import pytest

from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring import Place, Wiring
from mlripe.wiring.roots import add_structured_roots

PACKAGE = {
    "churn/__init__.py": "",
    "churn/rows.py": "LIMIT = 3\n\n\ndef load():\n    pass\n",
    "churn/fit.py": "def train():\n    pass\n",
}
RUNS = "\n\nif __name__ == '__main__':\n    from churn.fit import train\n    train()\n"


def wired(files: dict[str, str], command: str = "python run.py") -> Wiring:
    pushed = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {command}\n"
    store = FactStore(MemorySnapshot({**PACKAGE, **files, ".github/workflows/ci.yml": pushed}), (), lambda *_: True)
    store.load()
    wiring = Wiring(store)
    add_structured_roots(store, wiring)
    return wiring


def trains(files: dict[str, str]) -> bool:
    return bool(wired(files).kinds(Place("churn/fit.py", "train")))


@pytest.mark.parametrize(
    "imports",
    [
        "from churn.data import load",
        "import churn.data",
        "from churn.rows import fetch",
        "from churn.rows import LIMIT, load, fetch",
        "import churn.helpers",  # which itself imports what is missing
    ],
)
def test_a_program_that_imports_what_is_not_there_starts_nothing(imports: str) -> None:
    assert not trains({"run.py": imports + RUNS, "churn/helpers.py": "from .gone import x\n"})


@pytest.mark.parametrize(
    ("imports", "files"),
    [
        ("from churn.rows import LIMIT, load", {}),
        ("from churn import rows", {}),
        ("from churn.rows import __file__", {}),  # every module has one
        ("try:\n    from churn.data import load\nexcept ImportError:\n    pass", {}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from churn.data import load", {}),
        ("def later():\n    import churn.data", {}),
        ("from churn_data.rows import load", {}),  # a package that is installed
        ("from rows.data import load", {"rows/notes.md": "", "pyproject.toml": "[project]\ndependencies = ['rows']\n"}),
        ("import churn.tracking", {"requirements.txt": "churn-tracking==1.2\n"}),  # it adds to a namespace
        ("from churn.data import load", {"lib/churn/data.py": "def load(): ...\n"}),  # a folder on the path
        ("from churn.data import load", {"churn/data.pyx": "def load(): pass\n"}),
        ("from airflow.decorators import dag", {"airflow/dags/fit.py": ""}),  # a folder of that name is no package
        ("from churn.rows_pb2 import Row", {}),  # a build makes it
        ("from churn._version import version", {}),
        ("from churn.names import anything", {"churn/names.py": "from churn.rows import *\n"}),
        ("from churn.names import anything", {"churn/names.py": "def __getattr__(name): ...\n"}),
        (
            "from churn.cycle import a",
            {"churn/cycle.py": "import churn.back\na = 1\n", "churn/back.py": "import churn.cycle\n"},
        ),
    ],
)
def test_what_may_be_there_is_followed(imports: str, files: dict[str, str]) -> None:
    assert trains({"run.py": imports + RUNS, **files})


@pytest.mark.parametrize(
    ("files", "starts"),
    [
        ({"src/run.py": "from src.utils.gone import x", "src/utils/log.py": ""}, False),
        ({"src/run.py": "from src.utils.log import x", "src/utils/log.py": "x = 1\n"}, True),
        # a folder of folders, of which another distribution brings some
        ({"acme/jobs/run.py": "from acme.tools.gone import x", "acme/tools/log/a.py": ""}, True),
        ({"run.py": "from airflow.models.gone import x", "airflow/models/a.py": ""}, True),  # it lies elsewhere
    ],
)
def test_a_package_without_an_init_file_is_known_by_the_files_that_lie_in_it(
    files: dict[str, str], starts: bool
) -> None:
    path = next(path for path in files if path.endswith("run.py"))
    wiring = wired({**files, path: files[path] + RUNS}, f"python {path}")
    assert bool(wiring.kinds(Place("churn/fit.py", "train"))) is starts
