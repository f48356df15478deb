"""Job specifications: files that a command hands to something that runs jobs, and that name what it shall run.

Those with a dialect of their own first (SkyPilot, Vertex, Ray, Meltano, Kestra, Valohai); then any mapping
that has a command in it and looks like a job, so that a chain can be followed through a file of a tool unknown here.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.readers.formats.cursor import Node, beside, images, run_by, unique
from mlripe.readers.shell.commands import commands

__all__ = [
    "job_spec_facts",
    "kestra_facts",
    "meltano_facts",
    "ray_cluster_facts",
    "skypilot_facts",
    "valohai_facts",
    "vertex_facts",
]

COMMAND_KEYS = ("entrypoint", "command", "cmd", "run")
JOB_KEYS = frozenset(
    """
    image image_uri imageUri container docker environment env env_vars envs environment_variables runtime_env
    cluster_env resources compute compute_config cluster instance_type machine_type gpus cpus accelerators
    num_nodes working_dir workdir requirements setup max_retries retries timeout schedule project_id experiment
    experiment_name searcher hyperparameters code queue partition
    """.split()
)


def skypilot_facts(path: str, root: Node) -> FileFacts:
    """A SkyPilot task: `run` and `setup` on the `resources` of some cloud."""
    marks = ("accelerators", "cloud", "infra", "cpus", "use_spot", "any_of", "ports", "instance_type", "memory")
    run = root["run"]
    looks = root["resources"].is_mapping and any(key in root["resources"] for key in marks)
    if not (run.text and (looks or "num_nodes" in root or "file_mounts" in root)):
        return FileFacts()
    name = root["name"].text or "task"
    found = [c for node in (root["setup"], run) if node.text for c in commands(node.text, node.text_line, strict=False)]
    folder = beside("", root["workdir"].text).removeprefix("./").removeprefix(".")
    unit = Unit(f"job/{name}", "job", run.line, f"job {name}", commands=tuple(found), directory=folder)
    return _one(unit, "skypilot:service" if "service" in root else "skypilot:task", name)


def vertex_facts(path: str, root: Node) -> FileFacts:
    """A Vertex AI custom job: worker pools with their container or their Python module."""
    spec = root["jobSpec"] if root["jobSpec"].is_mapping else root.at("trialJobSpec") or root
    pools = spec["workerPoolSpecs"] if "workerPoolSpecs" in spec else spec["worker_pool_specs"]
    if not (pools.is_list or pools.is_mapping):
        return FileFacts()
    found: list[Command] = []
    for pool in pools.items() if pools.is_list else [pools]:  # gcloud takes a single pool as well
        container = pool["containerSpec"] or pool["container_spec"]
        found += _vector(container)
        package = pool["pythonPackageSpec"] or pool["python_package_spec"]
        module = package["pythonModule"] if "pythonModule" in package else package["python_module"]
        if module.text:
            found.append(Command(f"python -m {module.text}", ("python", "-m", module.text), module.line))
    pictures = tuple(
        images(pools, "job", frozenset({"imageUri", "image_uri", "executorImageUri", "executor_image_uri"}))
    )
    uses = unique(*(image.name for image in pictures))
    unit = Unit("job", "job", pools.line, "Vertex custom job", commands=tuple(found), uses=uses)
    return _one(unit, "vertex:custom-job", root["displayName"].text) + FileFacts(resources=pictures)


def ray_cluster_facts(path: str, root: Node) -> FileFacts:
    """A Ray cluster's configuration: `cluster_name` at a `provider`, and the commands that set its nodes up."""
    if not (root["cluster_name"].text and root["provider"].is_mapping):
        return FileFacts()
    keys = ("initialization_commands", "setup_commands", "head_setup_commands", "worker_setup_commands")
    texts = [node for key in keys for node in root[key].items()]
    found = tuple(c for node in texts for c in commands(node.text, node.text_line, strict=False))
    name = root["cluster_name"].text
    unit = Unit(f"cluster/{name}", "resource", root["cluster_name"].line, f"Ray cluster {name}", commands=found)
    return _one(unit, "ray:cluster", name) + FileFacts(resources=tuple(images(root["docker"], unit.id)))


