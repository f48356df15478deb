"""A job of a CI file that says it deploys: to an environment by a program that no detector knows, or by a container."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Observation
from mlripe.facts import FileFacts, Unit
from mlripe.kinds import ProgramEffect, Role
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring
from mlripe.wiring.command_words import CommandWords

__all__ = ["deploy_jobs"]

_DEPLOYS = lazy_regex(r"(?i)(?:^|[/_ -])(?:deploy|rollout)(?:[_ -]|$)")
# places that hold documents and packages, and that nothing is served from
_ELSEWHERE = lazy_regex(r"(?i)pages|docs|documentation|website|pypi|npm|storybook|release$|crates|infra|terraform")
_ACTS = lazy_regex(r"(?i)deploy|rollout|--image|\b(?:modify|update-service|redeploy|sync)\b")
# what programs do that deploy nothing by themselves
_HARMLESS = (
    ProgramEffect.PRINTS, ProgramEffect.SHELL, ProgramEffect.READS, ProgramEffect.INSTALLS, ProgramEffect.PROVISIONS,
)  # fmt: skip


def deploy_jobs(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """The role `deploy` at the command that does it, where nothing else in the job is known to ship."""
    shipping = {observation.place for observation in observations if observation.role in (Role.DEPLOY, Role.PUBLISH)}
    for path, facts in list(store.loaded()):
        if store.role(path) is not None:
            continue
        for job in facts.units:
            if job.kind != "job" or job.disabled:
                continue
            if not _DEPLOYS.search(job.says.removeprefix("job ")) or _ELSEWHERE.search(f"{job.id} {job.environment}"):
                continue
            holders = [job, *_steps(facts, job)]
            if shipping.isdisjoint(Place(path, unit.id) for unit in holders):
                # a name is less than an environment: such a job must leave a container running
                yield from (_act if job.environment else _detached)(path, holders, wiring.words)


def _steps(facts: FileFacts, job: Unit) -> list[Unit]:
    return [unit for unit in facts.units if unit.parent == job.id and not unit.disabled]


def _act(path: str, holders: list[Unit], words: CommandWords) -> Iterator[Observation]:
    known = words.programs
    harmless = known.doing(*_HARMLESS) - known.doing(ProgramEffect.SENDS)
    for unit in holders:
        for command in unit.commands:
            argv = words.unwrapped(command.argv)
            if argv and argv[0] not in harmless and _ACTS.search(command.text):
                says = f"a job that deploys runs {' '.join(command.text.split())[:80]}"
                yield Observation.of_role(Role.DEPLOY, "deploy-jobs", Place(path, unit.id), command.line, says)
                return


def _detached(path: str, holders: list[Unit], words: CommandWords) -> Iterator[Observation]:
    for unit in holders:
        for command in unit.commands:
            argv = words.unwrapped(command.argv)
            if argv[:2] == ("docker", "run") and {"-d", "--detach", "-itd", "-dit"} & {*argv}:
                says = "a job that deploys runs an image"
                yield Observation.of_role(Role.DEPLOY, "deploy-jobs", Place(path, unit.id), command.line, says)
                return
