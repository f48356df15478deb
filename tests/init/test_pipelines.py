"""A check for the CI that is in use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlripe.catalog import load
from mlripe.cli.init import CI
from mlripe.errors import UserError
from mlripe.init.files import Change
from mlripe.init.pipelines import Snippet, in_use, pipeline

HoldsAgainst = Callable[[Any, str], None]
SERVICES = load().knowledge.ci_services


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (".github/workflows/ci.yml", "github"),
        (".gitlab-ci.yml", "gitlab"),
        ("azure-pipelines.yml", "azure"),
        ("Jenkinsfile", "jenkins"),
        (".circleci/config.yml", "circleci"),
    ],
)
def test_the_ci_shows_by_its_files(path: str, name: str) -> None:
    assert in_use(["train.py", path], SERVICES) == {name: (path,)}
    assert in_use([f"docs/{path}", f"{path}.bak"], SERVICES) == {}


def test_the_command_names_each() -> None:
    assert CI.words == (*SERVICES.by_id, "none")


@pytest.mark.parametrize(("holds", "check"), [(True, "mlripe check"), (False, "mlripe check --exit-zero")])
def test_github_gets_a_workflow_of_its_own(holds: bool, check: str, tmp_path: Path) -> None:
    change = pipeline(tmp_path, SERVICES.by_id["github"], (), holds)
    assert isinstance(change, Change)
    assert (change.path, change.before) == (".github/workflows/mlripe.yml", None)
    steps = yaml.safe_load(change.after)["jobs"]["maturity"]["steps"]
    assert steps[0]["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert [step["run"] for step in steps if "mlripe check" in step.get("run", "")] == [
        'mlripe check --against "origin/$GITHUB_BASE_REF"',
        check,
    ]


def test_what_is_to_be_added_is_of_the_form_that_azure_wants(tmp_path: Path, holds_against: HoldsAgainst) -> None:
    snippet = pipeline(tmp_path, SERVICES.by_id["azure"], ())
    assert isinstance(snippet, Snippet)
    schema = "https://raw.githubusercontent.com/microsoft/azure-pipelines-vscode/master/service-schema.json"
    holds_against({"jobs": yaml.safe_load(snippet.text)}, schema)


@pytest.mark.parametrize("content", [b"# caf\xe9\n", None], ids=["Latin-1", "a link"])
def test_a_file_that_is_only_looked_at_hinders_nothing(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / ".github/workflows/old.yml"
    path.parent.mkdir(parents=True)
    path.symlink_to("elsewhere.yml") if content is None else path.write_bytes(content)
    assert isinstance(pipeline(tmp_path, SERVICES.by_id["github"], (".github/workflows/old.yml",)), Change)


@pytest.mark.parametrize(("line", "there"), [("- run: mlripe check", True), ("# later: mlripe check", False)])
def test_a_workflow_that_runs_it_is_enough(line: str, there: bool, tmp_path: Path) -> None:
    path = ".github/workflows/lint.yml"
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      {line}\n")
    assert (pipeline(tmp_path, SERVICES.by_id["github"], (path,)) is None) == there


def test_a_file_of_that_name_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / ".github/workflows/mlripe.yml"
    path.parent.mkdir(parents=True)
    path.write_text("on: push\n")
    with pytest.raises(UserError, match=r"mlripe\.yml: is there and does not run mlripe"):
        pipeline(tmp_path, SERVICES.by_id["github"], ())


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("stages: [test, deploy]\n", None),
        ("stages:\n  - static-checks\n  - deploy\n", "static-checks"),
        ("stages: [build, deploy]\n", "build"),
        ("include: other.yml\n", None),
    ],
)
def test_gitlab_gets_a_job_in_a_stage_that_there_is(text: str, stage: str | None, tmp_path: Path) -> None:
    text += "\n# the tests\nunit:\n  script: !reference [.shared, script]\n"
    (tmp_path / ".gitlab-ci.yml").write_text(text)
    change = pipeline(tmp_path, SERVICES.by_id["gitlab"], (".gitlab-ci.yml",))
    assert isinstance(change, Change)
    assert change.after.startswith(text)
    job = yaml.safe_load(change.after.removeprefix(text))["mlripe"]
    assert (job.get("stage"), job["script"][2].partition("  #")[0]) == (stage, "mlripe check --exit-zero")
    assert job["variables"] == {"GIT_DEPTH": "0"}
    assert "merge_request_event" in job["rules"][0]["if"]  # else the job is in no pipeline that has a base


@pytest.mark.parametrize("name", [name for name in SERVICES.by_id if name not in ("github", "gitlab")])
def test_of_the_others_no_file_is_edited(name: str, tmp_path: Path) -> None:
    snippet = pipeline(tmp_path, SERVICES.by_id[name], ())
    assert isinstance(snippet, Snippet)
    assert "mlripe check" in snippet.text
