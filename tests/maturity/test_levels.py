"""A small model of three levels, and what capabilities amount to under it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from mlripe.assessment import CapabilityResult, CriterionResult, Exclusion, ModelResult
from mlripe.catalog import load
from mlripe.catalog.schema import Capability, Criterion, MaturityModel
from mlripe.evidence import Evidence, Strength
from mlripe.maturity.attestations import Statements
from mlripe.maturity.levels import evaluate


def criterion(name: str, level: int, dimension: str, needs: dict[str, Any], **more: Any) -> Criterion:
    return Criterion(id=name, level=level, dimension=dimension, says=f"The {name} is there", needs=needs, **more)


def model(*criteria: Criterion) -> MaturityModel:
    return MaturityModel(
        id="small",
        title="Small model",
        source="https://example.org",
        fidelity="adapted",
        levels={0: "Nothing", 1: "Built", 2: "Trained"},
        dimensions={"code": "The code", "model": "The model", "people": "The people"},
        criteria=criteria,
    )


BUILD = criterion("build", 1, "code", {"continuous-integration": "automated"}, weight="central")
STYLE = criterion("style", 1, "code", {"code-quality-checks": "present"})
TRAINING = criterion(
    "training",
    2,
    "model",
    {"any": [{"training-pipeline": "automated"}, {"training-code": "automated"}]},
    weight="central",
)
TRACKING = criterion("tracking", 2, "model", {"experiment-tracking": "present"})
TOGETHER = criterion("together", 2, "people", {}, observable="no")
SMALL = model(BUILD, STYLE, TRAINING, TRACKING, TOGETHER)


def evidence(capability: str, strength: Strength, line: int) -> Evidence:
    return Evidence(capability, "tool", "train.py", line, "says", strength)


def results(**strengths: str) -> dict[str, CapabilityResult]:
    """Capabilities with these strengths, each with one proof of its strength and one of mere presence."""
    named = {name.replace("_", "-"): Strength[strength] for name, strength in strengths.items()}
    return {
        name: CapabilityResult(
            name, strength, (evidence(name, strength, 7), evidence(name, min(strength, Strength.present), 3))
        )
        for name, strength in named.items()
    }


def by_id(result: ModelResult) -> dict[str, CriterionResult]:
    return {each.id: each for each in result.criteria}


def levels_of(result: ModelResult) -> dict[str, int | None]:
    return {name: dimension.level for name, dimension in result.dimensions.items()}


def about(**efforts: Literal["small", "medium", "large"]) -> dict[str, Capability]:
    return {
        name.replace("_", "-"): Capability(
            title=name, area="a", what="w", why="y", source="s", recognised="r", how=f"do {name}", effort=effort
        )
        for name, effort in efforts.items()
    }


# --- levels ----------------------------------------------------------------------------------------------------------


def test_nothing_stands_at_the_floor() -> None:
    result = evaluate(SMALL, {}, None)
    assert result.level == 0
    assert levels_of(result) == {"code": 0, "model": 0}
    assert result.why == (
        "level 0: the floor, where every repository starts; "
        "level 1 lacks: the build is there (continuous-integration none, not automated)"
    )


def test_a_level_is_reached_by_its_central_criteria() -> None:
    assert evaluate(SMALL, results(continuous_integration="automated"), None).level == 1
    assert evaluate(SMALL, results(continuous_integration="present"), None).level == 0


def test_supporting_criteria_never_hold_a_level_back_and_never_earn_one() -> None:
    assert evaluate(SMALL, results(continuous_integration="automated", training_code="automated"), None).level == 2
    assert evaluate(SMALL, results(code_quality_checks="enforced", experiment_tracking="enforced"), None).level == 0


def test_a_level_is_not_reached_over_a_missing_one() -> None:
    result = evaluate(SMALL, results(training_pipeline="enforced"), None)
    assert result.level == 0
    assert levels_of(result) == {"code": 0, "model": 2}  # in its own dimension it counts


def test_the_highest_level_says_what_it_rests_on() -> None:
    result = evaluate(SMALL, results(continuous_integration="enforced", training_code="automated"), None)
    assert result.why == "level 2: the training is there (training-code automated)"


def test_a_level_without_an_observable_central_criterion_cannot_be_earned() -> None:
    hollow = model(BUILD, TRACKING)
    assert evaluate(hollow, results(continuous_integration="enforced", experiment_tracking="enforced"), None).level == 1


def test_a_dimension_without_central_criteria_goes_by_most_of_its_supporting_ones() -> None:
    supporting = [criterion(name, 1, "model", {name: "present"}) for name in ("rollback", "lineage", "alerting")]
    half = model(BUILD, *supporting)
    assert levels_of(evaluate(half, results(rollback="present"), None)) == {"code": 0, "model": 0}
    assert levels_of(evaluate(half, results(rollback="present", lineage="present"), None)) == {"code": 0, "model": 1}


def test_a_dimension_passes_over_a_level_about_which_it_says_nothing() -> None:
    assert levels_of(evaluate(SMALL, results(training_code="automated"), None))["model"] == 2
    assert levels_of(evaluate(SMALL, results(continuous_integration="automated"), None))["code"] == 1


def test_the_level_that_attestations_of_what_is_partly_shown_could_reach() -> None:
    partly = criterion("watched", 2, "model", {"alerting": "automated"}, weight="central", observable="partial")
    both = model(BUILD, partly)
    assert evaluate(both, {}, None).reachable == 0
    built = evaluate(both, results(continuous_integration="automated"), None)
    assert (built.observed, built.level, built.reachable) == (1, 1, 2)


def test_a_model_that_does_not_apply_gives_no_level() -> None:
    result = evaluate(SMALL, results(continuous_integration="enforced"), "there is no machine learning in it")
    assert result.level is None
    assert result.why == "there is no machine learning in it"
    assert levels_of(result) == {}
    assert {each.status for each in result.criteria} == {"not-applicable"}
    assert result.next == ()


def test_a_model_of_which_nothing_can_be_seen_gives_no_level() -> None:
    result = evaluate(model(TOGETHER), {}, None)
    assert result.level is None
    assert "no criterion of this model can be seen" in result.why


# --- criteria --------------------------------------------------------------------------------------------------------


def test_each_criterion_has_its_status() -> None:
    result = evaluate(SMALL, results(continuous_integration="automated", training_code="present"), None)
    assert {name: each.status for name, each in by_id(result).items()} == {
        "build": "met",
        "style": "missing",
        "training": "missing",
        "tracking": "missing",
        "together": "not-observable",
    }
    assert by_id(result)["together"].needs == ""
    assert by_id(result)["training"].central
    assert not by_id(result)["tracking"].central


def test_a_missing_criterion_names_its_nearest_way_and_what_there_is_of_it() -> None:
    training = by_id(evaluate(SMALL, results(training_code="present"), None))["training"]
    assert training.needs == "training-pipeline automated, or training-code automated"
    assert training.lacks == (("training-code", Strength.present, Strength.automated),)
    assert {proof.capability for proof in training.evidence} == {"training-code"}


def test_the_nearest_way_goes_by_effort() -> None:
    known = about(training_code="large", training_pipeline="small")
    training = by_id(evaluate(SMALL, results(training_code="present"), None, known))["training"]
    assert training.lacks == (("training-pipeline", Strength.none, Strength.automated),)


def test_a_met_criterion_shows_only_what_is_strong_enough_to_meet_it() -> None:
    build = by_id(evaluate(SMALL, results(continuous_integration="automated"), None))["build"]
    assert build.lacks == ()
    assert [(proof.line, proof.strength) for proof in build.evidence] == [(7, Strength.automated)]


def test_evidence_is_bounded_fair_between_capabilities_and_strongest_first() -> None:
    many = {
        name: CapabilityResult(name, strength, tuple(evidence(name, strength, line) for line in range(1, 20)))
        for name, strength in (("training-code", Strength.automated), ("training-pipeline", Strength.enforced))
    }
    proofs = by_id(evaluate(SMALL, many, None))["training"].evidence
    assert [proof.strength.name for proof in proofs] == ["enforced"] * 3 + ["automated"] * 2
    assert [proof.line for proof in proofs] == [1, 2, 3, 1, 2]


# --- the plan --------------------------------------------------------------------------------------------------------


def test_the_next_steps_begin_with_the_least_effort() -> None:
    known = about(training_code="medium", training_pipeline="large", experiment_tracking="small")
    result = evaluate(SMALL, results(continuous_integration="automated", training_code="present"), None, known)
    steps = result.next
    assert [(step.capability, step.now.name, step.needed.name, step.effort, step.decides) for step in steps] == [
        ("experiment-tracking", "none", "present", "small", False),
        ("training-code", "present", "automated", "medium", True),
    ]
    assert steps[1].how == "do training_code"
    assert steps[1].criteria == ("training",)


def test_of_equal_effort_what_decides_comes_first() -> None:
    known = about(continuous_integration="small", code_quality_checks="small")
    steps = evaluate(SMALL, {}, None, known).next
    assert [step.capability for step in steps] == ["continuous-integration", "code-quality-checks"]


def test_a_capability_that_serves_several_criteria_is_one_step() -> None:
    twice = model(
        criterion("named", 1, "code", {"code-testing": "present"}),
        criterion("run", 1, "code", {"code-testing": "automated"}, weight="central"),
    )
    (step,) = evaluate(twice, {}, None).next
    assert (step.needed, step.criteria, step.decides) == (Strength.automated, ("named", "run"), True)


def test_nothing_is_left_to_do_at_the_highest_level() -> None:
    result = evaluate(SMALL, results(continuous_integration="automated", training_code="automated"), None)
    assert result.next == ()


# --- what is excluded ------------------------------------------------------------------------------------------------


def excluding(*names: str) -> Statements:
    return Statements.of((), [Exclusion(name, "there is none here") for name in names])


def test_a_level_that_nothing_decides_any_more_is_passed_over() -> None:
    release = criterion("release", 3, "code", {"release-automation": "automated"}, weight="central")
    higher = replace(model(BUILD, TRAINING, release), levels={0: "Nothing", 1: "Built", 2: "Trained", 3: "Shipped"})
    statements = excluding("training-code", "training-pipeline")
    built = evaluate(higher, results(continuous_integration="automated"), statements=statements)
    assert (built.level, list(built.levels)) == (1, [0, 1, 3])
    assert [step.capability for step in built.next] == ["release-automation"]
    shipped = results(continuous_integration="automated", release_automation="automated")
    assert evaluate(higher, shipped, statements=statements).level == 3
    assert evaluate(higher, shipped).level == 1, "nothing is passed over unless it is excluded"


def test_a_level_of_which_something_is_left_is_not() -> None:
    two = model(BUILD, TRAINING, replace(TRACKING, weight="central"))
    statements = excluding("training-code", "training-pipeline")
    assert evaluate(two, results(continuous_integration="automated"), statements=statements).level == 1


def test_commits_meet_version_control_and_a_folder_leaves_it_open() -> None:
    azure = load().models["azure"]
    status = {
        history: {each.id: each.status for each in evaluate(azure, {}, history=history).criteria}["code-versioned"]
        for history in (True, False)
    }
    assert status == {True: "met", False: "not-observable"}
