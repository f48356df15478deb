"""Python source to facts: imports, calls with resolved names, definitions with what they mention, deciding comparisons.

Names are resolved as far as one file allows: through import aliases, `from` imports, variables whose constructor is
seen, annotated parameters and attributes set on `self`. A name that is rebound, or never imported, resolves to nothing:
`mlflow.log_metric` where `mlflow` is a parameter is the method `.log_metric` of something unknown.
"""

from __future__ import annotations

import ast
import warnings
from collections import ChainMap
from collections.abc import Iterable, Iterator

from mlripe.facts import UNKNOWN, Branch, Call, Comparison, Definition, FileFacts, Import
from mlripe.readers import Unreadable
from mlripe.readers.python_branches import LEAVING, branch_of, comparisons_of, exit_test
from mlripe.readers.python_values import literal

__all__ = ["facts_of_tree", "parse", "read_python"]

MAIN = "__main__"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LISTS = (ast.List, ast.Tuple)
_BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith)


def read_python(path: str, content: bytes) -> FileFacts:
    """The facts of a Python source file."""
    return facts_of_tree(parse(content))


def parse(source: bytes | str) -> ast.Module:
    """The syntax tree of a source text; `Unreadable` where Python 3 cannot parse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return ast.parse(source)
            except SyntaxError as error:
                return _newer(source, error)
    except SyntaxError as error:
        raise Unreadable(f"not valid Python 3: {error.msg}", error.lineno or 0) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"not readable as Python: {type(error).__name__}") from None


def _newer(source: bytes | str, error: SyntaxError) -> ast.Module:
    """The tree of a source that a newer Python might read; raises `error` where that is not the reason."""
    from mlripe.readers.python_newer import older

    text = source if isinstance(source, str) else source.decode("utf-8", "replace")
    try:
        return ast.parse(older(text))
    except SyntaxError:
        raise error from None


def facts_of_tree(tree: ast.Module) -> FileFacts:
    """The facts of a parsed module."""
    walker = _Walker(tree)
    try:
        walker.module(tree)
    except RecursionError:
        raise Unreadable("nested too deeply to be read") from None
    return FileFacts(
        imports=tuple(walker.imports),
        calls=tuple(walker.calls),
        definitions=tuple(walker.definitions),
        branches=tuple(walker.branches),
        comparisons=tuple(walker.comparisons),
    )


class _Walker:
    """One pass over a module; `names` is the chain of scopes that resolve a name, innermost last."""

    def __init__(self, tree: ast.Module) -> None:
        self.imports: list[Import] = []
        self.calls: list[Call] = []
        self.definitions: list[Definition] = []
        self.branches: list[Branch] = []
        self.comparisons: list[Comparison] = []
        self.scope = ""
        self.names: list[dict[str, str | None]] = [{}]
        self.constants: ChainMap[str, object] = ChainMap()  # of the module, and before them lists of the function
        self.mentions: dict[str, int] = {}
        self.asserts = 0
        self.local = {node.name for node in tree.body if isinstance(node, (*_FUNCTIONS, ast.ClassDef))}
        self.classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}

    # --- scopes ------------------------------------------------------------------------------------------------------

    def module(self, tree: ast.Module) -> None:
        main: list[ast.If] = []
        for node in tree.body:
            if isinstance(node, ast.If) and _is_main_guard(node.test):
                main.append(node)
            else:
                self.statement(node, tree.body)
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
        if outer and outer not in self.classes:  # nested in a function: part of it
            self.bind(node.name, None)
            self.body(node)
            return
        kept, asserts, constants = self.mentions, self.asserts, self.constants
        self.constants = constants.new_child()
        self.scope = f"{outer}.{node.name}" if outer else node.name
        self.mentions, self.asserts = {}, 0
        decorators = tuple(self.decorator(d) for d in node.decorator_list)
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

    def body(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        frame: dict[str, str | None] = {}
        arguments = node.args
        for arg in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            frame[arg.arg] = self.annotation(arg.annotation)
        for default in [*arguments.defaults, *[d for d in arguments.kw_defaults if d]]:
            self.expression(default)
        for star in (arguments.vararg, arguments.kwarg):
            if star:
                frame[star.arg] = None
        self.names.append(frame)
        self.block(node.body)
        self.names.pop()

    def class_(self, node: ast.ClassDef) -> None:
        if self.scope and self.scope != MAIN:
            self.block(node.body)
            return
        outer, kept, asserts = self.scope, self.mentions, self.asserts
        self.scope, self.mentions, self.asserts = node.name, {}, 0
        self.classes.add(node.name)
        decorators = tuple(self.decorator(d) for d in node.decorator_list)
        bases = tuple(filter(None, (self.resolve(base) for base in node.bases)))
        for base in node.bases:
            self.expression(base)
        frame = self.attributes(node)
        self.names.append(frame)
        self.block(node.body)
        self.names.pop()
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

    def attributes(self, node: ast.ClassDef) -> dict[str, str | None]:
        """What `self.x` is, for attributes that a method sets to something constructed."""
        frame: dict[str, str | None] = {}
        for method in node.body:
            if not isinstance(method, _FUNCTIONS):
                continue
            hints = {a.arg: self.annotation(a.annotation) for a in method.args.args}
            for inner in _statements(method.body):
                if isinstance(inner, ast.Assign) and len(inner.targets) == 1:
                    target, value = inner.targets[0], inner.value
                    if isinstance(target, ast.Attribute) and _is_self(target.value):
                        known = hints.get(value.id) if isinstance(value, ast.Name) else self.constructed(value)
                        key = "self." + target.attr
                        frame[key] = known or frame.get(key)
        return frame

    # --- statements --------------------------------------------------------------------------------------------------

    def block(self, body: list[ast.stmt]) -> None:
        for node in body:
            self.statement(node, body)

    def statement(self, node: ast.stmt, siblings: list[ast.stmt]) -> None:
        if isinstance(node, _FUNCTIONS):
            self.function(node)
        elif isinstance(node, ast.ClassDef):
            self.class_(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.import_(node)
        elif isinstance(node, ast.Assign):
            self.expression(node.value)
            self.assign(node.targets, node.value)
        elif isinstance(node, ast.AnnAssign):
            if node.value:
                self.expression(node.value)
                self.assign([node.target], node.value)
        elif isinstance(node, ast.If):
            self.expression(node.test)
            self.branch(node.test, [*node.body, *node.orelse], node.body, siblings, node)
            self.block(node.body)
            self.block(node.orelse)
        elif isinstance(node, ast.Assert):
            self.asserts += 1
            self.expression(node.test)
            self.branch(node.test, [], [], [], node)
        elif isinstance(node, _BLOCKS):
            self.compound(node)
        elif isinstance(node, ast.Match):
            self.expression(node.subject)
            for case in node.cases:
                self.block(case.body)
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.expression(child)

    def compound(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self.expression(item.context_expr)
                if isinstance(item.optional_vars, ast.Name):
                    self.bind(item.optional_vars.id, self.constructed(item.context_expr))
            self.block(node.body)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.expression(node.iter)
            self.unbind(node.target)
            self.block(node.body)
            self.block(node.orelse)
        elif isinstance(node, ast.While):
            self.expression(node.test)
            self.block(node.body)
            self.block(node.orelse)
        elif isinstance(node, ast.Try):
            self.block(node.body)
            for handler in node.handlers:
                self.block(handler.body)
            self.block(node.orelse)
            self.block(node.finalbody)

    def import_(self, node: ast.Import | ast.ImportFrom) -> None:
        frame = self.names[-1]
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.imports.append(Import(alias.name, (), node.lineno, self.scope))
                if alias.asname:
                    frame[alias.asname] = alias.name
                else:
                    root = alias.name.split(".", 1)[0]
                    frame[root] = root
                self.mentions.setdefault(alias.name, node.lineno)
            return
        module = "." * node.level + (node.module or "")
        names = tuple(alias.name for alias in node.names)
        self.imports.append(Import(module, names, node.lineno, self.scope))
        for alias in node.names:
            origin = module + alias.name if module.endswith(".") else f"{module}.{alias.name}"
            frame[alias.asname or alias.name] = origin

    def assign(self, targets: list[ast.expr], value: ast.expr) -> None:
        for target in targets:
            if isinstance(target, ast.Name):
                self.bind(target.id, self.constructed(value))
                # in a function only lists are kept: the words of a command that is run below
                known = literal(value, self.constants) if not self.scope or isinstance(value, _LISTS) else UNKNOWN
                if known is not UNKNOWN or target.id in self.constants:
                    self.constants[target.id] = known
            elif not (isinstance(target, ast.Attribute) and _is_self(target.value)):
                self.unbind(target)

    def bind(self, name: str, origin: str | None) -> None:
        self.names[-1][name] = origin

    def unbind(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.bind(target.id, None)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self.unbind(item)
        elif isinstance(target, (ast.Attribute, ast.Subscript)):
            self.expression(target)

    # --- names -------------------------------------------------------------------------------------------------------

    def lookup(self, name: str) -> str | None:
        for frame in reversed(self.names):
            if name in frame:
                return frame[name]
        return name if name in self.local else None

    def annotation(self, node: ast.expr | None) -> str | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self.lookup(node.value) if node.value.isidentifier() else None
        return self.resolve(node) if isinstance(node, (ast.Name, ast.Attribute)) else None

    def constructed(self, value: ast.expr) -> str | None:
        """What a variable that is set to `value` stands for; None where this cannot be said."""
        if isinstance(value, ast.Await):
            value = value.value
        if isinstance(value, ast.Call):
            origin = self.resolve(value.func)
            # what a function of this file returns is unknown; what a class of this file returns is that class
            return None if origin in self.local and origin not in self.classes else origin
        return self.resolve(value) if isinstance(value, (ast.Name, ast.Attribute)) else None

    def resolve(self, node: ast.expr) -> str | None:
        """The dotted origin of an expression, None where it has none."""
        if isinstance(node, ast.Name):
            return self.lookup(node.id)
        if isinstance(node, ast.Attribute):
            if _is_self(node.value):
                known = self.lookup("self." + node.attr)
                if known:
                    return known
                owner = self.scope.split(".", 1)[0]
                return f"{owner}.{node.attr}" if owner in self.classes else None
            origin = self.resolve(node.value)
            return f"{origin}.{node.attr}" if origin else None
        if isinstance(node, (ast.Call, ast.Await)):
            return self.constructed(node)
        return None

    def called(self, func: ast.expr) -> str:
        """The name of a call: its origin, `.method` of something unknown or of this file, or a plain name."""
        origin = self.resolve(func)
        if origin:
            root = origin.split(".", 1)[0]
            own = root in self.local and not any(frame.get(root) == root for frame in self.names)
            return "." + origin.rsplit(".", 1)[-1] if own and "." in origin else origin
        if isinstance(func, ast.Attribute):
            return "." + func.attr
        if isinstance(func, ast.Name):
            return func.id if not any(func.id in frame for frame in self.names) else ""
        return ""

    # --- expressions -------------------------------------------------------------------------------------------------

    def expression(self, root: ast.expr) -> None:
        stack: list[ast.AST] = [root]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind is ast.Constant:
                continue
            if kind is ast.Name or kind is ast.Attribute:
                origin = self.resolve(node)  # type: ignore[arg-type]
                if origin:
                    self.mentions.setdefault(origin, node.lineno)  # type: ignore[attr-defined]
                    if kind is ast.Name:
                        continue
                if kind is ast.Attribute and not isinstance(node.value, (ast.Name, ast.Attribute)):  # type: ignore[attr-defined]
                    stack.append(node.value)  # type: ignore[attr-defined]
                continue
            if kind is ast.Call:
                name = self.call(node)  # type: ignore[arg-type]
                if name in LEAVING and (test := exit_test(node)):  # type: ignore[arg-type]
                    self.branch(test, [], [ast.Raise()], [], node)
            elif kind is ast.Lambda:
                stack.append(node.body)  # type: ignore[attr-defined]
                continue
            elif kind is ast.IfExp:
                self.branch(node.test, [node.body, node.orelse], [], [], node)  # type: ignore[attr-defined]
            elif kind is ast.Compare:
                self.comparisons += comparisons_of(node, self.constants, self.scope)  # type: ignore[arg-type]
            elif kind is ast.NamedExpr:
                self.assign([node.target], node.value)  # type: ignore[attr-defined]
            for field in node._fields:
                child = getattr(node, field, None)
                if isinstance(child, ast.AST):
                    stack.append(child)
                elif isinstance(child, list):
                    stack.extend(item for item in child if isinstance(item, ast.AST))

    def call(self, node: ast.Call, *, decorator: bool = False) -> str:
        name = self.called(node.func)
        if name:
            last = name.rsplit(".", 1)[-1]
            if last.startswith("assert") or name in ("pytest.raises", "pytest.fail", "pytest.warns"):
                self.asserts += 1
            if name == "importlib.import_module" and node.args:
                module = literal(node.args[0], self.constants)
                if isinstance(module, str):
                    self.imports.append(Import(module, (), node.lineno, self.scope))
            args = tuple(literal(arg, self.constants) for arg in node.args)
            keywords = {k.arg: literal(k.value, self.constants) for k in node.keywords if k.arg}
            if any(k.arg is None for k in node.keywords):
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
            name = self.called(node)
            if name:
                self.calls.append(Call(name, node.lineno, self.scope, decorator=True))
        if name:
            self.mentions.setdefault(name, node.lineno)
        return name

    def branch(
        self, test: ast.expr, guarded: Iterable[ast.AST], arm: list[ast.stmt], siblings: list[ast.stmt], node: ast.AST
    ) -> None:
        found = branch_of(test, guarded, arm, siblings, node, self.scope, self.called)
        if found:
            self.branches.append(found)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a body, those of nested blocks included."""
    for node in body:
        yield node
        for name in ("body", "orelse", "finalbody"):
            if isinstance(inner := getattr(node, name, None), list):
                yield from _statements(inner)
        for handler in getattr(node, "handlers", ()):
            yield from _statements(handler.body)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


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
