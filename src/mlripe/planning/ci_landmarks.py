"""Landmarks in files of CI: the service, the workflows and the jobs that test, train and deploy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from mlripe.assessment import Found
from mlripe.kinds import Role, StartKind
from mlripe.planning.sight import PLAIN, Sight
from mlripe.wiring.places import Place

__all__ = ["ci", "deploying", "job_of", "test_job", "test_workflow", "training_job", "training_workflow", "workflow"]

_BY_ITSELF: Final = frozenset((StartKind.PUSH, StartKind.TAG, StartKind.RELEASE, StartKind.UPSTREAM))
_CHANGES: Final = (StartKind.PUSH, StartKind.PULL_REQUEST)


def ci(sight: Sight) -> Found | None:
    """The CI service in use: the one with most files of its own."""
    counted: Counter[str] = Counter()
    first: dict[str, str] = {}
    for path in sorted(sight.store.ci_files):
        service = sight.store.service(path)
        if service is not None and not service.submitted:
            counted[service.id] += 1
            first.setdefault(service.id, path)
    if not counted:
        return None
    id = min(counted, key=lambda each: (-counted[each], each))
    return Found(id, first[id])


def workflow(sight: Sight) -> Found | None:
    """The CI file that a push or a pull request starts: the one with the most steps."""
    rows: Counter[str] = Counter()
    lines: dict[str, int] = {}
    for path, unit in sight.units():
        rows[path] += len(unit.commands)
        starts = [trigger.line for trigger in unit.triggers if trigger.active and trigger.kind in _CHANGES]
        if starts:
            lines.setdefault(path, starts[0])
    chosen = min(lines, key=lambda each: (-rows[each], each), default=None)
    return None if chosen is None else Found(chosen, chosen, lines[chosen])


def job_of(sight: Sight, wanted: Iterable[Place]) -> Found | None:
    """The job of CI to which the first of these places belongs."""
    for place in wanted:
        if place.path not in sight.store.ci_files:
            continue
        units = {unit.id: unit for unit in sight.store.of(place.path).units}
        unit = units.get(place.unit)
        while unit is not None and unit.kind not in ("job", "stage"):
            unit = units.get(unit.parent)
        if unit is not None:
            name = unit.id.rpartition("/")[2]
            return Found(name, place.path, unit.line) if PLAIN.fullmatch(name) else None
    return None


def test_job(sight: Sight) -> Found | None:
    """The job that runs the tests."""
    tested = [each.place for each in sight.shown if each.shows == "code-testing"]
    return job_of(sight, [place for test in tested for place in sight.starting(test)])


def test_workflow(sight: Sight) -> Found | None:
    """The file of that job."""
    job = test_job(sight)
    return None if job is None else Found(job.path, job.path, job.line)


def deploying(sight: Sight) -> Found | None:
    """The job that deploys; where none does, the one that releases."""
    shown = [each for each in sight.shown if each.shows in (Role.DEPLOY, "deployment-automation")]
    released = [each for each in sight.shown if each.shows == "release-automation"]
    # one that a change of the code starts, before one that a person does
    shown.sort(key=lambda each: not sight.wiring.kinds(each.place) & _BY_ITSELF)
    return job_of(sight, (place for each in (*shown, *released) for place in sight.starting(each.place)))


def training_job(sight: Sight) -> Found | None:
    """The job that starts the training."""
    return job_of(sight, _training(sight))


def training_workflow(sight: Sight) -> Found | None:
    """The file of the job that starts the training."""
    job = training_job(sight)
    return None if job is None else Found(job.path, job.path, job.line)


def _training(sight: Sight) -> Iterator[Place]:
    for each in sight.shown:
        if each.shows == "training-code" and not each.path.endswith(".ipynb"):
            yield from sight.starting(each.place, at_run_time=False)
