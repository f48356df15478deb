"""`mlripe init`: what it proposes, what it writes, and what it leaves alone."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mlripe.cli import init
from mlripe.cli.app import run

Captured = pytest.CaptureFixture[str]
Run = Callable[..., tuple[int, str]]
FILES = {
    "train.py": "from sklearn.svm import SVC\n\nSVC().fit([[1]], [1])\n",
    "tests/test_train.py": "def test_a():\n    assert 1 + 1 == 2\n",
    ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pytest\n",
    ".pre-commit-config.yaml": "# ours\nrepos:\n- repo: https://example.org/lint  # fast\n  rev: 'v1'\n  hooks:\n  - id: lint\n",
    "pyproject.toml": "[project]\nname = 'churn'  # a name\nversion = '1'\ndependencies = ['scikit-learn==1.7']\n",
}


@pytest.fixture
def folder(tmp_path: Path, under_git: Callable[[Path], Path]) -> Path:
    return under_git(written(tmp_path / "churn", FILES))


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def mlripe(folder: Path, capsys: Captured) -> Run:
    def ran(*arguments: str, path: Path = folder) -> tuple[int, str]:
        capsys.readouterr()
        code = run(["init", str(path), *arguments])
        told = capsys.readouterr()
        return code, told.out + told.err

    return ran


def test_shows_what_it_would_do_and_writes_nothing(folder: Path, mlripe: Run) -> None:
    before = contents(folder)
    code, told = mlripe("--diff")
    assert code == 0
    assert told.startswith(
        "target: azure:2 is one step up from level 1\n"
        "  it is a goal: `mlripe check` exits with 1 until it is reached, while hook and CI fail only where something is"
        " lost\nazure:2 takes (`mlripe plan --to azure:2`"
    )
    assert '+[tool.mlripe]\n+targets = ["azure:2"]\n' in told
    assert "+++ b/.pre-commit-config.yaml\n" in told
    assert "--- /dev/null\n+++ b/.github/workflows/mlripe.yml\n" in told
    assert told.endswith("nothing is written\n")
    assert contents(folder) == before


def test_without_a_terminal_it_asks_for_yes(folder: Path, mlripe: Run) -> None:
    before = contents(folder)
    code, told = mlripe()
    assert (code, contents(folder)) == (0, before)
    assert told.endswith("nothing is written: run it again with --yes to write this\n")


def test_adds_lines_and_changes_none_and_a_second_run_changes_nothing(folder: Path, mlripe: Run) -> None:
    code, told = mlripe("--yes")
    assert code == 0
    assert "changed pyproject.toml\nchanged .pre-commit-config.yaml\ncreated .github/workflows/mlripe.yml\n" in told
    after = contents(folder)
    for name, text in FILES.items():
        assert after[name].startswith(text.encode())
    code, told = mlripe("--yes")
    assert code == 0
    assert told.startswith("target: azure:2, by the settings in pyproject.toml\n  it is a goal: ")
    assert told.endswith("nothing to change\n")
    assert contents(folder) == after


def test_nothing_that_it_writes_fails_at_once(folder: Path, mlripe: Run, capsys: Captured) -> None:
    mlripe("--yes")
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    script = yaml.safe_load((folder / ".github/workflows/mlripe.yml").read_text())["jobs"]["maturity"]["steps"][-1][
        "run"
    ]
    assert run([*shlex.split(script, comments=True)[1:], str(folder)]) == 0
    assert "technical evidence for level 1, target 2: below" in capsys.readouterr().out
    assert run(["check", "--staged", "--against", "HEAD", str(folder)]) == 0


def test_an_application_of_language_models_gets_what_fits_it(
    tmp_path: Path, mlripe: Run, under_git: Callable[[Path], Path], capsys: Captured
) -> None:
    files = {"app.py": "import openai\n\nopenai.OpenAI().chat.completions.create(model='m', messages=[])\n"}
    plain = under_git(written(tmp_path / "chat", files))
    code, told = mlripe("--yes", path=plain)
    assert code == 0
    assert "profile: llm, an application of language models" in told
    assert (plain / "mlripe.toml").read_text() == 'profile = "llm"\nmodels = ["genaiops"]\ntargets = ["genaiops:2"]\n'
    assert run(["check", "--exit-zero", str(plain)]) == 0
    assert "genaiops: technical evidence for level 1, target 2: below" in capsys.readouterr().out


def test_what_it_writes_is_what_mlripe_reads(folder: Path, mlripe: Run, capsys: Captured) -> None:
    mlripe("--yes", "--target", "azure:1")
    assert run(["check", str(folder)]) == 0
    assert capsys.readouterr().out.endswith("azure: technical evidence for level 1, target 1: reached\n")
    assert run(["config", str(folder)]) == 0


@pytest.mark.parametrize("answers", ["ynn", "nny", "nnn"])
def test_on_a_terminal_each_file_is_asked_for(
    answers: str, folder: Path, mlripe: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = iter(answers)
    monkeypatch.setattr(init, "is_terminal", lambda stream: True)
    monkeypatch.setattr(init.click, "confirm", lambda text, default: next(given) == "y")
    before = contents(folder)
    mlripe()
    names = ("pyproject.toml", ".pre-commit-config.yaml", ".github/workflows/mlripe.yml")
    after = contents(folder)
    assert [after.get(name) != before.get(name) for name in names] == [answer == "y" for answer in answers]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", b"[tool\n"),
        (".pre-commit-config.yaml", b"repos: [\n"),
        (".pre-commit-config.yaml", b"repos: 1\n"),
        ("pyproject.toml", b"[tool.mlripe]\nname = '\xe9'\n"),
        ("mlripe.toml", b"targets = [\n"),
    ],
)
def test_a_file_that_cannot_be_parsed_is_named_and_nothing_is_written(
    name: str, content: bytes, folder: Path, mlripe: Run
) -> None:
    (folder / name).write_bytes(content)
    before = contents(folder)
    code, told = mlripe("--yes")
    assert (code, contents(folder)) == (2, before)
    assert told.startswith(f"mlripe: {name}: ")


def test_a_link_is_left_alone(folder: Path, tmp_path: Path, mlripe: Run) -> None:
    (tmp_path / "shared.toml").write_text("[project]\n")
    (folder / "pyproject.toml").unlink()
    (folder / "pyproject.toml").symlink_to(tmp_path / "shared.toml")
    code, told = mlripe("--yes")
    assert code == 2
    assert "pyproject.toml: is a symbolic link and is left alone" in told
    assert (tmp_path / "shared.toml").read_text() == "[project]\n"


def test_line_endings_stay(folder: Path, mlripe: Run) -> None:
    for name in ("pyproject.toml", ".pre-commit-config.yaml"):
        (folder / name).write_bytes(FILES[name].replace("\n", "\r\n").encode())
    assert mlripe("--yes")[0] == 0
    for name in ("pyproject.toml", ".pre-commit-config.yaml"):
        content = (folder / name).read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > FILES[name].count("\n")


def test_only_what_is_in_use_is_added_to(tmp_path: Path, mlripe: Run, under_git: Callable[[Path], Path]) -> None:
    plain = under_git(written(tmp_path / "plain", {"train.py": FILES["train.py"], "Jenkinsfile": "pipeline {}\n"}))
    code, told = mlripe("--yes", path=plain)
    assert code == 0
    assert set(contents(plain)) == {"train.py", "Jenkinsfile", "mlripe.toml"}
    assert "Jenkinsfile is not edited here; add this to it:\n    stage('mlripe') {\n" in told
    assert mlripe("--yes", "--pre-commit", "--ci", "github", path=plain)[0] == 0
    assert {".pre-commit-config.yaml", ".github/workflows/mlripe.yml"} < set(contents(plain))


def test_pre_commit_is_in_use_where_it_is_a_dependency(
    tmp_path: Path, mlripe: Run, under_git: Callable[[Path], Path]
) -> None:
    files = {"train.py": FILES["train.py"], "requirements-dev.txt": "pre-commit==4.0\n"}
    plain = under_git(written(tmp_path / "plain", files))
    mlripe("--yes", path=plain)
    assert ".pre-commit-config.yaml" in contents(plain)
    (plain / ".pre-commit-config.yaml").unlink()
    mlripe("--yes", "--no-pre-commit", path=plain)
    assert ".pre-commit-config.yaml" not in contents(plain)


def test_where_there_is_nothing_to_judge_nothing_is_proposed(
    tmp_path: Path, mlripe: Run, under_git: Callable[[Path], Path]
) -> None:
    shop = under_git(written(tmp_path / "shop", {"app.py": "print('a shop')\n"}))
    code, told = mlripe("--yes", path=shop)
    assert code == 0
    assert told.startswith("nothing to judge: ")
    assert set(contents(shop)) == {"app.py"}
    assert mlripe("--yes", "--target", "azure:1", path=shop)[0] == 0
    assert (shop / "mlripe.toml").read_text() == 'targets = ["azure:1"]\n'


def test_a_folder_without_git_gets_its_settings(tmp_path: Path, mlripe: Run) -> None:
    plain = written(tmp_path / "plain", {"train.py": FILES["train.py"]})
    assert mlripe("--yes", path=plain)[0] == 0
    assert set(contents(plain)) == {"train.py", "mlripe.toml"}


def test_wrong_use_names_the_right_one(folder: Path, tmp_path: Path, mlripe: Run) -> None:
    code, told = mlripe(path=folder / "tests")
    assert code == 2
    assert f"lies inside the repository {folder}: settings stand at its root, so init that" in told
    subprocess.run(["git", "clone", "--quiet", "--bare", str(folder), str(tmp_path / "bare.git")], check=True)
    assert mlripe(path=tmp_path / "bare.git") == (
        2,
        f"mlripe: {tmp_path / 'bare.git'} is a bare repository and has no files to change; clone it first\n",
    )
    assert "names no level of azure" in mlripe("--target", "azure:9")[1]
