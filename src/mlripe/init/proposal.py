"""What to propose for a repository, from what an inspection of it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from mlripe.auditing import Inspection, Problems
from mlripe.errors import UserError
from mlripe.init.files import Change
from mlripe.init.hooks import CONFIG, hooks
from mlripe.init.pipelines import Snippet, in_use, pipeline
from mlripe.init.settings import settings
from mlripe.init.target import Proposed, fitting, proposed
from mlripe.maturity.targets import parse_target
from mlripe.maturity.verdicts import targeted
from mlripe.settings.load import OWN_FILE, SHARED_FILE
from mlripe.snapshot.location import locate
from mlripe.snapshot.remote import host_of

__all__ = ["Asked", "Proposal", "propose", "root_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user chose; for what is None, or empty, the repository decides.

    `pre_commit`: whether to add the hooks. `ci`: the CIs to add a check to, by name; ("none",) for none.
    """

    target: str = ""
    pre_commit: bool | None = None
    ci: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes of files, lines to add by hand, and the target that they are about."""

    proposed: Proposed
    changes: tuple[Change, ...] = ()
    snippets: tuple[Snippet, ...] = ()

    @property
    def watched(self) -> bool:
        """Whether a hook or a job in CI is among it."""
        return bool(self.snippets) or any(change.path not in (OWN_FILE, SHARED_FILE) for change in self.changes)


def root_of(path: str) -> Path:
    """The folder to change: the root of a work tree, or a plain folder. Raises UserError for any other."""
    location = locate(path)
    if location.bare:
        raise UserError(f"{path} is a bare repository and has no files to change; clone it first")
    if location.inner:
        raise UserError(f"{path} lies inside the repository {location.top}: settings stand at its root, so init that")
    return location.folder


def propose(root: Path, inspection: Inspection, asked: Asked) -> Proposal:
    """What to change in the repository at `root`. Raises UserError where a file of it cannot be changed."""
    target = _proposed(root, inspection, asked.target)
    if not target.target:
        return Proposal(target)
    results = [
        _settings(root, inspection, target),
        hooks(root, _uses_pre_commit(inspection)) if asked.pre_commit is None else None,
        hooks(root, True) if asked.pre_commit else None,
        *_pipelines(root, inspection, asked.ci, target.holds),
    ]
    changes = tuple(each for each in results if isinstance(each, Change))
    return Proposal(target, changes, tuple(each for each in results if isinstance(each, Snippet)))


def _proposed(root: Path, inspection: Inspection, asked: str) -> Proposed:
    """The target that is asked, else that of the settings, else one step up under the profile that fits."""
    config, catalog = inspection.config, inspection.catalog
    if asked:
        return Proposed(asked, f"{asked}, as asked", holds=_hold(inspection, [asked]))
    if config.targets:
        named = ", ".join(config.targets)
        return Proposed(named, f"{named}, by the settings in {config.file}", holds=_hold(inspection, config.targets))
    profile = None if config.profile else fitting(inspection.kind, catalog.profiles.values())
    model = catalog.profiles[config.profile].model if config.profile else profile.model if profile else ""
    judged = inspection.under(profile.id) if profile else inspection
    assessment = judged.assessment([model] if model else ())
    target = proposed(assessment, partial(judged.plan, assessment, host=host_of(root)), inspection.kind.without)
    return replace(target, profile=profile)


def _hold(inspection: Inspection, targets: Sequence[str]) -> bool:
    """Whether all targets are reached. Raises UserError where one names none."""
    asked = [parse_target("target", target, inspection.catalog) for target in targets]
    models = inspection.assessment([target.model for target in asked], problems=Problems.NONE).models
    return all(targeted(models[target.model], target.level).holds for target in asked)


def _settings(root: Path, inspection: Inspection, target: Proposed) -> Change | None:
    if inspection.config.targets:
        return None
    profile = target.profile
    values: dict[str, Any] = {"profile": profile.id} if profile else {}
    if profile and profile.model and not inspection.config.models:
        values["models"] = [profile.model]
    return settings(root, {**values, "targets": [target.target]})


def _pipelines(root: Path, inspection: Inspection, wanted: Sequence[str], holds: bool) -> list[Change | Snippet | None]:
    services = inspection.catalog.knowledge.ci_services
    there = in_use(inspection.snapshot.entries(), services)
    chosen = [] if "none" in wanted else wanted or there
    return [pipeline(root, services.by_id[id], there.get(id, ()), holds) for id in dict.fromkeys(chosen)]


def _uses_pre_commit(inspection: Inspection) -> bool:
    """Whether it has a configuration, or the program is among the dependencies."""
    return CONFIG in inspection.snapshot.entries() or any(
        dependency.name == "pre-commit" for _, facts in inspection.store.loaded() for dependency in facts.dependencies
    )
