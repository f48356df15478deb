"""What to propose for a repository, from what an inspection of it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mlripe.auditing import Inspection
from mlripe.errors import UserError
from mlripe.maturity.plan import planned
from mlripe.maturity.targets import parse_target
from mlripe.setup.files import Change
from mlripe.setup.hooks import CONFIG, hooks
from mlripe.setup.pipelines import Snippet, in_use, pipeline
from mlripe.setup.settings import settings
from mlripe.setup.target import Proposed, proposed
from mlripe.snapshot.location import locate

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
    config, catalog = inspection.config, inspection.catalog
    if asked.target:
        parse_target("target", asked.target, catalog)
        target = Proposed(asked.target, f"{asked.target}, as asked")
    elif config.targets:
        target = Proposed(", ".join(config.targets), f"{', '.join(config.targets)}, by the settings in {config.file}")
    else:
        assessment = inspection.assessment()
        target = proposed(assessment, lambda goals: planned(catalog, assessment, goals))
    if not target.target:
        return Proposal(target)
    results = [
        settings(root, [target.target]) if not config.targets else None,
        hooks(root, _uses_pre_commit(inspection)) if asked.pre_commit is None else None,
        hooks(root, True) if asked.pre_commit else None,
        *_pipelines(root, inspection, asked.ci),
    ]
    changes = tuple(each for each in results if isinstance(each, Change))
    return Proposal(target, changes, tuple(each for each in results if isinstance(each, Snippet)))


def _pipelines(root: Path, inspection: Inspection, wanted: Sequence[str]) -> list[Change | Snippet | None]:
    there = in_use(inspection.snapshot.entries())
    chosen = [] if "none" in wanted else wanted or there
    return [pipeline(root, name, there.get(name, ())) for name in dict.fromkeys(chosen)]


def _uses_pre_commit(inspection: Inspection) -> bool:
    """Whether it has a configuration, or the program is among the dependencies."""
    return CONFIG in inspection.snapshot.entries() or any(
        dependency.name == "pre-commit" for _, facts in inspection.store.loaded() for dependency in facts.dependencies
    )
