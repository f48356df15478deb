"""Argo Workflows and Argo Events: templates become stages, and a task's order in a DAG becomes its needs."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mlripe.facts import Command, Trigger, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node, run_by, unique
from mlripe.readers.shell.commands import commands

__all__ = ["argo_units", "is_argo"]

KINDS = frozenset(
    "Workflow CronWorkflow WorkflowTemplate ClusterWorkflowTemplate Sensor EventSource WorkflowEventBinding".split()
)
MOST_TASKS = 300  # every task repeats its template's commands; beyond these a file is not written by people
MOST_COMMANDS = 50
PARAMETER = lazy_regex(r"\{\{-?\s*inputs\.parameters\.([\w-]+)\s*-?\}\}")
DEPENDED = lazy_regex(r"([\w-]+)(?:\.\w+)?")


def is_argo(group: str, kind: str) -> bool:
    """Whether these are resources of Argo that this module reads."""
    return group == "argoproj.io" and kind in KINDS


def argo_units(node: Node, kind: str, id: str, schedules: tuple[Trigger, ...] = ()) -> Iterator[Unit]:
    """The unit of an Argo manifest, then one for each stage of its workflow."""
    spec = node["spec"]
    workflow = {"CronWorkflow": spec["workflowSpec"], "ScheduledWorkflow": spec.at("workflow.spec")}.get(kind, spec)
    reference = workflow["workflowTemplateRef"]["name"].text
    yield Unit(
        id=id,
        kind="resource",
        line=node["kind"].line,
        says=f"{kind} {id.split('/', 1)[-1]}",
        triggers=(*schedules, *_events(spec, kind)),
        uses=unique(reference and f"WorkflowTemplate/{reference}"),
    )
    yield from _Workflow(id, workflow).units()
    for trigger in spec["triggers"].items() if kind == "Sensor" else ():
        template = trigger["template"]
        for submitted in (template.at("argoWorkflow.source.resource"), template.at("k8s.source.resource")):
            if submitted["kind"].text in KINDS - {"Sensor"}:
                name = template["name"].text or "trigger"
                for unit in argo_units(submitted, submitted["kind"].text, f"{id}/{name}"):
                    yield unit if unit.parent else _below(unit, id)


def _below(unit: Unit, parent: str) -> Unit:
    return Unit(unit.id, unit.kind, unit.line, unit.says, parent=parent, uses=unit.uses)


def _events(spec: Node, kind: str) -> Iterator[Trigger]:
    if kind == "Sensor":
        for dependency in spec["dependencies"].items():
            yield Trigger("event", dependency.line, dependency["eventName"].text or dependency["name"].text)
    elif kind == "WorkflowEventBinding":
        yield Trigger("event", spec["event"].line, spec.at("event.selector").text)


class _Workflow(Struct, frozen=True):
    """A workflow's templates, read into one unit a task and one for each template that no task names."""

    id: str
    spec: Node

    def units(self) -> Iterator[Unit]:
        templates = {template["name"].text: template for template in self.spec["templates"].items()}
        commands_of = {name: _template_commands(template)[:MOST_COMMANDS] for name, template in templates.items()}
        tasks = [task for name, template in templates.items() for task in self._tasks(name, template)][:MOST_TASKS]
        called = {task["template"].text for _, _, task in tasks}
        for name, template in templates.items():
            if "dag" in template or "steps" in template or name not in called:
                yield self._stage(f"{self.id}/{name}", self.id, template, template, commands_of[name])
        for owner, needs, task in tasks:
            name = task["template"].text
            template = templates.get(name, task["inline"])
            found = commands_of[name] if name in commands_of else _template_commands(template)
            yield self._stage(f"{owner}/{task['name'].text}", owner, task, template, found, needs)

    def _tasks(self, name: str, template: Node) -> Iterator[tuple[str, tuple[str, ...], Node]]:
        """The tasks of a `dag` or `steps` template: the owner's id, what each needs, and its node."""
        owner = f"{self.id}/{name}"
        for task in template["dag"]["tasks"].items():
            after = [word.text for word in task["dependencies"].items()] + DEPENDED.findall(task["depends"].text)
            yield owner, unique(*(f"{owner}/{other}" for other in after)), task
        before: tuple[str, ...] = ()
        for group in template["steps"].items():
            together = list(group.items()) or [group]
            for task in together:
                yield owner, before, task
            before = tuple(f"{owner}/{task['name'].text}" for task in together)

    def _stage(
        self, id: str, parent: str, node: Node, template: Node, found: tuple[Command, ...], needs: tuple[str, ...] = ()
    ) -> Unit:
        arguments = {p["name"].text: p["value"].text for p in node.at("arguments.parameters").items()}
        reference = node.at("templateRef.name").text
        suspend = "suspend" in template and not template["suspend"]["duration"]
        return Unit(
            id=id,
            kind="stage",
            line=node.line,
            says=f"stage {id.rsplit('/', 1)[-1]}",
            parent=parent,
            commands=tuple(_filled(command, arguments) for command in found),
            uses=unique(
                reference and f"WorkflowTemplate/{reference}",
                template.at("container.image").text,
                template.at("script.image").text,
            ),
            inputs=arguments,
            needs=needs,
            condition=node["when"].text,
            allow_failure=bool(node["continueOn"]),
            approval=suspend,
        )


def _template_commands(template: Node) -> tuple[Command, ...]:
    script, container = template["script"], template["container"]
    source = script["source"]
    if source.text:
        argv = tuple(word.text for word in script["command"].items())
        if argv and argv[0].rsplit("/", 1)[-1].startswith("python"):
            return (Command("python (inline)", ("python", "-c", source.text), source.text_line),)
        return commands(source.text, source.text_line, strict=False)
    bodies = [container, *template.at("containerSet.containers").items()]
    found: list[Command] = []
    for body in bodies:
        found += run_by([word for key in ("command", "args") for word in body[key].items()], body["command"].line)
    return tuple(found)


def _filled(command: Command, arguments: dict[str, str]) -> Command:
    """The command with the task's arguments in the place of the template's parameters."""
    if "{{" not in command.text or not arguments:
        return command

    def fill(text: str) -> str:
        return str(PARAMETER.sub(lambda found: arguments.get(found.group(1), found.group(0)), text))

    argv = tuple(fill(word) for word in command.argv)
    return Command(fill(command.text), argv, command.line, command.directory, command.allow_failure)
