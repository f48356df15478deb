"""Catalogues that add to mlripe's own: from a folder, from the repository that is audited, from installed packages.

Each is laid out as mlripe's own: `detectors/<area>/<tool>.yaml`, `rules/models/<id>.yaml`,
`rules/problems/<id>.yaml`, for new words `rules/capabilities.yaml` and `rules/roles.yaml`, and for what it knows
of tools `rules/programs.yaml` and `rules/ci_services.yaml`. All of it is data; nothing of it is imported or run.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mlripe.catalog.compiled import from_data, patterns_from
from mlripe.catalog.content import Catalog, Patterns
from mlripe.catalog.load import load
from mlripe.catalog.packages import CATALOGS, entry_points, folder_of
from mlripe.errors import CatalogError

__all__ = ["Addition", "extended", "from_files", "from_folder", "from_packages", "with_folders"]

MOST_FILES: Final = 1000
_PARTS: Final = ("detectors/", "rules/")


@dataclass(frozen=True, slots=True)
class Addition:
    """A catalogue's files by their paths in its folder; `name` says where it is from, and leads paths in messages."""

    name: str
    files: Mapping[str, bytes]


def from_files(name: str, files: Iterable[tuple[str, bytes]]) -> Addition:
    """The addition in these files of a folder `name`. Raises CatalogError where there is nothing of a catalogue."""
    kept = {path: content for path, content in files if _belongs(path)}
    if not kept:
        raise CatalogError(f"{name}: holds no catalogue; put detectors in {name}/detectors/<area>/<tool>.yaml")
    if len(kept) > MOST_FILES:
        raise CatalogError(f"{name}: holds more than {MOST_FILES} catalogue files; split it")
    return Addition(name, kept)


def from_folder(folder: Path, name: str = "") -> Addition:
    """The addition in a folder on disk. Raises CatalogError."""
    name = name or folder.as_posix()
    if not folder.is_dir():
        raise CatalogError(f"{name}: there is no such folder; name one that holds detectors/ or rules/")
    paths = [path for part in _PARTS for path in sorted((folder / part).rglob("*")) if path.is_file()]
    try:
        files = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths[: MOST_FILES + 1]]
    except OSError as error:
        raise CatalogError(f"{name}: cannot be read ({error.strerror}); mend its permissions") from None
    return from_files(name, files)


def from_packages() -> tuple[Addition, ...]:
    """The catalogues that installed packages bring. Raises CatalogError naming the package."""
    found = []
    for point in entry_points(CATALOGS):
        folder = folder_of(point.value)
        if folder is None:
            raise CatalogError(
                f"the entry point {point.name} = {point.value!r} ({CATALOGS}) names no package with files"
            )
        found.append(from_folder(folder, f"package {point.value}"))
    return tuple(found)


def extended(catalog: Catalog, additions: Iterable[Addition]) -> Catalog:
    """The catalogue with what is added, in this order. Raises CatalogError with a line a fault."""
    for addition in additions:
        catalog = _with(catalog, addition)
    return catalog


def with_folders(folders: Iterable[str | os.PathLike[str]]) -> Catalog:
    """mlripe's own catalogue with those of installed packages, and of these folders. Raises CatalogError."""
    return extended(load(), [*from_packages(), *(from_folder(Path(folder)) for folder in folders)])


def _with(catalog: Catalog, addition: Addition) -> Catalog:
    from mlripe.catalog.compile import Known, compiled

    rules, patterns = compiled(addition.files, Known.of(catalog), f"{addition.name}/")
    more, added = from_data(rules), patterns_from(patterns)
    return replace(
        catalog,
        version=hashlib.sha256(f"{catalog.version}{more.version}".encode()).hexdigest()[:12],
        capabilities={**catalog.capabilities, **more.capabilities},
        patterns=lambda: Patterns(
            (*catalog.detectors, *added.detectors),
            _joined(catalog.words, added.words),
            catalog.tools | added.tools,
            {**catalog.examples, **added.examples},
            {**catalog.made.needed, **added.needed},
        ),
        models={**catalog.models, **more.models},
        looked_at=(*catalog.looked_at, *more.looked_at),
        detector_roles={**catalog.detector_roles, **more.detector_roles},
        problem_rules={**catalog.problem_rules, **more.problem_rules},
        knowledge=catalog.knowledge.extended(more.knowledge),
        additions=(*catalog.additions, addition.name),
    )


def _belongs(path: str) -> bool:
    return path.startswith(_PARTS) and path.endswith((".yaml", ".yml"))


def _joined(some: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    return {**some, **{module: f"{some[module]}|{word}" if module in some else word for module, word in others.items()}}
