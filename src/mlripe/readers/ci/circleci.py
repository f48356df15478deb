"""CircleCI: each workflow with the jobs it runs, their steps with commands and parameters filled in, what starts it.

A job is told once for each workflow that runs it, since that is where it gets its parameters, order and filters. A job
that no workflow runs is told too, and nothing starts it. A job whose filters admit nothing but tags stands beside its
workflow (`parent` "") with a trigger of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.common import Scripts, folder, free, image, is_false, is_true, names, settings, step_says
from mlripe.readers.formats.cursor import Node, unique
from mlripe.readers.formats.documents import load_yaml

__all__ = ["read_circleci"]

PARAMETER: Final = lazy_regex(r"<<\s*parameters\.([\w-]+)\s*>>")
PIPELINE_PARAMETER: Final = lazy_regex(r"pipeline\.parameters\.([\w-]+)")
NOTHING: Final = frozenset(("/.*/", "/^.*/", "/.*$/", "/^.*$/"))  # as what branches are ignored
WHEN: Final = {"always": RunsAfter.ANY, "on_fail": RunsAfter.FAILURE}  # of a step
LEVELS: Final = 10  # of commands that call commands
STEPS: Final = 5000  # in all
FEW: Final = 30  # parameters and images of a job, which every use of it repeats
SIZE: Final = 50_000  # characters of a text with its parameters filled in

Given = Mapping[str, str]


def read_circleci(path: str, content: bytes) -> FileFacts:
    """A configuration: units `workflows/<name>`, below them `workflows/<name>/<job>`; `jobs/<name>` for unused jobs."""
    documents = load_yaml(content)
    if not documents or not (Node.root(documents[0])["jobs"] or Node.root(documents[0])["workflows"]):
        return FileFacts(documents=documents)
    reading = _Reading(Node.root(documents[0]))
    reading.read()
    return FileFacts(units=tuple(reading.units), resources=tuple(reading.resources), documents=documents)


class _Reading(Struct):
    """A configuration, and what has been found in it so far."""

    root: Node
    units: list[Unit] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    steps: int = 0  # and jobs, and calls of commands: what the configuration may multiply
    scripts: Scripts = field(default_factory=Scripts)

    def read(self) -> None:
        workflows = [(name, node) for name, node in self.root["workflows"].entries() if node["jobs"]]
        for name, workflow in workflows:
            id = f"workflows/{name}"
            self.units.append(
                Unit(
                    id,
                    "workflow",
                    workflow.line,
                    f"workflow {name}",
                    triggers=tuple(self._triggers(workflow)),
                    condition=_condition(workflow),
                    disabled=is_false(workflow["when"]),
                )
            )
            self._workflow_jobs(id, workflow)
        for name, job in self.root["jobs"].entries():
            if name in self.used:
                continue
            # Without workflows, the job of this name runs on every push.
            alone = not workflows and name == "build"
            unit = Unit(f"jobs/{name}", "job", job.line, f"job {name}")
            pushed = (Trigger("push", job.line, "by convention"),) if alone else ()
            self._job(replace(unit, triggers=pushed), job, {})

    # --- what starts what --------------------------------------------------------------------------------------------

    def _triggers(self, workflow: Node) -> Iterator[Trigger]:
        schedules = [item["schedule"] for item in workflow["triggers"].items() if item["schedule"]]
        for schedule in schedules:
            yield Trigger("schedule", schedule["cron"].line, schedule["cron"].text)
        condition = _condition(workflow)
        line = workflow["when"].line
        if "pipeline.trigger_source" in condition or "pipeline.schedule" in condition:
            if "schedule" in condition:
                yield Trigger("schedule", line, condition)
            else:
                yield Trigger("push" if "webhook" in condition else "event", line, condition)
        elif off := self._switched_off(workflow["when"]):
            yield Trigger("dispatch", line, f"parameter {off}")
        elif not schedules:
            yield Trigger("push", workflow.line, "by convention")

    def _switched_off(self, when: Node) -> str:
        """The parameter of the whole pipeline that `when` asks for, if nothing but a request with it sets it."""
        for name in PIPELINE_PARAMETER.findall(when.text):
            if self.root["parameters"][name]["default"].value in (False, ""):
                return str(name)
        return ""

    def _workflow_jobs(self, workflow: str, node: Node) -> None:
        entries = [_named(item) for item in node["jobs"].items()]
        ids = {use["name"].text or name: f"{workflow}/{use['name'].text or name}" for name, use in entries}
        taken: dict[str, int] = {}
        for name, use in entries:
            alias = use["name"].text or name
            only_tags = _only_tags(use["filters"])
            tags = ", ".join(names(use.at("filters.tags.only")))
            definition = self.root["jobs"][name]
            self.used.add(name)
            must, after = _required(use["requires"])
            inputs = {key: value for key, value in use.scalars().items() if isinstance(value, str | int | float | bool)}
            unit = Unit(
                free(ids[alias], taken),
                "job",
                definition.line if definition else use.line,
                f"job {alias}",
                "" if only_tags else workflow,
                triggers=(Trigger("tag", use["filters"].line, tags),) if only_tags else (),
                uses=() if definition else self._orb(name),
                inputs=inputs,
                needs=unique(*(ids.get(needed, "") for needed in must)),
                condition=_filters(use["filters"]),
                runs_after=after,
                approval=use["type"].text == "approval" or definition["type"].text == "approval",
            )
            chosen = {f"matrix.{key}": names(node) for key, node in use.at("matrix.parameters").entries()}
            unit = replace(unit, variables=chosen)
            given = {key: str(value) for key, value in inputs.items()}
            given |= {name.partition(".")[2]: f"${{{name}}}" for name in chosen}
            self._job(unit, definition, given, use["pre-steps"], use["post-steps"])

    def _orb(self, name: str) -> tuple[str, ...]:
        """A job or command of an orb as written, and the orb that it comes from; () for a job of no orb."""
        alias, slash, _ = name.partition("/")
        return unique(name, self.root["orbs"][alias].text) if slash else ()

    # --- jobs and steps ----------------------------------------------------------------------------------------------

    def _job(self, unit: Unit, job: Node, given: Given, *around: Node) -> None:
        self.steps += 1
        if self.steps > STEPS:
            return
        given = {**_defaults(job), **given}
        executor = job["executor"]["name"].text if job["executor"].is_mapping else job["executor"].text
        machine = self.root["executors"][_filled(executor, given)] if executor else job
        runs_on = job["resource_class"].text or machine["resource_class"].text
        held = {**settings(machine["environment"]), **settings(job["environment"])}
        held = {name: tuple(_filled(value, given) for value in values) for name, values in held.items()}
        inputs = {**unit.inputs, "runs-on": runs_on} if runs_on else unit.inputs
        self.units.append(replace(unit, inputs=inputs, variables={**unit.variables, **held}))
        for container in islice(machine["docker"].items(), FEW):
            self.resources += image(container, unit.id)
        home = _filled(job["working_directory"].text or machine["working_directory"].text or "~/project", given)
        before, after = around or (Node.root(self.root.document)[""],) * 2
        placed = [step for steps in (before, job["steps"], after) for step in self._expanded(steps, given)]
        checkout = next(
            (step.node["path"].text for step in placed if step.name == "checkout" and step.node["path"]), home
        )
        base = _below(home, checkout)
        for index, step in enumerate(placed):
            self.units.append(self._step(f"{unit.id}/{index}", unit.id, step, base, checkout))

    def _expanded(self, steps: Node, given: Given, condition: str = "", levels: int = LEVELS) -> Iterator[_Step]:
        """The steps as they run: those of the configuration's own commands, and of `when`, in the place of the call."""
        for item in steps.items() if levels else ():
            if self.steps > STEPS:
                return
            self.steps += 1
            name, node = _named(item)
            if name in ("when", "unless") and node["steps"]:
                asked = f"{name} {_words(node['condition'])}"
                yield from self._expanded(node["steps"], given, asked, levels - 1)
            elif (command := self.root["commands"][name]).is_mapping:
                passed = {key: _filled(str(value), given) for key, value in node.scalars().items()}
                yield from self._expanded(command["steps"], {**_defaults(command), **passed}, condition, levels - 1)
            else:
                yield _Step(item, name, node, given, condition)

    def _step(self, id: str, parent: str, step: _Step, base: str, checkout: str) -> Unit:
        node = step.node
        run = node["command"] if node.is_mapping else node
        when = node["when"].text
        directory = _directory(base, _filled(node["working_directory"].text, step.given), checkout)
        found: tuple[Command, ...] = ()
        if step.name == "run" and run.text:
            shell = node["shell"].text
            strict = not shell or " -e" in shell
            text = _filled(run.text, step.given)
            found = self.scripts.commands([(text, run.text_line)], directory, strict=strict, pipefail=not shell)
        uses = () if step.name == "run" else self._orb(step.name) or (step.name,)
        return Unit(
            id,
            "step",
            step.item.line,
            step_says(node["name"].text if node.is_mapping else "", uses, found),
            parent,
            commands=found,
            uses=uses,
            inputs={} if step.name == "run" else node.scalars(),
            directory=directory,
            condition=step.condition or (when if when in WHEN else ""),
            runs_after=WHEN.get(when, RunsAfter.SUCCESS),
            allow_failure=is_true(node["background"]),
        )


