"""Follows the data of a program: its statements in their order, and the functions of the repository that it calls.

A call of a function whose definition is known is followed into it with what it is given, a few levels deep. Of two ways
of a program only what holds on both is kept; a loop is walked once. What a program does is told by its `Trail`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from mlripe.kinds import DataUse
from mlripe.readers.python.comparisons import children
from mlripe.readers.python.dataflow.calls import Calls, Given
from mlripe.readers.python.dataflow.expressions import OutOfSteps, as_target
from mlripe.readers.python.dataflow.modules import Module
from mlripe.readers.python.dataflow.parts import held_out, part_of, tells_parts
from mlripe.readers.python.dataflow.trail import Split, Trail
from mlripe.readers.python.dataflow.values import (
    GIVEN,
    INPUT,
    MADE,
    OTHER,
    READ,
    TEST,
    VALID,
    Const,
    Data,
    Estimator,
    Instance,
    Own,
    Ref,
    Spot,
    Table,
    Tup,
    Value,
    data_of,
    merged,
    mixed,
)
from mlripe.readers.python.shapes import is_main
from mlripe.readers.python.truth_walk import Function

__all__ = ["MOST_STEPS", "Walk"]

MOST_STEPS: Final = 60_000  # expressions of a program, those of followed calls counted each time
_MOST_CALLS: Final = 3  # of functions in one another that are followed
_MOST_CALLS_OF_SERVICE: Final = 6  # a handler asks a service, that a pipeline, that its steps
_MOST_NESTED: Final = 30  # statements in statements
_LEAVES: Final = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_MOST_NAMES: Final = 60  # of one target
_MOST_LOOKED: Final = 400  # nodes of a loop
_BEST: Final = frozenset(("max", "min", "sorted", "idxmax", "idxmin", "argmax", "argmin", "sort_values", "nlargest"))
_OF_DATA: Final = frozenset(("len", "isinstance", "hasattr"))  # functions that tell something of data
_OPEN: Final = object()
_NAMES_A_STEP: Final = 20  # names that are copied in the time of one step


class Walk(Calls):
    """One walk over a program."""

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

    # --- programs ----------------------------------------------------------------------------------------------------

    def program(self, entries: Mapping[str, Function], worth: Callable[[str], bool] = lambda _: True) -> None:
        """The module's body, then what nothing in it calls; `entries`: functions that answer a service's requests;
        `worth`: whether a function may tell anything by itself.
        """
        body = self.module.body
        main = [node for node in body if isinstance(node, ast.If) and is_main(node.test)]
        self.guarded(self.block, [node for node in body if node not in main])
        for guard in main:
            self.guarded(self.block, guard.body)
        for name, function in self.module.functions.items():
            if name not in entries and function not in self.followed and worth(name):
                self.guarded(self.alone, function, None)
        for defined in self.module.classes.values():
            self.guarded(self.class_alone, defined, entries, worth)
        for name, function in entries.items():
            if "." not in name:
                self.guarded(self.answering, name, function, None)

    def guarded(self, step: Callable[..., object], *of: object) -> None:
        """Takes a step of the walk, as far as it goes."""
        try:
            step(*of)
        except (RecursionError, OutOfSteps):
            self.env = self.globals[self.module.path]
            self.active, self.nested, self.entry = [], 0, ""
            self.unsure, self.followed_from = 0, 1

    def alone(self, function: Function, owner: Instance | None) -> None:
        """A function by itself: its parameters are unknown, or parts of the data by their names."""
        arguments = function.args
        names = [a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
        parts = tells_parts(names)
        spot = self.spot(function)
        env: dict[str, Value] = {}
        for name in names:
            part = part_of(name) if parts else ""
            known = Data(frozenset((GIVEN,)), part, spot if part else None, rows=self.number())
            env[name] = as_target(name, known)
        if owner is not None and names:
            env[names[0]] = owner
        self.followed_from = 2
        self.into(function, env, self.module)
        self.followed_from = 1

    def answering(self, name: str, function: Function, owner: Instance | None) -> None:
        """A function that answers a request: what it is given, comes from there."""
        arguments = function.args
        names = [a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
        env: dict[str, Value] = {each: Data(frozenset((INPUT,)), rows=self.number()) for each in names}
        env |= self.injected(arguments)
        if owner is not None and names:
            env[names[0]] = owner
        self.entry, self.followed_from = name, 2
        self.into(function, env, self.module)
        self.entry, self.followed_from = "", 1

    def injected(self, arguments: ast.arguments) -> dict[str, Value]:
        """What a framework gives beside the request: `service: Service = Depends(...)`."""
        plain = [*arguments.posonlyargs, *arguments.args]
        pairs = [*zip(reversed(plain), reversed(arguments.defaults), strict=False)]
        pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
        found: dict[str, Value] = {}
        for argument, default in pairs[:_MOST_NAMES]:
            function = default.func if isinstance(default, ast.Call) else None
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if called == "Depends":
                made = self.of(argument.annotation) if argument.annotation is not None else None
                own = isinstance(made, Own) and isinstance(made.node, ast.ClassDef)
                found[argument.arg] = self.own(made, default, Given([], {}, True)) if own else self.fresh()  # type: ignore[arg-type]
        return found

    def class_alone(self, node: ast.ClassDef, entries: Mapping[str, Function], worth: Callable[[str], bool]) -> None:
        """The methods of a class, those first that set its attributes."""
        methods = self.module.methods(node)
        if not any(worth(f"{node.name}.{name}") or f"{node.name}.{name}" in entries for name in methods):
            return
        instance = Instance(self.module, node)
        if first := methods.get("__init__"):
            self.alone(first, instance)
        for name, method in methods.items():
            full = f"{node.name}.{name}"
            static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in method.decorator_list)
            if full in entries:
                self.answering(full, method, instance)
            elif name != "__init__" and method not in self.followed and worth(full):
                self.alone(method, None if static else instance)

    # --- calls of functions of the repository ------------------------------------------------------------------------

    def own(self, called: Own, node: ast.Call, given: Given) -> Value:
        if isinstance(called.node, ast.ClassDef):
            return self.constructed(called, called.node, given)
        if self.is_deep or called.node in self.active:
            return self.unknown(given)
        static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in called.node.decorator_list)
        values = [called.owner, *given.args] if called.owner is not None and not static else list(given.args)
        env = self.parameters(called, values, given)
        asked = (called.node, tuple(map(_plain, env.values())))
        if _OPEN in asked[1]:
            return self.into(called.node, env, called.module)
        if asked not in self.answers:
            self.answers[asked] = self.into(called.node, env, called.module)
            return self.answers[asked]
        return self.again(self.answers[asked]) or self.into(called.node, env, called.module)

    @property
    def is_deep(self) -> bool:
        """Whether as many functions in one another are followed as may be."""
        return len(self.active) >= (_MOST_CALLS_OF_SERVICE if self.entry else _MOST_CALLS)

    def again(self, value: Value) -> Value | None:
        """What a call gives that was followed before with the like, with other rows; None for what may have changed."""
        if isinstance(value, Tup):
            items = tuple(each for each in map(self.again, value.items[:_MOST_NAMES]) if each is not None)
            return Tup(items) if len(items) == len(value.items) else None
        if isinstance(value, Data):
            return replace(value, rows=self.number()) if not value.predicted else None
        return value if isinstance(value, (Const, Ref, Own)) else None

    def constructed(self, called: Own, node: ast.ClassDef, given: Given) -> Value:
        """An object of a class of the repository, with what its constructor sets."""
        instance = Instance(called.module, node)
        first = called.module.methods(node).get("__init__")
        if first is not None and not self.is_deep and first not in self.active:
            env = self.parameters(Own(called.module, first, instance), [instance, *given.args], given)
            self.into(first, env, called.module)
        return instance

    def parameters(self, called: Own, values: Sequence[Value | None], given: Given) -> dict[str, Value]:
        """What the parameters of a function hold in a call of it."""
        arguments = called.node.args  # type: ignore[union-attr]
        names = [a.arg for a in [*arguments.posonlyargs, *arguments.args]]
        defaults = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
        defaults |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False) if d}
        env: dict[str, Value] = {}
        for name, value in zip(names, values, strict=False):
            env[name] = as_target(name, value) if value is not None else Data()
        for name in [*names, *(a.arg for a in arguments.kwonlyargs)]:
            if name in given.keywords:
                env[name] = as_target(name, given.keywords[name])
            elif name not in env:
                default = defaults.get(name)
                written = isinstance(default, ast.Constant) and not given.open
                env[name] = Const(default.value) if written else Data()  # type: ignore[union-attr]
        for star in (arguments.vararg, arguments.kwarg):
            if star is not None:
                env[star.arg] = Data()
        return env

    def into(self, function: Function, env: dict[str, Value], module: Module) -> Value:
        """Walks a function; what it returns."""
        outer = (self.env, self.module, self.returned, self.nested, self.contest)
        self.env, self.module, self.returned, self.nested, self.contest = env, module, [], 0, None
        self.followed.add(function)
        self.active.append(function)
        try:
            self.module_env(module)
            self.block(function.body)
            returned = self.returned
        finally:
            self.active.pop()
            self.env, self.module, self.returned, self.nested, self.contest = outer
        if not returned:
            return Const(None)
        result = returned[0]
        for other in returned[1:]:
            result = merged(result, other)
        return result

    def module_env(self, module: Module) -> dict[str, Value]:
        """What the names of another module stand for that it sets at its top; what it does is told by its own walk."""
        known = self.globals.get(module.path)
        if known is not None:
            return known
        env = self.globals[module.path] = {}
        outer = (self.env, self.module, self.trail, self.entry)
        self.env, self.module, self.trail, self.entry = env, module, Trail(), ""
        try:
            for node in module.body:
                if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Call, ast.Constant, ast.List)):
                    self.statement(node)
        finally:
            self.env, self.module, self.trail, self.entry = outer
        return env

    # --- statements --------------------------------------------------------------------------------------------------

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
            waiting.extend(ast.iter_child_nodes(node))
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
        looped = {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
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
        for each in islice(ast.walk(node), _MOST_LOOKED):
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

    # --- names -------------------------------------------------------------------------------------------------------

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
        given = [each for argument in node.args[:4] for each in islice(ast.walk(argument), 20)]
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
            steps, trail = self.steps, self.trail
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


def _has_column(test: ast.expr) -> bool:
    """Whether a condition only asks whether a table has the column that is meant: `if "age" in df.columns`."""
    compared = test.comparators[0] if isinstance(test, ast.Compare) and len(test.comparators) == 1 else None
    inside = compared is not None and isinstance(test.ops[0], ast.In)  # type: ignore[attr-defined]
    return inside and (isinstance(compared, ast.Attribute) and compared.attr == "columns")


def _keeps_best(node: ast.stmt) -> bool:
    """Whether a statement sets what is called the best model."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    names = [each.id for target in targets for each in islice(ast.walk(target), 20) if isinstance(each, ast.Name)]
    return any("best" in name.lower().split("_") for name in names)


def _takes_best(node: ast.expr) -> bool:
    """Whether an expression takes the first by order."""
    for each in islice(ast.walk(node), 80):
        function = each.func if isinstance(each, ast.Call) else None
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in _BEST:
            return True
    return False


def _plain(value: Value) -> object:
    """What tells a value from others, where nothing was done with it yet; `_OPEN` for others."""
    if isinstance(value, Const):
        return type(value.value), str(value.value)
    if isinstance(value, Data):
        done = value.part or value.learned or value.table or value.predicted or value.listed or value.cut
        return _OPEN if done else (value.roots, value.target)
    return value.name if isinstance(value, Ref) else _OPEN


def _both(one: Mapping[str, Value], other: Mapping[str, Value]) -> dict[str, Value]:
    """What names stand for after both arms of a branch."""
    names: Iterable[str] = dict.fromkeys((*one, *other))
    return {
        name: merged(one[name], other[name]) if name in one and name in other else (one.get(name) or other[name])
        for name in names
    }
