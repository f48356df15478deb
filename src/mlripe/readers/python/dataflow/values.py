"""What names stand for while data is followed: data, estimators, functions, texts and what holds them.

A value says only what is certain. What is not known is data that comes from somewhere else (`OTHER`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct, field

from mlripe.problem_kinds import DataUse

if TYPE_CHECKING:
    from mlripe.readers.python.dataflow.modules import Module

__all__ = [
    "CURRENT",
    "GIVEN",
    "INPUT",
    "LOADED",
    "MADE",
    "OTHER",
    "READ",
    "TEST",
    "TRAIN",
    "VALID",
    "Const",
    "Data",
    "Estimator",
    "Folds",
    "Index",
    "Instance",
    "Learned",
    "Own",
    "Ref",
    "Spot",
    "Table",
    "Tup",
    "Value",
    "Variable",
    "data_of",
    "held_in",
    "merged",
    "mixed",
]

TRAIN: Final = "train"
VALID: Final = "valid"
TEST: Final = "test"
# where data comes from
INPUT: Final = "input"  # what a request or a form gives
READ: Final = "read"  # a file or a database
MADE: Final = "made"  # literals
GIVEN: Final = "given"  # a parameter of a function that nothing in the file calls
LOADED: Final = "loaded"  # an object that was saved before
OTHER: Final = "other"
CURRENT: Final = frozenset((INPUT, MADE))  # nothing else than what is asked now
_MOST: Final = 60  # items of one value that are looked at
_MOST_HELD: Final = 120  # of all that it holds


class Spot(NamedTuple):
    """A line of a file."""

    path: str
    line: int


class Learned(NamedTuple):
    """What was learned from data, and shapes all data that it transforms."""

    spot: Spot
    use: DataUse
    name: str  # as a person calls it: `StandardScaler`
    method: str = ""
    part: str = ""  # of which part of the data


class Data(Struct, frozen=True, eq=False):
    """A table, an array, a column, or anything that is made of one.

    `rows` is the same number where it is certain that two values have the same rows, `table` where their columns are
    those of one table; 0: not known. `lacks` are columns that were taken out, `only` those that were chosen.
    """

    roots: frozenset[str] = frozenset((OTHER,))
    part: str = ""
    parted: Spot | None = None  # what parted it
    learned: frozenset[Learned] = frozenset()
    rows: int = 0
    table: int = 0
    column: str = ""
    lacks: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    target: bool = False  # what is to be predicted
    spans: Spot | None = None  # it has training rows and rows that are held out, which this parted
    cut: int = 0  # it is some of these rows
    predicted: tuple[Estimator, int] | None = None  # by what, of which rows
    listed: Spot | None = None  # a list of files in the order of the file system


class Estimator(Struct, eq=False):
    """An object that learns from data. `learned` has what it learned last, `rows` of which rows."""

    use: DataUse
    name: str
    spot: Spot
    members: tuple[Estimator, ...] = ()
    learned: frozenset[Learned] = frozenset()
    rows: int = 0
    escaped: bool = False  # it goes where it is not followed
    seeded: bool = True
    stops: bool = False  # it stops where rows that it does not learn from tell it to

    def uses(self) -> Iterator[DataUse]:
        """What it and its members do."""
        yield self.use
        for member in self.members[:_MOST]:
            yield from (member.use, *(each.use for each in member.members[:_MOST]))


class Const(Struct, frozen=True):
    """A text, a number, a truth or nothing that the file writes out."""

    value: object


class Tup(Struct, frozen=True, eq=False):
    """Several values in their order."""

    items: tuple[Value, ...]


class Table(Struct, eq=False):
    """Values by keys."""

    items: dict[object, Value] = field(default_factory=dict)


class Ref(Struct, frozen=True):
    """A dotted name of another module."""

    name: str


class Own(Struct, frozen=True, eq=False):
    """A function or class of the repository."""

    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    owner: Instance | None = None  # of a method


class Variable(Struct, frozen=True, eq=False):
    """A name that a module of the repository sets at its top."""

    module: Module
    name: str


class Instance(Struct, eq=False):
    """An object of a class of the repository, with what its attributes hold."""

    module: Module
    node: ast.ClassDef
    attributes: dict[str, Value] = field(default_factory=dict)


class Folds(Struct, frozen=True, eq=False):
    """The pairs of indices that a splitter gives."""

    spot: Spot


class Index(Struct, frozen=True, eq=False):
    """The places of the rows of one part."""

    part: str
    spot: Spot


_MADE: Final = Data(frozenset((MADE,)))
Value = Data | Estimator | Const | Tup | Table | Ref | Own | Instance | Folds | Index


def data_of(value: Value | None) -> Data:
    """A value as data: of a collection, what its items are together."""
    if isinstance(value, Data):
        return value
    if isinstance(value, (Tup, Table)):
        return mixed([data_of(item) for item in held_in(value)] or [_MADE])
    return _MADE if isinstance(value, Const) else Data()


def held_in(value: Value) -> list[Value]:
    """What is in a value that holds others, and in what it holds; the value itself where it holds none."""
    waiting: list[Value] = [value]
    found: list[Value] = []
    for _ in range(_MOST_HELD):
        if not waiting:
            break
        each = waiting.pop()
        if isinstance(each, (Tup, Table)):
            items = each.items if isinstance(each, Tup) else tuple(each.items.values())
            waiting += reversed(items[:_MOST])
        else:
            found.append(each)
    return found


def mixed(values: Iterable[Data]) -> Data:
    """What data is that is made of several: of a part only where all of it is."""
    given = list(values)
    roots: frozenset[str] = frozenset().union(*(each.roots for each in given))
    learned: frozenset[Learned] = frozenset().union(*(each.learned for each in given))
    told = [each for each in given if each.roots != {MADE}]
    parts = {(each.part, each.parted) for each in told}
    spans = next((each.spans for each in given if each.spans), None) or _spanned(parts)
    part, parted = parts.pop() if len(parts) == 1 else ("", None)
    rows = {each.rows for each in told}
    rows_ = rows.pop() if len(rows) == 1 else 0
    return Data(roots or frozenset((OTHER,)), part, parted, learned, rows_, spans=spans)


def _spanned(parts: set[tuple[str, Spot | None]]) -> Spot | None:
    """What parted rows of which both parts are there."""
    trained = {parted for part, parted in parts if part == TRAIN and parted}
    held = sorted(parted for part, parted in parts if part == TEST and parted in trained and parted)
    return held[0] if held else None


def merged(one: Value | None, other: Value | None, depth: int = 3) -> Value:
    """What a name stands for that two ways of a program set: only what holds on both."""
    if one is other and one is not None:
        return one
    if isinstance(one, Data) and isinstance(other, Data):
        same = one.part == other.part
        return Data(
            one.roots | other.roots,
            one.part if same else "",
            one.parted if same else None,
            one.learned & other.learned,
            one.rows if one.rows == other.rows else 0,
        )
    if isinstance(one, Tup) and isinstance(other, Tup) and len(one.items) == len(other.items) and depth:
        return Tup(tuple(merged(a, b, depth - 1) for a, b in zip(one.items, other.items, strict=True)))
    if isinstance(one, Const) and isinstance(other, Const) and one == other:
        return one
    if isinstance(one, Estimator) and isinstance(other, Estimator) and one.use == other.use:
        return one
    mix = mixed([data_of(one), data_of(other)])
    return Data(mix.roots)
