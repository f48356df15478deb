"""What is said of a match: its tool, or of a detector of many tools the match alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.detection.engine import told

if TYPE_CHECKING:
    from tests.conftest import Assess


@pytest.mark.parametrize(
    ("says", "what", "expected"),
    [
        ("MLflow", "mlflow.log_metric", "MLflow: mlflow.log_metric"),
        ("Terraform, OpenTofu", "aws_s3_bucket", "Terraform, OpenTofu: aws_s3_bucket"),
        ("Hadolint, ShellCheck, yamllint", "terraform fmt -check", "terraform fmt -check"),
        ("fits, scores, keeps", "a.fit", "fits, scores, keeps: a.fit"),
    ],
)
def test_the_tool_that_matched_is_named(says: str, what: str, expected: str) -> None:
    assert told(says, what) == expected


def test_no_other_tool_is_named_for_a_command(assess: Assess) -> None:
    found = assess({"Makefile": "fmt:\n\tterraform fmt -check\n"}).capabilities["code-quality-checks"]
    assert [evidence.says for evidence in found.evidence] == ["terraform fmt -check"]
