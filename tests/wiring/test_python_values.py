"""A program whose script, module or folder stands in the environment, or in another module, is followed to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.readers.shell.commands import commands
from mlripe.wiring.values import exported

if TYPE_CHECKING:
    from tests.conftest import Assess

TRAIN = "import joblib\nfrom sklearn.svm import SVC\njoblib.dump(SVC().fit(x, y), 'm')\n"
NIGHTLY = ".github/workflows/nightly.yml"
HEAD = "on: {schedule: [{cron: '0 1 * * *'}]}\njobs:\n  a:\n"
RUN = "import os, subprocess, sys\nsubprocess.run([sys.executable, os.environ['STEP']])\n"
STEPS = HEAD + "    steps: [{run: python run.py}]\n"

FOLLOWED = {
    "a job's variable": {
        NIGHTLY: HEAD + "    env: {STEP: train.py}\n    steps: [{run: python run.py}]\n",
        "run.py": RUN,
    },
    "a matrix": {
        NIGHTLY: HEAD + "    strategy: {matrix: {s: [x, train]}}\n    steps:\n      - run: python run.py\n"
        "        env: {STEP: '${{ matrix.s }}.py'}\n",
        "run.py": RUN,
    },
    "through make": {
        NIGHTLY: HEAD + "    env: {STEP: train.py}\n    steps: [{run: make fit}]\n",
        "Makefile": "fit:\n\tpython run.py\n",
        "run.py": RUN,
    },
    "through a called workflow": {
        NIGHTLY: HEAD + "    uses: ./.github/workflows/b.yml\n    with: {s: train.py}\n",
        ".github/workflows/b.yml": "on: {workflow_call: {inputs: {s: {type: string}}}}\njobs:\n  a:\n"
        "    env: {STEP: '${{ inputs.s }}'}\n    steps: [{run: python run.py}]\n",
        "run.py": RUN,
    },
    "a function of another module": {
        NIGHTLY: HEAD + "    env: {STEP: train.py}\n    steps: [{run: python go.py}]\n",
        "go.py": "from run import go\ngo()\n",
        "run.py": "import os\ndef go():\n    os.system('python ' + os.environ['STEP'])\n",
    },
    "settings that a function makes": {
        NIGHTLY: HEAD + "    env: {STEP: train.py}\n    steps: [{run: python run.py}]\n",
        "conf.py": "from pydantic import BaseSettings\nclass S(BaseSettings):\n    step: str\ndef get():\n    return S()\n",
        "run.py": "import os\nfrom conf import get\nos.system(f'python {get().step}')\n",
    },
    "a constant that another module hands on": {
        NIGHTLY: STEPS,
        "a/__init__.py": "from .names import STEP\n",
        "a/names.py": "STEP = 'train.py'\n",
        "run.py": "import subprocess\nimport a\nsubprocess.run(['python', a.STEP])\n",
    },
    "a folder that nothing tells and the only script of a name": {
        "dags/nightly.py": "from airflow import DAG\nfrom airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator\n"
        "from acme.settings import APPS\nwith DAG('a', schedule='@daily') as dag:\n"
        "    SparkSubmitOperator(task_id='t', application=f'{APPS}/train.py')\n",
    },
    "a folder and a script": {
        NIGHTLY: STEPS,
        "conf.py": "SOURCE = 'jobs'\n",
        "run.py": "from conf import SOURCE\nfrom azureml.core import ScriptRunConfig\n"
        "ScriptRunConfig(source_directory=SOURCE, script='fit.py')\n",
        "jobs/fit.py": TRAIN,
        "train.py": "",
    },
    "a script of the shell": {
        NIGHTLY: HEAD + "    env: {STEP: train}\n    steps: [{run: sh run.sh}]\n",
        "run.sh": "python ${STEP}.py\n",
    },
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_a_value_names_is_started(name: str, assess: Assess) -> None:
    found = assess({"train.py": TRAIN, "requirements.txt": "scikit-learn\n", **FOLLOWED[name]})
    assert found.capabilities["training-code"].strength.name == "automated"


NOT_FOLLOWED = {
    "a variable of a job that does not run it": {
        NIGHTLY: HEAD + "    steps: [{run: python run.py}]\n  b:\n    env: {STEP: train.py}\n    steps: [{run: ls}]\n",
        "run.py": RUN,
    },
    "a variable that is replaced": {
        NIGHTLY: HEAD
        + "    env: {STEP: train.py}\n    steps:\n      - run: python run.py\n        env: {STEP: a.py}\n",
        "run.py": RUN,
        "a.py": "",
    },
    "a constant that is only printed": {
        NIGHTLY: STEPS,
        "conf.py": "STEP = 'train.py'\n",
        "run.py": "from conf import STEP\nprint(STEP)\n",
    },
}


@pytest.mark.parametrize("name", NOT_FOLLOWED)
def test_what_no_value_names_is_not(name: str, assess: Assess) -> None:
    found = assess({"train.py": TRAIN, "requirements.txt": "scikit-learn\n", **NOT_FOLLOWED[name]})
    assert found.capabilities["training-code"].strength.name == "present"


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("export A=1 B='2 3'", {"A": ("1",), "B": ("2 3",)}),
        ("A=1 B=2 python a.py", {"A": ("1",), "B": ("2",)}),
        ("env A=1 python a.py", {"A": ("1",)}),
        ("A=1; python a.py", {}),
        ("export A=$(date)", {}),
        ("python a.py --b=1", {}),
    ],
)
def test_the_variables_that_a_shell_gives_on(text: str, given: dict[str, tuple[str, ...]]) -> None:
    assert exported(commands(text)) == given


def test_programs_that_start_each_other_by_variables_come_to_an_end(assess: Assess) -> None:
    files = {f"r{n}.py": f"import os\nos.system('python ' + os.environ['S{n}'])\n" for n in range(6)}
    env = ", ".join(f"S{n}: r{(n + 1) % 6}.py" for n in range(6))
    found = assess(
        {NIGHTLY: HEAD + f"    env: {{{env}}}\n    steps: [{{run: python r0.py}}]\n", "train.py": TRAIN, **files}
    )
    assert found.capabilities["training-code"].strength.name == "present"
