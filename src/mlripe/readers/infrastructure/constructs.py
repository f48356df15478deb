"""What a program describes with CDK, in Python, TypeScript or JavaScript: its resources, and pipelines of AWS.

A program makes its constructs one after the other, and writes an action where it stands in the pipeline; so the order
of the text is that of the pipeline. What hangs together by a variable is told by the same order: a project belongs to
the next action that builds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from mlripe.facts import Call, Command, FileFacts, Trigger, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import unique
from mlripe.readers.infrastructure.code_pipelines import (
    BUILD,
    BY_RULE,
    DESCRIBED,
    MADE_IN,
    MOST_ACTIONS,
    STACK,
    Action,
    Build,
    build_of,
    steps_of,
    template_of,
)
from mlripe.readers.infrastructure.construct_names import resources_of
from mlripe.readers.shell.commands import commands

__all__ = ["with_constructs"]

_MODULES: Final = ("aws_cdk", "aws-cdk-lib", "@aws-cdk/")
_PIPELINE = lazy_regex(r"codepipeline\.Pipeline\Z|\bpipelines\.CodePipeline\Z")
_ACTION = lazy_regex(r"codepipeline[_-]actions\.(\w+?)Action\Z")
_STEP = lazy_regex(r"\bpipelines\.(ShellStep|CodeBuildStep|ManualApprovalStep|ConfirmPermissionsBroadening)\Z")
_PROJECT = lazy_regex(r"codebuild\.(?:Pipeline)?Project\Z")
_SPEC = lazy_regex(r"\.BuildSpec\.\w+\Z")
_STAGE = lazy_regex(r"\.(?:add_stage|addStage)\Z")
_RULE = lazy_regex(r"events\.Rule\Z|\.(?:on_state_change|onStateChange|on_event|onEvent|on_commit|onCommit)\Z")
_PATTERN = lazy_regex(r"events\.EventPattern\Z")
_TARGET = lazy_regex(r"events[_-]targets\.\w+\Z")
_STARTED: Final = ("events_targets.CodePipeline", "events-targets.CodePipeline")
_TEMPLATE = lazy_regex(r"\.(?:at_path|atPath)\Z")
_TRAINS = lazy_regex(r":sagemaker:.*:pipeline\b")
_SOURCES: Final = ("codepipeline_source", "CodePipelineSource")  # of `pipelines`: calls that name the repository
_SILENT: Final = frozenset(("NONE", "POLL_NEVER"))  # `trigger` of a source that is not to start the pipeline
_APPROVAL: Final = "ManualApproval"
_MOST_CALLS: Final = 4000
_MOST_RULES: Final = 20
_MOST_COMMANDS: Final = 200
_MOST_LINES: Final = 300  # of the text of a build


def with_constructs(facts: FileFacts, text: str) -> FileFacts:
    """The facts of a program (its `text`) with the resources and the pipelines that it describes among them."""
    if not any(imported.module.startswith(_MODULES) for imported in facts.imports):
        return facts
    scopes: dict[str, list[Call]] = {}
    for call in facts.calls[:_MOST_CALLS]:
        scopes.setdefault(call.scope, []).append(call)
    units: list[Unit] = []
    for scope, calls in scopes.items():
        calls.sort(key=lambda call: call.line)
        units += _pipelines(scope, calls)
    resources = resources_of(facts.calls[:_MOST_CALLS])
    lines = text.split("\n") if any(unit.commands for unit in units) else []
    units = [
        replace(unit, commands=tuple(_at_lines(unit.commands, lines))) if unit.commands else unit for unit in units
    ]
    return replace(facts, units=(*facts.units, *units), resources=(*facts.resources, *resources))


def _pipelines(scope: str, calls: Sequence[Call]) -> Iterator[Unit]:
    made = [call for call in calls if _PIPELINE.search(call.name)][:_MOST_RULES]
    for number, pipeline in enumerate(made):
        first = pipeline.line if number else 0  # actions may be made before the pipeline that they are for
        after = made[number + 1].line if number + 1 < len(made) else None
        own = [call for call in calls if call.line >= first and (after is None or call.line < after)]
        id, made_in = f"{DESCRIBED}{scope}/{number}", f"{MADE_IN}{scope}"
        named = pipeline.args[1] if len(pipeline.args) > 1 and isinstance(pipeline.args[1], str) else ""
        triggers = tuple(dict.fromkeys((*_watched(own), *_ruled(own))))
        says = f"code pipeline {named}".rstrip()
        yield Unit(id, "workflow", pipeline.line, says, triggers=triggers, uses=(made_in,), side_by_side=True)
        steps = list(steps_of(id, _actions(own)))
        yield from steps
        yield from _deployed_pipelines(id, made_in, steps, own)


# --- what starts a pipeline ------------------------------------------------------------------------------------------


def _watched(calls: Sequence[Call]) -> Iterator[Trigger]:
    """A push to the repository that a source watches, or a new version of its object or image."""
    for call in calls:
        matched = _ACTION.search(call.name)
        if matched and matched[1].endswith("Source"):
            settings = {key.replace("_", "").lower(): value for key, value in call.keywords.items()}
            if settings.get("trigger") in _SILENT or settings.get("triggeronpush") is False:
                continue
            kind = "event" if matched[1].startswith(("S3", "Ecr")) else "push"
            branch = settings.get("branch")
            yield Trigger(kind, call.line, branch if isinstance(branch, str) else matched[1])
        elif f".{_SOURCES[1]}." in f".{call.name}":
            kind = "event" if call.name.endswith((".s3", ".ecr")) else "push"
            yield Trigger(kind, call.line, next((a for a in call.args[1:2] if isinstance(a, str)), ""))


def _ruled(calls: Sequence[Call]) -> Iterator[Trigger]:
    """What a rule of EventBridge waits for whose target is the pipeline."""
    targets = [call for call in calls if call.name.endswith(_STARTED)][:_MOST_RULES]
    for target in targets:
        before = [call for call in calls if _RULE.search(call.name) and call.line <= target.line]
        if before:
            yield from _of_rule(before[-1], _within(before[-1], calls))


def _deployed_pipelines(id: str, made_in: str, steps: Sequence[Unit], calls: Sequence[Call]) -> Iterator[Unit]:
    """A rule that starts the pipeline of SageMaker which the stacks of these steps hold, by its name alone."""
    stacks = unique(*(used for step in steps for used in step.uses if used.startswith(STACK)))
    if not stacks or not any(_TRAINS.search(text) for call in calls for text in _texts(call)):
        return
    rules = [call for call in calls if _RULE.search(call.name)]
    for number, rule in enumerate(rules[:_MOST_RULES]):
        within = _within(rule, calls)
        if not any(_TARGET.search(call.name) for call in within):
            triggers = tuple(_of_rule(rule, within))
            named = rule.args[1] if len(rule.args) > 1 and isinstance(rule.args[1], str) else ""
            says = f"rule {named}".rstrip()
            yield Unit(
                f"{id}{BY_RULE}{number}", "resource", rule.line, says, triggers=triggers, uses=(made_in, *stacks)
            )


def _texts(call: Call) -> Iterator[str]:
    for value in (*call.args, *call.keywords.values()):
        yield from (part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, str))


def _within(rule: Call, calls: Sequence[Call]) -> list[Call]:
    """The calls from a rule to the next one."""
    following = [call.line for call in calls if _RULE.search(call.name) and call.line > rule.line]
    return [call for call in calls if rule.line <= call.line and (not following or call.line < following[0])]


def _of_rule(rule: Call, within: Sequence[Call]) -> Iterator[Trigger]:
    active = rule.keywords.get("enabled") is not False
    if "schedule" in rule.keywords:
        when = next((call for call in within if ".Schedule." in call.name), rule)
        detail = next((value for value in when.args if isinstance(value, str)), "")
        yield Trigger("schedule", rule.line, detail, active)
    pattern = next((call.keywords for call in within if _PATTERN.search(call.name)), None)
    given = rule.keywords.get("eventPattern", pattern)
    source = given.get("source") if isinstance(given, Mapping) else ()
    sources = ", ".join(each for each in source if isinstance(each, str)) if isinstance(source, tuple) else ""
    if given is not None or rule.name.endswith(("on_commit", "onCommit")):
        pushed = sources == "aws.codecommit" or given is None
        yield Trigger("push" if pushed else "event", rule.line, sources or rule.name.rpartition(".")[2], active)


# --- its actions -----------------------------------------------------------------------------------------------------


def _actions(calls: Sequence[Call]) -> Iterator[Action]:
    builds = list(_builds(calls))
    found = [call for call in calls if _ACTION.search(call.name) or _STEP.search(call.name) or _applies(call)]
    stages = [call.line for call in calls if _STAGE.search(call.name)]
    found = found[:MOST_ACTIONS]
    for number, call in enumerate(found):
        until = found[number + 1].line if number + 1 < len(found) else None
        action, step = _ACTION.search(call.name), _STEP.search(call.name)
        stage = sum(1 for line in stages if line <= call.line)
        turn = call.keywords.get("run_order", call.keywords.get("runOrder", 1))
        group = (stage, turn) if stage and action else (call.line,)
        does, build = "", Build()
        if action:
            does = action[1]
            build = _of_action(does, call, [c for c in calls if c.line >= call.line and (not until or c.line < until)])
            if does == "CodeBuild" and builds:
                build = _project_of(call, builds)
        elif step:
            does = _APPROVAL if "Approval" in step[1] else step[1]
            build = Build(commands=_commands(call))
        else:
            does = "CloudFormationStage"
        name = next((v for k in ("action_name", "actionName") if isinstance(v := call.keywords.get(k), str)), "")
        yield Action(name, call.line, group, does, approval=does == _APPROVAL, build=build)


def _applies(call: Call) -> bool:
    """Whether a stage of `pipelines` is added: it deploys the stacks that it holds."""
    return call.name.endswith(("pipelines.CodePipeline.add_stage", "pipelines.CodePipeline.addStage"))


def _of_action(does: str, call: Call, within: Sequence[Call]) -> Build:
    """The template or the stack that an action deploys."""
    if not does.startswith("CloudFormation"):
        return Build()
    names = (a for c in within if _TEMPLATE.search(c.name) for a in c.args[:1] if isinstance(a, str))
    name = next(names, "")
    return Build(template_of("", name)) if name else Build()


def _builds(calls: Sequence[Call]) -> Iterator[tuple[int, Build]]:
    """What each build project runs, with the line where it is made."""
    projects = [call for call in calls if _PROJECT.search(call.name)][:MOST_ACTIONS]
    for number, project in enumerate(projects):
        until = projects[number + 1].line if number + 1 < len(projects) else None
        own = (c for c in calls if c.line >= project.line and (until is None or c.line < until))
        spec = next((call for call in own if _SPEC.search(call.name)), None)
        yield project.line, _specified(spec) if spec else build_of("")


def _project_of(call: Call, builds: Sequence[tuple[int, Build]]) -> Build:
    """The project of an action: made within it or last before it, if any is."""
    before = [build for line, build in builds if line <= call.line]
    return before[-1] if before else builds[0][1]


def _specified(spec: Call) -> Build:
    """What `BuildSpec.from_source_filename("build.yml")`, `from_object({...})` and their like give."""
    given = next((value for value in spec.args if isinstance(value, str)), "")
    if given:
        return Build((f"{BUILD}{given}",)) if "\n" not in given else build_of(given, spec.line)
    written = next((value for value in spec.args if isinstance(value, Mapping)), spec.keywords)
    phases = written.get("phases")
    if not isinstance(phases, Mapping):
        return Build() if spec.args else build_of("")
    parts = [phase.get("commands") for phase in phases.values() if isinstance(phase, Mapping)]
    return Build(commands=_of_texts(parts, spec.line))


def _at_lines(found: Sequence[Command], lines: Sequence[str]) -> Iterator[Command]:
    """Commands that are told at the line of the call that is given them, each at a line of its own, in their order."""
    at = 0
    for command in found:
        at = max(at, command.line - 1)
        words = " ".join(command.argv[:3])
        line = next((n for n in range(at, min(len(lines), command.line + _MOST_LINES)) if words in lines[n]), None)
        at = at if line is None else line
        yield command if line is None else replace(command, line=line + 1)


def _commands(call: Call) -> tuple[Command, ...]:
    """The commands of a step of `pipelines`, those that install before the others."""
    keys = ("install_commands", "installCommands", "commands")
    return _of_texts([call.keywords.get(key) for key in keys], call.line)


def _of_texts(parts: Sequence[object], line: int) -> tuple[Command, ...]:
    """The commands of lists of texts, which run one after the other."""
    texts = [text for part in parts if isinstance(part, tuple) for text in part if isinstance(text, str)]
    found: list[Command] = []
    for text in texts[:_MOST_COMMANDS]:
        found += (replace(command, line=line) for command in commands(text, line))
    return tuple(found[:_MOST_COMMANDS])
