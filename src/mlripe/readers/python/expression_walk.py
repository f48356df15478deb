"""One pass over the expressions of a Python module: calls by resolved names, and what a scope mentions."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager

from mlripe.facts import UNKNOWN, Branch, Call, Choice, Comparison, Definition, Import
from mlripe.readers.python.alternatives import Alternatives
from mlripe.readers.python.choices import PARSER, Asked, Choosing, entries, position
from mlripe.readers.python.comparisons import LEAVING, Looks, branch_of, comparisons_of, exit_test
from mlripe.readers.python.names import OWN_NAME, Names, is_own_names, is_self
from mlripe.readers.python.trees import children
from mlripe.readers.python.values import items, literal

__all__ = ["ExpressionWalk"]

_MOST_ENTRIES = 20  # of a dictionary that gets them one by one
_COLLECTIONS = (ast.List, ast.Tuple, ast.Dict)


class ExpressionWalk:
    """What is said in the expressions of a module: calls, mentions, comparisons, and what names stand for.

    `ModuleWalk` walks the statements; what both note is kept here.
    """

    def __init__(self, tree: ast.Module, looks: Looks, program: bool) -> None:
        self.looks = looks
        self.imports: list[Import] = []
        self.calls: list[Call] = []
        self.definitions: list[Definition] = []
        self.branches: list[Branch] = []
        self.comparisons: list[Comparison] = []
        self.scope = ""
        self.constants: ChainMap[str, object] = ChainMap()  # of the module, and before them lists of the function
        self.texts: dict[str, object] = {}  # of the function: what is set once, and may be given to calls
        self.mentions: dict[str, int] = {}
        self.asserts = 0
        self.names = Names(tree, lambda node: literal(node, self.constants))
        self.choosing = Choosing(tree, self.names)
        self.choices: list[Choice | None] = []
        self.within = -1 if program else None
        self.alternatives = Alternatives(self.names)

    def called(self) -> Iterator[str]:
        """The names of all calls and decorators."""
        yield from (call.name for call in self.calls)
        for definition in self.definitions:
            yield from definition.decorators

    @contextmanager
    def unheard(self) -> Iterator[dict[str, int]]:
        """What is mentioned within is no mention of the scope: it is given, and mostly forgotten."""
        kept, self.mentions = self.mentions, {}
        yield self.mentions
        self.mentions = kept

    @contextmanager
    def chosen(self, asked: Asked | None, line: int) -> Iterator[None]:
        """What is mentioned within is mentioned only where the command line asks for it; None: in any case."""
        if asked is None or self.within is None:
            yield
            return
        number, outer = len(self.choices), self.within
        self.choices.append(None)
        self.within = number
        with self.unheard() as mentions:
            yield
        self.choices[number] = Choice(self.scope, line, asked.asks, asked.values, mentions, asked.otherwise, outer)
        self.within = outer

    def listed(self, found: Iterable[tuple[str, ast.expr]], asks: str, keys: Container[str | None] = ()) -> None:
        """The entries of a table: those of `keys`, and the others where the command line asks for one by `asks`."""
        for key, value in found:
            if key in keys:
                self.expression(value)
            elif asks:
                with self.chosen(Asked(asks, (key,)), value.lineno):
                    self.expression(value)
            else:
                with self.unheard():
                    self.expression(value)

    def assign(self, targets: list[ast.expr], value: ast.expr) -> None:
        for target in targets:
            self.choosing.assign(target, value)
            if isinstance(target, ast.Name):
                if not (isinstance(value, ast.Constant) and value.value is None and self.names.known(target.id)):
                    # `except ImportError: mlflow = None` leaves the name to what it stands for where there is one
                    self.names.bind(target.id, self.names.constructed(value))
                # in a function only lists and dictionaries are kept: words of a command, arguments of a call below
                kept = isinstance(value, _COLLECTIONS) or (isinstance(value, ast.Call) and _makes_dictionary(value))
                known = literal(value, self.constants) if not self.scope or kept else UNKNOWN
                if known is not UNKNOWN or target.id in self.constants:
                    self.constants[target.id] = known
                elif self.scope:
                    text = literal(value, self.constants)
                    self.texts[target.id] = text if isinstance(text, str) and target.id not in self.texts else UNKNOWN
            elif not (isinstance(target, ast.Attribute) and is_self(target.value)):
                self.unbind(target)
                if isinstance(target, ast.Subscript):
                    self.entry(target, value)

    def entry(self, target: ast.Subscript, value: ast.expr) -> None:
        """A dictionary that is known gets another entry: `ARGS["schedule"] = "@daily"`."""
        name = target.value.id if isinstance(target.value, ast.Name) else ""
        known = self.constants.get(name)
        if isinstance(known, dict) and isinstance(target.slice, ast.Constant) and len(known) < _MOST_ENTRIES:
            self.constants[name] = {**known, target.slice.value: literal(value, self.constants)}

    def unbind(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.names.bind(target.id, None)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self.unbind(item)
        elif isinstance(target, (ast.Attribute, ast.Subscript)):
            self.expression(target)

    def expression(self, root: ast.expr) -> None:
        stack: list[ast.AST] = [root]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind is ast.Constant:
                continue
            if kind is ast.Name or kind is ast.Attribute:
                origin = self.names.resolve(node)  # type: ignore[arg-type]
                if origin and origin.endswith("__") and kind is ast.Attribute:  # `train.__doc__` only looks at it
                    continue
                if origin:
                    self.mention(node, origin)  # type: ignore[arg-type]
                    if kind is ast.Name:
                        continue
                elif kind is ast.Name:
                    for name in self.names.starred(node.id):  # type: ignore[attr-defined]
                        self.mentions.setdefault(name, node.lineno)  # type: ignore[attr-defined]
                if kind is ast.Attribute and not isinstance(node.value, (ast.Name, ast.Attribute)):  # type: ignore[attr-defined]
                    stack.append(node.value)  # type: ignore[attr-defined]
                continue
            if kind is ast.Call:
                name = self.call(node)  # type: ignore[arg-type]
                if named := self.names.by_name(node, self.names.resolve(node.func)):  # type: ignore[arg-type, attr-defined]
                    self.mentions.setdefault(named, node.lineno)  # type: ignore[attr-defined]
                if self.dispatches(name, node):  # type: ignore[arg-type]
                    continue
                if name in LEAVING and (test := exit_test(node)):  # type: ignore[arg-type]
                    self.branch(test, [], [ast.Raise()], [], node)
            elif kind is ast.Lambda:
                stack.append(node.body)  # type: ignore[attr-defined]
                continue
            elif kind is ast.IfExp:
                self.branch(node.test, [node.body, node.orelse], [], [], node)  # type: ignore[attr-defined]
            elif kind is ast.Compare:
                self.comparisons += comparisons_of(node, self.constants, self.scope, self.looks)  # type: ignore[arg-type]
            elif kind is ast.NamedExpr:
                self.assign([node.target], node.value)  # type: ignore[attr-defined]
            elif kind is ast.Subscript and is_own_names(node.value):  # type: ignore[attr-defined]
                self.mentions.setdefault(OWN_NAME, node.lineno)  # type: ignore[attr-defined]
            stack += children(node)

    def mention(self, node: ast.Name | ast.Attribute, origin: str) -> None:
        """Notes what a name stands for; where several imports gave it, each for the words that choose it."""
        others = self.alternatives.of(node, origin) if self.alternatives.known else ()
        for other, number in others or ((origin, -1),):
            choice = self.choices[number] if number >= 0 else None
            mentions = self.mentions if choice is None else choice.mentions
            if isinstance(mentions, dict):
                mentions.setdefault(other, node.lineno)

    def dispatches(self, name: str, node: ast.Call) -> bool:
        """Whether a call only says what is run for which words: `parser.set_defaults(func=fit)`, `fire.Fire(...)`."""
        function, given = node.func, node.args[0] if node.args else None
        if isinstance(function, ast.Attribute) and function.attr == "set_defaults":
            known = self.choosing.words_of(function.value)
            for keyword in node.keywords:
                with self.chosen(Asked(PARSER, known) if known else None, node.lineno):
                    self.expression(keyword.value)
            return True
        if name != "fire.Fire" or self.within is None:
            return False
        if isinstance(given, ast.Dict) and (found := list(entries(given))):
            self.listed(found, position(1))
            return True
        made = given.func if isinstance(given, ast.Call) and not given.args else given
        owner = made.id if isinstance(made, ast.Name) else ""
        methods = self.names.methods.get(owner, ())
        for method in methods:
            with self.chosen(None if method.startswith("__") else Asked(position(1), _words(method)), node.lineno):
                self.mentions.setdefault(f"{owner}.{method}", node.lineno)
        return bool(methods)

    def call(self, node: ast.Call, *, decorator: bool = False) -> str:
        name = self.names.called(node.func)
        if name:
            last = name.rsplit(".", 1)[-1]
            if last.startswith("assert") or name in ("pytest.raises", "pytest.fail", "pytest.warns"):
                self.asserts += 1
            if name == "importlib.import_module" and node.args:
                module = literal(node.args[0], self.constants)
                if isinstance(module, str):
                    self.imports.append(Import(module, (), node.lineno, self.scope))
            values = ChainMap(self.texts, *self.constants.maps) if self.texts else self.constants
            args = items(node.args, values)
            keywords = {k.arg: literal(k.value, values) for k in node.keywords if k.arg}
            for several in (k.value for k in node.keywords if k.arg is None):
                known = literal(several, self.constants)
                if isinstance(known, dict):
                    keywords = {**{key: value for key, value in known.items() if isinstance(key, str)}, **keywords}
                else:
                    keywords["**"] = UNKNOWN
            self.calls.append(Call(name, node.lineno, self.scope, args, keywords, decorator))
        return name

    def decorator(self, node: ast.expr) -> str:
        """Records a decorator as a call in the scope of what it decorates; gives its name."""
        if isinstance(node, ast.Call):
            name = self.call(node, decorator=True)
            for inner in [*node.args, *(k.value for k in node.keywords)]:
                self.expression(inner)
        else:
            name = self.names.called(node)
            if name:
                self.calls.append(Call(name, node.lineno, self.scope, decorator=True))
        # `.command` is a method of something unknown, unless a relative import brought it
        known = self.names.resolve(node.func if isinstance(node, ast.Call) else node)
        if name and (name == known or not name.startswith(".")):
            self.mentions.setdefault(name, node.lineno)
        return name

    def branch(
        self, test: ast.expr, guarded: Iterable[ast.AST], arm: list[ast.stmt], later: Iterable[ast.stmt], node: ast.AST
    ) -> None:
        found = branch_of(test, guarded, arm, later, node, self.scope, self.names.called, self.looks)
        if found:
            self.branches.append(found)


def _makes_dictionary(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "dict"


def _words(function: str) -> tuple[str, ...]:
    """How a command line may ask for a function."""
    return (function, function.replace("_", "-"))
