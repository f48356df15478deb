"""Where a report is written: whole or not at all, and never through a link that the scanned repository brings."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlripe.cli import output
from mlripe.cli.app import run
from mlripe.errors import UserError
from mlripe.files import LedAway, place_of, read_regular, write_whole, written_aside

Asked = list[dict[str, Any]]
Captured = pytest.CaptureFixture[str]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="made of what only Unix has")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    place = tmp_path / "victim"
    place.write_text("precious")
    return place


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: Asked) -> Path:
    """A repository that is scanned, and stood in."""
    place = tmp_path / "repository"
    (place / "sub").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet"], cwd=place, check=True)
    monkeypatch.chdir(place)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return place


WAYS = [
    ["audit", "--format", "sarif=FILE"],
    ["audit", "--format", "json", "--output", "FILE"],
    ["audit", "sub", "--format", "junit=FILE", "--format", "json"],
]


@pytest.mark.parametrize("arguments", WAYS)
@pytest.mark.parametrize("file", ["report.sarif", "sub/../report.sarif", "{repository}/report.sarif"])
def test_a_link_in_the_repository_is_replaced_and_not_written_through(
    arguments: list[str], file: str, repository: Path, victim: Path
) -> None:
    (repository / "report.sarif").symlink_to("../victim")
    named = file.format(repository=repository)
    assert run([argument.replace("FILE", named) for argument in arguments]) == 0
    assert victim.read_text() == "precious"
    assert not (repository / "report.sarif").is_symlink()
    assert (repository / "report.sarif").stat().st_size > 100


def test_a_link_to_a_file_that_is_not_there_yet_makes_none_there(repository: Path, tmp_path: Path) -> None:
    (repository / "report.sarif").symlink_to("../new")
    assert run(["audit", "--format", "sarif=report.sarif"]) == 0
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("target", ["../elsewhere", "sub", "../repository/sub"])
def test_a_folder_that_is_a_link_of_the_repository_is_refused(
    target: str, repository: Path, tmp_path: Path, asked: Asked, capsys: Captured
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (repository / "reports").symlink_to(target)
    assert run(["audit", "--format", "sarif=reports/report.sarif"]) == 2
    says = f"cannot write reports/report.sarif: {repository}/reports is a symbolic link of the repository; "
    assert capsys.readouterr().err == f"mlripe: {says}remove that link, or choose another place with --output\n"
    assert asked == [], "before any work"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_way_in_from_outside_that_goes_on_over_a_link_in_the_repository(
    repository: Path, victim: Path, tmp_path: Path, capsys: Captured
) -> None:
    (repository / "report.sarif").symlink_to("../victim")
    (repository / "out").symlink_to("..")
    (tmp_path / "latest").symlink_to("repository/report.sarif")
    (tmp_path / "further").symlink_to("repository/out/victim")
    assert run(["audit", "--output", str(tmp_path / "latest")]) == 0
    assert run(["audit", "--output", str(tmp_path / "further")]) == 2
    assert "out is a symbolic link of the repository" in capsys.readouterr().err
    assert victim.read_text() == "precious"


def test_a_fifo_in_the_repository_is_replaced_and_not_waited_for(repository: Path) -> None:
    os.mkfifo(repository / "report.json")
    assert run(["audit", "--format", "json=report.json"]) == 0
    assert (repository / "report.json").read_text().startswith("{")


@pytest.mark.parametrize("command", [["plan", "--format", "json"], ["baseline"]])
def test_other_commands_write_the_same_way(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, victim: Path
) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "train.py").write_text("from sklearn.svm import SVC\nSVC().fit([[1]], [1])\n")
    (folder / "out.json").symlink_to("../gone")
    monkeypatch.chdir(folder)
    assert run([*command, "--output", "out.json"]) == 0
    assert not (tmp_path / "gone").exists()
    assert (folder / "out.json").read_text().startswith("{")
    (folder / "out.json").unlink()
    (folder / "out.json").symlink_to("../victim")
    assert run([*command, "--output", "out.json"]) == (2 if command == ["baseline"] else 0)
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("target", ["../victim", "/dev/zero", "fifo"])
def test_a_baseline_of_the_repository_is_read_from_no_link_nor_device(
    target: str, repository: Path, victim: Path, capsys: Captured
) -> None:
    os.mkfifo(repository / "fifo")
    victim.write_text('{"mlripe_baseline": 1, "secret": 1}')
    (repository / "baseline.json").symlink_to(target)
    for file in ("baseline.json", "fifo"):
        assert run(["check", "--baseline", file]) == 2
        told = capsys.readouterr().err
        assert f"{file}: cannot be read (it is " in told
        assert "secret" not in told


def test_a_baseline_is_read_to_a_bound(repository: Path, capsys: Captured) -> None:
    (repository / "baseline.json").touch()
    os.truncate(repository / "baseline.json", 3 << 30)
    assert run(["check", "--baseline", "baseline.json"]) == 2
    assert "baseline.json: cannot be read (it is larger than 1,024 KiB)" in capsys.readouterr().err


def test_the_summary_of_a_job_is_not_added_to_over_a_link_of_the_repository(repository: Path, victim: Path) -> None:
    (repository / "summary.md").symlink_to("../victim")
    with pytest.raises(UserError, match=r"names: .*summary.md is a symbolic link that the repository brings; unset it"):
        output._append("more", repository / "summary.md", str(repository))
    assert victim.read_text() == "precious"


# --- the user's own links and devices --------------------------------------------------------------------------------


def test_a_link_outside_of_the_repository_is_followed(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "shown").mkdir()
    (tmp_path / "latest.html").symlink_to("shown/1.html")
    (tmp_path / "reports").symlink_to("shown")
    assert (
        run(["audit", "--format", f"junit={tmp_path}/latest.html", "--format", f"json={tmp_path}/reports/2.json"]) == 0
    )
    assert (tmp_path / "latest.html").is_symlink()
    assert (tmp_path / "shown/1.html").read_text().startswith("<?xml")
    assert (tmp_path / "shown/2.json").exists()


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
@pytest.mark.parametrize("to", ["a pipe", "a file"])
def test_standard_output_by_its_name(to: str, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    command = [sys.executable, "-P", "-m", "mlripe", "audit", str(folder), "--format", "json=/dev/stdout"]
    if to == "a pipe":
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    else:
        with (tmp_path / "out").open("w") as file:
            subprocess.run(command, stdout=file, check=True)
        out = (tmp_path / "out").read_text()
    assert out.startswith("{")
    assert out.endswith("}\n")


def test_a_fifo_outside_of_the_repository_is_written_to(repository: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "fifo").read_text()), daemon=True)
    reader.start()
    assert run(["audit", "--format", f"json={tmp_path}/fifo"]) == 0
    reader.join(20)
    assert got[0].startswith("{")


# --- whole or not at all ---------------------------------------------------------------------------------------------


@pytest.fixture
def little_room() -> Any:
    """A process that may write small files only; what is larger fails in its middle, as on a full disk."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_report_that_the_disk_does_not_take_leaves_the_old_one(
    repository: Path, little_room: None, capsys: Captured
) -> None:
    (repository / "report.html").write_text("OLD REPORT")
    assert run(["audit", "--format", "sarif=report.html"]) == 2
    says = "cannot write report.html: File too large; choose another place with --output"
    assert capsys.readouterr().err == f"mlripe: {says}\n"
    assert (repository / "report.html").read_text() == "OLD REPORT"
    assert sorted(path.name for path in repository.iterdir()) == [".git", "report.html", "sub"]


