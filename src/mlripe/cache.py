"""Answers that were given before, kept by what they were made of: git's ids of all files, and the question.

What git has is named by its content, so an assessment, or a check, of the same names is the same. Only plain data is
kept, in the user's own cache folder; a cache that cannot be read or written is one that is not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast, get_args, get_origin, get_type_hints

from mlripe.catalog.load import PACKAGE, source_root
from mlripe.evidence import Strength
from mlripe.kinds import UnresolvedKind
from mlripe.snapshot import Snapshot

__all__ = ["keep", "kept", "key_of"]

FOLDER: Final = "MLRIPE_CACHE_DIR"  # where to keep it; empty: nowhere
MOST_KEPT: Final = 64
_SEPARATOR: Final = "\0"
Kept = TypeVar("Kept")


def key_of(snapshot: Snapshot, question: Iterable[str]) -> str:
    """The name of an answer: about these files, to this question (everything else that it depends on).

    "" where git does not name every file's content.
    """
    digest = hashlib.sha256()
    for word in (_code(), *question):
        digest.update(word.encode("utf-8", "surrogatepass") + b"\0")
    for path, entry in snapshot.listed().items():
        if not entry.blob:
            return ""
        digest.update(_SEPARATOR.join((path, entry.mode, entry.blob)).encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def kept(key: str, shape: type[Kept]) -> Kept | None:
    """What is kept under that name, a dataclass of plain data, if there is any."""
    folder = _folder()
    if not key or folder is None:
        return None
    try:
        data = json.loads((folder / f"{key}.json").read_bytes())
        found: Kept = _decoder(cast(Any, shape))(data)
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None
    return found


def keep(key: str, value: Any) -> None:
    """Keeps a dataclass of plain data under its name, and of all only the newest."""
    folder = _folder()
    if not key or folder is None:
        return
    temporary = folder / f"{key}.{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(value, default=_plain, separators=(",", ":")), encoding="ascii")
        temporary.replace(folder / f"{key}.json")
        oldest_last = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in oldest_last[MOST_KEPT:]:
            path.unlink(missing_ok=True)
    except OSError:
        return


def _folder() -> Path | None:
    """Where assessments are kept, as the system's other programs keep theirs; None for nowhere."""
    named = os.environ.get(FOLDER)
    if named is not None:
        return Path(named) if named else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "") or os.path.expanduser("~/.cache")
    return Path(base) / "mlripe" if os.path.isabs(base) else None


@cache
def _code() -> str:
    """In a checkout, whose code changes under one version, what tells its state apart."""
    if source_root() == PACKAGE / "data":
        return ""
    return str(max(path.stat().st_mtime_ns for path in PACKAGE.rglob("*.py")))


# --- plain data and back ---------------------------------------------------------------------------------------------


def _plain(value: Any) -> list[Any] | dict[str, Any]:
    """A value as JSON can hold it, a step at a time: a dataclass by the values of its fields, in their order."""
    if isinstance(value, Mapping):
        return dict(value)
    return [getattr(value, name) for name in _names(cast(Any, type(value)))]


@cache
def _names(shape: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(shape))


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of that type of its plain data."""
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        parts = [_decoder(hints[field.name]) for field in fields(hint)]
        make: Any = hint
        return lambda data: make(*(part(item) for part, item in zip(parts, data, strict=True)))
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        item = _decoder(arguments[0])
        return lambda data: tuple(item(each) for each in data)
    if origin is tuple:
        items = [_decoder(argument) for argument in arguments]
        return lambda data: tuple(part(each) for part, each in zip(items, data, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, value = (_decoder(argument) for argument in arguments)
        return lambda data: {key(name): value(each) for name, each in data.items()}
    if type(None) in arguments:
        some = _decoder(next(argument for argument in arguments if argument is not type(None)))
        return lambda data: None if data is None else some(data)
    return hint if hint in (Strength, UnresolvedKind, int) else lambda data: data
