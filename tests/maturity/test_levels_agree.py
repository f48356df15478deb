"""The shipped models against kinds of repositories, and the levels that a careful reader gives each."""

from __future__ import annotations

import pytest

from mlripe.assessment import CapabilityResult
from mlripe.catalog.schema import MaturityModel
from mlripe.evidence import Strength
from mlripe.maturity.levels import evaluate

TESTED = "code-testing continuous-integration"
TRAINED = "training-code experiment-tracking"  # as steps of a pipeline definition
TRIGGERED = f"{TRAINED} training-pipeline model-evaluation"

# title -> (automated, enforced, present, Azure level, Google level)
REPOSITORIES: dict[str, tuple[str, str, str, int, int]] = {
    "nothing at all": ("", "", "", 0, 0),
    "notebooks and nothing else": ("", "", "training-determinism explainability", 0, 0),
    "research code run by hand": ("", "", "training-code model-evaluation experiment-tracking model-registry", 0, 0),
    "a service by hand, watched and stored": ("online-serving", "", "service-monitoring serving-tests", 0, 0),
    "tests that nothing runs": ("", "", "code-testing code-quality-checks", 0, 0),
    "a workflow that only a person starts": (
        "environment-definition",
        "",
        "continuous-integration llm-evaluation",
        0,
        0,
    ),
    "a tested library": (f"{TESTED} release-automation code-quality-checks", "", "", 1, 0),
    "a model from a notebook, its service released on push": (
        "continuous-integration release-automation deployment-automation model-packaging online-serving",
        "",
        "experiment-tracking",
        1,
        0,
    ),
    "an LLM application behind evaluations": (
        f"{TESTED} online-serving llm-observability",
        "llm-evaluation deployment-automation release-automation serving-tests model-validation-gate",
        "prompt-versioning",
        1,
        0,
    ),
    "a pipeline with its lock that a person runs, no tracker": (
        "training-code data-ingestion model-evaluation data-versioning lineage",
        "",
        "training-pipeline",
        0,
        0,
    ),
    "training in CI that records nothing": (f"{TESTED} training-code training-pipeline", "", "model-evaluation", 1, 0),
    "training in CI that measures a model and throws it away": (
        f"{TESTED} training-code training-pipeline model-evaluation model-validation-gate",
        "",
        "",
        1,
        0,
    ),
    "training in CI that registers its model": (
        f"{TESTED} training-code training-pipeline model-registry",
        "",
        "model-evaluation",
        2,
        0,
    ),
    "a tracked pipeline that a person starts": (
        f"{TRAINED} data-ingestion model-evaluation model-registry",
        "model-validation-gate data-validation",
        "training-pipeline online-serving",
        2,
        0,
    ),
    "a tracked pipeline that deploys, started by a person": (
        f"{TRAINED} model-registry deployment-automation release-automation",
        "model-validation-gate model-promotion",
        "training-pipeline",
        2,
        0,
    ),
    "training on push, recorded, unchecked": (f"{TRIGGERED} {TESTED} model-registry", "", "continuous-training", 2, 0),
    "training on push with a check that only reports": (
        f"{TRIGGERED} {TESTED} model-validation-gate",
        "",
        "continuous-training",
        2,
        0,
    ),
    "training and release on push with nothing between": (
        f"{TRIGGERED} {TESTED} deployment-automation release-automation serving-tests data-validation",
        "",
        "",
        2,
        0,
    ),
    "scheduled training on validated data": (
        f"{TRIGGERED} continuous-training data-validation feature-store lineage",
        "",
        "online-serving",
        2,
        1,
    ),
    "a triggered run without a tracker that ties its result to a version": (
        "training-code training-pipeline model-evaluation model-registry",
        "",
        "",
        2,
        0,
    ),
    "data and model tested on every pull request, rolled out on merge, kept under no version": (
        f"{TRIGGERED} {TESTED} data-validation model-behaviour-tests",
        "deployment-automation release-automation",
        "",
        2,
        1,
    ),
    "the same with a registry": (
        f"{TRIGGERED} {TESTED} model-registry data-validation model-behaviour-tests",
        "deployment-automation release-automation",
        "",
        3,
        2,
    ),
    "a gated pipeline whose approved models are deployed": (
        "continuous-integration training-code training-pipeline model-evaluation model-registry",
        "model-validation-gate model-promotion deployment-automation release-automation",
        "code-testing",
        3,
        1,
    ),
    "CI/CD of pipeline and model": (
        f"{TRIGGERED} {TESTED} model-registry release-automation deployment-automation",
        "model-validation-gate data-validation",
        "",
        3,
        2,
    ),
    "the closed loop": (
        f"{TRIGGERED} {TESTED} model-registry release-automation deployment-automation service-monitoring",
        "model-validation-gate data-validation drift-detection automated-retraining",
        "",
        4,
        2,
    ),
    "a loop that only a person sets going": (
        f"{TESTED}",
        "",
        "training-code drift-detection automated-retraining performance-monitoring",
        1,
        0,
    ),
}


def capabilities(automated: str, enforced: str, present: str) -> dict[str, CapabilityResult]:
    named = (("automated", automated), ("enforced", enforced), ("present", present))
    return {name: CapabilityResult(name, Strength[strength]) for strength, names in named for name in names.split()}


@pytest.mark.parametrize("title", REPOSITORIES)
def test_a_careful_reader_would_give_the_same_level(title: str, models: dict[str, MaturityModel]) -> None:
    automated, enforced, present, azure, google = REPOSITORIES[title]
    found = capabilities(automated, enforced, present)
    assert evaluate(models["azure"], found, None).level == azure
    assert evaluate(models["google"], found, None).level == google


@pytest.mark.parametrize("title", REPOSITORIES)
def test_more_strength_never_lowers_a_level(title: str, models: dict[str, MaturityModel]) -> None:
    automated, enforced, present, azure, google = REPOSITORIES[title]
    stronger = {
        name: CapabilityResult(name, Strength(min(result.strength + 1, Strength.enforced)))
        for name, result in capabilities(automated, enforced, present).items()
    }
    assert (evaluate(models["azure"], stronger, None).level or 0) >= azure
    assert (evaluate(models["google"], stronger, None).level or 0) >= google
