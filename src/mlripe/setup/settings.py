"""The settings to propose: the targets, in pyproject.toml where there is one, else in mlripe.toml."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mlripe.config import OWN_FILE, SHARED_FILE
from mlripe.errors import UserError
from mlripe.setup.files import Change, patched, read

__all__ = ["settings"]


def settings(root: Path, targets: Sequence[str]) -> Change | None:
    """The change that sets the targets; None where some are set. Raises UserError where a file is no TOML."""
    own, shared = read(root, OWN_FILE), read(root, SHARED_FILE)
    if own is not None:
        return _with(OWN_FILE, own, (), targets)
    if shared is not None:
        return _with(SHARED_FILE, shared, ("tool", "mlripe"), targets)
    return Change(OWN_FILE, None, f"targets = {_written(targets)}\n")


def _with(path: str, text: str, under: tuple[str, ...], targets: Sequence[str]) -> Change | None:
    """The file with the targets in the table `under`."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    plain = text.replace("\r\n", "\n")
    try:
        wanted: Any = tomllib.loads(plain)
        document = tomlkit.parse(plain)
    except (tomllib.TOMLDecodeError, TOMLKitError, RecursionError) as error:
        raise UserError(f"{path}: is not valid TOML ({error}); mend it, nothing is written") from None
    here = wanted
    for key in under:
        here = here.setdefault(key, {})
        if not isinstance(here, dict):
            raise UserError(f"{path}: {key} is no table; mend it, nothing is written")
    if "targets" in here:
        return None
    fresh = not here
    here["targets"] = list(targets)
    edited = _appended(plain, under, targets) if fresh and under else ""
    if not _says(edited, wanted):
        table: Any = document
        for key in under:
            if key not in table:
                table[key] = tomlkit.table()
            table = table[key]
        table["targets"] = list(targets)
        edited = tomlkit.dumps(document)
    if not _says(edited, wanted):
        lines = f"{'.'.join((*under, 'targets'))} = {_written(targets)}"
        raise UserError(f"{path}: cannot be changed as it is written; add this by hand: {lines}")
    return Change(path, text, patched(text, plain, edited))


def _appended(text: str, under: tuple[str, ...], targets: Sequence[str]) -> str:
    """The table at the end, where people look for what was added last; there the file's own tables stay together."""
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}[{'.'.join(under)}]\ntargets = {_written(targets)}\n"


def _says(text: str, wanted: Any) -> bool:
    try:
        return bool(text) and bool(tomllib.loads(text) == wanted)
    except tomllib.TOMLDecodeError:
        return False


def _written(targets: Sequence[str]) -> str:
    return json.dumps(list(targets))  # which for plain words is TOML as well
