"""GitHub Actions: a small workflow in, its triggers, jobs and steps out."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.readers.ci.github import read_github_action, read_github_workflow


def workflow(text: str) -> FileFacts:
    return read_github_workflow(".github/workflows/w.yml", text.encode())


def unit(facts: FileFacts, id: str) -> Unit:
    (found,) = [one for one in facts.units if one.id == id]
    return found


def step(keys: str, job: str = "") -> Unit:
    """The first step of a job with these keys, written in flow style."""
    return unit(workflow(f"on: push\njobs:\n  j:\n    {job}\n    steps:\n      - {{{keys}}}\n"), "jobs/j/0")


# --- triggers --------------------------------------------------------------------------------------------------------

DAILY = Trigger("schedule", 3, "0 3 * * *")


@pytest.mark.parametrize(
    ("on", "triggers"),
    [
        ("on: push", [Trigger("push", 1)]),
        ('"on": push', [Trigger("push", 1)]),
        ("on: [push, pull_request]", [Trigger("push", 1), Trigger("pull_request", 1)]),
        ("on:\n  pull_request_target:\n  merge_group:", [Trigger("pull_request", 2), Trigger("pull_request", 3)]),
        ("on:\n  push:\n    branches: [main, dev]", [Trigger("push", 2, "branches main, dev")]),
        ("on:\n  push:\n    tags: ['v*']", [Trigger("tag", 2, "tags v*")]),
        ("on:\n  push:\n    tags: v*\n    paths: [src/**]", [Trigger("tag", 2, "tags v*; paths src/**")]),
        (
            "on:\n  push:\n    branches: main\n    tags: v*",
            [Trigger("push", 2, "branches main; tags v*"), Trigger("tag", 2, "branches main; tags v*")],
        ),
        ("on:\n  schedule:\n    - cron: '0 3 * * *'\n    - cron: '@x'", [DAILY, Trigger("schedule", 4, "@x")]),
        ("on:\n  release:\n    types: [published]", [Trigger("release", 2, "types published")]),
        (
            "on:\n  workflow_dispatch:\n    inputs: {x: {}}\n  workflow_call:",
            [Trigger("dispatch", 2), Trigger("call", 4)],
        ),
        (
            "on:\n  workflow_run:\n    workflows: [CI, Train]\n    types: [completed]",
            [Trigger("upstream", 3, "CI"), Trigger("upstream", 3, "Train")],
        ),
        (
            "on:\n  repository_dispatch:\n    types: [new-data]\n  issue_comment:",
            [Trigger("event", 2, "repository_dispatch types new-data"), Trigger("event", 4, "issue_comment")],
        ),
    ],
)
def test_triggers(on: str, triggers: list[Trigger]) -> None:
    assert list(unit(workflow(f"{on}\njobs: {{a: {{}}}}\n"), "workflow").triggers) == triggers


def test_a_workflow_is_called_by_its_name_or_its_file() -> None:
    named = unit(workflow("# c\nname: Train\non: push\njobs: {}\n"), "workflow")
    assert (named.says, named.line, named.inputs) == ("workflow Train", 2, {"name": "Train"})
    assert unit(workflow("on: push\njobs: {}\n"), "workflow").says == "workflow w.yml"


def test_what_is_no_workflow_is_a_document_only() -> None:
    facts = workflow("name: something else\n")
    assert facts.units == ()
    assert facts.documents[0].data == {"name": "something else"}


# --- jobs ------------------------------------------------------------------------------------------------------------

JOBS = """\
on: push
defaults:
  run:
    working-directory: ml
jobs:
  test:
    runs-on: ubuntu-latest
    services:
      db: {image: "postgres:16"}
    steps:
      - uses: actions/checkout@v4
      - name: Unit tests
        run: |
          pip install -e .
          pytest -q
  train:
    needs: test
    runs-on: [self-hosted, gpu]
    container: ghcr.io/org/train:1
    continue-on-error: true
    steps:
      - run: python train.py
        working-directory: ./ml/models/
  deploy:
    name: Ship it
    needs: [test, train]
    if: github.ref == 'refs/heads/main'
    environment: {name: production}
    uses: ./.github/workflows/deploy.yml
    with: {model: best}
  off:
    if: ${{ false }}
    steps: [{run: make}]
