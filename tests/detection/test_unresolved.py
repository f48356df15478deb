"""What mlripe could not follow: each kind is told at its place, and nothing is told of what is followed or runs nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mlripe import auditing
from mlripe.assessment import Assessment
from mlripe.evidence import Unresolved
from mlripe.kinds import UnresolvedKind as Kind
from mlripe.read_fault import ReadFault
from mlripe.snapshot.base import MISSING
from mlripe.snapshot.memory import MemorySnapshot

Assess = Callable[[Mapping[str, str | bytes]], Assessment]

TRAIN = "from sklearn.svm import SVC\n\n\ndef fit():\n    return SVC().fit([[1]], [1])\n\n\nif __name__ == '__main__':\n    fit()\n"
WORKFLOW = ".github/workflows/ci.yml"


def workflow(*steps: str, on: str = "push") -> str:
    """A workflow of one job with these steps."""
    body = "".join(f"      - {step}\n" for step in steps)
    return f"on: {on}\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n{body}"


def met(assessment: Assessment) -> dict[tuple[Kind, str], Unresolved]:
    """The places by kind and name."""
    return {(each.kind, each.name): each for each in assessment.unresolved}


# --- each kind -------------------------------------------------------------------------------------------------------

AIRFLOW = """\
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from jobs.fit import fit

with DAG("fit", schedule="@daily") as dag:
    PythonOperator(task_id="fit", python_callable=fit)
    BashOperator(task_id="report", bash_command=COMMAND)
