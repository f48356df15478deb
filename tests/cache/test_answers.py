"""Assessments that are kept: the same answer, for the same files and question only, and never the end of a run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import mlripe
from mlripe import auditing, cache
from mlripe.auditing import Inspection
from mlripe.cache import answers
from mlripe.catalog import load
from mlripe.checking import Asked, check
from mlripe.read_fault import ReadFault
from mlripe.snapshot.base import MISSING, Entry
from mlripe.snapshot.memory import MemorySnapshot

UnderGit = Callable[[Path], Path]

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
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
    snapshot.read_faults = (ReadFault("data.yml", MISSING),)
    assert snapshot.read_faults[0] in auditing.inspection(snapshot).assessment().read_faults
    assert not folder.exists()


def test_files_without_names_are_not_kept(folder: Path) -> None:
    Inspection(MemorySnapshot(FILES), load()).assessment()
    mlripe.audit(FIXTURES / "scheduled-training")
    assert not folder.exists() or not list(folder.glob("*.json"))


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
    monkeypatch.setattr(answers, "MOST_KEPT", 2)
    for number in range(4):
        judged({"a.py": f"x = {number}\n"})
    assert len(list(folder.iterdir())) == 2


# --- nothing that lies there is trusted ------------------------------------------------------------------------------


def test_a_file_under_another_name_is_one_that_is_not_there(folder: Path) -> None:
    first = judged(FILES)
    (path,) = folder.iterdir()
    other = judged({**FILES, "train.py": "print(1)\n"})
    (changed,) = set(folder.iterdir()) - {path}
    changed.write_bytes(path.read_bytes())
    assert judged({**FILES, "train.py": "print(1)\n"}) == other != first


def places(data: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in plain data; of many alike the first alone."""
    yield at
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(inside)[: 9 if len(at) != 1 else 1]:
        yield from places(value, (*at, key))


def replaced(data: Any, place: tuple[Any, ...]) -> Any:
    """The plain data with a value of another type in one place."""
    if not place:
        return {"str": 7, "int": "x", "bool": 1, "float": "x", "list": {}, "dict": [], "NoneType": b""}[
            type(data).__name__
        ]
    changed = dict(data) if isinstance(data, dict) else list(data)
    changed[place[0]] = replaced(data[place[0]], place[1:])
    return changed


def test_a_value_of_a_wrong_type_is_one_that_is_not_there(folder: Path) -> None:
    first = judged(FILES)
    (path,) = folder.iterdir()
    data = json.loads(path.read_bytes().partition(b"\n")[2])
    decode = answers._decoder(auditing.Assessment)
    assert decode(data) == first
    tried = list(places(data))
    assert len(tried) > 200
    for place in tried:
        with pytest.raises((TypeError, ValueError)):
            decode(replaced(data, place))
    text = json.dumps(replaced(data, tried[-1])).encode()
    path.write_bytes(answers._seal(path.stem, text) + b"\n" + text)
    assert cache.kept(path.stem, auditing.Assessment) is None


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, "Infinity", '"\\ud800"', ""])
def test_text_that_is_no_answer_is_one_that_is_not_there(text: str, folder: Path) -> None:
    first = judged(FILES)
    (path,) = folder.iterdir()
    path.write_bytes(answers._seal(path.stem, text.encode()) + b"\n" + text.encode())
    assert cache.kept(path.stem, auditing.Assessment) is None
    assert judged(FILES) == first
    assert cache.kept(path.stem, auditing.Assessment) == first


