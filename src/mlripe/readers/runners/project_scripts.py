"""Console scripts that a Python project installs, and the task runners that are configured in pyproject.toml."""

from __future__ import annotations

import itertools
import posixpath
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from mlripe.facts import BLOCK, Command, Document, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable
from mlripe.readers.formats.cursor import Node, unique
from mlripe.readers.formats.documents import load_toml, text_of
from mlripe.readers.runners.ini import sections
from mlripe.readers.runners.task_files import folder, run, target
from mlripe.readers.runners.tox import tox_units
from mlripe.readers.runners.tox_toml import tox_toml_units
from mlripe.texts import line_at

__all__ = [
    "console_scripts_from_text",
    "read_hatch_scripts",
    "read_mise_tasks",
    "read_pipenv_scripts",
    "read_pixi_tasks",
    "read_pyproject",
    "read_pyproject_scripts",
    "read_setup_cfg",
    "read_setup_py_scripts",
]

SCRIPTS: Final = 1000  # of one file
ENTRY = lazy_regex(r"([\w.-]+)\s*=\s*([A-Za-z_][\w.]*(?::[\w.]+)?)\s*(?:\[[^\]]*\])?\s*\Z")
LITERAL = lazy_regex(r"\"([^\"\n]{1,300})\"|'([^'\n]{1,300})'")
CONSOLE = lazy_regex(r"console_scripts[\"']?\s*[=:]\s*\[?")
CLOSED = lazy_regex(r"[\]}:)]")
TRIPLE = lazy_regex(r"\"\"\"|'''")
CALLED = lazy_regex(r"([A-Za-z_][\w.]*):([A-Za-z_][\w.]*)")


# --- console scripts -------------------------------------------------------------------------------------------------


def _console(name: str, entry: str, line: int, directory: str = "") -> Unit:
    # a task may have the same name
    inputs = {"entry": entry.strip()}
    return Unit(f"console/{name}", "console", line, f"command {name}", inputs=inputs, directory=directory)


def console_scripts_from_text(text: str, directory: str = "") -> tuple[Unit, ...]:
    """The console scripts that a setup.py writes as literals, as units of kind `console`."""
    found: list[Unit] = []
    for start in itertools.islice(CONSOLE.finditer(text), 20):
        at = start.end()
        while (literal := LITERAL.search(text, at)) and not CLOSED.search(text, at, literal.start()):
            entry = ENTRY.match((literal[1] or literal[2]).strip())
            at = literal.end()
            if entry and len(found) < SCRIPTS:
                found.append(_console(entry[1], entry[2], line_at(text, literal.start()), directory))
    return tuple(found)


def read_setup_py_scripts(path: str, content: bytes) -> FileFacts:
    """The console scripts of a setup.py."""
    return FileFacts(units=console_scripts_from_text(text_of(content)[:300_000], posixpath.dirname(path)))


def read_setup_cfg(path: str, content: bytes) -> FileFacts:
    """The console scripts of a setup.cfg, and the environments of tox in it."""
    text = text_of(content)
    found = sections(text)
    units: list[Unit] = []
    if points := found.get("options.entry_points"):
        option = points.options.get("console_scripts")
        for line, written in option.lines if option else ():
            if entry := ENTRY.match(written):
                units.append(_console(entry[1], entry[2], line, posixpath.dirname(path)))
    if any(name.startswith("testenv") or name == "tox:tox" for name in found):
        units += tox_units(path, text)
    return FileFacts(units=tuple(units[:SCRIPTS]))


# --- pyproject.toml and pixi.toml ------------------------------------------------------------------------------------


def read_pyproject(path: str, content: bytes) -> FileFacts:
    """The console scripts and tasks of a pyproject.toml, and its document."""
    return _read_toml(path, content)


def read_pixi_tasks(path: str, content: bytes) -> FileFacts:
    """The tasks of a pixi.toml, and its document."""
    return _read_toml(path, content)


def read_hatch_scripts(path: str, content: bytes) -> FileFacts:
    """The scripts of a hatch.toml, and its document."""
    return _of_tables(path, content, lambda root: _hatch(root["envs"]))


def read_pipenv_scripts(path: str, content: bytes) -> FileFacts:
    """The scripts of a Pipfile."""
    found = _of_tables(path, content, lambda root: _named("pipenv run", root["scripts"]))
    return FileFacts(units=found.units)  # the document is that of the reader of its dependencies


def read_mise_tasks(path: str, content: bytes) -> FileFacts:
    """The tasks of a mise.toml, and its document."""
    return _of_tables(path, content, lambda root: _named("mise run", root["tasks"]))


def _of_tables(path: str, content: bytes, tasks: Callable[[Node], Iterable[tuple[str, str, Node]]]) -> FileFacts:
    documents = load_toml(content)
    found = [_task(path, *task) for document in documents for task in tasks(Node.root(document))]
    return FileFacts(units=tuple(found[:SCRIPTS]), documents=documents)


def _read_toml(path: str, content: bytes) -> FileFacts:
    try:
        documents = load_toml(content)
    except Unreadable:  # told by the reader of its dependencies
        return FileFacts()
    found = tuple(_with_text_lines(document, text_of(content)) for document in documents)
    units = [unit for document in found for unit in read_pyproject_scripts(document, path)]
    return FileFacts(units=tuple(units), documents=found)


def _with_text_lines(document: Document, text: str) -> Document:
    """The document with the first lines of texts that begin below their key, behind a line end after the quotes."""
    lines = dict(document.lines)
    written = text.split("\n")
    for place, line in document.lines.items():
        source = written[line - 1].rstrip() if 0 < line <= len(written) else ""
        if source.endswith(('"""', "'''")) and len(TRIPLE.findall(source)) == 1:
            lines.setdefault((*place, BLOCK), line + 1)
    return Document(document.data, lines)


