"""Landmarks about tests of the code: where they stand, how they run, and what a first one can call."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Final

from mlripe.assessment import Found
from mlripe.facts import Definition
from mlripe.landmark_kinds import Landmark
from mlripe.lazy_regex import lazy_regex
from mlripe.planning.python_home import guessed_home, module, tests_below, tests_from, tests_home
from mlripe.planning.sight import Sight
from mlripe.readers.budgets import nearest, told_by_name

__all__ = ["TEST_FILES", "TEST_FINDERS"]

TEST_FILES: Final = lazy_regex(r"(?:\A|/)tests?/|(?:\A|/)test_[^/]*\.py\Z|_test\.py\Z")
# functions that act on the world, start something or draw, and those that take nothing: no first test calls them
_ACTS: Final = lazy_regex(
    r"(?:main|train|run|fit|download|fetch|get_data|crawl|scrape|upload|send|post|serve|start|stop|launch|plot|show|draw"
    r"|display|print|log|save|write|dump|export|load|read|open|connect|init|setup|set_|parse_arg|get_arg|get_parser|get_env|getenv|get_conf|get_setting|get_log|get_session|get_device"
    r"|error|exception|create_app|build_app|deploy|register|push|pull|delete|wait|sleep|handle|lambda_handler)",
    re.IGNORECASE,
)
_PLUMBING: Final = lazy_regex(r"(?i)logg|exception|error|spark|session|engine|client|connect|parser|seed|device|config")
MOST_READ: Final = 20  # functions whose text is looked at
_NO_INPUT: Final = lazy_regex(rb"\s*(?:async )?def \w+\(\s*\)")
_PREPARES: Final = lazy_regex(
    r"(?i)clean|prepar|preprocess|process|featur|transform|encod|split|parse|normali[sz]|fill|convert|extract|build_|compute|calc"
)
_TEST_FOLDER: Final = lazy_regex(r"(?:[^/]+/)*?tests?/")
_TEST_FILE: Final = lazy_regex(r"(?:\A|/)tests?/(?:.*/)?(?:test_[^/]*|[^/]*_test)\.py\Z")


def _function(sight: Sight) -> tuple[str, Definition] | None:
    """A function of the repository's own that computes something from what it is given, preparation of data first."""
    ingesting = {each.path for each in sight.shown if each.shows == "data-ingestion"}
    candidates = []
    for path in sight.own:
        if path not in sight.read or TEST_FILES.search(path) or module(path, guessed_home(sight, path)) is None:
            continue
        for each in sight.store.of(path).definitions:
            public = each.kind == "function" and "." not in each.name and not each.name.startswith("_")
            if public and not each.stub and not each.decorators and not _acts(each.name):
                rank = (not _PREPARES.search(each.name), path not in ingesting, path not in sight.work)
                candidates.append((rank, nearest(path), each.line, path, each))
    candidates.sort(key=lambda row: row[:4])
    # the text of a file is read again for the few that are likeliest
    return next(((path, each) for *_, path, each in candidates[:MOST_READ] if _computes(sight, path, each)), None)


def _computes(sight: Sight, path: str, function: Definition) -> bool:
    """Whether it takes something and gives something back."""
    body = b"\n".join(sight.store.text(path).split(b"\n")[function.line - 1 : function.end])
    return not _NO_INPUT.match(body) and b"return" in body


def _acts(name: str) -> bool:
    """Whether a function of that name does something to the world, or only makes what others work with."""
    return bool(_ACTS.match(name) or _PLUMBING.search(name))


def _named_function(sight: Sight) -> Found | None:
    found = _function(sight)
    return None if found is None else Found(found[1].name, found[0], found[1].line)


def _module(sight: Sight) -> Found | None:
    found = _function(sight)
    name = module(found[0], guessed_home(sight, found[0])) if found else None
    return Found(name, found[0], found[1].line) if found and name else None


def _test_home(sight: Sight) -> Found | None:
    """Where the folder of the function's test belongs."""
    found = _function(sight)
    return None if found is None else Found(tests_home(sight, found[0]), found[0], found[1].line)


def _first_test_run(sight: Sight) -> Found | None:
    found, home = _function(sight), _test_home(sight)
    if found is None or home is None:
        return None
    runs = tests_below(sight, guessed_home(sight, found[0]), f"{home.text}tests")
    return Found(runs, found[0], found[1].line)


def _test_files(sight: Sight) -> tuple[str, list[str]] | None:
    """Where tests stand, and their files: those that assert something, else files in a folder for tests."""
    asserting = {each.path for each in sight.shown if each.shows == "code-testing" and each.path.endswith(".py")}
    named = [path for path in told_by_name(sight.store.entries) if _TEST_FILE.search(path) and sight.store.text(path)]
    paths = sorted(asserting or named, key=nearest)
    if not paths:
        return None
    whole = _TEST_FOLDER.match(paths[0])  # with those below it
    place = whole[0].rstrip("/") if whole else posixpath.dirname(paths[0]) or paths[0]
    return place, [path for path in paths if path == place or path.startswith(f"{place}/")]


def _tests(sight: Sight) -> Found | None:
    found = _test_files(sight)
    return None if found is None else Found(found[0], found[1][0])


def _test_run(sight: Sight) -> Found | None:
    found = _test_files(sight)
    return None if found is None else Found(tests_from(sight, *found), found[1][0])


TEST_FINDERS: Final[Mapping[Landmark, Callable[[Sight], Found | None]]] = {
    Landmark.FUNCTION: _named_function,
    Landmark.MODULE: _module,
    Landmark.TEST_HOME: _test_home,
    Landmark.FIRST_TEST_RUN: _first_test_run,
    Landmark.TESTS: _tests,
    Landmark.TEST_RUN: _test_run,
}
