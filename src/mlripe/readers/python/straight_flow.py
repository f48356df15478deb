"""What a Python program does in any case once it is started: the names that it reads and the calls that it makes.

Only what no condition stands before: the statements of the module and of its main guard, and of the functions that
these call. Nothing is told of code whose errors may be caught (`try`), nor of loops that may not be run.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from mlripe.readers import Unreadable
from mlripe.readers.python.source import parse
from mlripe.readers.python.trees import children, walk

__all__ = [
    "GIVEN", "OPENING", "Called", "Signature", "StraightFlow", "binding", "bound_names", "nodes_of", "signature",
    "signatures", "straight_flow",
]  # fmt: skip

_MOST_NODES: Final = 60_000  # of a module that are looked at
_DEEPEST: Final = 4  # functions that call functions
# what a module has without binding it, what newer versions have, and what notebooks, Spark and Snakemake give
GIVEN: Final = frozenset(dir(builtins)) | frozenset(
    "__file__ __name__ __doc__ __package__ __spec__ __loader__ __builtins__ __path__ __annotations__ __dict__ "
    "__qualname__ __module__ __class__ __debug__ __version__ ExceptionGroup BaseExceptionGroup EncodingWarning aiter "
    "anext PythonFinalizationError WindowsError get_ipython display displayHTML spark sc sqlContext dbutils snakemake "
    "reveal_type exit quit copyright credits license _ context workflow config".split()
)
OPENING: Final = frozenset(("exec", "globals", "vars", "locals", "setattr"))
_LEAVING: Final = frozenset(("exit", "quit", "sys.exit", "os._exit", "os.abort"))
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
# most of a tree, and none of it has a name
_BIND_NOTHING: Final = frozenset(
    (ast.Call, ast.Attribute, ast.Constant, ast.Expr, ast.Assign, ast.keyword, ast.arguments, ast.Subscript, ast.BinOp,
     ast.Compare, ast.List, ast.Tuple, ast.Dict, ast.Return, ast.If, ast.JoinedStr, ast.FormattedValue)
)  # fmt: skip
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Called(Struct, frozen=True):
    """A call that is made in any case; `positional` is how many arguments it gives by their place."""

    name: str
    line: int
    positional: int
    keywords: frozenset[str]


class Signature(Struct, frozen=True):
    """What a function takes: its parameters in order, those without which it cannot be called, and whether any more."""

    positional: tuple[str, ...]
    names: frozenset[str]
    required: tuple[str, ...]
    any_positional: bool
    any_keyword: bool

    def mismatch(self, call: Called) -> str:
        """How a call fails it, "" where it fits."""
        given = set(self.positional[: call.positional]) | call.keywords
        lacking = [name for name in self.required if name not in given]
        if lacking:
            return f"is not given {', '.join(lacking)}"
        unknown = sorted(call.keywords - self.names) if not self.any_keyword else []
        if unknown:
            return f"does not take {', '.join(unknown)}"
        more = call.positional - len(self.positional)
        return f"takes {len(self.positional)} arguments" if more > 0 and not self.any_positional else ""

    def without_first(self) -> Signature:
        """What a method takes when it is called on an object."""
        first = self.positional[0]
        required = tuple(name for name in self.required if name != first)
        return Signature(self.positional[1:], self.names - {first}, required, self.any_positional, self.any_keyword)


class StraightFlow(Struct, frozen=True):
    """`unbound` are names that are read in any case and that nothing in the file ever binds, with their lines.

    `modules` are the names that imports bind and nothing else in the file.
    """

    unbound: tuple[tuple[str, int], ...] = ()
    calls: tuple[Called, ...] = ()
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    modules: frozenset[str] = frozenset()


def straight_flow(content: bytes) -> StraightFlow:
    """The flow of one source; nothing where it cannot be parsed or is too large."""
    try:
        tree = parse(content)
        nodes = nodes_of(tree)
        if nodes is None:
            return StraightFlow()
        flow = _Flow(tree)
        flow.follow(tree.body, 0)
    except (Unreadable, RecursionError):
        return StraightFlow()
    nodes = binding(nodes)
    bound = bound_names(nodes)
    unbound: dict[str, int] = {}
    for name, line in flow.read if bound is not None else ():
        if name not in (bound or ()) and name not in GIVEN:
            unbound.setdefault(name, line)
    imported = [node for node in nodes if isinstance(node, ast.alias)]
    others = bound_names(node for node in nodes if not isinstance(node, ast.alias))
    modules = (bound_names(imported) or frozenset()) - others if others is not None else frozenset()
    return StraightFlow(tuple(unbound.items()), tuple(flow.calls), signatures(tree, nodes), modules)


def nodes_of(tree: ast.AST) -> list[ast.AST] | None:
    """All nodes of a tree; None where they are too many."""
    nodes: list[ast.AST] = []
    for node in walk(tree):
        nodes.append(node)
        if len(nodes) > _MOST_NODES:
            return None
    return nodes


def binding(nodes: Iterable[ast.AST]) -> list[ast.AST]:
    """Those nodes that may bind a name, or that may bind what the file does not write."""
    return [
        node
        for node in nodes
        if (
            node.ctx.__class__ is not ast.Load or node.id in OPENING
            if isinstance(node, ast.Name)
            else node.__class__ not in _BIND_NOTHING
        )
    ]


def bound_names(nodes: Iterable[ast.AST]) -> frozenset[str] | None:
    """Every name that anything in the file binds, in any scope; None where it may bind what it does not write."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Name) and node.id in OPENING:
            return None
        elif isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            if node.name == "*":
                return None
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            found.update(node.names)
        else:
            name = getattr(node, "name", None) or getattr(node, "rest", None)
            if isinstance(name, str):  # of an exception, a pattern, a type
                found.add(name)
    return frozenset(found)


