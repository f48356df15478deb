"""Answers that were given before, kept by what they were made of: git's ids of all files, and the question.

What git has is named by its content, so an assessment, or a check, of the same names is the same, as long as every
content that was read had its name rightly (`snapshot.is_whole`). Only plain data is kept, in the user's own cache
folder; a cache that cannot be read or written is one that is not there. Nothing that lies there is trusted: what is not
this user's own file, not as it was written, or of another shape, is not there either.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from mlripe.cache.folder import cache_folder, code_state, folder_for
from mlripe.evidence import Strength
from mlripe.files import put, read_regular, written_aside
from mlripe.kinds import UnresolvedKind
from mlripe.lazy_regex import lazy_regex
from mlripe.snapshot import Snapshot

__all__ = ["MOST_BYTES_KEPT", "is_of_answers", "keep", "kept", "key_of"]

MOST_KEPT: Final = 64
MOST_BYTES: Final = 8 << 20  # of one answer
MOST_BYTES_KEPT: Final = 64 << 20  # of all
OLDEST: Final = 30 * 24 * 3600.0  # seconds
_UNFINISHED: Final = 3600.0  # seconds after which a file that never got its place belongs to no process that still runs
_MOST_SEEN: Final = 10_000  # entries of the folder that are looked at
_ANSWER: Final = lazy_regex(r"[0-9a-f]{64}\.json")
_ASIDE: Final = lazy_regex(r"\.mlripe-[0-9a-f]{12}\.tmp|[0-9a-f]{64}\.\d+\.tmp")  # the second is that of version 0.1.0
_SEPARATOR: Final = "\0"
Kept = TypeVar("Kept")


def key_of(snapshot: Snapshot, question: Iterable[str]) -> str:
    """The name of an answer: about these files, to this question (everything else that it depends on).

    "" where git does not name every file's content, or where the repository could bring the answer: where the cache
    lies in it.
    """
    if folder_for(snapshot) is None:
        return ""
    digest = hashlib.sha256()
    for word in (code_state(), snapshot.top, *question):
        digest.update(word.encode("utf-8", "surrogatepass") + b"\0")
    for path, entry in snapshot.listed().items():
        if not entry.blob:
            return ""
        digest.update(_SEPARATOR.join((path, entry.mode, entry.blob)).encode("utf-8", "surrogatepass") + b"\n")
    for read_fault in snapshot.read_faults:  # what is left out of that listing
        digest.update(_SEPARATOR.join((read_fault.path, read_fault.says)).encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def kept(key: str, shape: type[Kept]) -> Kept | None:
    """What is kept under that name, a dataclass of plain data, if there is any."""
    folder = cache_folder()
    if not key or folder is None:
        return None
    try:
        content = read_regular(folder / f"{key}.json", MOST_BYTES, follow=False, own=True)
        seal, _, data = content.partition(b"\n")
        if seal != _seal(key, data):
            return None
        plain = json.loads(
            data, parse_constant=lambda word: _is(float, word)
        )  # `Infinity` and `NaN` are no numbers here
        found: Kept = _decoder(cast(Any, shape))(plain)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return found


def keep(key: str, value: Any) -> None:
    """Keeps a dataclass of plain data under its name, and of all only the newest."""
    folder = cache_folder()
    if not key or folder is None:
        return
    data = json.dumps(value, default=_plain, separators=(",", ":")).encode("ascii")
    if len(data) > MOST_BYTES - 100:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = folder / f"{key}.json"
        put(written_aside(place, _seal(key, data) + b"\n" + data, 0o600, lasting=False), place)
        _tidy(folder)
    except OSError:
        return


def is_of_answers(name: str) -> bool:
    """Whether a file of that name in the cache's folder is an answer, or one that was never finished."""
    return bool(_ANSWER.fullmatch(name) or _ASIDE.fullmatch(name))


def _seal(key: str, data: bytes) -> bytes:
    """What shows that data is as it was kept, and under this name."""
    return hashlib.sha256(key.encode() + data).hexdigest().encode()


def _tidy(folder: Path) -> None:
    """Removes what is too old, too much, or was never finished; of nothing but files that mlripe names so."""
    now = time.time()
    answers: list[tuple[float, int, str]] = []
    for name, age, size in _files(folder, now):
        if _ANSWER.fullmatch(name):
            answers.append((age, size, name))
        elif _ASIDE.fullmatch(name) and age > _UNFINISHED:
            _remove(folder / name)
    total = 0
    for count, (age, size, name) in enumerate(sorted(answers)):
        total += size
        if count >= MOST_KEPT or total > MOST_BYTES_KEPT or age > OLDEST:
            _remove(folder / name)


def _files(folder: Path, now: float) -> Iterator[tuple[str, float, int]]:
    """Name, age in seconds and size of what lies in the folder and is no folder."""
    with os.scandir(folder) as entries:
        for _, entry in zip(range(_MOST_SEEN), entries, strict=False):
            with suppress(OSError):
                if not entry.is_dir(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    yield entry.name, now - status.st_mtime, status.st_size


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


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
    """What makes a value of that type of its plain data; it raises ValueError or TypeError at any other."""
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        parts = [_decoder(hints[field.name]) for field in fields(hint)]
        make: Any = hint
        return lambda data: make(*(part(item) for part, item in zip(parts, _is(list, data), strict=True)))
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        item = _decoder(arguments[0])
        return lambda data: tuple(item(each) for each in _is(list, data))
    if origin is tuple:
        items = [_decoder(argument) for argument in arguments]
        return lambda data: tuple(part(each) for part, each in zip(items, _is(list, data), strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key = int if arguments[0] is int else _decoder(arguments[0])  # JSON has words alone as keys
        value = _decoder(arguments[1])
        return lambda data: {key(name): value(each) for name, each in _is(dict, data).items()}
    if type(None) in arguments:
        some = _decoder(next(argument for argument in arguments if argument is not type(None)))
        return lambda data: None if data is None else some(data)
    return _plain_decoder(hint, origin, arguments)


def _plain_decoder(hint: Any, origin: Any, arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    """The same for a type that holds no others."""
    if hint is Strength:
        return lambda data: Strength(_is(int, data))
    if hint is UnresolvedKind:
        kinds = {kind.value: kind for kind in UnresolvedKind}
        return lambda data: kinds[data]
    if origin is Literal:
        return lambda data: arguments[arguments.index(data)]
    if hint is float:
        return lambda data: data if type(data) is int else _is(float, data)
    return lambda data: _is(hint, data)


def _is(shape: type[Any], data: Any) -> Any:
    """The data, which is of this very type. Raises TypeError where it is not."""
    if type(data) is not shape:
        raise TypeError(f"{type(data).__name__} in the place of {shape.__name__}")
    return data
