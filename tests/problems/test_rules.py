"""Every kind of problem by its own cases: small repositories that have it, and ones that look like it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
import yaml

from mlripe.catalog import load
from mlripe.catalog.load import source_root
from mlripe.catalog.schema import ProblemCase
from tests.conftest import Assess

FILES = sorted((source_root() / "rules/problems").glob("*.yaml"))
FEWEST_TOLD, FEWEST_SPARED = 3, 5  # cases that a kind needs, of each direction


@cache
def cases_of(name: str) -> tuple[ProblemCase, ...]:
    data = yaml.safe_load((source_root() / f"rules/problems/{name}.yaml").read_text(encoding="utf-8"))
    return tuple(ProblemCase(**{**case, "tells": tuple(case.get("tells", ()))}) for case in data.get("cases", ()))


def every_case() -> Iterator[object]:
    for path in FILES:
        for number, case in enumerate(cases_of(path.stem)):
            yield pytest.param(path.stem, case, id=f"{path.stem}-{number}")


@pytest.mark.parametrize(("kind", "case"), list(every_case()))
def test_case(kind: str, case: ProblemCase, assess: Assess) -> None:
    found = [each for each in assess(case.files).problems if each.id == kind]
    told = {f"{seen.path}:{seen.line}" for each in found for seen in each.evidence}
    assert told == set(case.tells), case.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_kind_has_cases_in_both_directions(path) -> None:  # type: ignore[no-untyped-def]
    cases = cases_of(path.stem)
    assert sum(bool(case.tells) for case in cases) >= FEWEST_TOLD
    assert sum(not case.tells for case in cases) >= FEWEST_SPARED


@pytest.mark.parametrize("rule", load().problem_rules.values(), ids=lambda rule: rule.id)
def test_its_texts_are_short_and_whole_sentences(rule) -> None:  # type: ignore[no-untyped-def]
    assert not rule.title.endswith(".")
    for text in (rule.why, rule.remedy):
        assert text.strip().endswith(".")
        assert len(text) < 400
