"""What this repository gives GitHub: pinned, with least rights, of the form that GitHub wants, and one with the code."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import tomli
import yaml

from mlripe import __version__
from mlripe.init.hooks import LOCAL
from tests.test_ci_files import TEMPLATES

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github/workflows").iterdir())
HoldsAgainst = Callable[[Any, str], None]
USES = re.compile(r"\buses: (\S+)(.*)")
PINNED = re.compile(r"([\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")
OURS = ("$/", "OWNER/mlripe@")  # this repository itself, and what a reader fills in


def loaded(path: Path) -> Any:
    """A workflow; `on`, which YAML 1.1 takes for true, has its name."""
    return yaml.safe_load(re.sub(r"^on:", '"on":', path.read_text(encoding="utf-8"), flags=re.MULTILINE))


def jobs() -> Iterator[object]:
    for path in WORKFLOWS:
        for name, job in loaded(path)["jobs"].items():
            yield pytest.param(job, id=f"{path.stem} {name}")


def script(name: str) -> ModuleType:
    """A script of .ci/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- pins and rights -------------------------------------------------------------------------------------------------


def test_every_action_is_pinned_and_each_to_one_commit_everywhere() -> None:
    written = [*WORKFLOWS, ROOT / "action.yml", ROOT / "src/mlripe/init/pipelines.py", *(ROOT / "docs").rglob("*.md")]
    found: dict[str, set[tuple[str, str]]] = {}
    for path in written:
        for action, rest in USES.findall(path.read_text(encoding="utf-8")):
            if not action.startswith(OURS):
                pinned = PINNED.fullmatch(f"{action}{rest}")
                assert pinned, f"{path.name}: {action}{rest}"
                found.setdefault(pinned[1], set()).add((pinned[2], pinned[3]))
    assert {"actions/checkout", "actions/setup-python", "actions/cache", "pypa/gh-action-pypi-publish"} <= set(found)
    assert {action: pins for action, pins in found.items() if len(pins) > 1} == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_no_rights_of_its_own_and_runs_once_at_a_time(path: Path) -> None:
    workflow = loaded(path)
    assert workflow["permissions"] == {}
    assert "cancel-in-progress" in workflow["concurrency"]


@pytest.mark.parametrize("job", list(jobs()))
def test_a_job_says_its_rights_and_its_longest_time_and_keeps_no_credentials(job: dict[str, Any]) -> None:
    assert "write-all" not in str(job["permissions"])
    assert "uses" in job or job["timeout-minutes"] <= 60
    for step in job.get("steps", ()):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


# --- what they do ----------------------------------------------------------------------------------------------------


