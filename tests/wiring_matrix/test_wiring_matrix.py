"""Every case of the wiring matrix gets the strengths that are right, except those of failing.txt, which must not yet."""

from __future__ import annotations

import pytest
from wiring_matrix import TABLES, Case, cases, failing, table, wrong

from mlripe.catalog import load
from mlripe.detection.source_filter import gate_for
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot

CASES = list(cases())
FAILING = frozenset(failing())


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
def test_a_case_gets_the_strengths_that_are_right(case: Case) -> None:
    faults = wrong(case)
    if case.id in FAILING:
        assert faults, "right now: take it out of failing.txt (python tests/wiring_matrix/wiring_matrix.py --write)"
    else:
        assert not faults


def test_what_is_known_to_fail_names_cases_once() -> None:
    known = failing()
    assert known == sorted(set(known))
    assert set(known) <= {case.id for case in CASES}


def test_no_two_cases_have_one_name() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("name", "least"), [("starters", 80), ("hops", 80), ("forms", 35), ("gates", 30), ("twins", 80)]
)
def test_a_table_keeps_its_breadth(name: str, least: int) -> None:
    assert name in TABLES
    assert len(table(name)) >= least


def test_every_ci_service_starts_something_in_the_table_of_starters() -> None:
    catalog = load()
    found = set()
    for case in CASES:
        if case.id.startswith("starters"):
            store = FactStore(MemorySnapshot(case.files), catalog.roles, gate_for(catalog.words), catalog.knowledge)
            store.load()
            found |= {service.id for path in case.files if (service := store.service(path))}
    assert found >= catalog.knowledge.ci_services.by_id.keys()
