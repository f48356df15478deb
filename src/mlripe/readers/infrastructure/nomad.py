"""Nomad: jobs in HCL, with what their tasks run, and those that the cluster starts by the clock."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.readers.formats.cursor import Node, images, run_by, unique
from mlripe.readers.formats.documents import text_of
from mlripe.readers.infrastructure.hcl import load_hcl

__all__ = ["read_nomad"]


def read_nomad(path: str, content: bytes) -> FileFacts:
    """The facts of a Nomad job file: a unit for each job."""
    document = load_hcl(text_of(content))
    units: list[Unit] = []
    resources: list[Resource] = []
    for name, job in Node.root(document)["job"].entries():
        unit = Unit(
            id=f"job/{name}",
            kind="resource",
            line=job.line,
            says=f"Nomad job {name}",
            triggers=tuple(_periodic(job)),
            commands=tuple(_commands(job)),
            uses=unique(*(image.name for image in images(job))),
        )
        units.append(unit)
        resources += [Resource("nomad:job", name, job.line, unit.id), *images(job, unit.id)]
    return FileFacts(units=tuple(units), resources=tuple(resources), documents=(document,))


def _periodic(job: Node) -> Iterator[Trigger]:
    periodic = job["periodic"]
    when = periodic["cron"].text or ", ".join(item.text for item in periodic["crons"].items())
    if when:
        yield Trigger("schedule", periodic.line, when, periodic["enabled"].text != "false")


def _commands(job: Node) -> Iterator[Command]:
    for key, config in job.walk():
        if key == "config" and config["command"].text:
            yield from run_by([config["command"], *config["args"].items()], config["command"].line)
        elif key == "config" and config["args"].is_list:
            yield from run_by(list(config["args"].items()), config["args"].line)
