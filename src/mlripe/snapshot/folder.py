"""A plain folder that is in no git repository, as legacy code often is: walked, without what tools generated in it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from mlripe.snapshot.base import MAX_FILES, TOO_MANY, Entry, ReadFaults
from mlripe.snapshot.disk import DiskSnapshot, Folder, mode_of, why
from mlripe.snapshot.paths import ENVIRONMENT_MARKS, GENERATED, MAX_DEPTH, PathBudget, display

__all__ = ["plain_folder"]

MAX_IN_FOLDER: Final = 50_000  # entries; a folder of more holds data, and would take the place of the code
MAX_VISITED: Final = 500_000  # entries of all folders: what is no file, and folders of nothing, are counted too

Child = os.DirEntry[bytes]


def plain_folder(root: bytes, name: str) -> DiskSnapshot:
    """The snapshot of the folder `root`, an absolute path; FIFOs, sockets and devices are no files of it."""
    read_faults, odd, files = ReadFaults(), dict[str, bytes](), dict[str, Entry]()
    budget = PathBudget()
    for raw, entry in _walk(root, read_faults):
        if len(files) == MAX_FILES:
            read_faults.add("", TOO_MANY)
            break
        if not budget.takes(raw):
            if budget.full:
                break
            continue
        files[entry.path] = entry
        if entry.path.encode() != raw:
            odd[entry.path] = raw
    read_faults.add_all("", budget.faults())
    return DiskSnapshot(name, "", Folder(root), dict(sorted(files.items())), read_faults, odd, top=os.fsdecode(root))


def _walk(root: bytes, read_faults: ReadFaults) -> Iterator[tuple[bytes, Entry]]:
    """Files with their paths in bytes, the shallow ones first: whatever is cut off is not the code at the top."""
    folders = deque([(b"", 1)])
    visited = 0
    while folders:
        folder, depth = folders.popleft()
        children = _children(root, folder, read_faults)
        visited += len(children)
        if visited > MAX_VISITED:
            read_faults.add("", f"holds more than {MAX_VISITED:,} files and folders; those beyond are left out")
            return
        if folder and not ENVIRONMENT_MARKS.isdisjoint(child.name for child in children):
            continue
        for child in children:
            path = folder + child.name
            if not child.is_dir(follow_symlinks=False):
                entry = _entry(child, path, read_faults)
                if entry is not None:
                    yield path, entry
            elif depth == MAX_DEPTH:
                read_faults.add(display(path), f"lies more than {MAX_DEPTH} folders deep; it is not read")
            elif child.name not in GENERATED:
                folders.append((path + b"/", depth + 1))


def _children(root: bytes, folder: bytes, read_faults: ReadFaults) -> list[Child]:
    """What the folder holds, by name; nothing and a read fault where it cannot be listed, or is too large for code."""
    path = display(folder.rstrip(b"/"))
    try:
        with os.scandir(b"%b/%b" % (root.rstrip(b"/"), folder)) as listing:
            children = list(islice(listing, MAX_IN_FOLDER + 1))
    except OSError as error:
        read_faults.add(path, f"cannot be listed: {why(error)}")
        return []
    if len(children) > MAX_IN_FOLDER:
        read_faults.add(path, f"holds more than {MAX_IN_FOLDER:,} entries; it is not read")
        return []
    return sorted(children, key=lambda child: child.name)


def _entry(child: Child, path: bytes, read_faults: ReadFaults) -> Entry | None:
    shown = display(path)
    try:
        status = child.stat(follow_symlinks=False)
    except OSError as error:
        read_faults.add(shown, f"cannot be read: {why(error)}")
        return None
    mode = mode_of(status)
    return Entry(shown, mode, status.st_size, "") if mode else None
