"""Compiled pipelines of Kubeflow and Vertex AI: the scripts that their tasks are given to run."""

from __future__ import annotations

import json

import pytest

from mlripe.readers import Unreadable, read
from mlripe.readers.formats.structured import read_structured
from mlripe.readers.infrastructure.terraform_templates import read_template


def scripts(parameter: object, **more: object) -> tuple[str, ...]:
    """What the only stage uses besides its image, where its script is given like that."""
    spec = {
        "pipelineInfo": {"name": "churn"},
        "components": {"comp": {"executorLabel": "exec"}},
        "deploymentSpec": {"executors": {"exec": {"container": {"image": "launcher:1", "command": ["launch"]}}}},
        "root": {
            "dag": {
                "tasks": {"fit": {"componentRef": {"name": "comp"}, "inputs": {"parameters": {"script": parameter}}}}
            },
            "inputDefinitions": {"parameters": {"own": {"defaultValue": "gs://code/usual.py"}}},
        },
    }
    facts = read("churn.json", json.dumps({"pipelineSpec": spec, **more}).encode())
    (stage,) = (unit for unit in facts.units if unit.kind == "stage")
    return stage.uses[1:]


@pytest.mark.parametrize(
    ("parameter", "found"),
    [
        ({"runtimeValue": {"constant": "gs://code/fit.py"}}, ("gs://code/fit.py",)),
        ({"runtimeValue": {"constantValue": {"stringValue": "s3://code/fit.py"}}}, ("s3://code/fit.py",)),
        ({"componentInputParameter": "own"}, ("gs://code/usual.py",)),
        ({"componentInputParameter": "pipelineparam--own"}, ("gs://code/usual.py",)),
        ({"componentInputParameter": "other"}, ()),
        ({"runtimeValue": {"constant": "gs://code/rows.csv"}}, ()),
        ({"runtimeValue": {"constant": "fit.py"}}, ()),
        ({"runtimeValue": {"constant": "gs://" + "a" * 500 + ".py"}}, ()),
    ],
)
def test_a_task_runs_the_script_that_it_is_given(parameter: object, found: tuple[str, ...]) -> None:
    assert scripts(parameter) == found


@pytest.mark.parametrize(
    "given",
    [{"parameterValues": {"own": "gs://code/new.py"}}, {"parameters": {"own": {"stringValue": "gs://code/new.py"}}}],
)
def test_what_a_run_gives_replaces_what_is_given_by_default(given: object) -> None:
    assert scripts({"componentInputParameter": "own"}, runtimeConfig=given) == ("gs://code/new.py",)


def test_tasks_of_a_component_belong_to_the_task_that_asks_for_it() -> None:
    """What stands behind a condition is written as a component of its own."""
    behind = {"fit": {"componentRef": {"name": "comp-fit"}}}
    whole = {
        "judge": {"componentRef": {"name": "comp-judge"}},
        "condition-1": {"componentRef": {"name": "comp-1"}, "triggerPolicy": {"condition": "x > 1"}},
    }
    components = {
        "comp-1": {"dag": {"tasks": behind}},
        "comp-fit": {"executorLabel": "a"},
        "comp-2": {"dag": {"tasks": {}}},
    }
    spec = {"pipelineInfo": {"name": "churn"}, "components": components, "root": {"dag": {"tasks": whole}}}
    facts = read("churn.json", json.dumps(spec).encode())
    assert {unit.id: unit.parent for unit in facts.units if unit.kind == "stage"} == {
        "pipeline/churn/judge": "pipeline/churn",
        "pipeline/churn/condition-1": "pipeline/churn",
        "pipeline/churn/condition-1/fit": "pipeline/churn/condition-1",
    }


def test_components_that_ask_for_each_other_are_read_once() -> None:
    tasks = {"again": {"componentRef": {"name": "comp"}}}
    spec = {"components": {"comp": {"dag": {"tasks": tasks}}}, "root": {"dag": {"tasks": tasks}}}
    facts = read("churn.json", json.dumps(spec).encode())
    assert [unit.id for unit in facts.units] == [
        "pipeline/pipeline",
        "pipeline/pipeline/again",
        "pipeline/pipeline/again/again",
    ]


JUDGED = """{
  "Version": "2020-12-01",
  "Steps": [
    {"Name": "Prepare", "Type": "Processing", "Arguments": {"ProcessingInputs": [
      {"S3Input": {"S3Uri": {"Get": "Parameters.Rows"}}},
      {"S3Input": {"S3Uri": "s3://${bucket}/churn/prepare/rows.py"}}]}},
    {"Name": "Fit", "Type": "Training", "Arguments": {
      "InputData": {"Get": "Steps.Prepare.Outputs['rows']"},
      "HyperParameters": {"sagemaker_program": "\\"fit.py\\"", "sagemaker_submit_directory": "s3://${bucket}/churn/fit/code.tar.gz"}}},
    {"Name": "Judge", "Type": "Condition", "DependsOn": ["Fit"], "Arguments": {
      "IfSteps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": {"Model": {"Get": "Steps.Fit.Model"}}}],
      "ElseSteps": [{"Name": "Stop", "Type": "Fail", "Arguments": {}}]}}
  ]
}
"""


def test_steps_of_a_condition_belong_to_it() -> None:
    facts = read_structured("pipeline.json", JUDGED.encode())
    units = {unit.id: unit for unit in facts.units}
    assert list(units) == [
        "pipeline",
        "pipeline/Prepare",
        "pipeline/Fit",
        "pipeline/Judge",
        "pipeline/Judge/Register",
        "pipeline/Judge/Stop",
    ]
    assert units["pipeline/Prepare"].uses == ("s3://${bucket}/churn/prepare/rows.py",)
    assert units["pipeline/Fit"].uses == ("s3://${bucket}/churn/fit/fit.py",)
    assert units["pipeline/Fit"].needs == ("pipeline/Prepare",)
    assert units["pipeline/Judge/Register"].needs == ("pipeline/Fit",)
    assert units["pipeline/Judge/Register"].parent == "pipeline/Judge"


def test_a_template_of_terraform_is_read_as_what_it_gives() -> None:
    text = JUDGED.replace('{"Get": "Parameters.Rows"}', "${rows}").replace(
        '"Steps": [', '%{ if fits }"Steps": [%{ endif }'
    )
    facts = read_template("pipeline.json.tftpl", text.encode())
    assert [unit.id for unit in facts.units] == [
        unit.id for unit in read_structured("pipeline.json", JUDGED.encode()).units
    ]
    assert facts.units[1].line == 4
    with pytest.raises(Unreadable):
        read_template("pipeline.json.tftpl", b"{ ${")
