"""Classes that a program's configuration names, and what else words and texts of a program lead to."""

from __future__ import annotations

import pytest

from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring import Place, Wiring
from mlripe.wiring.roots import add_structured_roots

GOAL = {
    "churn/__init__.py": "",
    "churn/fit.py": "class Fit:\n    def run(self):\n        pass\n\n\ndef train():\n    pass\n",
}
HYDRA = (
    "import hydra\n\n\n@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n"
    "    hydra.utils.instantiate(cfg.job).run()\n\n\nif __name__ == '__main__':\n    main()\n"
)


def reached(files: dict[str, str], command: str, unit: str = "Fit.run") -> bool:
    """Whether a push that runs the command reaches a scope of churn/fit.py."""
    pushed = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {command}\n"
    store = FactStore(MemorySnapshot({**GOAL, **files, ".github/workflows/ci.yml": pushed}), (), lambda *_: True)
    store.load()
    wiring = Wiring(store)
    add_structured_roots(store, wiring)
    return bool(wiring.kinds(Place("churn/fit.py", unit)))


@pytest.mark.parametrize(
    ("files", "command", "wanted"),
    [
        (
            {"run.py": "print(1)\n", "job.yaml": "a: {class_path: churn.fit.Fit}\n"},
            "python run.py --config job.yaml",
            True,
        ),
        (
            {"run.py": "print(1)\n", "job.yaml": "a: {class_path: churn.fit.Fit}\n"},
            "python run.py --config=job.yaml",
            True,
        ),
        ({"run.py": "print(1)\n", "job.yaml": "a: {class_path: churn.fit.Fit}\n"}, "python run.py", False),
        (
            {"run.py": "print(1)\n", "job.yaml": "a: {class_path: churn.fit.Gone}\n"},
            "python run.py --config job.yaml",
            False,
        ),
        ({"run.py": HYDRA, "conf/config.yaml": "job: {_target_: churn.fit.Fit}\n"}, "python run.py", True),
        ({"run.py": HYDRA, "conf/other.yaml": "job: {_target_: churn.fit.Fit}\n"}, "python run.py", False),
        ({"run.py": HYDRA, "conf/other.yaml": "job: {_target_: churn.fit.Fit}\n"}, "python run.py -cn other", True),
        (
            {
                "run.py": HYDRA,
                "conf/config.yaml": "defaults:\n  - job: none\n  - _self_\n",
                "conf/job/none.yaml": "_target_: churn.none.Gone\n",
                "conf/job/fit.yaml": "_target_: churn.fit.Fit\n",
            },
            "python run.py job=fit",
            True,
        ),
        (
            {
                "run.py": HYDRA,
                "conf/config.yaml": "defaults:\n  - job: none\n  - _self_\n",
                "conf/job/none.yaml": "_target_: churn.none.Gone\n",
                "conf/job/fit.yaml": "_target_: churn.fit.Fit\n",
            },
            "python run.py",
            False,
        ),
    ],
)
def test_a_class_that_the_configuration_names(files: dict[str, str], command: str, wanted: bool) -> None:
    assert reached(files, command) is wanted


IMPORTS = "import importlib\nimport sys\n\nimportlib.import_module(f'churn.{sys.argv[1]}').train()\n"
POINTS = '[project]\nname = "n"\n[project.entry-points."churn.jobs"]\nfit = "churn.fit:train"\n'


@pytest.mark.parametrize(
    ("files", "command", "wanted"),
    [
        ({"run.py": IMPORTS}, "python run.py fit", True),
        ({"run.py": IMPORTS}, "python run.py report", False),
        ({"run.py": "import runpy\nrunpy.run_path('go.py')\n", "go.py": "from churn.fit import train\ntrain()\n"}, "python run.py", True),
        ({"run.py": "import runpy\nrunpy.run_module('job')\n", "job.py": "from churn.fit import train\ntrain()\n"}, "python run.py", True),
        ({"run.py": "import os\nos.system('cd . && python go.py')\n", "go.py": "from churn.fit import train\ntrain()\n"}, "python run.py", True),
        ({"run.py": "from pathlib import Path\nPath('go.py').read_text()\n", "go.py": "from churn.fit import train\ntrain()\n"},
         "python run.py", False),
        (
            {
                "run.py": "import subprocess, sys\nfor name in ('a', 'go'):\n    subprocess.run([sys.executable, f'{name}.py'])\n",
                "go.py": "from churn.fit import train\ntrain()\n",
            },
            "python run.py",
            True,
        ),
        (
            {"run.py": "from importlib.metadata import entry_points\nentry_points(group='churn.jobs')\n", "pyproject.toml": POINTS},
            "python run.py",
            True,
        ),
        (
            {"run.py": "from importlib.metadata import entry_points\nentry_points(group='other')\n", "pyproject.toml": POINTS},
            "python run.py",
            False,
        ),
        ({"run.py": "from churn.fit import train\nprint(train.__doc__)\n"}, "python run.py", False),
    ],
)  # fmt: skip
def test_a_function_that_a_word_or_a_text_names(files: dict[str, str], command: str, wanted: bool) -> None:
    assert reached(files, command, "train") is wanted
