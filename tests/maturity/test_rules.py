"""The rules that ship: sound, complete, and saying of themselves what is true."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from mlripe.catalog.needs import check_needs, in_words, parse
from mlripe.catalog.shapes import Capability, MaturityModel
from mlripe.detection.strength import DEFAULT_STARTS
from mlripe.maturity.levels import evaluate
from mlripe.wiring import StartKind

AREAS = "foundation data experiment training evaluation registry serving monitoring llmops".split()
STARTS = {*DEFAULT_STARTS, StartKind.MANIFEST}
NOTEBOOK_ONLY_DECLARES = {"training-code", "data-ingestion", "model-evaluation", "batch-inference"}


# --- capabilities ----------------------------------------------------------------------------------------------------


def test_the_capabilities_go_through_the_areas_in_order(capabilities: dict[str, Capability]) -> None:
    areas = [each.area for each in capabilities.values()]
    assert len(areas) == 52
    assert list(dict.fromkeys(areas)) == AREAS
    assert areas == sorted(areas, key=AREAS.index)


def test_every_capability_says_what_why_and_how(capabilities: dict[str, Capability]) -> None:
    for each in capabilities.values():
        for text in (each.what, each.why, each.recognised, each.how):
            assert text[0].isupper(), each.id
            assert text.endswith("."), each.id
        assert each.source.startswith("https://"), each.id
        assert each.effort in ("small", "medium", "large"), each.id
        assert set(each.strengths) <= {"declared", "present", "automated", "enforced"}, each.id
    assert len({each.what for each in capabilities.values()}) == 52


def test_capabilities_speak_the_words_that_the_wiring_knows(capabilities: dict[str, Capability]) -> None:
    for each in capabilities.values():
        assert set(each.raised_by) <= STARTS, each.id
        assert each.enforced_by in ("", "stops-shipping", "after-check", "approval", "signal", "gated-model"), each.id
        assert each.notebook == ("declared" if each.id in NOTEBOOK_ONLY_DECLARES else "present"), each.id


def test_starts_that_a_person_makes_do_not_automate_what_is_about_being_triggered(
    capabilities: dict[str, Capability],
) -> None:
    assert set(capabilities["continuous-integration"].raised_by) == {"push", "pull_request"}
    assert set(capabilities["continuous-training"].raised_by) == {"schedule", "event"}
    assert not {"dispatch", "pipeline"} & set(capabilities["training-pipeline"].raised_by)
    assert not {"dispatch", "pipeline", "push"} & set(capabilities["automated-retraining"].raised_by)


def test_a_manifest_that_nothing_applies_automates_online_serving_alone(capabilities: dict[str, Capability]) -> None:
    assert [each.id for each in capabilities.values() if "manifest" in each.raised_by] == ["online-serving"]


def test_what_a_service_does_at_run_time_is_not_automated_by_a_build(capabilities: dict[str, Capability]) -> None:
    for name in ("service-monitoring", "prediction-logging", "agent-runtime", "llm-observability", "llm-guardrails"):
        assert "deployment" in capabilities[name].raised_by
        assert not {"push", "pull_request"} & set(capabilities[name].raised_by)


# --- models ----------------------------------------------------------------------------------------------------------


def test_every_need_is_sound(model: MaturityModel, capabilities: dict[str, Capability]) -> None:
    assert {each.id: check_needs(each.needs, capabilities) for each in model.criteria} == {
        each.id: [] for each in model.criteria
    }


def test_what_is_observable_has_needs_and_what_is_not_has_none(model: MaturityModel) -> None:
    for each in model.criteria:
        assert bool(each.needs) == (each.observable != "no"), each.id
        assert each.observable in ("yes", "partial", "no"), each.id


def test_criteria_have_ids_of_their_own_and_known_places(model: MaturityModel) -> None:
    assert not [name for name, times in Counter(each.id for each in model.criteria).items() if times > 1]
    for each in model.criteria:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", each.id)
        assert each.level in model.levels, each.id
        assert each.dimension in model.dimensions, each.id
        assert each.says[0].isupper(), each.id
        assert not each.says.endswith("."), each.id
    levels = [each.level for each in model.criteria]
    assert levels == sorted(levels)


def test_every_level_above_the_floor_has_a_central_criterion_that_can_be_seen(model: MaturityModel) -> None:
    central = [each for each in model.criteria if each.weight == "central"]
    assert {each.level for each in central} == set(model.levels) - {min(model.levels)}
    assert not [each.id for each in central if each.observable == "no"]


def test_central_criteria_stay_few(model: MaturityModel) -> None:
    per_level = Counter(each.level for each in model.criteria if each.weight == "central")
    assert max(per_level.values()) <= 3


def test_an_empty_repository_is_at_the_floor(model: MaturityModel) -> None:
    result = evaluate(model, {}, None)
    assert result.level == min(model.levels)
    assert {dimension.level for dimension in result.dimensions.values()} == {min(model.levels)}
    assert {each.status for each in result.criteria} <= {"missing", "not-observable"}


def test_needs_can_be_read_aloud(model: MaturityModel) -> None:
    for each in model.criteria:
        if each.needs:
            assert len(in_words(parse(each.needs))) < 400, each.id


def test_the_file_says_how_many_criteria_it_has(model: MaturityModel, rules: Path) -> None:
    every = Counter(each.level for each in model.criteria)
    central = Counter(each.level for each in model.criteria if each.weight == "central")
    says = ", ".join(f"level {level}: {every[level]} ({central[level]} central)" for level in sorted(every))
    text = (rules / "models" / f"{model.id}.yaml").read_text(encoding="utf-8")
    assert f"# criteria: {says}\n" in text
