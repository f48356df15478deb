"""A plain folder that is in no git repository, as legacy code often is: walked, without what tools generated in it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from mlripe.snapshot.base import MAX_FILES, TOO_MANY, Entry, Problems
from mlripe.snapshot.disk import DiskSnapshot, Folder, mode_of, why
from mlripe.snapshot.paths import ENVIRONMENT_MARKS, GENERATED, MAX_DEPTH, PathBudget, display

__all__ = ["plain_folder"]

MAX_IN_FOLDER: Final = 50_000  # entries; a folder of more holds data, and would take the place of the code
MAX_VISITED: Final = 500_000  # entries of all folders: what is no file, and folders of nothing, are counted too

Child = os.DirEntry[bytes]


def plain_folder(root: bytes, name: str) -> DiskSnapshot:
    """The snapshot of the folder `root`, an absolute path; FIFOs, sockets and devices are no files of it."""
    problems, odd, files = Problems(), dict[str, bytes](), dict[str, Entry]()
    budget = PathBudget()
    for raw, entry in _walk(root, problems):
        if len(files) == MAX_FILES:
            problems.add("", TOO_MANY)
            break
        if not budget.takes(raw):
            if budget.full:
                break
            continue
        files[entry.path] = entry
        if entry.path.encode() != raw:
            odd[entry.path] = raw
    problems.add_all("", budget.faults())
    return DiskSnapshot(name, "", Folder(root), dict(sorted(files.items())), problems, odd)


def _walk(root: bytes, problems: Problems) -> Iterator[tuple[bytes, Entry]]:
    """Files with their paths in bytes, the shallow ones first: whatever is cut off is not the code at the top."""
    folders = deque([(b"", 1)])
    visited = 0
    while folders:
        folder, depth = folders.popleft()
        children = _children(root, folder, problems)
        visited += len(children)
        if visited > MAX_VISITED:
            problems.add("", f"holds more than {MAX_VISITED:,} files and folders; those beyond are left out")
            return
        if folder and not ENVIRONMENT_MARKS.isdisjoint(child.name for child in children):
            continue
        for child in children:
            path = folder + child.name
            if not child.is_dir(follow_symlinks=False):
                entry = _entry(child, path, problems)
                if entry is not None:
                    yield path, entry
            elif depth == MAX_DEPTH:
                problems.add(display(path), f"lies more than {MAX_DEPTH} folders deep; it is not read")
            elif child.name not in GENERATED:
                folders.append((path + b"/", depth + 1))


def _children(root: bytes, folder: bytes, problems: Problems) -> list[Child]:
    """What the folder holds, by name; nothing and a problem where it cannot be listed, or is too large to be code."""
    path = display(folder.rstrip(b"/"))
    try:
        with os.scandir(b"%b/%b" % (root.rstrip(b"/"), folder)) as listing:
            children = list(islice(listing, MAX_IN_FOLDER + 1))
    except OSError as error:
        problems.add(path, f"cannot be listed: {why(error)}")
        return []
    if len(children) > MAX_IN_FOLDER:
        problems.add(path, f"holds more than {MAX_IN_FOLDER:,} entries; it is not read")
        return []
    return sorted(children, key=lambda child: child.name)


def _entry(child: Child, path: bytes, problems: Problems) -> Entry | None:
    shown = display(path)
    try:
        status = child.stat(follow_symlinks=False)
    except OSError as error:
        problems.add(shown, f"cannot be read: {why(error)}")
        return None
    mode = mode_of(status)
    return Entry(shown, mode, status.st_size, "") if mode else None
