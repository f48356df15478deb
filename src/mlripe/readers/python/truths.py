"""What the truth of a Python expression comes from: comparisons, returned values, parameters, keys, attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from mlripe.facts import Held, Origin
from mlripe.readers.python.trees import children

__all__ = ["NONE", "Truths", "below", "named"]

NONE: Final[frozenset[Origin]] = frozenset()
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
# calls and methods whose outcome is as true as what they are given or belong to
_THROUGH = frozenset(
    "all any bool dict dumps float format int len list max min set str string_to_bool strtobool sum tuple".split()
)
_SAME = frozenset("all any capitalize copy item items lower output result strip tolist upper values".split())
_OUTPUTS = frozenset("output outputs result value values".split())
_BY_KEY = frozenset(("get", "pop", "getenv", "xcom_pull"))
_MOST_NODES: Final = 400  # of one expression that are looked at
_MOST_ORIGINS: Final = 40  # of one truth: beyond it nothing is told
_MOST_WORDS: Final = 80
_FARTHEST: Final = 3  # from a comparison back to what its variables were set from
_DEEPEST: Final = 12  # expressions in expressions
_LONGEST_NAME: Final = 200
_LONGEST_TEXT: Final = 60


class Truths:
    """The names of one function while it is walked: what their truth comes from, and the words they were set from.

    `held` takes the comparisons of the whole module, `origins` what each name in it stands for by its imports.
    """

    def __init__(self, held: list[Held], origins: Mapping[str, str]) -> None:
        self.held = held
        self.origins = origins
        self.known: dict[str, frozenset[Origin]] = {}
        self.values: dict[str, ast.expr] = {}  # what the names were set to
        self.tables: set[str] = set()  # names of dictionaries, which are true whatever they hold
        self._numbers: dict[tuple[ast.expr, ast.expr], int] = {}  # of the comparisons that were held before

    def inner(self, parameters: Iterable[str]) -> Truths:
        """The names of a function in this one."""
        truths = Truths(self.held, self.origins)
        truths._numbers = self._numbers
        truths.known, truths.values, truths.tables = dict(self.known), dict(self.values), set(self.tables)
        for name in parameters:
            truths.known[name] = frozenset((Origin("given", name),))
            truths.values.pop(name, None)
            truths.tables.discard(name)
        return truths

    # --- truths ------------------------------------------------------------------------------------------------------

    def of(self, node: ast.expr | None, depth: int = _DEEPEST) -> frozenset[Origin]:
        """What the truth of an expression comes from; nothing where it is written out, or never differs."""
        if node is None or depth == 0:
            return NONE
        if isinstance(node, ast.Name):
            return NONE if node.id in self.tables else self.known.get(node.id, NONE)
        if isinstance(node, ast.Compare):
            return self._compared(node, depth)
        if isinstance(node, ast.BoolOp):
            decided = isinstance(node.op, ast.Or)
            if any(isinstance(part, ast.Constant) and bool(part.value) == decided for part in node.values):
                return NONE
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        if isinstance(node, ast.Attribute):
            return self.of(node.value, depth - 1) if node.attr in _OUTPUTS else _kept(node.attr)
        if isinstance(node, ast.Subscript):
            return self._part(node, depth)
        return self._together(_parts(node), depth)

    def _together(self, nodes: Iterable[ast.expr], depth: int) -> frozenset[Origin]:
        found: set[Origin] = set()
        for node in islice(nodes, _MOST_ORIGINS):
            found |= self.of(node, depth - 1)
        return frozenset(found) if len(found) <= _MOST_ORIGINS else NONE

    def _compared(self, node: ast.Compare, depth: int) -> frozenset[Origin]:
        sides = [node.left, *node.comparators]
        found: set[Origin] = set()
        if len(sides) == 3 and all(isinstance(side, ast.Constant | ast.UnaryOp) for side in sides[::2]):
            return NONE  # `0 <= f1 <= 1` asks whether it can be a measure, not whether it is a good one
        for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
            constants = [side for side in (left, right) if isinstance(side, ast.Constant)]
            if isinstance(operator, _ORDER) and len(constants) < 2 and not (_counts(left) or _counts(right)):
                found.add(Origin("held", "", self._hold(node.lineno, left, right)))
            if constants or not isinstance(operator, _ORDER):  # `len(failures) > 0`, `status == "passed"`
                found |= self.of(left, depth - 1) | self.of(right, depth - 1)
        return frozenset(found)

    def _hold(self, line: int, left: ast.expr, right: ast.expr) -> int:
        """The number of a comparison, which is asked for wherever its expression stands in another."""
        if (left, right) in self._numbers:
            return self._numbers[left, right]
        words = frozenset((*_names(left), *_names(right)))
        behind = self._behind((left, right)) - words
        limit = next((number for side in (left, right) if (number := _number(side)) is not None), None)
        difference = any(isinstance(side, ast.BinOp) and isinstance(side.op, ast.Sub) for side in (left, right))
        self.held.append(Held(line, words, behind, limit, difference))
        self._numbers[left, right] = len(self.held) - 1
        return len(self.held) - 1

    def _called(self, node: ast.Call, depth: int) -> frozenset[Origin]:
        name = named(node.func, self.origins)
        last = name.rpartition(".")[2]
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if last in _BY_KEY and owner is not None:
            named_by = [keyword.value for keyword in node.keywords if keyword.arg == "key"] or node.args[:1]
            key = named_by[0].value if named_by and isinstance(named_by[0], ast.Constant) else None
            task = next((k.value for k in node.keywords if k.arg == "task_ids"), None)
            if key is None and isinstance(task, ast.Constant) and isinstance(task.value, str):
                return frozenset((Origin("returned", task.value[:_LONGEST_NAME]),))
            return _kept(key) if isinstance(key, str) else self.of(owner, depth - 1)
        if last in _SAME and owner is not None and last not in self.origins:
            table = owner.id if isinstance(owner, ast.Name) and owner.id in self.tables else ""
            return self.known.get(table, NONE) | self.of(owner, depth - 1) | self._together(given, depth)
        if last in _THROUGH or last[:1].isupper():  # what a class is made of
            return self._together(given, depth)
        return frozenset((Origin("returned", name),)) | self._together(
            (value for value in given if isinstance(value, ast.Compare)), depth
        )

    def _part(self, node: ast.Subscript, depth: int) -> frozenset[Origin]:
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        of = self.of(node.value, depth - 1)
        if isinstance(key, str):  # of what a task gives, under a name, the task tells
            return _kept(key) | (of if isinstance(node.value, ast.Attribute) and node.value.attr in _OUTPUTS else NONE)
        return part(of, key) if isinstance(key, int) else of

    # --- words -------------------------------------------------------------------------------------------------------

    def _behind(self, nodes: Iterable[ast.expr]) -> frozenset[str]:
        """The lower-case names and texts that the variables of expressions were set from."""
        words: set[str] = set()
        level = list(nodes)
        seen: set[str] = set()
        for _ in range(_FARTHEST):
            found = {n.id for node in level for n in below(node) if isinstance(n, ast.Name) and n.id in self.values}
            level = [self.values[name] for name in sorted(found - seen)]
            seen |= found
            words.update(word for node in level for word in _names(node))
        return frozenset(words) if len(words) <= _MOST_WORDS else frozenset()

    def set(self, name: str, value: ast.expr, truth: frozenset[Origin]) -> None:
        """The name stands for a value, whose truth comes from that."""
        self.known[name] = truth
        self.values[name] = value
        made = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict"
        (self.tables.add if made or isinstance(value, (ast.Dict, ast.DictComp)) else self.tables.discard)(name)
        if isinstance(value, ast.Dict):
            self.known[name] |= self._together(value.values, _DEEPEST)


def below(root: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, the outer before the inner; only so many of one expression."""
    stack = [root]
    for _ in range(_MOST_NODES):
        if not stack:
            return
        node = stack.pop()
        yield node
        stack += children(node)


