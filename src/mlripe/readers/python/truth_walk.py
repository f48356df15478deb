"""One walk over a Python function, or what a module does itself: which truths go where."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from mlripe.facts import Flow, Held, Origin
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.python.comparisons import LEAVING
from mlripe.readers.python.shapes import (
    caught,
    imports,
    is_error,
    is_main,
    keeps_best,
    leaves,
    passes_on,
    span,
    written_out,
)
from mlripe.readers.python.truths import NONE, Truths, below, named

__all__ = ["FUNCTIONS", "Function", "Walk"]

MAIN = "__main__"
Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_GATHERS = frozenset("add append extend insert update".split())
_HANDED = "python_callable"  # the keyword under which a task is given its function
_OUTPUT = lazy_regex(r"(?:^|[\s;])([\w-]{1,60})=$|\bvariable=([\w.-]{1,60})[^\]]{0,60}\]$|\bname=([\w-]{1,60})::$")
_MOST_FLOWS: Final = 3000
_MOST_NESTED: Final = 40  # statements in statements
_LONGEST_TEXT: Final = 100


class Walk:
    """A walk over a module, or one of its functions; `scope` and `function` tell where it is."""

    def __init__(self, put_off: Callable[[Function, str], None]) -> None:
        """`put_off` is given each function of the module, and each method, with what it stands in."""
        self.put_off = put_off
        self.held: list[Held] = []
        self.flows: list[Flow] = []
        self.functions: dict[str, tuple[str, ...]] = {}  # the parameters, by the names of the functions
        self.texts: dict[str, frozenset[str]] = {}  # the words that each returns where a condition chooses between them
        self.classes: set[str] = set()
        self.origins: dict[str, str] = {}  # what the imported names of the module stand for
        self.truths = Truths(self.held, self.origins)
        self.scope = self.function = ""
        self.end = 0  # of the function, or of the module
        # the truths that the walked line depends on, each with whether it stands in a branch of it, or only after one
        self.controls: list[tuple[frozenset[Origin], bool]] = []
        self.caught: list[frozenset[str]] = []  # what the blocks around it catch without passing it on
        self.depth = 0

    def module(self, tree: ast.Module) -> None:
        """Goes through what a module does itself; its functions and methods are put off."""
        self.origins.update(imports(tree.body))
        self.end = tree.body[-1].end_lineno or 0 if tree.body else 0
        for node in tree.body:
            if isinstance(node, ast.If) and is_main(node.test):
                self.scope = self.function = MAIN
                self.block(node.body)
                self.scope = self.function = ""
            else:
                self.statement(node)

    def flow(self, kind: str, line: int, origins: frozenset[Origin], **more: object) -> None:
        if origins and len(self.flows) < _MOST_FLOWS:
            self.flows.append(Flow(kind, line, self.scope, self.function, origins, **more))  # type: ignore[arg-type]

    @property
    def control(self) -> frozenset[Origin]:
        """The truths of the branches around the walked line; where it stands in none, of one that left before it."""
        branches = [truth for truth, inside in self.controls if inside]
        if self.controls and not self.controls[-1][1]:
            return self.controls[-1][0]
        return frozenset().union(*branches)

    # --- statements --------------------------------------------------------------------------------------------------

    def block(self, body: list[ast.stmt]) -> None:
        """Statements in their order; what follows one that leaves for some truth depends on it."""
        if self.depth >= _MOST_NESTED:
            return
        self.depth += 1
        standing = len(self.controls)
        for node in body:
            self.statement(node)
            if isinstance(node, ast.If) and (truth := self._left(node)):
                self.controls.append((truth, False))
        del self.controls[standing:]
        self.depth -= 1

    def _left(self, node: ast.If) -> frozenset[Origin]:
        """The truth for which one arm of a condition leaves, and what follows does not run."""
        return self.truths.of(node.test) if leaves(node.body) != leaves(node.orelse) else NONE

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, FUNCTIONS):
            self.in_function(node)
        elif isinstance(node, ast.ClassDef):
            self.in_class(node)
        elif isinstance(node, ast.If):
            self.branch(node)
        elif isinstance(node, ast.Try):
            self.trying(node)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self.within(node)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            self.expressions(node.test if isinstance(node, ast.While) else node.iter)
            self.block(node.body)
            self.block(node.orelse)
        elif isinstance(node, ast.Match):
            for case in node.cases:
                self.block(case.body)
        else:
            self.simple(node)

    def simple(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value is not None:
                self.expressions(node.value)
                for target in targets:
                    self.assign(target, node.value, added=isinstance(node, ast.AugAssign))
        elif isinstance(node, ast.Assert):
            if not self._swallowed("AssertionError", "Exception"):
                self.flow("stops", node.lineno, self.truths.of(node.test), name="AssertionError")
            self.expressions(node.test)
        elif isinstance(node, ast.Raise):
            self.raising(node)
        elif isinstance(node, ast.Return):
            self.returning(node)
        elif isinstance(node, ast.Expr):
            self.expressions(node.value)

    def branch(self, node: ast.If) -> None:
        truth = self.truths.of(node.test)
        if keeps_best(node):
            truth = NONE
        self.expressions(node.test)
        spans = [span(arm) for arm in (node.body, node.orelse) if arm]
        if (leaving := (leaves(node.body), leaves(node.orelse))) != (False, False) and leaving != (True, True):
            spans.append(((node.end_lineno or node.lineno) + 1, self.end))
        self.flow("guards", node.lineno, truth, spans=tuple(spans))
        before = dict(self.truths.known)
        self.controls.append((truth, True))
        self.block(node.body)
        one, self.truths.known = self.truths.known, dict(before)
        self.block(node.orelse)
        self.controls.pop()
        for name, origins in one.items():  # after it, a name may be as either arm has left it
            if origins is not before.get(name):
                self.truths.known[name] = self.truths.known.get(name, NONE) | origins

    def trying(self, node: ast.Try) -> None:
        swallowed = frozenset(
            name for handler in node.handlers if not passes_on(handler.body) for name in caught(handler)
        )
        if swallowed and len(self.flows) < _MOST_FLOWS:
            key, spans = " ".join(sorted(swallowed)), (span(node.body),)
            self.flows.append(Flow("swallows", node.lineno, self.scope, self.function, key=key, spans=spans))
        self.caught.append(swallowed)
        self.block(node.body)
        self.caught.pop()
        for handler in node.handlers:
            self.block(handler.body)
        self.block(node.orelse)
        self.block(node.finalbody)

    def within(self, node: ast.With | ast.AsyncWith) -> None:
        """A block that a framework runs for some truth only: `with dsl.If(score.output > 0.8):`."""
        truth: frozenset[Origin] = NONE
        for item in node.items:
            self.expressions(item.context_expr)
            if isinstance(item.context_expr, ast.Call):
                given = [*item.context_expr.args, *(k.value for k in item.context_expr.keywords)]
                truth |= frozenset().union(*(self.truths.of(value) for value in given[:4]))
        self.flow("guards", node.lineno, truth, spans=(span(node.body),))
        self.controls.append((truth, True))
        self.block(node.body)
        self.controls.pop()

    # --- functions ---------------------------------------------------------------------------------------------------

    def in_function(self, node: Function) -> None:
        outer = (self.scope, self.function, self.end, self.truths, self.controls, self.caught)
        own = self.scope in ("", MAIN) or self.scope in self.classes
        if own:
            self.scope = f"{self.scope}.{node.name}" if self.scope not in ("", MAIN) else node.name
        self.function, self.end = node.name, node.end_lineno or node.lineno
        self.functions.setdefault(node.name, parameters(node))
        for decorator in node.decorator_list:
            self.handed(decorator, node.name)
        if own:
            self.put_off(node, self.scope)
        else:
            self.within_function(node)
        self.scope, self.function, self.end, self.truths, self.controls, self.caught = outer

    def later(self, node: Function, scope: str) -> None:
        """Goes through a function that was put off."""
        self.scope, self.function, self.end = scope, node.name, node.end_lineno or node.lineno
        self.depth, self.controls, self.caught = 0, [], []
        self.origins.update(imports(node.body))
        self.functions[node.name] = parameters(node)
        truths = self.truths
        self.within_function(node)
        self.truths = truths

    def within_function(self, node: Function) -> None:
        self.truths, self.controls, self.caught = self.truths.inner(parameters(node)), [], []
        self.block(node.body)

    def handed(self, decorator: ast.expr, function: str) -> None:
        """A function that is given to a decorator; `at` is 1 where it is told to block what follows."""
        made = isinstance(decorator, ast.Call)
        name = named(decorator.func if isinstance(decorator, ast.Call) else decorator, self.origins)
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
        blocks = made and any(k.arg == "blocking" and getattr(k.value, "value", None) is True for k in keywords)
        flow = Flow("hands", decorator.lineno, self.scope, self.function, name=name, key=function, at=int(blocks))
        self.flows.append(flow)

    def in_class(self, node: ast.ClassDef) -> None:
        outer = self.scope
        if not outer:
            self.scope = node.name
            self.classes.add(node.name)
        self.block(node.body)
        self.scope = outer

    def returning(self, node: ast.Return) -> None:
        value = node.value
        if value is None:
            return
        self.expressions(value)
        control = self.control
        if control or isinstance(value, ast.IfExp):
            texts = {n.value for n in below(value) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
            short = frozenset(text for text in texts if len(text) < _LONGEST_TEXT)
            self.texts[self.function] = self.texts.get(self.function, frozenset()) | short
        parts = value.elts if isinstance(value, ast.Tuple) else [value]
        for at, part in enumerate(parts[:20]):
            truth = self.truths.of(part) | (control if written_out(part) else NONE)
            self.flow("returns", node.lineno, truth, at=at if isinstance(value, ast.Tuple) else -1)

    def raising(self, node: ast.Raise) -> None:
        made = node.exc
        name = named(made.func if isinstance(made, ast.Call) else made, self.origins) if made is not None else ""
        last = name.rpartition(".")[2]
        code = made.args[0] if isinstance(made, ast.Call) and made.args else None
        if isinstance(made, ast.Call):
            code = next((k.value for k in made.keywords if k.arg in ("code", "exit_code")), code)
            self.expressions(made)
        if last in ("SystemExit", "Exit"):
            self.exiting(node.lineno, code)
        elif not self._swallowed(last, "Exception"):
            self.flow("stops", node.lineno, self.control, name=last)

    def exiting(self, line: int, code: ast.expr | None) -> None:
        """An exit: with an error where the code is one, or hangs on a truth."""
        if self._swallowed("SystemExit", "BaseException"):
            return
        if code is not None and not isinstance(code, (ast.Constant, ast.JoinedStr)):
            never = isinstance(code, ast.IfExp) and not any(is_error(arm) for arm in (code.body, code.orelse))
            truth = NONE if never else self.truths.of(code) | self.control
            self.flow("stops", line, truth, name="SystemExit")
        elif is_error(code):
            self.flow("stops", line, self.control, name="SystemExit")

    def _swallowed(self, *names: str) -> bool:
        """Whether one of these is caught around the walked line and not passed on."""
        return any(not caught.isdisjoint((*names, "BaseException")) for caught in self.caught)

    # --- expressions -------------------------------------------------------------------------------------------------

    def assign(self, target: ast.expr, value: ast.expr, *, added: bool = False) -> None:
        truth = self.truths.of(value)
        control = self.control
        if written_out(value) or added:
            truth |= control
        if isinstance(target, ast.Name):
            if added:
                truth |= self.truths.known.get(target.id, NONE)
            self.truths.set(target.id, value, truth)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for at, item in enumerate(target.elts[:20]):
                if isinstance(item, ast.Name):
                    one = value.elts[at] if isinstance(value, ast.Tuple) and at < len(value.elts) else None
                    of = (
                        self.truths.of(one)
                        if one is not None
                        else self.truths.of(ast.Subscript(value, ast.Constant(at)))
                    )
                    self.truths.set(item.id, one or value, of)
        elif isinstance(target, ast.Attribute):
            self.flow("keeps", target.lineno, truth, name=target.attr)
            self.flow("sets", target.lineno, control, name=target.attr)
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
            self.flow("keeps", target.lineno, truth, name=str(target.slice.value)[:_LONGEST_TEXT])
            if isinstance(target.value, ast.Name):
                owner = target.value.id
                self.truths.tables.add(owner)
                self.truths.known[owner] = self.truths.known.get(owner, NONE) | truth

    def expressions(self, root: ast.expr) -> None:
        """The flows of all calls, dictionaries and texts in an expression."""
        for node in below(root):
            if isinstance(node, ast.Call):
                self.call(node)
            elif isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        self.flow("keeps", node.lineno, self.truths.of(value), name=key.value[:_LONGEST_TEXT])
            elif isinstance(node, ast.JoinedStr):
                self.text(node)
            elif isinstance(node, ast.NamedExpr):
                self.assign(node.target, node.value)

    def text(self, node: ast.JoinedStr) -> None:
        """An output that a text names before it tells a truth: `good={passed}`."""
        for before, value in zip(node.values, node.values[1:], strict=False):
            if not (isinstance(before, ast.Constant) and isinstance(value, ast.FormattedValue)):
                continue
            said = str(before.value)[-_LONGEST_TEXT:]
            if said.endswith(("=", "]", "::")) and (match := _OUTPUT.search(said)):
                self.flow("writes", node.lineno, self.truths.of(value), name=next(filter(None, match.groups())))

    def call(self, node: ast.Call) -> None:
        name = named(node.func, self.origins)
        last = name.rpartition(".")[2]
        if name in LEAVING:
            self.exiting(node.lineno, node.args[0] if node.args else None)
            return
        if last in _GATHERS and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            owner = node.func.value.id
            given = frozenset().union(*(self.truths.of(value) for value in node.args[:4]))
            self.truths.known[owner] = self.truths.known.get(owner, NONE) | self.control | given
        for at, value in enumerate(node.args[:10]):
            self.flow("gives", node.lineno, self._handed_on(value), name=name, at=at)
        keys = [value.value for value in node.args[:1] if isinstance(value, ast.Constant)]
        truth = self._handed_on(node.args[1]) if len(node.args) == 2 else NONE
        for keyword in node.keywords[:20]:
            if keyword.arg == _HANDED:
                function = named(keyword.value, self.origins)
                self.flows.append(Flow("hands", node.lineno, self.scope, self.function, name=name, key=function, at=0))
                continue
            given_truth = self._handed_on(keyword.value)
            self.flow("gives", node.lineno, given_truth, name=name, key=keyword.arg or "")
            if keyword.arg == "key" and isinstance(keyword.value, ast.Constant):
                keys.append(keyword.value.value)
            elif keyword.arg == "value":
                truth |= given_truth
            elif last[:1].isupper() and keyword.arg:
                self.flow("keeps", node.lineno, given_truth, name=keyword.arg)
        for key in keys:  # `xcom_push(key="passed", value=passed)`
            if isinstance(key, str):
                self.flow("keeps", node.lineno, truth, name=key[:_LONGEST_TEXT])
                self.flow("writes", node.lineno, truth, name=key[:_LONGEST_TEXT])

    def _handed_on(self, value: ast.expr) -> frozenset[Origin]:
        return self.truths.of(value.value if isinstance(value, ast.Starred) else value)


def parameters(node: Function) -> tuple[str, ...]:
    """The parameters of a function, without the object that a method belongs to."""
    arguments = node.args
    names = (a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs])
    return tuple(name for name in names if name not in ("self", "cls"))
