"""Bicep, and the ARM templates that it becomes: Azure resource types as `azure:Microsoft.X/y`, modules, schedules."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node, beside, images, unique
from mlripe.readers.infrastructure.container_paths import run_vector
from mlripe.readers.infrastructure.terraform_triggers import cron_like

__all__ = ["arm_facts", "read_bicep"]

SIZE = 1_000_000  # characters of a file that are read
DECLARATION = lazy_regex(r"\s*(resource|module)\s+(\w+)\s+'([^'\n]+)'\s*(existing)?")
PROPERTY = lazy_regex(r"\s*(cronExpression|expression|schedule|image|state|isEnabled)\s*:\s*'?([^'\n]*)'?")
WORDS = lazy_regex(r"\s*(command|args)\s*:\s*\[")
TEXT = lazy_regex(r"'((?:[^'\\\n]|\\.)*)'")


def read_bicep(path: str, content: bytes) -> FileFacts:
    """The facts of a Bicep file. A resource marked `existing` is only referred to and declares nothing."""
    lines = _code_lines(content.decode("utf-8", "replace")[:SIZE])
    resources: list[Resource] = []
    units: list[Unit] = []
    outer: list[tuple[int, str]] = []  # (depth of braces, type) of the resources that this line stands in
    depth = 0
    begun = 0  # the line of the list of words that is being read
    vector: list[str] = []  # a container's command, and then its arguments
    for number, line in lines:
        while outer and outer[-1][0] >= depth:
            outer.pop()
        if found := DECLARATION.match(line):
            keyword, name, target, existing = found.groups()
            if keyword == "module":
                units.append(_module(path, name, target, number))
            else:
                type = _whole_type(target.split("@", 1)[0], outer)
                outer.append((depth, type))
                if not existing:
                    resources.append(Resource(f"azure:{type}", name, number, f"{type}/{name}"))
                    units.append(Unit(f"{type}/{name}", "resource", number, f"resource {name}"))
        elif (found := PROPERTY.match(line)) and units:
            _note_property(found.group(1), found.group(2).strip(), number, units, resources)
        elif (found := WORDS.match(line)) and units:
            begun, vector = number, [] if found.group(1) == "command" else vector
        if begun and units:
            vector += TEXT.findall(line)
            if "]" in TEXT.sub("", line):
                units[-1], begun = _with_command(units[-1], vector, begun), 0
        depth += line.count("{") - line.count("}")
    return FileFacts(units=tuple(units), resources=tuple(resources))


def _code_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, comments and multi-line texts left out."""
    closing = ""
    for number, line in enumerate(text.split("\n"), 1):
        if closing:
            end = line.find(closing)
            if end < 0:
                continue
            line, closing = line[end + len(closing) :], ""
        if line.lstrip().startswith("//"):  # a row of stars behind it opens nothing
            yield number, ""
            continue
        for opening, end_mark in (("/*", "*/"), ("'''", "'''")):
            begin = line.find(opening)
            if begin >= 0 and line.find(end_mark, begin + len(opening)) < 0:
                line, closing = line[:begin], end_mark
        yield number, line


def _whole_type(type: str, outer: list[tuple[int, str]]) -> str:
    return type if "." in type.split("/", 1)[0] or not outer else f"{outer[-1][1]}/{type}"


def _module(path: str, name: str, target: str, line: int) -> Unit:
    remote = ":" in target
    return Unit(
        f"module/{name}", "module", line, f"module {name}", uses=unique(target if remote else beside(path, target))
    )


def _note_property(key: str, value: str, line: int, units: list[Unit], resources: list[Resource]) -> None:
    unit = units[-1]
    if key in ("cronExpression", "expression", "schedule") and cron_like(value):
        units[-1] = replace(unit, triggers=(*unit.triggers, Trigger("schedule", line, value)))
    elif key == "image" and value and "$" not in value and "/" in value:
        resources.append(Resource(f"image:{value.partition(':')[0]}", value, line, unit.id))
        units[-1] = replace(unit, uses=unique(*unit.uses, value.rstrip("'")))
    elif (key, value) in (("state", "Disabled"), ("isEnabled", "false")) and unit.triggers:
        units[-1] = replace(unit, triggers=tuple(replace(trigger, active=False) for trigger in unit.triggers))


def _with_command(unit: Unit, argv: list[str], line: int) -> Unit:
    """A unit with what one of its containers runs; arguments take the place of the command that they follow."""
    found = run_vector(argv, line)
    kept = tuple(
        command for command in unit.commands if not found or command.argv != found[0].argv[: len(command.argv)]
    )
    return replace(unit, commands=(*kept, *found))


def arm_facts(path: str, root: Node) -> FileFacts:
    """The facts of an ARM template (JSON); nothing for any other document."""
    if "deploymentTemplate.json" not in root["$schema"].text.replace("Template.json#", "Template.json"):
        return FileFacts()
    resources: list[Resource] = []
    units: list[Unit] = []
    for type, node in _arm_resources(root["resources"], ""):
        id = f"{type}/{node['name'].text}"
        resources += [
            Resource(f"azure:{type}", node["name"].text, node["type"].line, id),
            *images(node["properties"], id),
        ]
        schedules = [n for key, n in node["properties"].walk() if key in ("expression", "cronExpression", "schedule")]
        triggers = tuple(Trigger("schedule", n.line, n.text) for n in schedules if cron_like(n.text))
        linked = beside(path, node.at("properties.templateLink.relativePath").text)
        units.append(Unit(id, "resource", node["type"].line, f"resource {id}", triggers=triggers, uses=unique(linked)))
    return FileFacts(units=tuple(units), resources=tuple(resources))


def _arm_resources(holder: Node, outer: str, depth: int = 10) -> Iterator[tuple[str, Node]]:
    """Resources with their whole types; those inside another one, or in a nested deployment, after it."""
    children = [*holder.items(), *(node for _, node in holder.entries())]  # newer templates name their resources
    for node in children if depth else ():
        type = node["type"].text
        if not type:
            continue
        whole = type if "." in type.split("/", 1)[0] or not outer else f"{outer}/{type}"
        yield whole, node
        yield from _arm_resources(node["resources"], whole, depth - 1)
        yield from _arm_resources(node.at("properties.template.resources"), "", depth - 1)
