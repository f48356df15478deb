"""Task files written in Python: the commands that each session of nox, task of invoke, fabric, duty or doit runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from mlripe.facts import Call, Command, FileFacts, Unit
from mlripe.readers.python.source import parse, read_python
from mlripe.readers.python.trees import walk
from mlripe.readers.python.values import literal
from mlripe.readers.shell.commands import commands

__all__ = ["read_dodo", "read_sessions"]

_RUNNERS = ("nox", "invoke", "fabric", "duty")
_SESSIONS = "nox.options.sessions"
_RUN = (".run", ".run_always")
_INSTALL = ".install"
_MOST_CALLS = 500


def read_sessions(path: str, content: bytes) -> FileFacts:
    """A unit of kind `environment` for each function that runs commands in a session, called as the function is.

    In its inputs are the `name` and the `tags` that its decorator gives, and `default` where the file says which
    sessions run when none is asked for.
    """
    facts = read_python(path, content)
    if not any(imported.module.split(".", 1)[0] in _RUNNERS for imported in facts.imports):
        return FileFacts()
    written: dict[str, list[Command]] = {}
    for call in facts.calls[:_MOST_CALLS]:
        if call.scope and not call.decorator:
            written.setdefault(call.scope, []).extend(_commands(call))
    lines = {definition.name: definition.line for definition in facts.definitions}
    decorated = {call.scope: call for call in facts.calls if call.decorator}
    chosen = _chosen(content)
    units = (
        Unit(
            name,
            "environment",
            lines[name],
            f"session {name}",
            commands=tuple(found),
            inputs=_inputs(name, decorated.get(name), chosen),
        )
        for name, found in written.items()
        if found and name in lines
    )
    return FileFacts(units=tuple(units))


def _inputs(function: str, decorator: Call | None, chosen: tuple[str, ...]) -> dict[str, object]:
    given = decorator.keywords if decorator else {}
    name = given.get("name", function)
    found: dict[str, object] = {"name": name} if name != function else {}
    if isinstance(tags := given.get("tags"), tuple):
        found["tags"] = tags
    if chosen and (name in chosen or function in chosen):
        found["default"] = True
    return found


def _chosen(content: bytes) -> tuple[str, ...]:
    """The sessions that a noxfile runs when none is asked for; () for all."""
    if _SESSIONS.encode() not in content:
        return ()
    for node in parse(content).body:
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == _SESSIONS for target in node.targets):
            found = literal(node.value, {})
            return tuple(name for name in found if isinstance(name, str)) if isinstance(found, tuple) else ()
    return ()


# --- doit ------------------------------------------------------------------------------------------------------------


def read_dodo(path: str, content: bytes) -> FileFacts:
    """A unit of kind `environment` for each `task_` function of doit, with the commands among its actions."""
    tree = parse(content)
    constants = {
        target.id: literal(node.value, {})
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    default = constants.get("DOIT_CONFIG")
    chosen = default.get("default_tasks") if isinstance(default, dict) else None
    units = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("task_"):
            name = node.name.removeprefix("task_")
            inputs = {"default": True} if not isinstance(chosen, tuple) or name in chosen else {}
            found = tuple(_actions(node, constants))
            needs = tuple(f"task_{need}" for need in _listed(node, "task_dep", constants))
            units.append(
                Unit(node.name, "environment", node.lineno, f"doit {name}", commands=found, inputs=inputs, needs=needs)
            )
    return FileFacts(units=tuple(units))


def _dictionaries(function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """The keys with their values of every dictionary that a function writes."""
    for node in walk(function):
        for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value


def _listed(function: ast.FunctionDef, wanted: str, constants: Mapping[str, object]) -> Iterator[str]:
    for key, value in _dictionaries(function):
        found = literal(value, constants) if key == wanted else None
        yield from (item for item in found if isinstance(item, str)) if isinstance(found, tuple) else ()


def _actions(function: ast.FunctionDef, constants: Mapping[str, object]) -> Iterator[Command]:
    """The commands among a task's actions: texts for a shell, and lists of words."""
    for key, value in _dictionaries(function):
        for item in value.elts if key == "actions" and isinstance(value, (ast.List, ast.Tuple)) else ():
            action = literal(item, constants)
            if isinstance(action, str):
                yield from commands(action, item.lineno)
            elif isinstance(action, tuple) and action and all(isinstance(word, str) for word in action):
                words = tuple(str(word) for word in action)
                yield Command(" ".join(words), words, item.lineno)


# --- what sessions run -----------------------------------------------------------------------------------------------


def _commands(call: Call) -> Iterator[Command]:
    """`session.run("pytest", "-q")` gives its words one by one, `c.run("pytest -q")` a line for a shell."""
    words = tuple(word for word in call.args if isinstance(word, str))
    if not words:
        return
    if call.name.endswith(_RUN) and len(words) == 1 and " " in words[0]:
        yield from commands(words[0], call.line)
    elif call.name.endswith(_RUN):
        yield Command(" ".join(words), words, call.line)
    elif call.name.endswith(_INSTALL):
        yield Command(" ".join(("pip", "install", *words)), ("pip", "install", *words), call.line)
