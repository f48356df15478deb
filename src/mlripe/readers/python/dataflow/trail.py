"""What a program does with data, in its order: what is fitted, parted, predicted, measured and saved."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct, field

from mlripe.readers.python.dataflow.values import Data, Estimator, Learned, Spot

__all__ = ["Dummies", "Fit", "Joining", "Limit", "Moved", "Prediction", "Score", "Split", "Trail"]


class Fit(NamedTuple):
    """Something is fitted on data. `entry`: the entry point of a service in which it stands, "" for none."""

    learned: Learned
    estimator: Estimator
    data: Data
    target: Data | None
    entry: str = ""


class Split(NamedTuple):
    """Data is parted. `seeded`: each run parts it in the same way. `again`: several times, for cross-validation."""

    spot: Spot
    arrays: tuple[Data, ...]
    seeded: bool = True
    again: bool = False
    name: str = ""


class Score(NamedTuple):
    """A fitted estimator is measured on rows."""

    spot: Spot
    estimator: Estimator
    data: Data
    rows: int
    name: str


class Prediction(NamedTuple):
    """Something is asked for predictions."""

    spot: Spot
    estimator: Estimator | None
    data: Data
    entry: str


class Dummies(NamedTuple):
    """Columns are made of the categories that data has."""

    learned: Learned
    data: Data
    entry: str


class Moved(NamedTuple):
    """An object is saved to a file, or loaded from one; "" where its name is not known."""

    spot: Spot
    file: str
    estimator: Estimator | None = None
    entry: str = ""


class Limit(NamedTuple):
    """Some of the files of a folder are taken, in the order of the file system."""

    spot: Spot
    listed: Spot


class Joining(NamedTuple):
    """Files of folders are put beside each other, in the order of the file system."""

    spot: Spot
    listed: tuple[Spot, ...]


class Trail(Struct):
    """What was seen so far; `measured`: where anything is measured, `used`: parts of data that anything asks for."""

    fits: list[Fit] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    dummies: list[Dummies] = field(default_factory=list)
    saved: list[Moved] = field(default_factory=list)
    loaded: list[Moved] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    joinings: list[Joining] = field(default_factory=list)
    leaks: list[tuple[Fit, str]] = field(default_factory=list)  # fits with the target among the features
    stopped: list[tuple[Fit, Data]] = field(default_factory=list)  # fits that end where other data tells them to
    chosen: list[tuple[Spot, Spot]] = field(default_factory=list)  # where the best model is taken, and measured
    seen: list[tuple[Estimator, Spot, str]] = field(default_factory=list)  # measured on a part of what it was fitted on
    measured: list[Spot] = field(default_factory=list)
    judged: dict[Spot, Spot] = field(default_factory=dict)  # by what parted the data, where a measure is taken of it
    used: set[tuple[str, Spot | None]] = field(default_factory=set)
