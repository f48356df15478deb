"""The settings to propose: targets and a profile, in pyproject.toml where there is one, else in mlripe.toml."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mlripe.errors import UserError
from mlripe.init.files import Change, patched, read
from mlripe.lazy_regex import lazy_regex
from mlripe.settings.load import OWN_FILE, SHARED_FILE
from mlripe.toml_text import NotToml, read_toml

__all__ = ["settings"]

LARGEST: Final = 16 << 10  # characters that are read with their form: tables in them take the cube of their number
_HEADER: Final = lazy_regex(r"(?m)^[ \t]*\[")
BYTE_ORDER_MARK: Final = "\ufeff"  # which some editors write, and no parser of TOML takes


def settings(root: Path, values: Mapping[str, Any]) -> Change | None:
    """The change that sets the values; None where `targets` are set. Raises UserError where a file is no TOML."""
    own, shared = read(root, OWN_FILE), read(root, SHARED_FILE)
    if own is not None:
        return _with(OWN_FILE, own, (), values)
    if shared is not None:
        return _with(SHARED_FILE, shared, ("tool", "mlripe"), values)
    return Change(OWN_FILE, None, _lines(values))


def _with(path: str, text: str, under: tuple[str, ...], values: Mapping[str, Any]) -> Change | None:
    """The file with the values in the table `under`."""
    mark = text[: text.startswith(BYTE_ORDER_MARK)]
    text = text.removeprefix(mark)
    plain = text.replace("\r\n", "\n")
    try:
        wanted: Any = read_toml(plain)
    except NotToml as error:
        raise UserError(f"{path}: is {error}; mend it, nothing is written") from None
    here = wanted
    for key in under:
        here = here.setdefault(key, {})
        if not isinstance(here, dict):
            raise UserError(f"{path}: {key} is no table; mend it, nothing is written")
    if "targets" in here:
        return None
    fresh = not here
    here |= values
    edited = _appended(plain, under, values) if fresh and under else ""
    if not _says(edited, wanted):
        start, end = _own_part(plain, under)
        inserted = _inserted(plain[start:end], under, values) if end - start <= LARGEST else ""
        edited = plain[:start] + inserted + plain[end:] if inserted else ""
    after = patched(text, plain, edited) if edited else ""
    if not _says(after.replace("\r\n", "\n"), wanted):
        lines = "; ".join(f"{'.'.join((*under, key))} = {_written(value)}" for key, value in values.items())
        raise UserError(f"{path}: cannot be changed as it is written; add this by hand: {lines}")
    return Change(path, mark + text, mark + after)


def _own_part(text: str, under: tuple[str, ...]) -> tuple[int, int]:
    """Where the table stands by itself, up to the next header; the whole text where no header of its own leads it."""
    start = body = 0
    if under:
        name = r"[ \t]*[.][ \t]*".join(under)
        header = re.search(rf"(?m)^[ \t]*\[[ \t]*{name}[ \t]*\][^\n]*$", text)
        if header is None:
            return 0, len(text)
        start, body = header.span()
    following = _HEADER.search(text, body)
    return start, following.start() if following else len(text)


def _inserted(text: str, under: tuple[str, ...], values: Mapping[str, Any]) -> str:
    """The text with the values in the table that there is; "" where that cannot be written into."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document: Any = tomlkit.parse(text)
        table = document
        for key in under:
            if key not in table:
                table[key] = tomlkit.table()
            table = table[key]
        for key, value in values.items():
            table[key] = value
        return tomlkit.dumps(document)
    except (TOMLKitError, ValueError, TypeError, RecursionError):
        return ""


def _appended(text: str, under: tuple[str, ...], values: Mapping[str, Any]) -> str:
    """The table at the end, where people look for what was added last; there the file's own tables stay together."""
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}[{'.'.join(under)}]\n{_lines(values)}"


def _lines(values: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {_written(value)}\n" for key, value in values.items())


def _says(text: str, wanted: Any) -> bool:
    try:
        return bool(text) and read_toml(text) == wanted
    except NotToml:
        return False


def _written(value: Any) -> str:
    return json.dumps(value)  # which for plain words is TOML as well
