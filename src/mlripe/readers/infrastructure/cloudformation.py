"""CloudFormation, SAM and the Serverless Framework: resource types, functions, what starts them, and their code."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.readers.formats.cursor import Node, beside, called_by_name, images, unique
from mlripe.readers.infrastructure.cloudformation_pipelines import (
    PIPELINE,
    PROJECT,
    pipeline_steps,
    pipeline_triggers,
    project_build,
    referred,
)
from mlripe.readers.infrastructure.code_pipelines import Build

__all__ = ["cloudformation_facts", "serverless_facts"]

SCHEDULES = (
    "ScheduleExpression",
    "Schedule",
    "MonitoringScheduleConfig.ScheduleConfig.ScheduleExpression",
    "Schedule.ScheduleExpression",
)
REQUESTS = frozenset(
    {"Api", "HttpApi", "http", "httpApi", "websocket", "alb"}
)  # a caller waits: a service, not an event
PUSHES = "aws.codecommit"  # the source of events that tells of a push
MOST_TRIGGERS = 20  # handed on from one resource to another
IMAGE_KEYS = frozenset({"Image", "ImageUri"})


def cloudformation_facts(path: str, root: Node) -> FileFacts:
    """The facts of a CloudFormation or SAM template; nothing for any other document."""
    declared = root["Resources"]
    if not declared.is_mapping or not any("::" in node["Type"].text for _, node in declared.entries()):
        return FileFacts()
    return _template_facts(path, declared)


def _template_facts(path: str, declared: Node) -> FileFacts:
    units: dict[str, Unit] = {}
    resources: list[Resource] = []
    for name, node in declared.entries():
        type = node["Type"].text
        if not type:
            continue
        resources.append(Resource(f"cloudformation:{type}", name, node.line, name))
        resources += images(node["Properties"], name, IMAGE_KEYS)
        build = project_build(node["Properties"]) if type == PROJECT else Build()
        units[name] = Unit(
            id=name,
            kind="workflow" if type == PIPELINE else "resource",
            line=node.line,
            says=f"{type} {name}",
            triggers=tuple(_triggers(type, node["Properties"])),
            commands=build.commands,
            uses=unique(*_code(path, node["Properties"]), *build.uses),
            side_by_side=type == PIPELINE,  # what comes before what, its steps say by their needs
        )
    for name, node in declared.entries():
        _start_targets(node["Properties"], name, units)
    pipelines = ((name, node) for name, node in declared.entries() if node["Type"].text == PIPELINE)
    steps = (step for name, node in pipelines for step in pipeline_steps(path, name, node["Properties"], declared))
    return FileFacts(units=(*units.values(), *steps), resources=tuple(resources))


def _triggers(type: str, properties: Node) -> Iterator[Trigger]:
    active = properties["State"].text != "DISABLED" and properties["StartOnCreation"].text != "false"
    for dotted in SCHEDULES:
        node = properties.at(dotted)
        if node.text and "::Backup::" not in type:
            yield Trigger("schedule", node.line, node.text, active)
    pattern = properties["EventPattern"]
    if pattern:
        sources = ", ".join(item.text for item in pattern["source"].items())
        yield Trigger("push" if sources == PUSHES else "event", pattern.line, sources, active)
    if type == PIPELINE:
        yield from pipeline_triggers(properties)
    elif type == PROJECT and properties.at("Triggers.Webhook").text == "true":
        yield Trigger("push", properties["Triggers"].line, "webhook")
    for name, event in properties["Events"].entries():
        yield from _sam_event(name, event)


def _sam_event(name: str, event: Node) -> Iterator[Trigger]:
    type, properties = event["Type"].text, event["Properties"]
    if type in ("Schedule", "ScheduleV2"):
        when = properties["Schedule"] if "Schedule" in properties else properties["ScheduleExpression"]
        active = properties["Enabled"].text != "false" and properties["State"].text != "DISABLED"
        yield Trigger("schedule", when.line, when.text or name, active)
    elif type and type not in REQUESTS:
        yield Trigger("event", event.line, f"{type} {name}", properties["Enabled"].text != "false")


def _code(path: str, properties: Node) -> Iterator[str]:
    """The code of a function: its handler's file in its folder; a nested stack's or a state machine's own file."""
    folder, handler = "", properties["Handler"].text
    for key in ("CodeUri", "Code", "DefinitionUri", "TemplateURL", "Location", "ContentUri"):
        place = beside(path, properties[key].text)
        folder = folder or (place if key in ("CodeUri", "Code") else "")
        yield place
    if handler and (folder or "CodeUri" not in properties):
        yield called_by_name("" if folder else path, handler, folder.removeprefix("./"))
    yield properties["ImageUri"].text


def _start_targets(properties: Node, name: str, units: dict[str, Unit]) -> None:
    """A rule's or schedule's triggers start the resources that its targets name."""
    triggers = units[name].triggers[:MOST_TRIGGERS] if name in units else ()
    targets = [*properties["Targets"].items(), properties["Target"]] if triggers else []
    for target in targets:
        for other in referred(target["Arn"]):
            if other in units and other != name:
                known = units[other].triggers[:MOST_TRIGGERS]
                units[other] = replace(units[other], triggers=(*known, *(t for t in triggers if t not in known)))


def serverless_facts(path: str, root: Node) -> FileFacts:
    """The facts of a serverless.yml; nothing for any other document."""
    if not ("service" in root and root["provider"].is_mapping and (root["functions"] or root["resources"])):
        return FileFacts()
    resources = [Resource("serverless:service", root["service"].text, root["service"].line)]
    units = []
    for name, function in root["functions"].entries():
        resources.append(Resource("serverless:function", name, function.line, name))
        units.append(
            Unit(
                id=name,
                kind="resource",
                line=function.line,
                says=f"function {name}",
                triggers=tuple(t for event in function["events"].items() for t in _serverless_event(event)),
                uses=unique(called_by_name(path, function["handler"].text), function["image"].text),
            )
        )
    return FileFacts(units=tuple(units), resources=tuple(resources)) + _template_facts(
        path, root.at("resources.Resources")
    )


def _serverless_event(event: Node) -> Iterator[Trigger]:
    for type, node in event.entries():
        active = node["enabled"].text != "false"
        if type == "schedule":
            rates = node["rate"].text or ", ".join(item.text for item in node["rate"].items())
            yield Trigger("schedule", node.line, node.text or rates, active)
        elif type not in REQUESTS:
            yield Trigger("event", node.line, type, active)
