"""The catalogue as it is compiled: where it stands, whether it is current, and loading it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlripe.catalog.content import Catalog

if TYPE_CHECKING:
    from mlripe.catalog.plans import PlanBook

__all__ = ["from_compiled", "load", "source_root", "version"]

PACKAGE = Path(__file__).resolve().parent.parent
COMPILED = PACKAGE / "catalog.json"
_WORDS: Final = ("kinds.py", "landmark_kinds.py", "problem_kinds.py")
_LEAD: Final = 64  # bytes that hold `{"version":"..."`


def source_root() -> Path:
    """The folder that holds `detectors/` and `rules/`: the checkout's root, or the package's own data."""
    checkout = PACKAGE.parent.parent
    if (checkout / "detectors").is_dir() and (checkout / "rules").is_dir():
        return checkout
    return PACKAGE / "data"


@cache
def load() -> Catalog:
    """The catalogue that ships with mlripe; read once a process."""
    return from_compiled(_content())


def version() -> str:
    """The digest that `load().version` has, which leads the compiled catalogue: the rest is not looked at."""
    return _content()[:_LEAD].split(b'"', 4)[3].decode()


@cache
def _content() -> bytes:
    """The compiled catalogue, compiled again where a checkout's files are newer."""
    root = source_root()
    if root == PACKAGE / "data" or not _stale(root):
        return COMPILED.read_bytes()
    from mlripe.catalog.compile import compile_catalog

    content = compile_catalog(root)
    _store(content)
    return content


def from_compiled(content: bytes) -> Catalog:
    """The catalogue in the bytes that `compile_catalog` gives: a line of rules, one of detectors, one of plans."""
    from mlripe.catalog.compiled import from_data, patterns_from

    rules, patterns, plans = content.split(b"\n", 2)
    return replace(
        from_data(json.loads(rules)),
        patterns=lambda: patterns_from(json.loads(patterns)),
        plans=lambda: _plan_book(plans),
    )


def _plan_book(content: bytes) -> PlanBook:
    from mlripe.catalog.plans import plans_from

    return plans_from(json.loads(content))


def _stale(root: Path) -> bool:
    try:
        made = COMPILED.stat().st_mtime_ns
    except OSError:
        return True
    for folder in ("detectors", "rules"):
        for where, _, files in os.walk(root / folder):
            if os.stat(where).st_mtime_ns > made:
                return True
            if any(os.stat(os.path.join(where, name)).st_mtime_ns > made for name in files):
                return True
    shapes = ("catalog/schema.py", "catalog/plan_schema.py", "catalog/compile.py", "catalog/words.py", *_WORDS)
    return any((PACKAGE / name).stat().st_mtime_ns > made for name in shapes)


def _store(content: bytes) -> None:
    """Keeps the compiled catalogue beside the package; a checkout that cannot be written to compiles at each start."""
    temporary = COMPILED.with_suffix(f".{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(COMPILED)
    except OSError:
        temporary.unlink(missing_ok=True)
