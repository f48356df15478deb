"""Azure Pipelines: a small pipeline or template in, its stages, jobs and steps out."""

from __future__ import annotations

import pytest

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.readers.ci.azure_pipelines import is_azure_pipeline, read_azure_pipelines


def pipeline(text: str, path: str = "ci/azure-pipelines.yml") -> FileFacts:
    return read_azure_pipelines(path, text.encode())


def units(text: str, path: str = "ci/azure-pipelines.yml") -> dict[str, Unit]:
    return {unit.id: unit for unit in pipeline(text, path).units}


def step(keys: str) -> Unit:
    return units(f"steps:\n- {keys}\n")["steps/0"]


# --- triggers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "triggers"),
    [
        ("pool: x", [Trigger("push", 1, "by convention")]),
        ("trigger: [main, dev]", [Trigger("push", 1, "branches main, dev")]),
        ("trigger: none", [Trigger("dispatch", 1, "trigger none")]),
        ("trigger:\n- none", [Trigger("dispatch", 1, "trigger none")]),
        (
            "trigger:\n  branches: {include: [main]}\n  paths: {include: [src]}",
            [Trigger("push", 1, "branches main; paths src")],
        ),
        ("trigger: {tags: {include: [v*]}}", [Trigger("tag", 1, "v*")]),
        (
            "trigger: none\npr: [main]",
            [Trigger("dispatch", 1, "trigger none"), Trigger("pull_request", 2, "branches main")],
        ),
        ("trigger: none\npr: none", [Trigger("dispatch", 1, "trigger none")]),
        (
            "trigger: [a]\nschedules:\n- cron: 0 0 * * *",
            [Trigger("push", 1, "branches a"), Trigger("schedule", 3, "0 0 * * *")],
        ),
        (
            "trigger: [a]\nresources:\n  pipelines:\n  - {pipeline: p, source: Up, trigger: true}\n  - {pipeline: q}",
            [Trigger("push", 1, "branches a"), Trigger("upstream", 4, "Up")],
        ),
        (
            "trigger: [a]\nresources:\n  repositories:\n  - {repository: data, trigger: [main]}",
            [Trigger("push", 1, "branches a"), Trigger("event", 4, "repository data")],
        ),
    ],
)
def test_triggers(text: str, triggers: list[Trigger]) -> None:
    assert list(units(f"{text}\nsteps: [{{script: a}}]\n")["pipeline"].triggers) == triggers


def test_a_template_has_no_trigger_and_the_usual_name_has_one() -> None:
    text = "parameters: [{name: x}]\nsteps: [{script: a}]\n"
    assert units(text, "templates/build.yml")["pipeline"].triggers == ()
    assert units("steps: [{script: a}]\n", "azure-pipelines.yml")["pipeline"].triggers == (
        Trigger("push", 1, "by convention"),
    )


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        ({"steps": [{"script": "a"}]}, True),
        ({"jobs": [{"${{ if x }}": []}]}, True),
        ({"stages": [{"template": "x.yml"}]}, True),
        ({"jobs": {"train": {"type": "command"}}}, False),
        ({"steps": [{"name": "image", "args": []}]}, False),
        ([1], False),
    ],
)
def test_how_a_pipeline_is_recognised(data: object, is_one: bool) -> None:
    assert is_azure_pipeline(data) is is_one


def test_what_is_no_pipeline_is_a_document_only() -> None:
    assert pipeline("jobs: {train: {type: command}}\n").units == ()


# --- stages and jobs -------------------------------------------------------------------------------------------------

STAGES = """\
pool: {vmImage: ubuntu-latest}
stages:
- stage: CI
  jobs:
  - job: Test
    container: python:3.11
    steps:
    - script: pytest
  - job: Lint
    dependsOn: Test
    condition: always()
    continueOnError: true
    pool: gpu-agents
- template: stages/train.yml
  parameters: {kind: full}
- stage: Deploy
  jobs:
  - deployment: Ship
    environment: {name: production}
    strategy:
      runOnce:
        deploy:
          steps:
          - script: deploy.sh
        on:
          failure:
            steps:
            - script: rollback.sh
- stage: Report
  dependsOn: [CI]
  condition: false
"""


def test_stages_follow_each_other_unless_they_say_otherwise() -> None:
    found = units(STAGES)
    assert {id: unit.needs for id, unit in found.items() if unit.kind == "stage"} == {
        "stages/CI": (),
        "stages/1": ("stages/CI",),
        "stages/Deploy": ("stages/1",),
        "stages/Report": ("stages/CI",),
    }
    assert found["stages/Report"].disabled


def test_jobs() -> None:
    found = units(STAGES)
    lint = found["stages/CI/Lint"]
    assert (lint.parent, lint.line, lint.condition, lint.allow_failure) == ("stages/CI", 9, "always()", True)
    assert (lint.needs, lint.runs_after, lint.inputs) == ((), RunsAfter.ANY, {"runs-on": "gpu-agents"})
    assert found["stages/CI/Test"].inputs == {"runs-on": "ubuntu-latest"}
    assert pipeline(STAGES).resources == (Resource("image:python", "python:3.11", 6, "stages/CI/Test"),)