def meltano_facts(path: str, root: Node) -> FileFacts:
    """A meltano.yml: its jobs, and its schedules with what they start."""
    if not root["plugins"].is_mapping or not any(
        key in root for key in ("project_id", "default_environment", "schedules")
    ):
        return FileFacts()
    units = []
    for job in root["jobs"].items():
        tasks = tuple(
            Command(f"meltano run {t.text}", ("meltano", "run", *t.text.split()), t.line) for t in job["tasks"].items()
        )
        units.append(Unit(f"job/{job['name'].text}", "job", job.line, f"job {job['name'].text}", commands=tasks))
    for schedule in root["schedules"].items():
        interval = schedule["interval"]
        argv = ("meltano", "run", schedule["job"].text or f"{schedule['extractor'].text} {schedule['loader'].text}")
        units.append(
            Unit(
                id=f"schedule/{schedule['name'].text}",
                kind="job",
                line=schedule.line,
                says=f"schedule {schedule['name'].text}",
                triggers=(
                    Trigger("schedule", interval.line, interval.text, interval.text not in ("@once", "@manual")),
                ),
                commands=(Command(" ".join(argv), argv, schedule.line),),
            )
        )
    return FileFacts(units=tuple(units), resources=(Resource("meltano:project", "", root["plugins"].line),))


def kestra_facts(path: str, root: Node) -> FileFacts:
    """A Kestra flow: tasks in order, with the commands of those that run scripts, and its triggers."""
    if not (root["id"].text and root["namespace"].text and root["tasks"].is_list):
        return FileFacts()
    id = f"flow/{root['id'].text}"
    triggers = []
    for trigger in root["triggers"].items():
        when = trigger["cron"]
        kind = "schedule" if when.text else "event"
        active = trigger["disabled"].text != "true" and root["disabled"].text != "true"
        triggers.append(Trigger(kind, (when if when.text else trigger).line, when.text or trigger["type"].text, active))
    units = [Unit(id, "pipeline", root["id"].line, f"flow {root['id'].text}", triggers=tuple(triggers))]
    resources = [Resource("kestra:flow", root["id"].text, root["id"].line, id)]
    for key, task in root["tasks"].walk("tasks"):
        if key == "tasks" and "type" in task:
            resources.append(Resource(f"kestra:{task['type'].text}", task["id"].text, task.line, id))
            texts = [*task["commands"].items(), *task["beforeCommands"].items()]
            found = tuple(c for node in texts for c in commands(node.text, node.text_line))
            uses = unique(task["type"].text, task["containerImage"].text)
            units.append(
                Unit(f"{id}/{task['id'].text}", "stage", task.line, f"task {task['id'].text}", id, (), found, uses)
            )
    return FileFacts(units=tuple(units), resources=tuple(resources))


def valohai_facts(path: str, root: Node) -> FileFacts:
    """A valohai.yaml: a list of steps with their image and command, and of pipelines."""
    units: list[Unit] = []
    resources: list[Resource] = []
    for item in root.items():
        step, pipeline = item["step"], item["pipeline"]
        if step["name"].text and "command" in step:
            name, command = step["name"].text, step["command"]
            texts = list(command.items()) or [command]
            found = tuple(c for node in texts for c in commands(node.text, node.text_line))
            uses = unique(step["image"].text)
            units.append(Unit(f"step/{name}", "stage", step.line, f"step {name}", commands=found, uses=uses))
            resources.append(Resource("valohai:step", name, step.line, f"step/{name}"))
        elif pipeline["name"].text and "nodes" in pipeline:
            name = pipeline["name"].text
            units.append(Unit(f"pipeline/{name}", "pipeline", pipeline.line, f"pipeline {name}"))
            resources.append(Resource("valohai:pipeline", name, pipeline.line, f"pipeline/{name}"))
    return FileFacts(units=tuple(units), resources=tuple(resources))


def job_spec_facts(path: str, root: Node) -> FileFacts:
    """Any mapping, or mapping in it, with a command and the keys of a job, as units of kind `job-spec`."""
    units = tuple(unit for name, node in (("", root), *root.entries()) for unit in _job_spec(name, node))
    return FileFacts(units=units)


def _job_spec(name: str, node: Node) -> Iterator[Unit]:
    key = next((key for key in COMMAND_KEYS if node[key].text or node[key].is_list), "")
    if not key or not any(other in JOB_KEYS for other, _ in node.entries()):
        return
    body = node[key]
    words = list(body.items())
    if any(not word.text for word in words):
        return
    found = run_by(words, body.line) if words else commands(body.text, body.text_line, strict=False)
    title = name or node["name"].text or "job"
    image = node["image"].text
    yield Unit(f"job-spec/{title}", "job-spec", body.line, f"job {title}", commands=found, uses=unique(image))


def _vector(container: Node) -> tuple[Command, ...]:
    words = [word for key in ("command", "args") for word in container[key].items()]
    return run_by(words, container["command" if "command" in container else "args"].line)


def _one(unit: Unit, type: str, name: str) -> FileFacts:
    return FileFacts(units=(unit,), resources=(Resource(type, name, unit.line, unit.id),))
