"""`mlripe check`: the exit code is the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlripe.assessment import Assessment
from mlripe.catalog import load
from mlripe.catalog.shapes import MaturityModel
from mlripe.cli.app import run
from mlripe.cli.targets import Target, parse_target
from mlripe.errors import UserError

Asked = list[dict[str, Any]]


@pytest.mark.parametrize(("targets", "code"), [(["azure:1"], 0), (["azure:2"], 1), (["azure:0", "azure:2"], 1)])
def test_exit_code(targets: list[str], code: int, asked: Asked) -> None:
    assert run(["check", *(word for target in targets for word in ("--target", target))]) == code
    assert asked[0]["models"] == ("azure",)


def test_says_what_is_missing(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", "--target", "azure:2", "--rev", "HEAD~1", "somewhere"])
    assert (asked[0]["path"], asked[0]["rev"]) == ("somewhere", "HEAD~1")
    assert "azure: technical evidence for level 1, target 2: below\n" in capsys.readouterr().out


def test_nothing_to_judge_passes(
    replace_audit: Any, assessment: Assessment, capsys: pytest.CaptureFixture[str]
) -> None:
    none = replace(assessment.models["azure"], level=None, why="there is no machine learning in it")
    replace_audit(lambda path, **options: replace(assessment, models={"azure": none}))
    assert run(["check", "--target", "azure:2"]) == 0
    assert capsys.readouterr().out == "azure: nothing to judge: there is no machine learning in it\n"


def test_target(model: MaturityModel) -> None:
    assert parse_target("--target", "azure:2", replace(load(), models={"azure": model})) == Target("azure", 2)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("gogle:1", "there is no maturity model 'gogle'; known are azure"),
        ("azure", "--target 'azure' names no level of azure; write azure:LEVEL with one of 0, 1, 2"),
        ("azure:7", "--target 'azure:7' names no level of azure; write azure:LEVEL with one of 0, 1, 2"),
        ("azure:two", "--target 'azure:two' names no level of azure; write azure:LEVEL with one of 0, 1, 2"),
    ],
)
def test_wrong_target_names_the_right_ones(text: str, says: str, model: MaturityModel) -> None:
    with pytest.raises(UserError) as error:
        parse_target("--target", text, replace(load(), models={"azure": model}))
    assert str(error.value) == says


def test_target_is_required(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check"]) == 2
    assert capsys.readouterr().err == "mlripe: Missing option '--target'; see `mlripe check --help`\n"
