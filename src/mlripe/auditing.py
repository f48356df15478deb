"""An audit: snapshot -> facts -> evidence -> assessment. This module only joins the rooms."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from mlripe.assessment import Assessment, CapabilityResult, ModelResult, Repository
from mlripe.catalog import Catalog, load
from mlripe.catalog.shapes import Kind
from mlripe.config import load_config
from mlripe.detection.engine import Detection, detect
from mlripe.detection.gate import gate_for
from mlripe.errors import UserError
from mlripe.evidence import Evidence, Strength
from mlripe.facts import Problem
from mlripe.maturity.kind import classify, features
from mlripe.maturity.levels import evaluate
from mlripe.readers.store import FactStore
from mlripe.snapshot import Snapshot, open_snapshot

__all__ = ["audit"]

Progress = Callable[[str, int, int], None]


def audit(
    path: str | os.PathLike[str] = ".",
    *,
    rev: str | None = None,
    models: Sequence[str] = (),
    progress: Progress | None = None,
) -> Assessment:
    """Assesses the repository or folder at `path`, at revision `rev` (default: the work tree).

    `models` are ids of maturity models (default: all of the catalogue); `progress` is told (what, done, of how many).
    Raises UserError for what the caller can mend: a missing path, an unknown revision or model.
    """
    catalog = load()
    for name in models:
        if name not in catalog.models:
            raise UserError(f"unknown model {name!r}: known are {', '.join(catalog.models)}")
    with open_snapshot(path, rev) as snapshot:
        roles = load_config(snapshot, catalog.roles).roles(catalog.roles)
        store = FactStore(snapshot, roles, gate_for(catalog.words))
        store.load(progress)
        detection = detect(store, catalog, progress)
        kind = classify(features(store, detection, catalog.detectors), catalog.kinds)
        return _assessment(snapshot, store, detection, kind, catalog, models or tuple(catalog.models))


def _assessment(
    snapshot: Snapshot, store: FactStore, detection: Detection, kind: Kind, catalog: Catalog, models: Sequence[str]
) -> Assessment:
    capabilities = _capabilities([e for e in detection.evidence if e.capability not in kind.without], catalog)
    applies = None if kind.level else kind.no_level
    results: dict[str, ModelResult] = {
        name: evaluate(catalog.models[name], capabilities, applies, catalog.capabilities) for name in models
    }
    problems = sorted({*snapshot.problems, *store.problems}, key=lambda p: (p.path, p.line, p.says))
    repository = Repository(snapshot.name, snapshot.commit, kind.id, kind.why, len(store.entries), store.set_aside())
    return Assessment(repository, catalog.version, capabilities, results, tuple[Problem, ...](problems))


def _capabilities(evidence: Sequence[Evidence], catalog: Catalog) -> dict[str, CapabilityResult]:
    found: dict[str, list[Evidence]] = {name: [] for name in catalog.capabilities}
    for row in evidence:
        found[row.capability].append(row)
    return {
        name: CapabilityResult(name, rows[0].strength if rows else Strength.none, tuple(rows))
        for name, rows in found.items()
    }
