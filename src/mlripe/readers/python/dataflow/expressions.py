"""What the expressions of a program stand for while its data is followed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from mlripe.problem_kinds import DataUse
from mlripe.readers.python.dataflow.modules import Module
from mlripe.readers.python.dataflow.parts import tells_parts
from mlripe.readers.python.dataflow.trail import Limit, Trail
from mlripe.readers.python.dataflow.values import (
    OTHER,
    Const,
    Data,
    Estimator,
    Index,
    Instance,
    Learned,
    Own,
    Ref,
    Spot,
    Table,
    Tup,
    Value,
    Variable,
    data_of,
    merged,
    mixed,
)
from mlripe.readers.python.names import BUILTIN
from mlripe.readers.python.trees import children

__all__ = ["Expressions", "OutOfSteps", "as_target"]

_DEEPEST: Final = 40  # expressions in expressions
_MOST_PARTS: Final = 80  # of one expression
_LONGEST: Final = 300  # characters of a text or a dotted name that are kept
_NOTHING: Final = ast.Constant(None)
_TARGETS: Final = frozenset(("target", "targets", "label", "labels", "y"))  # words of a column that is to be predicted

Find = Callable[
    [str, str], "Own | Variable | None"
]  # what a dotted name stands for in a file, among the repository's own


class OutOfSteps(Exception):
    """A program is longer than it is followed."""


class Expressions:
    """The expressions of one program; `env` has what the names of the function stand for."""

    def __init__(
        self,
        module: Module,
        use: Callable[[str], DataUse | None],
        methods: Mapping[str, DataUse],
        find: Find,
        most: int,
    ) -> None:
        self.module = module
        self.use = use
        self.method_use = methods
        self.find = find
        self.steps = most
        self.trail = Trail()
        self.env: dict[str, Value] = {}
        self.globals: dict[str, dict[str, Value]] = {module.path: self.env}
        self.entry = ""
        self.numbers = 0

    def number(self) -> int:
        """A number that nothing has had."""
        self.numbers += 1
        return self.numbers

    def spot(self, node: ast.AST) -> Spot:
        return Spot(self.module.path, getattr(node, "lineno", 1))

    def fresh(self, *roots: str) -> Data:
        """Data of which nothing is known."""
        return Data(frozenset(roots or (OTHER,)), rows=self.number())

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise OutOfSteps

    # --- expressions -------------------------------------------------------------------------------------------------

    def of(self, node: ast.expr | None, depth: int = _DEEPEST) -> Value:
        """What an expression stands for."""
        if node is None or depth == 0:
            return Data()
        self.step()
        known = _KINDS.get(type(node))
        if known is not None:
            return known(self, node, depth - 1)
        parts = [self.of(each, depth - 1) for each in children(node) if isinstance(each, ast.expr)]
        return replace(mixed(data_of(part) for part in parts[:_MOST_PARTS]), rows=0) if parts else self.fresh()

    def data(self, node: ast.expr | None, depth: int = _DEEPEST) -> Data:
        return data_of(self.of(node, depth))

    def constant(self, node: ast.Constant, depth: int) -> Value:
        value = node.value
        return Const(value[-_LONGEST:] if isinstance(value, (str, bytes)) else value)

    def name(self, node: ast.Name, depth: int) -> Value:
        value = self.known(node.id)
        if isinstance(value, Data) and value.part:
            self.trail.used.add((value.part, value.parted))
        return value

    def known(self, name: str) -> Value:
        """What a name stands for."""
        module = self.module
        for env in (self.env, self.globals.get(module.path, {})):
            if name in env:
                return env[name]
        if name in module.functions or name in module.classes:
            return Own(module, module.functions.get(name) or module.classes[name])
        if name in module.imported:
            return self.imported(module.imported[name])
        return Ref(name) if name in BUILTIN else self.fresh()

    def imported(self, name: str) -> Value:
        """What a dotted name of another module stands for: one of the repository's own, or only its name."""
        found = self.find(self.module.path, name) if self.use(name) is None else None
        if isinstance(found, Variable):
            return self.module_env(found.module).get(found.name) or Ref(name[:_LONGEST])
        if found is not None:
            return found
        return Ref(name[:_LONGEST])

    def attribute(self, node: ast.Attribute, depth: int) -> Value:
        return self.attribute_of(self.of(node.value, depth), node.attr)

    def attribute_of(self, owner: Value, name: str) -> Value:
        if isinstance(owner, Ref):
            dotted = f"{owner.name}.{name}"
            if self.use(dotted) == DataUse.INPUT:
                return self.fresh("input")
            return self.imported(dotted)
        if isinstance(owner, Instance):
            if name in owner.attributes:
                return owner.attributes[name]
            method = owner.module.methods(owner.node).get(name)
            return Own(owner.module, method, owner) if method else self.fresh()
        if isinstance(owner, Own) and isinstance(owner.node, ast.ClassDef):
            method = owner.module.methods(owner.node).get(name)
            return Own(owner.module, method) if method else self.fresh()
        if isinstance(owner, Estimator):
            return owner if name.startswith("best_estimator") else self.fresh()
        return self.of_data(data_of(owner), name)

    def of_data(self, owner: Data, name: str) -> Data:
        """An attribute of data: a column, the same data, or something about it."""
        use = self.method_use.get(name)
        if use == DataUse.METHOD_SAME:
            return owner
        if use == DataUse.METHOD_TELLS:
            return Data(owner.roots)
        if owner.table:
            return replace(owner, column=name)
        return replace(owner, rows=0)

    def subscript(self, node: ast.Subscript, depth: int) -> Value:
        owner, key = self.of(node.value, depth), self.of(node.slice, depth)
        if isinstance(owner, Tup) and isinstance(key, Const) and isinstance(key.value, int):
            return owner.items[key.value] if -len(owner.items) <= key.value < len(owner.items) else self.fresh()
        if isinstance(owner, Table):
            known = owner.items.get(key.value) if isinstance(key, Const) else None
            return known or (self.fresh() if owner.items else data_of(owner))
        if isinstance(owner, (Estimator, Instance)):
            return self.fresh()
        return self.items(data_of(owner), key, node)

    def items(self, owner: Data, key: Value, node: ast.Subscript) -> Data:
        """Some columns or rows of data."""
        if isinstance(key, Tup) and key.items and isinstance(key.items[0], (Index, Data)):
            key = key.items[0]  # `X.loc[rows, columns]`
        if isinstance(key, Index):
            return self.indexed(owner, key)
        if isinstance(key, Const) and isinstance(key.value, str):
            # `data["X_test"]` of something unknown has other rows than `data["X_train"]`
            target = owner.target or _is_target(key.value, node.slice)
            return replace(owner, column=key.value, rows=owner.rows if owner.table else 0, target=target)
        if isinstance(key, Tup) and (names := _texts(key)) is not None:
            only = names if owner.only is None else names & owner.only
            return replace(owner, only=only, lacks=owner.lacks - names, learned=_kept(owner))
        if isinstance(node.slice, ast.Slice):
            if owner.listed and node.slice.upper is not None and not self.all_of(node.slice):
                self.trail.limits.append(Limit(self.spot(node), owner.listed))
            return replace(owner, rows=self.number(), cut=owner.rows, predicted=None)
        if isinstance(node.slice, ast.Tuple):
            return self.by_place(owner, node.slice)
        if isinstance(key, Data) and isinstance(node.slice, (ast.Compare, ast.BinOp, ast.UnaryOp, ast.Call)):
            return replace(owner, rows=self.number(), cut=owner.rows, predicted=None)
        target = owner.target or _is_target("", node.slice)
        return replace(owner, rows=0, table=0, learned=_kept(owner), predicted=None, listed=None, target=target)

    def all_of(self, node: ast.Slice) -> bool:
        """Whether a slice takes the part before a place that is computed, and another slice may take the rest."""
        return not (isinstance(node.upper, ast.Constant) and node.lower is None)

    def by_place(self, owner: Data, place: ast.Tuple) -> Data:
        """`X[:, 1:]` has the same rows, `X[:100, :]` some of them."""
        first = place.elts[0] if place.elts else None
        if isinstance(first, ast.Slice) and first.lower is None and first.upper is None:
            return replace(owner, table=0, predicted=None)
        return replace(owner, rows=self.number(), table=0, cut=owner.rows, predicted=None)

    def indexed(self, owner: Data, index: Index) -> Data:
        """The rows of one part, by the places that a splitter gave."""
        raise NotImplementedError

    def tuple(self, node: ast.Tuple | ast.List | ast.Set, depth: int) -> Value:
        return Tup(tuple(self.of(each, depth) for each in node.elts[:_MOST_PARTS]))

    def dictionary(self, node: ast.Dict, depth: int) -> Value:
        table = Table()
        parts = tells_parts(
            key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
        )
        for key, value in list(zip(node.keys, node.values, strict=True))[:_MOST_PARTS]:
            known = self.of(key, depth) if key is not None else None
            name = known.value if isinstance(known, Const) else self.number()
            held = self.of(value, depth)
            table.items[name] = self.parts_by_key(str(name), held, value) if parts else held
        return table

    def parts_by_key(self, name: str, held: Value, node: ast.expr) -> Value:
        """`{"train": X[:80], "test": X[80:]}`: rows are parts by their keys."""
        if isinstance(held, Tup):
            return Tup(tuple(self.by_name(name, each, node) for each in held.items))
        return self.by_name(name, held, node)

    def operation(self, node: ast.BinOp, depth: int) -> Value:
        left, right = self.of(node.left, depth), self.of(node.right, depth)
        if isinstance(right, Const) and isinstance(right.value, str):  # `folder / "model.pkl"`
            return right
        if isinstance(left, Tup) and isinstance(right, Tup):
            return Tup((*left.items, *right.items)[:_MOST_PARTS])
        one, other = data_of(left), data_of(right)
        mix = mixed((one, other))
        return replace(mix, rows=one.rows or other.rows, table=0, listed=one.listed or other.listed)

    def compare(self, node: ast.Compare, depth: int) -> Value:
        values = [self.of(each, depth) for each in (node.left, *node.comparators)]
        if len(values) == 2 and all(isinstance(each, Const) for each in values):
            one, other = (each.value for each in values if isinstance(each, Const))
            if isinstance(node.ops[0], (ast.Eq, ast.Is)):
                return Const(one == other)
            if isinstance(node.ops[0], (ast.NotEq, ast.IsNot)):
                return Const(one != other)
        if len(values) == 2 and isinstance(node.ops[0], (ast.Is, ast.IsNot)):
            one, other = values
            if isinstance(other, Const) and other.value is None and isinstance(one, (Estimator, Instance, Tup)):
                return Const(isinstance(node.ops[0], ast.IsNot))
        return replace(mixed(map(data_of, values)), rows=0, learned=frozenset())

    def either(self, node: ast.BoolOp, depth: int) -> Value:
        """`scaler or StandardScaler()`"""
        values = [self.of(each, depth) for each in node.values[:_MOST_PARTS]]
        first = values[0]
        if len(values) == 2 and isinstance(first, (Const, Estimator, Instance)):
            holds = bool(first.value) if isinstance(first, Const) else True
            return first if holds == isinstance(node.op, ast.Or) else values[1]
        if any(isinstance(each, (Estimator, Instance)) for each in values):
            return Data()
        return replace(mixed(map(data_of, values)), rows=0)

    def unary(self, node: ast.UnaryOp, depth: int) -> Value:
        value = self.of(node.operand, depth)
        if isinstance(node.op, ast.Not) and isinstance(value, Const):
            return Const(not value.value)
        if isinstance(value, Const) and isinstance(node.op, ast.USub) and isinstance(value.value, (int, float)):
            return Const(-value.value)
        return data_of(value)

    def choice(self, node: ast.IfExp, depth: int) -> Value:
        test = self.of(node.test, depth)
        if isinstance(test, Const):
            return self.of(node.body if test.value else node.orelse, depth)
        return merged(self.of(node.body, depth), self.of(node.orelse, depth))

    def text(self, node: ast.JoinedStr, depth: int) -> Value:
        parts = [self.of(each.value if isinstance(each, ast.FormattedValue) else each, depth) for each in node.values]
        if parts and isinstance(parts[-1], Const) and isinstance(parts[-1].value, str) and "/" in parts[-1].value:
            return parts[-1]
        return replace(mixed(map(data_of, parts[:_MOST_PARTS])), rows=0, learned=frozenset(), part="", parted=None)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, depth: int) -> Value:
        outer = self.env
        self.env = dict(outer)
        for each in node.generators:
            self.bind(each.target, self.item(each.iter))
            for test in each.ifs:
                self.of(test, depth)
        if isinstance(node, ast.DictComp):
            self.of(node.key, depth)
            value = self.of(node.value, depth)
        else:
            value = self.of(node.elt, depth)
        self.env = outer
        return (
            replace(data_of(value), rows=0, table=0, column="") if not isinstance(value, Estimator) else Tup((value,))
        )

    def named(self, node: ast.NamedExpr, depth: int) -> Value:
        value = self.of(node.value, depth)
        self.bind(node.target, value)
        return value

    def inner(self, node: ast.Await | ast.Starred | ast.Yield, depth: int) -> Value:
        return self.of(node.value, depth)

    def function(self, node: ast.Lambda, depth: int) -> Value:
        return self.fresh()

    def call(self, node: ast.Call, depth: int) -> Value:
        raise NotImplementedError

    def module_env(self, module: Module) -> dict[str, Value]:
        raise NotImplementedError

    def bind(self, target: ast.expr, value: Value) -> None:
        raise NotImplementedError

    def item(self, node: ast.expr) -> Value:
        raise NotImplementedError

    def by_name(self, name: str, value: Value, node: ast.AST) -> Value:
        raise NotImplementedError


