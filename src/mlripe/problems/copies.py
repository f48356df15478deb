"""Files that stand there twice: backups and build products in git, modules that were copied and changed."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from mlripe.evidence import Defect, Sighting
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers.store import FactStore

__all__ = ["copies"]

MOST_PLACES: Final = 10
FEWEST_FOLDERS: Final = 3  # that hold a module of one name before its copies are told
FEWEST_LINES: Final = 25  # of a module that is compared
LARGEST: Final = 200_000
MOST_COMPARED: Final = 400  # modules
ALIKE: Final = 0.8
_BACKUP: Final = lazy_regex(
    r"(?i)\.(?:bak|orig|old|backup|swp|rej)\Z|~\Z|(?:^|/)copy of [^/]+\Z| \(?copy(?: \d+)?\)?\.\w+\Z"
)
_DATA: Final = lazy_regex(r"(?i)\.(?:log|csv|tsv|txt|png|jpe?g|pdf|xlsx?|docx?|pptx?|zip)(?:\.\w+)?\Z")
_BUILT: Final = lazy_regex(
    r"(?:^|/)(build/lib|[\w.-]+\.egg-info|__pycache__|\.ipynb_checkpoints|node_modules|site-packages|\.pytest_cache|"
    r"\.venv|venv)/"
)
_CALLED_ALIKE: Final = frozenset(("__init__.py", "setup.py", "conftest.py", "conf.py", "__main__.py", "manage.py"))
_APART: Final = lazy_regex(r"(?i)(?:^|/)(?:overlays?|generated|vendor|third_party|migrations|versions|clients?|sdk)/")


def copies(examined: Examined) -> Iterator[Defect]:
    """A defect for each backup and each folder that a tool makes, and for each module that stands in three folders."""
    store = examined.store
    yield from _made_by_tools(examined.paths)
    yield from _diverging(store)


def _made_by_tools(paths: Iterable[str]) -> Iterator[Defect]:
    folders: dict[str, str] = {}
    backups = []
    for path in paths:
        found = _BUILT.search(path)
        if found:
            folders.setdefault(path[: found.end()], path)
        elif _BACKUP.search(path) and not _DATA.search(path):
            backups.append(path)
    for folder, path in list(folders.items())[:MOST_PLACES]:
        yield Defect(path, 0, f"{folder} is in git, and a tool makes it", "built", finds=DefectKind.TRACKED_BUILD)
    for path in backups[:MOST_PLACES]:
        yield Defect(path, 0, "a backup beside what it was copied from", "backups", finds=DefectKind.TRACKED_BUILD)


def _diverging(store: FactStore) -> Iterator[Defect]:
    named: dict[str, list[str]] = defaultdict(list)
    for path, entry in store.entries.items():
        name = posixpath.basename(path)
        plain = path.endswith(".py") and name not in _CALLED_ALIKE and not _APART.search(path)
        if plain and store.role(path) is None and 500 <= (entry.size or 0) <= LARGEST:
            named[name].append(path)
    compared = 0
    for name, paths in sorted(named.items()):
        if len({posixpath.dirname(path) for path in paths}) < FEWEST_FOLDERS or compared > MOST_COMPARED:
            continue
        compared += len(paths)
        alike = _alike({path: _lines(store.text(path)) for path in paths[:MOST_PLACES]})
        if len(alike) >= FEWEST_FOLDERS:
            beside = tuple(Sighting(path, 0, "a copy that differs") for path in alike[1:])
            says = f"{name} stands in {len(alike)} folders, much the same and not the same"
            yield Defect(alike[0], 0, says, f"copies of {name}", beside, finds=DefectKind.DIVERGING_COPIES)


def _lines(content: bytes) -> frozenset[bytes]:
    return frozenset(line.strip() for line in content.splitlines() if len(line.strip()) > 3)


def _alike(lines: Mapping[str, frozenset[bytes]]) -> list[str]:
    """The files that share most lines with the first of them, if any two differ."""
    long = {path: known for path, known in lines.items() if len(known) >= FEWEST_LINES}
    for path, known in long.items():
        near = [other for other, its in long.items() if len(known & its) >= ALIKE * max(len(known), len(its))]
        if len(near) >= FEWEST_FOLDERS and any(long[other] != known for other in near):
            return [path, *(other for other in near if other != path)]
    return []
