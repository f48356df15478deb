"""What a Python file uses anywhere, in functions and methods as well: names, its own and other modules' functions.

Unlike `straight_flow`, which follows what runs in any case, this looks at every line: a function that nobody calls yet
fails once somebody does. Nothing is told of a line whose errors of that kind are caught.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from mlripe.readers import Unreadable
from mlripe.readers.python.safe_text import decoded
from mlripe.readers.python.source import parse
from mlripe.readers.python.straight_flow import (
    GIVEN,
    OPENING,
    Called,
    Signature,
    binding,
    bound_names,
    nodes_of,
    signature,
    signatures,
)
from mlripe.readers.python.trees import children, walk

__all__ = ["Member", "Shape", "Uses", "uses"]

_DEEPEST: Final = 80  # statements and expressions in one another
_LONGEST: Final = 4  # parts of a dotted name
# what Python 2 had, for which programs ask in ways of their own, and what tools give to the files that they run
_GIVEN_ELSEWHERE: Final = frozenset(
    "unicode xrange raw_input basestring long unichr reduce file reload cmp execfile buffer apply intern coerce "
    "profile c get_config tags Import Export Return Environment ARGUMENTS r R sqlCtx hiveContext table sql getArgument "
    "udf".split()
)
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_OPEN_METHODS: Final = frozenset(("__getattr__", "__getattribute__", "__new__", "__setattr__", "__slots__"))


class Member(Struct, frozen=True):
    """A member that is asked of an object of a class: `trainer.fit(rows)` where `trainer = Trainer()`.

    `owner` is the class as the file calls it; `call` is None where the member is only read.
    """

    owner: str
    name: str
    line: int
    call: Called | None = None


class Shape(Struct, frozen=True):
    """What an object of a class has, as far as its own file says it; `bases` are as the file writes them."""

    members: frozenset[str]
    methods: Mapping[str, Signature]
    bases: tuple[str, ...] = ()
    open: bool = False  # it may have more than is written


class Uses(Struct, frozen=True):
    """`unbound`: names that nothing in the file binds; `names`: what the module itself has, None where it may have
    more; `only`: the names that one import or definition binds, and nothing else in the file."""

    unbound: tuple[tuple[str, int], ...] = ()
    calls: tuple[Called, ...] = ()
    members: tuple[Member, ...] = ()
    read: tuple[tuple[str, int], ...] = ()  # dotted names, with their lines
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    names: frozenset[str] | None = None
    only: frozenset[str] = frozenset()


def uses(content: bytes) -> Uses:
    """What one source uses; nothing where it cannot be parsed or is too large."""
    try:
        tree = parse(content)
        nodes = nodes_of(tree)
        if nodes is None:
            return Uses()
        walk = _Walk()
        walk.block(tree.body, (), {}, "", 0)
        nodes = binding(nodes)
        bound = bound_names(nodes)
        unbound = tuple(_unbound(decoded(content), walk)) if bound is not None else ()
    except (Unreadable, RecursionError):
        return Uses()
    shapes = {node.name: _shape(node) for node in tree.body if isinstance(node, ast.ClassDef)}
    names = None if bound is None or "__getattr__" in bound else bound  # of any scope: too many rather than too few
    known = signatures(tree, nodes)
    return Uses(
        unbound, tuple(walk.calls), tuple(walk.members), tuple(walk.read), known, shapes, names, _bound_once(nodes)
    )


# --- names -----------------------------------------------------------------------------------------------------------


def _unbound(text: str, walk: _Walk) -> Iterator[tuple[str, int]]:
    """The names that are read and that neither their scopes nor the module bind, at the first line that reads them."""
    try:
        top = symtable.symtable(text, "module", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    known: set[str] = set()
    asked: set[str] = set()
    waiting = [top]
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        for symbol in table.get_symbols():
            if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
                if table is top or symbol.is_declared_global():
                    known.add(symbol.get_name())
            elif symbol.is_referenced() and symbol.is_global():
                asked.add(symbol.get_name())
    lines: dict[str, int] = {}
    for name, line in walk.loaded:
        lines.setdefault(name, line)
    for name in sorted(asked - known - GIVEN - _GIVEN_ELSEWHERE):
        if name in lines and name not in walk.caught:
            yield name, lines[name]


def _bound_once(nodes: list[ast.AST]) -> frozenset[str]:
    """The names that one import or definition at the margin binds, and nothing else in the file."""
    counts: dict[str, int] = {}
    others: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.alias):
            name = node.asname or node.name.partition(".")[0]
            counts[name] = counts.get(name, 0) + 1
        elif isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            counts[node.name] = counts.get(node.name, 0) + 1
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            others.add(node.id)
        elif isinstance(node, ast.arg):
            others.add(node.arg)
        elif isinstance(other := getattr(node, "name", None), str):
            others.add(other)
    return frozenset(name for name, count in counts.items() if count == 1) - others


# --- classes ---------------------------------------------------------------------------------------------------------


def _shape(node: ast.ClassDef) -> Shape:
    members: set[str] = set()
    methods: dict[str, Signature] = {}
    several: set[str] = set()
    below = list(walk(node))
    for each in below:
        if isinstance(each, ast.Attribute) and not isinstance(each.ctx, ast.Load):
            members.add(each.attr)  # of whatever object: too many rather than too few
        elif isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            members.add(each.id)
        elif isinstance(each, (*_FUNCTIONS, ast.ClassDef)):
            members.add(each.name)
        elif isinstance(each, ast.alias):
            members.add(each.asname or each.name)
    for each in node.body:
        if isinstance(each, _FUNCTIONS):
            if each.name in methods or each.decorator_list or not each.args.args:
                several.add(each.name)
            else:
                methods[each.name] = signature(each.args).without_first()
    written = {name.id for name in below if isinstance(name, ast.Name)}
    loose = not _OPEN_METHODS.isdisjoint(members) or not OPENING.isdisjoint(written)
    loose = loose or bool(node.decorator_list or node.keywords) or any(not _dotted(base) for base in node.bases)
    plain = {name: known for name, known in methods.items() if name not in several}
    return Shape(frozenset(members), plain, tuple(map(_dotted, node.bases)), loose)


# --- uses ------------------------------------------------------------------------------------------------------------


class _Walk:
    """Passes over all statements: `caught` are the errors that are caught around them."""

    def __init__(self) -> None:
        self.calls: list[Called] = []
        self.members: list[Member] = []
        self.read: list[tuple[str, int]] = []
        self.loaded: list[tuple[str, int]] = []
        self.caught: set[str] = set()  # names that are read where a NameError is caught

    def block(
        self, body: list[ast.stmt], caught: tuple[str, ...], objects: Mapping[str, str], owner: str, depth: int
    ) -> None:
        """`objects`: the class of each local variable that one line sets; `owner`: the class whose method it is."""
        for node in body:
            self._statement(node, caught, objects, owner, depth)

    def _statement(
        self, node: ast.AST, caught: tuple[str, ...], objects: Mapping[str, str], owner: str, depth: int
    ) -> None:
        if depth > _DEEPEST:
            raise RecursionError
        if isinstance(node, ast.expr):
            self._expression(node, caught, objects)
        elif isinstance(node, _FUNCTIONS):
            for each in (*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)):
                self._statement(each, caught, objects, owner, depth + 1)
            self.block(node.body, (), _objects(node), owner, depth + 1)
        elif isinstance(node, ast.ClassDef):
            for base in (*node.decorator_list, *node.bases, *node.keywords):
                self._statement(base, caught, objects, owner, depth + 1)
            self.block(node.body, caught, {}, node.name, depth + 1)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self._try(node, caught, objects, owner, depth)
        elif isinstance(node, ast.AnnAssign):
            for part in (node.target, node.value):
                if part is not None:
                    self._statement(part, caught, objects, owner, depth + 1)
        else:
            for child in children(node):
                self._statement(child, caught, objects, owner, depth + 1)

    def _try(self, node: ast.AST, caught: tuple[str, ...], objects: Mapping[str, str], owner: str, depth: int) -> None:
        handlers: list[ast.ExceptHandler] = getattr(node, "handlers", [])
        names = tuple(name for handler in handlers for name in _caught_by(handler))
        self.block(getattr(node, "body", []), (*caught, *names), objects, owner, depth + 1)
        for handler in handlers:
            if handler.type is not None:
                self._statement(handler.type, caught, objects, owner, depth + 1)
            self.block(handler.body, caught, objects, owner, depth + 1)
        for rest in ("orelse", "finalbody"):
            self.block(getattr(node, rest, []), caught, objects, owner, depth + 1)

    def _expression(self, node: ast.expr, caught: tuple[str, ...], objects: Mapping[str, str]) -> None:
        """What an expression and all within it read and call, from the left to the right."""
        waiting: list[ast.AST] = [node]
        while waiting:
            each = waiting.pop()
            if isinstance(each, ast.Name):
                if isinstance(each.ctx, ast.Load):
                    self.loaded.append((each.id, each.lineno))
                    if "NameError" in caught:
                        self.caught.add(each.id)
                continue
            if isinstance(each, ast.Constant):
                continue
            if isinstance(each, ast.Call):
                self._call(each, caught, objects)
            elif isinstance(each, ast.Attribute):
                self._attribute(each, caught, objects)
            waiting += reversed(children(each))

    def _attribute(self, node: ast.Attribute, caught: tuple[str, ...], objects: Mapping[str, str]) -> None:
        if not isinstance(node.ctx, ast.Load) or "AttributeError" in caught:
            return
        if isinstance(node.value, ast.Name) and node.value.id in objects:
            self.members.append(Member(objects[node.value.id], node.attr, node.lineno))
        elif name := _dotted(node):
            self.read.append((name, node.lineno))

    def _call(self, node: ast.Call, caught: tuple[str, ...], objects: Mapping[str, str]) -> None:
        name = _dotted(node.func)
        starred = any(isinstance(value, ast.Starred) for value in node.args)
        if not name or starred or any(keyword.arg is None for keyword in node.keywords) or "TypeError" in caught:
            return
        keywords = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
        call = Called(name, node.lineno, len(node.args), keywords)
        root, _, rest = name.partition(".")
        if root in objects and rest and "." not in rest:
            self.members.append(Member(objects[root], rest, node.lineno, call))
        elif root not in objects:
            self.calls.append(call)


def _objects(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    """The class of each variable of a function that one statement, and nothing else, sets to an object."""
    found: dict[str, str] = {}
    bound: dict[str, int] = {}
    below = list(walk(function))
    for node in below:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound[node.id] = bound.get(node.id, 0) + 1
        elif isinstance(node, ast.arg):
            bound[node.arg] = bound.get(node.arg, 0) + 1
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            bound.update(dict.fromkeys(node.names, 2))
    for node in below:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
            made = _dotted(value.func) if isinstance(value, ast.Call) else ""
            if made and bound.get(name) == 1:
                found[name] = made
    return found


def _caught_by(handler: ast.ExceptHandler) -> tuple[str, ...]:
    """The errors that a handler names; a handler of all errors names none: it hides a fault and makes none of it."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
    return tuple(_dotted(kind).rpartition(".")[2] for kind in kinds)


def _dotted(node: ast.AST) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < _LONGEST:
        parts.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(parts))) if isinstance(node, ast.Name) else ""