_KINDS: Final[Mapping[type, Callable[..., Value]]] = {
    ast.Constant: Expressions.constant,
    ast.Name: Expressions.name,
    ast.Attribute: Expressions.attribute,
    ast.Subscript: Expressions.subscript,
    ast.Tuple: Expressions.tuple,
    ast.List: Expressions.tuple,
    ast.Set: Expressions.tuple,
    ast.Dict: Expressions.dictionary,
    ast.BinOp: Expressions.operation,
    ast.BoolOp: Expressions.either,
    ast.Compare: Expressions.compare,
    ast.UnaryOp: Expressions.unary,
    ast.IfExp: Expressions.choice,
    ast.JoinedStr: Expressions.text,
    ast.ListComp: Expressions.comprehension,
    ast.SetComp: Expressions.comprehension,
    ast.GeneratorExp: Expressions.comprehension,
    ast.DictComp: Expressions.comprehension,
    ast.NamedExpr: Expressions.named,
    ast.Await: Expressions.inner,
    ast.Starred: Expressions.inner,
    ast.Yield: Expressions.inner,
    ast.Lambda: Expressions.function,
    ast.Call: lambda self, node, depth: self.call(node, depth),
}


def _texts(value: Tup) -> frozenset[str] | None:
    """The texts of a list that has only texts."""
    texts = [item.value for item in value.items if isinstance(item, Const) and isinstance(item.value, str)]
    return frozenset(texts) if texts and len(texts) == len(value.items) else None


def as_target(name: str, value: Value) -> Value:
    """Data as what is to be predicted, where its name says so."""
    if isinstance(value, Data) and not value.target and _is_target(name, _NOTHING):
        return replace(value, target=True)
    return value


def _is_target(column: str, key: ast.expr) -> bool:
    """Whether a column, or what names it, is called the target."""
    named = key.id if isinstance(key, ast.Name) else key.attr if isinstance(key, ast.Attribute) else ""
    return not _TARGETS.isdisjoint(f"{column} {named}".lower().replace("_", " ").split())


def _kept(owner: Data) -> frozenset[Learned]:
    """What data learned, without the categories that it met: its columns are those that are named."""
    return frozenset(each for each in owner.learned if each.use != DataUse.DUMMIES)
