"""`mlripe catalog`: what is listed, and detectors' cases run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlripe.catalog import load
from mlripe.cli.app import run

Captured = pytest.CaptureFixture[str]
DETECTOR = """
tool: Our loader
shows: [{capability: data-ingestion, call: our_loader.pull}]
cases:
  - files: {"a.py": "import our_loader\\nour_loader.pull()\\n"}
    shows: {data-ingestion: present}
  - files: {"a.py": "pull()\\n"}
    shows: {}
"""


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    (tmp_path / "detectors/data").mkdir(parents=True)
    (tmp_path / "detectors/data/our-loader.yaml").write_text(DETECTOR)
    return tmp_path


def test_lists_models_capabilities_and_detectors(capsys: Captured) -> None:
    assert run(["catalog"]) == 0
    out = capsys.readouterr().out
    assert f"{len(load().detectors)} detectors, 52 capabilities, " in out
    assert "azure            levels 0-4" in out
    assert "experiment-tracking" in out
    assert "pipeline-jungle                 Many scripts in a row, and no pipeline\n" in out


def test_json_counts_what_there_is(capsys: Captured) -> None:
    assert run(["catalog", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["detectors"]) == len(load().detectors)
    tracking = next(row for row in told["capabilities"] if row["id"] == "experiment-tracking")
    assert "mlflow" in tracking["detectors"]
    assert all(row["detectors"] for row in told["capabilities"]), "a capability that nothing recognises"


def test_lists_a_folder_of_ones_own_as_well(ours: Path, capsys: Captured) -> None:
    assert run(["catalog", "--catalog", str(ours)]) == 0
    out = capsys.readouterr().out
    assert "our-loader" in out
    assert f"  with {ours}" in out


def test_the_cases_of_a_detector(ours: Path, capsys: Captured) -> None:
    assert run(["catalog", "test", str(ours)]) == 0
    assert capsys.readouterr().out == "1 detector, 2 cases: all as they should be\n"
    (ours / "detectors/data/our-loader.yaml").write_text(DETECTOR.replace("ingestion: present", "ingestion: enforced"))
    assert run(["catalog", "test", str(ours)]) == 1
    out = capsys.readouterr().out
    assert "our-loader.yaml: case 0: shows data-ingestion present, not data-ingestion enforced\n" in out
    assert out.endswith("1 detector, 2 cases: 1 of them with failures\n")


def test_nothing_to_test(tmp_path: Path, capsys: Captured) -> None:
    assert run(["catalog", "test", str(tmp_path)]) == 2
    assert "holds no detector; name a .yaml file" in capsys.readouterr().err
    assert run(["catalog", "test"]) == 2


def test_an_audit_with_a_folder_of_ones_own(ours: Path, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/a.py").write_text(
        "import our_loader\nfrom sklearn.svm import SVC\nour_loader.pull()\nSVC().fit(1, 2)\n"
    )
    assert run(["audit", str(tmp_path / "shop"), "--catalog", str(ours)]) == 0
    out = capsys.readouterr().out
    assert "Our loader: our_loader.pull" in out
    assert f"judged with {ours} as well" in out.replace("\n  ", " ")
