"""The target to propose: one realistic step up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlripe.assessment import Assessment
from mlripe.catalog import load
from mlripe.evidence import Strength
from mlripe.init.target import fitting, proposed
from mlripe.planning.plan import Goal, Plan, PlannedStep, Stage


def plan_of(effort: str) -> Plan:
    words = ("why", "how", "done")
    step = PlannedStep("model-registry", "Registry", Strength.none, Strength.present, 1, effort, *words)
    return Plan((), {}, (Stage("level 2", (step,)),))


@pytest.mark.parametrize(
    ("effort", "target", "says"),
    [
        ("small", "azure:2", "azure:2 is one step up from level 1"),
        ("medium", "azure:2", "azure:2 is one step up from level 1"),
        (
            "large",
            "azure:1",
            "azure:1 is what is there; azure:2 takes large steps (model-registry) and comes next",
        ),
    ],
)
def test_a_level_that_takes_a_large_step_comes_later(
    effort: str, target: str, says: str, assessment: Assessment
) -> None:
    asked: list[Goal] = []

    def plan(goals: object) -> Plan:
        assert isinstance(goals, list)
        asked.extend(goals)
        return plan_of(effort)

    result = proposed(assessment, plan)
    assert (result.target, result.says, result.following) == (target, says, "azure:2")
    assert asked == [Goal("azure", 2)]


def test_a_level_that_takes_what_its_kind_has_not_is_none_to_go_to(assessment: Assessment) -> None:
    result = proposed(assessment, lambda goals: plan_of("small"), ("model-registry",))
    assert (result.target, result.holds, result.steps) == ("azure:1", True, ())
    assert result.says.endswith("azure:2 takes what a repository of this kind has not (model-registry)")


def test_the_profile_is_the_one_for_the_kind() -> None:
    catalog = load()
    found = {kind.id: fitting(kind, catalog.profiles.values()) for kind in catalog.kinds}
    named = {kind: profile.id for kind, profile in found.items() if profile}
    assert named == {"ml-research": "research", "llm-application": "llm"}


def test_the_highest_level_is_kept(assessment: Assessment) -> None:
    top = replace(assessment, models={"azure": replace(assessment.models["azure"], level=2)})
    assert proposed(top, lambda goals: plan_of("small")).target == "azure:2"


def test_no_level_no_target(assessment: Assessment) -> None:
    none = replace(assessment, models={"azure": replace(assessment.models["azure"], level=None, why="no ML in it")})
    result = proposed(none, lambda goals: plan_of("small"))
    assert (result.target, result.says) == ("", "nothing to judge: no ML in it")
