"""Python source to facts: imports, calls by resolved names, definitions and what they mention, deciding comparisons."""

from __future__ import annotations

import ast
import warnings
from collections import ChainMap
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager

from mlripe.facts import UNKNOWN, Branch, Call, Choice, Comparison, Definition, FileFacts, Import, Problem
from mlripe.readers import Unreadable
from mlripe.readers.python.alternatives import Alternatives
from mlripe.readers.python.choices import PARSER, Asked, Choosing, entries, leaves, position
from mlripe.readers.python.command_groups import GIVING, subcommands
from mlripe.readers.python.comparisons import LEAVING, Looks, branch_of, comparisons_of, exit_test
from mlripe.readers.python.endless import ENDLESS, endless_sleep
from mlripe.readers.python.lazy_names import lazy_imports
from mlripe.readers.python.names import FUNCTIONS, LONGEST_NAME, OWN_NAME, Names, is_own_names, is_self
from mlripe.readers.python.safe_text import check_costs, decoded, without_long_marks
from mlripe.readers.python.values import items, literal

__all__ = ["facts_of_tree", "parse", "read_python"]

MAIN = "__main__"
_MOST_REPEATED = 20  # items of a loop, and calls in it
_COLLECTIONS = (ast.List, ast.Tuple, ast.Dict)
_BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith)


def read_python(path: str, content: bytes) -> FileFacts:
    """The facts of a Python source file, or of a notebook that is kept as one."""
    from mlripe.readers.python.exported_notebook import has_magics, is_databricks, read_exported

    text = decoded(content)
    if is_databricks(text):
        return read_exported(path, text)
    try:
        tree = parse(text)
    except Unreadable:
        if has_magics(text):
            return read_exported(path, text)
        raise
    return _with_constructs(facts_of_tree(tree, path, len(content)))


def _with_constructs(facts: FileFacts) -> FileFacts:
    if not any(imported.module.startswith("aws_cdk") for imported in facts.imports):
        return facts
    from mlripe.readers.infrastructure.constructs import with_constructs

    return with_constructs(facts)


def parse(source: bytes | str) -> ast.Module:
    """The syntax tree of a source text; `Unreadable` where Python 3 cannot parse it, or at too high a cost."""
    text = without_long_marks(source if isinstance(source, str) else decoded(source))
    check_costs(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return ast.parse(text)
            except SyntaxError as error:
                return _newer(text, error)
    except SyntaxError as error:
        raise Unreadable("not valid Python 3", error.lineno or 0) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"not readable as Python: {type(error).__name__}") from None


def _newer(text: str, error: SyntaxError) -> ast.Module:
    """The tree of a source that a newer Python might read; raises `error` where that is not the reason."""
    from mlripe.readers.python.newer_syntax import older

    told = older(text)
    if told == text:
        raise error
    check_costs(told)
    try:
        return ast.parse(told)
    except SyntaxError:
        raise error from None


def facts_of_tree(tree: ast.Module, path: str, size: int, *, program: bool = True) -> FileFacts:
    """The facts of a parsed module, which was written in so many characters or bytes.

    `program`: whether it may be started with words (a notebook is not).
    """
    walker = _Walker(tree, Looks(size), program)
    try:
        walker.module(tree)
    except RecursionError:
        raise Unreadable("nested too deeply to be read") from None
    says = "its conditions guard too much in one another; what they decide was not followed to the end"
    lazy = lazy_imports((d.name for d in walker.definitions), walker.calls, walker.constants)
    return FileFacts(
        imports=(*walker.imports, *lazy),
        calls=tuple(walker.calls),
        definitions=tuple(walker.definitions),
        branches=tuple(walker.branches),
        comparisons=tuple(walker.comparisons),
        problems=() if walker.looks.left > 0 else (Problem(path, says),),
        choices=tuple(choice for choice in walker.choices if choice),
        subcommands=subcommands(tree) if any(name.endswith(GIVING) for name in walker.called()) else (),
    )


