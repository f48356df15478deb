"""The rules that ship: sound, complete, and saying of themselves what is true."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mlripe.assessment import CapabilityResult
from mlripe.catalog.needs import check_needs, in_words, parse
from mlripe.catalog.schema import Capability, Criterion, MaturityModel
from mlripe.detection.starts import DEFAULT_STARTS
from mlripe.evidence import Strength
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

PUBLISHED = "azure google flynaut ml-test-score marvelous se4ml".split()
ADAPTED = "complete-guide lifecycle cd4ml genaiops llmops-concerns".split()
STRUCTURE_ONLY = ["gigaom"]


def test_each_model_says_how_closely_it_follows_its_text(models: dict[str, MaturityModel]) -> None:
    wanted = dict.fromkeys(PUBLISHED, "published") | dict.fromkeys(ADAPTED, "adapted")
    assert {each.id: each.fidelity for each in models.values()} == wanted | dict.fromkeys(
        STRUCTURE_ONLY, "structure-only"
    )


def test_what_is_not_published_is_said_to_be_a_reading_of_ones_own(models: dict[str, MaturityModel]) -> None:
    for name in (*ADAPTED, *STRUCTURE_ONLY):
        assert models[name].note, name
    assert "could not be found" in models["gigaom"].note
    assert "own reading" in models["gigaom"].note


def test_models_are_summed_up_as_their_texts_say(models: dict[str, MaturityModel]) -> None:
    assert [each.id for each in models.values() if each.usual] == ["azure", "google"]
    assert [each.id for each in models.values() if each.judges == "llm"] == ["genaiops", "llmops-concerns"]
    assert [each.id for each in models.values() if each.projects == "median"] == ["flynaut"]
    assert [each.id for each in models.values() if each.total == "minimum"] == ["ml-test-score"]
    assert [each.id for each in models.values() if each.strengths] == ["lifecycle"]
    assert list(models["lifecycle"].dimensions) == (
        "framing data training evaluation registry serving monitoring retraining".split()
    )
    assert models["marvelous"].counts == ("documentation", "traceability", "quality", "monitoring")
    assert models["ml-test-score"].above == {1: 0, 2: 1, 3: 2, 4: 3, 5: 5}


def test_every_need_is_sound(model: MaturityModel, capabilities: dict[str, Capability]) -> None:
    assert {each.id: check_needs(needs, capabilities) for each, needs in _needs(model)} == {
        each.id: [] for each, _ in _needs(model)
    }


def test_what_is_observable_has_needs_and_what_is_not_has_none(model: MaturityModel) -> None:
    for each in model.criteria:
        assert bool(each.needs or each.grades) == (each.observable != "no"), each.id
        assert not (each.needs and each.grades), each.id


def test_criteria_have_ids_of_their_own_and_known_places(model: MaturityModel) -> None:
    assert not [name for name, times in Counter(each.id for each in model.criteria).items() if times > 1]
    for each in model.criteria:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", each.id)
        assert each.dimension in model.dimensions, each.id
        assert each.source, each.id
        assert each.says[0].isupper(), each.id
        assert not each.says.endswith("."), each.id
    assert {each.dimension for each in model.criteria} == set(model.dimensions)
    groups = [_group(model, each) for each in model.criteria]
    order = [_group_name(model, key) for key in (sorted(model.levels) if _levelled(model) else model.dimensions)]
    assert list(dict.fromkeys(groups)) == [name for name in order if name in groups]
    assert groups == sorted(groups, key=order.index)


def test_every_level_above_the_floor_has_a_central_criterion_that_can_be_seen(model: MaturityModel) -> None:
    central = [each for each in model.criteria if each.weight == "central"]
    if _levelled(model):
        assert {each.level for each in central} == set(model.levels) - {min(model.levels)}
    else:
        assert not central
    assert not [each.id for each in central if each.observable == "no"]


def test_central_criteria_stay_few(model: MaturityModel) -> None:
    per_level = Counter(each.level for each in model.criteria if each.weight == "central")
    assert max(per_level.values(), default=0) <= 3


def test_more_points_take_more(model: MaturityModel) -> None:
    for each in model.criteria:
        given = [grade.points for grade in each.grades]
        assert given == sorted(set(given)), each.id
        assert set(given) <= {0.5, 1}, each.id


def test_an_empty_repository_is_at_the_floor(model: MaturityModel) -> None:
    result = evaluate(model, {}, None)
    if _levelled(model):
        assert {dimension.level for dimension in result.dimensions.values()} == {min(model.levels)}
    else:
        assert {dimension.points for dimension in result.dimensions.values()} == {0}
    assert result.level == min(model.levels, default=None)
    assert {each.status for each in result.criteria} <= {"missing", "not-observable"}


def test_a_perfect_repository_is_at_the_top_of_all_that_files_decide(
    model: MaturityModel, capabilities: dict[str, Capability]
) -> None:
    perfect = {name: CapabilityResult(name, Strength.enforced) for name in capabilities}
    result = evaluate(model, perfect, None)
    assert {each.status for each in result.criteria} <= {"met", "not-observable"}
    if _levelled(model):
        assert result.level == max(model.levels)
        assert result.next == ()


def test_needs_can_be_read_aloud(model: MaturityModel) -> None:
    for each, needs in _needs(model):
        assert len(in_words(parse(needs))) < 400, each.id


def test_the_file_says_how_many_criteria_it_has_and_how_many_files_can_show(model: MaturityModel, rules: Path) -> None:
    text = (rules / "models" / f"{model.id}.yaml").read_text(encoding="utf-8")
    header = " ".join(line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#"))
    groups: dict[str, list[Criterion]] = {}
    for each in model.criteria:
        groups.setdefault(_group(model, each), []).append(each)
    counts = {
        name: f"{len(own)}" + (f" ({sum(c.weight == 'central' for c in own)} central)" if _levelled(model) else "")
        for name, own in groups.items()
    }
    seen = {name: Counter(each.observable for each in own) for name, own in groups.items()}
    assert f"criteria: {', '.join(f'{name}: {count}' for name, count in counts.items())} observable: " in header
    assert (
        "observable: "
        + "; ".join(
            f"{name}: {count['yes']} yes, {count['partial']} partial, {count['no']} no" for name, count in seen.items()
        )
        in header
    )


def _levelled(model: MaturityModel) -> bool:
    return model.scoring == "levels"


def _group(model: MaturityModel, criterion: Criterion) -> str:
    return _group_name(model, criterion.level if _levelled(model) else criterion.dimension)


def _group_name(model: MaturityModel, key: int | str) -> str:
    return f"level {key}" if _levelled(model) else str(key)


def _needs(model: MaturityModel) -> list[tuple[Criterion, dict[str, Any]]]:
    return [
        (each, needs)
        for each in model.criteria
        for needs in (each.needs, *(grade.needs for grade in each.grades))
        if needs
    ]


# --- what the published texts list -----------------------------------------------------------------------------------


def items(text: str) -> set[str]:
    """`L1.1-3 DV`: L1.1, L1.2, L1.3 and DV."""
    found: set[str] = set()
    for word in text.split():
        several = re.fullmatch(r"(.*?)(\d+)-(\d+)", word)
        lead, first, last = several.groups() if several else (word, "", "")
        found |= {f"{lead}{number}" for number in range(int(first), int(last) + 1)} if several else {word}
    return found


# every item of every text by its place there; a criterion's `source` names the items that it stands for
ITEMS: dict[str, set[str]] = {
    "google": items("G0.1-7 G1.1-6 G1.DV G1.MV G1.OV G1.FS G1.MD G1.T1-5 G2.C1-7 G2.S1-6 G2.CI1-6 G2.CD1-8"),
    "azure": items(
        "T0.1-5 T1.1-3 T2.1-7 T3.1-4 T4.1-5 P0.1-3 P2.1-2 P3.2-3 P4.1 P4.3 C0.1-4 C1.1 C2.2-4 C4.5"
        " R0.1-3 R1.2-3 R2.2-3 R3.1 R3.3 A0.1-2 A1.1 A1.3-4 A3.1-2 A3.4 H2.1 H3.1-2 H4.1-3"
    ),
    "genaiops": items("L2.1-3 L3.1-5 L4.1-8 G.1-13"),
    "gigaom": items("strategy.1-4 architecture.1-4 modeling.1-4 processes.1-4 management.1-4"),
    "flynaut": items("1.1-3 2.1-7 3.1-6 4.1-3"),
    "complete-guide": items("L1.1-4 L2.1-4 L3.1-6 C1.1-6 C2.1-4 C3.1-13 C4.1 C5.1-11 C6.1-8 B.1-13 P.1"),
    "lifecycle": items("1.1-2 2.1-5 3.1-3 4.1-5 5.1-3 6.1-3 7.1-3 8.1-5"),
    "ml-test-score": items("D1-7 M1-7 I1-7 O1-7"),
    "se4ml": items("1-45 24a"),
    "cd4ml": items("A.1-3 Q.1-3 K.1-10"),
    "marvelous": items("1.1-8 2a.1-7 2b.1-9 3a.1-2 3b.1-8 4.1-8 5.1-7 6.1-4 7.1-3"),
    "llmops-concerns": items("1.1-4 2.1-4 3.1-3 4.1-4 5.1-3"),
}


def test_every_item_of_the_published_text_is_in_a_criterion(model: MaturityModel) -> None:
    named = {item for each in model.criteria for item in each.source.split(", ")}
    assert named == ITEMS[model.id]


@pytest.mark.parametrize("name", ["ml-test-score", "se4ml", "marvelous", "cd4ml"])
def test_a_checklist_has_a_criterion_for_each_item(name: str, models: dict[str, MaturityModel]) -> None:
    assert [each.source for each in models[name].criteria if "," in each.source] == []
    assert len(models[name].criteria) == len(ITEMS[name])


def test_no_two_criteria_of_a_model_say_the_same(models: dict[str, MaturityModel]) -> None:
    for each in models.values():
        assert len({criterion.says for criterion in each.criteria}) == len(each.criteria), each.id
