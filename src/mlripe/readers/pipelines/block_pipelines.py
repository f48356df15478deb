"""Pipelines whose YAML lists blocks of code that lie in files of their own: Mage's blocks, Ploomber's tasks."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.readers.formats.cursor import Node, beside, from_above, unique

__all__ = ["mage_facts", "mage_trigger_facts", "ploomber_facts"]

# where a Mage project keeps the blocks of a type: https://docs.mage.ai/design/abstractions/project-structure
_FOLDERS = {
    "data_loader": "data_loaders",
    "transformer": "transformers",
    "data_exporter": "data_exporters",
    "sensor": "sensors",
    "custom": "custom",
    "conditional": "conditionals",
    "callback": "callbacks",
    "dbt": "dbts",
}
_ENDINGS = {"": ".py", "python": ".py", "sql": ".sql", "r": ".r"}
_SCRIPTS = (".py", ".ipynb", ".R", ".r", ".Rmd", ".sh")


def mage_facts(path: str, root: Node) -> FileFacts:
    """A Mage pipeline (pipelines/NAME/metadata.yaml): its blocks as stages, in order; else nothing."""
    blocks = [
        block for block in root["blocks"].items() if block["type"].text in _FOLDERS and "upstream_blocks" in block
    ]
    if not blocks:
        return FileFacts()
    name = root["uuid"].text or root["name"].text or "pipeline"
    id = f"pipeline/{name}"
    line = root["blocks"].line
    units = [Unit(id, "pipeline", line, f"Mage pipeline {name}")]
    for block in blocks:
        after = (f"{id}/{node.text}" for node in block["upstream_blocks"].items())
        units.append(
            Unit(
                id=f"{id}/{block['uuid'].text}",
                kind="stage",
                line=block.line,
                says=f"block {block['name'].text or block['uuid'].text}",
                parent=id,
                uses=unique(*_code(path, block)),
                needs=unique(*after),
            )
        )
    return FileFacts(units=tuple(units), resources=(Resource("mage:pipeline", name, line, id),))


def _code(path: str, block: Node) -> Iterator[str]:
    project = posixpath.join("..", "..")
    if named := block.at("configuration.file_source.path").text:
        yield beside(path, posixpath.join(project, named))
    file = block["uuid"].text + _ENDINGS.get(block["language"].text, "")
    yield beside(path, posixpath.join(project, _FOLDERS[block["type"].text], file))


def mage_trigger_facts(path: str, root: Node) -> FileFacts:
    """A Mage triggers.yaml: what starts the pipeline of the same folder, and whether it is switched on."""
    units = []
    for trigger in root["triggers"].items():
        kind = {"time": "schedule", "event": "event"}.get(trigger["schedule_type"].text)
        name = trigger["name"].text
        if kind and "pipeline_uuid" in trigger:
            when = trigger["schedule_interval"]
            active = trigger["status"].text == "active" and when.text != "@once"
            starts = Trigger(kind, (when if when.text else trigger).line, when.text, active)
            uses = unique(beside(path, "metadata.yaml"))
            units.append(Unit(f"trigger/{name}", "job", trigger.line, f"trigger {name}", triggers=(starts,), uses=uses))
    return FileFacts(units=tuple(units))


def ploomber_facts(path: str, root: Node) -> FileFacts:
    """A Ploomber pipeline.yaml: each task a stage that runs its source; nothing for any other document."""
    tasks = [task for task in root["tasks"].items() if task["source"].text and "product" in task]
    if not tasks:
        return FileFacts()
    units = [_task(path, task) for task in tasks]
    resource = Resource("ploomber:pipeline", posixpath.basename(path), root["tasks"].line)
    return FileFacts(units=tuple(units), resources=(resource,))


def _task(path: str, task: Node) -> Unit:
    source = task["source"]
    script = source.text.endswith(_SCRIPTS) or "/" in source.text
    module, _, function = ("", "", "") if script else source.text.rpartition(".")
    name = task["name"].text or function or posixpath.basename(source.text).rsplit(".", 1)[0]
    return Unit(
        id=name,
        kind="stage",
        line=task.line,
        says=f"task {name}",
        commands=(Command(f"source: {source.text}", (source.text,), source.line),) if script else (),
        uses=from_above(path, module.replace(".", "/") + ".py") if function else (),
        inputs={"flow": function} if function else {},
        directory=posixpath.dirname(path),
    )
