"""GitHub Actions: workflows with their triggers, jobs and steps, and the actions that a repository defines itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice, product
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from mlripe.facts import UNKNOWN, Command, Document, FileFacts, Resource, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.common import Piece, folder, image, is_true, names, never, script, settings, step_says
from mlripe.readers.ci.outcomes import Language, Supposed, may_hold, needed, runs_after, with_ancestors
from mlripe.readers.formats.cursor import Node, beside, unique
from mlripe.readers.formats.documents import load_yaml
from mlripe.readers.shell.powershell import POWERSHELLS

__all__ = ["read_github_action", "read_github_workflow"]

KINDS: Final = {
    "push": "push",
    "pull_request": "pull_request",
    "pull_request_target": "pull_request",
    "merge_group": "pull_request",
    "release": "release",
    "workflow_dispatch": "dispatch",
    "workflow_call": "call",
}  # schedule and workflow_run are lists of their own; any other event comes from outside
FILTERS: Final = ("branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "types")
# Inputs of actions that are shell texts. Where other actions mean something else by the name, the action is named.
SCRIPTS: Final = (
    ("inlineScript", r".*"),
    ("run", r".*"),
    ("command", r"nick-(?:fields|invision)/retry"),
    ("script", r".*ssh.*|.*/android-emulator-runner"),
    ("command", r".*ssh.*"),
)
# Inputs of a called workflow that are shell texts.
HANDED: Final = lazy_regex(r"(?:[a-z]+[-_])?(?:run|script|cmd|commands?)", re.IGNORECASE)
# Actions that run a program of the repository, as the command that they run.
COMMANDS: Final = {"pre-commit/action": ("pre-commit run --all-files",)}
LONGEST: Final = 500  # characters of a default, which every step repeats
# What a condition says of what came before.
STATUS: Final = Language(
    functions={"success": (True, False), "failure": (False, True), "always": (True, True), "cancelled": (False, False)},
    implicit=True,
    result=lazy_regex(r"needs\.([\w-]+)\.result"),
    succeeded="success",
    failed="failure",
)
UPSTREAM_RESULT: Final = "github.event.workflow_run.conclusion"
NOTHING: Final[Mapping[str, str]] = {}
MANY: Final = 20  # combinations of a matrix
ENVIRONMENT: Final = lazy_regex(r"\$\{\{\s*env\.(\w+)\s*\}\}")
MATRIX: Final = lazy_regex(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")
VERSION: Final = lazy_regex(r"v?\d[\w.*-]*|(?:ubuntu|macos|windows)-.*|\$\{\{.*")
# What reads a step's text as a program of its own language; whatever else `shell` names is a shell, perhaps in an
# environment (`micromamba-shell {0}`, `pixi run bash -e {0}`).
INTERPRETERS: Final = frozenset("python python3 node deno bun perl ruby Rscript julia".split())
ACTION_PATH: Final = lazy_regex(r"\$\{\{\s*github\.action_path\s*\}\}|\$\{?GITHUB_ACTION_PATH\}?")


def read_github_workflow(path: str, content: bytes) -> FileFacts:
    """A workflow file: one unit `workflow`, below it the jobs, below them the steps."""
    documents = load_yaml(content)
    units: list[Unit] = []
    resources: list[Resource] = []
    for document in documents[:1]:
        root = Node.root(document)
        if root["jobs"].is_mapping:
            units.append(_workflow(path, root))
            order = _order(root["jobs"])
            for name, job in root["jobs"].entries():
                _job(name, job, root, order, units, resources)
    return FileFacts(units=tuple(units), resources=tuple(resources), documents=documents)


def _workflow(path: str, root: Node) -> Unit:
    name = root["name"].text
    says = f"workflow {name or PurePosixPath(path).name}"
    inputs = {"name": name} if name else {}
    given = {
        **settings(root["env"]),
        **_defaults(root.at("on.workflow_dispatch")),
        **_defaults(root.at("on.workflow_call")),
    }
    return Unit(
        "workflow", "workflow", root["name"].line, says, triggers=_triggers(root["on"]), inputs=inputs, variables=given
    )


def _defaults(event: Node) -> dict[str, tuple[str, ...]]:
    """What the inputs of a workflow or action hold where nobody gives anything else."""
    inputs = event["inputs"].entries()
    return {f"inputs.{name}": (node["default"].text[:LONGEST],) for name, node in inputs if node["default"].text}


# --- triggers --------------------------------------------------------------------------------------------------------


def _triggers(on: Node) -> tuple[Trigger, ...]:
    if on.is_mapping:
        return tuple(trigger for event, node in on.entries() for trigger in _triggers_of(event, node))
    events = on.items() if on.is_list else [on]
    return tuple(trigger for event in events if event.text for trigger in _triggers_of(event.text, event))


def _triggers_of(event: str, node: Node) -> list[Trigger]:
    if event == "schedule":
        return [Trigger("schedule", item["cron"].line, item["cron"].text) for item in node.items() if item["cron"].text]
    if event == "workflow_run":
        return [Trigger("upstream", item.line, item.text) for item in node["workflows"].items() if item.text]
    detail = "; ".join(f"{key} {', '.join(names(node[key]))}" for key in FILTERS if names(node[key]))
    if event == "push":
        return [Trigger(kind, node.line, detail) for kind in _push_kinds(node)]
    if event.startswith("pull_request") and names(node["types"]) == ("closed",):
        return [Trigger("push", node.line, f"{event} {detail}")]  # after the merge: it can hold none up
    if event in KINDS:
        return [Trigger(KINDS[event], node.line, "" if KINDS[event] == "dispatch" else detail)]
    return [Trigger("event", node.line, f"{event} {detail}".rstrip())]


def _push_kinds(node: Node) -> tuple[str, ...]:
    """Tags alone exclude branches; without tags in the filter, a branch filter excludes tags."""
    tags = "tags" in node
    branches = "branches" in node or "branches-ignore" in node
    if tags and branches:
        return ("push", "tag")
    return ("tag",) if tags else ("push",)


# --- jobs and steps --------------------------------------------------------------------------------------------------


class _Surroundings(Struct, frozen=True):
    """What a step inherits."""

    directory: str = ""
    shell: str = ""
    checkout: str = ""  # the folder that the repository is checked out to
    action: str = ""  # the folder of the action that it is a step of
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of the environment

    def within(self, node: Node) -> _Surroundings:
        """With the `defaults` and the variables of a workflow or job."""
        run = node.at("defaults.run")
        directory = run["working-directory"].text[:LONGEST] or self.directory
        variables = {**self.variables, **settings(node["env"])}
        return replace(self, directory=directory, shell=run["shell"].text[:LONGEST] or self.shell, variables=variables)

    def folder(self, path: str) -> str:
        named = path or self.directory
        place = folder("", ENVIRONMENT.sub(lambda found: next(iter(self.variables.get(found[1], ())), found[0]), named))
        if self.checkout and (place == self.checkout or place.startswith(f"{self.checkout}/")):
            return place[len(self.checkout) + 1 :]
        return place


Order = Mapping[str, tuple[tuple[str, ...], RunsAfter]]  # of each job the names of those that must succeed before it


def _order(jobs: Node) -> Order:
    waits = {name: names(job["needs"]) for name, job in jobs.entries()}
    found = {name: needed(job["if"].text, waits[name], STATUS) for name, job in jobs.entries()}
    needs = with_ancestors(waits, {name: kept for name, (kept, _) in found.items()})
    return {name: (needs[name], after) for name, (_, after) in found.items()}


def _after_success(condition: str) -> bool:
    """Whether it only holds after a success of the workflow that started this one, or where a person starts it."""
    failed = {UPSTREAM_RESULT: STATUS.failed, "github.event_name": "workflow_run"}
    return UPSTREAM_RESULT in condition and not may_hold(condition, STATUS, Supposed(known=failed))


def _job(name: str, job: Node, root: Node, order: Order, units: list[Unit], resources: list[Resource]) -> None:
    id = f"jobs/{name}"
    condition = job["if"].text
    environment = job["environment"]
    choices = _choices(job.at("strategy.matrix"))
    units.append(
        Unit(
            id,
            "job",
            job.line,
            f"job {job['name'].text or name}",
            "workflow",
            commands=_handed(job),
            uses=_uses(job["uses"]),
            inputs={**job["with"].scalars(), **_runs_on(job["runs-on"])},
            variables={**settings(job["env"]), **_matrix(choices)},
            needs=tuple(f"jobs/{needed}" for needed in order[name][0]),
            environment=environment["name"].text if environment.is_mapping else environment.text,
            condition=condition,
            runs_after=order[name][1],
            after_success=_after_success(condition),
            allow_failure=is_true(job["continue-on-error"]),
            disabled=never(condition),
        )
    )
    resources += image(job["container"], id, "container")
    for service, node in job["services"].entries():
        resources += image(node, id, service)
    around = _Surroundings(checkout=_checkout(job["steps"])).within(root).within(job)
    for index, step in enumerate(job["steps"].items()):
        for number, values in enumerate(_variants(step, around, choices)):
            units.append(_step(f"{id}/{index}" + (f".{number}" if number else ""), id, step, around, values))


def _handed(job: Node) -> tuple[Command, ...]:
    """The commands that a job hands to a workflow of elsewhere, by inputs that call themselves commands."""
    if not job["uses"].text or job["uses"].text.startswith("./"):
        return ()
    handed = [node for key, node in job["with"].entries() if HANDED.fullmatch(key) and node.text]
    return tuple(command for node in handed for command in script([(node.text, node.text_line)], ""))


def _choices(matrix: Node) -> list[dict[str, str]]:
    """The combinations of a matrix that bring other values than versions: folders, services, names of models."""
    listed = [(key, node.items()) for key, node in matrix.entries() if key not in ("include", "exclude")]
    crossed = product(*([(key, item.text) for item in items if item.text] for key, items in listed if items))
    included = [dict(item.scalars()) for item in matrix["include"].items()]
    found = [dict(pairs) for pairs in islice(crossed, MANY) if pairs] + included
    return [{key: str(value) for key, value in choice.items()} for choice in found[:MANY]]


def _matrix(choices: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    names = dict.fromkeys(name for choice in choices for name in choice)
    return {f"matrix.{name}": unique(*(choice[name] for choice in choices if name in choice)) for name in names}


def _variants(step: Node, around: _Surroundings, choices: list[dict[str, str]]) -> list[dict[str, str]]:
    """What a step fills in each time that it is run: each value of the matrix that it names; most steps name none."""
    given = [value for value in step["with"].scalars().values() if isinstance(value, str)]
    folder = step["working-directory"].text or (around.directory if step["run"].text else "")
    texts = [step["run"].text, folder, *given]
    named = {name for text in texts for name in MATRIX.findall(text)} if choices else set()
    wanted = {tuple((name, choice[name]) for name in sorted(named) if name in choice): None for choice in choices}
    return [dict(v) for v in wanted if v and not all(VERSION.fullmatch(value) for _, value in v)] or [{}]


def _filled(text: str, values: Mapping[str, str]) -> str:
    return MATRIX.sub(lambda found: values.get(found[1], found[0]), text) if values else text


def _runs_on(node: Node) -> dict[str, object]:
    labels = node["labels"] if node.is_mapping else node
    text = ", ".join(names(labels)) or node["group"].text
    return {"runs-on": text} if text else {}


def _checkout(steps: Node) -> str:
    """The folder that the repository itself is checked out to; other repositories' do not matter."""
    for step in steps.items():
        if step["uses"].text.startswith("actions/checkout@") and not step.at("with.repository"):
            return folder("", step.at("with.path").text)
    return ""


