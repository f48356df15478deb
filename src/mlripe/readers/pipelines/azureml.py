"""Azure Machine Learning's YAML (CLI v2): jobs, pipelines with their stages, components, schedules, endpoints, assets.

A file says what it is by `$schema`, `.../commandJob.schema.json`, and mostly by `type:` as well; either is enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node, beside, images, unique
from mlripe.readers.shell.commands import commands

__all__ = ["azureml_facts"]

JOB_MARKS = {"pipeline": "jobs", "command": "command", "sweep": "trial", "spark": "entry", "parallel": "task"}
JOB_COMPANIONS = ("compute", "environment", "code", "settings", "experiment_name", "resources", "inputs", "outputs")
SCHEMA = lazy_regex(r"/([A-Za-z]+)\.schema\.json$")
CAPITAL = lazy_regex(r"(?<=[a-z])(?=[A-Z])")
SIBLING = lazy_regex(r"\$\{\{\s*parent\.jobs\.(\w+)\.")


def azureml_facts(path: str, root: Node) -> FileFacts:
    """The facts of an Azure ML YAML file at `path`; nothing for any other document."""
    names = _types(root)
    if not names:
        return FileFacts()
    name = root["name"].text or root["display_name"].text or root["experiment_name"].text
    id = f"{names[0]}/{name}" if name else names[0]
    resources = [Resource(f"azureml:{type}", name, _line(root), id) for type in names]
    resources += images(root, id)
    return FileFacts(units=tuple(_units(path, root, names, id)), resources=tuple(resources))


def _line(root: Node) -> int:
    return root["$schema" if "$schema" in root else "type"].line


def _types(root: Node) -> tuple[str, ...]:
    """What the file declares, the schema's word for it first: `("online-deployment", "managed-online-deployment")`."""
    address = root["$schema"].text
    type = root["type"].text
    if "azureml" in address.lower():
        found = SCHEMA.search(address)
        schema = CAPITAL.sub("-", found.group(1)).lower() if found else type
        return unique(*_general(schema))
    marked = type in JOB_MARKS and JOB_MARKS[type] in root and any(key in root for key in JOB_COMPANIONS)
    return (type,) if marked else ()


def _general(schema: str) -> Iterator[str]:
    """The plain type of a schema, then its own name where that says more."""
    for kind in ("deployment", "endpoint"):
        for way in ("online", "batch"):
            if schema.endswith(kind) and way in schema:
                yield f"{way}-{kind}"
    if schema.endswith("-component"):
        yield "component"
    if schema.endswith("-job"):
        yield schema.removesuffix("-job").replace("auto-ml", "automl")
        return
    if schema.endswith("-schedule") or schema == "schedule":
        yield "schedule"
    yield schema.replace("aml-compute", "amlcompute")


def _units(path: str, root: Node, names: tuple[str, ...], id: str) -> Iterator[Unit]:
    if "schedule" in names:
        yield from _schedule(path, root, id)
    elif root["jobs"].is_mapping:
        yield from _pipeline(path, root, id, _line(root))
    elif "component" in names or names[0] in JOB_MARKS:
        yield _stage(path, root, id, "", "component" if "component" in names else "job", line=_line(root))
    else:
        yield Unit(
            id=id,
            kind="resource",
            line=_line(root),
            says=f"Azure ML {id}",
            uses=unique(*_code(path, root), root["image"].text),
            inputs=root.scalars(),
        )


def _code(path: str, node: Node) -> Iterator[str]:
    """The files of the repository that an asset is made of: a scoring script, a model's or a data set's own path."""
    for configuration in (node["code_configuration"], node):
        folder, script = (
            configuration["code"].text,
            configuration["scoring_script"].text or configuration["entry_script"].text,
        )
        if script:
            yield beside(path, f"{folder or '.'}/{script}")
    for place in (node["path"], node["conda_file"], node.at("environment.conda_file"), node.at("model.path")):
        yield beside(path, "" if place.text.startswith("azureml:") else place.text)
    for place in (node["model"], node["environment"], node["component"], node["trial"], node["job"]):
        yield _file(path, place.text)
    for place in (node.at("build.path"), node.at("environment.build.path")):
        yield beside(path, place.text)


def _file(path: str, reference: str) -> str:
    """The file that a reference names: `./train.yml` or `file:./train.yml`, but not `azureml:train@latest`."""
    written = reference.removeprefix("file:")
    is_file = written.startswith(".") or written.endswith((".yml", ".yaml"))
    return beside(path, written) if is_file and not reference.startswith("azureml:") else ""


def _pipeline(path: str, root: Node, id: str, line: int, parent: str = "") -> Iterator[Unit]:
    yield Unit(id, "pipeline", line, f"Azure ML {id}", parent=parent, inputs=root["inputs"].scalars())
    for name, job in root["jobs"].entries():
        here = f"{id}/{name}"
        if job["jobs"].is_mapping:
            yield from _pipeline(path, job, here, job.line, id)
        else:
            siblings = (found for _, node in job.walk() if node.text for found in SIBLING.findall(node.text))
            yield _stage(path, job, here, id, "stage", tuple(f"{id}/{other}" for other in siblings if other != name))


def _stage(path: str, node: Node, id: str, parent: str, kind: str, needs: tuple[str, ...] = (), line: int = 0) -> Unit:
    inline = node["component"] if node["component"].is_mapping else node
    bodies = [inline, node["trial"], node["task"]]
    body = next((b for b in bodies if b["command"].text or b["entry"] or b["code"].text), inline)
    folder = beside(path, _folder(body["code"].text or node["code"].text))
    return Unit(
        id=id,
        kind=kind,
        line=line or node.line,
        says=f"{kind} {id.rsplit('/', 1)[-1]}",
        parent=parent,
        commands=_commands(body),
        uses=unique(*_code(path, node), *_entry(body, folder)),
        inputs=node["inputs"].scalars(),
        needs=unique(*needs),
        directory=folder.removeprefix("./").removeprefix("."),
    )


def _folder(code: str) -> str:
    """The folder that `code` uploads: where it is a single file, the command runs beside that."""
    return (code.rpartition("/")[0] or ".") if code.endswith((".py", ".sh", ".R")) else code


def _commands(body: Node) -> tuple[Command, ...]:
    command = body["command"]
    return commands(command.text, command.text_line, strict=False) if command.text else ()


def _entry(body: Node, folder: str) -> Iterator[str]:
    """The program of a Spark job and of a parallel task, in their code's folder."""
    for program in (body.at("entry.file").text, body["entry_script"].text):
        if program:
            yield beside("", f"{folder or '.'}/{program}")


def _schedule(path: str, root: Node, id: str) -> Iterator[Unit]:
    trigger = root["trigger"]
    detail = trigger["expression"].text or " ".join(("every", trigger["interval"].text, trigger["frequency"].text))
    job = root["create_job"]
    monitored = root["create_monitor"] if "create_monitor" in root else root["import_data"]
    yield Unit(
        id=id,
        kind="resource",
        line=_line(root),
        says=f"Azure ML {id}",
        triggers=(Trigger("schedule", trigger.line, detail, root["is_enabled"].text != "false"),) if trigger else (),
        uses=unique(_file(path, job.text), _file(path, job["job"].text), _file(path, monitored.text)),
    )
    if job["jobs"].is_mapping:
        yield from _pipeline(path, job, f"{id}/job", job.line, id)
    elif job["command"].text or job["component"]:
        yield _stage(path, job, f"{id}/job", id, "job")
