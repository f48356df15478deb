"""Named commands in structured files: MLproject, package.json, Taskfile, and what their readers share."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from mlripe.facts import Command, Document, FileFacts, Resource, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable
from mlripe.readers.formats.cursor import Node, beside, image_name, unique
from mlripe.readers.formats.documents import load_json, load_yaml
from mlripe.readers.shell.commands import commands

__all__ = ["folder", "read_mlproject", "read_moon", "read_package_json_scripts", "read_taskfile", "run", "target"]

TARGETS: Final = 1000  # of one file
HOLE = lazy_regex(r"\{\{-?\s*(.*?)\s*-?\}\}")
PARAMETER = lazy_regex(r"\{(\w+)\}")
VARIABLE = lazy_regex(r"\$\{\{\.(\w+)\}\}")


def folder(path: str, relative: str = "") -> str:
    """The folder `relative` to the file at `path`, from the repository's root; the file's own for one outside it."""
    own = posixpath.dirname(path)
    joined = posixpath.normpath(posixpath.join(own, relative or "."))
    return own if joined.startswith(("/", "..")) or "{" in joined or "$" in joined else "" if joined == "." else joined


def run(node: Node, *, allow_failure: bool = False) -> tuple[Command, ...]:
    """The commands of a shell text, or of a list of words."""
    if node.is_list:
        argv = tuple(item.text for item in node.items())
        found: tuple[Command, ...] = (Command(" ".join(argv), argv, node.line),) if argv else ()
    else:
        found = commands(HOLE.sub(lambda match: f"${{{{{match[1]}}}}}", node.text), node.text_line, strict=False)
    return tuple(replace(command, allow_failure=True) for command in found) if allow_failure else found


def target(
    path: str, name: str, node: Node, says: str, found: tuple[Command, ...], needs: tuple[str, ...] = ()
) -> Unit:
    """A unit of kind `target` that runs in the folder of its file."""
    return Unit(name, "target", node.line, says, commands=found, needs=needs, directory=folder(path))


# --- MLproject -------------------------------------------------------------------------------------------------------


def read_mlproject(path: str, content: bytes) -> FileFacts:
    """A unit of kind `target` for each entry point of an MLflow project; its environment's file is what it reads."""
    documents = load_yaml(content)
    units: list[Unit] = []
    resources: list[Resource] = []
    for document in documents[:1]:
        root = Node.root(document)
        environment = unique(root["conda_env"].text, root["python_env"].text)
        if image := image_name(root.at("docker_env.image").text):
            node = root.at("docker_env.image")
            resources.append(Resource(f"image:{image}", node.text, node.line))
        for name, node in root["entry_points"].entries():
            unit = target(path, name, node, f"entry point {name}", _entry_point(node))
            units.append(replace(unit, reads=environment, inputs={"default": True} if name == "main" else {}))
    return FileFacts(units=tuple(units[:TARGETS]), resources=tuple(resources), documents=documents)


def _entry_point(node: Node) -> tuple[Command, ...]:
    defaults = {
        name: (value["default"] if value.is_mapping else value).text for name, value in node["parameters"].entries()
    }
    text = PARAMETER.sub(lambda match: defaults.get(match[1]) or match[0], node["command"].text)
    return commands(text, node["command"].text_line, strict=False)


# --- package.json ----------------------------------------------------------------------------------------------------


def read_package_json_scripts(path: str, content: bytes) -> FileFacts:
    """A unit of kind `target` for each script, which needs its `pre` script; and the document."""
    documents = _readable(content)
    units = []
    for document in documents:
        scripts = Node.root(document)["scripts"]
        for name, node in scripts.entries():
            needs = (f"pre{name}",) if f"pre{name}" in scripts else ()
            units.append(target(path, name, node, f"npm run {name}", run(node), needs))
    return FileFacts(units=tuple(units[:TARGETS]), documents=documents)


def _readable(content: bytes) -> tuple[Document, ...]:
    try:
        return load_json(content)
    except Unreadable:  # told by the reader of its dependencies
        return ()


# --- Taskfile --------------------------------------------------------------------------------------------------------


