"""What the documentation shows, done as it is written."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from mlripe.catalog import load
from mlripe.cli.app import mlripe, run
from mlripe.cli.exits import BELOW, FAULT, REACHED, UNUSABLE
from mlripe.reports import FORMATS
from mlripe.settings.load import Settings

DOCS = Path(__file__).parent.parent / "docs"
PAGE = Path(__file__).parent.parent / "docs/writing-detectors.md"


def shown(page: str, mark: str) -> str:
    """The code block between `<!-- mark -->` and `<!-- end -->`."""
    part = page.split(f"<!-- {mark} -->", 1)[1].split("<!-- end -->", 1)[0]
    return part.strip().split("\n", 1)[1].rsplit("```", 1)[0]


def test_the_first_detector_of_the_page_on_writing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tools/mlripe/detectors/data/our-loader.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(shown(PAGE.read_text(), "first detector"))
    monkeypatch.chdir(tmp_path)
    assert run(["catalog", "test", "tools/mlripe"]) == 0
    assert capsys.readouterr().out == "1 detector, 2 cases: all as they should be\n"
    (tmp_path / "mlripe.toml").write_text('catalogs = ["tools/mlripe"]\n')
    (tmp_path / "load.py").write_text("import our_loader\nour_loader.pull('orders')\n")
    assert run(["audit"]) == 0
    out = capsys.readouterr().out
    assert "judged with tools/mlripe as well" in out
    assert run(["explain", "data-ingestion", "."]) == 0
    assert "load.py:2  Our loader: our_loader.pull" in capsys.readouterr().out


def test_the_roles_of_an_entry_that_the_page_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "detectors/training/acme.yaml"
    file.parent.mkdir(parents=True)
    cases = r"""cases:
  - files: {"train.py": "import acme_models\nacme_models.fit(x)\n"}
    shows: {training-code: present, ml: present}
  - files: {"deploy.sh": "acme remote 'systemctl restart api'\n"}
    shows: {deploy: present, release-automation: present}
  - files: {"README.md": "We trained it with acme_models.fit, and acme remote deploys it.\n"}
    shows: {}
"""
    file.write_text(f"tool: Acme\n{shown(PAGE.read_text(), 'roles of an entry')}{cases}")
    assert run(["catalog", "test", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 detector, 3 cases: all as they should be\n"


# --- commands, settings and exit codes that the pages name -------------------------------------------------------------

ROOT_PAGES = [
    DOCS.parent / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY", "CHANGELOG", "CODE_OF_CONDUCT")
]
PAGES = [*ROOT_PAGES, *sorted(DOCS.glob("*.md"))]
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    """Every call of mlripe that a page shows as shell, without what the shell does with it."""
    lines = [
        line
        for page in PAGES
        for block in SHELL.findall(page.read_text(encoding="utf-8"))
        for line in block.split("\n")
    ]
    called = [shlex.split(line.partition(" > ")[0], comments=True) for line in lines if line.startswith("mlripe ")]
    return [[word.strip("[]") for word in words[1:]] for words in called]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_that_is_shown_is_one_that_mlripe_takes(words: list[str]) -> None:
    with mlripe.make_context("mlripe", list(words)) as context:
        name, command, rest = mlripe.resolve_command(context, list(words))
        assert command is not None
        command.make_context(name, rest, parent=context)


def test_every_setting_has_its_row_and_every_profile_and_role() -> None:
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z.<>]+)` \|", page, re.MULTILINE)
    keys = {"paths.<role>" if field.name == "paths" else field.name for field in fields(Settings)}
    assert set(rows) == keys | set(load().profiles)
    (roles,) = re.findall(r"^\| `paths\.<role>` \|(.*)\|", page, re.MULTILINE)
    assert {role.id for role in load().roles} <= set(re.findall(r"`(\w+)`", roles))


def test_the_exit_codes_are_those_of_the_program() -> None:
    for page in (DOCS.parent / "README.md", DOCS / "formats.md"):
        codes = re.findall(r"^\| (\d) \| .* \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert codes == [str(code) for code in (REACHED, BELOW, UNUSABLE, FAULT)], page.name


def test_the_readme_shows_what_its_first_command_prints(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Of a clone: what is under git has one criterion more than a plain folder."""
    folder = tmp_path / "scheduled-training"
    shutil.copytree(DOCS.parent / "fixtures/scheduled-training", folder)
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "churn"]):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words], cwd=folder, check=True)
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    shown = text.split("<summary>It prints", 1)[1].split("```text\n", 1)[1].split("```", 1)[0]
    assert run(["audit", str(folder)]) == 0
    told, commits = capsys.readouterr().out, re.compile(r"(?m)^  (?:commit \w+, )?(?=\d+ files)")
    assert commits.sub("", told) == commits.sub("", shown)


