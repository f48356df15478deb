"""Each advice is right for the repository of its case: it is told there, and once it is followed mlripe sees what it
promised."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.catalog.plan_schema import Advice
from mlripe.catalog.plans import advice_from
from mlripe.evidence import Strength
from mlripe.planning.advice import Situation, advised
from mlripe.snapshot.memory import MemorySnapshot

ADVICE = Path(__file__).parents[2] / "rules" / "advice"


def _worded(data: object) -> object:
    if isinstance(data, dict):
        return {("on" if key is True else key): _worded(value) for key, value in data.items()}
    return [_worded(each) for each in data] if isinstance(data, list) else data


def _all() -> list[tuple[str, Advice]]:
    files = {path.stem: _worded(yaml.safe_load(path.read_text())) for path in sorted(ADVICE.glob("*.yaml"))}
    return [(name, advice_from(each)) for name, file in files.items() for each in file["advice"]]  # type: ignore[index]


@pytest.mark.parametrize(("capability", "advice"), [pytest.param(*row, id=f"{row[0]}-{row[1].id}") for row in _all()])
def test_advice_gives_what_it_promises(capability: str, advice: Advice) -> None:
    assert advice.case is not None, "give it a case: a small repository for which it is right, and what becomes of it"
    before = Inspection(MemorySnapshot(advice.case.files), load())
    assessment = before.assessment()
    now = assessment.capabilities[capability].strength
    tools = {proof.detector for each in assessment.capabilities.values() for proof in each.evidence}
    strengths = {name: each.strength for name, each in assessment.capabilities.items()}
    situation = Situation(assessment.landmarks, tools, assessment.repository.kind, strengths=strengths)
    told = advised(before.catalog.plan_book, capability, now, Strength[advice.gives], situation, advice.case.files)
    assert told is not None, f"nothing is told, from {now.name} with {assessment.landmarks}"
    assert told.id == advice.id, f"{told.id} is told, from {now.name} with {assessment.landmarks}"
    assert told.creates == (told.edit not in advice.case.files)
    assert told.edit in advice.case.after, f"the case does not show {told.edit}"
    written = [line.partition("  #")[0].strip() for line in advice.case.after[told.edit].splitlines()]
    # what the reader is to fill in is `...`, and what stands in a comment explains
    for line in told.snippet.splitlines():
        plain = line.partition("  #")[0].strip()
        assert not plain or plain.startswith(("#", "//")) or "..." in plain or plain in written, (
            f"{plain} is not in the case"
        )
    after = Inspection(MemorySnapshot({**advice.case.files, **advice.case.after}), load()).assessment()
    reached = after.capabilities[capability]
    assert reached.strength >= Strength[advice.gives], [(each.path, each.line, each.note) for each in reached.evidence]
    for name, promised in told.also.items():
        assert after.capabilities[name].strength >= promised, f"{name} is {after.capabilities[name].strength.name}"
    for name in told.lifts:
        if strengths[name] is Strength.present:
            assert after.capabilities[name].strength >= told.gives, f"{name} is not lifted"


@pytest.mark.parametrize("path", sorted(ADVICE.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_snippet_is_short(path: Path) -> None:
    for name, advice in _all():
        if name == path.stem:
            assert len(advice.snippet.splitlines()) <= 14, f"{advice.id}: {len(advice.snippet.splitlines())} lines"
