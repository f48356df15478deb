"""Tekton: tasks, pipelines and their runs, and the triggers that an event listener waits for."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mlripe.facts import Command, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.readers.formats.cursor import Node, run_by, unique
from mlripe.readers.shell.commands import commands
from mlripe.readers.shell.macros import macros_as_variables

__all__ = ["TEKTON", "tekton_units"]

TEKTON = frozenset(
    "Task ClusterTask TaskRun Pipeline PipelineRun EventListener TriggerTemplate Trigger TriggerBinding".split()
)


def tekton_units(node: Node, kind: str, id: str) -> Iterator[Unit]:
    """The unit of a Tekton manifest, then its steps (of a task) or stages (of a pipeline)."""
    spec = node["spec"]
    reference = spec["taskRef"] or spec["pipelineRef"]
    target = reference["name"].text and f"{'Task' if 'taskRef' in spec else 'Pipeline'}/{reference['name'].text}"
    templates = [
        f"TriggerTemplate/{(t.at('template.ref') or t.at('template.name')).text}"
        for t in (spec, *spec["triggers"].items())
        if t.at("template.ref") or t.at("template.name")
    ]
    yield Unit(
        id=id,
        kind="resource",
        line=node["kind"].line,
        says=f"{kind} {id.split('/', 1)[1]}".strip(),
        triggers=tuple(_triggers(node, kind)),
        uses=unique(target, *templates),
    )
    for body in (spec, spec["taskSpec"], spec["pipelineSpec"]):
        yield from _steps(body, id)
        yield from _stages(body, id)
    for index, template in enumerate(spec["resourcetemplates"].items()):
        for unit in tekton_units(template, template["kind"].text, f"{id}/{index}"):
            yield unit if unit.parent else replace(unit, parent=id)  # what a template makes, it starts


def _triggers(node: Node, kind: str) -> Iterator[Trigger]:
    """A push or a pull request where an interceptor lets only those through; else whatever is sent."""
    if kind not in ("EventListener", "Trigger"):
        return
    let = [
        item.text
        for key, value in node["spec"].walk()
        if key == "params" and value["name"].text == "eventTypes"
        for item in value["value"].items()
    ]
    kinds = dict.fromkeys(_EVENTS.get(text.lower(), "event") for text in let) or {"event": None}
    yield from (Trigger(each, node["kind"].line, "Tekton trigger") for each in kinds)


_EVENTS = {
    "push": "push",
    "push hook": "push",
    "pull_request": "pull_request",
    "merge request hook": "pull_request",
    "repo:refs_changed": "push",
}


def _steps(spec: Node, parent: str) -> Iterator[Unit]:
    for index, step in enumerate(spec["steps"].items()):
        name = step["name"].text or str(index)
        yield Unit(
            id=f"{parent}/{name}",
            kind="step",
            line=step.line,
            says=f"step {name}",
            parent=parent,
            commands=_commands(step),
            uses=unique(step["image"].text),
            allow_failure=step["onError"].text == "continue",
        )


def _commands(step: Node) -> tuple[Command, ...]:
    script = step["script"]
    first = script.text.lstrip().split("\n", 1)[0]
    if script.text and first.startswith("#!") and "python" in first:
        argv = ("python", "-c", script.text)
        return (Command("python (inline)", argv, script.text_line),)
    if script.text:
        return commands(macros_as_variables(script.text), script.text_line, strict=not first.startswith("#!"))
    words = [word for key in ("command", "args") for word in step[key].items()]
    return run_by(words, step["command"].line)


def _stages(spec: Node, parent: str) -> Iterator[Unit]:
    anyway = [(task, RunsAfter.ANY) for task in spec["finally"].items()]
    for task, outcome in (*((task, RunsAfter.SUCCESS) for task in spec["tasks"].items()), *anyway):
        id = f"{parent}/{task['name'].text}"
        after = [word.text for word in task["runAfter"].items()] + list(_results_used(task))
        reference = task.at("taskRef.name").text
        yield Unit(
            id=id,
            kind="stage",
            line=task.line,
            says=f"task {task['name'].text}",
            parent=parent,
            uses=unique(reference and f"Task/{reference}"),
            needs=unique(*(f"{parent}/{name}" for name in after)),
            condition=" ".join(when["input"].text for when in task["when"].items()),
            runs_after=outcome,
        )
        yield from _steps(task["taskSpec"], id)


def _results_used(task: Node) -> Iterator[str]:
    """Tasks whose results a parameter takes, `$(tasks.train.results.uri)`: they come first."""
    for parameter in task["params"].items():
        for part in parameter["value"].text.split("$(tasks.")[1:]:
            yield part.split(".", 1)[0]
