"""Repositories that hold several projects: which folders they are, and what counts for each."""

from __future__ import annotations

import pytest

from mlripe.assessment import Assessment
from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.evidence import Strength
from mlripe.maturity import projects as projects_module
from mlripe.settings.load import load_config
from mlripe.snapshot.memory import MemorySnapshot

TRAIN = "from sklearn.linear_model import Ridge\n\ndef main():\n    Ridge().fit([[1]], [1])\n\nif __name__ == '__main__':\n    main()\n"
CHURN = {"churn/pyproject.toml": "[project]\nname = 'churn'\n", "churn/train.py": TRAIN}
FRAUD = {"models/fraud/requirements.txt": "scikit-learn\n", "models/fraud/train.py": TRAIN}


def nightly(*steps: str) -> str:
    listed = "".join(f"      - {step}\n" for step in steps)
    return f"on:\n  schedule: [{{cron: '0 3 * * *'}}]\njobs:\n  run:\n    runs-on: ubuntu-latest\n    steps:\n{listed}"


def assessed(files: dict[str, str]) -> Assessment:
    snapshot = MemorySnapshot(files)
    catalog = load()
    return Inspection(snapshot, catalog, load_config(snapshot, catalog.roles)).assessment()


def projects(files: dict[str, str]) -> dict[str, dict[str, str]]:
    """For each project its capabilities from `present` on."""
    found = assessed(files).projects
    return {
        project.path: {
            name: result.strength.name
            for name, result in project.capabilities.items()
            if result.strength >= Strength.present
        }
        for project in found
    }


def test_two_folders_that_train_and_have_dependencies_of_their_own_are_projects() -> None:
    assert list(projects(CHURN | FRAUD)) == ["churn", "models/fraud"]


@pytest.mark.parametrize(
    "files",
    [
        CHURN,
        CHURN | {"serving/requirements.txt": "fastapi\n", "serving/app.py": "print(1)\n"},
        CHURN | {"fraud/train.py": TRAIN},
        CHURN | {"tests/requirements.txt": "pytest\n", "tests/test_train.py": TRAIN},
        CHURN | {"churn/app/requirements.txt": "flask\n", "churn/app/fit.py": TRAIN},
    ],
    ids=["one", "a service beside it", "no dependencies of its own", "tests", "one inside the other"],
)
def test_one_project_is_only_a_layout(files: dict[str, str]) -> None:
    assert projects(files) == {}


def test_what_is_trained_outside_them_is_a_project_too() -> None:
    assert list(projects(CHURN | FRAUD | {"train.py": TRAIN})) == ["churn", "models/fraud", "."]


def test_each_is_judged_by_its_own_files() -> None:
    found = projects(CHURN | FRAUD | {"churn/Dockerfile": "FROM python:3.11\nCOPY . .\nCMD python train.py\n"})
    assert found["churn"]["environment-definition"] == "present"
    assert "environment-definition" not in found["models/fraud"]


@pytest.mark.parametrize(
    "step",
    [
        "run: python churn/train.py",
        "{run: python train.py, working-directory: churn}",
        "run: cd churn && python train.py",
    ],
)
def test_a_workflow_counts_for_the_project_that_it_deals_with(step: str) -> None:
    found = projects(CHURN | FRAUD | {".github/workflows/nightly.yml": nightly(step)})
    assert found["churn"]["training-code"] == "automated"
    assert found["models/fraud"]["training-code"] == "present"


def test_what_names_no_project_counts_for_all() -> None:
    ci = "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check .\n"
    found = projects(CHURN | FRAUD | {".github/workflows/ci.yml": ci})
    assert {found[path]["code-quality-checks"] for path in ("churn", "models/fraud")} == {"automated"}


def test_a_workflow_of_a_projects_paths_is_that_projects() -> None:
    ci = "on: {push: {paths: ['churn/**']}}\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check .\n"
    found = projects(CHURN | FRAUD | {".github/workflows/ci.yml": ci})
    assert "code-quality-checks" in found["churn"]
    assert "code-quality-checks" not in found["models/fraud"]


def test_the_configuration_names_them() -> None:
    files = {"mlripe.toml": "projects = ['a']\n", "a/train.py": TRAIN, "b/train.py": TRAIN}
    assert list(projects(files)) == ["a"]
    assert projects(CHURN | FRAUD | {"mlripe.toml": "projects = []\n"}) == {}


@pytest.mark.parametrize(
    ("command", "owners"),
    [
        ("python a/train.py", ["a"]),
        ("python ./a-b/train.py", ["a-b"]),
        ("cat a a-b", ["a", "a-b"]),
        ("cat a/x:a-b/y", ["a", "a-b"]),
        ("cat x.a a.b _a éa", ["a", "a-b"]),  # none of them is named, so that it is everybody's
    ],
)
def test_a_folder_is_named_by_a_whole_word(command: str, owners: list[str]) -> None:
    train = {"mlripe.toml": "projects = ['a', 'a-b']\n", "a/train.py": TRAIN, "a-b/train.py": TRAIN}
    step = f"run: ruff check . && {command}"
    found = projects(train | {".github/workflows/ci.yml": nightly(step)})
    assert [path for path, capabilities in found.items() if "code-quality-checks" in capabilities] == owners


def test_of_folders_in_each_other_the_first_that_is_named_has_what_both_hold() -> None:
    files = {"a/b/train.py": TRAIN, "a/b/Dockerfile": "FROM python:3.11\nCOPY . .\n", "a/train.py": TRAIN}
    for written, owner in (("'a', 'a/b'", "a"), ("'a/b', 'a'", "a/b")):
        found = projects(files | {"mlripe.toml": f"projects = [{written}]\n"})
        assert [path for path, capabilities in found.items() if "environment-definition" in capabilities] == [owner]


def test_of_too_much_that_all_share_the_strongest_counts_for_each_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projects_module, "MOST_SHARED", 20)
    ci = "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n" + "      - run: ruff check .\n" * 30
    files = CHURN | FRAUD | {".github/workflows/ci.yml": ci, "ruff.toml": "line-length = 100\n"}
    found = assessed(files)
    for project in found.projects:
        checks = project.capabilities["code-quality-checks"]
        assert checks.strength == found.capabilities["code-quality-checks"].strength
        assert 1 <= len(checks.evidence) <= 5
    (read_fault,) = found.read_faults
    assert read_fault.says.startswith(
        "what counts for several of the 2 projects is too much to be held against each; of"
    )
    assert read_fault.says.endswith("each capability only the 5 strongest were")


def test_what_each_project_has_for_itself_is_never_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projects_module, "MOST_SHARED", 0)
    assert assessed(CHURN | FRAUD).read_faults == ()
