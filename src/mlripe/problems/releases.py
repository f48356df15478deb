"""Releases that wait for nothing: before the checks, beside them, behind a condition that always holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mlripe.detection.observations import Observation
from mlripe.evidence import Defect, Sighting
from mlripe.facts import Command, Unit
from mlripe.kinds import Role
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers.store import FactStore

__all__ = ["releases"]

_CHECKS: Final = frozenset(("pytest", "py.test", "tox", "nox", "unittest", "dvc-repro"))
_ALWAYS: Final = lazy_regex(r"\$\{\{.*?\}\}\s*(?:==|!=|&&|\|\||<|>)")
_STAGING: Final = lazy_regex(r"(?i)stag|dev\b|test.?pypi|preview|canary|sandbox|qa\b|dry.?run")
_EXPRESSIONS: Final = ":read_github_workflow"  # the reader of those whose conditions are expressions of GitHub


def releases(examined: Examined) -> Iterator[Defect]:
    """Defects of the jobs of CI that publish or deploy."""
    store = examined.store
    shipped: dict[str, list[Observation]] = defaultdict(list)
    for each in examined.detection.observations:
        if each.role in (Role.DEPLOY, Role.PUBLISH):
            shipped[each.path].append(each)
    for path in store.ci_files:
        if store.role(path) is not None:
            continue
        units = {unit.id: unit for unit in store.of(path).units}
        yield from _before_checks(path, units, shipped.get(path, ()))
        yield from _beside_checks(path, units, shipped.get(path, ()))
        yield from _always(store, path, units)
        yield from _moving_names(examined, path, units)


# --- order -----------------------------------------------------------------------------------------------------------


def _before_checks(path: str, units: Mapping[str, Unit], shipped: list[Observation] | tuple[()]) -> Iterator[Defect]:
    """A step that ships, before the first step of the same job that runs the tests."""
    for each in sorted(shipped, key=lambda observation: observation.line):
        unit = units.get(each.place.unit)
        job = units.get(unit.parent) if unit else None
        if (
            unit is None
            or job is None
            or unit.kind != "step"
            or job.side_by_side
            or _STAGING.search(f"{each.says} {job.id}")
        ):
            continue
        steps = [known for known in units.values() if known.parent == job.id and known.kind == "step"]
        checks = [(step, command) for step in steps for command in step.commands if _is_check(command)]
        if checks and all(step.line > unit.line for step, _ in checks):
            command = checks[0][1]
            beside = (Sighting(path, command.line, f"checks after it: {command.argv[0]}"),)
            yield Defect(path, each.line, each.says, f"{path} {job.id}", beside, finds=DefectKind.RELEASE_BEFORE_CHECKS)
            return


def _beside_checks(path: str, units: Mapping[str, Unit], shipped: list[Observation] | tuple[()]) -> Iterator[Defect]:
    """A job that ships and waits for no other, in a workflow with a job that runs the tests."""
    jobs = {unit.id: unit for unit in units.values() if unit.kind == "job"}
    testing = {job: command for job in jobs for command in _commands(units, job) if _is_check(command)}
    for each in sorted(shipped, key=lambda observation: observation.line):
        unit = units.get(each.place.unit)
        job = jobs.get(unit.parent if unit and unit.parent in jobs else each.place.unit)
        if job is None or job.needs or job.id in testing or not testing or job.condition or job.approval or job.uses:
            continue
        if _STAGING.search(f"{each.says} {job.id} {job.environment}") or not _side_by_side(units, job):
            continue
        other, command = next(iter(testing.items()))
        beside = (Sighting(path, command.line, f"{jobs[other].says or other} runs the tests"),)
        yield Defect(path, each.line, each.says, f"{path} {job.id}", beside, finds=DefectKind.RELEASE_BEFORE_CHECKS)
        return


def _side_by_side(units: Mapping[str, Unit], job: Unit) -> bool:
    """Whether the jobs of its workflow run at the same time where none names what it needs."""
    above = units.get(job.parent)
    return job.id.startswith("jobs/") and (above is None or above.kind == "workflow")


def _commands(units: Mapping[str, Unit], job: str) -> Iterator[Command]:
    for unit in units.values():
        if unit.id == job or unit.parent == job:
            yield from unit.commands


def _is_check(command: Command) -> bool:
    words = [word.rpartition("/")[2] for word in command.argv[:5]]
    return not _CHECKS.isdisjoint(words) and not command.allowed_explicitly


# --- conditions and names --------------------------------------------------------------------------------------------


def _always(store: FactStore, path: str, units: Mapping[str, Unit]) -> Iterator[Defect]:
    """A condition of GitHub that is a text beside `${{ }}`: any text that is not empty holds."""
    service = store.service(path)
    if service is None or not service.reader.endswith(_EXPRESSIONS):
        return
    for unit in units.values():
        if _ALWAYS.search(unit.condition) or re.match(r"^\s*\$\{\{.*\}\}\s*\S", unit.condition):
            line = _line_of(store, path, unit)
            yield Defect(path, line, f"always holds: if: {unit.condition[:80]}", path, finds=DefectKind.ALWAYS_HOLDS)


def _line_of(store: FactStore, path: str, unit: Unit) -> int:
    """The line of a unit's condition, at or below its own."""
    lines = store.text(path).decode("utf-8", "replace").split("\n")
    for number in range(max(unit.line - 1, 0), min(len(lines), unit.line + 40)):
        if re.match(r"\s*-?\s*if\s*:", lines[number]) and unit.condition[:20].strip() in lines[number]:
            return number + 1
    return unit.line


def _moving_names(examined: Examined, path: str, units: Mapping[str, Unit]) -> Iterator[Defect]:
    """Images that are pushed under `latest`, or no tag, and under no other name in the same file."""
    forms = examined.wiring.edges.values.forms
    pushes = [
        (command, image)
        for unit in units.values()
        for command in unit.commands
        if command.argv[:2] in (("docker", "push"), ("podman", "push"))
        for form in forms(path, unit, command)
        if (image := _last_word(form))
    ]
    named = [image for _, image in pushes if not _moves(image)]
    if pushes and not named and "--all-tags" not in {word for command, _ in pushes for word in command.argv}:
        for command, image in pushes:
            says = f"the image has one name that moves: {image}"
            yield Defect(path, command.line, says, "image", finds=DefectKind.MOVING_NAME)


def _last_word(argv: Sequence[str]) -> str:
    words = [word for word in argv[2:] if not word.startswith("-")]
    return words[-1] if words else ""


def _moves(image: str) -> bool:
    name, colon, tag = image.rpartition(":")
    if not colon or "/" in tag:
        return "$" not in image
    return tag == "latest" and bool(name)
