"""The commands of a command-line program, as its file declares them to Click, Typer and their kin.

`@app.command("fit")`, `@cli.group()`, `cli.add_command(fit)` and `app.add_typer(model, name="model")` each say which
group has which command, and by which word it is asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from mlripe.facts import Subcommand
from mlripe.readers.python.names import FUNCTIONS, LONGEST_NAME
from mlripe.readers.python.values import literal

__all__ = ["GIVING", "subcommands"]

# the ends of the names of what gives commands to a group
GIVING = (".command", ".group", ".add_command", ".add_typer", ".Group", ".CommandCollection")

_ALWAYS = ("callback", "result_callback", "default")  # a function of a group that runs whatever is asked of the group
_ADDING = ("add_command", "add_typer", "command")
_GROUPS = ("Typer", "App", "Group", "AppGroup")
_ENDINGS = ("_command", "_cmd", "_group", "_grp", "_cli")  # left out where a function's name becomes a word
_MOST_ITEMS = 50  # of a loop over commands
_MOST = 1000  # declarations of one file


def subcommands(tree: ast.Module) -> tuple[Subcommand, ...]:
    """What a module declares; names are those of the file, imported ones with the module that they come from."""
    found = tuple(islice(_Reader().declared(tree.body), _MOST))
    return found if any(each.group for each in found) else ()


class _Reader:
    """Reads the statements of one module in their order."""

    def __init__(self) -> None:
        self.imported: dict[str, str] = {}

    def declared(self, body: Iterable[ast.stmt], *, nested: bool = False) -> Iterator[Subcommand]:
        """The declarations of a module's body; `nested`: of a function's, where commands are only added."""
        for node in _statements(body):
            self.imported.update(_brought(node))
            if isinstance(node, ast.Expr):
                yield from self._added(node.value, {})
            elif isinstance(node, ast.For) and isinstance(node.target, ast.Name):
                for item in _items(node.iter):
                    for inner in node.body:
                        if isinstance(inner, ast.Expr):
                            yield from self._added(inner.value, {node.target.id: self._dotted(item)})
            elif isinstance(node, ast.Assign) and len(node.targets) == 1:
                yield from self._made(node.targets[0], node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                yield from self._made(node.target, node.value)
            elif isinstance(node, FUNCTIONS) and not nested:
                yield from self._decorated(node)
                yield from self.declared(node.body, nested=True)

    def _decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Subcommand]:
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            group, _, method = self._dotted(call.func if call else decorator).rpartition(".")
            if not group:
                continue
            if method in _ALWAYS:
                yield Subcommand(group, (), node.name, node.lineno, "always")
            elif method in ("command", "group"):
                kind = "chain" if call and _keyword(call, "chain") is True else method
                library = group in self.imported.values() and "." not in group
                words = _words(call) or _of_function(node.name)
                yield Subcommand("" if library else group, words, node.name, node.lineno, kind)

    def _made(self, target: ast.expr, value: ast.expr) -> Iterator[Subcommand]:
        """A group that a variable is set to: `app = typer.Typer(name="model")`."""
        if not isinstance(target, ast.Name) or not isinstance(value, ast.Call):
            return
        called = self._dotted(value.func)
        last = called.rpartition(".")[2]
        if last in _GROUPS:
            kind = "chain" if _keyword(value, "chain") is True else "group"
            yield Subcommand("", _words(value), target.id, value.lineno, kind)
        for keyword in value.keywords if last in (*_GROUPS, "CommandCollection") else ():
            if keyword.arg == "sources":
                for item in _items(keyword.value):
                    yield Subcommand(target.id, (), self._dotted(item), value.lineno, "merged")
            elif keyword.arg == "commands" and isinstance(keyword.value, ast.Dict):
                for key, item in zip(keyword.value.keys, keyword.value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield Subcommand(target.id, (key.value,), self._dotted(item), value.lineno)

    def _added(self, call: ast.expr, loop: Mapping[str, str]) -> Iterator[Subcommand]:
        """A command that a group is given: `cli.add_command(fit, name="f")`, `app.command("fit")(run)`."""
        if not isinstance(call, ast.Call):
            return
        inner = call.func if isinstance(call.func, ast.Call) else call
        if not isinstance(inner.func, ast.Attribute) or inner.func.attr not in _ADDING:
            return
        group = self._dotted(inner.func.value)
        given = call.args or [keyword.value for keyword in call.keywords if keyword.arg in ("cmd", "typer_instance")]
        target = self._dotted(given[0]) if given else ""
        if group and given:
            words = _words(inner, 0 if inner is not call else 1)
            yield Subcommand(group, words, loop.get(target, target), call.lineno)

    def _dotted(self, node: ast.expr) -> str:
        """A dotted name as it is written, with what an import brought for its head; "" for anything else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        name = ".".join([self.imported.get(node.id, node.id), *reversed(parts)])
        return name if len(name) <= LONGEST_NAME else ""


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body in their order, with those that stand under a condition, `try` or `with`."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            parts = [node.body, getattr(node, "orelse", []), getattr(node, "finalbody", [])]
            for part in (*parts, *(handler.body for handler in getattr(node, "handlers", ()))):
                yield from _statements(part)


def _brought(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """The names that an import brings, each with what it stands for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            head = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or head, head
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        joint = "" if module.endswith(".") else "."
        for alias in node.names:
            yield alias.asname or alias.name, f"{module}{joint}{alias.name}"


def _items(node: ast.expr) -> list[ast.expr]:
    return node.elts[:_MOST_ITEMS] if isinstance(node, (ast.Tuple, ast.List)) else []


def _keyword(call: ast.Call, name: str) -> object:
    return next((literal(each.value, {}) for each in call.keywords if each.arg == name), None)


def _words(call: ast.Call | None, at: int = 0) -> tuple[str, ...]:
    """The words that a call gives to a command: its `name`, else its argument number `at`, and its aliases."""
    if call is None:
        return ()
    name = _keyword(call, "name") or (literal(call.args[at], {}) if len(call.args) > at else None)
    given = name if isinstance(name, tuple) else (name,)
    others = _keyword(call, "aliases") if given != (None,) else ()
    return tuple(each for each in (*given, *(others if isinstance(others, tuple) else ())) if isinstance(each, str))


def _of_function(name: str) -> tuple[str, ...]:
    """The words that stand for a function without a name of its own, as one or another framework makes them."""
    name = name.lower()
    short = next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)
    return tuple(dict.fromkeys(each.replace("_", "-") for each in (name, short))) + ((name,) if "_" in name else ())