def part(origins: frozenset[Origin], at: int) -> frozenset[Origin]:
    """The origins of one part of what was unpacked."""
    return frozenset(o._replace(at=at) if o.kind == "returned" and o.at < 0 else o for o in origins)


def _names(node: ast.expr) -> Iterator[str]:
    """The lower-case names and short texts in an expression."""
    for known in below(node):
        if isinstance(known, ast.Name):
            yield known.id.lower()[:_LONGEST_NAME]
        elif isinstance(known, ast.Attribute):
            yield known.attr.lower()[:_LONGEST_NAME]
        elif isinstance(known, ast.Constant) and isinstance(known.value, str) and len(known.value) < _LONGEST_TEXT:
            yield known.value.lower()


def _kept(key: str) -> frozenset[Origin]:
    return frozenset((Origin("kept", key),)) if len(key) < _LONGEST_NAME else NONE


def named(func: ast.expr, origins: Mapping[str, str]) -> str:
    """The dotted name of what is called, by the file's imports; `.method` of anything else."""
    names: list[str] = []
    node = func
    while isinstance(node, ast.Attribute) and len(names) < _DEEPEST:
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id not in ("self", "cls"):
        known = origins.get(node.id, node.id if not names else "")
        return ".".join((known, *reversed(names)))[:_LONGEST_NAME] if known or not names else "." + names[0]
    return "." + names[0] if names else ""


def _number(node: ast.expr) -> float | None:
    negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    value = node.operand if isinstance(node, ast.UnaryOp) and negative else node
    if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
        try:
            return -float(value.value) if negative else float(value.value)
        except OverflowError:
            return None
    return None


def _counts(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """The parts of an expression of which any decides its truth."""
    if isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield from (node.test, node.body, node.orelse)
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        yield from node.elts
    elif isinstance(node, ast.JoinedStr):
        yield from (value.value for value in node.values if isinstance(value, ast.FormattedValue))
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        yield node.elt
        yield from (test for generator in node.generators for test in generator.ifs)
    elif isinstance(node, (ast.Await, ast.Starred, ast.NamedExpr, ast.FormattedValue)):
        yield node.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.Add)):
        yield from (node.left, node.right)
