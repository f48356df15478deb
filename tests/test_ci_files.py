"""The GitHub Action, the templates and the page about CI: of the form that their readers want, and true of mlripe."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from mlripe.reports import FORMATS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/ci.md"
ACTION = ROOT / "action.yml"
TEMPLATES = {
    ROOT
    / "docs/templates/gitlab-ci.yml": "https://gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json",
    ROOT
    / "docs/templates/azure-pipelines.yml": "https://raw.githubusercontent.com/microsoft/azure-pipelines-vscode/master/service-schema.json",
}
HoldsAgainst = Callable[[Any, str], None]
action = yaml.safe_load(ACTION.read_text())


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)


def workflow() -> Any:
    (text,) = blocks("yaml")
    return yaml.safe_load(text)


def scripts() -> Iterator[tuple[str, str]]:
    """Every shell script: of the action, the templates, and the page."""
    for step in action["runs"]["steps"]:
        if "run" in step:
            yield f"action {step['name']}", step["run"]
    gitlab, azure = (yaml.safe_load(path.read_text()) for path in TEMPLATES)
    for line in (*gitlab["mlripe"]["before_script"], *gitlab["mlripe"]["script"]):
        yield "gitlab", line
    for step in azure["jobs"][0]["steps"]:
        if "bash" in step:
            yield "azure", step["bash"]
    for step in workflow()["jobs"]["mlripe"]["steps"]:
        if "run" in step:
            yield "workflow", step["run"]
    for text in blocks("sh"):
        yield "page", text
    for line in re.findall(r"^\s*sh '(.*)'$", "\n".join(blocks("groovy")), re.MULTILINE):
        yield "jenkins", line


# --- their form ------------------------------------------------------------------------------------------------------


def test_action_is_of_the_form_that_github_wants(holds_against: HoldsAgainst) -> None:
    holds_against(action, "https://json.schemastore.org/github-action.json")


def test_workflow_of_the_page_is_of_the_form_that_github_wants(holds_against: HoldsAgainst) -> None:
    text = re.sub(r"^on:", '"on":', blocks("yaml")[0], flags=re.MULTILINE)  # YAML 1.1 reads a bare `on` as true
    holds_against(yaml.safe_load(text), "https://json.schemastore.org/github-workflow.json")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_is_of_the_form_that_its_reader_wants(template: Path, holds_against: HoldsAgainst) -> None:
    holds_against(yaml.safe_load(template.read_text()), TEMPLATES[template])


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_shell_is_shell() -> None:
    found = list(scripts())
    assert {name.split()[0] for name, _ in found} == {"action", "gitlab", "azure", "workflow", "page", "jenkins"}
    for name, script in found:
        done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stderr}"


# --- what they say of mlripe -----------------------------------------------------------------------------------------


def options_of(command: str) -> set[str]:
    found: click.Command = import_module(f"mlripe.cli.{command}").command
    return {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--"}


def test_only_options_that_mlripe_knows_are_used() -> None:
    used = []
    for name, script in scripts():
        for line in script.splitlines():
            command = re.search(r"mlripe\"?\s+(audit|check|baseline)\b(.*)", line)
            if command:
                words = [word for word in shlex.split(command[2], comments=True) if word.startswith("-")]
                used += [(name, command[1], word.partition("=")[0]) for word in words]
    for match in re.finditer(r"(?<=[\s(\"])--(target|require|against|format)\b", "\n".join(s for _, s in scripts())):
        used.append(("anywhere", "check", match[0]))
    assert len(used) > 20
    assert [row for row in used if row[2] not in options_of(row[1])] == []


def test_every_format_that_is_used_is_there() -> None:
    told = "\n".join(script for _, script in scripts()) + workflow()["jobs"]["mlripe"]["steps"][1]["with"]["formats"]
    named = re.findall(r"--format[ =]\"?([a-z-]+)", told) + re.findall(r"^([a-z-]+)=mlripe", told, re.MULTILINE)
    assert set(named) <= set(FORMATS)
    assert {"sarif", "junit", "gitlab", "azure", "badge", "markdown"} <= set(named)


def test_page_and_action_name_the_same_inputs_and_outputs() -> None:
    text = PAGE.read_text()
    table = text.split("| input | what it is |", 1)[1].split("\n\n", 1)[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(action["inputs"])
    (use,) = [step for step in workflow()["jobs"]["mlripe"]["steps"] if "/mlripe@" in step.get("uses", "")]
    assert set(use["with"]) <= set(action["inputs"])
    assert set(re.findall(r"steps\.mlripe\.outputs\.(\w+)", text)) <= set(action["outputs"])
    assert re.search(r"`level` under the first model .* and `levels`", text)
    assert list(action["outputs"]) == ["level", "levels"]


def test_action_uses_each_of_its_inputs_and_steps() -> None:
    text = ACTION.read_text()
    assert set(re.findall(r"inputs\.(\w+)", text)) == set(action["inputs"])
    ids = {step["id"] for step in action["runs"]["steps"] if "id" in step}
    assert set(re.findall(r"steps\.(\w+)\.outputs", text)) <= ids


def test_action_is_pinned_uploads_nothing_and_takes_no_text_into_its_scripts() -> None:
    for step in action["runs"]["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"actions/(setup-python|cache)@[0-9a-f]{40}", step["uses"])
        else:
            assert "${{" not in step["run"], "an input is a variable, never text of a script"


def test_upload_of_the_page_runs_also_when_the_check_fails() -> None:
    (upload,) = [step for step in workflow()["jobs"]["mlripe"]["steps"] if "upload-sarif" in step.get("uses", "")]
    assert upload["if"].startswith("always()")
