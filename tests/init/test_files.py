"""Writing: all or nothing, and never through a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlripe.errors import UserError
from mlripe.init.files import Change, diff, read, write


def test_writes_all_with_their_modes(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("1")
    (tmp_path / "a.toml").chmod(0o640)
    write(tmp_path, [Change("a.toml", "1", "2\r\n"), Change("x/y/b.yml", None, "b")])
    assert (tmp_path / "a.toml").read_bytes() == b"2\r\n"
    assert (tmp_path / "a.toml").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "x/y/b.yml").read_text() == "b"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.toml", "x"]


def snapshot(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize("fails", [1, 2, 3])
def test_nothing_is_half_written(fails: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.toml").write_text("1")
    before, replace, calls = snapshot(tmp_path), Path.replace, iter(range(1, 9))

    def failing(self: Path, target: Path) -> Path:
        if next(calls) == fails:
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    changes = [Change("new.toml", None, "n"), Change("a.toml", "1", "2"), Change("x/y/b.yml", None, "b")]
    with pytest.raises(UserError, match=r"cannot be written \(Permission denied\); nothing is written"):
        write(tmp_path, changes)
    assert snapshot(tmp_path) == before


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("another")
    with pytest.raises(UserError, match=r"a\.toml: changed meanwhile"):
        write(tmp_path, [Change("x/b.yml", None, "b"), Change("a.toml", "1", "2")])
    assert snapshot(tmp_path) == {"a.toml": b"another"}


@pytest.mark.parametrize("path", ["link.toml", "folder/ci.yml", "dangling.toml"])
def test_links_are_never_followed(path: str, tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "a.toml").write_text("1")
    os.symlink(outside / "a.toml", root / "link.toml")
    os.symlink(outside / "none", root / "dangling.toml")
    os.symlink(outside, root / "folder")
    with pytest.raises(UserError, match="is a symbolic link and is left alone"):
        read(root, path)
    with pytest.raises(UserError, match="is a symbolic link and is left alone"):
        write(root, [Change(path, None, "2")])
    assert snapshot(outside) == {"a.toml": b"1"}


def test_the_diff_names_both_sides() -> None:
    shown = diff([Change("a.toml", "x = 1\r\n", "x = 1\r\ny = 2\r\n"), Change("b.yml", None, "b\n")])
    assert (
        shown
        == "--- a/a.toml\n+++ b/a.toml\n@@ -1 +1,2 @@\n x = 1\n+y = 2\n--- /dev/null\n+++ b/b.yml\n@@ -0,0 +1 @@\n+b\n"
    )
