"""Terraform: resources, modules, data sources and providers, what starts them, and the files that they name.

What one resource is to another is told by the wiring (`wiring/terraform.py`): they may stand in several files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from mlripe.facts import UNKNOWN, Command, Document, FileFacts, Resource, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node, beside, images, run_by, unique
from mlripe.readers.infrastructure.code_pipelines import Build
from mlripe.readers.infrastructure.hcl import load_hcl
from mlripe.readers.infrastructure.terraform_pipelines import PIPELINE, PROJECT, pipeline_steps, project_build
from mlripe.readers.infrastructure.terraform_triggers import triggers_of
from mlripe.readers.pipelines.databricks import notebooks
from mlripe.readers.shell.commands import commands
from mlripe.readers.shell.powershell import POWERSHELLS, powershell_commands

__all__ = ["CODE_KEYS", "read_terraform", "terraform_facts"]

IMAGE_KEYS = frozenset({"image", "image_uri", "container_image"})
CODE_KEYS = frozenset(
    """
    source_file source_dir source filename path source_path code_path script working_dir python_file
    """.split()
)
FILE = lazy_regex(r'\b(?:file|templatefile|filebase64|fileset)\("([^"\n]+)"')
NO_FILE = lazy_regex(r"[\d.:]+(?:/\d+)?\Z|aws\.[a-z0-9.-]+\Z")  # a network, a service that sends events
TRAINING = lazy_regex(r":sagemaker:[^:]{0,80}:[^:]{0,80}:pipeline/([\w${}.-]{1,200})")
HERE = lazy_regex(r"\$\{path\.(?:module|root|cwd)\}/")


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
        if type == PIPELINE:
            units.update((step.id, step) for step in pipeline_steps(path, id, body))
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
    return FileFacts(units=tuple(units.values()), resources=tuple(resources))


def _blocks(holder: Node) -> Iterator[tuple[str, str, Node]]:
    for type, named in holder.entries():
        for name, body in named.entries():
            yield type, name, body


def _unit(path: str, type: str, id: str, body: Node) -> Unit:
    image_names = (resource.name for resource in images(body, keys=IMAGE_KEYS))
    build = project_build(body) if type == PROJECT else Build()
    return Unit(
        id=id,
        kind="workflow" if type == PIPELINE else "resource",
        line=body.line,
        says=f"terraform {id}",
        triggers=tuple(triggers_of(type, body)),
        commands=(*_commands(body), *build.commands),
        uses=unique(*_code(path, type, body), *image_names, *build.uses),
        inputs=_inputs(body),
        side_by_side=type == PIPELINE,  # what comes before what, its steps say by their needs
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
    fetched = type == "databricks_job" and bool(body["git_source"])
    for key, node in body.walk():
        literal = isinstance(node.value, str) and ("/" in node.text or "." in node.text)
        if key == "notebook_path":
            yield from notebooks(path, node.text, fetched)
        elif key in CODE_KEYS and literal and not NO_FILE.match(node.text):
            yield beside("", node.text) if fetched and key == "python_file" else ""
            yield beside(path, HERE.sub("", node.text))
    for _, node in body.walk():  # a pipeline of SageMaker, by its name
        named = TRAINING.search(node.value) if isinstance(node.value, str) else None
        yield f"sagemaker:{plain(named[1])}" if named else ""
    if type == "aws_sagemaker_pipeline":
        yield f"sagemaker:{plain(body['pipeline_name'].text)}"
    chart = body["chart"].text
    if type == "helm_release" and (chart.startswith(".") or HERE.match(chart)):
        yield beside(path, HERE.sub("", chart))
    built_by = {"buildspec", "build_spec", *(("filename",) if type == "google_cloudbuild_trigger" else ())}
    for key, node in body.walk():
        if key in built_by and node.text.endswith((".yml", ".yaml", ".json")):
            yield beside("", node.text)  # the service reads it from the repository's root
    yield from _files(path, body)


def plain(name: str) -> str:
    """A name that is written out; "" for an expression."""
    return "" if "$" in name else name


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
                text = command.text.replace("${path.module}", ".")  # where the unit's directory is
                yield from commands(text, command.text_line, strict=False, directory="")
