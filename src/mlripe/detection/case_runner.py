"""Runs a detector's own cases: each a small repository, and the strengths that the detector must find in it."""

from __future__ import annotations

from dataclasses import replace

from mlripe.catalog import Catalog, Patterns
from mlripe.catalog.schema import Case, Detector
from mlripe.catalog.words import tools_of, words_of
from mlripe.detection.engine import detect
from mlripe.detection.source_filter import gate_for
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot

__all__ = ["run_case"]


def run_case(detector: Detector, case: Case, catalog: Catalog) -> dict[str, str]:
    """The strengths that this one detector gives the case's repository; what it does not see is left out.

    Roles count too, as `name: present`, so that a case can say what else follows from the file.
    """
    alone = replace(catalog, patterns=lambda: Patterns((detector,), words_of([detector]), tools_of([detector])))
    store = FactStore(MemorySnapshot(case.files), catalog.roles, gate_for(alone.words), catalog.knowledge)
    store.load()
    found = detect(store, alone)
    shown: dict[str, str] = {}
    for evidence in found.evidence:
        if evidence.detector == detector.id:
            best = shown.get(evidence.capability)
            if best is None:  # evidence comes strongest first
                shown[evidence.capability] = evidence.strength.name
    for observation in found.observations:
        if observation.detector == detector.id and observation.role:
            shown[observation.role] = observation.strength.name
    return shown
