"""Task files written in Python: the commands that each nox session, invoke task or fabric task runs."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Call, Command, FileFacts, Unit
from mlripe.readers.python.source import read_python
from mlripe.readers.shell.commands import commands

__all__ = ["read_sessions"]

_RUNNERS = ("nox", "invoke", "fabric")
_RUN = (".run", ".run_always")
_INSTALL = ".install"
_MOST_CALLS = 500


def read_sessions(path: str, content: bytes) -> FileFacts:
    """A unit of kind `environment` for each function that runs commands in a session, called as the function is."""
    facts = read_python(path, content)
    if not any(imported.module.split(".", 1)[0] in _RUNNERS for imported in facts.imports):
        return FileFacts()
    written: dict[str, list[Command]] = {}
    for call in facts.calls[:_MOST_CALLS]:
        if call.scope and not call.decorator:
            written.setdefault(call.scope, []).extend(_commands(call))
    lines = {definition.name: definition.line for definition in facts.definitions}
    units = (
        Unit(name, "environment", lines[name], f"session {name}", commands=tuple(found))
        for name, found in written.items()
        if found and name in lines
    )
    return FileFacts(units=tuple(units))


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
