"""AWS CodePipeline, whatever language describes it: its actions as steps that run one after the other.

A template, Terraform and a program of CDK say the same of a pipeline: stages, each with actions, and a build project
behind some of them. Here is what the three have in common.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mlripe.facts import Command, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable
from mlripe.readers.ci.cloud_builds import build_commands
from mlripe.readers.formats.cursor import Node, beside, unique

__all__ = [
    "APPLYING", "BUILD", "BY_RULE", "DESCRIBED", "MADE_IN", "MOST_ACTIONS", "STACK", "Action", "Build", "build_of",
    "steps_of", "template_of",
]  # fmt: skip

BUILD: Final = "codebuild:"  # what a step uses that runs the build file of this name, wherever its source lies
APPLYING: Final = "codepipeline/CloudFormation"  # how a step that deploys a template or a stack says what it uses
STACK: Final = "stack:"  # what a step uses that deploys the stack of this name
DESCRIBED: Final = "code pipeline/"  # ids of units that a program describes: they stand beside the scopes of its code
BY_RULE: Final = "/rule/"  # in ids of rules that start, by its name, the pipeline of SageMaker of a stack
MADE_IN: Final = "made in:"  # what such a unit uses: the scope that makes it, and that an app must come to
MOST_ACTIONS: Final = 60
USUAL: Final = "buildspec.yml"  # where a build looks whose project names no file
_LONGEST: Final = 400  # characters of a template's name
_TEMPLATE = lazy_regex(r"(?:.*::)?([\w${}./-]{1,200}?)(?:\.template)?\.(?:ya?ml|json)")


class Build(Struct, frozen=True):
    """What a build project runs: files that it names, and commands that its definition holds."""

    uses: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()


class Action(Struct, frozen=True):
    """One action. Those of a `group` (a stage and a turn in it) run side by side, after those of the group before."""

    name: str
    line: int
    group: tuple[object, ...]
    does: str  # the service and what it is asked for: `CloudFormationDeploy`, `S3Source`, `ManualApproval`
    approval: bool = False
    build: Build = Build()


def steps_of(pipeline: str, actions: Iterable[Action]) -> Iterator[Unit]:
    """A step for each action, which needs those of the group before it."""
    before: tuple[str, ...] = ()
    group: list[str] = []
    last: tuple[object, ...] | None = None
    for number, action in enumerate(actions):
        if number >= MOST_ACTIONS:
            return
        if last is not None and action.group != last:
            before, group = tuple(group), []
        last = action.group
        id = f"{pipeline}/{number}"
        group.append(id)
        yield Unit(
            id,
            "step",
            action.line,
            f"action {action.name.replace('{}', '*') or action.does}",
            pipeline,
            commands=action.build.commands,
            uses=unique(f"codepipeline/{action.does}", *action.build.uses),
            needs=before,
            approval=action.approval,
        )


def build_of(specification: str, line: int = 0) -> Build:
    """What a build does by the specification of its project: the name of a file, or the text of one."""
    if "\n" not in specification and specification.endswith((".yml", ".yaml", ".json")):
        return Build((f"{BUILD}{posixpath.normpath(specification)}",))
    if not specification:
        return Build((f"{BUILD}{USUAL}",))
    from mlripe.readers.formats.documents import load_yaml

    try:
        documents = load_yaml(specification.encode())
    except Unreadable:
        return Build()
    found = [command for document in documents[:1] for command in build_commands(Node.root(document))]
    return Build(commands=tuple(replace(command, line=line + command.line - 1) for command in found))


def template_of(path: str, written: str) -> tuple[str, ...]:
    """What an action uses that deploys a template, `Output::deploy.yml`: the file itself, or the stack of that name."""
    matched = _TEMPLATE.fullmatch(written.strip()) if len(written) < _LONGEST else None
    if not matched:
        return ()
    file = written.rpartition("::")[2].strip()
    return unique(beside(path, file), beside("", file), f"{STACK}{posixpath.basename(matched[1])}")
