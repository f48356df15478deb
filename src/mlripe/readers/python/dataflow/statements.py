"""The statements of a program whose data is followed: branches, loops, and what they keep."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from mlripe.problem_kinds import DataUse
from mlripe.readers.python.dataflow.naming import Naming
from mlripe.readers.python.dataflow.values import (
    MADE,
    TEST,
    Const,
    Data,
    Estimator,
    Own,
    Tup,
    Value,
    merged,
)
from mlripe.readers.python.names import last_name
from mlripe.readers.python.trees import children, walk

__all__ = ["Statements"]

_MOST_NESTED: Final = 30  # statements in statements
_LEAVES: Final = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_MOST_NAMES: Final = 60  # of one target
_MOST_LOOKED: Final = 400  # nodes of a loop
_BEST: Final = frozenset(("max", "min", "sorted", "idxmax", "idxmin", "argmax", "argmin", "sort_values", "nlargest"))
_OF_DATA: Final = frozenset(("len", "isinstance", "hasattr"))  # functions that tell something of data
_NAMES_A_STEP: Final = 20  # names that are copied in the time of one step


class Statements(Naming):
    """The statements of one program."""

    def block(self, body: list[ast.stmt]) -> bool:
        """Walks statements; whether they end by leaving the block."""
        if self.nested >= _MOST_NESTED:
            return False
        self.nested += 1
        left = False
        for node in body:
            if self.statement(node):
                left = True
                break
        self.nested -= 1
        return left

    def statement(self, node: ast.stmt) -> bool:
        """Walks a statement; whether nothing of its block follows it."""
        self.step()
        if isinstance(node, ast.Assign):
            value = self.taken_out(node.value) or self.of(node.value)
            if self.contest and _keeps_best(node) and _takes_best(node.value):
                self.trail.chosen.append((self.spot(node), self.contest))
                self.contest = None
            for target in node.targets:
                self.bind(target, self.read_part(target, node.value, value))
        elif isinstance(node, ast.Expr):
            self.of(node.value)
            self.in_place(node.value)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self.bind(node.target, self.of(node.value))
        elif isinstance(node, ast.AugAssign):
            self.bind(node.target, self.of(ast.BinOp(node.target, node.op, node.value)))
        elif isinstance(node, ast.Return):
            value = self.of(node.value) if node.value is not None else Const(None)
            if len(self.active) == 1:
                self.leave(value)
            self.returned.append(value)
            return True
        elif isinstance(node, ast.If):
            return self.branch(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if self.active:
                self.env[node.name] = Own(self.module, node)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                self.deleted(target)
        elif isinstance(node, _LEAVES):
            self.expressions(node)
            return True
        else:
            self.compound(node)
        return False

    def branch(self, node: ast.If) -> bool:
        test = self.of(node.test)
        if isinstance(test, Const):
            return self.block(node.body if test.value else node.orelse)
        if not node.orelse and _has_column(node.test):
            return self.block(node.body)
        before = self.env
        self.steps -= len(before) // _NAMES_A_STEP
        self.unsure += (unsure := self.asks_caller(node.test))
        self.env = dict(before)
        one_left = self.block(node.body)
        one = self.env
        self.env = dict(before)
        other_left = self.block(node.orelse)
        other = self.env
        self.unsure -= unsure
        if one_left or other_left:
            self.keep(before, other if one_left else one)
            return one_left and other_left
        self.keep(before, _both(one, other))
        return False

    def asks_caller(self, test: ast.expr) -> bool:
        """Whether a condition hangs on what a followed call gives, so that it is not certain which arm that takes."""
        if len(self.active) < self.followed_from:
            return False
        arguments = self.active[-1].args
        names = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]} - {"self", "cls"}
        waiting: list[ast.AST] = [test]
        for _ in range(_MOST_LOOKED):
            if not waiting:
                break
            node = waiting.pop()
            tells = isinstance(node, ast.Attribute) and self.method_use.get(node.attr) == DataUse.METHOD_TELLS
            if tells or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in _OF_DATA):
                continue  # `if column in df.columns` asks the data, whoever gives it
            if isinstance(node, ast.Name) and node.id in names:
                return True
            waiting.extend(children(node))
        return False

    def keep(self, env: dict[str, Value], found: Mapping[str, Value]) -> None:
        """Names stand for what was found, in the same table: it is that of the module, or of a function."""
        self.env = env
        if env is not found:
            env.update(found)

    def compound(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self.bind(node.target, self.item(node.iter))
            before = len(self.trail.scores), len(self.trail.fits)
            self.block(node.body)
            self.compared(node, before)
            self.block(node.orelse)
        elif isinstance(node, ast.While):
            self.of(node.test)
            self.block(node.body)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                value = self.of(item.context_expr)
                if item.optional_vars is not None:
                    self.bind(item.optional_vars, self.context(item.context_expr, value))
            self.block(node.body)
        elif isinstance(node, ast.Try):
            self.block(node.body)
            self.block(node.orelse)
            for handler in node.handlers:
                kept, self.env, returned = self.env, dict(self.env), len(self.returned)
                self.block(handler.body)
                self.env = kept
                del self.returned[returned:]  # what a failure gives is no usual value
            self.block(node.finalbody)
        elif isinstance(node, ast.Match):
            self.of(node.subject)
            for case in node.cases[:_MOST_NAMES]:
                kept, self.env = self.env, dict(self.env)
                self.block(case.body)
                self.env = kept
        elif not isinstance(node, ast.ClassDef):
            self.expressions(node)

    def expressions(self, node: ast.stmt) -> None:
        for child in children(node):
            if isinstance(child, ast.expr):
                self.of(child)

    def compared(self, node: ast.For | ast.AsyncFor, before: tuple[int, int]) -> None:
        """Whether a loop measures one model after another by the test data; where it keeps the best, it is chosen."""
        looped = {each.id for each in walk(node.target) if isinstance(each, ast.Name)}
        models = {id(value) for name in looped if isinstance(value := self.env.get(name), Estimator)}
        models |= {id(fit.estimator) for fit in self.trail.fits[before[1] :]}
        tested = [
            score
            for score in self.trail.scores[before[0] :]
            if id(score.estimator) in models and score.data.part == TEST and not self.parts_in(node, score.data)
        ]
        if not tested:
            return
        self.contest = tested[0].spot
        for each in islice(walk(node), _MOST_LOOKED):
            if isinstance(each, ast.If) and isinstance(each.test, ast.Compare) and any(map(_keeps_best, each.body)):
                self.trail.chosen.append((self.spot(each), self.contest))
                return

    def parts_in(self, node: ast.stmt, data: Data) -> bool:
        """Whether a loop itself parts the data, anew each time: folds of cross-validation."""
        parted = data.parted
        here = parted is not None and parted.path == self.module.path
        return here and node.lineno <= parted.line <= (node.end_lineno or node.lineno)  # type: ignore[union-attr]

    def context(self, node: ast.expr, value: Value) -> Value:
        """What `with` gives: of `open`, the file by its name."""
        call = node if isinstance(node, ast.Call) else None
        if call is not None and isinstance(call.func, ast.Name) and call.func.id == "open" and call.args:
            opened = self.fresh()
            named = self.of(call.args[0])
            self.opened[id(opened)] = self.file(named)
            self.kept.append(opened)
            return opened
        return value

    def item(self, node: ast.expr) -> Value:
        """What a loop over an expression meets."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            if node.func.id == "enumerate":
                return Tup((Data(frozenset((MADE,))), self.item(node.args[0])))
            if node.func.id == "zip":
                self.of(node)
                return Tup(tuple(self.item_of(self.of(each)) for each in node.args[:_MOST_NAMES]))
        return self.item_of(self.of(node))


