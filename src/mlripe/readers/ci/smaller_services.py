"""Smaller CI services that run on every push by convention: Travis, Bitbucket Pipelines, Buildkite, Drone, Woodpecker.

Each file becomes a workflow unit with jobs or steps below it. The builds of the clouds are read in `cloud_builds`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mlripe.facts import Command, Document, FileFacts, Resource, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.readers.ci.common import (
    Piece,
    Scripts,
    anyway,
    flat,
    free,
    image,
    is_true,
    names,
    pieces,
    script,
    step_says,
)
from mlripe.readers.formats.cursor import Node, unique
from mlripe.readers.formats.documents import load_yaml

__all__ = ["read_bitbucket", "read_buildkite", "read_drone", "read_travis"]

MANY: Final = 500  # jobs or steps of a file
PUSH: Final = (Trigger("push", 1, "by convention"),)
Found = tuple[list[Unit], list[Resource]]


def _facts(documents: tuple[Document, ...], found: Found) -> FileFacts:
    units, resources = found
    return FileFacts(units=tuple(units), resources=tuple(resources), documents=documents)


# --- Travis CI -------------------------------------------------------------------------------------------------------

TRAVIS_BEFORE: Final = ("before_install", "install", "before_script")
SKIPPED: Final = ("true", "skip")  # in place of a phase
# keys that make jobs of their own beside the listed ones
TRAVIS_AXES: Final = ("os", "env", "python", "julia", "r", "node_js", "go", "rvm", "jdk", "scala", "php", "compiler")
TRAVIS_AFTER: Final = {  # their failure changes nothing
    "after_success": RunsAfter.SUCCESS,
    "after_failure": RunsAfter.FAILURE,
    "after_script": RunsAfter.ANY,
}


def read_travis(path: str, content: bytes) -> FileFacts:
    """.travis.yml: a unit `build`, with `jobs/<n>` for each listed job and `.../deploy/<n>` for each deployment."""
    documents = load_yaml(content)
    units: list[Unit] = []
    scripts = Scripts()
    for root in map(Node.root, documents[:1]):
        listed = [item for key in ("jobs", "matrix") for item in root[key]["include"].items() if item.is_mapping][:MANY]
        units.append(Unit("build", "workflow", 1, "build", triggers=PUSH, condition=root["if"].text))
        stage = ""
        before: tuple[str, ...] = ()
        current: tuple[str, ...] = ()
        for index, job in enumerate(listed):
            if job["stage"].text and job["stage"].text != stage:
                stage, before, current = job["stage"].text, (*before, *current), ()
            id = f"jobs/{index}"
            current = (*current, id)
            units += _travis_job(id, job, root, before, scripts)
        if not any("script" in job for job in listed) or ("script" in root and any(key in root for key in TRAVIS_AXES)):
            units += _travis_job("jobs/default", root, root, (), scripts)
    return _facts(documents, (units, []))


def _travis_job(id: str, job: Node, root: Node, needs: tuple[str, ...], scripts: Scripts) -> Iterator[Unit]:
    def phase(name: str) -> Node:
        return job[name] if name in job else root[name]

    condition = job["if"].text if job is not root else ""
    triggers = (Trigger("schedule", job["if"].line, condition),) if "type = cron" in condition else ()

    def parts(*phases: str) -> list[Piece]:
        return [part for name in phases for part in pieces(phase(name)) if part[0] not in SKIPPED]

    main = _each_runs(scripts.commands(parts(*TRAVIS_BEFORE, "script")), parts("script"))
    after = [command for name, when in TRAVIS_AFTER.items() for command in anyway(scripts.commands(parts(name)), when)]
    says = f"job {job['name'].text or job['stage'].text or 'default'}"
    ran = (*main, *after)
    yield Unit(id, "job", job.line, says, "build", triggers=triggers, commands=ran, needs=needs, condition=condition)
    for index, deploy in enumerate(_listed(phase("deploy"))[:20]):
        yield _travis_deploy(f"{id}/deploy/{index}", id, deploy, scripts)


def _each_runs(found: tuple[Command, ...], script: list[Piece]) -> Iterator[Command]:
    """The commands of a job whose script goes on after a failure, which is the job's all the same."""
    lines = {line + number for text, line in script for number in range(text.count("\n") + 1)}
    first = min(lines, default=0)
    for command in found:
        goes_on = command.line in lines and command.line > first
        yield replace(command, runs_after=RunsAfter.ANY) if goes_on else command


