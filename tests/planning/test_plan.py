"""The shortest way up: which steps, in which order, and what each says."""

from __future__ import annotations

import pytest

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.catalog.needs import parse
from mlripe.evidence import Strength
from mlripe.planning.advice import usual
from mlripe.planning.cheapest_way import cheapest
from mlripe.planning.plan import Goal, Plan
from mlripe.planning.planner import planned
from mlripe.snapshot.memory import MemorySnapshot

CAPABILITIES = load().capabilities
TRAIN = (
    "import mlflow\nfrom sklearn.svm import SVC\n\nmlflow.log_metric('auc', SVC().fit([[1]], [1]).score([[1]], [1]))\n"
)
NIGHTLY = "on:\n  schedule: [{cron: '0 3 * * *'}]\njobs:\n  run:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python train.py\n"


def plan(files: dict[str, str], *goals: tuple[str, int]) -> Plan:
    inspection = Inspection(MemorySnapshot(files), load())
    assessment = inspection.assessment([model for model, _ in goals])
    return planned(inspection.catalog, assessment, [Goal(*goal) for goal in goals])


def steps(found: Plan) -> list[tuple[str, str, str]]:
    return [(step.capability, step.now.name, step.needed.name) for step in found.steps]


# --- which -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("needs", "has", "way"),
    [
        ([{"code-testing": "automated"}], {"code-testing": "enforced"}, {}),
        ([{"code-testing": "automated"}], {"code-testing": "present"}, {"code-testing": "automated"}),
        # of two ways the one with less work left
        ([{"any": [{"drift-detection": "automated"}, {"service-monitoring": "automated"}]}], {}, {"service-monitoring": "automated"}),
        # one capability that meets two needs is cheaper than one for each
        (
            [{"any": [{"service-monitoring": "present"}, {"drift-detection": "present"}]}, {"drift-detection": "present"}],
            {},
            {"drift-detection": "present"},
        ),
        # what has to be there first comes with it
        ([{"model-validation-gate": "present"}], {"training-code": "present"}, {"model-validation-gate": "present", "model-evaluation": "present"}),
        ([{"rollback": "present"}], {"deployment-automation": "present"}, {"rollback": "present"}),
    ],
)  # fmt: skip
def test_the_cheapest_way_meets_all_needs_at_once(
    needs: list[dict[str, object]], has: dict[str, str], way: dict[str, str]
) -> None:
    strengths = {name: Strength[strength] for name, strength in has.items()}
    found = cheapest([parse(need) for need in needs], strengths, CAPABILITIES)
    assert {name: strength.name for name, strength in found.items()} == way


def test_only_what_the_levels_take_one_after_the_other_is_a_step() -> None:
    found = plan({"train.py": TRAIN}, ("azure", 2))
    assert [stage.goal for stage in found.stages] == [Goal("azure", 1), Goal("azure", 2)]
    assert steps(found) == [
        ("continuous-integration", "none", "automated"),
        ("training-code", "present", "automated"),
        ("model-registry", "none", "automated"),
    ]
    assert "azure/software-team-releases" in {f"{each.model}/{each.criterion}" for each in found.unseen}


def test_a_level_that_is_reached_takes_nothing() -> None:
    found = plan({"train.py": TRAIN, ".github/workflows/nightly.yml": NIGHTLY}, ("azure", 2))
    assert (found.models["azure"].level, found.steps) == (2, ())


def test_where_no_model_applies_there_is_no_way() -> None:
    found = plan({"app.py": "print('a shop')\n"}, ("azure", 2))
    assert (found.models["azure"].level, found.steps) == (None, ())


def test_two_goals_are_reached_by_one_way() -> None:
    found = plan({"train.py": TRAIN}, ("azure", 2), ("google", 1))
    assert {reason.model for step in found.steps for reason in step.reasons} == {"azure", "google"}
    # a capability that takes two steps is told from one strength to the next
    assert len({(step.capability, step.now) for step in found.steps}) == len(found.steps)


# --- in which order --------------------------------------------------------------------------------------------------


def test_what_others_stand_on_comes_first() -> None:
    order = [step.capability for step in plan({"train.py": TRAIN}, ("azure", 4)).steps]
    assert order.index("training-pipeline") < order.index("automated-retraining")
    assert order.index("drift-detection") < order.index("automated-retraining")


def test_the_next_level_comes_before_those_above_it() -> None:
    stages = [step.stage for step in plan({"train.py": TRAIN}, ("azure", 4)).steps]
    assert stages == sorted(stages)
    assert stages[0] == 1


# --- what each says --------------------------------------------------------------------------------------------------


def test_a_step_names_what_is_there() -> None:
    training = plan({"train.py": TRAIN}, ("azure", 2)).steps[1]
    assert [(proof.path, proof.line) for proof in training.builds_on] == [("train.py", 4)]
    assert (2, "training-automated") in [(reason.level, reason.criterion) for reason in training.reasons]


def test_where_no_advice_fits_a_step_gives_the_capabilitys_own_sentence_or_what_is_left() -> None:
    about = CAPABILITIES["model-validation-gate"]
    assert usual(about, Strength.none, Strength.enforced, False) == about.how.strip()
    assert usual(about, Strength.present, Strength.automated, False).startswith("It is there, and a person runs it.")
    assert usual(about, Strength.automated, Strength.enforced, True).startswith("It runs by itself. Let it decide: ")


def test_what_is_started_and_does_not_count_is_no_push_that_checks() -> None:
    """A workflow that neither builds nor checks anything: no person runs it, and another trigger would not help."""
    idle = "on: push\njobs:\n  say:\n    runs-on: x\n    steps:\n      - run: echo hello\n"
    ci = plan({"train.py": TRAIN, ".github/workflows/say.yml": idle}, ("azure", 1)).steps[0]
    assert (ci.capability, ci.now.name, ci.advice) == ("continuous-integration", "present", "check-on-every-push")
    about = CAPABILITIES["continuous-integration"]
    assert usual(about, ci.now, ci.needed, started=True) == about.how.strip()


def test_what_is_excluded_is_no_reason_for_a_step() -> None:
    settings = """
[[exclusions]]
about = "azure/training-tracked-centrally"
reason = "the results are a table in a wiki"
"""
    inspection = Inspection(MemorySnapshot({"train.py": TRAIN, "mlripe.toml": settings}), load())
    from mlripe.settings.load import load_config

    inspection.config = load_config(inspection.snapshot, inspection.catalog.roles)
    found = planned(inspection.catalog, inspection.assessment(["azure"]), [Goal("azure", 2)])
    assert "training-tracked-centrally" not in {reason.criterion for step in found.steps for reason in step.reasons}


CHAT = "import openai\n\nopenai.OpenAI().chat.completions.create(model='m', messages=[])\n"


def test_no_step_is_there_only_to_stand_on_what_is_excluded() -> None:
    inspection = Inspection(MemorySnapshot({"app.py": CHAT}), load()).under("service")
    needed = {
        profile: [
            step.capability for step in planned(side.catalog, side.assessment(["azure"]), [Goal("azure", 4)]).steps
        ]
        for profile, side in (("", inspection.under("")), ("service", inspection))
    }
    assert "training-code" in needed[""]
    assert needed["service"]
    assert not {"training-code", "training-pipeline"} & set(needed["service"])
