"""Results of single files that are kept: they change no answer, whoever wrote what lies in the folder."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import mlripe
from mlripe.assessment import Assessment
from mlripe.cache import results
from mlripe.cache.results import NAME, Results
from mlripe.facts import UNKNOWN, Call, FileFacts, Unit
from mlripe.readers import FileTable
from mlripe.readers.memory import FileMemory, Reading, Worked

FILES = {
    "train.py": (
        "import mlflow\nfrom sklearn.svm import SVC\nLEVELS = [0.5, 0.8]\n\n\ndef fit(rows, limits=(1, 2)):\n"
        "    model = SVC(class_weight={0: 1, 1: 2}).fit(rows, [1])\n    mlflow.log_params({'limits': (1, 2)})\n"
        "    return model\n\n\nif __name__ == '__main__':\n    fit([[1]])\n"
    ),
    "Dockerfile": 'FROM python:3.12\nEXPOSE 80 81\nCOPY . .\nCMD ["python", "train.py"]\n',
    "Makefile": "train:\n\tpython train.py\n",
    ".github/workflows/train.yml": (
        "on:\n  schedule:\n    - cron: '0 4 * * 1'\njobs:\n  fit:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: actions/checkout@v4\n      - run: make train\n"
    ),
    "conf.toml": "day = 2026-06-01\n[model]\nsizes = [1, 2]\n",
    "broken.yml": "a: [\n",
    "web/app.ts": "import axios from 'axios'\naxios.post('/predict', {rows: [1, 2]})\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MLRIPE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        place = tmp_path / "churn" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return tmp_path / "churn"


def unkept(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Assessment:
    """The answer without a cache."""
    with monkeypatch.context() as patch:
        patch.setenv("MLRIPE_CACHE_DIR", "")
        return mlripe.audit(repository)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are read by a reader from now on."""
    read: list[str] = []
    before = FileTable.read

    def reading(self: FileTable, path: str, *rest: object) -> FileFacts:
        read.append(path)
        return before(self, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(FileTable, "read", reading)
    return read


def test_a_file_is_read_once(folder: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = unkept(repository, monkeypatch)
    read = counted(monkeypatch)
    assert mlripe.audit(repository) == expected
    # a date comes back as a text: such a file is read each time
    assert sorted(set(read)) == sorted(read)
    assert "train.py" in read
    first = read.copy()
    read.clear()
    assert mlripe.audit(repository) == expected
    assert set(read) <= {"conf.toml"} < set(first)
    (repository / "train.py").write_text(FILES["train.py"].replace("0.8", "0.9"))
    read.clear()
    mlripe.audit(repository)
    assert set(read) - {"conf.toml"} == {"train.py"}


def test_another_name_of_a_file_is_read_by_itself(
    folder: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlripe.audit(repository)
    (repository / "train.py").rename(repository / "fit.py")
    assert mlripe.audit(repository) == unkept(repository, monkeypatch)


def test_values_come_back_as_they_were() -> None:
    call = Call("f", 1, "", (1, (2, 3.0), "x", UNKNOWN), {"a": ((), {"b": (1,)}), "c": True, "d": None})
    unit = Unit("image", "image", 1, inputs={"expose": ("80",), "plain": "x"})
    reading = Reading.of(FileFacts(calls=(call, Call("g", 2)), units=(unit,)), 7)
    memory = FileMemory()
    memory.recall("facts", Reading, lambda: reading)
    memory.searches[5] = (1, "x")
    memory.searches[6] = None
    again = FileMemory.decoded(memory.encoded())
    kept = again.recall("facts", Reading, lambda: pytest.fail("it was kept"))
    assert kept == reading
    assert isinstance(kept.facts.calls[0].args[1], tuple)
    assert kept.facts.calls[0].args[3] is UNKNOWN
    assert again.searches == {5: (1, "x"), 6: None}
    assert not again.changed


@pytest.mark.parametrize(
    "value",
    [[(1,)], {"a": {1, 2}}, float("nan"), 1 << 70, object()],
    ids=["a list", "a set", "no number", "too large", "an object"],
)
def test_what_would_not_come_back_is_not_kept(value: object) -> None:
    memory = FileMemory()
    memory.recall("odd", Worked[object], lambda: Worked(value, 1))
    made: list[int] = []
    FileMemory.decoded(memory.encoded()).recall("odd", Worked[object], lambda: made.append(1) or Worked(value, 1))
    assert made == [1]


def test_data_of_another_shape_is_made_again() -> None:
    memory = FileMemory()
    memory.recall("gate", bool, lambda: True)
    again = FileMemory.decoded(memory.encoded())
    assert again.recall("gate", Worked[int], lambda: Worked(1, 2)) == Worked(1, 2)


# --- what lies in the folder -----------------------------------------------------------------------------------------


def no_database(place: Path) -> None:
    place.write_bytes(b"SQLite format 4\0" + b"x" * 5000)


def cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:5000])


def scrambled(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    place.write_bytes(bytes(data))


def link(place: Path) -> None:
    other = place.with_name("other")
    place.rename(other)
    place.symlink_to(other)


def fifo(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)


def a_folder(place: Path) -> None:
    place.unlink()
    place.mkdir()


def of_others(place: Path) -> None:
    place.chmod(0o666)


def another_table(place: Path) -> None:
    with sqlite3.connect(place) as connection:
        connection.execute("drop table results")
        connection.execute("create view results as select zeroblob(1) as key, 0 as day, 1 as seal, 2 as data")


def others_rows(place: Path) -> None:
    """Each row has the data of another one."""
    with sqlite3.connect(place) as connection:
        rows = connection.execute("select key, seal, data from results").fetchall()
        for (key, _, _), (_, seal, data) in zip(rows, rows[1:] + rows[:1], strict=True):
            connection.execute("update results set seal = ?, data = ? where key = ?", (seal, data, key))


def sealed_nonsense(place: Path) -> None:
    """Data of another shape, with the seal that belongs to it."""
    with sqlite3.connect(place) as connection:
        for (key,) in connection.execute("select key from results").fetchall():
            data = b"\x81\xa5facts\x93\x90\xc0\x01"
            connection.execute(
                "update results set seal = ?, data = ? where key = ?", (results._seal(key, data), data, key)
            )


@pytest.mark.skipif(os.name != "posix", reason="made of what only Unix has")
@pytest.mark.parametrize(
    "harm",
    [no_database, cut, scrambled, link, fifo, a_folder, of_others, another_table, others_rows, sealed_nonsense],
    ids=lambda harm: harm.__name__,
)
def test_what_is_not_as_it_was_written_counts_as_none(
    harm: Callable[[Path], None], folder: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = unkept(repository, monkeypatch)
    mlripe.audit(repository)
    harm(folder / NAME)
    assert mlripe.audit(repository) == expected
    assert mlripe.audit(repository) == expected


@pytest.mark.parametrize("harm", [no_database, cut, scrambled], ids=lambda harm: harm.__name__)
def test_a_broken_file_is_begun_anew(
    harm: Callable[[Path], None], folder: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlripe.audit(repository)
    harm(folder / NAME)
    for _ in range(2):
        mlripe.audit(repository)
    read = counted(monkeypatch)
    mlripe.audit(repository)
    assert set(read) <= {"conf.toml"}


def test_a_cache_that_the_repository_brings_is_none(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLRIPE_CACHE_DIR", str(repository / ".cache"))
    mlripe.audit(repository)
    assert not (repository / ".cache").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root is denied nothing")
def test_a_folder_that_takes_nothing_stops_nothing(
    folder: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir(mode=0o500)
    assert mlripe.audit(repository) == unkept(repository, monkeypatch)


def test_a_full_disk_stops_nothing(folder: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Results, "_write", full)
    assert mlripe.audit(repository) == unkept(repository, monkeypatch)


AUDIT = (sys.executable, "-m", "mlripe", "audit", "--format", "json")


def test_runs_at_once_and_a_killed_one_give_the_same(
    folder: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {**os.environ, "MLRIPE_CACHE_DIR": ""}
    expected = subprocess.run([*AUDIT, repository], env=environment, capture_output=True, check=True).stdout
    running = [subprocess.Popen([*AUDIT, repository], stdout=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate()[0] for process in running] == [expected] * 4
    (repository / "train.py").write_text(FILES["train.py"] + "\n")
    killed = subprocess.Popen([*AUDIT, repository], stdout=subprocess.DEVNULL)
    time.sleep(0.3)
    killed.kill()
    killed.wait()
    (repository / "train.py").write_text(FILES["train.py"])
    assert subprocess.run([*AUDIT, repository], capture_output=True, check=True).stdout == expected


def test_no_secret_is_kept(folder: Path, repository: Path) -> None:
    token = "ghp_" + "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY1z2A"  # the form of a key; nobody has given it
    (repository / "train.py").write_text(f'{FILES["train.py"]}\nTOKEN = "{token}"\nrun(token="{token}")\n')
    told = mlripe.audit(repository)
    assert any("credential" in problem.id or "secret" in problem.id for problem in told.problems)
    kept = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert b"train" in kept
    assert token.encode() not in kept


# --- what is left behind goes ----------------------------------------------------------------------------------------


def rows(folder: Path) -> int:
    return results.count_of(folder)


def test_what_is_old_goes_and_what_is_used_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*contents: bytes) -> None:
        memory = Results(folder, "a")
        for content in contents:
            memory.about("a.py", content).recall("gate", bool, lambda: True)
        memory.save()

    day = 24 * 3600
    asked(b"1", b"2")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 20 * day)
    asked(b"1")
    assert rows(folder) == 2
    monkeypatch.setattr(time, "time", lambda: now + 40 * day)
    asked(b"3")
    assert rows(folder) == 2


def test_all_of_it_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_BYTES", 1 << 18)
    for number in range(12):
        memory = Results(folder, "a")
        for part in range(10):
            memory.about(f"{part}.py", b"%d" % number).recall("text", Worked[str], lambda: Worked("x" * 5000, 1))
        memory.save()
    assert 10 <= rows(folder) <= 60
    assert (folder / NAME).stat().st_size < 1 << 19


def test_results_of_one_file_are_bounded(folder: Path) -> None:
    memory = Results(folder, "a")
    memory.about("a.py", b"1").recall("text", Worked[str], lambda: Worked("x" * (3 << 20), 1))
    memory.save()
    assert rows(folder) == 0