def _listed(node: Node) -> list[Node]:
    return list(node.items()) if node.is_list else [node] if node else []


def _travis_deploy(id: str, job: str, deploy: Node, scripts: Scripts) -> Unit:
    condition = "; ".join(f"{key} {node.text}" for key, node in deploy["on"].entries() if node.text)
    provider = deploy["provider"].text
    return Unit(
        id,
        "step",
        deploy.line,
        f"deploy {provider}",
        job,
        commands=scripts.commands(pieces(deploy["script"])) if provider == "script" else (),
        uses=unique(provider),
        inputs=deploy.scalars(),
        condition=condition,
    )


# --- Bitbucket Pipelines ---------------------------------------------------------------------------------------------

BITBUCKET: Final = {
    "default": "push",
    "branches": "push",
    "tags": "tag",
    "pull-requests": "pull_request",
    "custom": "dispatch",
}


def read_bitbucket(path: str, content: bytes) -> FileFacts:
    """bitbucket-pipelines.yml: a unit for each pipeline (`default`, `branches/main`, `custom/x`), with its steps."""
    documents = load_yaml(content)
    units: list[Unit] = []
    resources: list[Resource] = []
    for root in map(Node.root, documents[:1]):
        for start, pipelines in root["pipelines"].entries():
            named = [("", pipelines)] if pipelines.is_list else list(pipelines.entries())
            for name, steps in named if start in BITBUCKET else ():
                id = f"{start}/{name}".rstrip("/")
                trigger = Trigger(BITBUCKET[start], steps.line, name)
                says = f"pipeline {id}"
                units.append(Unit(id, "workflow", steps.line, says, triggers=(trigger,), side_by_side=True))
                found = _bitbucket_steps(id, steps, (), f"{id}/")
                units += found
                resources += [one for unit, node in _steps_with_images(found, steps) for one in image(node, unit)]
        resources += image(root["image"], "")
    return _facts(documents, (units, resources))


def _bitbucket_steps(
    pipeline: str, steps: Node, before: tuple[str, ...], prefix: str, side: bool = False
) -> list[Unit]:
    """Steps run one after the other; those of a `parallel` group at once, before what comes after the group."""
    units: list[Unit] = []
    for index, item in enumerate(steps.items()):
        id = f"{prefix}{index}"
        group = item["parallel"] if "parallel" in item else item["stage"]
        if group:
            inner = group["steps"] if group.is_mapping else group
            found = _bitbucket_steps(pipeline, inner, before, f"{id}.", side="parallel" in item)
        elif item["step"].is_mapping:
            found = [_bitbucket_step(id, pipeline, item["step"], before)]
        else:
            found = []
        units += found
        if found and not side:
            before = tuple(unit.id for unit in found)
    return units


def _bitbucket_step(id: str, pipeline: str, step: Node, before: tuple[str, ...]) -> Unit:
    pipes = [item["pipe"].text for item in step["script"].items()]
    given = [item["variables"].scalars() for item in step["script"].items() if item["variables"]]
    after = script(_texts(step["after-script"]))
    found = script(_texts(step["script"]))
    return Unit(
        id,
        "step",
        step.line,
        step_says(step["name"].text, unique(*pipes), found),
        pipeline,
        commands=found + anyway(after),
        uses=unique(*pipes),
        inputs={key: value for variables in given for key, value in variables.items()},
        needs=before,
        environment=step["deployment"].text,
        approval=step["trigger"].text == "manual",
    )


def _texts(node: Node) -> list[Piece]:
    """The parts of a script that are texts, without the pipes and other mappings among them."""
    return [part for item in flat(node) if not item.is_mapping for part in pieces(item)]


def _steps_with_images(units: list[Unit], steps: Node) -> Iterator[tuple[str, Node]]:
    by_line = {unit.line: unit.id for unit in units}
    for key, node in steps.walk():
        if key == "step" and node["image"]:
            yield by_line.get(node.line, ""), node["image"]


