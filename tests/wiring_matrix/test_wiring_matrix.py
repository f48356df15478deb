"""Every case of the wiring matrix gets the strengths that are right, except those of failing.txt, which must not yet."""

from __future__ import annotations

import pytest
from wiring_matrix import TABLES, Case, cases, failing, table, wrong

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
