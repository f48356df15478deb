"""Pipelines that a program wrote out: Kubeflow's and Vertex AI's, SageMaker's, the states of Step Functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Resource, Unit
from mlripe.readers.formats.cursor import Node, image_name, run_by, unique

__all__ = ["kubeflow_component_facts", "kubeflow_facts", "sagemaker_facts", "state_machine_facts"]

LONGEST = 400  # characters of a script's address
MOST_STEPS = 500  # of a SageMaker pipeline


def kubeflow_facts(path: str, root: Node) -> FileFacts:
    """A compiled Kubeflow or Vertex pipeline: its stages in order, with their containers; else nothing."""
    spec = root["pipelineSpec"] if root["pipelineSpec"].is_mapping else root
    if not spec.at("root.dag").is_mapping:
        return FileFacts()
    name = spec.at("pipelineInfo.name").text or "pipeline"
    id = f"pipeline/{name}"
    line = spec["root"].line
    units = [Unit(id, "pipeline", line, f"pipeline {name}")]
    resources = [Resource("kubeflow:pipeline", name, line, id)]
    graphs = list(_graphs(id, spec))
    commands_of = {label: _commands(body["container"]) for label, body in spec.at("deploymentSpec.executors").entries()}
    given = _given(root, spec)
    for parent, tasks in graphs:
        for key, task in tasks.entries():
            label = spec["components"][task.at("componentRef.name").text]["executorLabel"].text
            container = spec.at("deploymentSpec.executors")[label]["container"]
            uses = (container["image"].text, *_scripts(task, given))
            stage = _stage(parent, key, task, uses, commands_of.get(label, ()))
            units.append(stage)
            if image := image_name(container["image"].text):
                resources.append(Resource(f"image:{image}", container["image"].text, container["image"].line, stage.id))
    return FileFacts(units=tuple(units), resources=tuple(resources))


def _graphs(id: str, spec: Node) -> Iterator[tuple[str, Node]]:
    """The tasks of the pipeline, and of each component that holds some, with the unit that they belong to.

    A component's belong to the task that asks for it: one with a condition holds them all back.
    """
    inner = {name: tasks for name, body in spec["components"].entries() if (tasks := body.at("dag.tasks")).is_mapping}
    waiting, seen = [(id, spec.at("root.dag.tasks"))], set[str]()
    while waiting:
        parent, tasks = waiting.pop(0)
        yield parent, tasks
        for key, task in tasks.entries():
            name = task.at("componentRef.name").text
            if name in inner and name not in seen:
                seen.add(name)
                waiting.append((f"{parent}/{key}", inner[name]))
    yield from ((id, tasks) for name, tasks in inner.items() if name not in seen)


def _given(root: Node, spec: Node) -> dict[str, str]:
    """The texts of the pipeline's own parameters: what a run gives, else what is theirs by default."""
    declared = (spec.at("root.inputDefinitions.parameters"), spec.at("root.inputDefinitions.artifacts"))
    found = {name: node["defaultValue"].text for each in declared for name, node in each.entries()}
    for key in ("parameters", "parameterValues"):
        for name, node in root["runtimeConfig"][key].entries():
            found[name] = (node["stringValue"] if node.is_mapping else node).text or found.get(name, "")
    return found


def _scripts(task: Node, given: Mapping[str, str]) -> Iterator[str]:
    """The scripts that a task is given to run as a job of its own: `gs://code/jobs/fit.py`."""
    for _, node in task.at("inputs.parameters").entries():
        constant = node.at("runtimeValue.constant").text or node.at("runtimeValue.constantValue.stringValue").text
        named = node["componentInputParameter"].text.removeprefix("pipelineparam--")
        text = constant or given.get(named, "")
        if text.endswith(".py") and "://" in text and len(text) < LONGEST:
            yield text


def _stage(parent: str, key: str, task: Node, uses: tuple[str, ...], found: tuple[Command, ...]) -> Unit:
    after = [node.text for node in task["dependentTasks"].items()]
    return Unit(
        id=f"{parent}/{key}",
        kind="stage",
        line=task.line,
        says=f"stage {task.at('taskInfo.name').text or key}",
        parent=parent,
        commands=found,
        uses=unique(*uses),
        needs=unique(*(f"{parent}/{name}" for name in after)),
        condition=task.at("triggerPolicy.condition").text,
    )


