"""What the methods of estimators do with data: fit, transform, resample, predict, measure."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from mlripe.problem_kinds import DataUse
from mlripe.readers.python.dataflow.expressions import Expressions
from mlripe.readers.python.dataflow.parts import held_out
from mlripe.readers.python.dataflow.trail import Fit, Prediction, Score, Split
from mlripe.readers.python.dataflow.values import (
    TEST,
    TRAIN,
    Data,
    Estimator,
    Folds,
    Index,
    Learned,
    Spot,
    Tup,
    Value,
    data_of,
    held_in,
)

if TYPE_CHECKING:
    from mlripe.readers.python.dataflow.tables import Given

__all__ = ["Estimators"]

_FITS: Final = frozenset(("fit", "fit_transform", "fit_resample", "fit_sample", "fit_on_texts", "fit_predict", "adapt"))
_TRANSFORMS: Final = frozenset(("transform", "fit_transform", "texts_to_sequences", "inverse_transform"))
_RESAMPLES: Final = frozenset(("fit_resample", "fit_sample"))
_MOST_PARTED: Final = 4  # times that rows are parted again
_KEEPS_COLUMNS: Final = frozenset((DataUse.SCALER, DataUse.STATELESS))
_MODELS: Final = frozenset((DataUse.PREDICTOR, DataUse.NETWORK, DataUse.SEARCH, DataUse.UNSUPERVISED))


class Estimators(Expressions):
    """The methods of estimators in one program."""

    def __init__(self, *args: object, **keywords: object) -> None:
        super().__init__(*args, **keywords)  # type: ignore[arg-type]
        self.whole: dict[int, int] = {}  # by the rows of a part, those of which it is one
        self.parted_rows: dict[tuple[Spot, int], tuple[int, int]] = {}
        self.unsure = 0  # conditions around that hang on what a call gives, and are not known
        self.opened: dict[int, str] = {}  # by what `open` gave, the name of the file

    def of_estimator(self, owner: Estimator, name: str, node: ast.Call, given: Given) -> Value:
        data = data_of(given.get(0, "X")) if given.args or "X" in given.keywords else None
        if owner.use == DataUse.SPLITTER:
            if name != "split":
                return self.fresh()
            self.trail.splits.append(Split(self.spot(node), (), owner.seeded, True, owner.name))
            return Folds(self.spot(node))
        if data is None:
            return owner if name in ("fit", "set_params", "clone") else self.fresh()
        if name in _FITS:
            self.fit(owner, name, node, data, given)
            if name in _RESAMPLES:
                return self.resampled(owner, given)
            if name == "fit":
                return owner
        if name in _TRANSFORMS:
            return self.transformed(owner, data)
        return self.asked_of(owner, name, node, data)

    def asked_of(self, owner: Estimator, name: str, node: ast.Call, data: Data) -> Value:
        """Predictions and measures of a model."""
        if self.method_use.get(name) == DataUse.METHOD_PREDICTS or name == "fit_predict":
            self.trail.predictions.append(Prediction(self.spot(node), owner, data, self.entry))
            predicted = (owner, data.rows) if owner.rows else None
            return Data(data.roots, data.part, data.parted, rows=self.number(), predicted=predicted)
        if name in ("score", "evaluate"):
            self.trail.measured.append(self.spot(node))
            self.judged(data, self.spot(node))
            self.score(owner, data, data.rows, name, node)
            return self.fresh()
        if name not in ("fit", "partial_fit", "compile", "save", "summary", "add", "set_params", "get_params"):
            owner.escaped = True
        return self.fresh()

    def score(self, owner: Estimator, data: Data, rows: int, name: str, node: ast.AST) -> None:
        self.trail.scores.append(Score(self.spot(node), owner, data, rows, name))
        for _ in range(_MOST_PARTED if held_out(data.part) else 0):
            rows = self.whole.get(rows, 0)
            if rows and rows == owner.rows:
                self.trail.seen.append((owner, self.spot(node), name))

    def judged(self, value: Value | None, spot: Spot) -> None:
        """A measure is taken of what was held out."""
        if isinstance(value, Data) and held_out(value.part) and value.parted is not None:
            self.trail.judged.setdefault(value.parted, spot)

    def fit(self, owner: Estimator, name: str, node: ast.Call, data: Data, given: Given) -> None:
        if self.unsure:
            owner.learned, owner.rows, owner.escaped = frozenset(), 0, True
            return
        target = given.get(1, "y")
        learned = Learned(self.spot(node), owner.use, owner.name, name, data.part)
        fit = Fit(learned, owner, data, data_of(target) if target is not None else None, self.entry)
        if owner.use not in _MODELS:
            owner.learned = frozenset(self.learned(owner, learned))
        if owner.use == DataUse.NETWORK and (given.has("validation_split") or given.has("validation_data")):
            owner.escaped = True  # it is measured on other rows as well
        owner.rows = data.rows
        if owner.stops or given.has("early_stopping_rounds") or _stopper(given.keywords.get("callbacks")):
            for value in (given.keywords.get("eval_set"), given.keywords.get("validation_data")):
                held = [each for each in held_in(value) if isinstance(each, Data)] if value is not None else []
                self.trail.stopped += [(fit, each) for each in held[:8] if each.part == TEST and each.rows]
        self.trail.fits.append(fit)
        if owner.use == DataUse.PREDICTOR and fit.target is not None and (column := _left_in(data, fit.target)):
            self.trail.leaks.append((fit, column))

    @staticmethod
    def learned(owner: Estimator, fit: Learned) -> list[Learned]:
        """What an estimator has learned, or each of its members."""
        return [replace_use(fit, use) for use in dict.fromkeys(owner.uses()) if use != DataUse.COMPOSITE]

    def transformed(self, owner: Estimator, data: Data) -> Data:
        if owner.use in _MODELS:
            return Data(data.roots, data.part, data.parted, rows=data.rows)
        table = data.table if owner.use in _KEEPS_COLUMNS else 0
        return replace(data, learned=data.learned | owner.learned, table=table, column="" if not table else data.column)

    def resampled(self, owner: Estimator, given: Given) -> Value:
        """The rows of features and target that a resampler gives."""
        rows = self.number()
        made = []
        for value in (given.get(0, "X"), given.get(1, "y")):
            data = data_of(value)
            made.append(replace(data, rows=rows, learned=data.learned | owner.learned))
        return Tup(tuple(made))

    def indexed(self, owner: Data, index: Index) -> Data:
        """The rows of one part, by the places that a splitter gave."""
        if not owner.part:
            self.trail.splits.append(Split(index.spot, (owner,), True, True, "split"))
        rows = self.parted_rows.setdefault((index.spot, owner.rows), (self.number(), self.number()))
        part = owner.part if held_out(owner.part) else index.part
        self.whole |= dict.fromkeys(rows, owner.rows)
        at = rows[0 if index.part == TRAIN else 1]
        return replace(owner, part=part, parted=index.spot, rows=at if owner.rows else 0, predicted=None)

    def item_of(self, value: Value) -> Value:
        """What a loop over a value meets."""
        if isinstance(value, Folds):
            return Tup((Index(TRAIN, value.spot), Index(TEST, value.spot)))
        if isinstance(value, Tup):
            return value.items[0] if value.items else self.fresh()
        if isinstance(value, Data):
            return replace(value, rows=0, listed=None, cut=0)
        return self.fresh()


def _stopper(callbacks: Value | None) -> bool:
    """Whether one of these ends training, or keeps the best model, by what it sees of other rows."""
    given = held_in(callbacks) if callbacks is not None else []
    return any(isinstance(each, Estimator) and each.use == DataUse.STOPPER for each in given)


def replace_use(learned: Learned, use: DataUse) -> Learned:
    """The same, as what a member of it learned."""
    return learned._replace(use=use)


def _left_in(data: Data, target: Data) -> str:
    """The column that is the target and stands among the features as well; "" where this is not certain."""
    column = target.column
    same = data.table and data.table == target.table and not data.column
    there = column and column not in data.lacks and (data.only is None or column in data.only)
    return column if same and there else ""
