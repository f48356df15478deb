"""What CloudFormation calls the resources that a program of CDK makes: `aws_sagemaker.CfnEndpoint` and its like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from mlripe.facts import Call, Resource
from mlripe.lazy_regex import lazy_regex

__all__ = ["resources_of"]

_CONSTRUCT = lazy_regex(r"\baws[_-](\w+)\.(Cfn)?([A-Z]\w*)\Z")
# by the module of CDK, the service as CloudFormation spells it
_SERVICES: Final = {
    "batch": "Batch",
    "bedrock": "Bedrock",
    "cloudtrail": "CloudTrail",
    "cloudwatch": "CloudWatch",
    "codepipeline": "CodePipeline",
    "eks": "EKS",
    "emr": "EMR",
    "events": "Events",
    "glue": "Glue",
    "greengrassv2": "GreengrassV2",
    "kinesisfirehose": "KinesisFirehose",
    "sagemaker": "SageMaker",
    "sns": "SNS",
    "stepfunctions": "StepFunctions",
}
# constructs of a higher level that stand for the one resource of their name
_ALIKE: Final = frozenset(
    ("Alarm", "CompositeAlarm", "Dashboard", "DeliveryStream", "Rule", "StateMachine", "Subscription", "Trail")
)


def resources_of(calls: Sequence[Call]) -> Iterator[Resource]:
    """A resource for each construct that is one of CloudFormation's, in the scope that makes it."""
    for call in calls:
        matched = _CONSTRUCT.search(call.name)
        service = _SERVICES.get(matched[1]) if matched else None
        if matched and service and (matched[2] or matched[3] in _ALIKE):
            named = call.args[1] if len(call.args) > 1 and isinstance(call.args[1], str) else ""
            yield Resource(f"cloudformation:AWS::{service}::{matched[3]}", named, call.line, call.scope)
