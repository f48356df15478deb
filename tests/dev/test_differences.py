"""Reports before and after a change, compared."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from mlripe.dev.__main__ import main

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_reports_of_the_same_code_are_the_same(tmp_path: Path) -> None:
    for side in ("before", "after"):
        assert run("reports", tmp_path / side, FIXTURES / "scheduled-training").exit_code == 0
    result = run("differences", tmp_path / "before", tmp_path / "after")
    assert (result.output, result.exit_code) == ("1 reports, 0 differ\n", 0)


def test_what_differs_is_told_by_its_keys(tmp_path: Path) -> None:
    report = {
        "tool": {"catalogue": "aaa", "version": "1"},
        "capabilities": {"lineage": {"strength": "present", "evidence": [{"line": 3}]}},
    }
    for side, digest, line in (("before", "aaa", 3), ("after", "bbb", 4)):
        report["tool"]["catalogue"] = digest
        report["capabilities"]["lineage"]["evidence"] = [{"line": line}]
        (tmp_path / side).mkdir()
        (tmp_path / side / "one.json").write_text(json.dumps(report))
    (tmp_path / "after/two.json").write_text("{}")
    result = run("differences", tmp_path / "before", tmp_path / "after")
    assert result.output.splitlines() == [
        "one.json: capabilities.lineage.evidence[0].line: 3 -> 4",
        "two.json: there is none before",
        "2 reports, 2 differ",
    ]
    assert result.exit_code == 1
    (tmp_path / "after/two.json").unlink()
    (tmp_path / "after/one.json").write_text(
        json.dumps(report | {"capabilities": {"lineage": {"strength": "present", "evidence": [{"line": 3}]}}})
    )
    assert run("differences", tmp_path / "before", tmp_path / "after").exit_code == 0


def test_what_is_no_repository_is_told(tmp_path: Path) -> None:
    result = run("reports", tmp_path / "out", tmp_path / "gone")
    assert "gone" in result.output
    assert list((tmp_path / "out").iterdir()) == []
