"""Lock files in TOML: poetry.lock, uv.lock, pdm.lock, pylock.toml and Julia's Manifest.toml.

They are written by tools, one key a line, and grow to megabytes: a scan over their lines tells all that is asked,
in a small part of the time that parsing takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlripe.facts import Dependency, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.gathering import Gathered, decode
from mlripe.readers.dependencies.specifiers import normalise

__all__ = ["read_julia_manifest", "read_pdm_lock", "read_poetry_lock", "read_pylock", "read_uv_lock"]

_KEY = lazy_regex(r"([a-z_-]+) *= *(.*)")
_QUOTED = lazy_regex(r"[\"']([^\"']*)[\"']")
_PYTHON_TABLE = lazy_regex(r"\[\[(packages?)\]\]")
_JULIA_TABLE = lazy_regex(r"\[\[(?:deps\.)?([A-Za-z0-9_]+)\]\]")
_LOCAL = lazy_regex(r"\{ *(?:virtual|editable|directory) *=")  # uv: a source in the repository itself
_EVERYONE = frozenset({"main", "default"})


def read_poetry_lock(path: str, content: bytes) -> FileFacts:
    """What Poetry locked, without local folders; a package that only a group needs is in that group."""
    return _read_python(path, content)


def read_uv_lock(path: str, content: bytes) -> FileFacts:
    """What uv locked, without the members of its own workspace."""
    return _read_python(path, content)


def read_pdm_lock(path: str, content: bytes) -> FileFacts:
    """What PDM locked, without local folders; a package that only a group needs is in that group."""
    return _read_python(path, content)


def read_pylock(path: str, content: bytes) -> FileFacts:
    """What a standard lock (PEP 751) holds, without local folders."""
    return _read_python(path, content)


def read_julia_manifest(path: str, content: bytes) -> FileFacts:
    """What Julia's package manager resolved; a package of the standard library has no version of its own."""
    gathered = Gathered(path)
    for line, name, entry in _tables(decode(content), _JULIA_TABLE):
        if gathered.full:
            break
        gathered.add(Dependency("julia", name, line, "exact", _quoted(entry.get("version", "")), locked=True))
    return gathered.facts()


def _read_python(path: str, content: bytes) -> FileFacts:
    gathered = Gathered(path)
    for line, _, entry in _tables(decode(content), _PYTHON_TABLE):
        if gathered.full:
            break
        name = normalise(_quoted(entry.get("name", "")))
        if name and not _is_local(entry):
            version = _quoted(entry.get("version", ""))
            gathered.add(Dependency("python", name, line, "exact", version, _group(entry), locked=True))
    return gathered.facts()


def _tables(text: str, header: re.Pattern[str]) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Line, what the header names, and the keys of each table that `header` opens; `source.type` for one below it.

    The line is that of the key `name`, of the header without one. Values are as written, and end with their line.
    """
    start, named, below = 0, "", ""
    entry: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("["):
            if opened := header.match(line):
                if start:
                    yield start, named, entry
                start, named, below, entry = number, opened[1], "", {}
            else:
                below = line.strip("[] ").rpartition(".")[2] + "."
        elif start and line[:1].isalpha() and (match := _KEY.match(line)):
            entry.setdefault(below + match[1], match[2])
            start = number if below + match[1] == "name" else start
    if start:
        yield start, named, entry


def _is_local(entry: dict[str, str]) -> bool:
    source = entry.get("source", "")
    return bool(
        _LOCAL.match(source)
        or _quoted(entry.get("source.type", "")) in ("directory", "file")
        or {"path", "directory", "directory.path"} & entry.keys()
    )


def _group(entry: dict[str, str]) -> str:
    """The group that needs a package: "" where everyone does. Older Poetry calls it a category."""
    groups = _QUOTED.findall(entry.get("groups", "") or entry.get("category", ""))
    return "" if not groups or _EVERYONE & set(groups) else groups[0]


def _quoted(value: str) -> str:
    match = _QUOTED.search(value)
    return match[1] if match else ""