class _Step(Struct, frozen=True):
    """A step as it stands in the file, with the values that parameters have where it runs."""

    item: Node
    name: str
    node: Node  # what the name maps to; the name itself for a step that is only a name
    given: Given
    condition: str


def _named(item: Node) -> tuple[str, Node]:
    """A job or step: only a name, or a name that maps to what it is given."""
    return next(item.entries(), ("", item)) if item.is_mapping else (item.text, item)


def _required(requires: Node) -> tuple[list[str], RunsAfter]:
    """The jobs that must succeed of those that a job requires, and after which outcome of the others it runs.

    A job is required by its name, for success, or with the outcomes that will do: `{test: [success, failed]}`.
    """
    must: list[str] = []
    others: set[str] = set()
    for item in requires.items() or [requires]:
        if not item.is_mapping:
            must += [item.text] if item.text else []
        for name, outcomes in item.entries():
            words = set(names(outcomes))
            if words <= {"success"}:
                must.append(name)
            else:
                others |= words
    if not others:
        return must, RunsAfter.SUCCESS
    return must, RunsAfter.ANY if others & {"success", "terminal"} else RunsAfter.FAILURE


def _condition(workflow: Node) -> str:
    return _words(workflow["when"]) or ("not " + _words(workflow["unless"]) if workflow["unless"] else "")


