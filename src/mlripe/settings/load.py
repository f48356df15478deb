"""A project's own settings: `mlripe.toml`, or `[tool.mlripe]` in pyproject.toml, at the root of what is audited.

Data only: a repository's configuration can say which of its files prove nothing, which folders are projects of their
own, where its own detectors and rules stand, and what people attest; it can make nothing run, and names nothing outside
the repository. It is read from the snapshot, so that an audit of a revision goes by that revision's settings.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Final, Literal

from mlripe.assessment import Attestation, Exclusion
from mlripe.catalog import Catalog
from mlripe.catalog.additions import Addition, from_files
from mlripe.catalog.bounds import SETTINGS, beyond, too_many_globs
from mlripe.catalog.nearest import nearest
from mlripe.catalog.schema import Kind, PathRole
from mlripe.catalog.tool_schema import Strict
from mlripe.evidence import Strength
from mlripe.kinds import FileRole
from mlripe.read_fault import ReadFault
from mlripe.settings.files import OWN_FILE, SHARED_FILE, ConfigError, read_settings
from mlripe.snapshot import Snapshot
from mlripe.snapshot.paths import folders_of

MOST_FOLDERS: Final[Mapping[str, int]] = {"catalogs": 20, "projects": 400}

__all__ = ["OWN_FILE", "SHARED_FILE", "Config", "ConfigError", "load_config"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AttestationSetting:
    """An `[[attestations]]` table: `about` a capability (then with its `strength`) or a `model/criterion`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    about: str
    by: str
    on: date
    until: date
    proof: str
    reason: str
    strength: Literal["declared", "present", "automated", "enforced"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExclusionSetting:
    """An `[[exclusions]]` table: what the repository need not have, or a kind of problem that it has not, and why."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    about: str
    reason: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settings:
    """What the file may say, as it is written there."""

    __pydantic_config__: ClassVar[dict[str, Any]] = Strict
    models: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    profile: str = ""
    kind: str = ""
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)
    catalogs: tuple[str, ...] = ()
    projects: tuple[str, ...] | None = None
    attestations: tuple[AttestationSetting, ...] = ()
    exclusions: tuple[ExclusionSetting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Config:
    """The settings of a repository.

    `models`: those to judge by where nobody chooses. `targets`, `require`: what a check asks for, as its options
    are written. `problems`: severities that a check allows none of. `exclude`: globs of files that are not looked
    at. `profile`: what kind of work it is for. `kind`: what sort of repository it is, "": as found. `paths`: for
    each role, the globs that take the place of its own; none at all switch it off. `catalogs`: folders that hold
    detectors and rules of the project's own. `projects`: the folders of its projects; None: as found. `file` is
    where they stand, `table` what leads their keys there, and `ignored` another file with settings, which this one
    goes before.
    """

    models: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    profile: str = ""
    kind: str = ""
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    catalogs: tuple[str, ...] = ()
    projects: tuple[str, ...] | None = None
    attestations: tuple[AttestationSetting, ...] = ()
    exclusions: tuple[ExclusionSetting, ...] = ()
    file: str = ""
    table: str = ""
    ignored: str = ""

    def roles(self, known: Iterable[PathRole], kinds: Iterable[Kind] = ()) -> tuple[PathRole, ...]:
        """The path roles of the catalogue with the project's own globs.

        Nothing is set aside as a product where a profile, or a kind of repository that offers none, is stated.
        """
        offers = next((kind.offers for kind in kinds if kind.id == self.kind), not self.profile)
        known = [role for role in known if offers or role.id != FileRole.PRODUCT or role.id in self.paths]
        left_out = PathRole(id="excluded", title="excluded files", paths=self.exclude, read=False)
        mine = [replace(role, paths=self.paths.get(role.id, role.paths)) for role in known]
        kept = tuple(role for role in mine if role.paths or role.id not in self.paths)
        return (left_out, *kept) if self.exclude else kept

    def additions(self, snapshot: Snapshot) -> tuple[Addition, ...]:
        """What the project's own catalogues hold. Raises CatalogError."""
        found = []
        for folder in self.catalogs:
            inside = [path for path in snapshot.entries() if path.startswith(f"{folder}/")]
            files = ((path.removeprefix(f"{folder}/"), content) for path, content in snapshot.read_many(inside))
            found.append(from_files(folder, files))
        return tuple(found)

    def attested(self, catalog: Catalog, today: date) -> tuple[tuple[Attestation, ...], tuple[ReadFault, ...]]:
        """The attestations that count on a day, and a read fault for each that has expired. Raises ConfigError."""
        counted, expired = [], []
        for number, each in enumerate(self.attestations):
            key = f"attestations.{number}"
            self._check_about(f"{key}.about", each.about, catalog)
            if "/" not in each.about and each.strength is None:
                raise self.wrong(f"{key}.strength", f"is required, since {each.about} is a capability")
            for name in ("by", "proof", "reason"):
                self._check_written(f"{key}.{name}", getattr(each, name))
            if each.until < each.on:
                raise self.wrong(f"{key}.until", f"{each.until} is before {each.on}, the day it was made")
            if each.on > today:
                raise self.wrong(f"{key}.on", f"{each.on} is still to come; write the day it was made")
            if each.until < today:
                says = f"the attestation of {each.about} by {each.by} ended on {each.until}: renew or remove it"
                expired.append(ReadFault(self.file, says))
                continue
            strength = Strength[each.strength or "none"]
            dates = each.on.isoformat(), each.until.isoformat()
            counted.append(Attestation(each.about, strength, each.by, *dates, each.proof, each.reason))
        return tuple(counted), tuple(expired)

    def excluded(self, catalog: Catalog) -> tuple[Exclusion, ...]:
        """What the repository need not have. Raises ConfigError."""
        for number, each in enumerate(self.exclusions):
            if each.about not in catalog.problem_rules:
                self._check_about(f"exclusions.{number}.about", each.about, catalog, catalog.problem_rules)
                if each.paths:
                    raise self.wrong(
                        f"exclusions.{number}.paths", f"goes with a kind of problem, which {each.about} is not"
                    )
            self._check_written(f"exclusions.{number}.reason", each.reason)
        whole = (Exclusion(each.about, each.reason) for each in self.exclusions if not each.paths)
        return (*self._profile(catalog), *whole)

    def let_be(self) -> tuple[ExclusionSetting, ...]:
        """The kinds of problem that are let be in some files alone."""
        return tuple(each for each in self.exclusions if each.paths)

    def stated_kind(self, catalog: Catalog) -> Kind | None:
        """The kind of repository that the settings name, None where they name none. Raises ConfigError."""
        found = next((kind for kind in catalog.kinds if kind.id == self.kind), None)
        if self.kind and found is None:
            ids = sorted(kind.id for kind in catalog.kinds)
            says = f"there is no kind {self.kind!r}{nearest(self.kind, ids)}; known are {', '.join(ids)}"
            raise self.wrong("kind", says)
        return found

    def _profile(self, catalog: Catalog) -> tuple[Exclusion, ...]:
        """What the profile leaves out."""
        if not self.profile:
            return ()
        if self.profile not in catalog.profiles:
            known = ", ".join(sorted(catalog.profiles))
            near = nearest(self.profile, catalog.profiles)
            raise self.wrong("profile", f"there is no profile {self.profile!r}{near}; known are {known}")
        profile = catalog.profiles[self.profile]
        return tuple(Exclusion(name, f"profile {profile.id}: {profile.says}") for name in profile.without)

    def wrong(self, key: str, says: str) -> ConfigError:
        """The error for a key of the file."""
        return ConfigError(f"{self.file}: {self.table}{key}: {says}")

    def _check_about(self, key: str, about: str, catalog: Catalog, others: Iterable[str] = ()) -> None:
        model, slash, criterion = about.partition("/")
        if not slash:
            if about not in catalog.capabilities:
                near = nearest(about, (*catalog.capabilities, *others))
                what = "capability or kind of problem" if others else "capability"
                raise self.wrong(key, f"there is no {what} {about!r}{near}; write one, or model/criterion")
        elif model not in catalog.models:
            raise self.wrong(key, f"there is no maturity model {model!r}{nearest(model, catalog.models)}")
        else:
            known = [each.id for each in catalog.models[model].criteria]
            if criterion not in known:
                raise self.wrong(key, f"{model} has no criterion {criterion!r}{nearest(criterion, known)}")

    def _check_written(self, key: str, text: str) -> None:
        if not text.strip():
            raise self.wrong(key, "is empty; without it nobody can check it")


def load_config(snapshot: Snapshot, roles: Iterable[PathRole]) -> Config:
    """The configuration in a snapshot, the default one where there is none. Raises ConfigError."""
    found = read_settings(snapshot)
    if found is None:
        return Config()
    config = _checked(found.file, found.data, {role.id for role in roles}, snapshot)
    return replace(config, ignored=found.ignored)


def _checked(name: str, data: Any, roles: set[str], snapshot: Snapshot) -> Config:
    from mlripe.catalog.validation import validated

    faults: list[str] = []
    under = "" if name == OWN_FILE else "tool.mlripe"
    if not isinstance(data, dict):
        raise ConfigError(f"{name}: {under}: must be a table of settings, such as [{under}.paths]")
    if too_much := beyond(data, SETTINGS, under):
        raise ConfigError(f"{name}: {too_much}")
    settings: Settings | None = validated(name, data, Settings, faults, under)
    if settings is None:
        raise ConfigError("; ".join(faults))
    config = Config(
        models=settings.models,
        targets=settings.targets,
        require=settings.require,
        problems=settings.problems,
        exclude=settings.exclude,
        profile=settings.profile,
        kind=settings.kind,
        paths=settings.paths,
        attestations=settings.attestations,
        exclusions=settings.exclusions,
        file=name,
        table=f"{under}." if under else "",
    )
    for role in settings.paths:
        if role not in roles:
            known = ", ".join(sorted(roles))
            raise config.wrong(f"paths.{role}", f"is no role of paths{nearest(role, roles)}; known are {known}")
    _check_globs(config)
    catalogs = _folders(config, "catalogs", settings.catalogs, snapshot)
    projects = None if settings.projects is None else _folders(config, "projects", settings.projects, snapshot)
    return replace(config, catalogs=catalogs, projects=projects)


def _check_globs(config: Config) -> None:
    """Raises ConfigError where the globs of a key, or all together, would take too long on many files."""
    keys = {"exclude": config.exclude, **{f"paths.{role}": globs for role, globs in config.paths.items()}}
    keys |= {f"exclusions.{n}.paths": each.paths for n, each in enumerate(config.exclusions) if each.paths}
    everything = tuple(glob for globs in keys.values() for glob in globs)
    for key, globs in (*keys.items(), (" and ".join(keys), everything)):
        if fault := too_many_globs(globs):
            raise config.wrong(key, fault)


def _folders(config: Config, key: str, written: Sequence[str], snapshot: Snapshot) -> tuple[str, ...]:
    """Folders of the repository, as paths of the snapshot are written."""
    if len(written) > MOST_FOLDERS[key]:
        raise config.wrong(key, f"names {len(written):,} folders, more than {MOST_FOLDERS[key]:,}; name fewer")
    folders = []
    there = folders_of(snapshot.entries()) if written else frozenset()
    for word in written:
        folder = posixpath.normpath(word.replace("\\", "/"))
        if folder.startswith(("/", "..")) or folder == ".":
            raise config.wrong(key, f"{word!r} is no folder inside the repository; write it relative to its root")
        if folder not in there:
            raise config.wrong(key, f"there is no file below {word!r}; name a folder that git knows, or remove it")
        folders.append(folder)
    return tuple(dict.fromkeys(folders))
