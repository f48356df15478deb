"""The hooks, run by the real pre-commit: by an installed hook through `git commit`, and by `pre-commit try-repo`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

pytest.importorskip("pre_commit")
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = (
    "src",
    "detectors",
    "rules",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "hatch_build.py",
    ".pre-commit-hooks.yaml",
)
WORKFLOW = ".github/workflows/ci.yml"
FILES = {
    "train.py": "from sklearn.svm import SVC\n\nSVC().fit([[1]], [1])\n",
    "tests/test_train.py": "def test_a():\n    assert 1 + 1 == 2\n",
    "notes.rst": "Notes\n",
    WORKFLOW: "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pytest\n",
}
UNCHANGED = "no file that could bear evidence changed since HEAD"
KEPT = "nothing fell since HEAD"
LOST = f"""\
code-testing: fell from automated to present since HEAD
  lost by the change of {WORKFLOW}: tests/test_train.py:1  """


class Repository:
    """A repository with the hooks installed; `commit` gives git's exit code and what was said."""

    def __init__(self, folder: Path, config: Mapping[str, object], home: Path) -> None:
        self.folder = folder
        fixed = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_HOME": str(home)}
        for role in ("AUTHOR", "COMMITTER"):
            fixed |= {f"GIT_{role}_NAME": "Ada", f"GIT_{role}_EMAIL": "ada@example.org"}
        self.env = os.environ | fixed
        self.git("init", "--quiet", "--initial-branch", "main")
        self.write({".pre-commit-config.yaml": yaml.safe_dump(config)})
        self.run(sys.executable, "-m", "pre_commit", "install")

    def run(self, *command: str, inside: str = "") -> tuple[int, str]:
        done = subprocess.run(
            command, cwd=self.folder / inside, env=self.env, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def git(self, *arguments: str) -> str:
        code, told = self.run("git", *arguments)
        assert code == 0, told
        return told

    def write(self, files: Mapping[str, str | None]) -> Repository:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text)
        return self

    def stage(self, files: Mapping[str, str | None]) -> Repository:
        self.write(files).git("add", "--all")
        return self

    def commit(self, *arguments: str, inside: str = "") -> tuple[int, str]:
        return self.run("git", "commit", "--message", "a change", *arguments, inside=inside)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, same_versions: dict[str, str]) -> Repository:
    """With the hooks as .pre-commit-hooks.yaml has them, but of the mlripe that is tested, and never silent."""
    monkeypatch.setenv("MLRIPE_CACHE_DIR", str(tmp_path / "kept"))
    for name, value in same_versions.items():
        monkeypatch.setenv(name, value)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    mine = {"language": "system", "verbose": True}
    local = [{**hook, **mine, "entry": f"{sys.executable} {hook['entry'].removeprefix('python ')}"} for hook in hooks]
    (tmp_path / "churn").mkdir()
    return Repository(tmp_path / "churn", {"repos": [{"repo": "local", "hooks": local}]}, tmp_path / "home")


@pytest.fixture
def churn(repository: Repository) -> Repository:
    """With a first commit that has a capability to lose."""
    code, told = repository.stage(FILES).commit()
    assert code == 0, told
    assert "there is no commit to compare with HEAD yet" in told
    return repository


def test_a_commit_that_takes_the_proof_away_fails_with_capability_chain_and_file(churn: Repository) -> None:
    code, told = churn.stage({WORKFLOW: None}).commit()
    assert code == 1
    assert "MLOps maturity may not fall" in told
    assert "azure: fell from level 1 to 0 since HEAD\n" in told
    assert LOST in told
    assert f"    <- {WORKFLOW}:1  push" in told
    assert churn.git("log", "--oneline").count("\n") == 1


