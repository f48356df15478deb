"""What the calls of a program do with data: by the names that the catalogue knows, and by methods of data."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from mlripe.problem_kinds import PREPARING, DataUse
from mlripe.readers.python.dataflow.tables import OF_PATHS, Given, Tables
from mlripe.readers.python.dataflow.trail import Dummies, Joining, Moved, Split
from mlripe.readers.python.dataflow.values import (
    INPUT,
    LOADED,
    MADE,
    OTHER,
    READ,
    TEST,
    TRAIN,
    VALID,
    Const,
    Data,
    Estimator,
    Folds,
    Instance,
    Learned,
    Own,
    Ref,
    Spot,
    Table,
    Tup,
    Value,
    data_of,
    held_in,
    mixed,
)
from mlripe.readers.python.names import last_name

__all__ = ["Calls"]

_LEARNERS: Final = PREPARING | frozenset(
    (
        DataUse.STATELESS,
        DataUse.COMPOSITE,
        DataUse.SEARCH,
        DataUse.UNSUPERVISED,
        DataUse.SPLITTER,
        DataUse.PREDICTOR,
        DataUse.NETWORK,
        DataUse.STOPPER,
    )
)
_LISTINGS: Final = frozenset(("os.listdir", "glob.glob", "glob.iglob", "os.scandir"))
_IN_FORM: Final = frozenset(("list", "tuple", "enumerate", "reversed", "tqdm", "iter"))
_NAMES_FILE: Final = frozenset(("join", "Path", "PurePath", "fspath"))
_CHOOSES: Final = frozenset(("select", "choose", "pick", "find"))  # words of a function that chooses the best
_LONGEST_NAME: Final = 120


class Calls(Tables):
    """The calls of one program."""

    def call(self, node: ast.Call, depth: int) -> Value:
        function = node.func
        owner: Value | None = None
        if isinstance(function, ast.Attribute):
            owner = self.of(function.value, depth)
            called = self.attribute_of(owner, function.attr) if not isinstance(owner, (Data, Estimator)) else None
        else:
            called = self.of(function, depth)
        args = [self.of(each, depth) for each in node.args[:60]]
        keywords = {each.arg or "**": self.of(each.value, depth) for each in node.keywords[:60]}
        is_open = "**" in keywords or any(isinstance(each, ast.Starred) for each in node.args)
        given = Given(args, keywords, is_open)
        name = last_name(function)
        if "best" in name and not _CHOOSES.isdisjoint(name.lower().split("_")):
            tested = (each.parted for each in args if isinstance(each, Data) and each.part == TEST and each.parted)
            self.trail.chosen += [(self.spot(node), parted) for parted in list(tested)[:1]]
        if isinstance(called, Ref):
            return self.named_call(called.name, node, given)
        if isinstance(called, Own):
            return self.own(called, node, given)
        if isinstance(owner, Ref) and isinstance(called, Data):
            return called
        if isinstance(function, ast.Attribute) and owner is not None:
            return self.method(owner, function.attr, node, given)
        return self.unknown(given)

    def unknown(self, given: Given) -> Data:
        """What a function gives that is not known: of its arguments alone, if there are any."""
        values = list(given.all())
        for value in values:
            self.leave(value)
        data = [data_of(value) for value in values if not isinstance(value, (Ref, Own))]
        roots: frozenset[str] = frozenset().union(*(each.roots for each in data)) - {MADE}
        return Data(roots or frozenset((OTHER,)), rows=self.number())

    def leave(self, value: Value) -> None:
        """A value goes where it is not followed."""
        for each in held_in(value):
            if isinstance(each, Estimator):
                each.escaped = True
                for member in each.members[:60]:
                    member.escaped = True
            elif isinstance(each, Data) and each.predicted:
                each.predicted[0].escaped = True

    def own(self, called: Own, node: ast.Call, given: Given) -> Value:
        """A call of a function or class of the repository."""
        raise NotImplementedError

    # --- functions of libraries --------------------------------------------------------------------------------------

    def named_call(self, name: str, node: ast.Call, given: Given) -> Value:
        use = self.use(name)
        last = name.rpartition(".")[2]
        if use in _LEARNERS:
            return self.made(use, name, node, given)
        handler = _FUNCTIONS.get(use) if use else None
        if handler:
            return handler(self, name, node, given)
        if name in _LISTINGS:
            return Data(frozenset((READ,)), rows=self.number(), listed=self.spot(node))
        if last in _IN_FORM and given.args:
            return given.args[0] if last != "enumerate" else replace(data_of(given.args[0]), rows=0)
        if last in _NAMES_FILE and given.args and isinstance(given.args[-1], Const):
            return given.args[-1]
        if name == "next" and given.args:
            return self.item_of(given.args[0])
        if name == "zip":
            return self.zipped(node, given)
        if name == "sorted" and given.args:
            return replace(data_of(given.args[0]), listed=None, rows=self.number())
        if name == "setattr" or name.startswith("self."):
            return self.fresh()
        return self.unknown(given)

    def made(self, use: DataUse, name: str, node: ast.Call, given: Given) -> Estimator:
        members = tuple(_members(given))
        shuffled = given.keywords.get("shuffle") == Const(True) or "Shuffle" in name
        seeded = not shuffled or given.has("random_state")
        stops = given.has("early_stopping_rounds")
        last = name.rpartition(".")[2][:_LONGEST_NAME]
        return Estimator(use, last, self.spot(node), members, seeded=seeded, stops=stops)

    def split(self, name: str, node: ast.Call, given: Given) -> Value:
        """`train_test_split(X, y)`: of each array the part for training, and the one that is held out."""
        if given.open and any(isinstance(each, ast.Starred) for each in node.args):
            return self.fresh()
        arrays = tuple(data_of(each) for each in given.args)
        if name.endswith("random_split"):
            self.trail.splits.append(Split(self.spot(node), arrays[:1], given.has("generator"), False, "random_split"))
            return Tup(self.both(arrays[0], self.spot(node))) if arrays else self.fresh()
        shuffled = not given.is_false("shuffle")
        seeded = not shuffled or given.has("random_state")
        spot = self.spot(node)
        self.trail.splits.append(Split(spot, arrays, seeded, False, name.rpartition(".")[2]))
        if len(arrays) == 2:
            arrays = (arrays[0], replace(arrays[1], target=True))
        return Tup(tuple(part for each in arrays for part in self.both(each, spot)))

    def both(self, data: Data, spot: Spot) -> tuple[Data, Data]:
        """The two parts of data."""
        held = data.part if data.part in (VALID, TEST) else VALID if data.part == TRAIN else TEST
        first = TRAIN if data.part not in (VALID, TEST) else data.part
        one, two = self.number(), self.number()
        rows = self.parted_rows.setdefault((spot, data.rows), (one, two)) if data.rows else (one, two)
        self.whole |= dict.fromkeys(rows, data.rows)
        same = {"parted": spot, "predicted": None, "listed": None}
        return (
            replace(data, part=first, rows=rows[0], **same),
            replace(data, part=held, rows=rows[1], **same),
        )

    def cross_validation(self, name: str, node: ast.Call, given: Given) -> Value:
        arrays = tuple(
            data_of(each) for each in (*given.args[1:], *(given.keywords.get(k) for k in ("X", "y"))) if each
        )
        self.trail.splits.append(Split(self.spot(node), arrays, True, True, name.rpartition(".")[2]))
        self.trail.measured.append(self.spot(node))
        if given.args and isinstance(given.args[0], Estimator):
            given.args[0].escaped = True
        return self.fresh()

    def resampling(self, name: str, node: ast.Call, given: Given) -> Value:
        """`resample(minority, n_samples=...)` repeats rows, if not told otherwise."""
        if given.is_false("replace") or not given.args:
            return self.unknown(given)
        made = tuple(
            replace(
                data_of(each),
                rows=self.number(),
                learned=data_of(each).learned
                | {Learned(self.spot(node), DataUse.RESAMPLING, "resample", "resample", data_of(each).part)},
            )
            for each in given.args
        )
        return made[0] if len(made) == 1 else Tup(made)

    def dummies(self, name: str, node: ast.Call, given: Given) -> Value:
        data = data_of(given.get(0, "data"))
        learned = Learned(self.spot(node), DataUse.DUMMIES, name.rpartition(".")[2])
        self.trail.dummies.append(Dummies(learned, data, self.entry))
        return replace(data, table=0, column="", learned=data.learned | {learned})

    def metric(self, name: str, node: ast.Call, given: Given) -> Value:
        spot = self.spot(node)
        self.trail.measured.append(spot)
        for value in (given.get(0, "y_true"), given.get(1, "y_pred"), given.keywords.get("y_score")):
            self.judged(value, spot)
            if isinstance(value, Data) and value.predicted:
                estimator, rows = value.predicted
                self.score(estimator, value, rows, name.rpartition(".")[2], node)
        return self.fresh()

    def drawing(self, name: str, node: ast.Call, given: Given) -> Value:
        return self.fresh()

    def read(self, name: str, node: ast.Call, given: Given) -> Value:
        source = data_of(given.args[0]) if given.args else Data(frozenset((MADE,)))
        if INPUT in source.roots:
            return replace(source, rows=self.number(), table=self.number())
        return Data(frozenset((READ,)), rows=self.number(), table=self.number())

    def save(self, name: str, node: ast.Call, given: Given) -> Value:
        file = next((text for each in given.all() if (text := self.file(each))), "")
        for value in given.all():
            self.saving(value, file, self.spot(node))
        return self.fresh()

    def saving(self, value: Value, file: str, spot: Spot) -> None:
        for each in held_in(value):
            if isinstance(each, Estimator):
                self.trail.saved.append(Moved(spot, file, each, self.entry))

    def load(self, name: str, node: ast.Call, given: Given) -> Value:
        file = next((text for each in given.all() if (text := self.file(each))), "")
        self.trail.loaded.append(Moved(self.spot(node), file, None, self.entry))
        return Data(frozenset((LOADED,)), rows=self.number())

    def file(self, value: Value) -> str:
        """The name of the file that a value names, or that is open."""
        if isinstance(value, Const) and isinstance(value.value, str) and "." in value.value:
            return value.value.rpartition("/")[2]
        return self.opened.get(id(value), "") if isinstance(value, Data) else ""

    def same(self, name: str, node: ast.Call, given: Given) -> Value:
        if not given.args:
            return mixed([data_of(each) for each in given.all()] or [Data(frozenset((MADE,)))])
        first = given.args[0]
        if isinstance(first, Tup) and name in ("list", "tuple"):
            return first
        return data_of(first)

    def joined(self, name: str, node: ast.Call, given: Given) -> Value:
        return mixed([data_of(each) for each in given.args] or [Data()])

    def asked(self, name: str, node: ast.Call, given: Given) -> Value:
        return self.fresh(INPUT)

    def zipped(self, node: ast.Call, given: Given) -> Value:
        listed = {each for each in given.args if isinstance(each, Data) and each.listed}
        if len(listed) > 1:
            spots = {each.listed for each in listed if each.listed}
            self.trail.joinings.append(Joining(self.spot(node), tuple(sorted(spots))))
        return replace(mixed(map(data_of, given.args)) if given.args else Data(), listed=None)

    # --- methods -----------------------------------------------------------------------------------------------------

    def method(self, owner: Value, name: str, node: ast.Call, given: Given) -> Value:
        if isinstance(owner, Estimator):
            return self.of_estimator(owner, name, node, given)
        if isinstance(owner, Folds):
            return owner
        if isinstance(owner, (Tup, Table)):
            return self.of_collection(owner, name, given)
        if isinstance(owner, Const) and name not in OF_PATHS:
            return owner if name in ("strip", "lower", "upper") else self.unknown(given)
        if isinstance(owner, (Instance, Own)):
            return self.unknown(given)
        return self.of_table(data_of(owner), name, node, given)


_FUNCTIONS: Final[Mapping[DataUse, Callable[..., Value]]] = {
    DataUse.SPLIT: Calls.split,
    DataUse.CROSS_VALIDATION: Calls.cross_validation,
    DataUse.RESAMPLING: Calls.resampling,
    DataUse.DUMMIES: Calls.dummies,
    DataUse.METRIC: Calls.metric,
    DataUse.DRAWING: Calls.drawing,
    DataUse.READ: Calls.read,
    DataUse.SAVE: Calls.save,
    DataUse.LOAD: Calls.load,
    DataUse.SAME: Calls.same,
    DataUse.JOINED: Calls.joined,
    DataUse.INPUT: Calls.asked,
}


def _members(given: Given) -> Iterator[Estimator]:
    """The estimators that one is made of: steps of a pipeline, what a search tries."""
    for value in given.all():
        yield from (each for each in held_in(value) if isinstance(each, Estimator))