"""
TRACKED = "import mlflow\n" + TRAIN.replace("    return", "    mlflow.log_metric('auc', 1)\n    return")
KINDS: dict[str, tuple[Mapping[str, str], Kind, str, str, int]] = {
    "a program that nobody knows": (
        {WORKFLOW: workflow("run: trainomatic --fast")}, Kind.UNKNOWN_PROGRAM, "trainomatic", WORKFLOW, 6,
    ),
    "a module that is not here": (
        {WORKFLOW: workflow("run: python -m acme_training.run")},
        Kind.UNKNOWN_PROGRAM, "python -m acme_training.run", WORKFLOW, 6,
    ),
    "a script that a value names": (
        {WORKFLOW: workflow("run: python jobs/$SCRIPT.py")}, Kind.UNKNOWN_VALUE, "python jobs/$SCRIPT.py", WORKFLOW, 6,
    ),
    "a script that is not here": (
        {WORKFLOW: workflow("run: python fit.py")}, Kind.ABSENT_FILE, "python fit.py", WORKFLOW, 6,
    ),
    "a target that nothing defines": (
        {WORKFLOW: workflow("run: make fit"), "Makefile": "test:\n\tpytest\n"},
        Kind.ABSENT_TARGET, "make fit", WORKFLOW, 6,
    ),
    "a workflow of others": (
        {WORKFLOW: "on: push\njobs:\n  ship:\n    uses: acme/flows/.github/workflows/ship.yml@v1\n"},
        Kind.OUTSIDE_DEFINITION, "acme/flows/.github/workflows/ship.yml", WORKFLOW, 3,
    ),
    "a template of another repository": (
        {"azure-pipelines.yml": "trigger: [main]\nsteps:\n  - template: steps/fit.yml@shared\n"},
        Kind.OUTSIDE_DEFINITION, "steps/fit.yml", "azure-pipelines.yml", 3,
    ),
    "an action of others": (
        {WORKFLOW: workflow("uses: acme/deploy-anything@v3")}, Kind.OUTSIDE_STEP, "acme/deploy-anything", WORKFLOW, 6,
    ),
    "an image of others": (
        {"compose.yaml": "services:\n  api:\n    image: registry.acme.example/churn/api:3\n"},
        Kind.OUTSIDE_IMAGE, "registry.acme.example/churn/api", "compose.yaml", 2,
    ),
    "a base of another repository": (
        {"kustomization.yaml": "resources:\n  - github.com/acme/platform/base?ref=v1\n"},
        Kind.OUTSIDE_DEFINITION, "github.com/acme/platform/base?ref=v1", "kustomization.yaml", 1,
    ),
    "a service of CI without a reader": (
        {".bitrise.yml": "", "bitrise.yml": "workflows:\n  train:\n    steps: []\n"},
        Kind.UNREAD_DEFINITION, "Bitrise", "bitrise.yml", 0,
    ),
    "a workflow that does not parse": (
        {WORKFLOW: "on: push\njobs: [\n"}, Kind.BROKEN_DEFINITION, WORKFLOW, WORKFLOW, 3,
    ),
    "a callable that is not found": (
        {"dags/fit.py": AIRFLOW, "jobs/__init__.py": "", "jobs/report.py": "x = 1\n"},
        Kind.ABSENT_FILE, "jobs.fit", "dags/fit.py", 4,
    ),
    "a command of an operator that is not written out": (
        {"dags/fit.py": AIRFLOW, "jobs/fit.py": TRAIN},
        Kind.UNKNOWN_VALUE, "bash_command of airflow.operators.bash.BashOperator", "dags/fit.py", 8,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_told_at_its_place(name: str, assess: Assess) -> None:
    files, kind, stop, path, line = KINDS[name]
    found = met(assess({"train.py": TRAIN, **files}))
    assert (kind, stop) in found, sorted(found)
    place = found[kind, stop]
    assert (place.path, place.line) == (path, line)
    assert place.says.endswith(kind.says)


def test_a_file_that_is_set_aside_and_started_is_told(assess: Assess) -> None:
    files = {WORKFLOW: workflow("run: python third_party/acme/train.py"), "third_party/acme/train.py": TRAIN}
    assert (Kind.SET_ASIDE, "third_party/acme/train.py") in {(e.kind, e.path) for e in assess(files).unresolved}


def test_a_content_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = MemorySnapshot({"train.py": TRAIN})
    snapshot.read_faults = (ReadFault("jobs/train.sh", MISSING),)
    monkeypatch.setattr(auditing, "open_snapshot", lambda *asked: snapshot)
    assert (Kind.MISSING_CONTENT, "jobs/train.sh") in {(e.kind, e.path) for e in auditing.audit().unresolved}


# --- what is no such place -------------------------------------------------------------------------------------------

QUIET: dict[str, Mapping[str, str]] = {
    "what is followed": {
        WORKFLOW: workflow("run: python train.py", "run: make test"),
        "Makefile": "test:\n\tpytest\n",
        "tests/test_train.py": "def test_one():\n    assert 1\n",
    },
    "programs that run nothing of the repository": {
        WORKFLOW: workflow(
            "run: pip install -r requirements.txt && ruff check . && echo done", "uses: actions/checkout@v4"
        )
    },
    "a value that is written out": {
        WORKFLOW: "on: push\nenv:\n  SCRIPT: train\njobs:\n  one:\n    runs-on: u\n    steps:\n      - run: python $SCRIPT.py\n"
    },
    "sources of others that an image builds": {
        "Dockerfile": "FROM debian\nRUN git clone https://example.org/a.git && cd a && ./configure && make install\n"
        'RUN /opt/setup/install.sh\nCMD ["python", "train.py"]\nCOPY train.py .\n'
    },
    "words for an image's own entry point": {
        "compose.yaml": "services:\n  web:\n    image: apache/airflow:2\n    command: webserver\n"
        "  metrics:\n    image: prom/prometheus\n    command: --config.file=/etc/prometheus.yml\n"
    },
    "PowerShell's own words": {
        WORKFLOW: workflow(
            "shell: pwsh\n        run: |\n          $a = Get-Date\n          if ($a) { Write-Host $a }\n          python train.py"
        )
    },
    "variables that look like commands": {
        "azure-pipelines.yml": "trigger: [main]\nsteps:\n  - script: az group delete -n $(ml-rg) --tag $(train.group) $(region)\n"
    },
    "functions of make": {
        "Makefile": "ship:\n\t@:$(call check_defined, APP, the name (of it))\n\t$(error no $(notdir $(X)))\n\tpython train.py\n"
    },
    "what another command writes": {
        WORKFLOW: workflow("run: kubectl create secret generic a --dry-run=client -o yaml | kubectl apply -f -")
    },
    "containers that are stopped": {
        WORKFLOW: workflow("run: docker compose -f ci.yaml down"),
        "ci.yaml": "services: {}\n",
    },
    "an input that names a rule's script": {
        "Snakefile": 'rule fit:\n    input:\n        script = join(DIR, "train.py"),\n    shell:\n        "python {input.script}"\n'
    },
    "a task that its name leads to": {
        "run.yaml": "apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata: {name: nightly}\nspec:\n  pipelineRef: {name: fit}\n",
        "fit.yaml": "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: fit}\nspec:\n  tasks:\n"
        "    - name: fit\n      taskRef: {name: train}\n",
        "train.yaml": "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: train}\nspec:\n  steps:\n"
        "    - name: train\n      image: python:3.12\n      script: python train.py --out $(results.model.path)\n",
    },
}


@pytest.mark.parametrize("name", QUIET)
def test_nothing_is_told_of(name: str, assess: Assess) -> None:
    assert [(each.kind, each.name) for each in assess({"train.py": TRAIN, **QUIET[name]}).unresolved] == []


# --- what it could hide ----------------------------------------------------------------------------------------------


def hidden(assessment: Assessment) -> set[str]:
    return {name for each in assessment.unresolved for name in each.could_hide}


def test_what_a_start_is_called_speaks_for_what_it_could_hide(assess: Assess) -> None:
    told = hidden(assess({"train.py": TRAIN, WORKFLOW: workflow("run: acmectl deploy churn")}))
    assert "deployment-automation" in told
    assert "training-code" not in told


def test_a_start_that_says_nothing_hides_nothing(assess: Assess) -> None:
    assessment = assess({"train.py": TRAIN, WORKFLOW: workflow("run: acmectl up")})
    assert assessment.unresolved
    assert hidden(assessment) == set()
    assert all(model.if_followed == model.level for model in assessment.models.values())


def test_what_nothing_counts_of_hides_nothing(assess: Assess) -> None:
    """Whoever starts a task by hand does not train by automation, however it is called."""
    assert hidden(assess({"train.py": TRAIN, "Makefile": "train:\n\tacmetrain\n"})) == set()


def test_a_value_may_mean_each_file_of_its_pattern_and_what_lies_beside(assess: Assess) -> None:
    files = {"jobs/a.py": TRACKED, "tools/b.py": "import pandera\n\npandera.DataFrameSchema({}).validate(1)\n"}
    told = hidden(assess({**files, WORKFLOW: workflow("run: python jobs/$JOB.py")}))
    assert {"training-code", "experiment-tracking"} <= told
    assert "data-validation" not in told


def test_the_level_is_told_that_could_be(assess: Assess) -> None:
    azure = assess({"jobs/fit.py": TRACKED, WORKFLOW: workflow("run: python $DIR/fit.py")}).models["azure"]
    assert (azure.level, azure.if_followed, azure.reachable) == (0, 2, 2)


def test_an_unread_definition_hides_what_its_text_names(assess: Assess) -> None:
    files = {"fit.py": TRAIN, "bitrise.yml": "workflows:\n  nightly:\n    steps:\n      - script: python fit.py\n"}
    assert "training-code" in hidden(assess(files))


def test_the_development_command_ranks_them(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from mlripe.dev.__main__ import main

    for name in ("one", "two"):
        (tmp_path / name / ".github/workflows").mkdir(parents=True)
        (tmp_path / name / "train.py").write_text(TRAIN)
        (tmp_path / name / WORKFLOW).write_text(workflow("run: trainomatic --fast", "run: python train.py"))
    folders = [str(tmp_path / "one"), str(tmp_path / "two"), str(tmp_path / "absent")]
    text = CliRunner().invoke(main, ["unresolved", *folders]).output
    assert "2 repositories audited, 1 not" in text
    assert "in CI, pipeline and deployment files: 2 of 4 starts not followed (50.0%)" in text
    assert "2 repositories     2 places  unknown-program: trainomatic" in text
    data = json.loads(CliRunner().invoke(main, ["unresolved", "--format", "json", *folders]).output)
    assert data["starts"]["ci"] == {"all": 4, "unresolved": 2}
    assert data["ranked"][0]["first"] == f"one:{WORKFLOW}:6"