def fifo(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_folder(path: Path) -> None:
    path.mkdir()


def link(path: Path) -> None:
    elsewhere = path.parent.parent / "elsewhere"
    elsewhere.write_bytes(KEPT)
    path.symlink_to(elsewhere)


def too_large(path: Path) -> None:
    path.write_bytes(KEPT)
    os.truncate(path, 5 << 30)


def written_by_others(path: Path) -> None:
    path.write_bytes(KEPT)
    path.chmod(0o666)


KEPT = b""  # what belongs there


@pytest.mark.skipif(os.name != "posix", reason="made of what only Unix has")
@pytest.mark.parametrize("place", [fifo, device, a_folder, link, too_large, written_by_others])
def test_what_is_no_file_of_the_user_s_is_one_that_is_not_there(
    place: Callable[[Path], None], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = judged(FILES)
    (path,) = folder.iterdir()
    monkeypatch.setattr(sys.modules[__name__], "KEPT", path.read_bytes())
    path.unlink()
    place(path)
    assert cache.kept(path.stem, auditing.Assessment) is None
    assert judged(FILES) == first
    assert cache.kept(path.stem, auditing.Assessment) == (None if place is a_folder else first)
    assert list(folder.iterdir()) == [path], "what could not get its place is not left beside it"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give a file to somebody else"
)
def test_a_file_of_somebody_else_is_one_that_is_not_there(folder: Path) -> None:
    judged(FILES)
    (path,) = folder.iterdir()
    os.chown(path, 12345, 12345)
    assert cache.kept(path.stem, auditing.Assessment) is None


@pytest.mark.skipif(os.name != "posix", reason="made of what only Unix has")
@pytest.mark.parametrize("place", [fifo, device])
def test_a_folder_that_is_none_stops_nothing(
    place: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(tmp_path / "odd")
    monkeypatch.setenv("MLRIPE_CACHE_DIR", str(tmp_path / "odd"))
    assert judged(FILES) == judged(FILES)


# --- what is left behind goes ----------------------------------------------------------------------------------------


def test_what_is_old_or_was_never_finished_is_removed_and_nothing_else(folder: Path) -> None:
    folder.mkdir()
    old = {
        "0" * 64 + ".json": 31 * 24 * 3600,
        ".mlripe-0a0b0c0d0e0f.tmp": 7200,
        "2" * 64 + ".99.tmp": 7200,
    }
    new = {"3" * 64 + ".json": 3600, ".mlripe-00000000000f.tmp": 60}
    others = {"notes.json": 10**8, "a.tmp": 10**8, "5" * 63 + ".json": 10**8}
    for name, age in (old | new | others).items():
        (folder / name).write_text("")
        os.utime(folder / name, (time.time() - age,) * 2)
    (folder / ("6" * 64 + ".json")).mkdir()
    judged(FILES)
    left = {path.name for path in folder.iterdir()}
    assert left >= {*new, *others, "6" * 64 + ".json"}
    assert not left & old.keys()
    assert len(left) == 1 + len(new) + len(others) + 1


def test_all_answers_together_are_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged(FILES)
    (path,) = folder.iterdir()
    monkeypatch.setattr(answers, "MOST_BYTES_KEPT", path.stat().st_size * 5 // 2)
    for number in range(4):
        judged({**FILES, "more.py": f"x = {number}\n"})
    assert len(list(folder.iterdir())) == 2
    monkeypatch.setattr(answers, "MOST_BYTES", 1000)
    judged({**FILES, "more.py": "x = 9\n"})
    assert len(list(folder.iterdir())) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a limit that only Unix has")
def test_an_answer_that_the_disk_does_not_take_leaves_nothing(folder: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        judged(FILES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(folder.iterdir()) == []


# --- only what has its name rightly ----------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path, under_git: UnderGit) -> Path:
    place = tmp_path / "churn"
    shutil.copytree(FIXTURES / "scheduled-training", place)
    return under_git(place)


def objects(repository: Path) -> dict[str, Path]:
    """The loose object of each file."""
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "HEAD"], cwd=repository, capture_output=True, text=True, check=True
    )
    rows = (line.split(maxsplit=3) for line in listed.stdout.splitlines())
    return {path: repository / ".git/objects" / name[:2] / name[2:] for _, _, name, path in rows}


def levels(repository: Path) -> dict[str, int | None]:
    found = mlripe.audit(repository, rev="HEAD")
    return {name: model.level for name, model in found.models.items()}


def forged(path: Path) -> None:
    path.write_bytes(zlib.compress(b"blob 10\0# nothing\n"))


def corrupt(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = bytes(each ^ 0x55 for each in content[len(content) // 2 :])
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def missing(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [forged, corrupt, cut, missing])
def test_an_answer_that_rests_on_a_harmed_object_is_not_kept(
    harm: Callable[[Path], None], repository: Path, folder: Path, tmp_path: Path
) -> None:
    right = levels(repository)
    shutil.rmtree(folder)
    harmed = objects(repository)["src/churn/train.py"]
    whole = tmp_path / "whole"
    shutil.copy(harmed, whole)
    harmed.chmod(0o644)
    harm(harmed)
    found = mlripe.audit(repository, rev="HEAD")
    assert [read_fault.path for read_fault in found.read_faults] == ["src/churn/train.py"]
    assert found.models["azure"].level != right["azure"]
    shutil.copy(whole, harmed)
    assert levels(repository) == right


@pytest.mark.parametrize("harm", [forged, corrupt, missing])
def test_a_check_that_rests_on_a_harmed_object_of_either_side_is_not_kept(
    harm: Callable[[Path], None], repository: Path, folder: Path, tmp_path: Path
) -> None:
    """Of the side that is compared with, too: where that could not be read, nothing falls."""
    harmed = objects(repository)["src/churn/train.py"]
    whole = tmp_path / "whole"
    shutil.copy(harmed, whole)
    (repository / "src/churn/train.py").write_text("x = 1\n")
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)
    harmed.chmod(0o644)
    harm(harmed)
    assert check(repository, Asked(against="HEAD"), staged=True).holds
    harmed.unlink(missing_ok=True)
    shutil.copy(whole, harmed)
    assert not check(repository, Asked(against="HEAD"), staged=True).holds


def test_a_forged_repository_says_nothing_of_another(repository: Path, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(repository, tmp_path / "attacker")
    for path in objects(tmp_path / "attacker").values():
        path.chmod(0o644)
        forged(path)
    assert levels(tmp_path / "attacker") != levels(repository)
    shutil.rmtree(folder)
    mlripe.audit(tmp_path / "attacker", rev="HEAD")
    (repository).rename(tmp_path / "victim")
    (tmp_path / "attacker").rename(repository)
    mlripe.audit(repository, rev="HEAD")
    shutil.rmtree(repository)
    (tmp_path / "victim").rename(repository)
    assert levels(repository)["azure"] == 2


def test_an_answer_about_one_place_is_none_about_another(repository: Path, folder: Path, tmp_path: Path) -> None:
    """Sizes are not looked up where a name is: git has them from headers, which a repository may forge too."""
    mlripe.audit(repository, rev="HEAD")
    shutil.copytree(repository, tmp_path / "copy")
    mlripe.audit(tmp_path / "copy", rev="HEAD")
    assert len(list(folder.glob("*.json"))) == 2


def test_what_the_listing_leaves_out_is_part_of_the_question(folder: Path) -> None:
    snapshot = Named(FILES)
    auditing.inspection(snapshot).assessment(today=TODAY)
    snapshot.read_faults = (ReadFault("vendor", "is a submodule; it is not read"),)
    assert auditing.inspection(snapshot).assessment(today=TODAY).read_faults[-1].path == "vendor"


def test_a_cache_in_the_repository_is_none(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository could bring the answers."""
    (repository / "link").symlink_to(repository)
    for place in (repository / ".cache", repository / "link/.cache"):
        monkeypatch.setenv("MLRIPE_CACHE_DIR", str(place))
        mlripe.audit(repository, rev="HEAD")
        assert not place.exists()
