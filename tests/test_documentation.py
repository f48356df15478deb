"""What the documentation shows, done as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlripe.catalog import load
from mlripe.cli.app import run
from mlripe.reports import reference

DOCS = Path(__file__).parent.parent / "docs"
PAGE = Path(__file__).parent.parent / "docs/writing-detectors.md"


@pytest.mark.parametrize(("name", "page"), reference.pages(load()).items())
def test_the_reference_is_what_the_catalogue_says(name: str, page: str) -> None:
    written = (DOCS / "reference" / name).read_text(encoding="utf-8")
    assert written == page, "write it again with `python -m mlripe.reports.reference`"


def shown(page: str, mark: str) -> str:
    """The code block between `<!-- mark -->` and `<!-- end -->`."""
    part = page.split(f"<!-- {mark} -->", 1)[1].split("<!-- end -->", 1)[0]
    return part.strip().split("\n", 1)[1].rsplit("```", 1)[0]


def test_the_first_detector_of_the_page_on_writing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tools/mlripe/detectors/data/our-loader.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(shown(PAGE.read_text(), "first detector"))
    monkeypatch.chdir(tmp_path)
    assert run(["catalog", "test", "tools/mlripe"]) == 0
    assert capsys.readouterr().out == "1 detector, 2 cases: all as they should be\n"
    (tmp_path / "mlripe.toml").write_text('catalogs = ["tools/mlripe"]\n')
    (tmp_path / "load.py").write_text("import our_loader\nour_loader.pull('orders')\n")
    assert run(["audit"]) == 0
    out = capsys.readouterr().out
    assert "judged with tools/mlripe as well" in out
    assert run(["explain", "data-ingestion", "."]) == 0
    assert "load.py:2  Our loader: our_loader.pull" in capsys.readouterr().out
