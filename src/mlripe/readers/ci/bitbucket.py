"""Bitbucket Pipelines: steps by what starts them, parallel ones, and deployments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.readers.ci.common import (
    Piece,
    anyway,
    facts_of,
    flat,
    image,
    pieces,
    script,
    step_says,
)
from mlripe.readers.formats.cursor import Node, unique
from mlripe.readers.formats.documents import load_yaml

__all__ = ["read_bitbucket"]


BITBUCKET: Final = {
    "default": "push",
    "branches": "push",
    "tags": "tag",
    "pull-requests": "pull_request",
    "custom": "dispatch",
}


def read_bitbucket(path: str, content: bytes) -> FileFacts:
    """bitbucket-pipelines.yml: a unit for each pipeline (`default`, `branches/main`, `custom/x`), with its steps."""
    documents = load_yaml(content)
    units: list[Unit] = []
    resources: list[Resource] = []
    for root in map(Node.root, documents[:1]):
        for start, pipelines in root["pipelines"].entries():
            named = [("", pipelines)] if pipelines.is_list else list(pipelines.entries())
            for name, steps in named if start in BITBUCKET else ():
                id = f"{start}/{name}".rstrip("/")
                trigger = Trigger(BITBUCKET[start], steps.line, name)
                says = f"pipeline {id}"
                units.append(Unit(id, "workflow", steps.line, says, triggers=(trigger,), side_by_side=True))
                found = _bitbucket_steps(id, steps, (), f"{id}/")
                units += found
                resources += [one for unit, node in _steps_with_images(found, steps) for one in image(node, unit)]
        resources += image(root["image"], "")
    return facts_of(documents, (units, resources))


def _bitbucket_steps(
    pipeline: str, steps: Node, before: tuple[str, ...], prefix: str, side: bool = False
) -> list[Unit]:
    """Steps run one after the other; those of a `parallel` group at once, before what comes after the group."""
    units: list[Unit] = []
    for index, item in enumerate(steps.items()):
        id = f"{prefix}{index}"
        group = item["parallel"] if "parallel" in item else item["stage"]
        if group:
            inner = group["steps"] if group.is_mapping else group
            found = _bitbucket_steps(pipeline, inner, before, f"{id}.", side="parallel" in item)
        elif item["step"].is_mapping:
            found = [_bitbucket_step(id, pipeline, item["step"], before)]
        else:
            found = []
        units += found
        if found and not side:
            before = tuple(unit.id for unit in found)
    return units


def _bitbucket_step(id: str, pipeline: str, step: Node, before: tuple[str, ...]) -> Unit:
    pipes = [item["pipe"].text for item in step["script"].items()]
    given = [item["variables"].scalars() for item in step["script"].items() if item["variables"]]
    after = script(_texts(step["after-script"]))
    found = script(_texts(step["script"]))
    return Unit(
        id,
        "step",
        step.line,
        step_says(step["name"].text, unique(*pipes), found),
        pipeline,
        commands=found + anyway(after),
        uses=unique(*pipes),
        inputs={key: value for variables in given for key, value in variables.items()},
        needs=before,
        environment=step["deployment"].text,
        approval=step["trigger"].text == "manual",
    )


def _texts(node: Node) -> list[Piece]:
    """The parts of a script that are texts, without the pipes and other mappings among them."""
    return [part for item in flat(node) if not item.is_mapping for part in pieces(item)]


def _steps_with_images(units: list[Unit], steps: Node) -> Iterator[tuple[str, Node]]:
    by_line = {unit.line: unit.id for unit in units}
    for key, node in steps.walk():
        if key == "step" and node["image"]:
            yield by_line.get(node.line, ""), node["image"]
