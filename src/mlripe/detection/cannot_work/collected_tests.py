"""Tests that a step of CI runs and that cannot be imported: pytest stops at them before it runs any."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.site import Site
from mlripe.detection.cannot_work.unit_commands import commands_here
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import FaultKind
from mlripe.readers.store import FactStore
from mlripe.wiring import Place

__all__ = ["faults_of_tests"]

_LEAVES_OUT: Final = lazy_regex(
    r"collect_ignore|norecursedirs|testpaths|--ignore|--deselect|continue-on-collection-errors"
)
_CONFIGURED: Final = ("pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini", "conftest.py")
_COLLECTED: Final = lazy_regex(r"test_.*\.py|.*_test\.py")
_MOST: Final = 300  # test modules of one step


def faults_of_tests(site: Site) -> Iterator[Fault]:
    """The imports in tests that cannot work, for each step that runs them."""
    store, wiring = site.store, site.wiring
    steps = [(path, unit) for path, unit in site.units if unit.kind in ("step", "job")]
    if not steps or _leaves_out(store):
        return
    programs = wiring.edges.python.unimportable
    for path, unit in steps:
        for command in commands_here(path, unit, wiring):
            argv = wiring.words.spoken(command.argv)
            if argv[:1] != ("pytest",) or _LEAVES_OUT.search(command.text):
                continue
            started = sorted({place.path for place in wiring.edges.started(path, unit, command)})
            tests = [each for each in started if _COLLECTED.fullmatch(posixpath.basename(each)) and store.is_test(each)]
            for test in tests[:_MOST]:
                for imported, missing in programs.missing(programs.certain(test), test):
                    happens = f"pytest stops at this import, and no test runs: nothing here is {missing}."
                    remedy = "Import what is there, or remove the test of what is gone."
                    place = Place(path, unit.id)
                    yield Fault(test, imported.line, FaultKind.ABSENT_MODULE, missing, happens, remedy, place)


def _leaves_out(store: FactStore) -> bool:
    """Whether the settings of pytest may leave tests out."""
    named = (path for path in store.entries if posixpath.basename(path) in _CONFIGURED)
    return any(_LEAVES_OUT.search(store.text(path).decode("utf-8", "replace")) for path in named)
