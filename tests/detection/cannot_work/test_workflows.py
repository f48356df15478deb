"""Workflows that name jobs, steps, artifacts, inputs or files that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.problem_kinds import FaultKind

if TYPE_CHECKING:
    from tests.detection.cannot_work.conftest import Faults

PATH = ".github/workflows/fit.yml"
TWO = """\
on: push
jobs:
  look:
    runs-on: ubuntu-latest
    outputs:
      changed: ${{{{ steps.diff.outputs.changed }}}}
    steps:
      - id: diff
        run: echo changed=true >> $GITHUB_OUTPUT
  fit:
    runs-on: ubuntu-latest
    {keys}
    steps:
      - {step}
"""


@pytest.mark.parametrize(
    ("keys", "step", "kind", "missing"),
    [
        ("needs: looks", "run: echo fit", FaultKind.ABSENT_JOB, "looks"),
        ("needs: [look, test]", "run: echo fit", FaultKind.ABSENT_JOB, "test"),
        ("if: needs.look.outputs.changed == 'true'", "run: echo fit", FaultKind.NEVER_TRUE, "needs.look"),
        ("{needs: look, if: needs.look.outputs.change == 'true'}", "run: x", FaultKind.NEVER_TRUE, "change"),
        ("name: b", "{if: steps.diff.outputs.changed == 'true', run: echo fit}", FaultKind.NEVER_TRUE, "steps.diff"),
        ("name: b", "name: Fit", FaultKind.EMPTY_DEFINITION, "run"),
        ("name: b", "uses: ./.github/actions/fit", FaultKind.ABSENT_DEFINITION, "./.github/actions/fit"),
        ("name: b", "{uses: actions/download-artifact@v4, with: {name: m}}", FaultKind.ABSENT_OUTPUT, "m"),
    ],
)
def test_what_is_not_there(keys: str, step: str, kind: FaultKind, missing: str, faults: Faults) -> None:
    keys = keys.strip("{}").replace(", if", "\n    if") if keys.startswith("{") else keys
    (fault,) = faults({PATH: TWO.format(keys=keys, step=step)})
    assert (fault.kind, fault.missing) == (kind, missing)
    assert fault.line > 9


UPLOAD = "{uses: actions/upload-artifact@v4, with: {name: model, path: m}}\n      - "


@pytest.mark.parametrize(
    ("keys", "step"),
    [
        ("needs: look", "run: echo fit"),
        ("{needs: look, if: needs.look.outputs.changed == 'true'}", "run: echo fit"),
        ("if: needs.look.outputs.changed != 'true'", "run: echo fit"),  # empty is not 'true'
        ("if: needs.look.outputs.changed == 'true' || github.ref == 'main'", "run: echo fit"),
        ("if: always() && !contains(needs.look.result, 'x')", "run: echo fit"),
        ("name: b", "{id: a, run: echo}\n      - {if: steps.a.outputs.b == 'c', run: echo fit}"),
        ("name: b", "{if: steps.diff.outcome != 'failure', run: echo fit}"),
        ("name: b", UPLOAD + "{uses: actions/download-artifact@v4, with: {name: model}}"),
        ("name: b", "{uses: actions/download-artifact@v4, with: {name: m, run-id: 1, github-token: x}}"),
        ("name: b", "{uses: actions/download-artifact@v4, with: {path: m}}"),
        ("name: b", "{uses: actions/download-artifact@v4, with: {name: 'm-${{ matrix.os }}'}}"),
        ("name: b", "{uses: actions/download-artifact@v4, continue-on-error: true, with: {name: m}}"),
        ("name: b", "{uses: me/upload-it@v1}\n      - {uses: actions/download-artifact@v4, with: {name: m}}"),
        ("name: b", "uses: ./"),
        (
            "name: b",
            "{uses: actions/checkout@v4, with: {repository: me/a, path: tools}}\n      - uses: ./tools/fit",
        ),
    ],
)
def test_what_may_be_there(keys: str, step: str, faults: Faults) -> None:
    keys = keys.strip("{}").replace(", if", "\n    if") if keys.startswith("{") else keys
    assert not faults({PATH: TWO.format(keys=keys, step=step)})


CALLED = """\
on:
  workflow_call:
    inputs:
      trees: {{type: number, required: true{default}}}
    secrets:
      key: {{required: true}}
jobs:
  fit:
    runs-on: ubuntu-latest
    steps:
      - run: echo fit
"""


def calling(given: str, path: str = "./.github/workflows/called.yml") -> str:
    return f"on: push\njobs:\n  call:\n    uses: {path}\n{given}"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("    secrets: inherit\n", "trees"),
        ("    with: {trees: 9}\n", "key"),
        ("    with: {tree: 9}\n    secrets: {key: a}\n", "trees"),
    ],
)
def test_a_called_workflow_that_is_not_given_what_it_requires(given: str, missing: str, faults: Faults) -> None:
    (fault,) = faults({PATH: calling(given), ".github/workflows/called.yml": CALLED.format(default="")})
    assert (fault.kind, fault.missing, fault.breaks.unit) == (FaultKind.ABSENT_INPUT, missing, "workflow")


@pytest.mark.parametrize(
    ("given", "default"),
    [
        ("    with: {trees: 9}\n    secrets: inherit\n", ""),
        ("    with: {trees: 9}\n    secrets: {key: '${{ secrets.KEY }}'}\n", ""),
        ("    secrets: inherit\n", ", default: 9"),
    ],
)
def test_a_called_workflow_that_is_given_all(given: str, default: str, faults: Faults) -> None:
    assert not faults({PATH: calling(given), ".github/workflows/called.yml": CALLED.format(default=default)})


def test_a_called_workflow_that_is_not_there(faults: Faults) -> None:
    (fault,) = faults({PATH: calling("")})
    assert (fault.kind, fault.line) == (FaultKind.ABSENT_DEFINITION, 4)


def test_a_called_workflow_of_another_repository_is_not_asked(faults: Faults) -> None:
    assert not faults({PATH: calling("", "me/tools/.github/workflows/fit.yml@v1")})
