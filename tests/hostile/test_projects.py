"""Settings that name many projects: what all of them share is looked at once for each, within bounds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlripe.settings.load import MOST_FOLDERS

if TYPE_CHECKING:
    from tests.hostile.conftest import MeasuredRun, WriteFiles

TRAIN = "from sklearn.svm import SVC\n\nSVC().fit([[0], [1]], [0, 1])\n"
JOB = """
  a{}:
    runs-on: ubuntu-latest
    steps:
      - run: pytest
      - run: python -m build && twine upload dist/*
      - run: docker push registry.test/app
      - run: dvc repro
"""


def repository(count: int) -> dict[str, str]:
    """So many projects, and 8,000 steps that count for each of them."""
    names = [f"p{number:04}" for number in range(count)]
    files = {"mlripe.toml": f"projects = {names}\n", **{f"{name}/train.py": TRAIN for name in names}}
    jobs = "".join(JOB.format(number) for number in range(50))
    return files | {f".github/workflows/w{number}.yml": f"on: push\njobs:{jobs}" for number in range(40)}


def test_the_most_projects_that_share_thousands_of_steps(
    tmp_path: Path, measured_audit: MeasuredRun, write_files: WriteFiles
) -> None:
    folder = write_files(tmp_path / "many", repository(MOST_FOLDERS["projects"]))
    took = measured_audit(folder, cpu_seconds=20)  # on a busy machine; alone it is half of it
    (told,) = took.read_faults[""]
    assert told.startswith(f"what counts for several of the {MOST_FOLDERS['projects']} projects is too much")
    strengths = [each["capabilities"]["code-testing"]["strength"] for each in took.report["projects"]]
    whole = took.report["capabilities"]["code-testing"]["strength"]
    assert strengths == [whole] * MOST_FOLDERS["projects"]


def test_more_projects_are_refused(tmp_path: Path, measured_run: MeasuredRun, write_files: WriteFiles) -> None:
    most = MOST_FOLDERS["projects"]
    folder = write_files(tmp_path / "many", {"mlripe.toml": f"projects = {[f'p{n}' for n in range(most + 1)]}\n"})
    took = measured_run("audit", folder, cwd=tmp_path)
    assert took.code == 2
    assert took.stderr.startswith(f"mlripe: mlripe.toml: projects: names {most + 1} folders, more than {most}; ")