def test_a_commit_that_keeps_or_gains_passes(churn: Repository) -> None:
    code, told = churn.stage({"more.py": "x = 1\n"}).commit()
    assert (code, KEPT in told) == (0, True), told
    bot = "version: 2\nupdates: [{package-ecosystem: pip, directory: /, schedule: {interval: weekly}}]\n"
    code, told = churn.stage({".github/dependabot.yml": bot}).commit()
    assert (code, KEPT in told) == (0, True), told
    code, told = churn.stage({".github/dependabot.yml": None}).commit()
    assert code == 1
    assert "security-scanning: fell from automated to none since HEAD" in told


def test_prose_is_not_judged(churn: Repository) -> None:
    code, told = churn.stage({"notes.rst": "Notes, and more\n", "logo.png": "x"}).commit()
    assert (code, UNCHANGED in told) == (0, True), told


def test_pre_commit_skips_what_bears_no_evidence_where_it_is_asked_to(churn: Repository) -> None:
    config = churn.folder / ".pre-commit-config.yaml"
    config.write_text(config.read_text().replace("always_run: true", "always_run: false"))
    churn.stage({}).commit("--no-verify")
    code, told = churn.stage({"notes.rst": "Notes, and more\n", "logo.png": "x"}).commit()
    assert (code, "(no files to check)Skipped" in told) == (0, True), told
    code, told = churn.stage({WORKFLOW: None, "train.py": "x = 1\n"}).commit()
    assert (code, LOST in told) == (1, True), told


def test_the_first_commit_has_nothing_to_lose(repository: Repository) -> None:
    code, told = repository.commit("--allow-empty")
    assert code == 0, told


def test_commit_all_is_judged_by_what_it_takes_along(churn: Repository) -> None:
    code, told = churn.write({WORKFLOW: None}).commit("--all")
    assert (code, LOST in told) == (1, True), told


def test_commit_of_some_files_is_judged_by_those(churn: Repository) -> None:
    churn.stage({WORKFLOW: None, "notes.rst": "More\n"})
    code, told = churn.commit("notes.rst")
    assert (code, UNCHANGED in told) == (0, True), told
    code, told = churn.commit(WORKFLOW)
    assert (code, LOST in told) == (1, True), told


def test_what_is_not_staged_is_not_judged(churn: Repository) -> None:
    churn.stage({"notes.rst": "More\n"}).write({WORKFLOW: None})
    code, told = churn.commit()
    assert (code, UNCHANGED in told) == (0, True), told
    assert not (churn.folder / WORKFLOW).exists(), "as it was before"
    churn.stage({}).write({WORKFLOW: FILES[WORKFLOW]})
    code, told = churn.commit()
    assert (code, LOST in told) == (1, True), told


def test_from_a_folder_of_the_repository(churn: Repository) -> None:
    code, told = churn.stage({WORKFLOW: None}).commit(inside="tests")
    assert (code, LOST in told) == (1, True), told


def test_a_workflow_of_another_name_is_no_loss(churn: Repository) -> None:
    churn.git("mv", WORKFLOW, ".github/workflows/tests.yml")
    code, told = churn.commit()
    assert (code, KEPT in told) == (0, True), told


def test_what_is_meant_can_be_committed_as_it_says(churn: Repository) -> None:
    _, told = churn.stage({WORKFLOW: None}).commit()
    (way,) = re.findall(r"if that is meant: `(\w+)=(\S+) git commit", told)
    churn.env = {**churn.env, way[0]: way[1]}
    assert churn.commit()[0] == 0


def test_a_merge_that_git_commits_by_itself(churn: Repository) -> None:
    churn.run(sys.executable, "-m", "pre_commit", "install", "--hook-type", "pre-merge-commit")
    churn.git("switch", "--quiet", "--create", "other")
    assert churn.stage({WORKFLOW: None}).commit("--no-verify")[0] == 0
    churn.git("switch", "--quiet", "main")
    assert churn.stage({"more.py": "x = 1\n"}).commit()[0] == 0
    code, told = churn.run("git", "merge", "--no-edit", "other")
    assert (code, LOST in told) == (1, True), told


