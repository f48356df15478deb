"""Travis CI: jobs with their phases, the axes of a matrix, stages, and deployments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.readers.ci.common import (
    PUSH,
    Piece,
    Scripts,
    anyway,
    facts_of,
    pieces,
)
from mlripe.readers.formats.cursor import Node, unique
from mlripe.readers.formats.documents import load_yaml

__all__ = ["read_travis"]

MANY: Final = 500  # jobs of a file
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
    return facts_of(documents, (units, []))


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
