"""What starts a Terraform resource: its schedule, an event pattern, a repository that a build service watches."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Trigger
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node

__all__ = ["SCHEDULE_KEYS", "SWITCHES", "cron_like", "triggers_of"]

SCHEDULE_KEYS = (
    "schedule_expression",
    "schedule",
    "cron",
    "cron_expression",
    "cron_schedule",
    "quartz_cron_expression",
    "recurrence",
)
SWITCHES = {  # key -> the value that switches a schedule off
    "is_enabled": "false",
    "enabled": "false",
    "activated": "false",
    "state": "DISABLED",
    "paused": "true",
    "suspend": "true",
    "disabled": "true",
    "pause_status": "PAUSED",
}
NOT_WORK = (
    "autoscaling",
    "backup",
    "snapshot",
    "maintenance",
    "dlm_",
    "resource_policy",
)  # their schedules run no code
EVENTS = {  # resource type -> the attribute that tells where its events come from
    "aws_lambda_event_source_mapping": "event_source_arn",
    "aws_s3_bucket_notification": "bucket",
    "aws_sns_topic_subscription": "topic_arn",
    "google_eventarc_trigger": "name",
    "google_storage_notification": "bucket",
    "azurerm_eventgrid_event_subscription": "scope",
}
CRON = lazy_regex(r"(?:cron|rate)\(.*\)|@\w+|(?:[\d*/,\-?LW#A-Z]+ ){4,6}[\d*/,\-?LW#A-Z]+|every .{1,60}")


def cron_like(text: str) -> bool:
    """Whether a text reads as a time that comes round again: cron, rate(...), @daily, "every 24 hours"."""
    return len(text) < 200 and CRON.fullmatch(text.strip()) is not None


def triggers_of(type: str, body: Node) -> Iterator[Trigger]:
    """The triggers that a resource of that type declares in its own body."""
    if type == "google_cloudbuild_trigger":
        yield from _cloud_build(body)
    elif type == "aws_codepipeline":
        yield from _code_pipeline(body)
    elif type.endswith(("trigger_schedule", "trigger_recurrence")) and body["frequency"].text:
        detail = f"every {body['interval'].text} {body['frequency'].text}"
        yield Trigger("schedule", body["frequency"].line, detail, _on(body))
    elif type in EVENTS:
        yield Trigger("event", body.line, body[EVENTS[type]].text)
    elif not any(word in type for word in NOT_WORK):
        yield from _schedules(body)
        for key in ("event_pattern", "event_trigger"):
            if body[key].value is not None:
                yield Trigger("event", body[key].line, body[key]["event_type"].text, _on(body))


def _schedules(body: Node) -> Iterator[Trigger]:
    for _, holder in body.walk():
        for key in SCHEDULE_KEYS:
            node = holder[key]
            if isinstance(node.value, str) and (
                key.endswith("expression") or "${" in node.value or cron_like(node.value)
            ):
                yield Trigger("schedule", node.line, node.text, _on(body) and _on(holder))


def _on(node: Node) -> bool:
    return not any(node[key].text == off for key, off in SWITCHES.items())


def _cloud_build(body: Node) -> Iterator[Trigger]:
    for _, node in body.walk():
        for key, kind in (("push", "push"), ("pull_request", "pull_request"), ("pubsub_config", "event")):
            if node[key].is_mapping:
                yield Trigger(kind, node[key].line, node[key]["branch"].text or node[key]["tag"].text, _on(body))
        if node["trigger_template"].is_mapping:
            template = node["trigger_template"]
            yield Trigger("push", template.line, template["branch_name"].text, _on(body))


def _code_pipeline(body: Node) -> Iterator[Trigger]:
    """A push to the branch that a source action follows, unless the action is told not to look."""
    for key, action in body.walk():
        if key == "action" and action["category"].text == "Source":
            settings = action["configuration"]
            watched = settings["PollForSourceChanges"].text != "false" and settings["DetectChanges"].text != "false"
            branch = settings["BranchName"].text or settings["Branch"].text
            yield Trigger("push", action.line, branch, watched)