def test_a_merge_is_judged_against_the_branch_that_it_changes(churn: Repository) -> None:
    churn.git("switch", "--quiet", "--create", "other")
    assert churn.stage({WORKFLOW: None}).commit("--no-verify")[0] == 0
    churn.git("switch", "--quiet", "main")
    assert churn.stage({"more.py": "x = 1\n"}).commit()[0] == 0
    churn.git("merge", "--quiet", "--no-commit", "other")
    code, told = churn.commit()
    assert (code, LOST in told) == (1, True), told


def test_an_amended_commit_is_judged_against_what_it_was(churn: Repository) -> None:
    code, told = churn.stage({WORKFLOW: None}).commit("--amend")
    assert (code, LOST in told) == (1, True), told
    assert churn.commit("--no-verify")[0] == 0
    code, told = churn.commit("--amend", "--allow-empty")
    assert (code, UNCHANGED in told) == (0, True), told


def test_wrong_settings_are_named(churn: Repository) -> None:
    code, told = churn.stage({"mlripe.toml": "target = ['azure:1']\n"}).commit()
    assert code == 1
    assert "mlripe.toml: target: unknown key; did you mean 'targets'?" in told


def test_wrong_settings_that_are_committed_can_be_mended(churn: Repository) -> None:
    assert churn.stage({"mlripe.toml": "target = ['azure:1']\n"}).commit("--no-verify")[0] == 0
    code, told = churn.stage({"more.py": "x = 1\n"}).commit()
    assert (code, "unknown key; did you mean 'targets'?" in told) == (1, True), told
    code, told = churn.stage({"mlripe.toml": "targets = ['azure:1']\n", WORKFLOW: None}).commit()
    assert (code, "HEAD is judged by the settings of now; its own are wrong (mlripe.toml: target: " in told) == (
        1,
        True,
    )
    assert LOST in told
    code, told = churn.stage({WORKFLOW: FILES[WORKFLOW]}).commit()
    assert code == 0, told


def test_own_detectors_are_judged_with_and_checked(churn: Repository) -> None:
    detector = "tool: Ours\nhomepage: https://example.org\nshows:\n  - capability: {}\n    call: ours.pull\n"
    files = {
        "mlripe.toml": 'catalogs = ["tools"]\n',
        "tools/detectors/data/ours.yaml": detector.format("data-ingestion"),
        "load.py": "import ours\n\nours.pull()\n",
    }
    assert churn.stage(files).commit()[0] == 0
    code, told = churn.stage({"load.py": None}).commit()
    assert (code, "data-ingestion: fell from present to none since HEAD" in told) == (1, True), told
    churn.git("reset", "--quiet", "--hard")
    code, told = churn.stage({"tools/detectors/data/ours.yaml": detector.format("data-ingestio")}).commit()
    assert code == 1
    assert (
        told.count("ours.yaml: shows.0.capability: 'data-ingestio' is not known; did you mean 'data-ingestion'?") == 2
    )


def test_a_linked_work_tree(churn: Repository, tmp_path: Path) -> None:
    churn.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    churn.folder = tmp_path / "linked"
    code, told = churn.stage({WORKFLOW: None}).commit()
    assert (code, LOST in told) == (1, True), told


def test_as_it_is_installed_from_its_repository(
    tmp_path: Path, under_git: Callable[[Path], Path], churn: Repository
) -> None:
    source = tmp_path / "mlripe"
    source.mkdir()
    for name in SHIPPED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    under_git(source)
    churn.env = {name: value for name, value in churn.env.items() if name != "PYTHONPATH"}
    asked = (sys.executable, "-m", "pre_commit", "try-repo", "--all-files", "--verbose", str(source))
    code, told = churn.run(*asked)
    assert (code, UNCHANGED in told) == (0, True), told
    assert "mlripe's settings" in told
    code, told = churn.stage({WORKFLOW: None}).run(*asked, "mlripe-check")
    assert (code, LOST in told) == (1, True), told
