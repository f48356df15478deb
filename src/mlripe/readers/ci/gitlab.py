"""GitLab CI: the pipeline, its jobs with what they inherit, their order by stages and `needs`, what starts which job.

The pipeline's unit holds the triggers that start it as a whole. A job that those do not start, because its rules admit
only schedules or tags, say, stands beside the pipeline (`parent` "") with triggers of its own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from msgspec.structs import replace

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.common import Piece, Scripts, anyway, flat, image, is_true, names, settings
from mlripe.readers.ci.gitlab_rules import Rules, pipeline_triggers, rules_of
from mlripe.readers.formats.cursor import Node, unique
from mlripe.readers.formats.documents import load_yaml

__all__ = ["read_gitlab"]

Job = dict[str, Node]  # the keywords of a job, each with the place where it is written

NO_JOBS: Final = frozenset(
    "default include stages variables workflow image services before_script after_script cache spec".split()
)
MARKS: Final = frozenset("script trigger extends run stage rules only".split())  # one of these makes a mapping a job
STAGES: Final = ("build", "test", "deploy")
SHARED: Final = ("image", "services", "before_script", "after_script", "tags")
LEVELS: Final = 11  # of `extends` and `!reference`, about as GitLab has it
REFERENCES: Final = 1000  # in all
INPUT: Final = lazy_regex(r"\$\[\[\s*(inputs\.[\w-]+)\s*(?:\|[^\]\n]*)?\]\]")
FAILURE: Final = "1"  # the exit code of a program that failed
JOBS: Final = 1000
MANY: Final = 200  # rules, needs or keys, which every job that inherits them repeats


def read_gitlab(path: str, content: bytes) -> FileFacts:
    """A pipeline file: one unit `pipeline` and its jobs. One that others include has no push trigger of its own."""
    documents = load_yaml(content)
    for document in documents:  # a header of inputs may stand before the pipeline
        reading = _Reading(path, Node.root(document), Node.root(documents[0]).at("spec.inputs"))
        if reading.jobs or reading.pipeline.uses or reading.templates:
            return FileFacts(units=reading.units(), resources=tuple(reading.resources()), documents=documents)
    return FileFacts(documents=documents)


class _Reading:
    """A pipeline's document, with what has been resolved of it so far."""

    def __init__(self, path: str, root: Node, inputs: Node) -> None:
        self.root = root
        self.references = 0
        self.scripts = Scripts()
        self.known: dict[str, Job] = {}
        jobs = (name for name, node in root.entries() if _is_job(name, node))
        self.jobs = {name: self._with_defaults(name) for name in islice(jobs, JOBS)}
        self.included = posixpath.basename(path) not in (".gitlab-ci.yml", ".gitlab-ci.yaml")
        hidden = (name for name, node in root.entries() if name.startswith(".") and "script" in node)
        self.templates = tuple(islice(hidden, JOBS)) if self.included else ()
        self.pipeline = Unit(
            "pipeline",
            "workflow",
            1,
            "pipeline",
            triggers=() if self.included else pipeline_triggers(root["workflow"]["rules"]),
            uses=unique(*_includes(root["include"])),
            inputs={key: value for item in flat(root["include"]) for key, value in item["inputs"].scalars().items()},
            variables={**settings(root["variables"]), **_defaults(inputs)},
        )

    def units(self) -> tuple[Unit, ...]:
        before = self._jobs_before()
        jobs = (self._job(name, job, before) for name, job in self.jobs.items())
        return (self.pipeline, *jobs, *map(self._template, self.templates))

    def resources(self) -> Iterator[Resource]:
        holders = [("pipeline", self.root), ("pipeline", self.root["default"])]
        for unit, node in [*holders, *((f"jobs/{name}", self.root[name]) for name in self.jobs)]:
            yield from image(node["image"], unit)
            for service in node["services"].items():
                yield from image(service, unit)

    # --- inheritance -------------------------------------------------------------------------------------------------

    def _with_defaults(self, name: str) -> Job:
        own = self._extended(name, LEVELS)
        if self.root[name].at("inherit.default").value is False:
            return own
        holders = (self.root, self.root["default"])
        return {**{key: holder[key] for holder in holders for key in SHARED if key in holder}, **own}

    def _extended(self, name: str, levels: int) -> Job:
        if name in self.known:
            return self.known[name]
        self.known[name] = {}  # what a circle of `extends` finds
        job: Job = {}
        for base in names(self.root[name]["extends"]) if levels else ():
            for key, node in self._extended(base, levels - 1).items():
                job[key] = _overlaid(job.get(key), node)
        for key, node in self.root[name].entries():
            job[key] = _overlaid(job.get(key), node)
        self.known[name] = job
        return job

    def _pieces(self, node: Node | None, levels: int = LEVELS) -> Iterator[Piece]:
        """A script's parts; `!reference [.job, script]`, a list in the list, stands for what it names."""
        if node is None or levels == 0:
            return
        if not node.is_list:
            if node.text:
                yield INPUT.sub(r"$[[\1]]", node.text), node.text_line  # one word for a shell's reader
            return
        named = self._referenced([item.text for item in node.items()])
        if named is not None:
            yield from self._pieces(named, levels - 1)
            return
        for item in node.items():
            yield from self._pieces(item, levels - 1)

    def _referenced(self, keys: list[str]) -> Node | None:
        if len(keys) < 2 or not keys[0] or keys[0] not in self.root or self.references > REFERENCES:
            return None
        self.references += 1
        node = self.root
        for key in keys:
            node = node[key]
        return node if node.value is not None else None

    def _elsewhere(self, name: str, levels: int = LEVELS) -> Iterator[str]:
        """The jobs that a job extends, directly or not, and that this file does not define."""
        for base in names(self.root[name]["extends"]) if levels else ():
            if base in self.root:
                yield from self._elsewhere(base, levels - 1)
            else:
                yield f"template:{base}"

    def _template(self, name: str) -> Unit:
        """A hidden job, for the jobs of other files that extend it and have no script of their own."""
        job = self._extended(name, LEVELS)
        parts = chain(self._pieces(job.get("before_script")), self._pieces(job.get("script")))
        found = self.scripts.commands(parts, pipefail=True)
        return Unit(f"template:{name}", "template", self.root[name].line, f"job {name}", commands=found)

    # --- jobs --------------------------------------------------------------------------------------------------------

    def _jobs_before(self) -> dict[str, tuple[str, ...]]:
        """For each stage, the ids of all jobs of the stages before it."""
        order = [".pre", *(names(self.root["stages"]) or STAGES), ".post"]
        of_stage: dict[str, list[str]] = {stage: [] for stage in order}
        for name, job in self.jobs.items():
            of_stage.setdefault(_stage(job), []).append(f"jobs/{name}")
        before: dict[str, tuple[str, ...]] = {}
        so_far: tuple[str, ...] = ()
        for stage in dict.fromkeys(order):
            before[stage] = so_far
            so_far += tuple(of_stage[stage])
        return before

    def _job(self, name: str, job: Job, before: dict[str, tuple[str, ...]]) -> Unit:
        rules = rules_of({**job, "rules": self._listed(job["rules"])} if "rules" in job else job)
        triggers, alone = self._started_by(rules)
        environment = job.get("environment", self.root[""])
        has_script = "script" in job  # one that triggers has none, and runs nothing of what it inherits either
        parts = chain(self._pieces(job.get("before_script")), self._pieces(job.get("script"))) if has_script else ()
        found = self.scripts.commands(parts, pipefail=True)
        after = self.scripts.commands(self._pieces(job.get("after_script")) if has_script else (), strict=False)
        waits = _needs(job["needs"], self.jobs) if "needs" in job else before.get(_stage(job), ())
        tags = ", ".join(names(job["tags"])) if "tags" in job else ""
        return Unit(
            f"jobs/{name}",
            "job",
            self.root[name].line,
            f"job {name}",
            "" if alone else "pipeline",
            triggers=triggers,
            commands=found + anyway(after),
            uses=unique(
                *(_triggered(job["trigger"]) if "trigger" in job else ()),
                *(() if has_script or "trigger" in job else self._elsewhere(name)),
            ),
            variables={
                **(settings(job["variables"]) if "variables" in job else {}),
                **_matrix(job.get("parallel", self.root[""])["matrix"]),
            },
            inputs={"runs-on": tags} if tags else {},
            needs=waits if rules.runs_after is RunsAfter.SUCCESS else (),
            environment=_environment(environment),
            condition=rules.condition,
            runs_after=rules.runs_after,
            allow_failure=rules.allow_failure
            if rules.allow_failure is not None
            else _may_fail(job.get("allow_failure")),
            approval=rules.manual,
            disabled=rules.never,
        )

    def _listed(self, node: Node) -> Node:
        """A list with what its references name in their place."""
        found: list[object] = []
        for item in node.items():
            named = self._referenced([each.text for each in item.items()]) if item.is_list else None
            if named is None:
                found.append(item.value)
            else:
                found += named.value if isinstance(named.value, list) else [named.value]
        return replace(node, value=found)

    def _started_by(self, rules: Rules) -> tuple[tuple[Trigger, ...], bool]:
        """What starts a job beyond the pipeline, and whether the pipeline's own triggers do not start it."""
        shared = {trigger.kind for trigger in self.pipeline.triggers}
        if self.included:
            # Whoever includes it brings pushes along; only what nobody would think of is worth saying here.
            return tuple(found for found in rules.triggers if found.kind in ("schedule", "event", "dispatch")), False
        if rules.inherits or shared <= {trigger.kind for trigger in rules.triggers}:
            return tuple(trigger for trigger in rules.triggers if trigger.kind not in shared), False
        return rules.triggers, True


