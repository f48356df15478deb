"""Databricks asset bundles: jobs with their tasks and schedules, and the other resources that a bundle deploys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node, beside, unique
from mlripe.readers.shell.commands import commands

__all__ = ["databricks_facts"]

KINDS = frozenset(
    """
    jobs pipelines models experiments model_serving_endpoints registered_models quality_monitors schemas volumes
    clusters apps dashboards secret_scopes database_instances alerts
    """.split()
)

CHECKOUT: Final = lazy_regex(r"/(?:Workspace/)?Repos/[^/\n]+/[^/\n]+/")


def databricks_facts(path: str, root: Node) -> FileFacts:
    """The facts of a bundle's file, databricks.yml or one that it includes, or of a deployment file of dbx."""
    if root["environments"].is_mapping:
        return _dbx(path, root["environments"])
    own = root["resources"]
    targets = [target["resources"] for _, target in root["targets"].entries()]
    declared = [node for node in (own, *targets) if node.is_mapping]
    is_bundle = root["bundle"].is_mapping and "name" in root["bundle"]
    if not is_bundle and not (own.is_mapping and own and all(key in KINDS for key, _ in own.entries())):
        return FileFacts()
    facts = FileFacts(units=tuple(_bundle(path, root))) if is_bundle else FileFacts()
    for resources in declared:
        facts += _declared(path, resources)
    return facts


def _dbx(path: str, environments: Node) -> FileFacts:
    """A deployment file of dbx: in each environment a list of workflows, which are jobs as a bundle has them."""
    jobs: dict[str, Node] = {}
    for _, environment in environments.entries():
        for job in (*environment["workflows"].items(), *environment["jobs"].items()):
            if job["name"].text and (job["tasks"] or any(key.endswith("_task") for key, _ in job.entries())):
                jobs.setdefault(job["name"].text, job)
    units = [unit for name, job in jobs.items() for unit in _job(path, f"jobs/{name}", job)]
    resources = [Resource("databricks:jobs", name, job.line, f"jobs/{name}") for name, job in jobs.items()]
    return FileFacts(units=tuple(units), resources=tuple(resources))


def _bundle(path: str, root: Node) -> Iterator[Unit]:
    name = root.at("bundle.name").text
    included = (beside(path, item.text) for item in root["include"].items())
    yield Unit(f"bundle/{name}", "resource", root["bundle"].line, f"bundle {name}", uses=unique(*included))
    for key, artifact in root["artifacts"].entries():
        build = artifact["build"]
        found = commands(build.text, build.text_line) if build.text else ()
        yield Unit(f"artifact/{key}", "step", artifact.line, f"artifact {key}", commands=found)


def _declared(path: str, resources: Node) -> FileFacts:
    units: list[Unit] = []
    found: list[Resource] = []
    for kind, named in resources.entries():
        for key, body in named.entries():
            found.append(Resource(f"databricks:{kind}", key, body.line, f"{kind}/{key}"))
            units += _job(path, f"{kind}/{key}", body) if kind == "jobs" else [_other(path, kind, key, body)]
    return FileFacts(units=tuple(units), resources=tuple(found))


def _other(path: str, kind: str, key: str, body: Node) -> Unit:
    libraries = (
        place for library in body["libraries"].items() for place in notebooks(path, library.at("notebook.path").text)
    )
    files = (beside(path, library.at("file.path").text) for library in body["libraries"].items())
    schedule = body["schedule"]
    return Unit(
        id=f"{kind}/{key}",
        kind="resource",
        line=body.line,
        says=f"{kind.removesuffix('s')} {key}",
        triggers=tuple(_schedules(schedule)),
        uses=unique(*libraries, *files, beside(path, body["source_code_path"].text)),
    )


def _job(path: str, id: str, job: Node) -> Iterator[Unit]:
    yield Unit(
        id=id,
        kind="resource",
        line=job.line,
        says=f"Databricks job {id.split('/', 1)[1]}",
        triggers=(*_schedules(job["schedule"]), *_triggers(job["trigger"]), *_continuous(job["continuous"])),
    )
    single = [job] if any(key.endswith("_task") for key, _ in job.entries()) else []
    for task in (*job["tasks"].items(), *single):
        body = task.at("for_each_task.task") if task["for_each_task"].is_mapping else task
        name = task["task_key"].text or "task"
        yield Unit(
            id=f"{id}/{name}",
            kind="stage",
            line=task.line,
            says=f"task {name}",
            parent=id,
            commands=tuple(_commands(body)),
            uses=unique(*_programs(path, body, bool(job["git_source"]))),
            inputs=body.at("notebook_task.base_parameters").scalars(),
            needs=unique(*(f"{id}/{other['task_key'].text}" for other in task["depends_on"].items())),
            condition=task["run_if"].text,
        )


def _schedules(schedule: Node) -> Iterator[Trigger]:
    expression = schedule["quartz_cron_expression"]
    if expression.text:
        yield Trigger("schedule", expression.line, expression.text, _on(schedule))


def _triggers(trigger: Node) -> Iterator[Trigger]:
    periodic = trigger["periodic"]
    if periodic.is_mapping:
        yield Trigger(
            "schedule", periodic.line, f"every {periodic['interval'].text} {periodic['unit'].text}", _on(trigger)
        )
    for key in ("file_arrival", "table_update", "table", "model"):
        if trigger[key].is_mapping:
            yield Trigger("event", trigger[key].line, f"{key} {trigger[key]['url'].text}".strip(), _on(trigger))


def _continuous(continuous: Node) -> Iterator[Trigger]:
    if continuous.is_mapping:
        yield Trigger("schedule", continuous.line, "continuous", _on(continuous))


def _on(node: Node) -> bool:
    return node["pause_status"].text != "PAUSED"


def _programs(path: str, task: Node, fetched: bool) -> Iterator[str]:
    yield from notebooks(path, task.at("notebook_task.notebook_path").text, fetched)
    for place in (
        task.at("spark_python_task.python_file"),
        task.at("sql_task.file.path"),
        task.at("dbt_task.project_directory"),
    ):
        text = place.text.removeprefix("file:fuse://").removeprefix("file://")
        yield beside(path, text) if text == place.text else f"./{text.lstrip('/')}"  # dbx: from the project's root
        yield beside("", text) if fetched else ""


def notebooks(path: str, written: str, fetched: bool = False) -> Iterator[str]:
    """The files that the path of a notebook means, as the file at `path` writes it.

    In a workspace it has no ending; in the repository it is a notebook or a Python file. `fetched`: the job takes its
    code from git, so that paths count from the root of the repository. A checkout below `/Repos` has two folders more.
    """
    checkout = CHECKOUT.match(written)
    place = beside("" if fetched or checkout else path, written[checkout.end() :] if checkout else written)
    if place.endswith((".py", ".ipynb", ".sql", ".r", ".scala")):
        yield place
    elif place:
        yield from (f"{place}.py", f"{place}.ipynb")


def _commands(task: Node) -> Iterator[Command]:
    for command in task.at("dbt_task.commands").items():
        yield from commands(command.text, command.line)
    wheel = task["python_wheel_task"]
    if wheel["entry_point"].text:  # the wheel's console script, by the name that it is declared under
        yield Command(wheel["entry_point"].text, (wheel["entry_point"].text,), wheel["entry_point"].line)
