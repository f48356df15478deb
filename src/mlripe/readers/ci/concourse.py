"""Pipelines and tasks of Concourse: jobs, what triggers them by the type of a resource, and what their tasks run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.readers.ci.common import image_named, names
from mlripe.readers.formats.cursor import Node, run_by, unique
from mlripe.readers.formats.documents import load_yaml

__all__ = ["is_concourse", "read_concourse"]

MANY: Final = 500  # jobs of a file
STEPS: Final = 200  # steps of a job
# the type of a resource whose new versions trigger a job -> the kind of trigger
TYPES: Final = {"time": "schedule", "cron-resource": "schedule", "git": "push", "pull-request": "pull_request"}
# keys of a step that holds others; what fails in `try` stops nothing
AROUND: Final = ("in_parallel", "aggregate", "do", "try", "steps")


def is_concourse(data: object) -> bool:
    """Whether a document is a pipeline of Concourse: its files may have any name."""
    jobs = data.get("jobs") if isinstance(data, dict) else None
    return isinstance(jobs, list) and any(isinstance(job, dict) and isinstance(job.get("plan"), list) for job in jobs)


def read_concourse(path: str, content: bytes) -> FileFacts:
    """A pipeline: a unit for each job, with its tasks below it; or the file of one task, as the unit `task`."""
    documents = load_yaml(content)
    units: list[Unit] = []
    resources: list[Resource] = []
    for root in map(Node.root, documents):
        if root["run"] and "platform" in root:
            units.append(Unit("task", "job", root["run"].line, "task", commands=_commands(root)))
            resources += _images(root, "task")
        types = {each["name"].text: each["type"].text for each in root["resources"].items()}
        jobs = list(islice(root["jobs"].items(), MANY))
        ids = {job["name"].text: f"jobs/{job['name'].text or number}" for number, job in enumerate(jobs)}
        for number, job in enumerate(jobs):
            id = f"jobs/{job['name'].text or number}"
            steps = list(islice(_steps(job["plan"]), STEPS))
            gets = [step for step, _ in steps if "get" in step]
            waits = tuple(ids[name] for step in gets for name in names(step["passed"]) if name in ids)
            triggers = tuple(_trigger(step, types) for step in gets if step["trigger"].text == "true")
            units.append(Unit(id, "workflow", job.line, f"job {job['name'].text}", triggers=triggers, needs=waits))
            tasks = [(step, tried) for step, tried in steps if "task" in step]
            for index, (step, tried) in enumerate(tasks):
                units.append(_task(f"{id}/{index}", id, step, tried))
                resources += _images(step["config"], f"{id}/{index}")
    return FileFacts(units=tuple(units), resources=tuple(resources), documents=documents)


def _steps(plan: Node, tried: bool = False) -> Iterator[tuple[Node, bool]]:
    """The steps of a plan, those within others too, in the order of the file; each with whether it may fail."""
    for item in plan.items():
        around = next((key for key in AROUND if key in item), "")
        if not around:
            yield item, tried
            continue
        inner, may_fail = item[around], tried or around == "try"
        if inner.is_mapping and not inner["steps"]:
            yield inner, may_fail
        else:
            yield from _steps(inner if inner.is_list else inner["steps"], may_fail)


def _trigger(step: Node, types: dict[str, str]) -> Trigger:
    name = step["resource"].text or step["get"].text
    return Trigger(TYPES.get(types.get(name, ""), "event"), step.line, f"a new version of {name}")


def _task(id: str, job: str, step: Node, tried: bool) -> Unit:
    file = step["file"].text.partition("/")[2]  # the first folder is an input of the job
    return Unit(
        id,
        "step",
        step.line,
        f"task {step['task'].text}",
        job,
        commands=_commands(step["config"]),
        uses=unique(f"./{file}" if file else ""),
        inputs=step["params"].scalars(),
        allow_failure=tried,
    )


def _commands(config: Node) -> tuple[Command, ...]:
    """What a task runs; the folder of an input is this repository's own, so that it is left out of the path."""
    words = [config.at("run.path"), *config.at("run.args").items()]
    found = run_by(words, words[0].line) if words[0].text else ()
    inputs = tuple(f"{each['name'].text}/" for each in config["inputs"].items() if each["name"].text)
    return tuple(
        Command(command.text, tuple(_without(word, inputs) for word in command.argv), command.line)
        if len(found) == 1 and command.argv and _without(command.argv[0], inputs) != command.argv[0]
        else command
        for command in found
    )


def _without(word: str, inputs: tuple[str, ...]) -> str:
    word = word.removeprefix("./")
    return next((word.removeprefix(each) for each in inputs if word.startswith(each)), word)


def _images(config: Node, unit: str) -> tuple[Resource, ...]:
    source = config["image_resource"]["source"]
    return image_named(source["repository"].text, source.line, unit) if source["repository"].text else ()
