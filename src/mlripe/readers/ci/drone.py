"""Drone and Woodpecker: pipelines of steps, each in an image, and what starts them."""

from __future__ import annotations

import posixpath
from typing import Final

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.readers.ci.common import (
    PUSH,
    facts_of,
    free,
    image,
    names,
    pieces,
    script,
    step_says,
)
from mlripe.readers.formats.cursor import Node, unique
from mlripe.readers.formats.documents import load_yaml

__all__ = ["read_drone"]


DRONE: Final = {
    "push": "push",
    "pull_request": "pull_request",
    "pull_request_closed": "pull_request",
    "tag": "tag",
    "release": "release",
    "cron": "schedule",
    "manual": "dispatch",
    "custom": "event",
    "promote": "dispatch",
    "rollback": "dispatch",
    "deployment": "dispatch",
}


def read_drone(path: str, content: bytes) -> FileFacts:
    """.drone.yml or a workflow of Woodpecker: a unit for each document's pipeline, with its steps."""
    documents = load_yaml(content)
    units: list[Unit] = []
    resources: list[Resource] = []
    roots = [root for root in map(Node.root, documents) if root["steps"] or root["pipeline"]]
    ids: dict[str, str] = {}
    taken: dict[str, int] = {}
    for root in roots:
        name = root["name"].text
        id = ids[name] = free(f"pipelines/{name or posixpath.basename(path)}", taken)
        rules = root["trigger"] if "trigger" in root else root["when"]
        after = _drone_outcome(rules)
        waits = tuple(ids[needed] for needed in names(root["depends_on"]) if needed in ids)
        units.append(
            Unit(
                id,
                "workflow",
                root["name"].line,
                f"pipeline {name}".rstrip(),
                triggers=_drone_triggers(rules),
                needs=waits if after is RunsAfter.SUCCESS else (),
                runs_after=after,
                side_by_side=any(step["depends_on"] for _, step in _drone_listed(root)),
            )
        )
        _drone_steps(units[-1], root, units, resources)
    return facts_of(documents, (units, resources))


def _drone_listed(root: Node) -> list[tuple[str, Node]]:
    return _by_name(root["steps"] if root["steps"] else root["pipeline"])


def _drone_steps(pipeline: Unit, root: Node, units: list[Unit], resources: list[Resource]) -> None:
    """Steps run one after the other, unless one says what it depends on: then each waits for what it names alone."""
    steps = _drone_listed(root)
    ids = {name: f"{pipeline.id}/{index}" for index, (name, _) in enumerate(steps)}
    before: tuple[str, ...] = ()
    for index, (name, step) in enumerate(steps):
        id = f"{pipeline.id}/{index}"
        if pipeline.side_by_side:
            before = tuple(ids[needed] for needed in names(step["depends_on"]) if needed in ids)
        units.append(_drone_step(id, pipeline.id, name, step, before))
        resources += image(step["image"], id)
        before = (id,)
    for _, service in _by_name(root["services"]):
        resources += image(service["image"], pipeline.id)


def _by_name(node: Node) -> list[tuple[str, Node]]:
    return list(node.entries()) or [(item["name"].text, item) for item in node.items()]


def _drone_outcome(node: Node) -> RunsAfter:
    """After which outcome a pipeline or step runs whose conditions these are: one, or a list of which any will do."""
    rules = list(node.items()) or [node]
    statuses = {status for rule in rules for status in names(rule["status"]) or ("success",)}
    if "failure" not in statuses:
        return RunsAfter.SUCCESS
    return RunsAfter.ANY if "success" in statuses else RunsAfter.FAILURE


def _drone_triggers(node: Node) -> tuple[Trigger, ...]:
    rules = list(node.items()) or ([node] if node.is_mapping else [])
    found = []
    for rule in rules:
        event = rule["event"]["include"] if rule["event"].is_mapping else rule["event"]
        detail = ", ".join(names(rule["cron"])) or ", ".join(names(rule["branch"]))
        found += [Trigger(DRONE.get(name, "event"), rule["event"].line, detail) for name in names(event)]
    return tuple({trigger.kind: trigger for trigger in reversed(found)}.values())[::-1] or PUSH


def _drone_step(id: str, pipeline: str, name: str, step: Node, before: tuple[str, ...]) -> Unit:
    found = script(pieces(step["commands"]))
    when = step["when"]
    rules = list(when.items()) or [when]
    after = _drone_outcome(when)
    condition = "; ".join(
        f"{key} {', '.join(names(node)) or node.text}" for rule in rules for key, node in rule.entries()
    )
    return Unit(
        id,
        "step",
        step.line,
        step_says(name, (), found),
        pipeline,
        commands=found,
        uses=() if found else unique(step["image"].text),
        inputs=step["settings"].scalars(),
        needs=before if after is RunsAfter.SUCCESS else (),
        condition=condition,
        runs_after=after,
        allow_failure=step["failure"].text == "ignore",
    )