# --- Buildkite -------------------------------------------------------------------------------------------------------

_SCHEDULED = re.compile(r"build\.source\s*==\s*[\"']schedule[\"']")


def read_buildkite(path: str, content: bytes) -> FileFacts:
    """A pipeline of Buildkite: a unit `pipeline` and its steps; what stands before a `wait` or `block` comes first."""
    documents = load_yaml(content)
    units: list[Unit] = []
    for root in map(Node.root, documents[:1]):
        steps = root["steps"] if root.is_mapping else root
        if steps.is_list:
            units.append(Unit("pipeline", "workflow", 1, "pipeline", triggers=PUSH, side_by_side=True))
            units += _buildkite_steps(steps)
    return _facts(documents, (units, []))


def _buildkite_steps(steps: Node) -> Iterator[Unit]:
    items = [inner for item in steps.items() for inner in (item["steps"].items() if "group" in item else [item])][:MANY]
    ids = {item["key"].text or item["id"].text: f"steps/{index}" for index, item in enumerate(items)}
    before: tuple[str, ...] = ()  # what the last barrier waits for
    since: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()  # what a barrier waited for that goes on after a failure
    for index, item in enumerate(items):
        id = f"steps/{index}"
        kind = item.text or next((key for key in ("wait", "block", "input") if key in item), "")
        if kind in ("wait", "waiter") and is_true(item["continue_on_failure"]):
            loose, before, since = (*loose, *(since or before)), (), ()
        elif kind in ("wait", "waiter"):
            before, since, loose = (*loose, *(since or before)), (), ()
        elif kind in ("block", "input"):
            waits = (*loose, *(since or before))
            yield Unit(id, "step", item.line, f"{kind} {item[kind].text}", "pipeline", needs=waits, approval=True)
            before, since, loose = (id,), (), ()
        else:
            must, after = _buildkite_order(item, ids, before, bool(loose))
            yield _buildkite_step(id, item, must, after)
            since = (*since, id)


def _buildkite_order(
    item: Node, ids: dict[str, str], before: tuple[str, ...], loose: bool
) -> tuple[tuple[str, ...], RunsAfter]:
    """What must succeed before a step, and after which outcome of what else it waits for it runs."""
    named = [(each["step"].text if each.is_mapping else each.text, each) for each in flat(item["depends_on"])]
    waits = [(ids[name], is_true(each["allow_failure"])) for name, each in named if name in ids]
    if is_true(item["allow_dependency_failure"]):
        return (), RunsAfter.ANY
    if "depends_on" not in item:
        return before, RunsAfter.ANY if loose else RunsAfter.SUCCESS
    must = tuple(id for id, may_fail in waits if not may_fail)
    return must, RunsAfter.SUCCESS if len(must) == len(waits) else RunsAfter.ANY


def _buildkite_step(id: str, item: Node, needs: tuple[str, ...], after: RunsAfter) -> Unit:
    plugins = [name for plugin in item["plugins"].items() for name in (names(plugin) or dict(plugin.entries()))]
    found = script(pieces(item["command"] if "command" in item else item["commands"]))
    uses = unique(*plugins, f"buildkite:{item['trigger'].text}" if item["trigger"] else "")
    branches = ", ".join(names(item["branches"]))
    scheduled = _SCHEDULED.search(item["if"].text)
    return Unit(
        id,
        "step",
        item.line,
        step_says(item["label"].text or item["name"].text, uses, found),
        "pipeline",
        triggers=(Trigger("schedule", item["if"].line, item["if"].text),) if scheduled else (),
        commands=found,
        uses=uses,
        inputs={"runs-on": item.at("agents.queue").text} if item.at("agents.queue") else {},
        needs=needs,
        condition=item["if"].text or (f"branches {branches}" if branches else ""),
        runs_after=after,
        tolerant=is_true(item["soft_fail"]),
        disabled=bool(item["skip"].text) and item["skip"].text != "false",
    )


# --- Drone and Woodpecker --------------------------------------------------------------------------------------------

DRONE: Final = {
    "push": "push",
    "pull_request": "pull_request",
    "pull_request_closed": "pull_request",
    "tag": "tag",
    "release": "release",
    "cron": "schedule",
    "manual": "dispatch",
    "custom": "event",
    "promote": "dispatch",
    "rollback": "dispatch",
    "deployment": "dispatch",
}