def _step(id: str, parent: str, step: Node, around: _Surroundings, values: Mapping[str, str] = NOTHING) -> Unit:
    condition = step["if"].text
    uses = _uses(step["uses"])
    directory = around.folder(_filled(step["working-directory"].text or around.directory, values))
    inputs = {k: _filled(v, values) if isinstance(v, str) else v for k, v in step["with"].scalars().items()}
    found: tuple[Command, ...] = ()
    if step["run"].text:
        shell = step["shell"].text or around.shell
        interpreter = _interpreter(shell)
        text = ACTION_PATH.sub(around.action or ".", _filled(step["run"].text, values))
        part = text, step["run"].text_line
        if not interpreter:
            found = _run(part, directory, shell)
        else:
            inputs[interpreter] = part[0]
        if interpreter.startswith("python"):
            found = (Command(part[0], ("python", "-c", part[0]), part[1]),)
    for word in COMMANDS.get(uses[0].partition("@")[0], ()) if uses else ():
        found += script([(word, step.line)], directory)
    for key, action in SCRIPTS:
        node = step["with"][key]
        if uses and node.text and re.fullmatch(action, uses[0].partition("@")[0], re.IGNORECASE):
            found += script([(node.text, node.text_line)], directory)
    return Unit(
        id,
        "step",
        step.line,
        step_says(step["name"].text, uses, found),
        parent,
        commands=found,
        uses=uses,
        inputs=inputs,
        variables=settings(step["env"]),
        directory=directory,
        condition=condition,
        runs_after=runs_after(condition, STATUS),
        after_success=_after_success(condition),
        allow_failure=is_true(step["continue-on-error"]),
        disabled=never(condition),
    )


