"""The short answer of `mlripe check`."""

from __future__ import annotations

from dataclasses import replace

from mlripe.assessment import Assessment, ModelResult
from mlripe.maturity.verdicts import targeted
from mlripe.reports.terminal.check import as_text


def verdict(result: ModelResult, level: int) -> str:
    return as_text([targeted(result, level)])


def test_reached(assessment: Assessment) -> None:
    assert verdict(assessment.models["azure"], 1) == "azure: technical evidence for level 1, target 1: reached\n"


def test_below_says_what_is_missing_up_to_the_target(assessment: Assessment) -> None:
    assert verdict(assessment.models["azure"], 2) == (
        "azure: technical evidence for level 1, target 2: below\n"
        "  level 2 lacks: Models are registered\n"
        "    model-registry is declared, needs present\n"
    )


def test_nothing_to_judge(assessment: Assessment) -> None:
    none = replace(assessment.models["azure"], level=None, why="there is no machine learning in it")
    assert verdict(none, 1) == "azure: nothing to judge: there is no machine learning in it\n"
