"""CircleCI: a small configuration in, its workflows with their jobs and steps out."""

from __future__ import annotations

import pytest

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.readers.ci.circleci import read_circleci


def config(text: str) -> FileFacts:
    return read_circleci(".circleci/config.yml", text.encode())


def units(text: str) -> dict[str, Unit]:
    return {unit.id: unit for unit in config(text).units}


JOBS = "jobs:\n  test: {steps: [run: pytest]}\n  train: {steps: [run: python train.py]}\n"


# --- workflows -------------------------------------------------------------------------------------------------------


def test_jobs_of_a_workflow_in_their_order() -> None:
    found = units(
        JOBS + "workflows:\n  ci:\n    jobs:\n      - test\n      - hold: {type: approval, requires: [test]}\n"
        "      - train: {name: fit, requires: [hold], filters: {branches: {only: [main]}}}\n"
    )
    assert found["workflows/ci"].triggers == (Trigger("push", 5, "by convention"),)
    assert found["workflows/ci/hold"].approval
    fit = found["workflows/ci/fit"]
    assert (fit.parent, fit.line, fit.needs) == ("workflows/ci", 3, ("workflows/ci/hold",))
    assert fit.condition == "branches only main"
    assert found["workflows/ci/fit/0"].commands[0].argv == ("python", "train.py")


def test_a_job_that_no_workflow_runs_is_started_by_nothing() -> None:
    found = units(JOBS + "workflows:\n  version: 2\n  ci: {jobs: [test]}\n")
    assert (found["jobs/train"].parent, found["jobs/train"].triggers) == ("", ())
    assert "jobs/test" not in found


def test_without_workflows_the_job_build_runs_on_every_push() -> None:
    found = units("version: 2\njobs:\n  build: {steps: [run: make]}\n  other: {steps: [run: make]}\n")
    assert found["jobs/build"].triggers == (Trigger("push", 3, "by convention"),)
    assert found["jobs/other"].triggers == ()


def test_a_job_for_tags_alone_stands_beside_its_workflow() -> None:
    use = "{filters: {tags: {only: /v.*/}, branches: {ignore: /.*/}}}"
    found = units(JOBS + f"workflows: {{ci: {{jobs: [test, train: {use}]}}}}\n")
    job = found["workflows/ci/train"]
    assert (job.parent, job.triggers) == ("", (Trigger("tag", 4, "/v.*/"),))


def test_the_same_job_twice_has_two_ids() -> None:
    assert {"workflows/ci/test", "workflows/ci/test-2"} <= set(units(JOBS + "workflows: {ci: {jobs: [test, test]}}\n"))


@pytest.mark.parametrize(
    ("keys", "kinds"),
    [
        ("", ["push"]),
        ("triggers: [{schedule: {cron: 0 0 * * *, filters: {}}}], ", ["schedule"]),
        ("when: {equal: [scheduled_pipeline, << pipeline.trigger_source >>]}, ", ["schedule"]),
        ("when: {equal: [api, << pipeline.trigger_source >>]}, ", ["event"]),
        ("when: << pipeline.parameters.train >>, ", ["dispatch"]),
        ("when: << pipeline.parameters.on >>, ", ["push"]),
        ("unless: << pipeline.parameters.train >>, ", ["push"]),
    ],
)
def test_what_starts_a_workflow(keys: str, kinds: list[str]) -> None:
    parameters = "parameters: {train: {type: boolean, default: false}, 'on': {type: boolean, default: true}}\n"
    workflow = units(parameters + JOBS + f"workflows: {{w: {{{keys}jobs: [test]}}}}\n")["workflows/w"]
    assert [trigger.kind for trigger in workflow.triggers] == kinds


# --- steps -----------------------------------------------------------------------------------------------------------

STEPS = """\
orbs: {python: circleci/python@2.1}
executors:
  gpu: {machine: {image: linux}, resource_class: gpu.medium}
  py: {docker: [{image: "cimg/python:3.11"}, {image: postgres}]}
commands:
  go:
    parameters: {target: {type: string, default: all}}
    steps:
      - run: make << parameters.target >>
jobs:
  test:
    executor: py
    steps:
      - checkout
      - python/install-packages: {pkg-manager: pip}
      - go
      - go: {target: test}
      - run:
          name: Report
          command: |
            cd out
            ./report.sh
          working_directory: docs
          when: always
      - when: {condition: << pipeline.parameters.x >>, steps: [run: echo hi]}
  train: {executor: {name: gpu}, steps: [run: python train.py]}
workflows: {ci: {jobs: [test, train, python/test]}}
"""


def test_steps_with_the_configurations_own_commands_filled_in() -> None:
    steps = [unit for unit in config(STEPS).units if unit.parent == "workflows/ci/test"]
    assert [(step.line, step.says, [command.text for command in step.commands]) for step in steps] == [
        (14, "step checkout", []),
        (15, "step python/install-packages", []),
        (9, "step make all", ["make all"]),
        (9, "step make test", ["make test"]),
        (18, "step Report", ["cd out", "./report.sh"]),
        (25, "step echo hi", ["echo hi"]),
    ]
    report = steps[4]
    assert (report.directory, report.condition) == ("docs", "always")
    assert [(command.line, command.directory) for command in report.commands] == [(21, ""), (22, "out")]
    assert steps[5].condition == "when << pipeline.parameters.x >>"


def test_an_orb_is_named_as_it_is_used_and_as_it_is_declared() -> None:
    found = units(STEPS)
    assert found["workflows/ci/test/1"].uses == ("python/install-packages", "circleci/python@2.1")
    assert found["workflows/ci/test/1"].inputs == {"pkg-manager": "pip"}
    assert found["workflows/ci/python/test"].uses == ("python/test", "circleci/python@2.1")


def test_executors() -> None:
    facts = config(STEPS)
    assert [(resource.type, resource.line) for resource in facts.resources] == [
        ("image:cimg/python", 4),
        ("image:postgres", 4),
    ]
    assert isinstance(facts.resources[0], Resource)
    assert units(STEPS)["workflows/ci/train"].inputs == {"runs-on": "gpu.medium"}


@pytest.mark.parametrize(
    ("job", "directory"),
    [
        ("working_directory: ~/repo, steps: [checkout, run: a]", ""),
        ("working_directory: ~/project/ml, steps: [checkout: {path: ~/project}, run: a]", "ml"),
        ("steps: [checkout, run: {command: a, working_directory: ~/project/ml}]", "ml"),
        ("steps: [checkout, run: {command: a, working_directory: ./ml}]", "ml"),
    ],
)
def test_folders_are_relative_to_where_the_repository_is_checked_out(job: str, directory: str) -> None:
    assert units(f"jobs: {{build: {{{job}}}}}\n")["jobs/build/1"].directory == directory


def test_commands_that_call_each_other_for_ever_end() -> None:
    text = "commands:\n  a: {steps: [a, a, a, b]}\n  b: {steps: [a, a, run: x]}\njobs: {build: {steps: [a, b]}}\n"
    assert len(config(text).units) < 6000


def test_what_is_no_configuration_is_a_document_only() -> None:
    assert config("a: 1\n").units == config("").units == ()
