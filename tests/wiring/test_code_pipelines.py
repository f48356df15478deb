"""What the steps of AWS CodePipeline lead to: build files wherever their source lies, stacks by their names."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from mlripe.evidence import Strength

if TYPE_CHECKING:
    from tests.conftest import Assess

TRAIN = "import joblib\nfrom sklearn.svm import SVC\njoblib.dump(SVC().fit(x, y), 'm')\n"
SPEC = "version: 0.2\nphases:\n  build:\n    commands: [python %s]\n"
PIPELINE = """
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source: {Type: CODEPIPELINE, BuildSpec: buildspec.yml}
  Delivery:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Git
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: '1'}
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}
              Configuration: {ProjectName: !Ref Build}
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: '1'}
              Configuration: {TemplatePath: "Built::churn-prod.template.json"}
"""
APP = """
import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch, aws_sagemaker as sagemaker
class EndpointStack(cdk.Stack):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        sagemaker.CfnEndpoint(self, "Endpoint", endpoint_config_name="churn")
        cloudwatch.CfnAlarm(self, "Slow", metric_name="ModelLatency", namespace="AWS/SageMaker", threshold=2000)
def make(app, stage):
    EndpointStack(app, NAME)
app = cdk.App()
make(app, "prod")
"""


SOURCE = (
    "actions.CodeCommitSourceAction(action_name='s', repository=self.repository, output=cp.Artifact(), branch='main')"
)
DELIVERY = """
import aws_cdk as cdk
from aws_cdk import aws_codepipeline as cp, aws_codepipeline_actions as actions, aws_events as events
class Delivery(cdk.Stack):
    def __init__(self, scope, id):
        built = cp.Artifact()
        pipeline = cp.Pipeline(self, "Delivery")
        pipeline.add_stage(stage_name="s", actions=[SOURCE])
        deploys = actions.CloudFormationCreateUpdateStackAction(
            action_name="d", template_path=built.at_path("churn-prod.template.json")
        )
        pipeline.add_stage(stage_name="d", actions=[deploys])
        rule = events.Rule(self, "Nightly", schedule=events.Schedule.expression("rate(1 day)"))
        self.start(rule, "arn:aws:sagemaker:eu-west-1:1:pipeline/churn")
Delivery(cdk.App(), "Delivery")
"""


@pytest.mark.parametrize(
    ("files", "strength"),
    [
        ({"buildspec.yml": SPEC % "train.py"}, Strength.automated),
        ({"infra/pipeline.yml": PIPELINE, "infra/buildspec.yml": SPEC % "train.py"}, Strength.automated),
        ({"seed/build/buildspec.yml": SPEC % "train.py"}, Strength.automated),
        ({"buildspec.yml": SPEC % "other.py", "seed/buildspec.yml": SPEC % "train.py"}, Strength.present),
    ],
    ids=["at the root", "beside the template", "in a folder that a repository begins with", "another one at the root"],
)
def test_a_build_file_is_looked_for_where_its_source_may_lie(
    files: dict[str, str], strength: Strength, assess: Assess
) -> None:
    described = {} if "infra/pipeline.yml" in files else {"pipeline.yml": PIPELINE}
    # a build file that nothing names is run by whoever submits it, which raises no monitoring
    found = assess({**described, **files, "train.py": TRAIN, "other.py": "print(1)\n"}).capabilities["training-code"]
    pushed = [row for row in found.evidence if row.chain and row.chain[0].says.startswith("push")]
    assert bool(pushed) == (strength is Strength.automated)


@pytest.mark.parametrize(
    ("name", "deployed"),
    [('"churn-prod"', True), ('f"churn-{stage}"', True), ('"other-prod"', False), ('f"other-{stage}"', False)],
)
def test_a_stack_is_deployed_by_the_name_of_its_template(name: str, deployed: bool, assess: Assess) -> None:
    files = {"endpoint/app.py": APP.replace("NAME", name), "endpoint/cdk.json": '{"app": "python app.py"}'}
    found = assess({**files, "pipeline.yml": PIPELINE}).capabilities
    assert (found["service-monitoring"].strength is Strength.automated) == deployed


@pytest.mark.parametrize(
    ("source", "start"), [(SOURCE, "a pipeline of AWS deploys"), ("", "schedule")], ids=["watched", "not watched"]
)
def test_what_a_stack_sets_up_is_told_by_its_deployment_rather_than_by_a_rule(
    source: str, start: str, assess: Assess
) -> None:
    """The rule starts the pipeline of SageMaker in the stack; that sets up none of its alarms."""
    files = {
        "endpoint/app.py": "import train\n" + APP.replace("NAME)", '"churn-prod")\n    train.run()'),
        "endpoint/train.py": "def run():\n    from sklearn.svm import SVC\n    SVC().fit([[0]], [0])\n",
        "endpoint/cdk.json": '{"app": "python app.py"}',
        "infra/delivery.py": DELIVERY.replace("SOURCE", source),
        "infra/cdk.json": '{"app": "python delivery.py"}',
    }
    found = assess(files).capabilities
    assert found["service-monitoring"].evidence[0].chain[0].says.startswith(start)
    assert found["training-code"].evidence[0].chain[0].says.startswith("schedule")


def test_the_build_file_beside_the_app_of_the_stack_is_the_one_that_is_built(assess: Assess) -> None:
    files = {
        "pipeline.yml": PIPELINE,
        "endpoint/app.py": APP.replace("NAME", '"churn-prod"'),
        "endpoint/buildspec.yml": SPEC % "other.py",
        "training/buildspec.yml": SPEC % "train.py",
        "train.py": TRAIN,
        "other.py": "print(1)\n",
    }
    rows = assess(files).capabilities["training-code"].evidence
    assert not [row for row in rows if row.chain and row.chain[0].says.startswith("push")]


def test_names_made_to_be_hard_to_compare_cost_no_time(assess: Assess) -> None:
    name = "{a}" * 60 + "x"
    program = f"import aws_cdk as cdk\nclass MyStack(cdk.Stack):\n    pass\na = f()\nMyStack(app, f'{name}')\n"
    begun = time.monotonic()
    assess({"app.py": program, "pipeline.yml": PIPELINE.replace("churn-prod", "a" * 150)})
    assert time.monotonic() - begun < 20
