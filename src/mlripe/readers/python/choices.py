"""What a Python program does only for some of the words that it is given, and what it can never do.

`if args.mode == "fit"`, `match sys.argv[1:]`, `COMMANDS[sys.argv[1]]()`, `parser.set_defaults(func=fit)` and
`fire.Fire({"fit": fit})` each hold a value of the command line against texts. A condition that the file itself makes
constant (`if False`, a name that is set once) holds always or never.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from mlripe.readers.python.names import Names
from mlripe.readers.python.trees import walk
from mlripe.readers.python.values import literal

__all__ = ["PARSER", "Asked", "Choosing", "entries", "leaves", "position"]

PARSER = "parser"  # what a sub-parser's defaults are held against: its own name
_PARSED = ("args", "arguments", "opts", "opt", "options", "ns", "namespace", "parsed", "parsed_args", "cli_args")
_PARSING = (".parse_args", ".parse_known_args", ".parse_intermixed_args")
_KEYS = ("list", "sorted", "tuple", "set", "len", "frozenset", "join")  # they look at a table's keys only
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_EXITS = ("sys.exit", "exit", "quit", "os._exit")
_MOST_VALUES = 50


def position(number: int) -> str:
    """What `sys.argv[number]` is called where it is asked for."""
    return f"argv {number}"


class Asked(Struct, frozen=True):
    """A condition on the command line: what it asks for, the texts that it takes (() for any), or all but those.

    `only`: where it does not hold, nothing is known (`a == "x" and b`).
    """

    asks: str
    values: tuple[str, ...] = ()
    otherwise: bool = False
    only: bool = False

    def __invert__(self) -> Asked:
        return replace(self, otherwise=not self.otherwise)


class Choosing:
    """Reads the conditions of one module; `names` says what names stand for, `constants` what they hold."""

    def __init__(self, tree: ast.Module, names: Names) -> None:
        self.tree = tree
        self.names = names
        self.aliases: dict[str, str] = {}  # names that hold a value of the command line
        self.parsed: set[str] = set()  # names that hold all parsed arguments
        self.parsers: dict[str, tuple[str, ...]] = {}  # names of sub-parsers, each with the words that ask for it
        self._function: ast.FunctionDef | ast.AsyncFunctionDef | None = None

    @contextmanager
    def inside(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[None]:
        """A function of the module: its parameters hold what its callers in the file give."""
        outer, self._function = self._function, function
        yield
        self._function = outer

    # --- what a name is set to ---------------------------------------------------------------------------------------

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        """Notes a name that holds a value of the command line, all of them, or a sub-parser."""
        if isinstance(target, (ast.Tuple, ast.List)):  # args, rest = parser.parse_known_args(); a, *b = sys.argv[1:]
            first = target.elts[0] if target.elts else None
            start = self._from(value)
            if isinstance(first, ast.Name) and start is not None:
                self.aliases[first.id] = position(start)
            elif isinstance(first, ast.Name) and self._parses(value):
                self.parsed.add(first.id)
            return
        if not isinstance(target, ast.Name):
            return
        self.aliases.pop(target.id, None)
        if asks := self.subject(value):
            self.aliases[target.id] = asks
        elif self._parses(value):
            self.parsed.add(target.id)
        elif words := self._sub_parser(value):
            self.parsers[target.id] = words

    @staticmethod
    def _parses(value: ast.expr) -> bool:
        called = value.func if isinstance(value, ast.Call) else None
        return isinstance(called, ast.Attribute) and f".{called.attr}" in _PARSING

    def words_of(self, parser: ast.expr) -> tuple[str, ...]:
        """The words that ask for a sub-parser: a name that holds one, or the call that makes it."""
        return self.parsers.get(parser.id, ()) if isinstance(parser, ast.Name) else self._sub_parser(parser)

    @staticmethod
    def _sub_parser(value: ast.expr) -> tuple[str, ...]:
        """The words that ask for the sub-parser that `commands.add_parser("fit", aliases=["f"])` makes."""
        called = value.func if isinstance(value, ast.Call) else None
        if not isinstance(value, ast.Call) or not isinstance(called, ast.Attribute) or called.attr != "add_parser":
            return ()
        given = [*value.args[:1], *(keyword.value for keyword in value.keywords if keyword.arg == "aliases")]
        found: list[str] = []
        for node in given:
            known = literal(node, {})
            found += [part for part in (known if isinstance(known, tuple) else (known,)) if isinstance(part, str)]
        return tuple(found)

    def _from(self, node: ast.expr) -> int | None:
        """Where `sys.argv[1:]` begins; None for anything else."""
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Slice):
            return None
        lower = node.slice.lower
        if self.names.resolve(node.value) != "sys.argv" or not isinstance(lower, ast.Constant):
            return None
        return lower.value if isinstance(lower.value, int) else None

    # --- conditions --------------------------------------------------------------------------------------------------

    def subject(self, node: ast.expr) -> str:
        """What an expression takes from the command line: an argument's name, or a position; "" for anything else."""
        if isinstance(node, ast.Name):
            return self.aliases.get(node.id) or self._given(node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = node.value.id
            parsed = name in self.parsed or (name in _PARSED and self._parses_somewhere)
            return node.attr if parsed else ""
        if isinstance(node, ast.Subscript) and self.names.resolve(node.value) == "sys.argv":
            at = node.slice.value if isinstance(node.slice, ast.Constant) else None
            return position(at) if isinstance(at, int) and at > 0 else ""
        return ""

    def _given(self, name: str) -> str:
        """What a parameter takes from the command line: all calls of its function in the file give it that."""
        function = self._function
        if function is None or not any(arg.arg == name for arg in (*function.args.args, *function.args.kwonlyargs)):
            return ""
        if "sys" not in self.names.roots and "argparse" not in self.names.roots:
            return ""
        return self._handed.get((function.name, name), "")

    @cached_property
    def _handed(self) -> Mapping[tuple[str, str], str]:
        from mlripe.readers.python.handed_words import handed_words

        outer, self._function = self._function, None
        found = handed_words(self.tree, self.subject)
        self._function = outer
        return found

    def asked(self, test: ast.expr) -> Asked | None:
        """The condition on the command line that a test is; None for any other."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.asked(test.operand)
            return ~inner if inner and not inner.only else None
        if isinstance(test, ast.BoolOp):
            return self._combined(test)
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return self._compared(test.left, test.ops[0], test.comparators[0])
        asks = self.subject(test)
        return Asked(asks) if asks else None

    def _combined(self, test: ast.BoolOp) -> Asked | None:
        parts = [self.asked(value) for value in test.values]
        known = [part for part in parts if part]
        if isinstance(test.op, ast.And):
            return replace(known[0], only=True) if known else None
        first = known[0] if len(known) == len(parts) else None
        if first is None or not all(part and part.asks == first.asks and part.values for part in parts):
            return None
        if any(part.otherwise for part in known):
            return None
        return Asked(first.asks, tuple(value for part in known for value in part.values))

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Asked | None:
        asks = self.subject(left)
        if not asks and isinstance(operator, (ast.Eq, ast.NotEq)):
            asks, right = self.subject(right), left
        values = _texts(right) if asks else ()
        if not values or not isinstance(operator, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
            return None
        return Asked(asks, values, isinstance(operator, (ast.NotEq, ast.NotIn)))

    def cases(self, node: ast.Match) -> list[Asked | None]:
        """For each case of a `match` on the command line what it asks for; [] for any other `match`."""
        start = self._from(node.subject)
        asks = position(start) if start is not None else self.subject(node.subject)
        found: list[Asked | None] = []
        before: list[str] = []
        for case in node.cases if asks else ():
            values = _of_pattern(case.pattern, start is not None)
            if values:
                found.append(Asked(asks, values))
                before += values
            else:
                rest = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and bool(before)
                found.append(Asked(asks, tuple(before), otherwise=True) if rest else None)
        return found

    def truth(self, test: ast.expr, constants: Mapping[str, object]) -> bool | None:
        """Whether a condition always holds or never; None where that is open."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.truth(test.operand, constants)
            return None if inner is None else not inner
        if isinstance(test, ast.Constant):
            return bool(test.value)
        if isinstance(test, ast.Name) and isinstance(value := constants.get(test.id), bool) and self._set_once(test.id):
            return value
        return None

    # --- tables of functions -----------------------------------------------------------------------------------------

    def table(self, name: str) -> list[str | None] | None:
        """How a table is used: each key that a subscript names, None for one that the command line names.

        None where it is used in any other way, so that nothing can be said of what it holds.
        """
        found: list[str | None] = []
        for use in self._uses.get(name, [None]):
            if use is None:
                return None
            key = literal(use, {})
            if isinstance(key, str):
                found.append(key)
            elif self.subject(use):
                found.append(None)
            else:
                return None
        return found

    def asks_of_table(self, name: str) -> str:
        """What of the command line names the key of a table."""
        return next((asks for use in self._uses.get(name, ()) if use is not None and (asks := self.subject(use))), "")

    # --- the module as a whole, looked at only where something asks --------------------------------------------------

    @cached_property
    def _parses_somewhere(self) -> bool:
        return any(isinstance(n, ast.Attribute) and f".{n.attr}" in _PARSING for n in walk(self.tree))

    @cached_property
    def _stores(self) -> dict[str, int]:
        """How often each name is set, `global` counted as well."""
        counts: dict[str, int] = {}
        for node in walk(self.tree):
            names = node.names if isinstance(node, ast.Global) else ()
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names = [node.id]
            for name in names:
                counts[name] = counts.get(name, 0) + 1
        return counts

    def _set_once(self, name: str) -> bool:
        return self._stores.get(name) == 1

    @cached_property
    def _uses(self) -> dict[str, list[ast.expr | None]]:
        """By name, the keys by which it is read; None for any use that may reach all that it holds."""
        found: dict[str, list[ast.expr | None]] = {}
        harmless: set[int] = set()
        for node in walk(self.tree):
            owner, key = _read_by_key(node)
            if owner is not None:
                found.setdefault(owner.id, []).append(key)
                harmless.add(id(owner))
            harmless.update(id(name) for name in _keys_only(node))
        for node in walk(self.tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in harmless:
                found.setdefault(node.id, []).append(None)
        return found


def leaves(node: ast.stmt, names: Names) -> bool:
    """Whether nothing that follows a statement in its block can run."""
    if isinstance(node, _LEAVES):
        return True
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Call) and names.called(value.func) in _EXITS


def entries(node: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    """The entries of a table of functions or classes: names by texts. Nothing for a table of anything else."""
    pairs = list(zip(node.keys, node.values, strict=True))
    texts = (isinstance(key, ast.Constant) and isinstance(key.value, str) for key, _ in pairs)
    if all(texts) and all(isinstance(value, (ast.Name, ast.Attribute)) for _, value in pairs):
        for key, value in pairs:
            if isinstance(key, ast.Constant):
                yield str(key.value), value


def _read_by_key(node: ast.AST) -> tuple[ast.Name, ast.expr] | tuple[None, None]:
    """The name and the key of `NAME[key]` and `NAME.get(key)`."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.value, node.slice
    called = node.func if isinstance(node, ast.Call) and node.args else None
    owner = called.value if isinstance(called, ast.Attribute) and called.attr == "get" else None
    return (owner, node.args[0]) if isinstance(node, ast.Call) and isinstance(owner, ast.Name) else (None, None)


def _keys_only(node: ast.AST) -> Iterator[ast.Name]:
    """Names of which an expression sees nothing but the keys: `list(NAME)`, `NAME.keys()`, `key in NAME`."""
    if isinstance(node, ast.Call):
        called = node.func
        if (isinstance(called, ast.Name) and called.id in _KEYS) or (
            isinstance(called, ast.Attribute) and called.attr == "join"
        ):
            yield from (argument for argument in node.args if isinstance(argument, ast.Name))
        elif isinstance(called, ast.Attribute) and called.attr == "keys" and isinstance(called.value, ast.Name):
            yield called.value
    elif isinstance(node, ast.Compare) and all(isinstance(op, (ast.In, ast.NotIn)) for op in node.ops):
        yield from (side for side in node.comparators if isinstance(side, ast.Name))
    elif isinstance(node, ast.keyword) and node.arg == "choices" and isinstance(node.value, ast.Name):
        yield node.value


def _texts(node: ast.expr) -> tuple[str, ...]:
    """The texts that an expression is or holds; () where one of them is none."""
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return tuple(texts[:_MOST_VALUES]) if len(texts) == len(parts) else ()


def _of_pattern(pattern: ast.pattern, of_list: bool) -> tuple[str, ...]:
    """The texts that a case takes; of a list, those of its first item."""
    if isinstance(pattern, ast.MatchOr):
        parts = [_of_pattern(part, of_list) for part in pattern.patterns]
        return tuple(text for part in parts for text in part) if all(parts) else ()
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        return _of_pattern(pattern.pattern, of_list)
    if of_list:
        first = pattern.patterns[0] if isinstance(pattern, ast.MatchSequence) and pattern.patterns else None
        return _of_pattern(first, of_list=False) if first is not None else ()
    return _texts(pattern.value) if isinstance(pattern, ast.MatchValue) else ()
