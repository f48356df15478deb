"""Where a project's settings stand, and what is written there: plain data, held against no shape yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from mlripe.errors import UserError
from mlripe.snapshot import Snapshot
from mlripe.toml_text import NotToml, read_toml

__all__ = ["OWN_FILE", "SHARED_FILE", "ConfigError", "Found", "read_settings"]

OWN_FILE: Final = "mlripe.toml"
SHARED_FILE: Final = "pyproject.toml"
LARGEST: Final = 1 << 20  # bytes of a file with settings
_SYMLINK: Final = "120000"  # git's mode
_TABLE: Final = b"[tool.mlripe"


class ConfigError(UserError):
    """A configuration that is not as it should be; the message names file, key and remedy."""


@dataclass(frozen=True, slots=True)
class Found:
    """The settings, the file that they stand in, and another file with some, which that one goes before ("": none)."""

    file: str
    data: Any
    ignored: str = ""


def read_settings(snapshot: Snapshot) -> Found | None:
    """The settings in a snapshot; None where there are none.

    Raises ConfigError where they are there and cannot be read: to go on without them would answer another question.
    """
    shared = _shared(snapshot)
    own = _own_table(snapshot)
    if own is not None:
        return Found(OWN_FILE, own, SHARED_FILE if _TABLE in shared else "")
    data = _shared_table(shared) if shared else None
    return None if data is None else Found(SHARED_FILE, data)


def _own_table(snapshot: Snapshot) -> Any:
    """What the file of mlripe's own says; None where there is none."""
    entry = snapshot.entries().get(OWN_FILE)
    if entry is None:
        if any(path.startswith(f"{OWN_FILE}/") for path in snapshot.entries()):
            raise ConfigError(f"{OWN_FILE}: is a folder; rename it, or make it a file of settings")
        return None
    content = snapshot.read(OWN_FILE)
    if content is None and entry.mode == _SYMLINK:
        raise ConfigError(f"{OWN_FILE}: is a symbolic link, and none is followed; put the settings in its place")
    if content is None:
        why = next((each.says for each in snapshot.read_faults if each.path == OWN_FILE), "is not there")
        raise ConfigError(f"{OWN_FILE}: {why}; mend it or remove it")
    _check_size(OWN_FILE, content, "remove some")
    try:
        data = read_toml(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigError(f"{OWN_FILE}: is not UTF-8; save it as UTF-8") from None
    except NotToml as error:
        raise ConfigError(f"{OWN_FILE}: is {error}; mend it or remove it") from None
    if isinstance(data.get("tool"), dict) and "mlripe" in data["tool"]:
        raise ConfigError(f"{OWN_FILE}: tool.mlripe: is how pyproject.toml says it; here its keys stand at the top")
    return data


def _check_size(name: str, content: bytes, remedy: str) -> None:
    if len(content) > LARGEST:
        raise ConfigError(f"{name}: is larger than {LARGEST >> 20} MiB; {remedy}")


def _shared(snapshot: Snapshot) -> bytes:
    """The project's own file, where it names mlripe at all: to read TOML takes time."""
    content = snapshot.read(SHARED_FILE) if SHARED_FILE in snapshot.entries() else None
    return content if content and b"mlripe" in content else b""


def _shared_table(content: bytes) -> Any:
    """What it says to mlripe; None for nothing. What is wrong elsewhere in it is told as a read fault by its reader."""
    _check_size(SHARED_FILE, content, f"put mlripe's settings into {OWN_FILE}")
    try:
        data = read_toml(content.decode("utf-8-sig", "replace"))
    except NotToml as error:
        if _TABLE in content:
            raise ConfigError(f"{SHARED_FILE}: is {error}; mend it, mlripe's settings are in it") from None
        return None
    if isinstance(data.get("mlripe"), dict):
        raise ConfigError(f"{SHARED_FILE}: mlripe: is how a file of its own says it; write [tool.mlripe] here")
    tools = data.get("tool")
    return tools.get("mlripe") if isinstance(tools, dict) else None
