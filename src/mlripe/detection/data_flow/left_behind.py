"""A model is saved without what prepared its data, and the service that loads it prepares nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.detection.data_flow.defects import defect, sighting
from mlripe.detection.data_flow.flows import Flows
from mlripe.evidence import Defect
from mlripe.problem_kinds import DataUse, DefectKind
from mlripe.readers.python.dataflow.trail import Fit, Moved, Trail
from mlripe.readers.python.dataflow.values import INPUT

__all__ = ["left_behind"]

_PREPARES: Final = frozenset((DataUse.SCALER, DataUse.REDUCER, DataUse.SELECTOR, DataUse.IMPUTER))
_MODELS: Final = frozenset((DataUse.PREDICTOR, DataUse.NETWORK))
# a service with one of these words may prepare its data in a way that is not followed
_WORDS: Final = tuple(b"transform scal preproc prepar normal standard encod pipeline impute mean std".split())


def left_behind(flows: Flows) -> Iterator[Defect]:
    """Transformers whose training data a saved model has seen, and that nothing saves."""
    for path, trail in flows.trails.items():
        for saved in trail.saved:
            if saved.file and saved.estimator is not None and saved.estimator.use in _MODELS:
                lost = list(_lost(saved, trail))
                served = next(_served(path, saved.file, flows), None) if lost else None
                yield from (_finding(fit, saved, served) for fit in lost if served)


def _lost(saved: Moved, trail: Trail) -> Iterator[Fit]:
    """The fits of what prepared the data of a model, where it is saved nowhere and goes nowhere else."""
    shaped = {each.spot for fit in trail.fits if fit.estimator is saved.estimator for each in fit.data.learned}
    kept = {id(each.estimator) for each in trail.saved}
    for fit in trail.fits:
        estimator = fit.estimator
        lost = not estimator.escaped and id(estimator) not in kept
        if lost and fit.learned.spot in shaped and not _PREPARES.isdisjoint(estimator.uses()):
            yield fit


def _served(path: str, file: str, flows: Flows) -> Iterator[tuple[Moved, Trail]]:
    """The programs that load the file and ask the model, without a word of preparing anything."""
    for other in flows.naming(file.encode()):
        text = flows.store.text(other).lower()
        if other == path or any(word in text for word in _WORDS):
            continue
        trail = flows.trail(other)
        loaded = [each for each in trail.loaded if each.file == file]
        asked = [each for each in trail.predictions if each.entry and INPUT in each.data.roots]
        if loaded and asked and not any(each.data.learned for each in asked):
            yield loaded[0], trail


def _finding(fit: Fit, saved: Moved, served: tuple[Moved, Trail]) -> Defect:
    loaded, trail = served
    asked = next(each for each in trail.predictions if each.entry)
    name = fit.learned.name
    says = (
        f"{name} prepares the data of training, is not saved with the model, and the service does not prepare its own"
    )
    related = (
        sighting(saved.spot, f"{saved.file} is saved without it"),
        sighting(loaded.spot, "loaded here"),
        sighting(asked.spot, "asked here"),
    )
    return defect(DefectKind.TRANSFORMER_LEFT_BEHIND, fit.learned.spot, says, *related)
