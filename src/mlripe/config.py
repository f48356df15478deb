"""A project's own settings: `mlripe.toml`, or `[tool.mlripe]` in pyproject.toml, at the root of what is audited.

Data only: a repository's configuration can say which of its files prove nothing, which folders are projects of their
own and where its own detectors and rules stand; it can make nothing run, and names nothing outside the repository. It
is read from the snapshot, so that an audit of a revision goes by that revision's settings.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from mlripe.catalog.additions import Addition, from_files
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
    """The settings.

    `paths`: for each role, the globs that take the place of its own; none at all switch it off. `catalogs`: folders
    that hold detectors and rules of the project's own. `projects`: the folders of its projects; None: as found.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)
    catalogs: tuple[str, ...] = ()
    projects: tuple[str, ...] | None = None

    def roles(self, known: Iterable[PathRole]) -> tuple[PathRole, ...]:
        """The path roles of the catalogue with the project's own globs."""
        mine = [replace(role, paths=self.paths.get(role.id, role.paths)) for role in known]
        return tuple(role for role in mine if role.paths or role.id not in self.paths)

    def additions(self, snapshot: Snapshot) -> tuple[Addition, ...]:
        """What the project's own catalogues hold. Raises CatalogError."""
        found = []
        for folder in self.catalogs:
            inside = [path for path in snapshot.entries() if path.startswith(f"{folder}/")]
            files = ((path.removeprefix(f"{folder}/"), content) for path, content in snapshot.read_many(inside))
            found.append(from_files(folder, files))
        return tuple(found)


def load_config(snapshot: Snapshot, roles: Iterable[PathRole]) -> Config:
    """The configuration in a snapshot, the default one where there is none. Raises ConfigError."""
    for name in (OWN_FILE, SHARED_FILE):
        content = snapshot.read(name) if name in snapshot.entries() else None
        if content is None or (name == SHARED_FILE and b"mlripe" not in content):
            continue
        data = _table(name, content)
        if data is not None:
            return _Checker(name, snapshot).checked(data, {role.id for role in roles})
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


@dataclass(frozen=True, slots=True)
class _Checker:
    """Turns the table of the file `name` into settings, or says what is wrong with it."""

    name: str
    snapshot: Snapshot

    def checked(self, data: Any, roles: set[str]) -> Config:
        from mlripe.catalog.compile import validated
        from mlripe.catalog.nearest import nearest

        faults: list[str] = []
        under = "" if self.name == OWN_FILE else "tool.mlripe"
        if not isinstance(data, dict):
            raise ConfigError(f"{self.name}: {under}: must be a table of settings, such as [{under}.paths]")
        config: Config | None = validated(self.name, data, Config, faults, under)
        if config is None:
            raise ConfigError("; ".join(faults))
        for role in config.paths:
            if role not in roles:
                known = ", ".join(sorted(roles))
                raise self._wrong(f"paths.{role}", f"is no role of paths{nearest(role, roles)}; known are {known}")
        folders = {key: self._folders(key, getattr(config, key)) for key in ("catalogs", "projects")}
        return replace(config, catalogs=folders["catalogs"] or (), projects=folders["projects"])

    def _wrong(self, key: str, says: str) -> ConfigError:
        table = "" if self.name == OWN_FILE else "tool.mlripe."
        return ConfigError(f"{self.name}: {table}{key}: {says}")

    def _folders(self, key: str, written: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Folders of the repository, as paths of the snapshot are written."""
        if written is None:
            return None
        folders = []
        for word in written:
            folder = posixpath.normpath(word.replace("\\", "/"))
            if folder.startswith(("/", "..")) or folder == ".":
                raise self._wrong(key, f"{word!r} is no folder inside the repository; write it relative to its root")
            if not any(path.startswith(f"{folder}/") for path in self.snapshot.entries()):
                raise self._wrong(key, f"there is no file below {word!r}; name a folder that git knows, or remove it")
            folders.append(folder)
        return tuple(dict.fromkeys(folders))
