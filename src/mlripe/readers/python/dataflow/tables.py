"""What the methods of data do: of tables, arrays and columns, and of the lists and dictionaries that hold them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from mlripe.problem_kinds import DataUse
from mlripe.readers.python.dataflow.estimators import Estimators
from mlripe.readers.python.dataflow.trail import Prediction, Split
from mlripe.readers.python.dataflow.values import (
    MADE,
    READ,
    Const,
    Data,
    Spot,
    Table,
    Tup,
    Value,
    data_of,
    mixed,
)

__all__ = ["OF_PATHS", "Given", "Tables"]

OF_PATHS: Final = frozenset(("glob", "rglob", "iterdir"))
_CUTS: Final = frozenset(("sample", "head", "tail", "query"))


class Given:
    """The arguments of a call, as values."""

    __slots__ = ("args", "keywords", "open")

    def __init__(self, args: list[Value], keywords: dict[str, Value], is_open: bool) -> None:
        self.args = args
        self.keywords = keywords
        self.open = is_open  # `*args`, `**settings`: more may be given

    def get(self, at: int, name: str) -> Value | None:
        """The argument of that place or name."""
        return self.args[at] if 0 <= at < len(self.args) else self.keywords.get(name)

    def all(self) -> Iterator[Value]:
        yield from self.args
        yield from self.keywords.values()

    def is_false(self, name: str) -> bool:
        value = self.keywords.get(name)
        return isinstance(value, Const) and value.value is False

    def has(self, name: str) -> bool:
        """Whether a keyword is given, and is not None."""
        value = self.keywords.get(name)
        return self.open or (value is not None and value != Const(None))


class Tables(Estimators):
    """The methods of data in one program."""

    def of_collection(self, owner: Tup | Table, name: str, given: Given) -> Value:
        if isinstance(owner, Table):
            if name == "items":
                return Tup(tuple(Tup((Const(key), value)) for key, value in list(owner.items.items())[:60]))
            if name in ("values", "keys"):
                return Tup(tuple(list(owner.items.values())[:60])) if name == "values" else self.fresh(MADE)
            if name == "get" and given.args and isinstance(given.args[0], Const):
                return owner.items.get(given.args[0].value) or self.fresh()
            if name == "update":
                for each in given.args:
                    if isinstance(each, Table):
                        owner.items.update(each.items)
        for value in given.all():
            self.leave(value)
        return self.unknown(given)

    def of_table(self, owner: Data, name: str, node: ast.Call, given: Given) -> Value:
        use = self.method_use.get(name)
        if use == DataUse.METHOD_PREDICTS and given.args:
            data = data_of(given.args[0])
            self.trail.predictions.append(Prediction(self.spot(node), None, data, self.entry))
            return Data(data.roots | owner.roots, data.part, data.parted, rows=self.number())
        if use == DataUse.METHOD_TELLS:
            return Data(owner.roots)
        if name in OF_PATHS:
            return Data(frozenset((READ,)), rows=self.number(), listed=self.spot(node))
        if use == DataUse.METHOD_PARTED:
            self.trail.splits.append(Split(self.spot(node), (owner,), given.has("seed"), False, name))
            train, test = self.both(owner, self.spot(node))
            return Table({"train": train, "test": test})
        if use == DataUse.METHOD_SPLIT_FRAME:
            self.trail.splits.append(Split(self.spot(node), (owner,), True, False, name))
            return Tup(self.both(owner, self.spot(node)))
        if use == DataUse.METHOD_COLUMNS:
            return replace(owner, learned=frozenset(e for e in owner.learned if e.use != DataUse.DUMMIES), table=0)
        if use == DataUse.METHOD_SAME:
            return owner
        others = [data_of(each) for each in given.all() if isinstance(each, (Data, Tup, Table))]
        if name == "drop":
            return self.dropped(owner, given)
        if use == DataUse.METHOD_ROWS:
            mix = mixed([owner, *(each for each in others if each.learned or each.part)])
            return replace(
                mix,
                rows=self.number(),
                table=owner.table,
                lacks=owner.lacks,
                only=None,
                cut=owner.rows if name in _CUTS else 0,
            )
        for value in given.all():
            self.leave(value)
        roots = frozenset().union(owner.roots, *(each.roots for each in others))
        return Data(roots, rows=self.number())

    def dropped(self, owner: Data, given: Given) -> Data:
        """`df.drop(columns=["y"])` has the same rows; `df.drop(rows)` others."""
        named = given.keywords.get("columns")
        axis = given.keywords.get("axis") or (given.args[1] if len(given.args) > 1 else None)
        if named is None and axis in (Const(1), Const("columns")):
            named = given.get(0, "labels")
        if named is None:
            return replace(owner, rows=self.number(), cut=owner.rows)
        names = [named] if isinstance(named, Const) else list(named.items) if isinstance(named, Tup) else []
        texts = {each.value for each in names if isinstance(each, Const) and isinstance(each.value, str)}
        if not names or len(texts) < len(names):
            return replace(owner, table=0)
        return replace(owner, lacks=owner.lacks | texts)

    def unknown(self, given: Given) -> Data:
        raise NotImplementedError

    def leave(self, value: Value) -> None:
        raise NotImplementedError

    def both(self, data: Data, spot: Spot) -> tuple[Data, Data]:
        raise NotImplementedError
