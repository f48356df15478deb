"""TeamCity's settings in Kotlin: build types, what their script and Python steps run, and their triggers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Trigger, Unit
from mlripe.readers.ci.common import Scripts, free
from mlripe.readers.ci.groovy import Token, tokens
from mlripe.readers.formats.documents import text_of

__all__ = ["read_teamcity"]

TRIGGERS: Final = {"vcs": "push", "schedule": "schedule", "retryBuild": "event", "finishBuildTrigger": "event"}
NESTED: Final = 20  # blocks in blocks


def read_teamcity(path: str, content: bytes) -> FileFacts:
    """Kotlin settings: a unit for each `BuildType`, with one step for each script, Python file or module it runs."""
    found = [token for token in tokens(text_of(content)) if token.kind != "newline"]
    scripts = Scripts()
    units: list[Unit] = []
    taken: dict[str, int] = {}
    for name, body in _builds(found):
        id = free(f"builds/{name}", taken)
        triggers = tuple(_triggers(body))
        disabled = any(
            a.text == "paused" and c.text == "true" for a, _, c in zip(body, body[1:], body[2:], strict=False)
        )
        units.append(Unit(id, "workflow", body[0].line, f"build {name}", triggers=triggers, disabled=disabled))
        for number, (says, commands) in enumerate(_steps(body, scripts)):
            line = commands[0].line
            units.append(Unit(f"{id}/{number}", "step", line, says, id, commands=commands))
    return FileFacts(units=tuple(units))


def _builds(found: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token]]]:
    """Name and body of each `object Name : BuildType({ ... })`."""
    for index, token in enumerate(found[:-4]):
        if token.text == "object" and found[index + 2].text == ":" and found[index + 3].text == "BuildType":
            body = _block(found, index + 4)
            if body:
                yield found[index + 1].text, body


def _block(found: Sequence[Token], start: int) -> Sequence[Token]:
    """The tokens in the next pair of braces, if it stands at most a few tokens further on."""
    opened = next((i for i in range(start, min(start + 4, len(found))) if found[i].text == "{"), None)
    if opened is None:
        return ()
    depth = 0
    for index in range(opened, len(found)):
        depth += (found[index].text == "{") - (found[index].text == "}") if found[index].kind == "mark" else 0
        if depth == 0:
            return found[opened : index + 1]
    return found[opened:]


def _named_blocks(body: Sequence[Token], name: str) -> Iterator[Sequence[Token]]:
    for index, token in enumerate(body[:-1]):
        if token.kind == "word" and token.text == name and body[index + 1].text in ("{", "("):
            yield _block(body, index + 1)


def _triggers(body: Sequence[Token]) -> Iterator[Trigger]:
    for block in _named_blocks(body, "triggers"):
        for index, token in enumerate(block[:-1]):
            if token.text in TRIGGERS and block[index + 1].text in ("{", "("):
                inner = [each.text for each in _block(block, index + 1)]
                if "enabled" not in inner or "false" not in inner:
                    yield Trigger(TRIGGERS[token.text], token.line, token.text)


def _steps(body: Sequence[Token], scripts: Scripts) -> Iterator[tuple[str, tuple[Command, ...]]]:
    for steps in _named_blocks(body, "steps"):
        for index, token in enumerate(steps[:-1]):
            if token.kind != "word" or token.text not in ("script", "python") or steps[index + 1].text != "{":
                continue
            block = _block(steps, index + 1)
            folder = _value(block, "workingDir")
            directory = folder.text if folder else ""
            commands = tuple(_of_script(block, scripts) if token.text == "script" else _of_python(block))
            if commands:
                name = _value(block, "name")
                says = f"step {name.text if name else commands[0].text}"[:85]
                yield (
                    says,
                    tuple(replace(command, directory=directory) for command in commands) if directory else commands,
                )


def _of_script(block: Sequence[Token], scripts: Scripts) -> Iterator[Command]:
    text = _value(block, "scriptContent")
    if text:
        yield from scripts.commands([(text.text, text.line)])


def _of_python(block: Sequence[Token]) -> Iterator[Command]:
    """`command = file { filename = "x.py"; scriptArguments = "..." }`, or a module."""
    file, module, given = (_value(block, name) for name in ("filename", "module", "scriptArguments"))
    target = file or module
    if target:
        argv = (
            "python",
            *(("-m",) if module and not file else ()),
            target.text,
            *(given.text.split() if given else ()),
        )
        yield Command(" ".join(argv), argv, target.line)


def _value(block: Sequence[Token], name: str) -> Token | None:
    """The text that a name is set to."""
    for index, token in enumerate(block[:-2]):
        if token.text == name and block[index + 1].text == "=" and block[index + 2].kind == "string":
            return block[index + 2]
    return None
