"""Prefect: the deployments of a prefect.yaml, and the one of an older deployment file, with their schedules."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.readers.formats.cursor import Node, from_above
from mlripe.readers.shell.commands import commands

__all__ = ["prefect_facts"]

TIMES = ("cron", "interval", "rrule")


def prefect_facts(path: str, root: Node) -> FileFacts:
    """The facts of a Prefect file at `path`; nothing for any other document."""
    if "flow_name" in root and "entrypoint" in root:
        return _facts(path, [root])
    listed = [node for node in root["deployments"].items() if "entrypoint" in node or "flow_name" in node]
    known = "prefect-version" in root or any("entrypoint" in node for node in listed)
    if (not listed and "prefect-version" not in root) or not known:
        return FileFacts()
    return _facts(path, listed) + FileFacts(units=tuple(_steps(root)))


def _facts(path: str, deployments: list[Node]) -> FileFacts:
    units = tuple(_deployment(path, node, index) for index, node in enumerate(deployments))
    resources = (Resource("prefect:deployment", unit.id.split("/", 1)[1], unit.line, unit.id) for unit in units)
    return FileFacts(units=units, resources=tuple(resources))


def _deployment(path: str, node: Node, index: int) -> Unit:
    name = node["name"].text or str(index)
    program, _, flow = node["entrypoint"].text.rpartition(":")
    if program and not program.endswith(".py"):
        program = program.replace(".", "/") + ".py"
    return Unit(
        id=f"deployment/{name}",
        kind="deployment",
        line=node.line,
        says=f"deployment {name}",
        triggers=tuple(_triggers(node)),
        uses=from_above(path, program),
        inputs={"flow": flow or node["flow_name"].text, **node["parameters"].scalars()},
    )


def _triggers(node: Node) -> Iterator[Trigger]:
    on = node["paused"].text != "true" and node["is_schedule_active"].text != "false"
    schedules = [node["schedule"], *node["schedules"].items()]
    for schedule in schedules:
        # a schedule of a schedules list may stand below one more key, as the server writes it
        times = schedule["schedule"] if schedule["schedule"].is_mapping else schedule
        for key in TIMES:
            if times[key].text:
                active = on and schedule["active"].text != "false" and times["active"].text != "false"
                yield Trigger("schedule", times[key].line, f"{key} {times[key].text}", active)
    for trigger in node["triggers"].items():
        expected = ", ".join(event.text for event in trigger["expect"].items())
        yield Trigger("event", trigger.line, expected or trigger["type"].text, trigger["enabled"].text != "false")


def _steps(root: Node) -> Iterator[Unit]:
    """What a deployment runs before its flow: the shell scripts of build, push and pull steps."""
    for phase in ("build", "push", "pull"):
        for index, step in enumerate(root[phase].items()):
            for name, body in step.entries():
                script = body["script"]
                found = commands(script.text, script.text_line) if script.text else ()
                yield Unit(f"{phase}/{index}", "step", step.line, f"{phase} step {name}", commands=found, uses=(name,))