"""


def test_jobs_and_steps_in_their_order() -> None:
    assert [(one.id, one.kind, one.parent, one.line) for one in workflow(JOBS).units] == [
        ("workflow", "workflow", "", 1),
        ("jobs/test", "job", "workflow", 6),
        ("jobs/test/0", "step", "jobs/test", 11),
        ("jobs/test/1", "step", "jobs/test", 12),
        ("jobs/train", "job", "workflow", 16),
        ("jobs/train/0", "step", "jobs/train", 22),
        ("jobs/deploy", "job", "workflow", 24),
        ("jobs/off", "job", "workflow", 31),
        ("jobs/off/0", "step", "jobs/off", 33),
    ]


def test_commands_have_their_lines_and_folders() -> None:
    facts = workflow(JOBS)
    tests = unit(facts, "jobs/test/1")
    assert [(command.line, command.argv) for command in tests.commands] == [
        (14, ("pip", "install", "-e", ".")),
        (15, ("pytest", "-q")),
    ]
    assert (tests.says, tests.directory) == ("step Unit tests", "ml")
    assert unit(facts, "jobs/train/0").directory == "ml/models"


def test_what_a_job_says_of_itself() -> None:
    facts = workflow(JOBS)
    train, deploy = unit(facts, "jobs/train"), unit(facts, "jobs/deploy")
    assert (train.needs, train.allow_failure, train.inputs) == (("jobs/test",), True, {"runs-on": "self-hosted, gpu"})
    assert (deploy.says, deploy.needs, deploy.environment) == ("job Ship it", ("jobs/test", "jobs/train"), "production")
    assert (deploy.uses, deploy.inputs) == (("./.github/workflows/deploy.yml",), {"model": "best"})
    assert deploy.condition == "github.ref == 'refs/heads/main'"
    assert unit(facts, "jobs/off").disabled


def test_images_of_containers_and_services() -> None:
    assert workflow(JOBS).resources == (
        Resource("image:postgres", "db", 9, "jobs/test"),
        Resource("image:ghcr.io/org/train", "container", 19, "jobs/train"),
    )


# --- steps -----------------------------------------------------------------------------------------------------------


def test_an_action_keeps_its_version_and_its_inputs() -> None:
    found = step("uses: actions/setup-python@v5, with: {python-version: 3.10, cache: pip}")
    assert (found.uses, found.inputs) == (("actions/setup-python@v5",), {"python-version": "3.10", "cache": "pip"})


@pytest.mark.parametrize(
    ("keys", "allow_failure", "disabled"),
    [
        ("run: a, if: always()", False, False),
        ("run: a, if: failure()", False, False),
        ("run: a, continue-on-error: true", True, False),
        ("run: a, if: false", False, True),
        ("run: a, if: false && github.ref == 'x'", False, True),
        ("run: a, if: false || github.ref == 'x'", False, False),
    ],
)
def test_whether_a_step_runs_and_matters(keys: str, allow_failure: bool, disabled: bool) -> None:
    found = step(keys)
    assert (found.allow_failure, found.disabled) == (allow_failure, disabled)
    assert found.condition in keys


@pytest.mark.parametrize(
    ("keys", "first_matters"),
    [
        ('run: "a\\nb"', True),
        ('run: "a\\nb", shell: bash', True),
        ('run: "a\\nb", shell: "bash -el {0}"', True),
        ('run: "a\\nb", shell: "bash -l {0}"', False),
        ('run: "a\\nb", shell: cmd', False),
    ],
)
def test_a_shell_of_ones_own_may_go_on_after_a_failure(keys: str, first_matters: bool) -> None:
    first, last = step(keys).commands
    assert (not first.allow_failure, last.allow_failure) == (first_matters, False)


@pytest.mark.parametrize(
    ("shell", "key", "argvs"), [("python", "python", [("python", "-c", "import x")]), ("Rscript {0}", "Rscript", [])]
)
def test_a_program_in_another_language_is_kept_as_text(shell: str, key: str, argvs: list[tuple[str, ...]]) -> None:
    found = step(f'run: "import x", shell: "{shell}"')
    assert ([command.argv for command in found.commands], found.inputs) == (argvs, {key: "import x"})


@pytest.mark.parametrize("shell", ["micromamba-shell {0}", "pixi run bash -e {0}", "alpine.sh {0}"])
def test_a_shell_in_an_environment_is_a_shell(shell: str) -> None:
    assert [command.argv for command in step(f'run: "make a", shell: "{shell}"').commands] == [("make", "a")]


def test_a_step_stands_once_for_each_value_of_the_matrix_that_it_names() -> None:
    matrix = "strategy: {matrix: {python: ['3.11', '3.12'], include: [{service: api}, {service: worker}]}}"
    found = workflow(
        f"on: push\njobs:\n  j:\n    {matrix}\n    steps:\n"
        "      - {uses: actions/setup-python@v5, with: {python-version: '${{ matrix.python }}'}}\n"
        "      - run: docker build ${{ matrix.service }}\n"
        "        working-directory: services\n"
    )
    assert [unit.id for unit in found.units if unit.kind == "step"] == ["jobs/j/0", "jobs/j/1", "jobs/j/1.1"]
    assert [c.argv[-1] for unit in found.units for c in unit.commands] == ["api", "worker"]


def test_the_defaults_of_a_job_come_before_the_workflows() -> None:
    assert step("run: make", "defaults: {run: {working-directory: app, shell: python}}").directory == "app"


@pytest.mark.parametrize(
    ("written", "directory"),
    [("./a/../b/", "b"), (".", ""), ("${{ github.workspace }}/x", "x"), ("${{ inputs.where }}", "")],
)
def test_folders_are_relative_to_the_root_as_far_as_they_are_known(written: str, directory: str) -> None:
    assert step(f'run: make, working-directory: "{written}"').directory == directory


@pytest.mark.parametrize(
    ("around", "directory"), [("env: {WHERE: ./infra}", "infra"), ("env: {OTHER: ./infra}", "")], ids=["set", "unset"]
)
def test_a_folder_may_be_a_variable_of_the_environment(around: str, directory: str) -> None:
    assert step('run: make, working-directory: "${{ env.WHERE }}"', around).directory == directory


def test_a_checkout_into_a_folder_moves_the_root() -> None:
    text = """\