def _words(node: Node) -> str:
    """A logic statement in a few words: `equal scheduled_pipeline << pipeline.trigger_source >>`."""
    parts = [f"{key} {_words(below)}" for key, below in node.entries()] or [_words(item) for item in node.items()]
    return (" ".join(parts) or node.text)[:300]


def _defaults(node: Node) -> dict[str, str]:
    return {
        name: parameter["default"].text
        for name, parameter in islice(node["parameters"].entries(), FEW)
        if "default" in parameter
    }


def _filled(text: str, given: Given) -> str:
    return PARAMETER.sub(lambda match: given.get(match[1], match[0]), text)[:SIZE] if "<<" in text else text


def _only_tags(filters: Node) -> bool:
    ignored = names(filters.at("branches.ignore"))
    return bool(filters["tags"]) and any(pattern in NOTHING for pattern in ignored)


def _filters(filters: Node) -> str:
    found = [
        f"{kind} {key} {', '.join(names(filters[kind][key]))}"
        for kind in ("branches", "tags")
        for key in ("only", "ignore")
        if filters[kind][key]
    ]
    return "; ".join(found)


def _below(path: str, root: str) -> str:
    """`path` relative to `root`; both begin with the home folder, where they are sensible."""
    path, root = path.rstrip("/"), root.rstrip("/")
    return path[len(root) + 1 :] if path.startswith(f"{root}/") else ""


def _directory(base: str, path: str, checkout: str) -> str:
    if path.startswith(("~", "/")):
        return _below(path, checkout)
    return folder(base, path)
