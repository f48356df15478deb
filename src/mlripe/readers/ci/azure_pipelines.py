"""Azure Pipelines: stages, jobs and deployments, steps, the templates that they use, and what starts the pipeline."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field, structs
from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.common import folder, free, image, is_false, is_true, names, never, script, settings, step_says
from mlripe.readers.ci.outcomes import Language, needed, runs_after, with_ancestors
from mlripe.readers.formats.cursor import Node, beside, unique
from mlripe.readers.formats.documents import load_yaml
from mlripe.readers.shell.macros import macros_as_variables

__all__ = ["is_azure_pipeline", "read_azure_pipelines"]

# A file with one of these is a pipeline of its own. One without that has parts is a template; or a pipeline that says
# nothing of what starts it, which its usual name tells.
OWN: Final = ("trigger", "pr", "schedules", "resources", "pool", "name", "extends")
PARTS: Final = ("stages", "jobs", "steps")
STEPS: Final = frozenset("script bash pwsh powershell task template checkout publish download".split())
PLAIN: Final = ("checkout", "publish", "download", "getPackage", "reviewApp")  # tasks that have a keyword of their own
SHELLS: Final = ("script", "bash", "pwsh", "powershell")
HOOKS: Final = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")
INLINE: Final = ("inlineScript", "script", "Inline")
FILES: Final = ("scriptPath", "filePath", "ScriptPath", "templateFile")
FOLDERS: Final = ("workingDirectory", "workingFolder", "cwd", "WorkingDirectory")
# What a condition says of what came before; one of one's own takes the place of the default, `succeeded()`.
STATUS: Final = Language(
    functions={
        "succeeded": (True, False),
        "failed": (False, True),
        "succeededorfailed": (True, True),
        "always": (True, True),
        "canceled": (False, False),
    },
    implicit=False,
    result=lazy_regex(r"dependencies\.([\w-]+)\.result"),
    succeeded="succeeded",
    failed="failed",
)
ROOT: Final = lazy_regex(
    r"\$\((?:Build\.Repository\.LocalPath|(?:Agent\.BuildDirectory|Pipeline\.Workspace)\)?/s\b)\)?", re.I
)
EACH: Final = lazy_regex(r"\$\{\{\s*each\s+(\w+)\s+in\s+parameters\.([\w-]+)\s*\}\}")
ROOT_PREFIX: Final = lazy_regex(r"\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory)\)[/\\]+", re.I)


def is_azure_pipeline(document: object) -> bool:
    """Whether plain data looks like a pipeline or a template of Azure Pipelines, whatever its file is called."""
    if not isinstance(document, dict):
        return False
    parts = [document[key] for key in PARTS if isinstance(document.get(key), list)]
    items = [item for part in parts for item in part if isinstance(item, dict)]
    words = STEPS | {"stage", "job", "deployment"}
    extended = document.get("extends")  # other programs' settings extend files as well, by their names
    extends = isinstance(extended, dict) and "template" in extended
    return extends or any(key in words or key.startswith("${{") for item in items for key in item)


def _gives_variables(document: object) -> bool:
    """Whether plain data is a template that holds nothing but variables."""
    return isinstance(document, dict) and "variables" in document and document.keys() <= {"variables", "parameters"}


def read_azure_pipelines(path: str, content: bytes) -> FileFacts:
    """A pipeline or a template: one unit `pipeline`, below it stages, jobs, steps as far as the file has them."""
    documents = load_yaml(content)
    if len(documents) != 1 or not (is_azure_pipeline(documents[0].data) or _gives_variables(documents[0].data)):
        return FileFacts(documents=documents)
    reading = _Reading(path, Node.root(documents[0]))
    reading.pipeline()
    return FileFacts(units=tuple(reading.units), resources=tuple(reading.resources), documents=documents)


# --- triggers --------------------------------------------------------------------------------------------------------


def _triggers(path: str, root: Node) -> Iterator[Trigger]:
    if not any(key in root for key in OWN) and not posixpath.basename(path).startswith("azure-pipeline"):
        return
    yield from _pushed(root["trigger"]) if "trigger" in root else [Trigger("push", 1, "by convention")]
    if "pr" in root and not _is_none(root["pr"]):
        yield Trigger("pull_request", root["pr"].line, _filters(root["pr"]))
    for schedule in root["schedules"].items():
        yield Trigger("schedule", schedule["cron"].line, schedule["cron"].text)
    resources = root["resources"]
    for pipeline in resources["pipelines"].items():
        if "trigger" in pipeline and not _is_none(pipeline["trigger"]) and not is_false(pipeline["trigger"]):
            yield Trigger("upstream", pipeline.line, pipeline["source"].text or pipeline["pipeline"].text)
    for kind, name in (("repositories", "repository"), ("containers", "container"), ("packages", "package")):
        for item in resources[kind].items():
            if "trigger" in item and not _is_none(item["trigger"]):
                yield Trigger("event", item.line, f"{name} {item[name].text}")
    for webhook in resources["webhooks"].items():
        yield Trigger("event", webhook.line, f"webhook {webhook['webhook'].text}")


def _pushed(trigger: Node) -> Iterator[Trigger]:
    if _is_none(trigger):
        yield Trigger("dispatch", trigger.line, "trigger none")
        return
    if trigger["branches"] or trigger["paths"] or not trigger["tags"]:
        yield Trigger("push", trigger.line, _filters(trigger))
    if trigger["tags"]:
        yield Trigger("tag", trigger.line, ", ".join(names(trigger.at("tags.include")) or names(trigger["tags"])))


def _is_none(node: Node) -> bool:
    return not node or names(node) == ("none",)


def _filters(node: Node) -> str:
    if not node.is_mapping:
        return f"branches {', '.join(names(node))}"
    parts = []
    for key in ("branches", "paths"):
        included = names(node[key]["include"]) if node[key].is_mapping else names(node[key])
        parts += [f"{key} {', '.join(included)}"] if included else []
    return "; ".join(parts)


# --- units -----------------------------------------------------------------------------------------------------------


class _Reading(Struct):
    """A pipeline's document, and what has been found in it so far."""

    path: str
    root: Node
    units: list[Unit] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    containers: set[str] = field(default_factory=set)  # images that the file gives a name of its own
    taken: dict[str, int] = field(default_factory=dict)  # ids; a name may stand in both branches of an `${{ if }}`
    waits: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of stages and jobs, whatever comes of them

    def pipeline(self) -> None:
        root = self.root
        says = f"pipeline {root['name'].text or posixpath.basename(self.path)}"
        uses = unique(self._template(root["extends"]["template"].text))
        triggers = tuple(_triggers(self.path, root))
        inputs = root.at("extends.parameters").scalars()
        given = {**settings(root["variables"]), **_defaults(root["parameters"])}
        if not any(key in root for key in (*PARTS, "extends")):
            triggers = ()  # it only gives variables to others
        self.units.append(
            Unit(
                "pipeline",
                "workflow",
                1,
                says,
                triggers=triggers,
                uses=uses,
                inputs=inputs,
                variables=given,
                variables_of=self._variables_of(root),
                # a pipeline that starts another one does so where it has succeeded
                after_success=any(trigger.kind == "upstream" for trigger in triggers),
            )
        )
        for container in root.at("resources.containers").items():
            self.containers.add(container["container"].text)
            self.resources += image(container, "pipeline", container["container"].text)
        holder = root.at("extends.parameters") if "extends" in root else root
        self._stages(holder["stages"])
        self._jobs(holder["jobs"], "pipeline")
        self._steps(holder["steps"], "pipeline")
        needs = with_ancestors(self.waits, {unit.id: unit.needs for unit in self.units if unit.id in self.waits})
        self.units = [structs.replace(unit, needs=needs.get(unit.id, unit.needs)) for unit in self.units]

    def _template(self, reference: str) -> str:
        """ "./path" of a template in this repository; one of another repository stays as written."""
        if "@" in reference and not reference.endswith("@self"):
            return reference
        name = reference.removesuffix("@self")
        if "${{" in name or not name:
            return ""
        return f"./{posixpath.normpath(name.lstrip('/'))}" if name.startswith("/") else beside(self.path, name)

    def _variables_of(self, node: Node) -> tuple[str, ...]:
        """The templates out of which a pipeline, a stage or a job takes variables."""
        return unique(*(self._template(item["template"].text) for item, _ in _spliced(node["variables"])))

    def _part(self, id: str, kind: str, node: Node, parent: str, needs: tuple[str, ...], condition: str) -> Unit:
        """A template in the place of a stage, job or step."""
        reference = node["template"].text
        uses = unique(self._template(reference))
        given = node["parameters"]
        inputs = given.scalars() | {key: names(each) for key, each in given.entries() if each.is_list}
        says = f"template {reference}"
        unit = Unit(id, kind, node.line, says, parent, uses=uses, inputs=inputs, needs=needs, condition=condition)
        return structs.replace(unit, variables=self._items(condition))

    def _items(self, condition: str) -> dict[str, tuple[str, ...]]:
        """What the variable of an `${{ each }}` holds in one turn or another, and by `name.key` what its entries do."""
        each = EACH.match(condition)
        if each is None:
            return {}
        name, listed = each.groups()
        parameters = self.root["parameters"]
        defaults = (item["default"] for item in parameters.items() if item["name"].text == listed)
        found: dict[str, tuple[str, ...]] = {name: (f"${{{{ parameters.{listed} }}}}",)}
        for item in next(defaults, parameters[listed]).items():
            for key, value in item.entries():
                found[f"{name}.{key}"] = unique(*found.get(f"{name}.{key}", ()), value.text)
        return found

    def _stages(self, stages: Node) -> None:
        before: tuple[str, ...] = ()
        for index, (stage, condition) in enumerate(_spliced(stages)):
            name = stage["stage"].text
            id = free(f"stages/{name or index}", self.taken)
            needs = _needs(stage["dependsOn"], "stages/") if "dependsOn" in stage else before
            before = (id,)
            if "template" in stage:
                self.waits[id] = needs
                self.units.append(self._part(id, "stage", stage, "pipeline", needs, condition))
                continue
            must, after = self._after(id, stage, needs, "stages/")
            condition = stage["condition"].text or condition
            says = f"stage {stage['displayName'].text or name or index}"
            unit = Unit(id, "stage", stage.line, says, "pipeline", needs=must, condition=condition, runs_after=after)
            given, taken_in = {**self._items(condition), **settings(stage["variables"])}, self._variables_of(stage)
            self.units.append(structs.replace(unit, disabled=never(condition), variables=given, variables_of=taken_in))
            self._jobs(stage["jobs"], id)
            self._steps(stage["steps"], id)

    def _jobs(self, jobs: Node, parent: str) -> None:
        prefix = "jobs/" if parent == "pipeline" else f"{parent}/"
        for index, (job, condition) in enumerate(_spliced(jobs)):
            name = job["job"].text or job["deployment"].text
            id = free(f"{prefix}{name or index}", self.taken)
            needs = _needs(job["dependsOn"], prefix)
            if "template" in job:
                self.waits[id] = needs
                self.units.append(self._part(id, "job", job, parent, needs, condition))
                continue
            unit = self._job(id, name or str(index), job, parent, job["condition"].text or condition)
            must, after = self._after(id, job, needs, prefix)
            self.units.append(structs.replace(unit, needs=must, runs_after=after))
            self._steps_of(id, job)

    def _after(self, id: str, node: Node, waits: tuple[str, ...], prefix: str) -> tuple[tuple[str, ...], RunsAfter]:
        """Of what a stage or job waits for what must succeed; a condition of its own takes the place of the default."""
        self.waits[id] = waits
        names = [name.removeprefix(prefix) for name in waits]
        must, after = needed(node["condition"].text, names, STATUS)
        return tuple(f"{prefix}{name}" for name in must), after

    def _job(self, id: str, name: str, job: Node, parent: str, condition: str) -> Unit:
        environment = job["environment"]
        pool = job["pool"] if "pool" in job else self.root["pool"]
        runs_on = (pool["vmImage"].text or pool["name"].text) if pool.is_mapping else pool.text
        return Unit(
            id,
            "job",
            job.line,
            f"job {job['displayName'].text or name}",
            parent,
            inputs={"runs-on": runs_on} if runs_on else {},
            variables={
                **self._items(condition),
                **settings(job["variables"]),
                **_matrix(job["strategy"]["matrix"]),
            },
            variables_of=self._variables_of(job),
            environment=environment["name"].text if environment.is_mapping else environment.text,
            condition=condition,
            allow_failure=is_true(job["continueOnError"]),
            disabled=never(condition),
        )

    def _steps_of(self, id: str, job: Node) -> None:
        """The steps of a job, and of the hooks of a deployment."""
        if job["container"].text not in self.containers:
            self.resources += image(job["container"], id)
        self._steps(job["steps"], id)
        for _, strategy in job["strategy"].entries():
            for hook in HOOKS:
                self._steps(strategy[hook]["steps"], id, prefix=f"{hook}/")
            for outcome in (RunsAfter.SUCCESS, RunsAfter.FAILURE):
                self._steps(strategy["on"][outcome]["steps"], id, f"{outcome}/", outcome)

    def _steps(self, steps: Node, parent: str, prefix: str = "", after: RunsAfter = RunsAfter.SUCCESS) -> None:
        above = "steps" if parent == "pipeline" else parent
        for index, (step, condition) in enumerate(_spliced(steps)):
            id = free(f"{above}/{prefix}{index}", self.taken)
            if "template" in step:
                self.units.append(
                    structs.replace(self._part(id, "step", step, parent, (), condition), runs_after=after)
                )
                continue
            own = step["condition"].text
            unit = self._step(id, step, parent, own or condition)
            unit = structs.replace(unit, variables={**self._items(condition), **unit.variables})
            self.units.append(structs.replace(unit, runs_after=runs_after(own, STATUS) if own else after))

    def _step(self, id: str, step: Node, parent: str, condition: str) -> Unit:
        given = step["inputs"]
        plain = next((key for key in PLAIN if key in step), "")
        uses = unique(step["task"].text, plain, *(beside("", _from_root(given[key].text)) for key in FILES))
        directory = _folder(
            step["workingDirectory"].text or next((given[k].text for k in FOLDERS if given[k].text), "")
        )
        inputs = given.scalars()
        found: tuple[Command, ...] = ()
        for key in SHELLS:
            found += _commands(step[key], directory, key)
        if step["task"].text.startswith("PythonScript@") and (named := given["scriptPath"].text):
            words = f"python {_from_root(named)} {given['arguments'].text}"
            found += _commands(replace(given["scriptPath"], value=words), directory)
        for key in INLINE:
            if step["task"].text.startswith("PythonScript@"):
                inputs |= {"python": given[key].text} if given[key].text else {}
            elif given["targetType"].text != "filePath":
                found += _commands(given[key], directory, _shell(step["task"].text, given))
        return Unit(
            id,
            "step",
            step.line,
            step_says(step["displayName"].text, uses, found),
            parent,
            commands=found,
            uses=uses,
            inputs=inputs,
            variables=settings(step["env"]),
            directory=directory,
            condition=condition,
            allow_failure=is_true(step["continueOnError"]),
            approval=step["task"].text.startswith("ManualValidation@"),
            disabled=is_false(step["enabled"]) or never(condition),
        )


