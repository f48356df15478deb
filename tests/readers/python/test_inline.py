"""Python that stands in another file as the text of a command: its calls are facts of that file, in its units."""

from __future__ import annotations

import pytest

from mlripe.facts import Call
from mlripe.readers import read

WORKFLOW = ".github/workflows/a.yml"
HEAD = "on: push\njobs:\n  a:\n    steps:\n"


def calls(step: str) -> list[Call]:
    return list(read(WORKFLOW, (HEAD + step).encode()).calls)


@pytest.mark.parametrize(
    ("step", "line"),
    [
        ("      - run: python -c 'import mlflow; mlflow.log_metric(\"a\", 1)'\n", 5),
        ("      - run: |\n          uv run python - <<'EOF'\n          import mlflow\n          mlflow.log_metric('a', 1)\n          EOF\n", 8),
        ("      - shell: python\n        run: |\n          import mlflow\n          mlflow.log_metric('a', 1)\n", 8),
        ('      - run: |\n          python3 -c "\n          import mlflow\n          mlflow.log_metric(\'a\', 1)"\n', 8),
    ],
)  # fmt: skip
def test_the_calls_of_a_program_in_a_step(step: str, line: int) -> None:
    assert [(call.name, call.line, call.scope) for call in calls(step)] == [("mlflow.log_metric", line, "jobs/a/0")]


def test_what_a_service_fills_in_is_left_open() -> None:
    found = calls("      - run: python -c \"import mlflow; mlflow.set_tag('${{ inputs.a }}', 1)\"\n")
    assert [call.name for call in found] == ["mlflow.set_tag"]


@pytest.mark.parametrize(
    "step", ["      - run: bash -c 'fit()'\n", "      - run: python -c 'print('\n", "      - run: python -c\n"]
)
def test_what_is_no_program_has_no_calls(step: str) -> None:
    assert calls(step) == []


def test_a_comparison_and_a_branch_stand_in_the_unit() -> None:
    step = "      - run: |\n          python - <<EOF\n          if f1 < 0.8:\n              raise SystemExit(1)\n          EOF\n"
    facts = read(WORKFLOW, (HEAD + step).encode())
    assert [(branch.line, branch.scope, branch.stops) for branch in facts.branches] == [(7, "jobs/a/0", True)]
    assert [(comparison.limit, comparison.scope) for comparison in facts.comparisons] == [(0.8, "jobs/a/0")]
