"""Assessments that are kept: the same answer, for the same files and question only, and never the end of a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import mlripe
from mlripe import auditing, cache
from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.problem import Problem
from mlripe.snapshot.base import Entry
from mlripe.snapshot.blobs import MISSING
from mlripe.snapshot.memory import MemorySnapshot

FIXTURES = Path(__file__).parent.parent / "fixtures"
TODAY = date(2026, 6, 1)


class Named(MemorySnapshot):
    """Files whose contents git has names for."""

    def entries(self) -> dict[str, Entry]:
        return {path: replace(entry, blob=str(hash(self.read(path)))) for path, entry in super().entries().items()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MLRIPE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def judged(files: dict[str, str], *models: str, name: str = "churn") -> auditing.Assessment:
    return Inspection(Named(files, name), load()).assessment(models, today=TODAY)


FILES = {
    "train.py": "import mlflow\nfrom sklearn.svm import SVC\nmlflow.log_metric('a', SVC().fit([[1]], [1]).score([[1]], [1]))\n",
    "Makefile": "train:\n\tpython train.py\n",
    "broken.yml": "a: [\n",
}


def test_what_is_kept_is_what_was_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = judged(FILES, "all")
    assert len(list(folder.iterdir())) == 1
    monkeypatch.setattr(Inspection, "_assessed", None)  # nothing is judged again
    assert judged(FILES, "all") == first
    assert judged(FILES, "all", name="other").repository.name == "other"


@pytest.mark.parametrize(
    "other",
    [
        {"files": {**FILES, "train.py": "print(1)\n"}},
        {"files": {**FILES, "new.py": ""}},
        {"files": {"fit.py": FILES["train.py"]}},
        {"models": ("azure",)},
    ],
    ids=["changed", "added", "renamed", "other models"],
)
def test_another_question_is_another_answer(other: dict[str, object], folder: Path) -> None:
    judged(FILES)
    files = other.get("files", FILES)
    assert isinstance(files, dict)
    models = other.get("models", ())
    assert isinstance(models, tuple)
    judged(files, *models)
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(("attested", "answers"), [(True, 2), (False, 1)])
def test_another_day_is_another_question_where_something_is_attested(
    attested: bool, answers: int, folder: Path
) -> None:
    word = {"about": "lineage", "strength": "present", "by": "Ada", "proof": "p", "reason": "r"}
    written = "".join(f'{key} = "{value}"\n' for key, value in word.items())
    dates = "on = 2026-01-01\nuntil = 2026-06-01\n"
    snapshot = Named({**FILES, "mlripe.toml": f"[[attestations]]\n{written}{dates}" if attested else ""})
    for day in (TODAY, date(2026, 6, 2)):
        auditing.inspection(snapshot).assessment(today=day)
    assert len(list(folder.iterdir())) == answers


def test_what_a_fetch_may_still_bring_is_not_kept(folder: Path) -> None:
    snapshot = Named(FILES)
    snapshot.problems = (Problem("data.yml", MISSING),)
    assert snapshot.problems[0] in auditing.inspection(snapshot).assessment().problems
    assert not folder.exists()


def test_files_without_names_are_not_kept(folder: Path) -> None:
    Inspection(MemorySnapshot(FILES), load()).assessment()
    mlripe.audit(FIXTURES / "scheduled-training")
    assert not folder.exists() or not list(folder.iterdir())


def test_a_damaged_file_is_one_that_is_not_there(folder: Path) -> None:
    first = judged(FILES)
    (path,) = folder.iterdir()
    for text in ("", "[]", "[1, 2]", '{"a": 1}', path.read_text()[:-9]):
        path.write_text(text)
        assert judged(FILES) == first


def test_a_folder_that_cannot_be_made_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MLRIPE_CACHE_DIR", str(tmp_path / "file/cache"))
    assert judged(FILES).capabilities["training-code"].strength.name == "present"


def test_only_the_newest_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_KEPT", 2)
    for number in range(4):
        judged({"a.py": f"x = {number}\n"})
    assert len(list(folder.iterdir())) == 2