def _defaults(parameters: Node) -> dict[str, tuple[str, ...]]:
    """What the parameters of a pipeline or template hold where nobody gives anything else."""
    found: dict[str, tuple[str, ...]] = {
        f"inputs.{name}": (node.text,) for name, node in parameters.entries() if node.text
    }
    for item in parameters.items():
        default = item["default"].text
        if item["name"].text and (default or item["values"] or item["default"].is_list):
            listed = names(item["default"]) if item["default"].is_list else names(item["values"])
            found[f"inputs.{item['name'].text}"] = (default,) if default else listed
    return found


def _matrix(node: Node) -> dict[str, tuple[str, ...]]:
    """What each variable of a matrix holds in one job or another."""
    found: dict[str, tuple[str, ...]] = {}
    for _, choice in node.entries():
        for name, values in settings(choice).items():
            found[name] = unique(*found.get(name, ()), *values)
    return found


def _commands(node: Node, directory: str, shell: str = "") -> tuple[Command, ...]:
    """A script; it goes on after a failure, and only its last command's outcome is the step's."""
    text = macros_as_variables(node.text, bare=True)
    return script([(text, node.text_line)], directory, strict=False, shell=shell) if text else ()


def _shell(task: str, given: Node) -> str:
    """The shell of an inline script, where the task or its inputs say that it is PowerShell's."""
    asked = given["scriptType"].text.lower()
    return "pwsh" if task.lower().startswith(("powershell@", "azurepowershell@")) or asked in ("ps", "pscore") else ""


def _from_root(text: str) -> str:
    """Without the variables that stand for the root of the sources."""
    return ROOT_PREFIX.sub("", ROOT.sub("$(Build.SourcesDirectory)", text))


def _folder(path: str) -> str:
    return folder("", ROOT.sub("$(Build.SourcesDirectory)", path).replace("\\", "/"))


def _needs(node: Node, prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{name}" for name in names(node))


def _spliced(node: Node, condition: str = "", levels: int = 10) -> Iterator[tuple[Node, str]]:
    """A list's items, each with the `${{ if }}` or `${{ each }}` around it; what such a block holds is in its place."""
    for item in node.items():
        expressions = [(key, below) for key, below in item.entries() if key.startswith("${{")]
        if not expressions:
            if item.is_mapping:
                yield item, condition
            continue
        for key, below in expressions if levels else ():
            yield from _spliced(below, key, levels - 1)
