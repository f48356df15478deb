"""Between what people write in YAML and the shapes of `schema.py`: names that differ, texts that stand for lists."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Final

from mlripe.catalog.schema import MATCHERS
from mlripe.catalog.validation import RENAMED

__all__ = ["compact", "renamed"]

_LISTS: Final = frozenset(
    (*MATCHERS, "within", "inside", "near", "needs_files", "on", "off", "then", "declares", "declares_role")
)


def renamed(data: Any) -> Any:
    """YAML's words to the shapes' field names; a single string stands for a list of one."""
    if isinstance(data, list):
        return [renamed(item) for item in data]
    if not isinstance(data, dict):
        return data
    out: dict[str, Any] = {}
    for written, value in data.items():
        # YAML 1.1 reads a bare `on` or `off` as a truth value
        key = "on" if written is True else "off" if written is False else written
        if key in ("cases", "key"):
            out[key] = [value] if key == "key" and isinstance(value, (str, dict)) else value
            continue
        name: Any = RENAMED.get(key, key)
        if name in ("with_", "without", "disabled"):
            out[name] = _values(value)
            continue
        if name in _LISTS and isinstance(value, (str, dict)):
            value = [value]
        if name in ("when", "unless") and isinstance(value, dict):
            value = [value]
        out[name] = renamed(value)
    if isinstance(out.get("declared_by"), dict):
        out["declared_by"] = {k: [v] if isinstance(v, str) else v for k, v in out["declared_by"].items()}
    return out


def _values(value: Any) -> Any:
    """What `with`, `without` and `disabled` want: keywords, or a regex by keyword; YAML's true is a text here."""
    if isinstance(value, dict):
        return {
            k: str(v).lower() if isinstance(v, bool) else v if isinstance(v, str) else str(v) for k, v in value.items()
        }
    return [value] if isinstance(value, str) else value


def compact(value: Any, leave_out: tuple[str, ...] = ()) -> Any:
    """A shape as plain data, without the fields that have their default value."""
    if isinstance(value, (list, tuple)):
        return [compact(item) for item in value]
    if isinstance(value, dict):
        return {key: compact(item) for key, item in value.items()}
    if not is_dataclass(value):
        return value
    return {
        f.name: compact(content)
        for f in fields(value)
        if f.name not in leave_out
        and (content := getattr(value, f.name)) != f.default
        and (content or f.default_factory is MISSING)
    }