def _defaults(inputs: Node) -> dict[str, tuple[str, ...]]:
    """What the inputs of a file hold where those that include it give nothing else."""
    found = ((name, node["default"].text) for name, node in islice(inputs.entries(), MANY))
    return {f"inputs.{name}": (text,) for name, text in found if text}


def _may_fail(allowed: Node | None) -> bool:
    """Whether a job's failure stops nothing: in any case, or with the exit code that a failure has."""
    if allowed is None:
        return False
    return FAILURE in names(allowed["exit_codes"]) if allowed.is_mapping else is_true(allowed)


def _matrix(node: Node) -> dict[str, tuple[str, ...]]:
    """What each variable of `parallel: matrix` holds in one job or another."""
    found: dict[str, tuple[str, ...]] = {}
    for choice in islice(node.items(), MANY):
        for name, item in choice.entries():
            found[name] = unique(*found.get(name, ()), *names(item))
    return found


def _is_job(name: str, node: Node) -> bool:
    return name not in NO_JOBS and not name.startswith(".") and any(key in MARKS for key, _ in node.entries())


def _overlaid(below: Node | None, above: Node) -> Node:
    """Of mappings, `below` with the keys of `above`; anything else replaces what was there."""
    if (
        below is None
        or not isinstance(below.value, dict)
        or not isinstance(above.value, dict)
        or len(below.value) > MANY
    ):
        return above
    return replace(above, value=below.value | above.value)


def _stage(job: Job) -> str:
    return job["stage"].text if "stage" in job else "test"


def _environment(node: Node) -> str:
    if not node.is_mapping:
        return node.text
    return "" if node["action"].text == "stop" else node["name"].text


def _needs(node: Node, jobs: dict[str, Job]) -> tuple[str, ...]:
    needed = [item["job"].text if item.is_mapping else item.text for item in islice(node.items(), MANY)]
    return unique(*(f"jobs/{name}" for name in needed if name in jobs))


def _includes(node: Node) -> Iterator[str]:
    """What `include:` names: "./path" for a file of this repository, else as written."""
    for item in flat(node):
        if not item.is_mapping:
            yield item.text if "://" in item.text else f"./{item.text.lstrip('/')}" if item.text else ""
            continue
        for local in names(item["local"]):
            yield f"./{local.lstrip('/')}"
        for key in ("remote", "template", "component"):
            yield from names(item[key])
        for file in names(item["file"]):
            yield f"{item['project'].text}/{file.lstrip('/')}"


def _triggered(node: Node) -> Iterator[str]:
    """The pipelines that a trigger job starts: files of this repository, or another project's."""
    if node.is_mapping:
        yield from _includes(node["include"])
        yield node["project"].text
    else:
        yield node.text
