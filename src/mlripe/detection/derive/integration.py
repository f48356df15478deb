"""continuous-integration and code-testing: what CI files check and build, and tests that assert something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from msgspec.structs import replace

from mlripe.catalog.languages import SCRIPTS
from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.facts import FileFacts
from mlripe.kinds import Role
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring

__all__ = ["integration", "testing"]

# what makes a triggered workflow continuous integration: it checks or builds what was changed
_WORK = frozenset(
    (
        "code-testing", "code-quality-checks", "data-validation", "llm-evaluation", "serving-tests",
        "model-behaviour-tests", Role.BUILD,
    )
)  # fmt: skip
# training and evaluating what a pull request changes tries it out; after a push it is only the next run
_TRIED = frozenset(("training-code", "model-evaluation"))
_EVALUATION = "test"  # a function of this name may be one
_ENOUGH = 5  # test files with assertions: more would prove no more


def integration(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation for each triggered CI unit below which something is built, tested or checked."""
    work: dict[Place, Observation] = {}
    for observation in observations:
        tried = observation.capability in _TRIED and StartKind.PULL_REQUEST in wiring.kinds(observation.place)
        if observation.shows in _WORK or tried:
            work.setdefault(observation.place, observation)
    for path, facts in list(store.loaded()):
        if store.role(path) is not None:
            continue
        for unit in facts.units:
            if unit.kind in ("resource", "deployment", "task") or not (unit.triggers or unit.kind == "workflow"):
                continue
            below = wiring.below([Place(path, unit.id)])
            built = [place for place in below if place.unit == "image" or place in work]
            tested = [place for place in below if not place.unit and store.is_test(place.path)]
            if built or tested:
                first = next((t for t in unit.triggers if t.kind in ("push", "pull_request")), None)
                trigger = first or next(iter(unit.triggers), None)
                line = trigger.line if trigger else unit.line
                says = f"{unit.says or unit.id} builds or checks the code"
                most = Strength.present if _all_stop(path, facts, wiring.broken) else Strength.enforced
                yield Observation("continuous-integration", "integration", Place(path, unit.id), line, says, most=most)
                # where the work itself stands, so that what waits for it can be seen
                checks = [work[p] for p in sorted(below) if p in work and work[p].shows not in (Role.BUILD, *_TRIED)]
                for observation in checks[:_ENOUGH]:
                    observation = replace(observation, detector="integration", gates=False)
                    yield replace(observation, capability="continuous-integration", role="")
                if not checks and not tested:
                    yield from _builds(built, work)
                yield from _runs_of_tests(below, store, wiring)


def _builds(built: Sequence[Place], work: Mapping[Place, Observation]) -> Iterator[Observation]:
    """An observation for each place that builds: that it succeeds is no check that a release waits for."""
    for place in sorted(built)[:_ENOUGH]:
        found = work.get(place)
        line, says = (found.line, found.says) if found else (1, f"builds the image of {place.path}")
        yield Observation("continuous-integration", "integration", place, line, says, most=Strength.automated)


def _all_stop(path: str, facts: FileFacts, broken: Set[Place]) -> bool:
    """Whether every job of a file has a step that cannot work, or needs one that has."""
    jobs = {unit.parent for unit in facts.units if unit.kind == "step"}
    stopped = {unit.parent for unit in facts.units if unit.kind == "step" and Place(path, unit.id) in broken}
    waiting = [unit for unit in facts.units if unit.id in jobs and not stopped.isdisjoint(unit.needs)]
    while waiting:
        stopped.update(unit.id for unit in waiting)
        waiting = [u for u in facts.units if u.id in jobs - stopped and not stopped.isdisjoint(u.needs)]
    return bool(jobs) and jobs == stopped


def _runs_of_tests(below: Set[Place], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation for each place that starts tests: the tests' own files prove nothing but code-testing."""
    found = 0
    for place in sorted(below):
        if found >= _ENOUGH:
            return
        if store.role(place.path) is None:
            for following, hop, strict in wiring.following(place):
                if not following.unit and store.is_test(following.path) and _starts(place, following):
                    found += 1
                    allow_failure = not strict
                    yield Observation(
                        "continuous-integration",
                        "integration",
                        place,
                        hop.line,
                        "runs tests",
                        allow_failure=allow_failure,
                    )
                    break


def _starts(place: Place, tests: Place) -> bool:
    """Whether a place starts tests: a source file that imports what lies among them may only take a helper."""
    name = tests.path.rsplit("/", 1)[-1]
    by_name = tests.path.endswith("/") or _holds_tests(tests.path) or ".test." in name or ".spec." in name
    return by_name or not place.path.endswith((".py", *SCRIPTS))


def _switched_off(decorator: str) -> bool:
    return decorator.endswith((".skip", ".xfail", "unittest.expectedFailure"))


def _holds_tests(path: str) -> bool:
    return path.rsplit("/", 1)[-1].startswith(("test", "check_")) or path.endswith(("_test.py", "_tests.py"))


def _plain(store: FactStore, path: str) -> bool:
    """Whether a file without the role of tests has functions that test and assert, none of them a tool's own kind."""
    found = store.of(path).definitions if store.role(path) is None else ()
    tests = [d for d in found if d.kind == "function" and d.name.startswith("test_")]
    return any(d.asserts and all(name.startswith("pytest.") for name in d.decorators) for d in tests)


def _runs_itself(facts: FileFacts, name: str) -> bool:
    """Whether a file's own body uses a function: `test()` beside `train()` evaluates a model."""
    return any(d.kind == "module" and name in d.mentions for d in facts.definitions)


def testing(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Test functions with assertions; without any, test files are declared."""
    paths = [p for p in wiring.tree.tests([""]) if _holds_tests(p)]
    # a file called test.py is often an evaluation, which has no test functions
    paths += [p for p, _ in store.loaded() if p.rsplit("/", 1)[-1] in ("test.py", "tests.py") and _plain(store, p)]
    # those that something runs come first, then the small ones: they are read soonest
    paths.sort(key=lambda p: (not wiring.kinds(Place(p)), store.entries[p].size or 0, p))
    found = 0
    for path in paths:
        if found >= _ENOUGH:
            return
        facts = store.of(path)
        tests = [d for d in facts.definitions if d.kind == "function" and d.name.rsplit(".", 1)[-1].startswith("test")]
        tests = [d for d in tests if not any(name.startswith("locust.") for name in d.decorators)]
        tests = [d for d in tests if d.name != _EVALUATION or not _runs_itself(facts, d.name)]
        if not tests:
            continue
        # assertions may stand in helpers, and numpy's or unittest's methods count as well
        real = next((d for d in tests if d.asserts and not any(_switched_off(name) for name in d.decorators)), None)
        found += real is not None
        asserts = real or next((d for d in facts.definitions if d.asserts and d not in tests), None)
        strength = Strength.present if asserts else Strength.declared
        count = "1 test" if len(tests) == 1 else f"{len(tests)} tests"
        says = count if asserts else f"{count} without an assertion"
        yield Observation("code-testing", "testing", Place(path), (real or tests[0]).line, says, strength)
