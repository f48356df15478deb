"""What the tests of the machine formats share: a check's answers, other projects' schemas, and hostile texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from mlripe.assessment import Assessment, Attestation, Exclusion
from mlripe.evidence import Evidence, Hop, Strength
from mlripe.maturity.verdicts import Lost, Verdict
from mlripe.reports import Told

IN_CI = Evidence(
    "code-testing",
    "pytest",
    "tests/test_train.py",
    7,
    "test_training asserts",
    Strength.automated,
    (Hop(".github/workflows/ci.yml", 1, "push"), Hop(".github/workflows/ci.yml", 6, "step pytest")),
)
HELD = Verdict("target", "azure:1", True, "azure: technical evidence for level 1, target 1: reached")
BELOW = Verdict(
    "target",
    "azure:2",
    False,
    "azure: technical evidence for level 1, target 2: below",
    ("level 2 lacks: Models are registered", "  model-registry is declared, needs present"),
)
REQUIRED = Verdict("require", "drift-detection=present", False, "drift-detection: none, required present: below")
FELL = Verdict(
    "kept",
    "training-code",
    False,
    "training-code: fell from automated to present since main",
    lost=(Lost(IN_CI, ".github/workflows/ci.yml"),),
)
LEVEL_FELL = Verdict("kept", "azure", False, "azure: fell from level 2 to 1 since main")


@pytest.fixture
def audited(assessment: Assessment) -> Told:
    """An audit, with something that people stated."""
    word = Attestation("azure/together", Strength.none, "Ada", "2026-01-01", "2027-01-01", "wiki", "we sit together")
    aside = Exclusion("drift-detection", "one batch a year")
    repository = replace(assessment.repository, front="README.md")
    return Told(replace(assessment, repository=repository, attestations=(word,), exclusions=(aside,)))


@pytest.fixture
def checked(audited: Told) -> Told:
    """A check that asked five things, four of which fail."""
    return replace(audited, verdicts=(HELD, BELOW, REQUIRED, FELL, LEVEL_FELL))


Poison = Callable[[Told, str], Told]

OURS = {"id", "area", "capability", "detector", "kind", "subject", "status", "dimension", "effort", "catalogue"}
OURS |= {"fidelity", "observable", "commit", "about", "criteria"}


@pytest.fixture
def poisoned() -> Poison:
    """The same with a text in the place of every one that a repository or its settings could have written."""

    def poison(value: Any, text: str) -> Any:
        if isinstance(value, str):
            return text
        if isinstance(value, tuple):
            return tuple(poison(each, text) for each in value)
        if isinstance(value, dict):
            return {key: poison(each, text) for key, each in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            changed = {f.name: poison(getattr(value, f.name), text) for f in fields(value) if f.name not in OURS}
            if hasattr(value, "lacks") and not isinstance(value, Verdict):
                changed.pop("lacks")  # names of capabilities
            return replace(value, **changed)
        return value

    return poison
