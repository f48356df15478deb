"""Skew: what prepares data for a prediction is learned anew from the request, not taken from training."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.data_flow.defects import defect, sighting
from mlripe.evidence import Defect, Sighting
from mlripe.problem_kinds import PREPARING, DefectKind
from mlripe.readers.python.dataflow.trail import Prediction, Trail
from mlripe.readers.python.dataflow.values import CURRENT, INPUT, Data

__all__ = ["refitting"]


def refitting(trail: Trail) -> Iterator[Defect]:
    """What entry points of a service learn from what they are asked."""
    for fit in trail.fits:
        learned = fit.learned
        if not fit.entry or not _from_request(fit.data) or PREPARING.isdisjoint(fit.estimator.uses()):
            continue
        for asked in trail.predictions:
            if learned.spot in {each.spot for each in asked.data.learned} and not _fitted_here(asked, trail):
                says = f"{learned.name} is fitted on the data of the request, not on that of training"
                yield defect(DefectKind.REFITTED_IN_SERVING, learned.spot, says, _asked(asked))
                break
    for made in trail.dummies:
        for asked in trail.predictions if made.entry and _from_request(made.data) else ():
            if made.learned in asked.data.learned and not _fitted_here(asked, trail):
                says = (
                    f"{made.learned.name} makes columns of the categories that the request has, not those of training"
                )
                yield defect(DefectKind.REFITTED_IN_SERVING, made.learned.spot, says, _asked(asked))
                break


def _from_request(data: Data) -> bool:
    return data.roots <= CURRENT and INPUT in data.roots


def _asked(asked: Prediction) -> Sighting:
    return sighting(asked.spot, "the model is asked here")


def _fitted_here(asked: Prediction, trail: Trail) -> bool:
    """Whether the model that is asked learns in the same program: then nothing was saved."""
    return asked.estimator is not None and any(fit.estimator is asked.estimator for fit in trail.fits)
