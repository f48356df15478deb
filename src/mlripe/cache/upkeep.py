"""How large the cache is, and its removal."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mlripe.cache.answers import MOST_BYTES_KEPT, is_of_answers
from mlripe.cache.folder import cache_folder
from mlripe.cache.results import MOST_BYTES, NAME, count_of
from mlripe.errors import UserError

__all__ = ["Usage", "clear", "usage"]


@dataclass(frozen=True, slots=True)
class Usage:
    """What lies in the cache's folder, in numbers and bytes, and the most that may."""

    folder: Path
    answers: int
    answer_bytes: int
    files: int
    file_bytes: int
    most_answer_bytes: int = MOST_BYTES_KEPT
    most_file_bytes: int = MOST_BYTES


def usage() -> Usage | None:
    """How large the cache is; None where it is switched off."""
    folder = cache_folder()
    if folder is None:
        return None
    sizes = {path.name: path.stat(follow_symlinks=False).st_size for path in _own(folder)}
    answers = [size for name, size in sizes.items() if is_of_answers(name)]
    files = sum(size for name, size in sizes.items() if name.startswith(NAME))
    return Usage(folder, len(answers), sum(answers), count_of(folder), files)


def clear() -> int | None:
    """Removes what mlripe has put into the folder, and nothing else: how many files, None where it is switched off.

    Raises UserError for a file that cannot be removed.
    """
    folder = cache_folder()
    if folder is None:
        return None
    removed = 0
    for path in _own(folder):
        try:
            path.unlink()
        except OSError as error:
            raise UserError(f"{path} cannot be removed ({error.strerror}): mend its permissions") from None
        removed += 1
    return removed


def _own(folder: Path) -> list[Path]:
    """The files in the folder that have a name of mlripe's."""
    found: list[Path] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            named = is_of_answers(entry.name) or entry.name.startswith(NAME)
            if named and not entry.is_dir(follow_symlinks=False):
                found.append(Path(entry.path))
    return sorted(found)
