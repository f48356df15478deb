"""For every model and level a small repository that just reaches it, and the same less one practice that does not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mlripe.assessment import Attestation, ModelResult
from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.catalog.schema import MaturityModel
from mlripe.evidence import Strength
from mlripe.maturity.attestations import Statements
from mlripe.maturity.levels import evaluate
from mlripe.snapshot.memory import MemorySnapshot
from tests.maturity.blocks import (
    ALERTED,
    ALERTED_FROM_SERVICE,
    ANSWERS,
    ANSWERS_DEPLOYED,
    ANSWERS_EVALUATED,
    ANSWERS_EVALUATED_BY_HAND,
    BUILT,
    DATA_CHECKED,
    DATA_CHECKED_BY_HAND,
    DEPENDENCIES_WATCHED,
    DEPLOYED,
    DEPLOYED_AFTER_TRAINING,
    EVALUATED,
    EVALUATED_BY_HAND,
    FEATURES_STORED,
    GATED,
    GATED_BY_HAND,
    GUARDED,
    IN_STEPS,
    LOGGED,
    METRICS,
    ON_PUSH,
    ON_SCHEDULE,
    PREPARED,
    PROMPTS_APART,
    REGISTERED,
    REGISTERED_BY_HAND,
    REGISTERED_WHERE_TRAINED,
    RETRAINED_ON_DRIFT,
    REVERSIBLE,
    RUN_AS_STAGES,
    SCORED_IN_BATCHES,
    SLICED,
    STARTED_BY_A_PERSON,
    TESTED,
    TRACED,
    TRACKED,
    TRAINED_BY_HAND,
    TUNED,
    WATCHED,
    WATCHED_BY_HAND,
    Block,
    repository,
)

Blocks = tuple[Block, ...]
# (model, level) -> the blocks that just reach it, and pairs of the blocks less one practice and the criterion that
# falls
EVERY: dict[tuple[str, int], tuple[Blocks, dict[str, Blocks]]] = {}


def reaches(model: str, level: int, *blocks: Block, less: Mapping[str, Block | tuple[Block, Block]]) -> Blocks:
    """Notes that `blocks` reach the level, and that each criterion falls with the block that is left out (or changed)."""
    falls = {}
    for criterion, change in less.items():
        out, instead = change if isinstance(change, tuple) else (change, {})
        assert out in blocks, criterion
        falls[criterion] = tuple(instead if block is out else block for block in blocks)
    EVERY[model, level] = blocks, falls
    return blocks


# --- Azure -----------------------------------------------------------------------------------------------------------

reaches("azure", 1, TRAINED_BY_HAND, BUILT, less={"builds-automated": BUILT})
reaches(
    "azure",
    2,
    *(TRAINED_BY_HAND, BUILT, RUN_AS_STAGES, REGISTERED_WHERE_TRAINED),
    less={"training-automated": RUN_AS_STAGES, "training-tracked-centrally": REGISTERED_WHERE_TRAINED},
)
released = reaches(
    "azure",
    3,
    *(TRAINED_BY_HAND, BUILT, ON_SCHEDULE, TRACKED, EVALUATED, REGISTERED, GATED, DEPLOYED_AFTER_TRAINING),
    less={"release-automatic": DEPLOYED_AFTER_TRAINING, "model-release-tested": GATED},
)
reaches(
    "azure",
    4,
    *(*released, TESTED, METRICS, WATCHED, RETRAINED_ON_DRIFT),
    less={"drift-starts-retraining": RETRAINED_ON_DRIFT, "training-and-testing-automated": TESTED},
)

# --- Google ----------------------------------------------------------------------------------------------------------

google = reaches(
    "google",
    1,
    *(TRAINED_BY_HAND, ON_SCHEDULE, EVALUATED, DATA_CHECKED),
    less={"pipeline-runs-by-itself": (ON_SCHEDULE, STARTED_BY_A_PERSON), "data-or-model-validated": DATA_CHECKED},
)
reaches(
    "google",
    2,
    *(*google, REGISTERED, TESTED, DEPLOYED),
    less={
        "pipeline-code-tested": TESTED,
        "pipeline-and-model-delivered": DEPLOYED,
        "trained-models-registered": (REGISTERED, REGISTERED_BY_HAND),
    },
)

# --- Flynaut ---------------------------------------------------------------------------------------------------------

reaches("flynaut", 1, TRAINED_BY_HAND, TRACKED, less={"runs-tracked": TRACKED})
flynaut = reaches(
    "flynaut",
    2,
    *(TRAINED_BY_HAND, ON_SCHEDULE, TRACKED, EVALUATED),
    less={
        "pipeline-started-by-itself": (ON_SCHEDULE, STARTED_BY_A_PERSON),
        "models-checked-in-pipeline": (EVALUATED, EVALUATED_BY_HAND),
    },
)
flynaut = reaches(
    "flynaut",
    3,
    *(*flynaut, REGISTERED, DEPLOYED, METRICS, LOGGED, WATCHED),
    less={
        "performance-tracked": METRICS,
        "drift-flagged": WATCHED,
        "models-versioned": (REGISTERED, REGISTERED_BY_HAND),
    },
)
reaches(
    "flynaut",
    4,
    *(*flynaut, RETRAINED_ON_DRIFT, FEATURES_STORED, IN_STEPS),
    less={
        "features-consistent": FEATURES_STORED,
        "retrained-on-degradation": RETRAINED_ON_DRIFT,
        "validated-on-live-traffic": IN_STEPS,
    },
)

# --- The Complete Guide ----------------------------------------------------------------------------------------------

reaches(
    "complete-guide",
    1,
    *(TRAINED_BY_HAND, STARTED_BY_A_PERSON, EVALUATED_BY_HAND, REGISTERED_BY_HAND),
    less={
        "training-automated": STARTED_BY_A_PERSON,
        "code-and-models-versioned": REGISTERED_BY_HAND,
        "validated-before-deployment": EVALUATED_BY_HAND,
    },
)
guide = reaches(
    "complete-guide",
    2,
    *(TRAINED_BY_HAND, ON_SCHEDULE, EVALUATED, REGISTERED, TESTED, DEPLOYED, METRICS, WATCHED, ALERTED),
    less={
        "tested-and-deployed-automatically": TESTED,
        "trained-on-new-data": (ON_SCHEDULE, ON_PUSH),
        "performance-watched": ALERTED,
    },
)
reaches(
    "complete-guide",
    3,
    *(*guide[:-1], RETRAINED_ON_DRIFT, ALERTED, DATA_CHECKED, REVERSIBLE),
    less={
        "retraining-triggered": RETRAINED_ON_DRIFT,
        "drift-and-data-quality-watched": DATA_CHECKED,
        "rolled-back-automatically": REVERSIBLE,
    },
)

# --- GigaOm's structure ----------------------------------------------------------------------------------------------

reaches("gigaom", 1, TRAINED_BY_HAND, less={"training-is-code": TRAINED_BY_HAND})
reaches(
    "gigaom",
    2,
    *(TRAINED_BY_HAND, STARTED_BY_A_PERSON, TRACKED, DEPLOYED),
    less={
        "infrastructure-defined": DEPLOYED,
        "experiments-recorded": TRACKED,
        "steps-run-by-automation": STARTED_BY_A_PERSON,
    },
)
gigaom = reaches(
    "gigaom",
    3,
    *(TRAINED_BY_HAND, ON_SCHEDULE, TRACKED, EVALUATED, DEPLOYED),
    less={
        "deployment-defined": DEPLOYED,
        "models-gated": (EVALUATED, EVALUATED_BY_HAND),
        "pipeline-triggered": (ON_SCHEDULE, STARTED_BY_A_PERSON),
    },
)
reaches(
    "gigaom",
    4,
    *(*gigaom, METRICS, WATCHED, RETRAINED_ON_DRIFT),
    less={"service-watched": METRICS, "retraining-by-signal": RETRAINED_ON_DRIFT},
)

# --- The lifecycle ---------------------------------------------------------------------------------------------------

reaches(
    "lifecycle",
    1,
    *(TRAINED_BY_HAND, SCORED_IN_BATCHES),
    less={"model-trained": TRAINED_BY_HAND, "model-served": SCORED_IN_BATCHES},
)
reaches(
    "lifecycle",
    2,
    *(TRAINED_BY_HAND, SCORED_IN_BATCHES, ON_SCHEDULE, EVALUATED, REGISTERED),
    less={
        "evaluation-repeated": (EVALUATED, EVALUATED_BY_HAND),
        "retraining-triggered": (ON_SCHEDULE, ON_PUSH),
        "new-model-in-use": (REGISTERED, REGISTERED_BY_HAND),
    },
)

# --- Microsoft's GenAIOps --------------------------------------------------------------------------------------------

reaches("genaiops", 2, ANSWERS, ANSWERS_EVALUATED_BY_HAND, less={"first-metrics": ANSWERS_EVALUATED_BY_HAND})
managed = reaches(
    "genaiops",
    3,
    *(ANSWERS, ANSWERS_EVALUATED, ANSWERS_DEPLOYED, TRACED),
    less={
        "deployed-systematically": ANSWERS_DEPLOYED,
        "evaluated-automatically": (ANSWERS_EVALUATED, ANSWERS_EVALUATED_BY_HAND),
        "monitored": TRACED,
    },
)
reaches(
    "genaiops",
    4,
    *(*managed, GUARDED, PROMPTS_APART, ALERTED_FROM_SERVICE),
    less={
        "content-safety-complete": GUARDED,
        "assets-managed": PROMPTS_APART,
        "monitored-ahead": ALERTED_FROM_SERVICE,
    },
)


def judged(model: MaturityModel, blocks: Blocks, *attested: str) -> ModelResult:
    """What a repository of these blocks reaches, with criteria attested."""
    catalog = load()
    assessment = Inspection(MemorySnapshot(repository(*blocks)), catalog).assessment([model.id])
    assert assessment.read_faults == ()
    if not attested:
        return assessment.models[model.id]
    words = [
        Attestation(f"{model.id}/{each}", Strength.automated, "Ada", "2026-01-01", "", "", "") for each in attested
    ]
    return evaluate(model, assessment.capabilities, None, catalog.capabilities, Statements.of(words, ()))


def of_levels(models: Mapping[str, MaturityModel]) -> set[tuple[str, int]]:
    return {
        (model.id, level)
        for model in models.values()
        if model.scoring == "levels"
        for level in sorted(model.levels)[1:]
    }


def test_no_level_is_left_out() -> None:
    assert EVERY.keys() == of_levels(load().models)


@pytest.mark.parametrize(("model", "level"), EVERY)
def test_reached(model: str, level: int) -> None:
    blocks, _ = EVERY[model, level]
    result = judged(load().models[model], blocks)
    assert result.level == level, result.why


@pytest.mark.parametrize(
    ("model", "level", "criterion"), [(*place, name) for place, (_, falls) in EVERY.items() for name in falls]
)
def test_below_it_less_one_practice(model: str, level: int, criterion: str) -> None:
    _, falls = EVERY[model, level]
    result = judged(load().models[model], falls[criterion])
    assert result.level is None or result.level < level
    if result.level is not None:
        missing = {
            each.id for each in result.criteria if each.central and each.status == "missing" and each.level <= level
        }
        assert criterion in missing


# --- levels that points exceed ---------------------------------------------------------------------------------------

# what files alone can give of the ML Test Score: two points of the data, and more of the rest
SCORED: Blocks = (
    *(TRAINED_BY_HAND, ON_SCHEDULE, PREPARED, DATA_CHECKED, EVALUATED, GATED, TUNED, SLICED, FEATURES_STORED, TESTED),
    *(DEPLOYED, METRICS, REVERSIBLE, IN_STEPS, WATCHED, DEPENDENCIES_WATCHED),
)
BY_HAND: Blocks = (TRAINED_BY_HAND, DATA_CHECKED_BY_HAND, GATED_BY_HAND, WATCHED_BY_HAND)
DATA = ("features-help", "features-affordable", "features-allowed", "privacy-controlled", "features-added-quickly")
REST = ("staleness-known", "baseline-beaten", "offline-metric-tracks-online", "debugged-step-by-step", "not-too-stale")
Told = tuple[str, ...]

# (model, level) -> blocks, criteria that are attested, the block or attestation left out, and the criterion that falls
BY_POINTS: dict[tuple[str, int], tuple[Blocks, Told, Block | str, str]] = {
    ("ml-test-score", 1): (BY_HAND, (), WATCHED_BY_HAND, "invariants-hold"),
    ("ml-test-score", 2): (SCORED, (), DATA_CHECKED, "feature-expectations"),
    ("ml-test-score", 3): (SCORED, DATA[:1], "features-help", "features-help"),
    ("ml-test-score", 4): (SCORED, DATA[:2], TUNED, "hyperparameters-tuned"),
    ("ml-test-score", 5): (SCORED, (*DATA, *REST, "numerically-stable"), "not-too-stale", "not-too-stale"),
    ("marvelous", 1): (SCORED, (), "risk-evaluated", "risk-evaluated"),
}


def attested(model: str, level: int) -> Told:
    """The criteria that are attested there: of Marvelous all that count and that the files do not meet."""
    if model != "marvelous":
        return BY_POINTS[model, level][1]
    rules = load().models[model]
    found = judged(rules, SCORED).criteria
    return tuple(each.id for each in found if each.dimension in rules.counts and each.status != "met")


def test_no_level_that_points_exceed_is_left_out() -> None:
    pointed = [model for model in load().models.values() if model.scoring == "points"]
    assert BY_POINTS.keys() == {(model.id, level) for model in pointed for level in sorted(model.levels)[1:]}


@pytest.mark.parametrize(("model", "level"), BY_POINTS)
def test_reached_by_points(model: str, level: int) -> None:
    result = judged(load().models[model], BY_POINTS[model, level][0], *attested(model, level))
    assert result.level == level, result.why


@pytest.mark.parametrize(("model", "level"), BY_POINTS)
def test_below_it_less_what_gave_points(model: str, level: int) -> None:
    blocks, _, out, criterion = BY_POINTS[model, level]
    told = tuple(each for each in attested(model, level) if each != out)
    result = judged(load().models[model], tuple(block for block in blocks if block is not out), *told)
    (fallen,) = [each for each in result.criteria if each.id == criterion]
    assert result.level is not None
    assert result.level < level
    assert fallen.points < fallen.most


def test_files_alone_reach_the_second_band_of_the_test_score_and_no_higher() -> None:
    result = judged(load().models["ml-test-score"], SCORED)
    assert (result.level, result.dimensions["data"].points) == (2, 2)


# --- stages ----------------------------------------------------------------------------------------------------------


def stages(*blocks: Block) -> dict[str, str]:
    result = judged(load().models["lifecycle"], blocks)
    return {name: stage.strength.name for name, stage in result.dimensions.items() if stage.strength}


def test_each_stage_of_the_lifecycle_says_how_far_it_has_got() -> None:
    assert stages(TRAINED_BY_HAND, EVALUATED_BY_HAND) == {"training": "present", "evaluation": "present"}
    assert stages(TRAINED_BY_HAND, ON_SCHEDULE, EVALUATED, REGISTERED) == {
        "training": "automated",
        "evaluation": "automated",
        "registry": "automated",
        "retraining": "automated",
    }


def test_a_registry_alone_is_no_retraining() -> None:
    assert stages(TRAINED_BY_HAND, BUILT, REGISTERED_BY_HAND) == {"training": "present", "registry": "present"}


def test_the_stages_that_are_skipped_most_often_say_so() -> None:
    model = load().models["lifecycle"]
    skipped = {name for name, title in model.dimensions.items() if "often skipped" in title}
    assert skipped == {"evaluation", "registry", "retraining"}
    noted = {each.dimension for each in model.criteria if "skipped most often" in each.note}
    assert noted == skipped


# --- models without levels -------------------------------------------------------------------------------------------


def points(model: str, dimension: str, *blocks: Block) -> float | None:
    return judged(load().models[model], blocks).dimensions[dimension].points


def test_a_gate_of_cd4ml_counts_whole_where_it_stops_something() -> None:
    trained = (TRAINED_BY_HAND, ON_SCHEDULE, EVALUATED)
    assert points("cd4ml", "gates", *trained) == 0
    assert points("cd4ml", "gates", *trained, GATED_BY_HAND) == 0.5
    assert points("cd4ml", "gates", *trained, GATED) == 1
    assert points("cd4ml", "gates", *trained, GATED, DATA_CHECKED) == 2


def test_code_data_and_models_are_what_cd4ml_wants_versions_of() -> None:
    assert points("cd4ml", "versions", TRAINED_BY_HAND) == 0
    assert points("cd4ml", "versions", TRAINED_BY_HAND, RUN_AS_STAGES, BUILT) == 2
    assert points("cd4ml", "versions", TRAINED_BY_HAND, RUN_AS_STAGES, BUILT, REGISTERED_BY_HAND) == 2.5


def test_practices_are_counted_by_category() -> None:
    assert points("se4ml", "coding", TRAINED_BY_HAND) == 0
    assert points("se4ml", "coding", TRAINED_BY_HAND, TESTED) == 2
    assert points("se4ml", "coding", TRAINED_BY_HAND, TESTED, DEPENDENCIES_WATCHED) == 3


def test_each_concern_of_language_models_counts_by_itself() -> None:
    model = "llmops-concerns"
    assert points(model, "judges", ANSWERS) == 0
    assert points(model, "judges", ANSWERS, ANSWERS_EVALUATED_BY_HAND) == 0.5
    assert points(model, "judges", ANSWERS, ANSWERS_EVALUATED) == 2  # in CI, where a low score fails
    assert points(model, "prompts", ANSWERS, PROMPTS_APART) == 0.5
    assert points(model, "prompts", ANSWERS, ANSWERS_DEPLOYED, PROMPTS_APART) == 1


# --- what only looks like a level ------------------------------------------------------------------------------------


def levels(*blocks: Block) -> dict[str, int | None]:
    models = load().models
    return {name: judged(models[name], blocks).level for name in ("azure", "google")}


def test_good_ci_without_a_training_pipeline_is_azure_1_and_google_0() -> None:
    tested = (TRAINED_BY_HAND, TESTED, TRACKED, EVALUATED_BY_HAND, GATED_BY_HAND, DEPLOYED, REVERSIBLE, METRICS)
    assert levels(*tested) == {"azure": 1, "google": 0}


def test_a_pipeline_that_a_person_starts_is_not_google_1() -> None:
    checked = (TRACKED, EVALUATED, GATED, DATA_CHECKED, REGISTERED)
    assert levels(TRAINED_BY_HAND, STARTED_BY_A_PERSON, *checked) == {"azure": 2, "google": 0}
    assert levels(TRAINED_BY_HAND, ON_SCHEDULE, *checked) == {"azure": 2, "google": 1}


def test_stages_that_a_person_runs_are_not_google_1() -> None:
    assert levels(TRAINED_BY_HAND, RUN_AS_STAGES, TRACKED) == {"azure": 0, "google": 0}
    assert levels(TRAINED_BY_HAND, RUN_AS_STAGES, REGISTERED_WHERE_TRAINED) == {"azure": 2, "google": 0}


# --- whom a model judges ---------------------------------------------------------------------------------------------


def test_models_for_language_models_say_why_they_give_no_level_elsewhere() -> None:
    for name in ("genaiops", "llmops-concerns"):
        result = judged(load().models[name], (TRAINED_BY_HAND, TESTED))
        assert (result.level, result.points) == (None, None)
        assert result.why == "nothing in it uses a large language model, which is what this model judges"


def project(folder: str, *blocks: Block) -> dict[str, str]:
    """A project of its own: its files in a folder, and its workflow beside those of the others."""
    files = repository(*blocks)
    own = {f"{folder}/{path}": text for path, text in files.items() if not path.startswith(".github")}
    shared = {
        path.replace("train.yml", f"{folder}.yml"): text.replace("python src/", f"python {folder}/src/")
        for path, text in files.items()
        if path.startswith(".github")
    }
    return own | shared


def test_the_project_in_the_middle_stands_for_the_repository() -> None:
    files = {
        **project("churn", TRAINED_BY_HAND, ON_SCHEDULE, TRACKED, EVALUATED),
        **project("fraud", TRAINED_BY_HAND, TRACKED),
        **project("prices", TRAINED_BY_HAND),
    }
    assessment = Inspection(MemorySnapshot(files), load()).assessment(["flynaut", "azure"])
    assert {each.path: each.models["flynaut"].level for each in assessment.projects} == {
        "churn": 2,
        "fraud": 1,
        "prices": 0,
    }
    assert assessment.models["flynaut"].level == 1
    assert assessment.models["flynaut"].why.startswith(
        "the median of its projects (prices 0, fraud 1, churn 2) is that of fraud: level 1"
    )
    assert assessment.models["azure"].level == 2  # judged as a whole


def test_of_two_projects_the_lower_one_counts() -> None:
    files = {**project("churn", TRAINED_BY_HAND, TRACKED), **project("prices", TRAINED_BY_HAND)}
    assert Inspection(MemorySnapshot(files), load()).assessment(["flynaut"]).models["flynaut"].level == 0