def test_ci_runs_on_every_python_that_the_package_names_and_on_three_systems() -> None:
    classifiers = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    named = re.findall(r"Python :: (3\.\d+)$", "\n".join(classifiers), re.MULTILINE)
    matrix = loaded(ROOT / ".github/workflows/ci.yml")["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == named
    assert [name.partition("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]
    only = [folder for row in matrix["include"] for folder in row["tests"].split()]
    assert [folder for folder in only if not (ROOT / folder).exists()] == []


def test_a_release_is_built_once_attested_and_published_after_all_of_ci() -> None:
    release = loaded(ROOT / ".github/workflows/release.yml")["jobs"]
    assert {name: job.get("needs") for name, job in release.items()} == {
        "ci": None,
        "build": "ci",
        "attest": "build",
        "publish": "attest",
        "announce": "publish",
    }
    assert release["ci"]["uses"] == "$/.github/workflows/ci.yml"
    building = [name for name, job in release.items() if ".ci/distributions" in str(job)]
    assert building == ["build"]
    may = {name for name, job in release.items() if "write" in job["permissions"].values()}
    assert may == {"attest", "publish", "announce"}
    assert not [name for name in may if "checkout" in str(release[name])], "what may write runs nothing of a checkout"


# --- their form ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_is_of_the_form_that_github_wants(path: Path, holds_against: HoldsAgainst) -> None:
    text = path.read_text(encoding="utf-8").replace("uses: $/", "uses: ./")  # the copy of the schema is older than
    text = re.sub(r"^ *attestations: write.*\n", "", text, flags=re.MULTILINE)  # these two
    text = re.sub(r"^on:", '"on":', text, flags=re.MULTILINE)
    holds_against(yaml.safe_load(text), "https://json.schemastore.org/github-workflow.json")


@pytest.mark.parametrize("path", sorted((ROOT / ".github/ISSUE_TEMPLATE").iterdir()), ids=lambda path: path.stem)
def test_an_issue_form_is_of_the_form_that_github_wants(path: Path, holds_against: HoldsAgainst) -> None:
    name = "github-issue-config" if path.stem == "config" else "github-issue-forms"
    holds_against(yaml.safe_load(path.read_text(encoding="utf-8")), f"https://json.schemastore.org/{name}.json")


def test_the_forms_ask_for_what_mends_it() -> None:
    def asked(form: str) -> dict[str, Any]:
        body = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{form}.yml").read_text(encoding="utf-8"))["body"]
        return {field["id"]: field for field in body if "id" in field}

    assert asked("wrong-strength")["repository"]["attributes"]["label"] == "The smallest repository that shows it"
    assert asked("wrong-strength")["repository"]["validations"]["required"]
    case = yaml.safe_load(asked("missing-tool")["case"]["attributes"]["value"])["cases"]
    assert [bool(each["shows"]) for each in case] == [True, False], "one that matches, and a look-alike"


# --- hooks -----------------------------------------------------------------------------------------------------------


def test_the_hooks_of_this_repository_have_the_versions_of_the_lock() -> None:
    (repo,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    lock = (ROOT / "requirements/dev.txt").read_text(encoding="utf-8")
    pins = {pin for hook in repo["hooks"] for pin in hook.get("additional_dependencies", ())}
    assert {pin.partition("==")[0] for pin in pins} == {"ruff", "zizmor"}
    assert [pin for pin in pins if not re.search(rf"^{re.escape(pin)} ", lock, re.MULTILINE)] == []


def test_mlripe_is_among_its_own_hooks_as_init_writes_them() -> None:
    (repo,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [hook for hook in repo["hooks"] if hook["id"].startswith("mlripe")] == list(LOCAL)


# --- the scripts of the gate -----------------------------------------------------------------------------------------

CODE = '__version__ = "1.2.0"\n'
CHANGES = "# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.0] - 2026-12-01\n\n### Added\n\n- this\n\n## [1.1.0] - 2026-11-01\n\n- that\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "src/mlripe").mkdir(parents=True)
    (tmp_path / "src/mlripe/__init__.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(CHANGES, encoding="utf-8")
    return tmp_path


def test_the_notes_of_a_release_are_its_section_of_the_changelog(checkout: Path) -> None:
    assert script("release_notes").notes("v1.2.0", checkout) == "### Added\n\n- this\n"


@pytest.mark.parametrize(
    ("tag", "changes", "says"),
    [
        ("v1.2.1", CHANGES, "the tag is v1.2.1, but the version of the code 1.2.0"),
        ("1.2.0", CHANGES, "the tag is 1.2.0, but"),
        ("v1.2.0", CHANGES.replace("[1.2.0] - 2026-12-01", "[1.2.0]"), "no section"),
        ("v1.2.0", CHANGES.replace("### Added\n\n- this\n", ""), "no section"),
        ("v1.2.0", "# Changelog\n", "no section"),
    ],
)
def test_a_release_that_does_not_fit_is_refused(tag: str, changes: str, says: str, checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text(changes, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(says)):
        script("release_notes").notes(tag, checkout)


def test_the_changelog_has_what_is_to_come_and_the_version_of_the_code() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])
    assert script("release_notes").notes(f"v{__version__}")
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= set("Added Changed Deprecated Removed Fixed Security".split())


def test_the_linters_are_given_the_workflows_the_pages_and_what_init_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script("github_files").main(tmp_path) == 0
    given = {Path(line).relative_to(tmp_path).as_posix() for line in capsys.readouterr().out.splitlines()}
    assert {f"project/.github/workflows/{path.name}" for path in WORKFLOWS} <= given
    assert {"project/action.yml", "project/.pre-commit-config.yaml", "pages/index-0/.pre-commit-config.yaml"} <= given
    assert any(re.fullmatch(r"pages/ci-\d+/\.github/workflows/shown\.yml", name) for name in given)
    written = [name for name in given if name.startswith("init/")]
    assert {name.split("/")[1] for name in written} == set(script("github_files").INITS)
    for name in written:
        assert (tmp_path / name).read_text(encoding="utf-8").count("mlripe") > 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("on: push\njobs: {a: {}}\n", ".github/workflows/shown.yml"),
        ("runs: {using: composite, steps: []}\n", "action.yml"),
        ("repos: []\n", ".pre-commit-config.yaml"),
        ("jobs: [{job: a}]\n", ""),
        ("tool: X\nshows: []\n", ""),
        ("- a\n", ""),
    ],
)
def test_what_a_page_shows_is_put_where_it_is_looked_for(text: str, place: str) -> None:
    assert script("github_files").place_of(yaml.safe_load(text)) == place


def test_every_template_is_held_against_its_service() -> None:
    assert sorted(TEMPLATES) == sorted((ROOT / "docs/templates").iterdir()), "those of GitHub stand in docs/ci.md"


@pytest.mark.skipif(sys.platform == "win32", reason="a checkout there has no modes")
def test_the_scripts_can_be_run() -> None:
    for name in ("run", "workflows", "distributions"):
        assert (ROOT / ".ci" / name).stat().st_mode & 0o100
