"""The check in CI to propose, for the CI that is in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import mlripe
from mlripe.catalog.tool_schema import CiService
from mlripe.errors import UserError
from mlripe.init.files import Change, read
from mlripe.init.yaml_edits import YamlFile

__all__ = ["Snippet", "in_use", "pipeline"]

GITHUB: Final = ".github/workflows/mlripe.yml"
GITLAB: Final = ".gitlab-ci.yml"

_INSTALL: Final = f"pip install mlripe=={mlripe.__version__}"
# A target that is not reached yet is told and fails nothing: a job that is red from its first day is soon switched off.
_HELD: Final = "mlripe check"
_GOAL: Final = "mlripe check --exit-zero"
_GOAL_SAYS: Final = "a goal: told, and failing nothing; take --exit-zero away once it is reached"
# Actions are pinned to the commit of a release that runs on today's Node, and its version stands behind it: a tag can
# be moved to other code, a commit cannot. Dependabot and Renovate lift commit and comment together.
_WORKFLOW: Final = """\
name: MLOps maturity
on:
  pull_request:
  push:
    branches: [main, master]
permissions:
  contents: read
concurrency:
  group: ${{ github.workflow }}-${{ github.ref }}
  cancel-in-progress: true
jobs:
  maturity:
    name: mlripe check
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          fetch-depth: 0 # the history, to compare a change with what it started from
          persist-credentials: false
      - uses: actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0
        with:
          python-version: "3.12"
      - run: @INSTALL@
      - name: A change may lose nothing
        if: github.event_name == 'pull_request'
        run: mlripe check --against "origin/$GITHUB_BASE_REF"
      - name: The target of the settings
        if: ${{ !cancelled() }}
        run: @CHECK@
"""
_BASE: Final = "$CI_MERGE_REQUEST_DIFF_BASE_SHA"  # empty where the job runs for no merge request
_JOB: Final[Mapping[str, Any]] = {
    "image": "python:3.11",
    "variables": {"GIT_DEPTH": "0"},
    "rules": [
        {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'},
        {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"},
    ],
}
_AZURE: Final = f"""\
- job: mlripe
  pool: {{vmImage: ubuntu-latest}}
  steps:
    - checkout: self
      fetchDepth: "0"
    - task: UsePythonVersion@0
      inputs: {{versionSpec: "3.11"}}
    - script: {_INSTALL}
    - bash: mlripe check --against "origin/${{SYSTEM_PULLREQUEST_TARGETBRANCH#refs/heads/}}"
      condition: and(succeeded(), eq(variables['Build.Reason'], 'PullRequest'))
    - script: @CHECK@
"""
_JENKINS: Final = f"""\
stage('mlripe') {{
    steps {{
        sh 'python3 -m venv .mlripe && .mlripe/bin/{_INSTALL}'
        sh '.mlripe/bin/@CHECK@'
    }}
}}
"""
_OTHER: Final = f"{_INSTALL}\n@CHECK@\n"


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines to add by hand: to a file that is not edited here."""

    path: str
    text: str


# what to add by hand to the file of a service that is not edited here; `_OTHER` where nothing else is known
_SNIPPETS: Final[Mapping[str, str]] = {"azure": _AZURE, "jenkins": _JENKINS}


def in_use(paths: Iterable[str], services: Iterable[CiService]) -> dict[str, tuple[str, ...]]:
    """Each CI service, by its id, whose own files are among the paths of a repository; with these files."""
    paths = tuple(paths)
    found = {
        service.id: tuple(path for path in paths if any(_is_of(path, home) for home in service.home))
        for service in services
    }
    return {id: files for id, files in found.items() if files}


def _is_of(path: str, home: str) -> bool:
    return path == home or (home.endswith("/") and path.startswith(home) and path.endswith((".yml", ".yaml")))


def pipeline(root: Path, service: CiService, files: Iterable[str], holds: bool = False) -> Change | Snippet | None:
    """What adds the check to the CI of that service, whose `files` there are; None where one of them has it.

    Where the target does not hold yet the check tells it and fails nothing. Raises UserError.
    """
    files = tuple(files)
    if any(_checks(_text(root, path)) for path in files):
        return None
    check = _HELD if holds else _GOAL
    if service.id == "github":
        return _github(root, check)
    if service.id == "gitlab":
        return _gitlab(read(root, GITLAB), check)
    snippet = _SNIPPETS.get(service.id, _OTHER)
    return Snippet(files[0] if files else service.home[0], snippet.replace("@CHECK@", _commented(check)))


def _commented(check: str) -> str:
    return f"{check}  # {_GOAL_SAYS}" if check == _GOAL else check


def _text(root: Path, path: str) -> str:
    """The text of a file that is only looked at; "" where it cannot be read, which is no hindrance here."""
    try:
        return read(root, path) or ""
    except UserError:
        return ""


def _checks(text: str) -> bool:
    """Whether a line that is no comment runs mlripe."""
    return any("mlripe" in line.partition("#")[0] for line in text.splitlines())


def _github(root: Path, check: str) -> Change | None:
    if read(root, GITHUB) is not None:
        raise UserError(f"{GITHUB}: is there and does not run mlripe; rename it, nothing is written")
    return Change(GITHUB, None, _WORKFLOW.replace("@INSTALL@", _INSTALL).replace("@CHECK@", _commented(check)))


def _gitlab(text: str | None, check: str) -> Change:
    ratchet = f'if [ -n "{_BASE}" ]; then mlripe check --against "{_BASE}"; fi'
    job = {**_JOB, "script": [_INSTALL, ratchet, _commented(check)]}
    if text is None or not text.strip():
        return Change(GITLAB, text, _dump({"mlripe": job}))
    file = YamlFile(GITLAB, text)
    data = file.data
    if not isinstance(data, dict):
        raise UserError(f"{GITLAB}: must be a table of jobs; mend it, nothing is written")
    return Change(GITLAB, text, file.edited(_adding("mlripe", {**_stage(data), **job})))


def _adding(key: str, value: Mapping[str, Any]) -> Callable[[Any], None]:
    def add(data: Any) -> None:
        data[key] = dict(value)
        data.yaml_set_comment_before_after_key(key, before="\n")

    return add


def _stage(data: Mapping[str, Any]) -> dict[str, str]:
    """The stage, where the file names its own and `test`, the usual one, is not among them."""
    stages = data.get("stages")
    if not isinstance(stages, list) or not stages or "test" in stages:
        return {}
    names = [str(stage) for stage in stages]
    fitting = (
        name for word in ("test", "check", "lint", "quality", "verify") for name in names if word in name.lower()
    )
    return {"stage": next(fitting, names[0])}


def _dump(data: Any) -> str:
    import yaml

    return str(yaml.safe_dump(data, sort_keys=False, width=1 << 16))
