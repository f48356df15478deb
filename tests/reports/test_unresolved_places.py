"""What mlripe could not follow, as each format for people and programs tells it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlripe.assessment import Assessment
from mlripe.cli.app import run
from mlripe.evidence import Unresolved
from mlripe.kinds import UnresolvedKind
from mlripe.reports import Options, Told, render
from mlripe.reports.machine.schema import Report

WORKFLOW = ".github/workflows/ship.yml"
HIDES = Unresolved(
    UnresolvedKind.UNKNOWN_PROGRAM,
    WORKFLOW,
    12,
    "acmectl",
    "acmectl deploy: a command runs a program that mlripe does not know",
    2,
    ("deployment-automation", "model-registry"),
)
SILENT = Unresolved(
    UnresolvedKind.UNREAD_DEFINITION, "bitrise.yml", 0, "Bitrise", "a definition is of a CI service without a reader"
)
NOT_YAML = "on: push\njobs:\n  ship:\n    runs-on: u\n    steps:\n      - run: acmectl deploy\n"


@pytest.fixture
def told(assessment: Assessment) -> Told:
    azure = replace(assessment.models["azure"], if_followed=2, reachable=2)
    return Told(replace(assessment, models={"azure": azure}, unresolved=(HIDES, SILENT), unresolved_left=1))


def test_the_first_screen_has_one_line(told: Told) -> None:
    lines = [line for line in render("terminal", told, Options()).splitlines() if "could not follow" in line]
    assert lines == ["3 places that mlripe could not follow: azure could be up to 2 (--verbose)"]


def test_a_level_tells_how_high_it_could_be(told: Told) -> None:
    assert "  level 2 if what could not be followed did what it may\n" in render("terminal", told, Options())


def test_places_that_hide_nothing_raise_no_level(told: Told, assessment: Assessment) -> None:
    quiet = Told(replace(assessment, unresolved=(SILENT,)))
    assert "1 place that mlripe could not follow: no level could be higher by them" in render(
        "terminal", quiet, Options()
    )


@pytest.mark.parametrize("format_", ["terminal", "markdown", "html"])
def test_every_place_is_told_in_full(told: Told, format_: str) -> None:
    text = render(format_, told, Options(verbose=True))
    for words in (
        WORKFLOW,
        "acmectl deploy",
        "(2 times)",
        "could hide deployment-automation, model-registry",
        "bitrise.yml",
        "and 1 more",
    ):
        assert words in text.replace("\n    ", " "), words


def test_json_has_them_as_the_schema_says(told: Told) -> None:
    data: dict[str, Any] = json.loads(render("json", told, Options()))
    assert Report.model_validate(data)
    assert data["unresolved"][0] == {
        "kind": "unknown-program",
        "path": WORKFLOW,
        "line": 12,
        "name": "acmectl",
        "says": HIDES.says,
        "count": 2,
        "could_hide": ["deployment-automation", "model-registry"],
    }
    assert (data["unresolved_left"], data["models"]["azure"]["if_followed"]) == (1, 2)


def test_explain_names_those_that_could_hide_a_capability(
    tmp_path: Path, under_git: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / WORKFLOW).write_text(NOT_YAML)
    (tmp_path / "train.py").write_text("from sklearn.svm import SVC\n\nSVC().fit([[1]], [1])\n")
    folder = str(under_git(tmp_path))
    assert run(["explain", "deployment-automation", folder]) == 0
    text = capsys.readouterr().out
    assert f"What could hide more of it  (1 place that mlripe could not follow)\n  {WORKFLOW}:6\n" in text
    assert run(["explain", "drift-detection", folder]) == 0
    assert "could not follow" not in capsys.readouterr().out
