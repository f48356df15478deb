"""Where the values of a Python module go: from calls and parameters into other calls, and out of its functions.

A value is followed through what only changes its form: arithmetic, items, lists and tables that it is put into, texts,
casts, methods of its own. What only counts or compares values is another value. Nothing is followed from one function
to another here; a flow names where its value comes from and goes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct, field

from mlripe.facts import Flow, Origin
from mlripe.readers import Unreadable
from mlripe.readers.python.shapes import imports, is_main
from mlripe.readers.python.source import parse
from mlripe.readers.python.trees import children
from mlripe.readers.python.truth_walk import FUNCTIONS, Function, parameters
from mlripe.readers.python.truths import NONE, named

__all__ = ["OWNER", "Carried", "carried"]

OWNER: Final = "."  # the `key` of a flow into a call by the object whose method it is
_MAIN = "__main__"
# calls that tell something about a value, rather than giving it on
_ENDS = frozenset(
    "all any columns count describe hexdigest index isinstance item_count keys len mean median nunique shape std sum "
    "type var".split()
)
_THROUGH = frozenset(
    "abs bool dict enumerate float format int jsonable_encoder list map max min next reversed round set sorted str "
    "tuple zip".split()
)
_PUT_IN = frozenset("assign dumps field format join model_validate values".split())  # into a table, a record or a text
_LIBRARIES = frozenset(
    ("json", "numpy", "orjson", "pandas", "polars", "torch")
)  # whose functions keep what they are given
_GATHERS = frozenset("add append appendleft extend field insert put setdefault tag update".split())
# calls that are given a function and its arguments, and run it
_HANDS = frozenset("add_task apply_async enqueue map run_in_executor run_sync submit to_thread".split())
_STARTED = frozenset(("Process", "Thread", "Timer"))
_LATER = frozenset(("apply_async", "delay", "remote", "si", "s"))  # methods of a function that run it elsewhere
_MOST_FLOWS: Final = 4000
_MOST_ORIGINS: Final = 40
_DEEPEST: Final = 25  # expressions in expressions
_MOST_NESTED: Final = 40  # statements in statements
_MOST_NAMES: Final = 500  # of a module that its functions know
_MOST_PARTS: Final = 60  # of one expression
_MOST_STEPS: Final = 200_000  # expressions of a module that are looked at


class Carried(Struct, frozen=True):
    """The flows of values in a module: what is returned, and what is given to calls (`key` OWNER: as their object)."""

    flows: tuple[Flow, ...] = ()
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def carried(content: bytes) -> Carried:
    """The flows of a source; none where it cannot be read."""
    walk = _Walk()
    try:
        walk.module(parse(content))
    except (Unreadable, RecursionError):
        return Carried()
    return Carried(tuple(walk.flows), walk.parameters)


class _Walk:
    """One walk over a module; `scope` and `function` tell where it is."""

    def __init__(self) -> None:
        self.flows: list[Flow] = []
        self.parameters: dict[str, tuple[str, ...]] = {}
        self.origins: dict[str, str] = {}
        self.known: dict[str, frozenset[Origin]] = {}
        self.scope = self.function = ""
        self.depth = 0
        self.steps = _MOST_STEPS
        self._of: dict[int, frozenset[Origin]] = {}  # by expression of the walked statement

    def module(self, tree: ast.Module) -> None:
        self.origins.update(imports(tree.body))
        for node in tree.body:
            main = isinstance(node, ast.If) and is_main(node.test)
            self.scope = self.function = _MAIN if main else ""
            self.depth = 0
            self.block(node.body if isinstance(node, ast.If) and main else [node])

    def flow(
        self, kind: str, line: int, origins: frozenset[Origin], name: str = "", key: str = "", at: int = -1
    ) -> None:
        if origins and len(self.flows) < _MOST_FLOWS:
            self.flows.append(Flow(kind, line, self.scope, self.function, origins, name, key, at))

    # --- statements --------------------------------------------------------------------------------------------------

    def block(self, body: list[ast.stmt]) -> None:
        if self.depth < _MOST_NESTED:
            self.depth += 1
            for node in body:
                self.statement(node)
            self.depth -= 1

    def statement(self, node: ast.stmt) -> None:
        self._of = {}
        if isinstance(node, FUNCTIONS):
            self.in_function(node)
        elif isinstance(node, ast.ClassDef):
            outer = self.scope
            self.scope = self.scope or node.name
            self.block(node.body)
            self.scope = outer
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self.assigning(node)
        elif isinstance(node, (ast.Return, ast.Expr)):
            if node.value is not None:
                self.returning(node, node.value)
        else:
            self.compound(node)

    def compound(self, node: ast.stmt) -> None:
        """A statement with others in it: a name that they set may have been set in another way as well."""
        for value in children(node):
            if isinstance(value, ast.expr) and value is not getattr(node, "target", None):
                self.expression(value)
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self.bind(node.target, self.of(node.iter))
        for item in getattr(node, "items", ()):  # of `with`
            self.expression(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, self.of(item.context_expr))
        for part in ("body", "orelse", "finalbody"):
            if isinstance(inner := getattr(node, part, None), list):
                self.block(inner)
        for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            self.block(inner.body)

    def assigning(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        if node.value is None:
            return
        self.expression(node.value)
        given = self.of(node.value)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            pairs = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            if pairs and len(target.elts) == len(node.value.elts):  # type: ignore[attr-defined]
                for one, value in zip(target.elts, node.value.elts, strict=True):  # type: ignore[attr-defined]
                    self.bind(one, self.of(value))
            else:
                self.bind(target, given, added=isinstance(node, ast.AugAssign))

    def bind(self, target: ast.expr, given: frozenset[Origin], *, added: bool = False) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            for one in target.elts[:_MOST_PARTS]:
                self.bind(one, given)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, given)
        elif isinstance(target, ast.Name):
            before = self.known.get(target.id, NONE) if added or self.depth > 1 else NONE
            self.known[target.id] = _few(before | given)
        elif name := _holder(target):
            self.known[name] = _few(self.known.get(name, NONE) | given)

    def returning(self, node: ast.Return | ast.Expr, value: ast.expr) -> None:
        self.expression(value)
        if isinstance(node, ast.Return):
            self.flow("returns", node.lineno, self.of(value))
        elif isinstance(value, (ast.Yield, ast.YieldFrom)) and value.value is not None:
            self.flow("returns", node.lineno, self.of(value.value))

    def in_function(self, node: Function) -> None:
        outer = (self.scope, self.function, self.known, self.depth)
        if not self.function or self.function == _MAIN:
            self.scope = f"{self.scope}.{node.name}" if self.scope not in ("", _MAIN) else node.name
        self.function, self.depth = node.name, 0
        self.parameters.setdefault(node.name, parameters(node))
        given = {name: frozenset((Origin("given", name),)) for name in parameters(node)}
        self.known = {**self.known, **given} if len(self.known) < _MOST_NAMES else given
        self.block(node.body)
        self.scope, self.function, self.known, self.depth = outer

    # --- expressions -------------------------------------------------------------------------------------------------

    def expression(self, root: ast.AST, depth: int = _DEEPEST) -> None:
        """The flows of all calls in an expression."""
        if depth == 0 or isinstance(root, ast.Lambda):
            return
        if isinstance(root, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            self.loops(root)
        elif isinstance(root, ast.NamedExpr):
            self.bind(root.target, self.of(root.value))
        for node in islice(children(root), _MOST_PARTS):
            self.expression(node, depth - 1)
        if isinstance(root, ast.Call):
            self.call(root)

    def loops(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        for generator in node.generators:
            self.bind(generator.target, self.of(generator.iter))

    def call(self, node: ast.Call) -> None:
        name = named(node.func, self.origins)
        last = name.rpartition(".")[2]
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        for at, value in enumerate(node.args[:20]):
            self.flow("gives", node.lineno, self.of(value), name, at=at)
        for keyword in node.keywords[:_MOST_PARTS]:
            self.flow("gives", node.lineno, self.of(keyword.value), name, keyword.arg or "")
        if owner is not None:
            self.flow("gives", node.lineno, self.of(owner), name, OWNER)
            if last in _GATHERS and (holder := _holder(owner)):
                given = frozenset().union(*(self.of(value) for value in _given(node)))
                self.known[holder] = _few(self.known.get(holder, NONE) | given)
        for function, given_ in self.handed(node, last, owner):
            for at, value in enumerate(given_[:20]):
                self.flow("gives", node.lineno, self.of(value), named(function, self.origins), at=at)

    @staticmethod
    def handed(node: ast.Call, last: str, owner: ast.expr | None) -> Iterator[tuple[ast.expr, list[ast.expr]]]:
        """The functions that a call starts with arguments of their own: `add_task(store, row)`."""
        if last in _HANDS:
            at = next(
                (i for i, value in enumerate(node.args[:3]) if isinstance(value, (ast.Name, ast.Attribute))), None
            )
            if at is not None:
                yield node.args[at], node.args[at + 1 :]
        if last in _LATER and isinstance(owner, (ast.Name, ast.Attribute)):
            args = next(
                (k.value.elts for k in node.keywords if k.arg == "args" and isinstance(k.value, ast.Tuple)), None
            )
            yield owner, args or node.args
        if last in _STARTED:
            keywords = {keyword.arg: keyword.value for keyword in node.keywords}
            target, given = keywords.get("target") or keywords.get("function"), keywords.get("args")
            if target is not None and isinstance(given, (ast.Tuple, ast.List)):
                yield target, given.elts

    def of(self, node: ast.AST | None, depth: int = _DEEPEST) -> frozenset[Origin]:
        """What the value of an expression comes from."""
        if node is None or depth == 0 or self.steps <= 0:
            return NONE
        known = self._of.get(id(node))
        if known is None:
            self.steps -= 1
            known = _few(self._made(node, depth))
            if not isinstance(node, ast.Name):  # a loop in the same statement may set it
                self._of[id(node)] = known
        return known

    def _made(self, node: ast.AST, depth: int) -> frozenset[Origin]:
        if isinstance(node, ast.Name):
            return self.known.get(node.id, NONE)
        if isinstance(node, ast.Attribute):
            return NONE if node.attr in _ENDS else self.known.get(_holder(node), NONE) | self.of(node.value, depth - 1)
        if isinstance(node, ast.Subscript):
            return self.of(node.value, depth - 1)
        if isinstance(node, ast.Lambda):
            return NONE
        if isinstance(node, ast.Compare):  # `predicted == actual` tells how good it is, `score > 0.5` what it is
            constant = any(isinstance(side, ast.Constant) for side in (node.left, *node.comparators))
            return self.of(node.left, depth - 1) if constant else NONE
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            self.loops(node)
        if isinstance(node, ast.IfExp):
            return self.of(node.body, depth - 1) | self.of(node.orelse, depth - 1) | self.of(node.test, depth - 1)
        return self._together(children(node), depth)

    def _together(self, nodes: list[ast.AST] | list[ast.expr], depth: int) -> frozenset[Origin]:
        return frozenset().union(*(self.of(node, depth - 1) for node in nodes[:_MOST_PARTS]))

    def _called(self, node: ast.Call, depth: int) -> frozenset[Origin]:
        name = named(node.func, self.origins)
        last = name.rpartition(".")[2]
        if last in _ENDS:
            return NONE
        found = frozenset((Origin("returned", name),)) if name else NONE
        if isinstance(node.func, ast.Attribute):
            found |= self.of(node.func.value, depth - 1)
        library = name.split(".", 1)[0] in _LIBRARIES
        if library or name in _THROUGH or last in _PUT_IN or last[:1].isupper():  # what a class is made of
            found |= self._together(_given(node), depth)
        return found


def _given(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _holder(target: ast.expr) -> str:
    """The name of the variable or own attribute that holds an item or attribute: `row` of `row["y"]`."""
    for _ in range(_DEEPEST):
        if isinstance(target, ast.Name):
            return target.id
        if not isinstance(target, (ast.Attribute, ast.Subscript)):
            return ""
        owner = target.value
        if isinstance(target, ast.Attribute) and isinstance(owner, ast.Name) and owner.id in ("self", "cls"):
            return f"{owner.id}.{target.attr}"
        target = owner
    return ""


def _few(origins: frozenset[Origin]) -> frozenset[Origin]:
    return origins if len(origins) <= _MOST_ORIGINS else frozenset(sorted(origins)[:_MOST_ORIGINS])