def read_drone(path: str, content: bytes) -> FileFacts:
    """.drone.yml or a workflow of Woodpecker: a unit for each document's pipeline, with its steps."""
    documents = load_yaml(content)
    units: list[Unit] = []
    resources: list[Resource] = []
    roots = [root for root in map(Node.root, documents) if root["steps"] or root["pipeline"]]
    ids: dict[str, str] = {}
    taken: dict[str, int] = {}
    for root in roots:
        name = root["name"].text
        id = ids[name] = free(f"pipelines/{name or posixpath.basename(path)}", taken)
        rules = root["trigger"] if "trigger" in root else root["when"]
        after = _drone_outcome(rules)
        waits = tuple(ids[needed] for needed in names(root["depends_on"]) if needed in ids)
        units.append(
            Unit(
                id,
                "workflow",
                root["name"].line,
                f"pipeline {name}".rstrip(),
                triggers=_drone_triggers(rules),
                needs=waits if after is RunsAfter.SUCCESS else (),
                runs_after=after,
                side_by_side=any(step["depends_on"] for _, step in _drone_listed(root)),
            )
        )
        _drone_steps(units[-1], root, units, resources)
    return _facts(documents, (units, resources))


def _drone_listed(root: Node) -> list[tuple[str, Node]]:
    return _by_name(root["steps"] if root["steps"] else root["pipeline"])


def _drone_steps(pipeline: Unit, root: Node, units: list[Unit], resources: list[Resource]) -> None:
    """Steps run one after the other, unless one says what it depends on: then each waits for what it names alone."""
    steps = _drone_listed(root)
    ids = {name: f"{pipeline.id}/{index}" for index, (name, _) in enumerate(steps)}
    before: tuple[str, ...] = ()
    for index, (name, step) in enumerate(steps):
        id = f"{pipeline.id}/{index}"
        if pipeline.side_by_side:
            before = tuple(ids[needed] for needed in names(step["depends_on"]) if needed in ids)
        units.append(_drone_step(id, pipeline.id, name, step, before))
        resources += image(step["image"], id)
        before = (id,)
    for _, service in _by_name(root["services"]):
        resources += image(service["image"], pipeline.id)


def _by_name(node: Node) -> list[tuple[str, Node]]:
    return list(node.entries()) or [(item["name"].text, item) for item in node.items()]


def _drone_outcome(node: Node) -> RunsAfter:
    """After which outcome a pipeline or step runs whose conditions these are: one, or a list of which any will do."""
    rules = list(node.items()) or [node]
    statuses = {status for rule in rules for status in names(rule["status"]) or ("success",)}
    if "failure" not in statuses:
        return RunsAfter.SUCCESS
    return RunsAfter.ANY if "success" in statuses else RunsAfter.FAILURE


def _drone_triggers(node: Node) -> tuple[Trigger, ...]:
    rules = list(node.items()) or ([node] if node.is_mapping else [])
    found = []
    for rule in rules:
        event = rule["event"]["include"] if rule["event"].is_mapping else rule["event"]
        detail = ", ".join(names(rule["cron"])) or ", ".join(names(rule["branch"]))
        found += [Trigger(DRONE.get(name, "event"), rule["event"].line, detail) for name in names(event)]
    return tuple({trigger.kind: trigger for trigger in reversed(found)}.values())[::-1] or PUSH


def _drone_step(id: str, pipeline: str, name: str, step: Node, before: tuple[str, ...]) -> Unit:
    found = script(pieces(step["commands"]))
    when = step["when"]
    rules = list(when.items()) or [when]
    after = _drone_outcome(when)
    condition = "; ".join(
        f"{key} {', '.join(names(node)) or node.text}" for rule in rules for key, node in rule.entries()
    )
    return Unit(
        id,
        "step",
        step.line,
        step_says(name, (), found),
        pipeline,
        commands=found,
        uses=() if found else unique(step["image"].text),
        inputs=step["settings"].scalars(),
        needs=before if after is RunsAfter.SUCCESS else (),
        condition=condition,
        runs_after=after,
        tolerant=step["failure"].text == "ignore",
    )