on: push
jobs:
  j:
    steps:
      - {uses: actions/checkout@v4, with: {path: tools, repository: org/tools}}
      - {uses: actions/checkout@v4, with: {path: src}}
      - {run: make, working-directory: src/ml}
"""
    assert unit(workflow(text), "jobs/j/2").directory == "ml"


@pytest.mark.parametrize(
    ("keys", "argv"),
    [
        ("uses: azure/CLI@v2, with: {inlineScript: az ml job create}", ("az", "ml", "job", "create")),
        ("uses: nick-fields/retry@v3, with: {command: make}", ("make",)),
        ("uses: appleboy/ssh-action@v1, with: {script: ./deploy.sh}", ("./deploy.sh",)),
    ],
)
def test_actions_that_run_a_shell_text(keys: str, argv: tuple[str, ...]) -> None:
    assert [command.argv for command in step(keys).commands] == [argv]


def test_a_script_that_is_no_shell_text_is_no_command() -> None:
    assert step("uses: actions/github-script@v7, with: {script: 'core.info(1)'}").commands == ()


# --- actions ---------------------------------------------------------------------------------------------------------


def test_a_composite_action() -> None:
    text = """\
name: Set up
inputs:
  version: {default: "3.11"}
runs:
  using: composite
  steps:
    - uses: actions/setup-python@v5
    - run: ${{ github.action_path }}/install.sh
      shell: bash
"""
    facts = read_github_action(".github/actions/setup/action.yml", text.encode())
    assert [(one.id, one.kind, one.parent, one.line) for one in facts.units] == [
        ("action", "action", "", 1),
        ("action/0", "step", "action", 7),
        ("action/1", "step", "action", 8),
    ]
    assert facts.units[0].inputs == {"version": "3.11"}
    assert facts.units[2].commands[0].argv == ("./.github/actions/setup/install.sh",)


@pytest.mark.parametrize(
    ("runs", "uses"),
    [
        ("{using: docker, image: Dockerfile}", ("./act/Dockerfile",)),
        ("{using: docker, image: 'docker://alpine:3'}", ("docker://alpine:3",)),
        ("{using: node20, main: dist/index.js}", ("./act/dist/index.js",)),
    ],
)
def test_an_action_that_is_a_program(runs: str, uses: tuple[str, ...]) -> None:
    facts = read_github_action("act/action.yml", f"name: a\nruns: {runs}\n".encode())
    assert facts.units[0].uses == uses


def test_a_step_runs_once_for_every_value_of_the_matrix_that_it_names() -> None:
    text = """
        on: push
        jobs:
          a:
            strategy:
              matrix:
                python: ["3.11", "3.12"]
                service: [api, worker]
                include:
                  - {service: ui, file: ui/Dockerfile}
            defaults: {run: {working-directory: "services/${{ matrix.service }}"}}
            steps:
              - run: pytest
              - run: echo ${{ matrix.python }} of ${{ runner.os }}
              - {uses: docker/build-push-action@v6, with: {file: "${{ matrix.file }}"}}
        """
    facts = read_github_workflow(".github/workflows/a.yml", dedent(text).encode())
    steps = [unit for unit in facts.units if unit.kind == "step"]
    assert [u.directory for u in steps if u.commands and u.commands[0].argv == ("pytest",)] == [
        "services/api",
        "services/worker",
        "services/ui",
    ]
    assert [u.inputs["file"] for u in steps if u.uses] == ["ui/Dockerfile"]


def test_what_a_matrix_does_not_write_out_stays_as_it_is() -> None:
    text = """
        on: push
        jobs:
          a:
            strategy: {matrix: "${{ fromJSON(needs.list.outputs.all) }}"}
            steps: [{run: "docker build ${{ matrix.folder }}"}]
        """
    facts = read_github_workflow(".github/workflows/a.yml", dedent(text).encode())
    assert facts.units[-1].commands[0].argv == ("docker", "build", "${{ matrix.folder }}")
