"""What is kept in the user's cache folder: whole answers (`answers.py`), and results of single files (`results.py`).

Nothing that lies there is trusted: what is not this user's own, not as it was written, or of another shape, is not
there. A cache that cannot be read or written is one that is not there either.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlripe.cache.answers import keep, kept, key_of
from mlripe.cache.folder import code_state, folder_for
from mlripe.snapshot import Snapshot

if TYPE_CHECKING:
    from mlripe.readers.memory import Memory

__all__ = ["keep", "kept", "key_of", "results_of"]


def results_of(snapshot: Snapshot, context: Iterable[str]) -> Memory:
    """The memory of the files of a repository, for results that depend on the words of `context` as well."""
    from mlripe.readers.memory import NOTHING_KEPT

    folder = folder_for(snapshot)
    if folder is None or not snapshot.top:
        return NOTHING_KEPT
    from mlripe.cache.results import Results

    return Results(folder, "\0".join((*sys.version.split(), code_state(), *context)))
