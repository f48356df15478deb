"""Files of CI services that are read by a table of where things stand."""

from __future__ import annotations

import pytest

from mlripe.catalog.tool_schema import CiLayout
from mlripe.facts import FileFacts
from mlripe.readers import read
from mlripe.readers.ci.layouts import read_by_layout


def ran(facts: FileFacts) -> dict[str, list[str]]:
    return {unit.id: [command.text for command in unit.commands] for unit in facts.units if unit.kind != "workflow"}


def test_scripts_before_and_variables_may_stand_in_what_a_job_is_part_of() -> None:
    facts = read(
        ".semaphore/semaphore.yml",
        b"""
global_job_config: {prologue: {commands: [pip install -r requirements.txt]}}
blocks:
  - name: Train
    task:
      env_vars: [{name: DATA, value: s3://rows}]
      jobs:
        - name: train
          commands:
            - cd src
            - python train.py
""",
    )
    (job,) = (unit for unit in facts.units if unit.kind == "job")
    assert [command.text for command in job.commands] == [
        "pip install -r requirements.txt",
        "cd src",
        "python train.py",
    ]
    assert job.commands[2].directory == "src"
    assert job.variables == {"DATA": ("s3://rows",)}


def test_each_named_step_is_a_step_and_a_list_of_texts_is_one() -> None:
    facts = read("screwdriver.yaml", b"jobs:\n  main:\n    steps:\n      - test: pytest\n      - ship: make ship\n")
    assert ran(facts) == {"jobs/main": [], "jobs/main/0": ["pytest"], "jobs/main/1": ["make ship"]}


@pytest.mark.parametrize(
    ("condition", "scheduled"),
    [("$CIRRUS_CRON == 'nightly'", True), ("$CIRRUS_BRANCH == 'main'", False)],
)
def test_a_condition_that_asks_for_a_cron_is_a_schedule(condition: str, scheduled: bool) -> None:
    facts = read(".cirrus.yml", f"train_task:\n  only_if: {condition}\n  train_script: python train.py\n".encode())
    (job,) = (unit for unit in facts.units if unit.kind == "job")
    assert [trigger.kind for trigger in job.triggers] == ["schedule"] * scheduled
    assert job.condition == condition


def test_words_are_the_container_s_command_and_arguments_or_lists_of_lists() -> None:
    text = b"periodics:\n  - name: nightly\n    spec: {containers: [{image: x, command: [python], args: [train.py]}]}\n"
    facts = read(".prow.yaml", text)
    assert ran(facts) == {"jobs/nightly": ["python train.py"]}
    assert [trigger.kind for unit in facts.units for trigger in unit.triggers] == ["schedule"]
    facts = read(".taskcluster.yml", b"tasks:\n  - payload: {command: [[python, a.py], [bash, -c, python b.py]]}\n")
    assert ran(facts) == {"jobs/payload": [], "jobs/payload/0": ["python a.py"], "jobs/payload/1": ["python b.py"]}


def test_jobs_wait_for_those_that_they_name() -> None:
    text = b"test_task: {a_script: pytest}\nlint_task: {a_script: ruff}\nship_task: {depends_on: [test], a_script: x}\n"
    needs = {unit.id: unit.needs for unit in read(".cirrus.yml", text).units if unit.kind == "job"}
    assert needs == {"jobs/test_task": (), "jobs/lint_task": (), "jobs/ship_task": ("jobs/test_task",)}


@pytest.mark.parametrize(
    "content", [b"", b"- a\n", b"jobs: x\n", b"jobs: {a: }\n", b"jobs: [[[]]]\n", b"jobs: {a: {steps: 1}}\n"]
)
def test_what_is_written_otherwise_has_no_jobs(content: bytes) -> None:
    facts = read_by_layout(content, (CiLayout(jobs="jobs.**", commands=("steps",)),))
    assert all(command.text == "1" for unit in facts.units for command in unit.commands)


def test_a_concourse_job_is_started_by_the_resources_that_trigger_it() -> None:
    facts = read(
        "ci/pipeline.yml",
        b"""
resources: [{name: nightly, type: time}, {name: code, type: git}]
jobs:
  - name: train
    plan:
      - in_parallel: [{get: nightly, trigger: true}, {get: code}]
      - task: train
        config:
          platform: linux
          inputs: [{name: code}]
          run: {path: code/ci/train.sh, args: [--all]}
  - name: report
    plan:
      - {get: code, passed: [train], trigger: true}
      - {task: report, file: code/ci/report.yml}
""",
    )
    units = {unit.id: unit for unit in facts.units}
    assert [trigger.kind for trigger in units["jobs/train"].triggers] == ["schedule"]
    assert [trigger.kind for trigger in units["jobs/report"].triggers] == ["push"]
    assert units["jobs/report"].needs == ("jobs/train",)
    assert units["jobs/train/0"].commands[0].argv == ("ci/train.sh", "--all")
    assert units["jobs/report/0"].uses == ("./ci/report.yml",)
    assert facts.ci_service == "concourse"


def test_a_concourse_task_runs_what_its_file_says() -> None:
    task = b"platform: linux\ninputs: [{name: code}]\nrun: {path: sh, args: [-c, python train.py]}\n"
    assert ran(read("concourse/train.yml", task)) == {"task": ["python train.py"]}


def test_teamcity_runs_scripts_and_python_files() -> None:
    facts = read(
        ".teamcity/settings.kts",
        b'''
object Train : BuildType({
    name = "Train"
    steps {
        script { workingDir = "ml"
                 scriptContent = """
                   pip install .
                   python train.py
                 """ }
        python { command = file { filename = "evaluate.py"; scriptArguments = "--all" } }
    }
    triggers { schedule { schedulingPolicy = daily { hour = 3 } } }
})
object Off : BuildType({
    triggers { vcs { enabled = false } }
})
''',
    )
    units = {unit.id: unit for unit in facts.units}
    assert [trigger.kind for trigger in units["builds/Train"].triggers] == ["schedule"]
    assert [(c.text, c.directory) for c in units["builds/Train/0"].commands] == [
        ("pip install .", "ml"),
        ("python train.py", "ml"),
    ]
    assert units["builds/Train/1"].commands[0].argv == ("python", "evaluate.py", "--all")
    assert units["builds/Off"].triggers == ()
