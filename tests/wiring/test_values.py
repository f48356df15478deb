"""A script that is named by a variable, an input or a matrix is found, and so are jobs that other files define."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

TRAIN = "import joblib\nfrom sklearn.svm import SVC\njoblib.dump(SVC().fit(x, y), 'm')\n"
GITHUB = ".github/workflows/a.yml"
CALLED = ".github/workflows/b.yml"
ACTION = ".github/actions/a/action.yml"
HEAD = "on: {schedule: [{cron: '0 1 * * *'}]}\n"
STEP = HEAD + "jobs:\n  a:\n    steps:\n      - run: "
GITLAB = ".gitlab-ci.yml"
RULES = "  rules: [{if: '$CI_PIPELINE_SOURCE == \"schedule\"'}]\n"
AZURE = "azure-pipelines.yml"
CRON = "trigger: none\nschedules: [{cron: '0 1 * * *', branches: {include: [main]}}]\n"

ROWS = {
    "env of the workflow": {GITHUB: HEAD + "env: {S: train.py}\n" + STEP.removeprefix(HEAD) + "python $S\n"},
    "env of the job": {
        GITHUB: HEAD + "jobs:\n  a:\n    env: {S: train.py}\n    steps: [{run: 'python ${{ env.S }}'}]\n"
    },
    "env of the step": {GITHUB: STEP + "python ${S}\n        env: {S: train.py}\n"},
    "a value of a value": {GITHUB: HEAD + "env: {N: train, S: '${{ env.N }}.py'}\n" + STEP.removeprefix(HEAD) + "python $S\n"},
    "several words": {GITHUB: STEP + "$C\n        env: {C: python -u train.py}\n"},
    "several commands": {GITHUB: STEP + "${{ env.C }}\n        env: {C: echo a && python train.py}\n"},
    "input of a called workflow": {
        GITHUB: HEAD + "jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    with: {s: train.py}\n",
        CALLED: "on: {workflow_call: {inputs: {s: {type: string}}}}\njobs:\n  a:\n    steps: [{run: 'python ${{ inputs.s }}'}]\n",
    },
    "default of a called workflow": {
        GITHUB: HEAD + "jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n",
        CALLED: "on: {workflow_call: {inputs: {s: {default: train.py}}}}\njobs:\n  a:\n    steps: [{run: 'python ${{ inputs.s }}'}]\n",
    },
    "matrix of a called workflow": {
        GITHUB: HEAD + "jobs:\n  a:\n    strategy: {matrix: {s: [x.py, train.py]}}\n    uses: ./.github/workflows/b.yml\n"
        "    with: {s: '${{ matrix.s }}'}\n",
        CALLED: "on: {workflow_call: {inputs: {s: {type: string}}}}\njobs:\n  a:\n    steps: [{run: 'python ${{ inputs.s }}'}]\n",
    },
    "command of a composite action": {
        GITHUB: HEAD + "jobs:\n  a:\n    steps: [{uses: ./.github/actions/a, with: {c: python train.py}}]\n",
        ACTION: "inputs: {c: {required: true}}\nruns: {using: composite, steps: [{run: '${{ inputs.c }}', shell: bash}]}\n",
    },
    "variable of the text": {GITHUB: STEP + "S=train.py; python $S\n"},
    "loop": {GITHUB: STEP + "for s in prepare train; do python $s.py; done\n", "prepare.py": "x = 1\n"},
    "loop over files": {GITHUB: STEP + "for s in jobs/*.py; do python $s; done\n", "jobs/a.py": TRAIN},
    "Python in the step": {GITHUB: STEP + "|\n          python - <<EOF\n          import train\n          EOF\n"},
    "shell that is Python": {GITHUB: STEP + "import train\n        shell: python\n"},
    "GitLab's variables": {GITLAB: "variables: {S: train.py}\na:\n  script: [python $S]\n" + RULES},
    "GitLab's variables of the job": {GITLAB: "a:\n  variables: {S: train.py}\n  script: [python $S]\n" + RULES},
    "GitLab's matrix": {GITLAB: "a:\n  parallel: {matrix: [{S: [x, train]}]}\n  script: [python $S.py]\n" + RULES},
    "GitLab's rules by reference": {
        GITLAB: ".r:\n" + RULES + "a:\n  rules: [!reference [.r, rules]]\n  script: [python train.py]\n"
    },
    "GitLab's job of another file": {
        GITLAB: "include: [{local: /ci/b.yml}]\na:\n  extends: .b\n" + RULES, "ci/b.yml": ".b:\n  script: [python train.py]\n"
    },
    "GitLab's files by a wildcard": {GITLAB: "include: 'ci/*.yml'\n", "ci/b.yml": "a:\n  script: [python train.py]\n" + RULES},
    "Azure's variables": {AZURE: CRON + "variables: {s: train.py}\nsteps: [{script: python $(s)}]\n"},
    "Azure's list of variables": {AZURE: CRON + "variables: [{name: s, value: train.py}]\nsteps: [{script: python $(s)}]\n"},
    "Azure's parameters": {
        AZURE: CRON + "parameters: [{name: s, default: train.py}]\nsteps: [{script: 'python ${{ parameters.s }}'}]\n"
    },
    "Azure's task": {AZURE: CRON + "steps: [{task: PythonScript@0, inputs: {scriptPath: train.py}}]\n"},
    "environment of Jenkins": {
        "Jenkinsfile": "pipeline {\n triggers { cron('H 4 * * 1') }\n environment { S = 'train.py' }\n"
        " stages { stage('a') { steps { sh 'python $S' } } }\n}\n"
    },
}  # fmt: skip
OTHERS = {
    "a name that nobody gives": {GITHUB: STEP + "python $S\n"},
    "another script": {GITHUB: STEP + "python $S\n        env: {S: other.py}\n"},
    "a branch that is never entered": {GITHUB: STEP + "if false; then python train.py; fi\n"},
    "behind an exit": {GITHUB: STEP + "|\n          exit 0\n          python train.py\n"},
    "a switch that is off": {GITHUB: STEP + "|\n          RUN=no\n          if [ $RUN = yes ]; then python train.py; fi\n"},
    "a function that nobody calls": {GITHUB: STEP + "|\n          fit() { python train.py; }\n          echo fit\n"},
    "another branch of a script": {
        GITHUB: STEP + "bash run.sh show\n", "run.sh": 'case "$1" in\n fit) python train.py;;\n show) ls;;\nesac\n'
    },
    "a hidden job that nobody extends": {
        GITLAB: "include: [{local: /ci/b.yml}]\na:\n  script: [ls]\n" + RULES, "ci/b.yml": ".b:\n  script: [python train.py]\n"
    },
}  # fmt: skip


@pytest.mark.parametrize("files", ROWS.values(), ids=ROWS)
def test_what_a_value_names_is_started(files: dict[str, str], assess: Assess) -> None:
    assessment = assess({"train.py": TRAIN, **files} if "jobs/a.py" not in files else files)
    assert assessment.capabilities["continuous-training"].strength.name == "automated"


@pytest.mark.parametrize("files", OTHERS.values(), ids=OTHERS)
def test_what_nothing_names_is_not(files: dict[str, str], assess: Assess) -> None:
    assessment = assess({"train.py": TRAIN, **files})
    assert assessment.capabilities["training-code"].strength.name == "present"


@pytest.mark.parametrize(
    ("script", "asked", "strength"),
    [
        ('case "$1" in\n fit) python train.py;;\n show) ls;;\nesac\n', "fit", "automated"),
        ("cmd=${1:-fit}\ncase $cmd in\n fit) python train.py;;\n show) ls;;\nesac\n", "", "automated"),
        ("cmd=${1:-show}\ncase $cmd in\n fit) python train.py;;\n show) ls;;\nesac\n", "", "present"),
        ('fit() { python train.py; }\nshow() { ls; }\n"$@"\n', "fit", "automated"),
        ('fit() { python train.py; }\nshow() { ls; }\n"$@"\n', "show", "present"),
        ("fit() { python $1; }\nfit train.py\n", "", "automated"),
    ],
)
def test_a_script_runs_what_it_is_asked_for(script: str, asked: str, strength: str, assess: Assess) -> None:
    files = {"train.py": TRAIN, "run.sh": script, GITHUB: STEP + f"./run.sh {asked}\n"}
    assert assess(files).capabilities["training-code"].strength.name == strength


def test_functions_of_a_script_that_is_sourced(assess: Assess) -> None:
    files = {"train.py": TRAIN, "lib.sh": "fit() { python train.py; }\n", GITHUB: STEP + "source lib.sh && fit\n"}
    assert assess(files).capabilities["training-code"].strength.name == "automated"


ARGO = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  templates:\n  - name: fit\n    container:\n"
DBX = "environments:\n  default:\n    workflows:\n      - name: fit\n        tasks:\n          - task_key: main\n"
SUBMITS = (
    "from azure.ai.ml import command\ncommand(name='fit', code='./src/fit/', command='python train.py --rate 1')\n"
)
CODE = {
    "code folder of a submitted command": {"submit.py": SUBMITS, "src/fit/train.py": TRAIN, GITHUB: STEP + "python submit.py\n"},
    "program inside a running container": {
        "train.py": TRAIN, "Dockerfile": "FROM python:3.11\nCOPY . .\n", GITHUB: STEP + "docker container exec box python train.py\n"
    },
    "absolute path inside an image": {
        "steps/fit/train.py": TRAIN, "w.yaml": ARGO + "      image: x/tools:1\n      command: [python, /opt/fit/train.py]\n"
    },
    "entry point of the stage's image": {
        "components/fit/train.py": TRAIN,
        "components/fit/Dockerfile": 'FROM python:3.11\nCOPY train.py .\nENTRYPOINT ["python", "train.py"]\n',
        "w.yaml": ARGO + "      image: <registry>/ml-fit\n      args: [--rate, '1']\n",
    },
    "workflow of dbx": {
        "jobs/train.py": TRAIN, GITHUB: STEP + "dbx execute fit --cluster-id 1\n",
        "conf/deployment.yml": DBX + "            spark_python_task: {python_file: 'file://jobs/train.py'}\n",
    },
}  # fmt: skip
ASTRAY = {
    "another code folder": {"submit.py": SUBMITS.replace("src/fit", "src/other"), "src/fit/train.py": TRAIN, "src/other/a.py": ""},
    "two files that a path may mean": {
        "a/fit/train.py": TRAIN, "b/fit/train.py": TRAIN, "w.yaml": ARGO + "      image: x/tools:1\n      command: [python, /opt/fit/train.py]\n"
    },
    "a command in the place of the image's": {
        "components/fit/train.py": TRAIN,
        "components/fit/Dockerfile": 'FROM python:3.11\nCOPY train.py .\nENTRYPOINT ["python", "train.py"]\n',
        "w.yaml": ARGO + "      image: <registry>/ml-fit\n      command: [ls]\n",
    },
    "another workflow of dbx": {
        "jobs/train.py": TRAIN, GITHUB: STEP + "dbx execute score\n",
        "conf/deployment.yml": DBX.replace("fit", "score") + "            spark_python_task: {python_file: 'file://jobs/score.py'}\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("files", CODE.values(), ids=CODE)
def test_where_a_submitted_program_lies(files: dict[str, str], assess: Assess) -> None:
    assert assess(files).capabilities["training-code"].strength.name == "automated"


@pytest.mark.parametrize("files", ASTRAY.values(), ids=ASTRAY)
def test_what_a_submitted_program_is_not(files: dict[str, str], assess: Assess) -> None:
    assert assess(files).capabilities["training-code"].strength.name == "present"


def test_a_task_that_starts_itself_comes_to_an_end(assess: Assess) -> None:
    files = {
        "train.py": TRAIN,
        "Makefile": "fit:\n\tmake fit X=$(X)\n\tpython train.py\n",
        GITHUB: STEP + "make fit X=1\n",
    }
    assert assess(files).capabilities["training-code"].strength.name == "automated"


def test_a_wildcard_does_not_move_what_stands_beside_it(assess: Assess) -> None:
    files = {"train.py": TRAIN, "ci/b.yml": ".x: {script: [ls]}\n", GITLAB: "include: ['ci/*.yml', ci/c.yml]\n"}
    files["ci/c.yml"] = "a:\n  script: [python train.py]\n" + RULES
    assert assess(files).capabilities["training-code"].strength.name == "automated"