def _commands(container: Node) -> tuple[Command, ...]:
    words = [word for key in ("command", "args") for word in container[key].items()]
    return run_by(words, container["command" if "command" in container else "args"].line)


def kubeflow_component_facts(path: str, root: Node) -> FileFacts:
    """A Kubeflow component's YAML: a container with its command; nothing for any other document."""
    container = root.at("implementation.container")
    if not container.is_mapping or "name" not in root:
        return FileFacts()
    name = root["name"].text
    id = f"component/{name}"
    uses = unique(container["image"].text)
    unit = Unit(id, "component", root["name"].line, f"component {name}", commands=_commands(container), uses=uses)
    resources = [Resource("kubeflow:component", name, unit.line, id)]
    if image := image_name(container["image"].text):
        resources.append(Resource(f"image:{image}", container["image"].text, container["image"].line, id))
    return FileFacts(units=(unit,), resources=tuple(resources))


def sagemaker_facts(path: str, root: Node) -> FileFacts:
    """A SageMaker pipeline definition (JSON): steps with their type and order; nothing for any other document.

    Steps that stand in a condition's arms belong to it: the condition decides whether they run.
    """
    if "Version" not in root or not any("Name" in step and "Type" in step for step in root["Steps"].items()):
        return FileFacts()
    id = "pipeline"
    units = [Unit(id, "pipeline", root["Steps"].line, "SageMaker pipeline")]
    resources = [Resource("sagemaker:pipeline", "", root["Steps"].line, id)]
    ids: dict[str, str] = {}  # of the steps by their names, which are unique
    waiting = [(id, root["Steps"])]
    while waiting and len(units) < MOST_STEPS:
        parent, steps = waiting.pop(0)
        for step in steps.items():
            name, type = step["Name"].text, step["Type"].text
            if not name or not type:
                continue
            own = f"{parent}/{name}"
            resources.append(Resource(f"sagemaker:{type}", name, step.line, own))
            ids.setdefault(name, own)
            after = unique(*(node.text for node in step["DependsOn"].items()), *_outputs_used(step, name))
            uses = unique(*_code_of(step["Arguments"]))
            units.append(Unit(own, "stage", step.line, f"{type} step {name}", parent=parent, needs=after, uses=uses))
            waiting += ((own, step["Arguments"][arm]) for arm in ("IfSteps", "ElseSteps"))
    ordered = (replace(unit, needs=unique(*(ids.get(name, "") for name in unit.needs))) for unit in units)
    return FileFacts(units=tuple(ordered), resources=tuple(resources))


def _code_of(arguments: Node) -> Iterator[str]:
    """The scripts that a step runs, by their addresses: an input that is one, the program beside an archive of code."""
    for key, node in arguments["ProcessingInputs"].walk():
        if key == "S3Uri" and node.text.endswith(".py") and len(node.text) < LONGEST:
            yield node.text
    given = arguments["HyperParameters"]
    program, archive = (given[key].text.strip('"') for key in ("sagemaker_program", "sagemaker_submit_directory"))
    if program.endswith(".py") and "://" in archive and len(archive) < LONGEST:
        yield f"{archive.rpartition('/')[0]}/{program}"


def _outputs_used(step: Node, own: str) -> Iterator[str]:
    """Names of steps whose properties this one takes: `{"Get": "Steps.Train.ModelArtifacts"}`."""
    for key, node in step["Arguments"].walk():
        if key == "Get" and node.text.startswith("Steps."):
            other = node.text.split(".")[1]
            if other != own:
                yield other


def state_machine_facts(path: str, root: Node) -> FileFacts:
    """A state machine of AWS Step Functions: its states in order; nothing for any other document."""
    states = root["States"]
    if "StartAt" not in root or not states.is_mapping:
        return FileFacts()
    id = "state-machine"
    units = [Unit(id, "pipeline", root["StartAt"].line, "state machine")]
    before: dict[str, list[str]] = {}
    for name, state in states.entries():
        for way in (state, *state["Choices"].items()):
            before.setdefault(way["Next"].text, []).append(f"{id}/{name}")
    for name, state in states.entries():
        units.append(
            Unit(
                id=f"{id}/{name}",
                kind="stage",
                line=state.line,
                says=f"state {name}",
                parent=id,
                uses=unique(state["Resource"].text),
                needs=unique(*before.get(name, ())),
            )
        )
    resource = Resource("stepfunctions:state-machine", root["Comment"].text, root["StartAt"].line, id)
    return FileFacts(units=tuple(units), resources=(resource,))
