"""The files of a repository that are proposed to change: read without following links, written all or none."""

from __future__ import annotations

import difflib
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mlripe.errors import UserError
from mlripe.files import put, read_regular, write_whole, written_aside

__all__ = ["Change", "diff", "patched", "read", "write"]

LARGEST: Final = 256 << 10  # bytes of a file that is edited
COMPARED: Final = 2000  # lines of two texts that are compared line by line
CONTEXT: Final = 3  # lines around a change, as diffs show them
_NEW_MODE: Final = 0o644


@dataclass(frozen=True, slots=True)
class Change:
    """A file as it is (`before`, None: there is none) and as it is proposed to be; `path` is relative to the root."""

    path: str
    before: str | None
    after: str


def read(root: Path, path: str) -> str | None:
    """The text of a file below `root`, line endings as they are; None where there is none.

    Raises UserError where it is no regular file in a folder of the repository's own, or no UTF-8.
    """
    file = _inside(root, path)
    try:
        status = file.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise UserError(
                f"{path}: is no regular file and is left alone; replace it by one, or add the lines by hand"
            )
        if status.st_size > LARGEST:
            raise UserError(f"{path}: is larger than {LARGEST >> 10} KiB and is left alone; add the lines by hand")
        return read_regular(file, LARGEST, follow=False).decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise UserError(f"{path}: is not UTF-8 and is left alone; convert it, or add the lines by hand") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); mend its permissions") from None


def _inside(root: Path, path: str) -> Path:
    """The file's place. Raises UserError where it, or a folder above it in the repository, is a symbolic link."""
    place = root
    for part in path.split("/"):
        place = place / part
        if place.is_symlink():
            named = place.relative_to(root).as_posix()
            raise UserError(f"{named}: is a symbolic link and is left alone; replace it by what it names")
    return place


# --- edits -----------------------------------------------------------------------------------------------------------


def patched(text: str, plain: str, edited: str) -> str:
    """`text` with what was done to `plain`, the same as a tool writes it, to make `edited`: one stretch of lines.

    Lines that the edit leaves alone stay as `text` has them; new ones end as most of its lines do.
    """
    ending = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    lines, before, after = text.splitlines(keepends=True), plain.splitlines(), edited.splitlines()
    start, end = _stretch(before, after)
    place = start
    if len(lines) != len(before):  # the tool breaks lines in other places than the text
        found = _same_place(text.splitlines(), before, start) if start == end else None
        if found is None:
            before = text.splitlines()
            start, end = _stretch(before, after)
        place = start if found is None else found
    if start == end:
        place = _above_comment(lines, place)
    fresh = [f"{line}{ending}" for line in after[start : len(after) - (len(before) - end)]]
    head, tail = lines[:place], lines[place + end - start :]
    if head and fresh and not head[-1].endswith("\n"):
        head[-1] += ending
    return "".join((*head, *fresh, *tail))


