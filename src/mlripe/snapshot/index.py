"""What is about to be committed: the files of the index, read from git's objects."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from functools import partial
from itertools import islice
from typing import Final

from msgspec.structs import replace

from mlripe.snapshot.base import MAX_FILES, Entry, ReadFaults
from mlripe.snapshot.blobs import Blobs
from mlripe.snapshot.git import Git, Run, unreadable
from mlripe.snapshot.location import Location
from mlripe.snapshot.paths import MAX_PATH, display, improper, written
from mlripe.snapshot.revision import RevisionSnapshot, bounded
from mlripe.snapshot.watch import end, watched

__all__ = ["LISTING", "index", "index_file"]

LISTING: Final = ("ls-files", "-z", "-s")

_SUBMODULE: Final = "160000"


def index_file() -> str:
    """The index that git tells a hook of: that of a commit of some files only, "" for the usual one."""
    named = os.environ.get("GIT_INDEX_FILE", "")
    return os.path.abspath(named) if named else ""


def index(location: Location, commit: str, git: Git, listing: Run) -> RevisionSnapshot:
    """The snapshot of the index, as far as it lies in `location.folder`, from the output of `LISTING`.

    `commit` is HEAD, "" before the first. Raises GitFailure.
    """
    read_faults = ReadFaults()
    listed = _listed(listing, read_faults)
    files = {}
    for raw in written(listed):
        mode, blob = listed[raw]
        path, fault = display(raw), improper(raw)
        if fault:
            read_faults.add(path, fault)
        elif mode == _SUBMODULE:
            read_faults.add(path, "is a submodule; it is not read")
        else:
            files[path] = Entry(path, mode, None, blob)
    found = dict(sorted(files.items()))
    top = str(location.top)
    return RevisionSnapshot(location.name, top, commit, found, read_faults, Blobs(git), partial(_sized, git))


def _listed(listing: Run, read_faults: ReadFaults) -> dict[bytes, tuple[str, str]]:
    """Mode and blob of each path, as far as there is room for it."""
    listed: dict[bytes, tuple[str, str]] = {}
    for field in islice(listing.fields(), MAX_FILES + 1):
        meta, _, raw = field.partition(b"\t")
        mode, blob, stage = meta.decode().split(" ")
        if stage != "0":
            read_faults.add(display(raw[:MAX_PATH]), "is in conflict; it is read as one side has it")
        listed.setdefault(raw, (mode, blob))
    return bounded(listed, MAX_FILES, listing.cut, read_faults)


def _sized(git: Git, files: Mapping[str, Entry]) -> dict[str, Entry]:
    """The files with the sizes of their blobs, as far as git has these."""
    process = git.start(
        "cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    watch = watched(process, git.allowance)
    try:
        blobs = sorted({entry.blob for entry in files.values()})
        answers, _ = process.communicate("".join(f"{blob}\n" for blob in blobs).encode())
    finally:
        watch.cancel()
        end(process)
    if watch.fault:
        raise unreadable(git, watch.fault)
    rows = (line.split() for line in answers.decode().splitlines())
    sizes = {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}
    return {path: replace(entry, size=sizes.get(entry.blob)) for path, entry in files.items()}
