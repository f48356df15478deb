"""Jenkinsfiles, declarative and scripted: stages with their commands, what starts them, where a person must agree.

A Jenkinsfile is a Groovy program. It is not run here, nor parsed, but scanned for blocks and calls of well-known names.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct, field, structs
from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.common import folder, free, image_named
from mlripe.readers.ci.groovy import Token, call_of, named, string_at, tokens
from mlripe.readers.ci.jenkins_conditions import PARAMETERS, default_of, holds_by_default
from mlripe.readers.formats.cursor import unique
from mlripe.readers.formats.documents import text_of
from mlripe.readers.shell.commands import commands, words
from mlripe.readers.shell.powershell import POWERSHELLS, powershell_commands

__all__ = ["read_jenkinsfile"]

SHELLS: Final = frozenset({"sh", "bat", "powershell", "pwsh"})
BLOCKS: Final = (
    "stage",
    "dir",
    "when",
    "post",
    "input",
    "triggers",
    "agent",
    "node",
    "docker",
    "parallel",
    "withRegistry",
)
TOLERANT: Final = ("catchError", "warnError")
OUTCOMES: Final = {
    **dict.fromkeys(("always", "changed", "cleanup"), RunsAfter.ANY),
    **dict.fromkeys(("success", "fixed"), RunsAfter.SUCCESS),
    **dict.fromkeys(("failure", "unstable", "unsuccessful", "regression", "aborted"), RunsAfter.FAILURE),
}
SCRIPT: Final = lazy_regex(r"[\w.-]{1,100}(?:/[\w.-]{1,100}){0,20}\.(?:sh|py)")
TRIGGERS: Final = {
    "cron": "schedule",
    "parameterizedCron": "schedule",
    "pollSCM": "push",
    "githubPush": "push",
    "gitlab": "push",
    "bitbucketPush": "push",
    "upstream": "upstream",
    "GenericTrigger": "event",
}
CHOOSING: Final = ("parameterizedCron", "GenericTrigger")  # triggers that choose parameters
ASSIGNED: Final = lazy_regex(r"\b([A-Za-z_]\w*)[ \t]*=[ \t]*[\"']([^\"'\n]{1,300})[\"']")
MOST_ASKED: Final = 500  # tokens of a condition
MOST_TEXT: Final = 20_000  # characters of a block of variables
NEVER: Final = lazy_regex(r"expression\s*\{\s*(?:return\s+)?false\s*\}")


def read_jenkinsfile(path: str, content: bytes) -> FileFacts:
    """A Jenkinsfile: one unit `pipeline`, below it its stages `stages/<name>` in their order."""
    text = text_of(content)
    scan = _Scan(text, tokens(text))
    scan.read()
    pipeline = scan.units[0]
    by_convention = "push" if posixpath.basename(path) == "Jenkinsfile" else "dispatch"
    known = {trigger.kind for trigger in scan.triggers}
    if not known or (by_convention == "push" and "push" not in known):
        scan.triggers.insert(0, Trigger(by_convention, 1, "by convention"))
    pipeline.unit = structs.replace(pipeline.unit, triggers=tuple(scan.triggers))
    return FileFacts(units=tuple(part.finished() for part in scan.units), resources=tuple(scan.resources))


class _Part(Struct):
    """A unit while its block is being read."""

    unit: Unit
    commands: list[Command] = field(default_factory=list)
    uses: list[str] = field(default_factory=list)

    def finished(self) -> Unit:
        return structs.replace(self.unit, commands=tuple(self.commands), uses=unique(*self.uses))


class _Block(Struct):
    """An open brace: the names in front of it, the part of the pipeline it belongs to, and where its commands run."""

    names: tuple[str, ...]
    part: _Part
    directory: str = ""
    allow_failure: bool = False
    start: int = 0


class _Scan:
    """One pass over a Jenkinsfile's tokens, with the blocks that are open."""

    def __init__(self, text: str, found: list[Token]) -> None:
        self.text = text
        self.tokens = found
        self.units = [_Part(Unit("pipeline", "workflow", 1, "pipeline"))]
        self.triggers: list[Trigger] = []
        self.resources: list[Resource] = []
        self.blocks = [_Block((), self.units[0])]
        self.taken: dict[str, int] = {}
        self.last_stage: dict[str, str] = {}
        self.defaults: dict[str, str] = {}  # of the parameters
        self.chosen = False  # a trigger brings parameters of its own
        self.conditions: list[tuple[_Part, list[Token]]] = []

    @property
    def block(self) -> _Block:
        return self.blocks[-1]

    def inside(self, name: str) -> bool:
        return any(name in block.names for block in self.blocks[-6:])

    def read(self) -> None:
        header: list[Token] = []
        depth = 0  # of parentheses in the header
        ended = False  # its statement ended, unless a brace follows on the next line
        for index, token in enumerate(self.tokens):
            if token.kind == "newline" or (token.text == ";" and token.kind == "mark"):
                ended = ended or depth <= 0
                continue
            if token.kind == "mark" and token.text in "{}":
                self.open(header, token) if token.text == "{" else self.close(token)
                header, depth, ended = [], 0, False
                continue
            if ended:
                header, depth, ended = [], 0, False
            if token.kind == "mark":
                depth += (token.text in "([") - (token.text in ")]")
            elif token.kind == "word":
                self.word(index, token, header)
            header.append(token)
        for part, asked in self.conditions if not self.chosen else ():
            if holds_by_default(asked, self.defaults) is False:
                part.unit = structs.replace(part.unit, only=("dispatch",))

    # --- blocks ------------------------------------------------------------------------------------------------------

    def open(self, header: list[Token], brace: Token) -> None:
        names = tuple(token.text for token in header[-200:] if token.kind == "word")
        argument = next((token for token in header if token.kind == "string"), None)
        above = self.block
        block = _Block(names[:20], above.part, above.directory, above.allow_failure, brace.end)
        if len(self.blocks) > 100:  # a hostile depth: what is in there belongs to what is around it
            self.blocks.append(replace(block, names=()))
            return
        line = header[0].line if header else brace.line
        if names[:1] == ("stage",) or names[-1:] == ("stage",) or ("stage" in names and argument):
            block.part = self.stage(argument.text if argument else "", line)
        elif "post" in above.names and names[:1] and names[0] in OUTCOMES:
            block.part = self.outcome(names[0], line)
        elif "input" in names[:1]:
            block.part.unit = structs.replace(block.part.unit, approval=True)
        elif "dir" in names and argument:
            block.directory = folder(above.directory, argument.text)
        elif any(name in TOLERANT for name in names):
            block.allow_failure = True
        if "node" in names[:1] and argument:
            self.runs_on(argument.text)
        if "docker" in names[:1] and "image" in names and argument:
            self.image(argument)
        self.blocks.append(block)

    def close(self, brace: Token) -> None:
        if len(self.blocks) == 1:
            return
        block = self.blocks.pop()
        if block.names[:1] == ("environment",):
            self.set(dict(ASSIGNED.findall(self.text, block.start, min(brace.start, block.start + MOST_TEXT))))
        if block.names[:1] == ("when",) and self.block.names[:1] == ("stage",):
            condition = " ".join(self.text[block.start : min(brace.start, block.start + 500)].split())
            never = NEVER.fullmatch(condition) is not None
            block.part.unit = structs.replace(block.part.unit, condition=condition, disabled=never)
            self.conditions.append((block.part, self.between(block.start, brace.start)))

    def between(self, start: int, end: int) -> list[Token]:
        first = bisect_left(self.tokens, start, key=lambda token: token.start)
        return self.tokens[first : bisect_left(self.tokens, end, first, key=lambda token: token.start)][:MOST_ASKED]

    def set(self, variables: Mapping[str, str]) -> None:
        """What the part of the pipeline that is open sets for what it runs."""
        part = self.block.part
        given = {name: (value,) for name, value in variables.items()}
        part.unit = structs.replace(part.unit, variables={**part.unit.variables, **given})

    def stage(self, name: str, line: int) -> _Part:
        parent = self.block.part.unit
        id = free(f"stages/{name}" if parent.kind == "workflow" else f"{parent.id}/{name}", self.taken)
        parallel = self.inside("parallel")
        before = self.last_stage.get(parent.id, "")
        self.last_stage[parent.id] = id
        needs = (before,) if before and not parallel else ()
        part = _Part(Unit(id, "stage", line, f"stage {name}", parent.id, needs=needs))
        self.units.append(part)
        return part

    def outcome(self, name: str, line: int) -> _Part:
        parent = self.block.part.unit
        id = free(f"{parent.id}/post/{name}", self.taken)
        part = _Part(
            Unit(id, "step", line, f"post {name}", parent.id, condition=f"post {name}", runs_after=OUTCOMES[name])
        )
        self.units.append(part)
        return part

    # --- calls -------------------------------------------------------------------------------------------------------

    def word(self, index: int, token: Token, header: list[Token]) -> None:
        """A word that may be the name of a call that matters."""
        handler = self._HANDLERS.get(token.text)
        if handler is None:
            self.given(index)
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if handler is None or following is None or (following.kind == "mark" and following.text != "("):
            return
        if following.kind == "newline" or (following.kind == "word" and not self._is_name(index + 1)):
            return
        arguments = call_of(self.tokens, index)
        method = bool(header) and header[-1].text == "."
        handler(self, token, arguments, f"{header[-2].text}." if method and len(header) > 1 else "", header)

    def given(self, index: int) -> None:
        """A function of one's own that is given a script by its path: `pipeline.deploy('ci/deploy.sh', target)`."""
        opened, *rest = self.tokens[index + 1 : index + 3] or self.tokens[:1]
        if rest and opened.text == "(" and rest[0].kind == "string" and SCRIPT.fullmatch(rest[0].text):
            self.block.part.uses.append(f"./{posixpath.normpath(rest[0].text)}")

    def _is_name(self, index: int) -> bool:
        return index + 1 < len(self.tokens) and self.tokens[index + 1].text == ":"

    def shell(self, token: Token, arguments: list[Token], owner: str, header: list[Token]) -> None:
        text, line = string_at(arguments, named(arguments, "script"))
        status = named(arguments, "returnStatus")
        allow_failure = self.block.allow_failure or (status >= 0 and arguments[status].text == "true")
        folder = self.block.directory
        if token.text in POWERSHELLS:
            found = powershell_commands(text, line, directory=folder)
        else:
            found = commands(text, line, strict=token.text == "sh", directory=folder)
        for command in found if line else ():
            self.block.part.commands.append(
                structs.replace(command, allow_failure=command.allow_failure or allow_failure)
            )

    def trigger(self, token: Token, arguments: list[Token], owner: str, header: list[Token]) -> None:
        if not (self.inside("triggers") or any(word.text == "pipelineTriggers" for word in header[-50:])):
            return
        texts = [argument.text for argument in arguments if argument.kind == "string"]
        detail = next((text for text in texts if text.strip()), "")
        if TRIGGERS[token.text] in ("schedule", "upstream") and not detail:
            return
        self.chosen = self.chosen or token.text in CHOOSING
        for name in detail.split(",") if token.text == "upstream" else [" ".join(detail.split())]:
            self.triggers.append(Trigger(TRIGGERS[token.text], token.line, name.strip()))

    def approval(self, token: Token, arguments: list[Token], owner: str, header: list[Token]) -> None:
        """A question that every run comes to; one that an `if` may skip is no approval."""
        part = self.block.part
        if not any(block.part is part and block.names[:1] in (("if",), ("else",)) for block in self.blocks):
            part.unit = structs.replace(part.unit, approval=True)

    def label(self, token: Token, arguments: list[Token], owner: str, header: list[Token]) -> None:
        if self.inside("agent") and arguments and arguments[0].kind == "string":
            self.runs_on(arguments[0].text)

    def docker_image(self, token: Token, arguments: list[Token], owner: str, header: list[Token]) -> None:
        if self.inside("agent") and arguments and arguments[0].kind == "string":
            self.image(arguments[0])

    def build(self, token: Token, arguments: list[Token], owner: str, header: list[Token]) -> None:
        """`build job: 'name'` starts another job, `docker.build('image', 'options')` builds an image."""
        if owner == "docker.":
            name, line = string_at(arguments, 0)
            comma = next((i for i, argument in enumerate(arguments) if argument.text == ","), len(arguments))
            options, _ = string_at(arguments, comma + 1)
            self.docker(("build", "-t", name, *(words(options) or (".",))), line or token.line)
            return
        job, line = string_at(arguments, named(arguments, "job"))
        self.block.part.uses += [f"jenkins:{job}"] if line and not owner else []

    def push(self, token: Token, arguments: list[Token], owner: str, header: list[Token]) -> None:
        if owner and self.inside("withRegistry"):
            tag, _ = string_at(arguments, 0)
            self.docker(("push", f"${{{owner[:-1]}}}" + (f":{tag}" if tag else "")), token.line)

    def docker(self, arguments: tuple[str, ...], line: int) -> None:
        argv = ("docker", *arguments)
        block = self.block
        block.part.commands.append(Command(" ".join(argv), argv, line, block.directory, block.allow_failure))

    def load(self, token: Token, arguments: list[Token], owner: str, header: list[Token]) -> None:
        name, line = string_at(arguments, 0)
        if line and not owner and "$" not in name:
            self.block.part.uses.append(f"./{posixpath.normpath(name.lstrip('/'))}")

    def parameter(self, token: Token, arguments: list[Token], owner: str, header: list[Token]) -> None:
        found = default_of(token.text, arguments) if self.inside("parameters") else None
        if found:
            self.defaults.setdefault(*found)
            if token.text == "string" and found[1]:
                self.set(dict((found,)))

    def runs_on(self, label: str) -> None:
        part = self.block.part
        part.unit = structs.replace(part.unit, inputs={**part.unit.inputs, "runs-on": label})

    def image(self, name: Token) -> None:
        self.resources += image_named(name.text, name.line, self.block.part.unit.id)

    _HANDLERS: Final[dict[str, Callable[[_Scan, Token, list[Token], str, list[Token]], None]]] = {
        **dict.fromkeys(SHELLS, shell),
        **dict.fromkeys(TRIGGERS, trigger),
        "input": approval,
        **dict.fromkeys(PARAMETERS, parameter),
        "label": label,
        "image": docker_image,
        "docker": docker_image,
        "build": build,
        "push": push,
        "load": load,
    }