def test_a_deployment_runs_the_steps_of_its_strategy() -> None:
    found = units(STAGES)
    assert found["stages/Deploy/Ship"].environment == "production"
    assert found["stages/Deploy/Ship/deploy/0"].commands[0].argv == ("deploy.sh",)
    assert found["stages/Deploy/Ship/failure/0"].runs_after is RunsAfter.FAILURE


def test_a_template_stands_in_its_place() -> None:
    template = units(STAGES)["stages/1"]
    assert (template.kind, template.uses, template.inputs) == ("stage", ("./ci/stages/train.yml",), {"kind": "full"})


@pytest.mark.parametrize(
    ("written", "uses"),
    [
        ("x.yml", ("./ci/x.yml",)),
        ("../x.yml@self", ("./x.yml",)),
        ("/a/x.yml", ("./a/x.yml",)),
        ("x.yml@templates", ("x.yml@templates",)),
        ("${{ parameters.x }}", ()),
    ],
)
def test_where_a_template_is(written: str, uses: tuple[str, ...]) -> None:
    assert step(f"template: {written}").uses == uses
    assert units(f"trigger: none\nextends: {{template: '{written}'}}\n")["pipeline"].uses == uses


def test_what_stands_under_an_expression_stands_in_its_place() -> None:
    text = """\
steps:
- ${{ if eq(parameters.full, true) }}:
  - script: a
  - ${{ each x in parameters.xs }}:
    - script: b
- script: c
jobs:
- ${{ if x }}:
  - job: Build
- ${{ else }}:
  - job: Build
"""
    found = units(text)
    assert [unit.commands[0].text for unit in found.values() if unit.commands] == ["a", "b", "c"]
    assert found["steps/0"].condition == "${{ if eq(parameters.full, true) }}"
    assert {"jobs/Build", "jobs/Build-2"} <= set(found)


# --- steps -----------------------------------------------------------------------------------------------------------


def test_a_script_goes_on_after_a_failure() -> None:
    found = step("bash: |\n    pip install .\n    pytest\n  workingDirectory: $(System.DefaultWorkingDirectory)/app")
    assert [(c.line, c.argv[0], c.allow_failure) for c in found.commands] == [(3, "pip", True), (4, "pytest", False)]
    assert found.directory == "app"


@pytest.mark.parametrize(
    "folder",
    ["x", "./x/", "$(Build.SourcesDirectory)/x", "$(Agent.BuildDirectory)/s/x", "$(Build.Repository.LocalPath)/x"],
)
def test_folders_are_relative_to_the_root(folder: str) -> None:
    assert step(f"script: make\n  workingDirectory: {folder}").directory == "x"


@pytest.mark.parametrize(
    ("keys", "uses", "argvs"),
    [
        ("task: Docker@2\n  inputs: {command: build}", ("Docker@2",), []),
        (
            "task: AzureCLI@2\n  inputs: {inlineScript: az ml job create}",
            ("AzureCLI@2",),
            [("az", "ml", "job", "create")],
        ),
        ("task: Bash@3\n  inputs: {targetType: inline, script: make}", ("Bash@3",), [("make",)]),
        ("task: Bash@3\n  inputs: {targetType: filePath, filePath: run.sh}", ("Bash@3", "./run.sh"), []),
        (
            "task: PythonScript@0\n  inputs: {scriptPath: $(Build.SourcesDirectory)/ml/train.py}",
            ("PythonScript@0", "./ml/train.py"),
            [("python", "ml/train.py")],
        ),
    ],
)
def test_tasks(keys: str, uses: tuple[str, ...], argvs: list[tuple[str, ...]]) -> None:
    found = step(keys)
    assert (found.uses, [command.argv for command in found.commands]) == (uses, argvs)


def test_a_variable_is_no_command() -> None:
    found = step("script: deploy --name $(MODEL_NAME) --build $(Build.BuildId) --at $(date)")
    assert [command.argv[0] for command in found.commands if command.line == 2] == ["date", "deploy"]


def test_a_container_that_the_file_names_is_told_once() -> None:
    text = """\
resources: {containers: [{container: tools, image: "org/tools:1"}]}
jobs: [{job: a, container: tools}, {job: b, container: "python:3"}]
"""
    assert [resource.type for resource in pipeline(text).resources] == ["image:org/tools", "image:python"]


def test_steps_with_a_keyword_of_their_own() -> None:
    assert (step("checkout: self").uses, step("checkout: self").says) == (("checkout",), "step checkout")


def test_a_program_in_python_is_kept_as_text() -> None:
    found = step("task: PythonScript@0\n  inputs: {scriptSource: inline, script: import x}")
    assert (found.inputs["python"], found.commands) == ("import x", ())


def test_whether_a_step_runs_and_matters() -> None:
    assert step("script: a\n  enabled: false").disabled
    assert step("script: a\n  continueOnError: true").allow_failure
    assert step("script: a\n  condition: succeededOrFailed()").condition == "succeededOrFailed()"
    assert step("task: ManualValidation@0").approval


def test_settings_that_extend_a_file_are_no_pipeline() -> None:
    assert not is_azure_pipeline({"extends": "../tsconfig.base.json", "include": ["src"]})
    assert is_azure_pipeline({"extends": {"template": "steps.yml"}})
