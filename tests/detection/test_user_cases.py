"""Detector files that somebody writes, tried by their own cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlripe.detection.user_cases import failures, trials
from mlripe.errors import CatalogError

GOOD = """
tool: Our loader
shows: [{capability: data-ingestion, call: our_loader.pull}]
cases:
  - files: {"a.py": "import our_loader\\nour_loader.pull()\\n"}
    shows: {data-ingestion: present}
  - files: {"a.py": "pull()\\n"}
    shows: {}
"""


def said(path: Path) -> list[str]:
    return [line for trial in trials([path]) for line in failures(trial)]


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    (tmp_path / "detectors/data").mkdir(parents=True)
    return tmp_path


def test_a_detector_whose_cases_hold(ours: Path) -> None:
    file = ours / "detectors/data/ours.yaml"
    file.write_text(GOOD)
    assert said(file) == said(ours) == said(ours / "detectors") == []
    assert [trial.detector.id for trial in trials([ours])] == ["ours"]


def test_a_case_that_comes_out_otherwise_is_told_with_both_answers(ours: Path) -> None:
    (ours / "detectors/data/ours.yaml").write_text(
        GOOD.replace("shows: {}", "name: bare\n    shows: {lineage: present}")
    )
    assert said(ours) == [
        "case 1 (bare): shows nothing, not lineage present",
        "no look-alike; add a case with `shows: {}` that must not match",
    ]


def test_words_of_the_catalogue_around_it_are_known(ours: Path) -> None:
    (ours / "rules").mkdir()
    (ours / "rules/roles.yaml").write_text("pulled: {says: data was pulled}\n")
    text = GOOD.replace("capability: data-ingestion", "role: pulled").replace(
        "data-ingestion: present", "pulled: present"
    )
    (ours / "detectors/data/ours.yaml").write_text(text)
    assert said(ours) == []


def test_what_cannot_be_tried(ours: Path) -> None:
    with pytest.raises(CatalogError, match="there is no such file or folder"):
        said(ours / "nowhere.yaml")
    (ours / "detectors/data/ours.yaml").write_text("tool: X\nshow: []\n")
    with pytest.raises(CatalogError, match=r"ours\.yaml: show: unknown key; did you mean 'shows'"):
        said(ours)
