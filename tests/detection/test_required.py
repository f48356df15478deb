"""Tests that run in several workflows are required by the release that waits for one of these runs."""

from __future__ import annotations

import pytest

from mlripe import auditing
from mlripe.snapshot.memory import MemorySnapshot

SOURCES = {
    "x.py": "def f():\n    return 1\n",
    "tests/test_x.py": "from x import f\ndef test_f():\n    assert f() == 1\n",
    ".github/workflows/a.yml": "on: [push]\njobs:\n  t:\n    runs-on: u\n    steps:\n      - run: pytest\n",
}


def release(tests: str, ship: str, on: str = "{push: {branches: [main]}}") -> str:
    return (
        f"on: {on}\njobs:\n  tests:\n    runs-on: u\n{tests}"
        f"  ship:\n{ship}    runs-on: u\n    steps:\n      - run: twine upload dist/*\n"
    )


RUN = "    steps:\n      - run: pytest\n"
NEEDS = "    needs: [tests]\n"


def strengths(monkeypatch: pytest.MonkeyPatch, workflow: str) -> tuple[str, str]:
    files = {**SOURCES, ".github/workflows/b.yml": workflow}
    monkeypatch.setattr(auditing, "open_snapshot", lambda *_: MemorySnapshot(files))
    found = auditing.audit().capabilities
    return found["code-testing"].strength.name, found["release-automation"].strength.name


@pytest.mark.parametrize(
    "workflow",
    [
        release(RUN, NEEDS),
        release(RUN, NEEDS, "{release: {types: [created]}}"),
        release("    steps:\n      - run: make x\n      - run: python -m pytest -v tests\n", NEEDS),
    ],
)
def test_required(monkeypatch: pytest.MonkeyPatch, workflow: str) -> None:
    assert strengths(monkeypatch, workflow) == ("enforced", "enforced")


@pytest.mark.parametrize(
    "workflow",
    [
        release(RUN, ""),
        release("    steps:\n      - run: pytest || true\n", NEEDS),
        release("    steps:\n      - {run: pytest, continue-on-error: true}\n", NEEDS),
        release(f"    continue-on-error: true\n{RUN}", NEEDS),
        release(RUN, f"{NEEDS}    if: always()\n"),
    ],
)
def test_not_required(monkeypatch: pytest.MonkeyPatch, workflow: str) -> None:
    assert strengths(monkeypatch, workflow) == ("automated", "automated")


def after(condition: str) -> str:
    return (
        "on:\n  workflow_run:\n    workflows: [tests]\n    types: [completed]\n  workflow_dispatch:\n"
        f"jobs:\n  ship:\n{condition}    runs-on: u\n    steps:\n      - run: twine upload dist/*\n"
    )


@pytest.mark.parametrize(
    ("condition", "strength"),
    [
        ("    if: ${{ github.event.workflow_run.conclusion == 'success' }}\n", "enforced"),
        (
            "    if: github.event_name == 'workflow_dispatch' || github.event.workflow_run.conclusion == 'success'\n",
            "enforced",
        ),
        ("", "automated"),
        ("    if: github.event.workflow_run.conclusion == 'success' || github.actor == 'me'\n", "automated"),
    ],
)
def test_a_workflow_that_waits_for_the_success_of_another(
    monkeypatch: pytest.MonkeyPatch, condition: str, strength: str
) -> None:
    tests = SOURCES[".github/workflows/a.yml"]
    monkeypatch.setitem(SOURCES, ".github/workflows/a.yml", f"name: tests\n{tests}")
    assert strengths(monkeypatch, after(condition)) == (strength, strength)


GITLAB = """stages: [check, ship]
check:
  stage: check
  script: [pytest]
{when}
ship:
  stage: ship
  script: [twine upload dist/*]
  only: [tags]
"""
WOODPECKER = """when: [{{event: pull_request}}, {{event: tag}}]
steps:
  - name: check
    image: python
    when: [{{event: {event}}}]
    commands: [pytest]
  - name: ship
    image: python
    when: [{{event: tag}}]
    commands: [twine upload dist/*]
"""


@pytest.mark.parametrize(
    ("files", "strength"),
    [
        ({".gitlab-ci.yml": GITLAB.format(when="  only: [main, merge_requests]")}, "automated"),
        ({".gitlab-ci.yml": GITLAB.format(when="  only: [main, tags]")}, "enforced"),
        ({".gitlab-ci.yml": GITLAB.format(when="")}, "enforced"),
        ({".woodpecker/ci.yml": WOODPECKER.format(event="pull_request")}, "automated"),
        ({".woodpecker/ci.yml": WOODPECKER.format(event="tag")}, "enforced"),
    ],
)
def test_what_no_run_has_together_holds_nothing_back(
    monkeypatch: pytest.MonkeyPatch, files: dict[str, str], strength: str
) -> None:
    sources = {path: text for path, text in SOURCES.items() if not path.startswith(".")}
    monkeypatch.setattr(auditing, "open_snapshot", lambda *_: MemorySnapshot({**sources, **files}))
    found = auditing.audit().capabilities
    assert (found["code-testing"].strength.name, found["release-automation"].strength.name) == (strength, strength)