def _uses(node: Node) -> tuple[str, ...]:
    """What a step or job uses; `$/x` is `./x` of the workflow's own repository at the commit that runs."""
    return tuple(re.sub(r"\A\$/", "./", name) for name in names(node))


def _interpreter(shell: str) -> str:
    """The program of another language that reads the text; "" for a shell."""
    return next((name for word in shell.split() if (name := PurePosixPath(word).name) in INTERPRETERS), "")


def _run(part: Piece, directory: str, shell: str) -> tuple[Command, ...]:
    """A shell that is only named stops at the first failure; one with `{0}` does what its own options say."""
    if "{0}" not in shell:
        strict = shell not in (*POWERSHELLS, "cmd")
        return script([part], directory, strict=strict, pipefail=shell == "bash", shell=shell)
    options = [word for word in shell.split()[1:] if word.startswith("-") and not word.startswith("--")]
    strict = any("e" in option for option in options)
    return script([part], directory, strict=strict, pipefail="pipefail" in shell)


# --- actions ---------------------------------------------------------------------------------------------------------


def read_github_action(path: str, content: bytes) -> FileFacts:
    """An action's definition: one unit `action`, with its steps below it, or its program or image as what it uses."""
    documents = load_yaml(content)
    units: tuple[Unit, ...] = ()
    for document in documents[:1]:
        if Node.root(document)["runs"].is_mapping:
            units = _action(path, document)
    return FileFacts(units=units, documents=documents)


def _action(path: str, document: Document) -> tuple[Unit, ...]:
    root = Node.root(document)
    runs = root["runs"]
    programs = [runs[key].text for key in ("image", "pre", "main", "post") if runs[key].text]
    action = Unit(
        "action",
        "action",
        root["name"].line,
        f"action {root['name'].text or path}",
        uses=tuple(text if "://" in text else beside(path, text) for text in programs),
        inputs={name: node["default"].text or UNKNOWN for name, node in root["inputs"].entries()},
        variables=_defaults(root),
    )
    around = _Surroundings(action=f"./{PurePosixPath(path).parent}")
    steps = (_step(f"action/{index}", "action", step, around) for index, step in enumerate(runs["steps"].items()))
    return (action, *steps)