class _Flow:
    """Follows the statements of a module that are run in any case."""

    def __init__(self, tree: ast.Module) -> None:
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.decorator_list]
        names = [node.name for node in functions]
        self._functions = {node.name: node for node in functions if names.count(node.name) == 1 and _is_plain(node)}
        self._entered: set[str] = set()
        self.read: list[tuple[str, int]] = []
        self.calls: list[Called] = []

    def follow(self, body: Sequence[ast.stmt], depth: int) -> bool:
        """Follows statements in their order; False where the program is left by them."""
        return all(self._statement(statement, depth) for statement in body)

    def _statement(self, node: ast.stmt, depth: int) -> bool:
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            self._definition(node, depth)
        elif isinstance(node, ast.If):
            if _is_main_guard(node.test):
                return self.follow(node.body, depth)
            self._expression(node.test, depth)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._expression(item.context_expr, depth)
            return all(not _may_catch(item.context_expr) for item in node.items) and self.follow(node.body, depth)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._expression(node.iter, depth)
        elif isinstance(node, ast.While):
            self._expression(node.test, depth)
        elif isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign, ast.Return)):
            if node.value is not None:
                self._expression(node.value, depth)
            return not (isinstance(node, ast.Return) or _leaves(node))
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._expression(node.value, depth)
        elif isinstance(node, (ast.Raise, ast.Try)) or type(node).__name__ == "TryStar":
            return not isinstance(node, ast.Raise)
        return True

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, depth: int) -> None:
        for decorator in node.decorator_list:
            self._expression(decorator, depth)
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                self._expression(base, depth)
            return
        for default in (*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)):
            self._expression(default, depth)

    def _expression(self, node: ast.expr, depth: int) -> None:
        """What evaluating an expression reads and calls in any case."""
        waiting: list[ast.expr] = [node]
        while waiting:
            each = waiting.pop()
            if isinstance(each, ast.Name):
                if isinstance(each.ctx, ast.Load):
                    self.read.append((each.id, each.lineno))
            elif isinstance(each, ast.Lambda):
                continue
            elif isinstance(each, _COMPREHENSIONS):
                waiting.append(each.generators[0].iter)
            elif isinstance(each, ast.BoolOp):
                waiting.append(each.values[0])
            elif isinstance(each, ast.IfExp):
                waiting.append(each.test)
            else:
                below = children(each)
                waiting += [child for child in below if isinstance(child, ast.expr)]
                waiting += [child.value for child in below if isinstance(child, ast.keyword)]
                if isinstance(each, ast.Call):
                    self._call(each, depth)

    def _call(self, node: ast.Call, depth: int) -> None:
        name = _dotted(node.func)
        starred = any(isinstance(value, ast.Starred) for value in node.args)
        if name and not starred and all(keyword.arg is not None for keyword in node.keywords):
            keywords = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            self.calls.append(Called(name, node.lineno, len(node.args), keywords))
        function = self._functions.get(name)
        if function is not None and depth < _DEEPEST and name not in self._entered:
            self._entered.add(name)
            self.follow(function.body, depth + 1)


def _is_plain(function: ast.FunctionDef) -> bool:
    """Whether calling a function runs its body: of a generator it does not."""
    return not any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in walk(function))


def _is_main_guard(test: ast.expr) -> bool:
    names = [node.id for node in walk(test) if isinstance(node, ast.Name)]
    return isinstance(test, ast.Compare) and names == ["__name__"] and isinstance(test.ops[0], ast.Eq)


def _may_catch(context: ast.expr) -> bool:
    name = _dotted(context.func) if isinstance(context, ast.Call) else _dotted(context)
    return name.rpartition(".")[2] in ("suppress", "raises", "redirect_stderr", "skip_run")


def _leaves(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _dotted(node.value.func) in _LEAVING


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < _DEEPEST:
        parts.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(parts))) if isinstance(node, ast.Name) else ""


def signatures(tree: ast.Module, nodes: Iterable[ast.AST]) -> dict[str, Signature]:
    """What the module's own functions take: those that have no decorators and whose name nothing else binds."""
    bound: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            bound[node.name] = bound.get(node.name, 0) + 1
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound[node.id] = bound.get(node.id, 0) + 1
        elif isinstance(node, ast.alias):
            name = node.asname or node.name.partition(".")[0]
            bound[name] = bound.get(name, 0) + 1
        elif isinstance(node, ast.arg):
            bound[node.arg] = bound.get(node.arg, 0) + 1
    own = (node for node in tree.body if isinstance(node, _FUNCTIONS) and not node.decorator_list)
    return {node.name: signature(node.args) for node in own if bound[node.name] == 1}


def signature(args: ast.arguments) -> Signature:
    positional = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    optional = len(args.defaults)
    required = positional[: len(positional) - optional] if optional else list(positional)
    pairs = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    required += [arg.arg for arg, default in pairs if default is None]
    names = frozenset(arg.arg for arg in (*args.args, *args.kwonlyargs))
    more = args.vararg is not None, args.kwarg is not None
    return Signature(tuple(positional), names, tuple(required), *more)