class _Walker:
    """One pass over a module."""

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

    # --- scopes ------------------------------------------------------------------------------------------------------

    def module(self, tree: ast.Module) -> None:
        main = [node for node in tree.body if isinstance(node, ast.If) and _is_main_guard(node.test)]
        guards = {id(node) for node in main}
        self.block([node for node in tree.body if id(node) not in guards])
        last = tree.body[-1].end_lineno or 1 if tree.body else 1
        self.definitions.append(Definition("", 1, last, "module", mentions=self.mentions))
        if main:
            self.scope, self.mentions = MAIN, {}
            for guard in main:
                self.block(guard.body)
            where = main[0]
            mentions = self.mentions
            self.definitions.append(Definition(MAIN, where.lineno, where.end_lineno or 1, "module", mentions=mentions))

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer = self.scope
        if outer and outer not in self.names.classes:  # nested in a function: part of it
            self.names.bind(node.name, None)
            self.body(node)
            return
        kept, asserts, constants, texts = self.mentions, self.asserts, self.constants, self.texts
        self.constants, self.texts = constants.new_child(), {}
        self.scope = f"{outer}.{node.name}" if outer else node.name
        self.mentions, self.asserts = {}, 0
        decorators = tuple(self.decorator(d) for d in node.decorator_list)
        with self.alternatives.inside(), self.choosing.inside(node):
            self.body(node)
        self.definitions.append(
            Definition(
                self.scope,
                node.lineno,
                node.end_lineno or node.lineno,
                "function",
                decorators=decorators,
                mentions=self.mentions,
                asserts=self.asserts,
                stub=_is_stub(node.body),
            )
        )
        self.scope, self.mentions, self.asserts, self.constants = outer, kept, asserts, constants
        self.texts = texts

    def body(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        frame: dict[str, str | None] = {}
        arguments = node.args
        for arg in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            frame[arg.arg] = self.names.annotation(arg.annotation)
        for default in [*arguments.defaults, *[d for d in arguments.kw_defaults if d]]:
            self.expression(default)
        for star in (arguments.vararg, arguments.kwarg):
            if star:
                frame[star.arg] = None
        self.names.enter(frame)
        self.block(node.body)
        self.names.leave()

    def class_(self, node: ast.ClassDef) -> None:
        if self.scope and self.scope != MAIN:
            self.block(node.body)
            return
        outer, kept, asserts = self.scope, self.mentions, self.asserts
        self.scope, self.mentions, self.asserts = node.name, {}, 0
        self.names.owner = node.name
        self.names.classes.add(node.name)
        decorators = tuple(self.decorator(d) for d in node.decorator_list)
        bases = tuple(filter(None, (self.names.resolve(base) for base in node.bases)))
        for base in node.bases:
            self.expression(base)
        frame = self.names.attributes(node)
        self.names.enter(frame)
        self.block(node.body)
        self.names.leave()
        self.definitions.append(
            Definition(
                node.name,
                node.lineno,
                node.end_lineno or node.lineno,
                "class",
                bases=bases,
                decorators=decorators,
                mentions=self.mentions,
                asserts=self.asserts,
                stub=_is_stub(node.body),
            )
        )
        self.scope, self.mentions, self.asserts = outer, kept, asserts
        self.names.owner = ""

    # --- statements --------------------------------------------------------------------------------------------------

    def block(self, body: list[ast.stmt]) -> None:
        for number, node in enumerate(body):
            self.statement(node, body, number)
            if leaves(node, self.names) and number + 1 < len(body):
                with self.unheard():
                    for at in range(number + 1, len(body)):
                        self.statement(body[at], body, at)
                return

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

    def statement(self, node: ast.stmt, siblings: list[ast.stmt], index: int) -> None:
        """Reads a statement, which is `siblings[index]`."""
        if isinstance(node, FUNCTIONS):
            self.function(node)
        elif isinstance(node, ast.ClassDef):
            self.class_(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.import_(node)
        elif isinstance(node, ast.Assign):
            if not self.table(node):
                self.expression(node.value)
            self.assign(node.targets, node.value)
        elif isinstance(node, ast.AnnAssign):
            if node.value:
                self.expression(node.value)
                self.assign([node.target], node.value)
        elif isinstance(node, ast.If):
            self.expression(node.test)
            later = (siblings[at] for at in range(index + 1, len(siblings)))
            self.branch(node.test, [*node.body, *node.orelse], node.body, later, node)
            self.arms(node)
        elif isinstance(node, ast.Assert):
            self.asserts += 1
            self.expression(node.test)
            self.branch(node.test, [], [], [], node)
        elif isinstance(node, _BLOCKS):
            self.compound(node)
        elif isinstance(node, ast.Match):
            self.expression(node.subject)
            asked = self.choosing.cases(node) or [None] * len(node.cases)
            for case, wanted in zip(node.cases, asked, strict=True):
                with self.chosen(wanted, case.body[0].lineno):
                    self.block(case.body)
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.expression(child)

    def arms(self, node: ast.If) -> None:
        """The two ways of an `if`: one that can never be taken mentions nothing, one that is asked for only then."""
        holds = self.choosing.truth(node.test, self.constants)
        asked = self.choosing.asked(node.test) if holds is None else None
        for body, taken, wanted in (
            (node.body, holds is not False, asked),
            (node.orelse, holds is not True, None if asked is None or asked.only else ~asked),
        ):
            if not body:
                continue
            if taken:
                with self.chosen(wanted, body[0].lineno), self.alternatives.one_of_several():
                    self.block(body)
            else:
                with self.unheard():
                    self.block(body)

    def table(self, node: ast.Assign) -> bool:
        """Whether a name is set to a table of functions of which only the entries that are asked for are mentioned."""
        target = node.targets[0]
        if not isinstance(node.value, ast.Dict) or not isinstance(target, ast.Name) or self.within is None:
            return False
        found = list(entries(node.value))
        keys = self.choosing.table(target.id) if found else None
        if not keys:
            return False
        self.listed(found, self.choosing.asks_of_table(target.id) if None in keys else "", keys)
        return True

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

    def compound(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self.expression(item.context_expr)
                if isinstance(item.optional_vars, ast.Name):
                    self.names.bind(item.optional_vars.id, self.names.constructed(item.context_expr))
            self.block(node.body)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.expression(node.iter)
            self.unbind(node.target)
            self.block(node.body)
            self.repeated(node)
            self.block(node.orelse)
        elif isinstance(node, ast.While):
            self.expression(node.test)
            self.block(node.body)
            self.block(node.orelse)
            if sleep := endless_sleep(node):
                name = self.names.resolve(sleep.func) or ".sleep"
                self.calls.append(Call(name, sleep.lineno, self.scope, keywords={ENDLESS: True}))
        elif isinstance(node, ast.Try):
            with self.alternatives.one_of_several():
                self.block(node.body)
                for handler in node.handlers:
                    self.block(handler.body)
            self.block(node.orelse)
            self.block(node.finalbody)

    def repeated(self, node: ast.For | ast.AsyncFor) -> None:
        """The calls of a loop over texts that are given its variable, once for each text: `for s in STEPS: run(s)`."""
        items_ = literal(node.iter, self.constants)
        if not isinstance(items_, tuple) or not isinstance(node.target, ast.Name) or len(items_) > _MOST_REPEATED:
            return
        name, outer = node.target.id, self.constants
        inner = (each for statement in node.body for each in ast.walk(statement))
        calls = [each for each in inner if isinstance(each, ast.Call) and _is_given(each, name)][:_MOST_REPEATED]
        for item in items_ if calls else ():
            if isinstance(item, str):
                self.constants = outer.new_child({name: item})
                for call in calls:
                    self.call(call)
                    if named := self.names.by_name(call, self.names.resolve(call.func)):
                        self.mentions.setdefault(named, call.lineno)
        self.constants = outer

    def import_(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.imports.append(Import(alias.name, (), node.lineno, self.scope))
                root = alias.name.split(".", 1)[0]
                self.alternatives.bind(alias.asname or root, alias.name if alias.asname else root, self.within)
                self.mentions.setdefault(alias.name, node.lineno)
            return
        module = ("." * node.level + (node.module or ""))[:LONGEST_NAME]  # it is repeated with each of the names
        names = tuple(alias.name for alias in node.names)
        renamed = {alias.asname: alias.name for alias in node.names if alias.asname}
        self.imports.append(Import(module, names, node.lineno, self.scope, renamed))
        if names == ("*",):
            self.names.star(module)
        for alias in node.names:
            origin = module + alias.name if module.endswith(".") else f"{module}.{alias.name}"
            self.alternatives.bind(alias.asname or alias.name, origin, self.within)

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
        if isinstance(known, dict) and isinstance(target.slice, ast.Constant) and len(known) < _MOST_REPEATED:
            self.constants[name] = {**known, target.slice.value: literal(value, self.constants)}

    def unbind(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.names.bind(target.id, None)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self.unbind(item)
        elif isinstance(target, (ast.Attribute, ast.Subscript)):
            self.expression(target)

    # --- expressions -------------------------------------------------------------------------------------------------

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
            for field in node._fields:
                child = getattr(node, field, None)
                if isinstance(child, ast.AST):
                    stack.append(child)
                elif isinstance(child, list):
                    stack.extend(item for item in child if isinstance(item, ast.AST))

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


def _is_given(call: ast.Call, name: str) -> bool:
    """Whether a call is given a name, or a text or list in which it stands."""
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    return any(isinstance(node, ast.Name) and node.id == name for value in given for node in ast.walk(value))


def _words(function: str) -> tuple[str, ...]:
    """How a command line may ask for a function."""
    return (function, function.replace("_", "-"))


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and len(test.comparators) == 1
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value == MAIN
    )


def _is_stub(body: list[ast.stmt]) -> bool:
    for node in body:
        if isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            return "NotImplemented" in ast.unparse(node.exc)
        return False
    return True
