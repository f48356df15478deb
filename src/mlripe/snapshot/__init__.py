"""A repository's files at one moment: which there are, and their bytes on demand. Reads only; runs nothing of theirs.

    with open_snapshot("path/to/repository", rev="v1.4") as snapshot:
        for path, content in snapshot.read_many(snapshot.entries()):
            ...

Four kinds: the work tree of a git repository (tracked files, and untracked ones that git does not ignore), one revision
of it (`rev`; HEAD of a bare repository), what is about to be committed (`staged`), or a plain folder.

The same content gives the same paths and bytes whichever way it is read:

- Paths are relative to the audited folder, with forward slashes, and printable everywhere: see `display`.
- Text has its CRLF turned into LF, since git may check the same blob out either way; see `content.normalised`.
- A symlink is an entry of mode 120000 that reads as None; it is never followed, neither as file nor as folder.
- Folders that tools fill (`paths.GENERATED`, installed environments) are left out, tracked or not.
- A submodule, and a repository inside the tree, is a read fault and not read.
- Under Git LFS a tracked file reads as the pointer that is committed, also where the work tree holds the content
  itself. A plain folder knows nothing of LFS: there a file reads as what it is.

git is run directly, not through GitPython: that starts the same git, with less control of its environment, and its
import alone takes longer than a whole small audit may.
"""

from __future__ import annotations

from mlripe.snapshot.base import Entry, Snapshot, SnapshotError, is_whole
from mlripe.snapshot.content import blob_id, is_lfs_pointer
from mlripe.snapshot.location import repository_at
from mlripe.snapshot.open_snapshot import common_ancestor, open_snapshot
from mlripe.snapshot.paths import display

__all__ = [
    "Entry",
    "Snapshot",
    "SnapshotError",
    "blob_id",
    "common_ancestor",
    "display",
    "is_lfs_pointer",
    "is_whole",
    "open_snapshot",
    "repository_at",
]
