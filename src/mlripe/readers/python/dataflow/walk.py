"""Follows the data of a program: its statements in their order, and the functions of the repository that it calls.

A call of a function whose definition is known is followed into it with what it is given, a few levels deep. Of two ways
of a program only what holds on both is kept; a loop is walked once. What a program does is told by its `Trail`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from mlripe.readers.python.dataflow.expressions import OutOfSteps, as_target
from mlripe.readers.python.dataflow.modules import Module
from mlripe.readers.python.dataflow.parts import part_of, tells_parts
from mlripe.readers.python.dataflow.statements import Statements
from mlripe.readers.python.dataflow.tables import Given
from mlripe.readers.python.dataflow.trail import Trail
from mlripe.readers.python.dataflow.values import (
    GIVEN,
    INPUT,
    Const,
    Data,
    Instance,
    Own,
    Ref,
    Tup,
    Value,
    merged,
)
from mlripe.readers.python.names import last_name
from mlripe.readers.python.shapes import is_main
from mlripe.readers.python.truth_walk import Function

__all__ = ["MOST_STEPS", "Walk"]

MOST_STEPS: Final = 60_000  # expressions of a program, those of followed calls counted each time
_MOST_CALLS: Final = 3  # of functions in one another that are followed
_MOST_CALLS_OF_SERVICE: Final = 6  # a handler asks a service, that a pipeline, that its steps
_MOST_NAMES: Final = 60  # of one target
_OPEN: Final = object()


class Walk(Statements):
    """One walk over a program."""

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
            called = last_name(function)
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


def _plain(value: Value) -> object:
    """What tells a value from others, where nothing was done with it yet; `_OPEN` for others."""
    if isinstance(value, Const):
        return type(value.value), str(value.value)
    if isinstance(value, Data):
        done = value.part or value.learned or value.table or value.predicted or value.listed or value.cut
        return _OPEN if done else (value.roots, value.target)
    return value.name if isinstance(value, Ref) else _OPEN
