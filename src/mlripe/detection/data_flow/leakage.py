"""Leakage: the data that is to judge a model has shaped it, or what it is measured on is what it was fitted on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.detection.data_flow.defects import defect, sighting
from mlripe.evidence import Defect
from mlripe.problem_kinds import DataUse, DefectKind
from mlripe.readers.python.dataflow.parts import held_out
from mlripe.readers.python.dataflow.trail import Fit, Split, Trail
from mlripe.readers.python.dataflow.values import TRAIN, Estimator, Learned

__all__ = ["leakage"]

_RESAMPLES: Final = frozenset((DataUse.RESAMPLER, DataUse.RESAMPLING))
_OF_TARGET: Final = frozenset((DataUse.SELECTOR, DataUse.TARGET_ENCODER))
_STATISTICS: Final = frozenset((DataUse.SCALER, DataUse.IMPUTER, DataUse.REDUCER, *_OF_TARGET))
_ON_TEST: Final = frozenset((*_STATISTICS, DataUse.RESAMPLER, DataUse.ENCODER))


def leakage(trail: Trail, *, measured_elsewhere: bool) -> Iterator[Defect]:
    """What leaks in one program; `measured_elsewhere`: another program of the repository may measure its models."""
    yield from _before_splits(trail)
    yield from _on_both(trail)
    yield from _on_test(trail)
    if not measured_elsewhere:
        yield from _on_what_was_fitted(trail)
    yield from _on_a_part_of_it(trail)
    yield from _chosen_on_test(trail)
    yield from _target_left_in(trail)


def _before_splits(trail: Trail) -> Iterator[Defect]:
    for split in trail.splits:
        for number, array in enumerate(split.arrays):
            if array.part:
                continue
            for learned in sorted(array.learned):
                if not learned.part and _counts(learned, split, number):
                    yield _before_split(learned, split)


def _counts(learned: Learned, split: Split, number: int) -> bool:
    """Whether what was learned from all data tells of rows that the split holds out."""
    if split.again:
        return learned.use in _RESAMPLES or learned.use in _OF_TARGET
    return learned.use in _RESAMPLES or (learned.use in _STATISTICS and (number == 0 or len(split.arrays) > 2))


def _before_split(learned: Learned, split: Split) -> Defect:
    resamples = learned.use in _RESAMPLES
    kind = DefectKind.RESAMPLED_BEFORE_SPLIT if resamples else DefectKind.FITTED_BEFORE_SPLIT
    if resamples:
        says = f"{learned.name} resamples all data before it is split: copies of training rows are in the test data"
    else:
        says = f"{learned.name} is fitted on all data before it is split: it has seen the test data"
    return defect(kind, learned.spot, says, sighting(split.spot, f"the split: {split.name}"))


def _on_both(trail: Trail) -> Iterator[Defect]:
    """What is fitted on training and test data together."""
    for fit in trail.fits:
        if fit.data.spans and not fit.data.target and not _STATISTICS.isdisjoint(fit.estimator.uses()):
            says = f"{fit.learned.name} is fitted on training and test data together"
            beside = sighting(fit.data.spans, "parted here")
            yield defect(DefectKind.FITTED_BEFORE_SPLIT, fit.learned.spot, says, beside)


def _on_test(trail: Trail) -> Iterator[Defect]:
    for fit in trail.fits:
        data, learned = fit.data, fit.learned
        if not held_out(data.part) or data.parted is None or data.target:
            continue
        uses = set(fit.estimator.uses())
        if uses.isdisjoint(_ON_TEST):
            continue
        what = "resamples" if fit.estimator.use == DataUse.RESAMPLER else "is fitted on"
        says = f"{learned.name} {what} the {data.part} data"
        yield defect(DefectKind.FITTED_ON_TEST, learned.spot, says, sighting(data.parted, "parted here"))


def _on_what_was_fitted(trail: Trail) -> Iterator[Defect]:
    """Estimators of which every measure is of the rows that they were fitted on."""
    for fit in trail.fits:
        estimator = fit.estimator
        if not _predicts(estimator) or estimator.escaped or not fit.data.rows:
            continue
        if fit.target is None and estimator.use != DataUse.NETWORK:
            continue
        scores = [score for score in trail.scores if score.estimator is estimator]
        asked = [each for each in trail.predictions if each.estimator is estimator]
        fits = [each for each in trail.fits if each.estimator is estimator]
        if not scores or len(fits) > 1 or any(score.rows != estimator.rows for score in scores):
            continue
        if any(each.data.rows != estimator.rows for each in asked) or _elsewhere(fit, trail):
            continue
        first = scores[0]
        says = f"{first.name} of {estimator.name} is of the rows that it was fitted on, and of no others"
        related = (sighting(fit.learned.spot, "fitted here"),)
        yield defect(DefectKind.SCORED_ON_TRAINING, first.spot, says, *related)


def _chosen_on_test(trail: Trail) -> Iterator[Defect]:
    for spot, measured in trail.chosen:
        says = "the best of several models is chosen by the test data, which then measures it as well"
        yield defect(DefectKind.CHOSEN_ON_TEST, spot, says, sighting(measured, "the test data"))
    for fit, held in trail.stopped:
        for score in trail.scores:
            if score.estimator is fit.estimator and score.rows == held.rows and score.spot > fit.learned.spot:
                says = f"the test data says when {fit.learned.name} stops, and {score.name} is of the same rows"
                yield defect(DefectKind.CHOSEN_ON_TEST, fit.learned.spot, says, sighting(score.spot, "measured here"))
                break


def _on_a_part_of_it(trail: Trail) -> Iterator[Defect]:
    """Estimators that were fitted on all rows, and are measured on a part of them."""
    for estimator, spot, name in trail.seen:
        fits = [fit for fit in trail.fits if fit.estimator is estimator]
        if fits and _predicts(estimator):
            says = f"{name} of {estimator.name} is of rows that are held out only after it was fitted on all of them"
            yield defect(DefectKind.SCORED_ON_TRAINING, spot, says, sighting(fits[-1].learned.spot, "fitted here"))


def _predicts(estimator: Estimator) -> bool:
    """Whether it is a model, alone or at the end of a pipeline."""
    return not {DataUse.PREDICTOR, DataUse.NETWORK}.isdisjoint(estimator.uses()) and estimator.use != DataUse.SEARCH


def _elsewhere(fit: Fit, trail: Trail) -> bool:
    """Whether the part that is held out goes anywhere, where a model may be measured on it."""
    return fit.data.part == TRAIN and any(held_out(part) and parted == fit.data.parted for part, parted in trail.used)


def _target_left_in(trail: Trail) -> Iterator[Defect]:
    for fit, column in trail.leaks:
        says = f"{fit.learned.name} is fitted with the target {column!r} among the features"
        yield defect(DefectKind.TARGET_IN_FEATURES, fit.learned.spot, says)