def _has_column(test: ast.expr) -> bool:
    """Whether a condition only asks whether a table has the column that is meant: `if "age" in df.columns`."""
    compared = test.comparators[0] if isinstance(test, ast.Compare) and len(test.comparators) == 1 else None
    inside = compared is not None and isinstance(test.ops[0], ast.In)  # type: ignore[attr-defined]
    return inside and (isinstance(compared, ast.Attribute) and compared.attr == "columns")


def _keeps_best(node: ast.stmt) -> bool:
    """Whether a statement sets what is called the best model."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    names = [each.id for target in targets for each in islice(walk(target), 20) if isinstance(each, ast.Name)]
    return any("best" in name.lower().split("_") for name in names)


def _takes_best(node: ast.expr) -> bool:
    """Whether an expression takes the first by order."""
    for each in islice(walk(node), 80):
        function = each.func if isinstance(each, ast.Call) else None
        name = last_name(function)
        if name in _BEST:
            return True
    return False


def _both(one: Mapping[str, Value], other: Mapping[str, Value]) -> dict[str, Value]:
    """What names stand for after both arms of a branch."""
    names: Iterable[str] = dict.fromkeys((*one, *other))
    return {
        name: merged(one[name], other[name]) if name in one and name in other else (one.get(name) or other[name])
        for name in names
    }
