"""What names stand for in one Python file, as far as that file allows.

They are followed through import aliases, `from` imports, variables whose constructor is seen, annotated parameters and
attributes set on `self`.

A name that is rebound, or never imported, resolves to nothing: `mlflow.log_metric` where `mlflow` is a parameter is the
method `.log_metric` of something unknown.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Container, Iterator
from typing import Final

from mlripe.readers import Unreadable

__all__ = [
    "BUILTIN",
    "FUNCTIONS",
    "LONGEST_NAME",
    "OWN_NAME",
    "Names",
    "is_own_names",
    "is_self",
    "last_name",
    "statements",
]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BUILTIN = frozenset(dir(builtins))
_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Raise)  # statements without a block
_IMPORTING = ("importlib.import_module", "__import__")
OWN_NAME: Final = "globals.{}"  # a name of the module itself that a word gives: `globals()[sys.argv[1]]`
Frame = dict[str, str | None]  # what a name is in a scope; None for a name of its own that is not known
# A chain `a.b().c().d()` is resolved again at each of its calls, and each name of it holds those before: both grow by
# the square. What is longer than anybody writes is unknown.
_LONGEST_CHAIN: Final = 60  # links
LONGEST_NAME: Final = 400  # characters
_MOST_FRAMES: Final = 30  # scopes in one another: each name is looked up in all of them


class Names:
    """The names of a module while it is walked: a frame a scope, the innermost last. `owner`: the class one is in.

    `value` gives what an expression is worth, as far as the file says.
    """

    def __init__(self, tree: ast.Module, value: Callable[[ast.expr], object]) -> None:
        self.value = value
        self.local = {node.name for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}
        self.classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        self.methods = {
            node.name: [inner.name for inner in node.body if isinstance(inner, FUNCTIONS)]
            for node in tree.body
            if isinstance(node, ast.ClassDef)
        }
        self.owner = ""
        self._frames: list[Frame] = [{}]
        self._stars: list[str] = []

    def enter(self, frame: Frame) -> None:
        """A scope begins, with these names in it. Raises `Unreadable` where it is nested too deeply."""
        if len(self._frames) > _MOST_FRAMES:
            raise Unreadable(f"more than {_MOST_FRAMES} functions nested in one another")
        self._frames.append(frame)

    def leave(self) -> None:
        """The innermost scope ends."""
        self._frames.pop()

    def bind(self, name: str, origin: str | None) -> None:
        """In the innermost scope the name stands for that, or for something unknown."""
        self._frames[-1][name] = origin

    def star(self, module: str) -> None:
        """All names of the module are names of this file."""
        self._stars.append(module)

    def starred(self, name: str) -> list[str]:
        """What a name may stand for that only `from module import *` can have brought in."""
        if not self._stars or name in BUILTIN or name in self.local or any(name in frame for frame in self._frames):
            return []
        return [module + name if module.endswith(".") else f"{module}.{name}" for module in self._stars]

    @property
    def roots(self) -> Container[str]:
        """The names that the module's body has set so far."""
        return self._frames[0]

    def known(self, name: str) -> bool:
        """Whether the name stands for something in the innermost scope."""
        return self._frames[-1].get(name) is not None

    def resolve(self, node: ast.expr, links: int = _LONGEST_CHAIN) -> str | None:
        """The dotted origin of an expression, None where it has none, or more than so many links."""
        if isinstance(node, ast.Name):
            return self._lookup(node.id)
        if links == 0:
            return None
        if isinstance(node, ast.Attribute):
            if is_self(node.value):
                known = self._lookup("self." + node.attr)
                if known:
                    return known
                return f"{self.owner}.{node.attr}" if self.owner in self.classes else None
            origin = self.resolve(node.value, links - 1)
            return f"{origin}.{node.attr}" if origin and len(origin) <= LONGEST_NAME else None
        if isinstance(node, (ast.Call, ast.Await)):
            return self.constructed(node, links - 1)
        return None

    def called(self, func: ast.expr) -> str:
        """The name of a call: its origin, `.method` of something unknown or of this file, or a plain name."""
        origin = self.resolve(func)
        if origin:
            root = origin.split(".", 1)[0]
            own = root in self.local and not any(frame.get(root) == root for frame in self._frames)
            return "." + origin.rsplit(".", 1)[-1] if own and "." in origin else origin
        if isinstance(func, ast.Attribute):
            return "." + func.attr
        if isinstance(func, ast.Name):
            return func.id if not any(func.id in frame for frame in self._frames) else ""
        return ""

    def constructed(self, value: ast.expr, links: int = _LONGEST_CHAIN) -> str | None:
        """What a variable that is set to `value` stands for; None where this cannot be said."""
        if isinstance(value, ast.Await):
            value = value.value
        if isinstance(value, ast.Call):
            origin = self.resolve(value.func, links)
            if named := self.by_name(value, origin):
                return named
            # what a function of this file returns is unknown; what a class of this file returns is that class
            return None if origin in self.local and origin not in self.classes else origin
        return self.resolve(value, links) if isinstance(value, (ast.Name, ast.Attribute)) else None

    def by_name(self, call: ast.Call, origin: str | None) -> str | None:
        """The module that `import_module("pkg.fit")` gives, the attribute that `getattr(module, "fit")` does.

        `origin`: what the called name stands for; to resolve it here again would double the work with each link.
        """
        function, arguments = call.func, call.args
        if isinstance(function, ast.Name) and function.id == "getattr" and len(arguments) > 1:
            owner, name = self.resolve(arguments[0]), self.value(arguments[1])
            if not isinstance(name, str):
                return f"{owner}.{{}}" if owner and _is_open(arguments[1]) else None
            return f"{owner}.{name}" if owner and name.isidentifier() else None
        named = function.id if isinstance(function, ast.Name) else ""
        if arguments and (origin or named) in _IMPORTING:
            module = self.value(arguments[0])
            return module if isinstance(module, str) and module.strip(".") else None
        return None

    def annotation(self, node: ast.expr | None) -> str | None:
        """What a parameter of that annotation is."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._lookup(node.value) if node.value.isidentifier() else None
        return self.resolve(node) if isinstance(node, (ast.Name, ast.Attribute)) else None

    def attributes(self, node: ast.ClassDef) -> Frame:
        """What `self.x` is, for attributes that a method sets to something constructed."""
        frame: Frame = {}
        for method in node.body:
            if not isinstance(method, FUNCTIONS):
                continue
            hints = {a.arg: self.annotation(a.annotation) for a in method.args.args}
            for inner in statements(method.body):
                if isinstance(inner, ast.Assign) and len(inner.targets) == 1:
                    target, value = inner.targets[0], inner.value
                    if isinstance(target, ast.Attribute) and is_self(target.value):
                        known = hints.get(value.id) if isinstance(value, ast.Name) else self.constructed(value)
                        key = "self." + target.attr
                        frame[key] = known or frame.get(key)
        return frame

    def _lookup(self, name: str) -> str | None:
        for frame in reversed(self._frames):
            if name in frame:
                return frame[name]
        return name if name in self.local else None


def _is_open(node: ast.expr) -> bool:
    """Whether an expression may take what it is from the command line: a name, an attribute or an item."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a body, those of nested blocks included."""
    for node in body:
        yield node
        if isinstance(node, _SIMPLE):
            continue
        for name in ("body", "orelse", "finalbody"):
            if isinstance(inner := getattr(node, name, None), list):
                yield from statements(inner)
        for handler in getattr(node, "handlers", ()):
            yield from statements(handler.body)


def last_name(node: ast.AST | None) -> str:
    """`fit` of `model.fit` and of `fit`; "" where the last part of an expression is no name."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def is_own_names(node: ast.expr) -> bool:
    """Whether an expression is the table of the module's own names."""
    called = node.func if isinstance(node, ast.Call) and not node.args else None
    return isinstance(called, ast.Name) and called.id in ("globals", "locals", "vars")
