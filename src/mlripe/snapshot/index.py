"""What is about to be committed: the files of the index, read from git's objects."""

from __future__ import annotations

import os
import subprocess
from itertools import islice
from typing import Final

from mlripe.snapshot.base import MAX_FILES, TOO_MANY, Entry, Problems
from mlripe.snapshot.blobs import Blobs
from mlripe.snapshot.git import Git, end, watched
from mlripe.snapshot.location import Location
from mlripe.snapshot.paths import display, improper, written
from mlripe.snapshot.revision import RevisionSnapshot

__all__ = ["index", "index_file"]

_SUBMODULE: Final = "160000"


def index_file() -> str:
    """The index that git tells a hook of: that of a commit of some files only, "" for the usual one."""
    named = os.environ.get("GIT_INDEX_FILE", "")
    return os.path.abspath(named) if named else ""


def index(location: Location, git: Git, commit: str) -> RevisionSnapshot:
    """The snapshot of the index, as far as it lies in `location.folder`; `commit` is HEAD, "" before the first.

    Raises GitFailure.
    """
    problems = Problems()
    listed: dict[bytes, tuple[str, str]] = {}
    with git.run("ls-files", "-z", "-s", inside=str(location.folder)) as listing:
        for field in islice(listing.fields(), MAX_FILES + 1):
            meta, _, raw = field.partition(b"\t")
            mode, blob, stage = meta.decode().split(" ")
            if stage != "0":
                problems.add(display(raw), "is in conflict; it is read as one side has it")
            listed.setdefault(raw, (mode, blob))
    if len(listed) > MAX_FILES:
        listed.popitem()
        problems.add("", TOO_MANY)
    sizes = _sizes(git, {blob for mode, blob in listed.values() if mode != _SUBMODULE})
    files = {}
    for raw in written(listed):
        mode, blob = listed[raw]
        path, fault = display(raw), improper(raw)
        if fault:
            problems.add(path, fault)
        elif mode == _SUBMODULE:
            problems.add(path, "is a submodule; it is not read")
        else:
            files[path] = Entry(path, mode, sizes.get(blob), blob)
    return RevisionSnapshot(location.name, commit, dict(sorted(files.items())), problems, Blobs(git))


def _sizes(git: Git, blobs: set[str]) -> dict[str, int]:
    """The size of each blob that git has."""
    process = git.start(
        "cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    watch = watched(process)
    try:
        answers, _ = process.communicate("".join(f"{blob}\n" for blob in sorted(blobs)).encode())
    finally:
        watch.cancel()
        end(process)
    rows = (line.split() for line in answers.decode().splitlines())
    return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}
