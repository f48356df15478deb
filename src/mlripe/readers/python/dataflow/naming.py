"""What names stand for after each assignment of a program whose data is followed: columns, parts, lists, attributes."""

from __future__ import annotations

import ast
from itertools import islice
from typing import Final

from msgspec.structs import replace

from mlripe.readers.python.dataflow.calls import Calls
from mlripe.readers.python.dataflow.expressions import as_target
from mlripe.readers.python.dataflow.parts import held_out, part_of, tells_parts
from mlripe.readers.python.dataflow.trail import Split, Trail
from mlripe.readers.python.dataflow.values import (
    GIVEN,
    OTHER,
    READ,
    TEST,
    VALID,
    Const,
    Data,
    Estimator,
    Instance,
    Own,
    Spot,
    Table,
    Tup,
    Value,
    data_of,
    mixed,
)
from mlripe.readers.python.trees import walk
from mlripe.readers.python.truth_walk import Function

__all__ = ["Naming"]

_MOST_NAMES: Final = 60  # of one target


class Naming(Calls):
    """The names of one program. `active` are the functions that are walked, the innermost last."""

    def __init__(self, *args: object, **keywords: object) -> None:
        super().__init__(*args, **keywords)
        self.active: list[Function] = []
        self.followed_from = 1  # functions that are active where the innermost is one that a call led to
        self.returned: list[Value] = []
        self.nested = 0
        self.followed: set[ast.AST] = set()
        self.answers: dict[tuple[Function, tuple[object, ...]], Value] = {}  # of calls that were followed
        self.contest: Spot | None = None  # where models of a loop are measured by the test data
        self.cuts: dict[int, dict[str, str]] = {}  # by what rows are cut from, the names of the parts
        self.kept: list[Value] = []  # what `opened` names, so that no other value has its place

    def bind(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.env[target.id] = self.by_name(target.id, as_target(target.id, value), target)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target.elts[:_MOST_NAMES], value)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, data_of(value))
        elif isinstance(target, ast.Attribute):
            owner = self.of(target.value)
            if isinstance(owner, Instance):
                owner.attributes[target.attr] = value
            else:
                self.leave(value)
                self.changed(target.value, None, value)
        elif isinstance(target, ast.Subscript):
            self.set_item(target, value)

    def by_name(self, name: str, value: Value, node: ast.AST) -> Value:
        """Some rows of data are a part of it where their name says so, and others of them are another part."""
        if not isinstance(value, Data) or not value.cut or value.part:
            return value
        part = part_of(name)
        if not part:
            return value
        parts = self.cuts.setdefault(value.cut, {})
        parts.setdefault(part, name)
        if not tells_parts(parts.values()):
            return value
        spot = self.spot(node)
        self.trail.splits.append(Split(spot, (value,), True, False, "rows by their place or by a condition"))
        for other, named in parts.items():
            known = self.env.get(named)
            if isinstance(known, Data) and known.cut == value.cut and not known.part:
                self.env[named] = replace(known, part=other, parted=spot)
        return replace(value, part=part, parted=spot)

    def read_part(self, target: ast.expr, node: ast.expr, value: Value) -> Value:
        """`test = load("test.csv")`: what is held out, by the name of what is read and of what it becomes."""
        name = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
        part = part_of(name)
        if not held_out(part) or not isinstance(node, ast.Call) or not isinstance(value, Data) or value.part:
            return value
        given = [each for argument in node.args[:4] for each in islice(walk(argument), 20)]
        words = [
            each.id if isinstance(each, ast.Name) else each.attr if isinstance(each, ast.Attribute) else each.value
            for each in given
            if isinstance(each, (ast.Name, ast.Attribute, ast.Constant))
        ]
        read = READ in value.roots or OTHER in value.roots or GIVEN in value.roots
        told = any(isinstance(word, str) and part_of(word) == part for word in words)
        return replace(value, part=part, parted=self.spot(target)) if read and told else value

    def unpack(self, targets: list[ast.expr], value: Value) -> None:
        if isinstance(value, Tup) and len(value.items) == len(targets):
            for target, item in zip(targets, value.items, strict=True):
                name = target.id if isinstance(target, ast.Name) else ""
                if isinstance(item, Data) and item.part == TEST and part_of(name) == VALID:
                    item = replace(item, part=VALID)
                self.bind(target, item)
            return
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        parts = tells_parts(names)
        whole = data_of(value) if not isinstance(value, (Estimator, Instance, Own)) else Data()
        for target in targets:
            name = target.id if isinstance(target, ast.Name) else ""
            part = part_of(name) if parts else ""
            spot = self.spot(target) if part else None
            self.bind(target, Data(whole.roots, part, spot, rows=self.number()))

    def set_item(self, target: ast.Subscript, value: Value) -> None:
        """`df["x"] = ...`"""
        key = self.of(target.slice)
        holder = target.value
        if isinstance(holder, ast.Attribute) and holder.attr in ("loc", "iloc", "at", "iat"):
            holder = holder.value
            key = key.items[-1] if isinstance(key, Tup) and len(key.items) > 1 else key
        owner = self.of(holder)
        if isinstance(owner, Table):
            owner.items[key.value if isinstance(key, Const) else self.number()] = value
            return
        self.leave(value) if not isinstance(value, Data) else None
        self.changed(holder, key, value)

    def changed(self, holder: ast.expr, key: Value | None, value: Value) -> None:
        """A table gets a column: it has learned what that has."""
        owner = self.of(holder)
        if not isinstance(owner, Data) or not isinstance(holder, (ast.Name, ast.Attribute)):
            return
        given = data_of(value)
        names = {key.value} if isinstance(key, Const) and isinstance(key.value, str) else set()
        learned = frozenset(each for each in owner.learned if each.method or key is None) | given.learned
        new = replace(
            owner,
            roots=owner.roots | given.roots,
            learned=learned,
            lacks=owner.lacks - names,
            only=owner.only | names if owner.only is not None else None,
        )
        self.rebind(holder, new)

    def rebind(self, holder: ast.expr, value: Value) -> None:
        if isinstance(holder, ast.Name):
            self.env[holder.id] = value
        elif isinstance(holder, ast.Attribute) and isinstance(owner := self.of(holder.value), Instance):
            owner.attributes[holder.attr] = value

    def in_place(self, node: ast.expr) -> None:
        """`df.drop(..., inplace=True)`, `files.sort()`, `rows.append(row)`."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return
        holder, name = node.func.value, node.func.attr
        if not isinstance(holder, (ast.Name, ast.Attribute)):
            return
        owner = self.of(holder)
        if isinstance(owner, Tup) and name in ("append", "extend") and node.args:
            self.rebind(holder, self.appended(owner, self.of(node.args[0])))
        if not isinstance(owner, Data):
            return
        if any(
            k.arg == "inplace" and isinstance(k.value, ast.Constant) and k.value.value is True for k in node.keywords
        ):
            # the call was looked at before: what it does is in the trail already
            steps, trail = self.steps, self.trail
            self.trail = Trail()
            value = self.of(node)
            self.steps, self.trail = steps, trail
            self.rebind(holder, value)
        elif name in ("sort", "shuffle"):
            self.rebind(holder, replace(owner, listed=None))
        else:
            self.taken_out(node)

    def appended(self, owner: Tup, value: Value) -> Value:
        """A list with one more: of data, all of it together; of few others, each by itself."""
        if isinstance(value, Data) and all(isinstance(each, Data) for each in owner.items):
            return replace(mixed([data_of(each) for each in (*owner.items, value)]), rows=self.number())
        return Tup((*owner.items, value)) if len(owner.items) < _MOST_NAMES else owner

    def taken_out(self, node: ast.expr) -> Value | None:
        """`y = df.pop("y")`: the column, which the table has no more."""
        call = node if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        if call is None or call.func.attr != "pop" or len(call.args) != 1:  # type: ignore[attr-defined]
            return None
        item = ast.Subscript(call.func.value, call.args[0], ast.Load())  # type: ignore[attr-defined]
        value = self.of(item)
        if not isinstance(value, Data):
            return None
        self.deleted(item)
        return value

    def deleted(self, target: ast.expr) -> None:
        """`del df["x"]`"""
        if isinstance(target, ast.Subscript):
            owner, key = self.of(target.value), self.of(target.slice)
            if isinstance(owner, Data) and isinstance(key, Const) and isinstance(key.value, str):
                self.rebind(target.value, replace(owner, lacks=owner.lacks | {key.value}))
            elif isinstance(owner, Data):
                self.rebind(target.value, replace(owner, table=0))
        elif isinstance(target, ast.Name):
            self.env.pop(target.id, None)