def test_the_formats_are_those_of_the_program() -> None:
    table = (DOCS / "formats.md").read_text(encoding="utf-8").split("| exit code |")[0]
    rows = re.findall(r"^\| (`.*`) \|", table, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)} == set(FORMATS)


def test_the_chain_that_is_shown_is_the_one_of_the_fixture(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"^```text\n(enforced.*?)^```", (DOCS / "concepts.md").read_text(), re.MULTILINE | re.DOTALL)
    assert run(["audit", "--verbose", str(DOCS.parent / "fixtures/scheduled-training")]) == 0
    assert block in re.sub(r"^    ", "", capsys.readouterr().out, flags=re.MULTILINE)


# --- the pages at the root -------------------------------------------------------------------------------------------

LINK = re.compile(r"\]\((?!https?://)([^)#]+)(?:#([^)]*))?\)")
IN_CODE = re.compile(r"`([^`\n]+)`")


@pytest.mark.parametrize("page", ROOT_PAGES, ids=lambda page: page.stem)
def test_links_of_a_page_at_the_root_lead_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        path = DOCS.parent / target
        assert path.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings]


@pytest.mark.parametrize(("page", "least"), [("CONTRIBUTING.md", 25), ("docs/architecture.md", 70)])
def test_every_path_that_a_page_for_contributors_names_is_there(page: str, least: int) -> None:
    """A path is a word in code with a slash; `<...>` stands for a name of one's own, `::` leads to a test.

    A short one stands below `src/mlripe`.
    """
    text = re.sub(r"^```\w+\n.*?^```", "", (DOCS.parent / page).read_text(encoding="utf-8"), flags=re.S | re.M)
    words = [word for code in IN_CODE.findall(text) for word in code.split()]
    named = [word for word in words if "/" in word and not word.startswith((".venv/", "<", ".github/", "src/churn/"))]
    named = [word.partition("<")[0] for word in named if "*" not in word and not word.startswith("jobs/")]
    assert len(named) >= least
    for word in named:
        path, _, test = word.partition("::")
        found = [root / path for root in (DOCS.parent, DOCS.parent / "src/mlripe") if (root / path).exists()]
        assert found, word
        assert not test or f"def {test}(" in found[0].read_text(encoding="utf-8"), word


def test_the_proof_that_the_page_on_architecture_follows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(DOCS.parent / "fixtures/scheduled-training"), "--verbose"]) == 0
    told = [line.strip() for line in capsys.readouterr().out.splitlines()]
    lines = [line.strip() for line in shown((DOCS / "architecture.md").read_text(), "proof").strip().splitlines()]
    start = told.index(lines[0])
    assert told[start : start + len(lines)] == lines


def test_contributing_sets_up_with_the_whole_lock_as_readme_does_with_that_of_the_tests() -> None:
    readme, contributing = (
        (DOCS.parent / f"{name}.md").read_text(encoding="utf-8") for name in ("README", "CONTRIBUTING")
    )
    install, test = SHELL.findall(contributing)[0].splitlines()
    command = shown(readme, "tests").strip()
    assert f"{install} && {test}" == command.replace("requirements/test.txt", "requirements/dev.txt")


def test_readme_leads_to_the_pages_for_those_who_join() -> None:
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert {page.name for page in ROOT_PAGES[1:]} <= set(re.findall(r"\]\((\w+\.md)\)", text))