def read_taskfile(path: str, content: bytes) -> FileFacts:
    """A unit of kind `target` for each task of a Taskfile; a task needs the tasks that it depends on or calls.

    Included Taskfiles are the `uses` of a last unit `include`; its inputs name the file, or the files that a folder may
    hold, behind each namespace, and `dir NAMESPACE` where its tasks run.
    """
    documents = load_yaml(content)
    units: list[Unit] = []
    for document in documents[:1]:
        root = Node.root(document)
        variables = _variables(root["vars"])
        for name, node in root["tasks"].entries():
            units.append(_task(path, name, node, variables))
        namespaces: dict[str, object] = {}
        uses: list[str] = []
        for name, node in root["includes"].entries():
            place = (node["taskfile"] if node.is_mapping else node).text
            files = _included(path, place)
            uses += files
            if node["flatten"].value is not True:
                namespaces[name] = files
            if node["dir"].text:
                namespaces[f"dir {name}"] = folder(path, node["dir"].text)
        if known := unique(*uses):
            units.append(Unit("include", "include", root["includes"].line, "include", uses=known, inputs=namespaces))
    return FileFacts(units=tuple(units[:TARGETS]), documents=documents)


def _included(path: str, place: str) -> tuple[str, ...]:
    """The files that an include may mean: the one that it names, or a Taskfile of the folder that it names."""
    names = (f"{place}/{name}" for name in ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml"))
    return unique(*(beside(path, each) for each in ([place] if place.endswith((".yml", ".yaml")) else names)))


def _variables(node: Node) -> dict[str, str]:
    """Variables that a Taskfile writes out; what a command works out is left open."""
    return {name: value.text for name, value in node.entries() if value.text and "{{" not in value.text}


def _task(path: str, name: str, node: Node, variables: Mapping[str, str]) -> Unit:
    steps = list(_steps(node))
    variables = {**variables, **_variables(node["vars"])}
    called = [step["task"].text for step in steps] + [
        (d["task"] if d.is_mapping else d).text for d in node["deps"].items()
    ]
    found: list[Command] = []
    for step in steps:
        ignored = any(part["ignore_error"].value is True for part in (node, step))
        for command in run(step["cmd"] if step.is_mapping else step, allow_failure=ignored):
            for item in _items(step["for"], variables) or ("",):
                found.append(_with_variables(command, {**variables, "ITEM": item} if item else variables))
    return Unit(
        name,
        "target",
        node.line,
        f"task {name}",
        commands=tuple(found),
        inputs={"default": True} if name == "default" else {},
        needs=unique(*called),
        reads=unique(*(item.text for item in node["sources"].items())),
        writes=unique(*(item.text for item in node["generates"].items())),
        directory=folder(path, node["dir"].text),
    )


def _items(node: Node, variables: Mapping[str, str]) -> tuple[str, ...]:
    """What a step is repeated for: a list, or the words of a variable."""
    named = variables.get(node["var"].text, "")
    return tuple(item.text for item in node.items()) or tuple(named.split())


def _with_variables(command: Command, variables: Mapping[str, str]) -> Command:
    argv = tuple(VARIABLE.sub(lambda match: variables.get(match[1], match[0]), word) for word in command.argv)
    return command if argv == command.argv else replace(command, argv=argv)


def _steps(node: Node) -> Iterator[Node]:
    if not node.is_mapping:
        yield from list(node.items()) or [node]
    else:
        yield from [node["cmd"]] if "cmd" in node else ()
        yield from node["cmds"].items()


# --- moon.yml --------------------------------------------------------------------------------------------------------


def read_moon(path: str, content: bytes) -> FileFacts:
    """A unit of kind `target` for each task of a moon project that CI runs as well; servers and local tasks are left
    to people and are of kind `task`."""
    documents = load_yaml(content)
    units: list[Unit] = []
    for document in documents[:1]:
        tasks = dict(Node.root(document)["tasks"].entries())
        for name, task in tasks.items():
            source = tasks.get(task["extends"].text, task)
            words = [*_words(source["command"]), *_words(source["args"])]
            words += _words(task["args"]) if source is not task else []
            script = task["script"]
            text = script.text or " ".join(words)
            line = (script if script.text else source["command"]).line or task.line
            needs = tuple(dep.text.removeprefix("~:") for dep in task["deps"].items() if dep.text)
            local = task["local"].text == "true" or task["preset"].text in ("server", "watcher", "utility")
            unit = target(path, name, task, f"task {name}", commands(text, line, strict=False), needs)
            units.append(replace(unit, kind="task") if local else unit)
    return FileFacts(units=tuple(units[:TARGETS]), documents=documents)


def _words(node: Node) -> list[str]:
    return [item.text for item in node.items()] if node.is_list else [node.text] if node.text else []
