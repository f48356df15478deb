"""A project's own settings: `mlripe.toml`, or `[tool.mlripe]` in pyproject.toml, at the root of what is audited.

Data only: a repository's configuration can say which of its files prove nothing, and can make nothing run. It is read
from the snapshot, so that an audit of a revision goes by that revision's settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from mlripe.catalog.shapes import PathRole, Strict
from mlripe.errors import UserError
from mlripe.snapshot import Snapshot

__all__ = ["Config", "ConfigError", "load_config"]

OWN_FILE = "mlripe.toml"
SHARED_FILE = "pyproject.toml"


class ConfigError(UserError):
    """A configuration that is not as it should be; the message names file, key and remedy."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Config:
    """The settings. `paths`: for each role, the globs that take the place of its own; none at all switch it off."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def roles(self, known: Iterable[PathRole]) -> tuple[PathRole, ...]:
        """The path roles of the catalogue with the project's own globs."""
        mine = [replace(role, paths=self.paths.get(role.id, role.paths)) for role in known]
        return tuple(role for role in mine if role.paths or role.id not in self.paths)


def load_config(snapshot: Snapshot, roles: Iterable[PathRole]) -> Config:
    """The configuration in a snapshot, the default one where there is none. Raises ConfigError."""
    for name in (OWN_FILE, SHARED_FILE):
        content = snapshot.read(name) if name in snapshot.entries() else None
        if content is None or (name == SHARED_FILE and b"mlripe" not in content):
            continue
        data = _table(name, content)
        if data is not None:
            return _checked(name, data, {role.id for role in roles})
    return Config()


def _table(name: str, content: bytes) -> Any:
    import tomllib

    try:
        data = tomllib.loads(content.decode("utf-8", "replace"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if name == SHARED_FILE:
            return None  # told as a problem by its reader: it is the project's file, not only mlripe's
        raise ConfigError(f"{name}: is not valid TOML ({error}); mend it or remove it") from None
    if name == OWN_FILE:
        return data
    tools = data.get("tool")
    return tools.get("mlripe") if isinstance(tools, dict) else None


def _checked(name: str, data: Any, roles: set[str]) -> Config:
    from mlripe.catalog.compile import nearest, validated

    faults: list[str] = []
    under = "" if name == OWN_FILE else "tool.mlripe"
    if not isinstance(data, dict):
        raise ConfigError(f"{name}: {under}: must be a table of settings, such as [{under}.paths]")
    config: Config | None = validated(name, data, Config, faults, under)
    if config is None:
        raise ConfigError("; ".join(faults))
    for role in config.paths:
        if role not in roles:
            key = ".".join(part for part in (under, "paths", role) if part)
            known = ", ".join(sorted(roles))
            raise ConfigError(f"{name}: {key}: is no role of paths{nearest(role, roles)}; known are {known}")
    return config
