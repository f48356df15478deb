"""One thing that is wrong with what a program does with its data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

__all__ = ["Finding", "FlowKind", "Related"]


class FlowKind(StrEnum):
    """What is wrong."""

    FITTED_BEFORE_SPLIT = "fitted-before-split"
    RESAMPLED_BEFORE_SPLIT = "resampled-before-split"
    FITTED_ON_TEST = "fitted-on-test"
    SCORED_ON_TRAINING = "scored-on-training-data"
    TARGET_IN_FEATURES = "target-in-features"
    REFITTED_IN_SERVING = "refitted-in-serving"
    DUMMIES_IN_SERVING = "dummies-in-serving"
    TRANSFORMER_LEFT_BEHIND = "transformer-left-behind"
    FAKED_PREDICTION = "faked-prediction"
    FAKED_ON_ERROR = "faked-on-error"
    UNSEEDED_SPLIT = "unseeded-split"
    FILES_IN_NO_ORDER = "files-in-no-order"


class Related(NamedTuple):
    """Another line that belongs to it, and what that shows."""

    path: str
    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` shows it; `says` is one sentence about it."""

    kind: FlowKind
    path: str
    line: int
    says: str
    related: tuple[Related, ...] = ()