def read_pyproject_scripts(document: Document, path: str = "pyproject.toml") -> tuple[Unit, ...]:
    """Console scripts (kind `console`, id `console/name`) and tasks (kind `target`) of a pyproject.toml, pixi.toml."""
    root = Node.root(document)
    tool = root["tool"]
    units: dict[str, Unit] = {}
    for table in (root.at("project.scripts"), tool.at("poetry.scripts"), tool.at("flit.scripts")):
        for name, node in table.entries():
            entry = (node["callable"] or node["reference"] if node.is_mapping else node).text
            units.setdefault(f"console/{name}", _console(name, entry, node.line, posixpath.dirname(path)))
    for group, table in (*root.at("project.entry-points").entries(), *tool.at("poetry.plugins").entries()):
        for name, node in table.entries():
            unit = _console(f"entry-point/{group}/{name}", node.text, node.line, posixpath.dirname(path))
            units.setdefault(unit.id, replace(unit, says=f"entry point {name} of {group}"))
    for runner, name, node in _tasks(root):
        if not name.startswith("_") and name not in units and len(units) < SCRIPTS:
            units[name] = _task(path, runner, name, node)
    for unit in tox_toml_units(path, tool["tox"]):
        units.setdefault(unit.id, unit)
    legacy = tool.at("tox.legacy_tox_ini")
    for unit in tox_units(path, legacy.text, legacy.text_line) if legacy.text else ():
        units.setdefault(unit.id, unit)
    return tuple(units.values())


def _tasks(root: Node) -> Iterator[tuple[str, str, Node]]:
    """Each task with the command that starts it, and its name there."""
    tool = root["tool"]
    tables = {"poe": "poe.tasks", "task": "taskipy.tasks", "pdm run": "pdm.scripts", "rye run": "rye.scripts"}
    for runner, table in tables.items():
        for name, node in tool.at(table).entries():
            yield runner, name, node
    yield from _hatch(tool.at("hatch.envs"))
    for pixi in (tool["pixi"], root if "workspace" in root or "tasks" in root else root["pixi"]):
        for tasks in (pixi["tasks"], *(feature["tasks"] for _, feature in pixi["feature"].entries())):
            for name, node in tasks.entries():
                yield "pixi run", name, node


def _named(runner: str, table: Node) -> Iterator[tuple[str, str, Node]]:
    yield from ((runner, name, node) for name, node in table.entries())


def _hatch(environments: Node) -> Iterator[tuple[str, str, Node]]:
    """The scripts of hatch's environments; one of another than the default is `environment:script`.

    An environment has those of its template too, which is the default one where it names none.
    """
    for environment, node in environments.entries():
        known = dict(node["scripts"].entries())
        template = node["template"].text or "default"
        if template != environment and node["detached"].value is not True:
            known = {**dict(environments[template]["scripts"].entries()), **known}
        for name, script in known.items():
            yield "hatch run", name if environment == "default" else f"{environment}:{name}", script


def _task(path: str, runner: str, name: str, node: Node) -> Unit:
    allow_failure = node["ignore_fail"].value is True
    needs = _own_scripts(name, node) if runner == "hatch run" else _needs(node)
    unit = target(path, name, node, f"{runner} {name}", tuple(_commands(node, allow_failure)), unique(*needs))
    return replace(unit, directory=folder(path, (node["cwd"] or node["working_dir"]).text), allow_failure=allow_failure)


def _needs(node: Node) -> Iterator[str]:
    """Other tasks that a task starts, some with arguments: what it depends on, and the parts of a sequence."""
    yield from (words[0] for named in _started(node) if (words := named.split(None, 1)))


def _started(node: Node) -> Iterator[str]:
    for key in ("deps", "depends-on", "depends_on", "depends", "composite", "chain", "sequence", "ref"):
        listed = list(node[key].items()) or [node[key]]
        yield from ((item["task"] or item["ref"] if item.is_mapping else item).text for item in listed)
    if node.is_list:  # a sequence of poe; commands elsewhere, whose first words are no task's name
        yield from (item.text or item["ref"].text for item in node.items())


def _own_scripts(name: str, node: Node) -> Iterator[str]:
    """What may be other scripts of the same environment of hatch: the first word of each of a script's commands."""
    prefix = name.rpartition(":")[0]
    for line in node.items() if node.is_list else (node,):
        first = line.text.removeprefix("- ").split(None, 1)[:1]
        yield from (f"{prefix}:{word}" if prefix else word for word in first)


def _commands(node: Node, allow_failure: bool) -> Iterator[Command]:
    if node.is_list:
        for item in node.items():
            yield from _commands(item, allow_failure)
        return
    if not node.is_mapping:
        ignored = allow_failure or node.text.startswith("- ")
        for command in run(node, allow_failure=ignored):
            yield replace(command, argv=command.argv[1:], text=command.text[2:]) if command.argv[0] == "-" else command
        return
    for key in ("cmd", "shell", "run"):
        yield from run(node[key], allow_failure=allow_failure)
    for key in ("script", "call"):
        if called := CALLED.match(node[key].text):
            calls = f"from {called[1]} import {called[2]}; {called[2]}()"
            yield Command(node[key].text, ("python", "-c", calls), node[key].line, allow_failure=allow_failure)
    for item in node["sequence"].items():
        if item.is_mapping:
            yield from _commands(item, allow_failure)
