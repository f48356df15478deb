"""Tests: none at all, none that CI runs, and those that cannot fail."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect, Sighting, Strength
from mlripe.facts import Command, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers import is_code, is_script
from mlripe.readers.budgets import nearest
from mlripe.readers.store import FactStore
from mlripe.texts import line_at

__all__ = ["untested"]

FEWEST_FILES: Final = 5  # of source, from which tests are missed
_TESTING: Final = ("code-testing", "model-behaviour-tests", "serving-tests")
_RUNNERS: Final = frozenset(("pytest", "tox", "nox", "unittest", "nosetests", "py.test", "jest", "vitest", "testthat"))
_TASKS: Final = frozenset(
    (
        "make just task npm yarn pnpm poe hatch pdm invoke inv rake bazel go cargo mvn gradle gradlew sbt "
        "mix poetry uv earthly docker docker-compose bash sh"
    ).split()
)
_ASKS_FOR_TESTS: Final = lazy_regex(r"(?i)test|check|verify|\bci\b|all|spec")
_TEST_NAME: Final = lazy_regex(
    r"(?i)(?:^|/)(?:tests?|spec|specs|__tests__)/|(?:^|/)(?:test_|check_)[^/]*$|(?:^|[/._-])(?:tests?|spec)\.\w+$"
)
_TEST_DEFINED: Final = lazy_regex(
    rb"(?m)^[ \t]*(?:async[ \t]+)?def[ \t]+(?:test|check_|it_|should_)|TestCase\b|\bdoctest\b"
    rb"|^[ \t]*(?:@given|Scenario|assert\b)"
)
_ASSERTS: Final = lazy_regex(
    rb"(?m)^[ \t]*assert\b|\.assert\w+[ \t]*\(|\bassert_\w+[ \t]*\(|\braises\b|\bfail\(|\.expect"
    rb"|sys\.exit|^[ \t]*raise\b|\bcheck_\w+[ \t]*\(|\bverify\w*[ \t]*\(|\bbenchmark\b|\bsnapshot\b"
    rb"|raise_for_status|check=True|regression"
)
_CALLED: Final = lazy_regex(rb"(?m)^[ \t]*(?:async[ \t]+)?def[ \t]+(test\w*)")
_LANGUAGES: Final = (
    ".R", ".r", ".jl", ".scala", ".java", ".kt", ".go", ".rs", ".ex", ".exs", ".rb", ".php", ".cs", ".cpp", ".cc", ".c",
    ".swift", ".sql", ".sh", ".bats", ".yml", ".yaml", ".feature", ".dart", ".lua", ".pl", ".m", ".ipynb", ".robot",
)  # fmt: skip
_MOST_NAMED: Final = 3  # files that are called tests and hold none
_FEWEST_TESTS: Final = 2  # of a repository, before it is told that none of them asserts anything
_WHOLE_MODULE: Final = lazy_regex(
    rb"^pytestmark\s*=\s*(?:\[\s*)?pytest\.mark\.skip\(|^pytest\.skip\([^\n]*allow_module_level\s*=\s*True",
    re.MULTILINE,
)


def untested(examined: Examined) -> Iterator[Defect]:
    """What is wrong with the tests of a repository."""
    store = examined.store
    named = [path for path in examined.paths if store.is_test(path) or _TEST_NAME.search(path)]
    tests = [path for path in named if _may_test(store, path)]
    if tests:
        yield from _never_run(examined, tests)
        yield from _cannot_fail(store, tests)
        yield from _assert_nothing(store, tests)
    elif not any(_observed(examined, name) for name in _TESTING):
        own = [path for path in store.entries if (is_code(path) or is_script(path)) and store.role(path) is None]
        sources = [path for path in own if not path.endswith(".ipynb")]
        if len(sources) >= FEWEST_FILES:
            empty = [path for path in named if path.endswith(".py") and not path.endswith("__init__.py")]
            beside = tuple(Sighting(path, 0, "is called a test, and holds none") for path in empty[:_MOST_NAMED])
            says = f"mlripe found no test of {len(sources)} source files"
            yield Defect(_front(store, sources), 0, says, cause="tests", beside=beside, finds=DefectKind.NO_TESTS)


def _may_test(store: FactStore, path: str) -> bool:
    """Whether a file that is called a test may hold one: of Python, only where it defines a test."""
    if path.endswith(".py"):
        if not store.entries[path].size or posixpath.basename(path) == "__init__.py":
            return False
        return bool(_TEST_DEFINED.search(store.text(path)))
    return is_script(path) or posixpath.splitext(path)[1] in _LANGUAGES


def _front(store: FactStore, sources: list[str]) -> str:
    """The file that stands for the whole: the README of the root, else the first source file."""
    return next((path for path in store.entries if path.lower().startswith("readme")), min(sources, key=nearest))


def _observed(examined: Examined, name: str) -> bool:
    return any(each.capability == name for each in examined.detection.seen)


def _never_run(examined: Examined, tests: list[str]) -> Iterator[Defect]:
    """Tests, and CI that does other things: told at the first definition of CI that a push or a request starts."""
    store, wiring = examined.store, examined.wiring
    known = [each for each in examined.detection.observations if each.capability == "code-testing"]
    found = [each for each in known if each.path in tests and each.strength >= Strength.present]
    files = [path for path in tests if path.endswith((".py", ".R", ".ts", ".js")) and not path.endswith("__init__.py")]
    run = any(wiring.kinds(each.place) for each in known) or any(_runs_tests(store, path) for path in store.ci_files)
    starts = [path for path in store.ci_files if any(_checks(unit) for unit in store.of(path).units)]
    if not (found and files) or run:
        return
    beside: tuple[Sighting, ...] = (Sighting(found[0].path, found[0].line, "the tests"),)
    hangs = next((each for each in examined.unresolved if "code-testing" in each.could_hide), None)
    hangs_on = f"{hangs.path}:{hangs.line}, which mlripe could not follow: {hangs.name}" if hangs else ""
    path, line, says = found[0].path, found[0].line, "mlripe found no CI, and so nothing that runs the tests"
    if starts:
        first = next(unit for unit in store.of(starts[0]).units if _checks(unit))
        says = "mlripe found no step that runs the tests"  # without their names: it stays the same when one is added
        path, line = starts[0], first.line
    elif store.ci_files:
        return  # what starts them is not known
    else:
        beside = ()
    yield Defect(path, line, says, cause="tests", beside=beside, hangs_on=hangs_on, finds=DefectKind.TESTS_NOT_RUN)


def _checks(unit: Unit) -> bool:
    return any(trigger.active and trigger.kind in ("push", "pull_request") for trigger in unit.triggers)


def _runs_tests(store: FactStore, path: str) -> bool:
    return any(_is_test_run(command) for unit in store.of(path).units for command in unit.commands)


def _is_test_run(command: Command) -> bool:
    words = [word.rpartition("/")[2] for word in command.argv[:6]]
    if not _RUNNERS.isdisjoint(words):
        return True
    return bool(words) and words[0] in _TASKS and any(_ASKS_FOR_TESTS.search(word) for word in words[1:])


def _cannot_fail(store: FactStore, tests: list[str]) -> Iterator[Defect]:
    for path in tests:
        if not path.endswith(".py"):
            continue
        facts, cause = store.of(path), f"{DefectKind.TESTS_CANNOT_FAIL} {path}"
        scopes = {branch.scope for branch in facts.branches if branch.assertion and not branch.constant}
        calling = {call.scope for call in facts.calls if not call.decorator}  # a call may raise: a smoke test can fail
        lines = store.text(path).split(b"\n") if any(branch.constant for branch in facts.branches) else []
        for branch in facts.branches:
            if not (branch.assertion and branch.constant and branch.scope not in scopes and _in_test(branch.scope)):
                continue
            if _always_holds(lines[branch.line - 1], calls=branch.scope in calling):
                says = f"{branch.scope} asserts what always holds"
                yield Defect(path, branch.line, says, cause, finds=DefectKind.TESTS_CANNOT_FAIL)
        content = store.text(path) if facts.definitions else b""
        if found := _WHOLE_MODULE.search(content):
            line = line_at(content, found.start())
            yield Defect(path, line, "the whole file is skipped", cause, finds=DefectKind.TESTS_CANNOT_FAIL)
    yield from _swallowed(store)


def _assert_nothing(store: FactStore, tests: list[str]) -> Iterator[Defect]:
    """Tests of Python of which not one asserts anything, in a repository that has no others."""
    if any(not path.endswith(".py") for path in tests):
        return
    first, count = Sighting("", 0, ""), 0
    for path in tests:
        text = store.text(path)
        if _ASSERTS.search(text) or b"TestCase" in text or b"doctest" in text:
            return
        for found in _CALLED.finditer(text):
            count += 1
            first = first if count > 1 else Sighting(path, line_at(text, found.start()), "")
    if count >= _FEWEST_TESTS:
        says = f"none of {count} tests asserts anything"
        yield Defect(first.path, first.line, says, "asserts", finds=DefectKind.TESTS_ASSERT_NOTHING)


def _always_holds(line: bytes, *, calls: bool) -> bool:
    """Whether an assertion that can never differ holds, and makes of the test what cannot fail."""
    if re.search(rb"\bor\s+(?:True|1)\b", line):
        return True
    return not calls and re.search(rb"\bassert\s+(?:True|1)\b", line) is not None


def _in_test(scope: str) -> bool:
    return scope.rpartition(".")[2].startswith("test")


def _swallowed(store: FactStore) -> Iterator[Defect]:
    """Runs of the tests whose failure stops nothing, where no run of them stops anything."""
    runs = [
        (path, unit, command)
        for path in store.ci_files
        if store.role(path) is None or not store.is_test(path)
        for unit in store.of(path).units
        for command in unit.commands
        if not _RUNNERS.isdisjoint(word.rpartition("/")[2] for word in command.argv[:3])
    ]
    lenient = [(path, unit, command) for path, unit, command in runs if _is_lenient(store, path, unit, command)]
    if runs and len(lenient) == len(runs):
        for path, _, command in lenient:
            runner = next(word for word in command.argv if word.rpartition("/")[2] in _RUNNERS)
            says = f"its failure stops nothing: {runner}"
            yield Defect(path, command.line, says, "swallowed", finds=DefectKind.TESTS_CANNOT_FAIL)


def _is_lenient(store: FactStore, path: str, unit: Unit, command: Command) -> bool:
    above = {known.id: known for known in store.of(path).units}
    while unit is not None and not unit.allow_failure:
        unit = above.get(unit.parent)  # type: ignore[assignment]
    return unit is not None or command.allowed_explicitly
