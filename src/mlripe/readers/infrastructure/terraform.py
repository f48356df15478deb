"""Terraform: resources, modules, data sources and providers, schedules, and the code that they package.

A schedule in infrastructure code starts something. Within a file the link is followed as far as names allow: from an
event rule through its target to the function, and from a function to the folder that an archive packs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from mlripe.facts import UNKNOWN, Command, Document, FileFacts, Resource, Unit
from mlripe.readers.formats.cursor import Node, beside, images, run_by, unique
from mlripe.readers.infrastructure.hcl import load_hcl
from mlripe.readers.infrastructure.terraform_triggers import triggers_of
from mlripe.readers.shell.commands import commands
from mlripe.readers.shell.powershell import POWERSHELLS, powershell_commands

__all__ = ["read_terraform", "terraform_facts"]

IMAGE_KEYS = frozenset({"image", "image_uri", "container_image"})
CODE_KEYS = frozenset("source_file source_dir source filename path source_path code_path script working_dir".split())
STARTED_KEYS = frozenset("arn uri url function_name function_arn lambda_function_arn lambda_arn workflow".split())
REFERENCE = re.compile(r"\b((?:data\.)?[a-z]\w*\.[A-Za-z_][\w-]*)")
FILE = re.compile(r'\b(?:file|templatefile|filebase64|fileset)\("([^"\n]+)"')
NO_FILE = re.compile(r"[\d.:]+(?:/\d+)?\Z|aws\.[a-z0-9.-]+\Z")  # a network, a service that sends events
MOST_TRIGGERS = 20  # handed on from one resource to another
HERE = re.compile(r"\$\{path\.(?:module|root|cwd)\}/")


def read_terraform(path: str, content: bytes) -> FileFacts:
    """The facts of a `.tf` file, with its document in the shape of Terraform's JSON syntax."""
    document = load_hcl(content.decode("utf-8", "replace"))
    return terraform_facts(path, document) + FileFacts(documents=(document,))


def terraform_facts(path: str, document: Document) -> FileFacts:
    """The facts of a Terraform document, read from HCL or from a `.tf.json`."""
    root = Node.root(document)
    units: dict[str, Unit] = {}
    resources: list[Resource] = []
    for type, name, body in _blocks(root["resource"]):
        id = f"{type}.{name}"
        units[id] = _unit(path, type, id, body)
        resources.append(Resource(f"terraform:{type}", name, body.line, id))
        resources += [*images(body, id, IMAGE_KEYS), *_charts(type, body, id)]
    for type, name, body in _blocks(root["data"]):
        resources.append(Resource(f"terraform:data.{type}", name, body.line))
        if type == "archive_file":
            units[f"data.{type}.{name}"] = _unit(path, type, f"data.{type}.{name}", body)
    for name, body in root["module"].entries():
        units[f"module.{name}"] = _module(path, name, body)
        resources.append(Resource("terraform:module", name, body.line, f"module.{name}"))
    for kind, holder in (("provider", root["provider"]), ("backend", root.at("terraform.backend"))):
        resources += [Resource(f"terraform:{kind}.{name}", name, body.line) for name, body in holder.entries()]
    _link(root, units)
    return FileFacts(units=tuple(units.values()), resources=tuple(resources))


def _blocks(holder: Node) -> Iterator[tuple[str, str, Node]]:
    for type, named in holder.entries():
        for name, body in named.entries():
            yield type, name, body


def _unit(path: str, type: str, id: str, body: Node) -> Unit:
    image_names = (resource.name for resource in images(body, keys=IMAGE_KEYS))
    return Unit(
        id=id,
        kind="resource",
        line=body.line,
        says=f"terraform {id}",
        triggers=tuple(triggers_of(type, body)),
        commands=tuple(_commands(body)),
        uses=unique(*_code(path, type, body), *image_names),
        inputs=_inputs(body),
        directory=path.rpartition("/")[0],  # where a local-exec runs
    )


