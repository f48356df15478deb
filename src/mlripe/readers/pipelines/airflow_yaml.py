"""DAGs of Airflow that stand in YAML, as dag-factory reads them: a mapping from names to schedules and tasks."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice
from typing import Final

from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.readers.formats.cursor import Node, beside, from_above, unique
from mlripe.readers.shell.commands import commands

__all__ = ["dag_factory_facts"]

DAGS: Final = 200  # of one file
TASKS: Final = 300  # of one DAG
SCHEDULES: Final = ("schedule", "schedule_interval")
NEVER: Final = ("", "none", "@once", "null")
SHARED: Final = "default"  # what all DAGs of the file have


def dag_factory_facts(path: str, root: Node) -> FileFacts:
    """The facts of a file of dag-factory; nothing for any other document."""
    named = [(name, dag) for name, dag in islice(root.entries(), DAGS) if name != SHARED and _is_dag(dag)]
    units = [unit for name, dag in named for unit in _dag(path, name, dag, root[SHARED])]
    resources = (Resource("airflow:dag", name, dag.line, f"pipeline/{name}") for name, dag in named)
    return FileFacts(units=tuple(units), resources=tuple(resources))


def _is_dag(dag: Node) -> bool:
    return any("operator" in task or "decorator" in task for _, task in _tasks(dag))


def _tasks(dag: Node) -> Iterator[tuple[str, Node]]:
    """The tasks by their ids: a mapping, or a list of them."""
    yield from islice(dag["tasks"].entries(), TASKS)
    for item in islice(dag["tasks"].items(), TASKS):
        yield item["task_id"].text, item


def _dag(path: str, name: str, dag: Node, shared: Node) -> Iterator[Unit]:
    id = f"pipeline/{name}"
    schedule = next((holder[key] for holder in (dag, shared) for key in SCHEDULES if key in holder), dag[""])
    paused = any(holder["is_paused_upon_creation"].value is True for holder in (dag, shared))
    triggers: tuple[Trigger, ...] = ()
    if schedule.is_mapping or schedule.is_list:  # data sets that others write
        triggers = (Trigger("event", schedule.line, "data sets", not paused),)
    elif schedule.text.lower() not in NEVER:
        triggers = (Trigger("schedule", schedule.line, schedule.text, not paused),)
    yield Unit(id, "pipeline", dag.line, f"DAG {name}", triggers=triggers)
    for key, task in _tasks(dag):
        yield Unit(
            id=f"{id}/{key}",
            kind="stage",
            line=task.line,
            says=f"task {key}",
            parent=id,
            commands=tuple(_commands(task)),
            uses=unique(*_called(path, task)),
            needs=unique(*(f"{id}/{item.text}" for item in task["dependencies"].items())),
        )


def _commands(task: Node) -> Iterator[Command]:
    text = task["bash_command"]
    if text.text:
        yield from commands(text.text, text.text_line)


def _called(path: str, task: Node) -> Iterator[str]:
    """The function that a task calls: `python_callable_file` and `..._name`, or a dotted `python_callable`.

    Files are named as the scheduler sees them, from a root of its own: what follows may be of this repository.
    """
    file, function = task["python_callable_file"].text, task["python_callable_name"].text
    module, dot, name = task["python_callable"].text.rpartition(".")
    if not file and dot:
        file, function = module.replace(".", "/") + ".py", name
    if not file.endswith(".py") or not function:
        return
    parts = file.strip("/").split("/")
    for start in range(min(len(parts), 8)):
        end = "/".join(parts[start:])
        yield from (f"{found}:{function}" for found in from_above(path, end))
    yield f"{beside(path, posixpath.basename(file))}:{function}"