def _stretch(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Which lines of `before` have others in their place in `after`: from the first to behind the last."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end, shift = len(before), len(after) - len(before)
    while end > max(start, start - shift) and before[end - 1] == after[end - 1 + shift]:
        end -= 1
    return start, end


def _same_place(text: Sequence[str], plain: Sequence[str], line: int) -> int | None:
    """The line of `text` that is that line of `plain` but for spaces; None where that is not sure.

    It stands as far from the nearest line that each holds once as it does in the other, with the same lines between.
    """
    if line == len(plain):
        return len(text)
    ours, theirs = (["".join(each.split()) for each in side] for side in (text, plain))
    once = [{each: at for at, each in enumerate(side) if count[each] == 1} for side, count in _counted(ours, theirs)]
    for step, lines in ((-1, range(line - 1, -1, -1)), (1, range(line, len(theirs)))):
        anchor = next((at for at in lines if theirs[at] in once[0] and theirs[at] in once[1]), None)
        if anchor is None:
            continue
        here = once[0][theirs[anchor]]
        place = here + line - anchor
        between = (ours[here:place], theirs[anchor:line]) if step < 0 else (ours[place:here], theirs[line:anchor])
        if place >= 0 and between[0] == between[1]:
            return place
    return None


def _counted(*sides: Sequence[str]) -> list[tuple[Sequence[str], Counter[str]]]:
    return [(side, Counter(side)) for side in sides]


def _above_comment(lines: Sequence[str], place: int) -> int:
    """Where lines go that are to stand before `place`: above the comment that leads what comes there."""
    if not any(line.strip() for line in lines[place:]):
        return place  # at the end a comment may as well speak of what is above it
    for passed in (lambda line: line.startswith("#"), lambda line: not line):
        while place and passed(lines[place - 1].strip()):
            place -= 1
    return place


def diff(changes: Iterable[Change]) -> str:
    """The changes as one unified diff; a carriage return, which ends lines of some files, is not shown."""
    shown: list[str] = []
    for change in changes:
        before = [] if change.before is None else change.before.splitlines()
        after = change.after.splitlines()
        names = ("/dev/null" if change.before is None else f"a/{change.path}", f"b/{change.path}")
        compare = difflib.unified_diff if len(before) + len(after) <= COMPARED else _one_hunk
        shown += compare(before, after, *names, lineterm="")
    return "".join(f"{line}\n" for line in shown)


def _one_hunk(before: list[str], after: list[str], old: str, new: str, lineterm: str) -> Iterator[str]:
    """The diff of long texts, which it would take too long to compare line by line: one stretch is replaced."""
    start, end = _stretch(before, after)
    if start == end and len(before) == len(after):
        return
    first, last = max(start - CONTEXT, 0), min(end + CONTEXT, len(before))
    last_after = last + len(after) - len(before)
    yield f"--- {old}{lineterm}"
    yield f"+++ {new}{lineterm}"
    yield f"@@ -{first + 1},{last - first} +{first + 1},{last_after - first} @@{lineterm}"
    yield from (f" {line}" for line in before[first:start])
    yield from (f"-{line}" for line in before[start:end])
    yield from (f"+{line}" for line in after[start : end + len(after) - len(before)])
    yield from (f" {line}" for line in before[end:last])


# --- writing ---------------------------------------------------------------------------------------------------------


def write(root: Path, changes: Sequence[Change]) -> None:
    """Writes all changes, or none: beside each file first, then put in place.

    Raises UserError, with everything as it was, where one cannot be written or changed meanwhile.
    """
    made: list[Path] = []  # folders, the outermost first
    ready: list[tuple[Path, Change]] = []
    placed: list[Change] = []
    current = ""
    try:
        for change in changes:
            current = change.path
            ready.append((_beside(root, change, made), change))
        for change in changes:
            if read(root, change.path) != change.before:
                raise UserError(f"{change.path}: changed meanwhile; nothing is written, run it again")
        for temporary, change in ready:
            current = change.path
            put(temporary, root / change.path)
            placed.append(change)
    except BaseException as error:
        stays = [change.path for change in placed if not _restored(root, change)]
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError):
            rest = f"only {', '.join(stays)} is changed and could not be put back" if stays else "nothing is written"
            raise UserError(f"{current}: cannot be written ({error.strerror}); {rest}") from error
        raise


def _beside(root: Path, change: Change, made: list[Path]) -> Path:
    """The new content in a file beside its place, with its mode; folders that had to be made are added to `made`."""
    target = _inside(root, change.path)
    missing = [folder for folder in (target.parent, *target.parent.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir()
        made.append(folder)
    mode = _NEW_MODE if change.before is None else stat.S_IMODE(target.stat().st_mode)
    return written_aside(target, change.after.encode(), mode)


def _restored(root: Path, change: Change) -> bool:
    """Takes a change back, as far as the disk lets it: the file is as it was before or after, never half of either."""
    target = root / change.path
    try:
        if change.before is None:
            target.unlink(missing_ok=True)
        else:
            write_whole(target, change.before.encode())
    except OSError:
        return False
    return True