def _module(path: str, name: str, body: Node) -> Unit:
    source = body["source"].text
    uses = unique(beside(path, source) if source.startswith(".") else source, *_files(path, body))
    return Unit(f"module.{name}", "module", body.line, f"module {name}", uses=uses, inputs=_inputs(body))


def _inputs(body: Node) -> dict[str, object]:
    """A block's own scalars; an expression is not written as a literal."""
    return {
        key: UNKNOWN if isinstance(value, str) and value.startswith("${") else value
        for key, value in body.scalars().items()
    }


def _charts(type: str, body: Node, id: str) -> Iterator[Resource]:
    chart = body["chart"]
    if type == "helm_release" and chart.text and "${" not in chart.text and not chart.text.startswith("."):
        yield Resource(f"helm:{chart.text.rsplit('/', 1)[-1]}", body["version"].text, chart.line, id)


def _code(path: str, type: str, body: Node) -> Iterator[str]:
    """The repository's files that a resource packs, runs or applies."""
    for key, node in body.walk():
        literal = isinstance(node.value, str) and ("/" in node.text or "." in node.text)
        if key in CODE_KEYS and literal and not NO_FILE.match(node.text):
            yield beside(path, HERE.sub("", node.text))
    chart = body["chart"].text
    if type == "helm_release" and (chart.startswith(".") or HERE.match(chart)):
        yield beside(path, HERE.sub("", chart))
    for build in (body["filename"] if type == "google_cloudbuild_trigger" else body["buildspec"], body["build_spec"]):
        if build.text.endswith((".yml", ".yaml", ".json")):
            yield beside("", build.text)  # the service reads it from the repository's root
    yield from _files(path, body)


def _files(path: str, body: Node) -> Iterator[str]:
    for _, node in body.walk():
        if isinstance(node.value, str) and '("' in node.value:
            yield from (beside(path, HERE.sub("", name)) for name in FILE.findall(node.value))


def _commands(body: Node) -> Iterator[Command]:
    for key, node in body.walk():
        command = node["command"]
        if command.is_list or node["args"].is_list:
            words = [word for name in ("command", "args") for word in node[name].items()]
            yield from run_by(words, node["command" if command else "args"].line)
        elif command.text and (key == "local-exec" or "interpreter" in node):
            if any(PurePosixPath(word.text.lower()).stem in POWERSHELLS for word in node["interpreter"].items()):
                yield from powershell_commands(command.text, command.text_line)
            else:
                yield from commands(command.text, command.text_line, strict=False, directory="")


def _link(root: Node, units: dict[str, Unit]) -> None:
    """Hands on what names connect: a rule's triggers to what its target starts, an archive's files to their user."""
    for type, name, body in _blocks(root["resource"]):
        id = f"{type}.{name}"
        mentioned = dict.fromkeys(other for _, node in body.walk() for other in _mentioned(node) if other in units)
        for other in mentioned:
            if other.startswith("data.archive_file."):
                packed = units[other].uses
                units[id] = replace(units[id], uses=unique(*units[id].uses, *packed, *_handlers(body, packed)))
        rules = [units[other].triggers for other in _mentioned(body["rule"]) if other in units]
        triggers = (*units[id].triggers, *(trigger for rule in rules for trigger in rule))[:MOST_TRIGGERS]
        started = {
            other
            for key, node in body.walk()
            if key in STARTED_KEYS and triggers
            for other in _mentioned(node)
            if other in units and other != id
        }
        for other in started:
            known = units[other].triggers[:MOST_TRIGGERS]
            units[other] = replace(units[other], triggers=(*known, *(t for t in triggers if t not in known)))


def _mentioned(node: Node) -> list[str]:
    return REFERENCE.findall(node.value) if isinstance(node.value, str) and "${" in node.value else []


def _handlers(body: Node, packed: tuple[str, ...]) -> Iterator[str]:
    """The file of `handler = "train.main"` in a folder that is packed."""
    module = body["handler"].text.rpartition(".")[0].replace(".", "/")
    for place in packed:
        if module and not place.endswith(".py"):
            yield f"{place}/{module}.py"
