"""What a condition says of what came before, in the languages of GitHub and Azure."""

from __future__ import annotations

import pytest

from mlripe.kinds import RunsAfter
from mlripe.readers.ci.azure_pipelines import STATUS as AZURE
from mlripe.readers.ci.github import STATUS as GITHUB
from mlripe.readers.ci.outcomes import needed, runs_after, with_ancestors

SUCCESS, FAILURE, ANY = RunsAfter.SUCCESS, RunsAfter.FAILURE, RunsAfter.ANY


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ("", SUCCESS),
        ("github.ref == 'refs/heads/main'", SUCCESS),
        ("${{ github.event_name == 'push' && inputs.deploy }}", SUCCESS),
        ("success()", SUCCESS),
        ("${{ success() }}", SUCCESS),
        ("always()", ANY),
        ("ALWAYS ( )", ANY),
        ("!cancelled()", ANY),
        ("! cancelled() && inputs.deploy", ANY),
        ("!failure()", SUCCESS),
        ("failure()", FAILURE),
        ("failure() && github.ref_name == 'main'", FAILURE),
        ("failure() || cancelled()", FAILURE),
        ("success() || failure()", ANY),
        ("(success() || failure()) && success()", SUCCESS),
        ("always() && steps.test.outcome == 'success'", ANY),
        ("contains(github.event.head_commit.message, 'always()')", SUCCESS),
        ("startsWith(github.ref, 'refs/tags/') && failure()", FAILURE),
        ("${{ always() }} && ${{ inputs.deploy }}", ANY),
        ("always() &&", ANY),  # no expression: what it names is taken for what it asks
        ("github.ref ==", SUCCESS),
        ("(" * 60 + "always()" + ")" * 60, ANY),
        ("always() && " + "github.ref == 'x' && " * 100 + "true", ANY),
    ],
)
def test_a_step_of_github(condition: str, outcome: RunsAfter) -> None:
    assert runs_after(condition, GITHUB) is outcome


@pytest.mark.parametrize(
    ("condition", "must", "outcome"),
    [
        ("", ("lint", "test"), SUCCESS),
        ("inputs.deploy", ("lint", "test"), SUCCESS),
        ("always()", (), ANY),
        ("failure()", (), FAILURE),
        ("always() && needs.test.result == 'success'", ("test",), ANY),
        ("always() && needs.test.result != 'failure'", ("test",), ANY),
        ("always() && (needs.test.result == 'success' || inputs.force)", (), ANY),
        ("always() && needs.test.result == 'success' && needs.lint.result == 'success'", ("lint", "test"), SUCCESS),
        ("!cancelled() && !contains(needs.*.result, 'failure')", ("lint", "test"), SUCCESS),
        ("always() && contains(needs.*.result, 'failure')", (), FAILURE),
        ("!cancelled() && needs.other.result == 'success'", (), ANY),
    ],
)
def test_a_job_of_github(condition: str, must: tuple[str, ...], outcome: RunsAfter) -> None:
    assert needed(condition, ("lint", "test"), GITHUB) == (must, outcome)


@pytest.mark.parametrize(
    ("condition", "must", "outcome"),
    [
        ("", ("lint", "test"), SUCCESS),
        ("succeeded()", ("lint", "test"), SUCCESS),
        ("and(succeeded(), eq(variables['Build.Reason'], 'Schedule'))", ("lint", "test"), SUCCESS),
        ("eq(variables['Build.Reason'], 'Schedule')", (), ANY),
        ("succeededOrFailed()", (), ANY),
        ("not(canceled())", (), ANY),
        ("failed()", (), FAILURE),
        ("or(failed(), succeeded())", (), ANY),
        ("succeeded('test')", ("test",), ANY),
        ("eq(dependencies.test.result, 'Succeeded')", ("test",), ANY),
        ("in(dependencies.test.result, 'Succeeded', 'SucceededWithIssues', 'Skipped')", ("test",), ANY),
        ("ne(dependencies.test.result, 'Failed')", ("test",), ANY),
        ("and(succeeded(), ${{ parameters.deploy }})", ("lint", "test"), SUCCESS),
        ("and(succeeded(), {{", ("lint", "test"), SUCCESS),
    ],
)
def test_a_job_of_azure(condition: str, must: tuple[str, ...], outcome: RunsAfter) -> None:
    assert needed(condition, ("lint", "test"), AZURE) == (must, outcome)


def test_what_failed_anywhere_before_stops_a_unit_that_asks_for_success() -> None:
    waits = {"test": (), "tell": ("test",), "deploy": ("tell",), "clean": ("tell",)}
    needs = {"test": (), "tell": (), "deploy": ("tell",), "clean": ()}
    assert with_ancestors(waits, needs) == {"test": (), "tell": (), "deploy": ("tell", "test"), "clean": ()}


def test_a_ring_and_what_is_missing_end() -> None:
    waits = {"a": ("b",), "b": ("a", "gone")}
    assert with_ancestors(waits, waits)["a"][0] == "b"