def test_the_summary_of_a_job_is_added_to_whole_or_not_at_all(tmp_path: Path, little_room: None) -> None:
    (tmp_path / "summary.md").write_text("what another step said\n")
    output._append("short\n", tmp_path / "summary.md", "")
    with pytest.raises(UserError, match=r"which GITHUB_STEP_SUMMARY names: File too large"):
        output._append("long\n" * 100, tmp_path / "summary.md", "")
    assert (tmp_path / "summary.md").read_text() == "what another step said\nshort\n"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount")
def test_a_disk_that_is_full(repository: Path, tmp_path: Path, capsys: Captured) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("root may not mount here")
    try:
        (disk / "report.html").write_text("OLD REPORT")
        assert run(["audit", "--format", f"sarif={disk}/report.html"]) == 2
        assert f"cannot write {disk}/report.html: No space left on device" in capsys.readouterr().err
        assert [(path.name, path.read_text()) for path in disk.iterdir()] == [("report.html", "OLD REPORT")]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "new", b"x")
        (tmp_path / "old").write_text("y")
        (tmp_path / "old").chmod(0o604)
        write_whole(tmp_path / "old", b"x")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"new": 0o640, "old": 0o604}


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EBUSY])
def test_a_file_in_a_folder_that_takes_no_other_is_written_in_place(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*anything: object, **more: object) -> Path:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("mlripe.files.written_aside", refused)
    (tmp_path / "report").write_text("a longer report")
    write_whole(tmp_path / "report", b"new")
    assert (tmp_path / "report").read_bytes() == b"new"
    with pytest.raises(OSError, match=os.strerror(number)):
        write_whole(tmp_path / "other", b"new")
    (tmp_path / "link").symlink_to("report")
    with pytest.raises(OSError, match=os.strerror(number)):
        write_whole(tmp_path / "link", b"through it")


def test_what_is_interrupted_leaves_nothing_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        written_aside(tmp_path / "report", b"new")
    assert list(tmp_path.iterdir()) == []


# --- where a path leads ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("repository/a", "repository/a"),
        ("repository/../a", "a"),
        ("./repository//./a/", "repository/a"),
        ("out/a", "outside/a"),
        ("out/../a", "a"),
        ("chain", "outside/a"),
        ("repository/link", "repository/link"),
        ("repository/link/.", "repository/link"),
        ("into/link", "repository/link"),
        ("repository/link/a", None),
        ("into/link/a", None),
        ("over", None),
        ("loop", OSError),
    ],
)
def test_links_are_followed_outside_of_the_repository_only(
    path: str, leads: str | type[OSError] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = {"out": "outside", "chain": "out/a", "into": f"{tmp_path}/repository", "repository/link": "../outside"}
    links |= {"over": "repository/link/a", "loop": "loop"}
    for name in ("repository", "outside"):
        (tmp_path / name).mkdir()
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)
    monkeypatch.chdir(tmp_path)
    for given in (path, tmp_path / path):
        if isinstance(leads, str):
            assert place_of(given, str(tmp_path / "repository")) == tmp_path / leads
        else:
            with pytest.raises(leads or LedAway):
                place_of(given, str(tmp_path / "repository"))


def a_fifo(path: Path) -> None:
    os.mkfifo(path)


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [a_fifo, a_device, a_folder])
def test_only_a_regular_file_is_read(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "odd")
    with pytest.raises(OSError, match=r"regular file|directory"):
        read_regular(tmp_path / "odd", 100)
    (tmp_path / "file").write_bytes(b"x" * 101)
    assert len(read_regular(tmp_path / "file", 101)) == 101
    with pytest.raises(OSError, match="larger than 0 KiB"):
        read_regular(tmp_path / "file", 100)
