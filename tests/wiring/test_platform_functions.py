"""Functions that a platform calls, as programs that set it up say it: handlers, code as a text, names in variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

FIT = "from sklearn.svm import SVC\ndef run(event, context):\n    SVC().fit(rows, labels)\n"
HEAD = (
    "from aws_cdk import Stack, aws_events, aws_lambda, aws_s3\nclass Training(Stack):\n"
    "    def __init__(self, scope, id):\n"
)
RULE = "        aws_events.Rule(self, 'night', schedule=aws_events.Schedule.rate(day), targets=[fit])\n"
TEXT = (
    "        with open('fit.py') as file:\n            code = file.read()\n"
    "        fit = aws_lambda.Function(self, 'fit', code=aws_lambda.InlineCode(code), handler='index.{}')\n"
)
IMAGE = "        fit = aws_lambda.EcrImageCode.from_asset_image(directory='.', cmd=['fit.{}'])\n"
PIPELINE = (
    "from sagemaker.workflow.pipeline import Pipeline\nfrom sagemaker.workflow.steps import TrainingStep\n"
    "def make(name):\n    return Pipeline(name='{}', steps=[TrainingStep(name='fit', estimator=e)])\n"
)
START = "import boto3\ndef run(event, context):\n    name = '{}'\n    boto3.client('sagemaker').start_pipeline_execution(PipelineName=name)\n"

AUTOMATED = {
    "the code as a text": {"stack.py": HEAD + TEXT.format("run") + RULE, "fit.py": FIT},
    "a command of an image": {"stack.py": HEAD + IMAGE.format("run") + RULE, "fit.py": FIT},
    "new objects of a bucket": {
        "stack.py": HEAD + TEXT.format("run") + "        aws_s3.Bucket(self, 'a').add_object_created_notification(fit)\n",
        "fit.py": FIT,
    },
    "a pipeline whose name stands in a variable": {
        "stack.py": HEAD + TEXT.format("run") + RULE, "fit.py": START.format("churn"),
        "one.py": PIPELINE.format("churn"), "two.py": PIPELINE.format("other"),
    },
    "a compiled pipeline that is submitted": {
        ".github/workflows/a.yml": "on: {schedule: [{cron: '0 1 * * *'}]}\njobs:\n  a:\n    steps: [{run: python send.py}]\n",
        "send.py": "from google.cloud import aiplatform\naiplatform.PipelineJob(template_path=uri).submit()\n",
        "p.json": '{"pipelineInfo": {"name": "p"}, "root": {"dag": {"tasks": {"fit": {"componentRef": {"name": "c"}}}}},'
        ' "components": {"c": {"executorLabel": "e"}}, "deploymentSpec": {"executors": {"e": {"container":'
        ' {"image": "i", "command": ["python", "fit.py"]}}}}}',
        "fit.py": FIT + "run(1, 2)\n",
    },
    "a command that a workflow of elsewhere is given": {
        ".github/workflows/a.yml": "on: {schedule: [{cron: '0 1 * * *'}]}\njobs:\n  a:\n"
        "    uses: acme/ci/.github/workflows/run.yml@v1\n    with: {run: python fit.py}\n",
        "fit.py": FIT + "run(1, 2)\n",
    },
}  # fmt: skip
NOT = {
    "another function of the text": {"stack.py": HEAD + TEXT.format("other") + RULE, "fit.py": FIT},
    "another function of the image": {"stack.py": HEAD + IMAGE.format("other") + RULE, "fit.py": FIT},
    "a name that is set twice": {
        "stack.py": HEAD + TEXT.format("run") + RULE,
        "fit.py": START.format("churn").replace("    boto3", "    name = event['name']\n    boto3"),
        "one.py": PIPELINE.format("churn"), "two.py": PIPELINE.format("other"),
    },
    "an input that is no command": {
        ".github/workflows/a.yml": "on: {schedule: [{cron: '0 1 * * *'}]}\njobs:\n  a:\n"
        "    uses: acme/ci/.github/workflows/run.yml@v1\n    with: {title: python fit.py}\n",
        "fit.py": FIT + "run(1, 2)\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("files", AUTOMATED.values(), ids=AUTOMATED)
def test_what_a_platform_calls_is_started(files: dict[str, str], assess: Assess) -> None:
    assert assess(files).capabilities["training-code"].strength.name == "automated"
    assert assess(files).capabilities["continuous-training"].strength.name == "automated"


@pytest.mark.parametrize("files", NOT.values(), ids=NOT)
def test_what_it_does_not_call_recurs_by_nothing(files: dict[str, str], assess: Assess) -> None:
    assert assess(files).capabilities["continuous-training"].strength.name in ("none", "present")
