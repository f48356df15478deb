"""What a Python expression takes from elsewhere: variables of the environment, and constants of other modules.

`script_name=settings.train_script` holds no literal, but the class of `settings` may read it from the environment, or
another module may write it out. A value is given as its parts in order: texts, `Variable`, `Elsewhere`. A file is
parsed for this only where a call that may start something is given a value that the file does not write out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct

from mlripe.facts import Call
from mlripe.readers import Unreadable
from mlripe.readers.python.environment_reads import defaults_of, is_settings, prefix_of, read_of
from mlripe.readers.python.forwarding import FUNCTIONS, function_of
from mlripe.readers.python.names import is_self, last_name, statements
from mlripe.readers.python.source import parse
from mlripe.readers.python.trees import walk

__all__ = ["OWN", "Elsewhere", "Holding", "Text", "Variable"]

OWN: Final = ":"
_MOST_PARTS: Final = 12  # of one value
_MOST_WORDS: Final = 40  # of one list
_MOST_NODES: Final = 100_000  # of a module that are looked at
_MOST_STEPS: Final = 2000  # expressions that are looked at for one call: constants may hold each other many times
_DEPTH: Final = 8  # names that stand for names
_SAME: Final = frozenset(("Path", "PurePath", "str", "abspath", "expanduser", "resolve", "as_posix", "strip", "lower"))
_JOINS: Final = frozenset(("join", "joinpath", "Path", "PurePath"))


class Variable(Struct, frozen=True):
    """A variable of the environment, with what it is where nobody sets it (() for nothing)."""

    name: str
    default: Text = ()


class Elsewhere(Struct, frozen=True):
    """What a dotted name stands for, of a module that this one imports; of its own names, behind the mark `OWN`."""

    name: str


Function = ast.FunctionDef | ast.AsyncFunctionDef
Part = str | Variable | Elsewhere
Text = tuple[Part, ...]


class Holding:
    """What the module-level names, class attributes and call arguments of one Python source hold.

    `constants` is by dotted name (`SCRIPT`, `Settings.train_script`); nothing where the source cannot be read.
    """

    def __init__(self, content: bytes) -> None:
        self.constants: dict[str, ast.expr] = {}
        self._fields: dict[str, str] = {}  # of settings classes: the variable that gives each field
        self._bases: dict[str, ast.expr] = {}  # by class, the first that it is derived from
        self._imports: dict[str, str] = {}
        self._locals: Mapping[str, ast.expr] = {}  # of the function that is looked at
        self._owner = ""  # its class
        self._left = 0
        try:
            self._tree = parse(content)
            self._module()
        except (Unreadable, RecursionError):
            self._tree = ast.Module([], [])
            self.constants = {}

    # --- the module --------------------------------------------------------------------------------------------------

    def _module(self) -> None:
        for node in statements(self._tree.body):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._imported(node)
        for statement in self._tree.body:
            self._define(statement, "")

    def _imported(self, node: ast.Import | ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            if isinstance(node, ast.Import):
                root = alias.name.split(".", 1)[0]
                self._imports.setdefault(alias.asname or root, alias.name if alias.asname else root)
            else:
                joint = "" if module.endswith(".") else "."
                self._imports.setdefault(alias.asname or alias.name, f"{module}{joint}{alias.name}")

    def _define(self, node: ast.stmt, owner: str) -> None:
        if isinstance(node, ast.ClassDef) and not owner:
            if node.bases:
                self._bases[node.name] = node.bases[0]
            for inner in node.body:
                self._define(inner, f"{node.name}.")
            if is_settings(node):
                self._settings(node)
        elif isinstance(node, FUNCTIONS):
            if owner and node.name == "__init__":
                for part in statements(node.body):
                    for target, value in _assigned(part):
                        if isinstance(target, ast.Attribute) and is_self(target.value):
                            self.constants.setdefault(owner + target.attr, value)
            elif owner and _is_property(node) and isinstance(last := node.body[-1], ast.Return) and last.value:
                self.constants.setdefault(owner + node.name, last.value)
            elif not owner and (made := _returned(node)):  # a function that makes the settings
                self.constants.setdefault(node.name, made)
        for target, value in _assigned(node):
            if isinstance(target, ast.Name):
                self.constants[owner + target.id] = value

    def _settings(self, node: ast.ClassDef) -> None:
        prefix = prefix_of(node)
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name, value = defaults_of(statement.value)
                field = f"{node.name}.{statement.target.id}"
                self._fields[field] = name or f"{prefix}{statement.target.id}".upper()
                self.constants.pop(field, None)
                if value is not None:
                    self.constants[field] = value

    # --- values ------------------------------------------------------------------------------------------------------

    def constant(self, name: str) -> Text:
        """What a name of the module, or of a class in it, holds; () where nothing is known."""
        self._locals, self._owner, self._left = {}, name.partition(".")[0], _MOST_STEPS
        variable = self._fields.get(name)
        node = self.constants.get(name)
        text = self._text(node, _DEPTH) if node is not None else ()
        if variable:
            return (Variable(variable, text),)
        return text

    def alias(self, name: str) -> str:
        """The dotted name that an imported name stands for; "" for none."""
        return self._imports.get(name, "")

    def made(self, name: str) -> str:
        """The dotted name by which an object or a class of the module was made: `Settings` for `settings`."""
        node = self.constants.get(name) or self._bases.get(name)
        self._locals, self._owner = {}, ""
        return self._dotted(node) if isinstance(node, (ast.Call, ast.Name, ast.Attribute)) else ""

    def given(self, call: Call) -> Iterator[tuple[str, tuple[Text, ...]]]:
        """The arguments of a call with what each holds, by keyword or "": one value, or the words of a list."""
        node, function = self._call(call)
        if node is None:
            return
        self._locals = _set_once(function) if function else {}
        self._owner, self._left = call.scope.rpartition(".")[0], _MOST_STEPS
        arguments = [("", each) for each in node.args] + [(word.arg or "", word.value) for word in node.keywords]
        for key, value in arguments[:_MOST_WORDS]:
            listed = value.elts[:_MOST_WORDS] if isinstance(value, (ast.List, ast.Tuple)) else None
            if listed is None:
                text = self._text(value, _DEPTH)
                if _open(text):
                    yield key, (text,)
            else:
                words = tuple(self._text(each, _DEPTH) for each in listed)
                if any(map(_open, words)):
                    yield key, words

    def names_given(self, call: Call) -> dict[str, list[str]]:
        """The dotted names among the arguments of a call, and in its lists, by keyword or "", as imports tell them."""
        node, _ = self._call(call)
        found: dict[str, list[str]] = {}
        arguments = [("", each) for each in node.args] + [(w.arg or "", w.value) for w in node.keywords] if node else []
        for key, value in arguments[:_MOST_WORDS]:
            for each in value.elts[:_MOST_WORDS] if isinstance(value, (ast.List, ast.Tuple)) else (value,):
                if isinstance(each, (ast.Name, ast.Attribute)) and (name := self._written(each)):
                    found.setdefault(key, []).append(name)
        return found

    def _written(self, node: ast.expr, links: int = _DEPTH) -> str:
        if isinstance(node, ast.Attribute) and links:
            owner = self._written(node.value, links - 1)
            return f"{owner}.{node.attr}" if owner else ""
        return self._imports.get(node.id) or node.id if isinstance(node, ast.Name) else ""

    def lines(self, name: str) -> range:
        """The lines of what a name of the module is set to."""
        node = self.constants.get(name)
        return range(node.lineno, (node.end_lineno or node.lineno) + 1) if node is not None else range(0)

    def lines_of(self, call: Call) -> range:
        """The lines of a call."""
        node, _ = self._call(call)
        return range(node.lineno, (node.end_lineno or node.lineno) + 1) if node else range(0)

    def _call(self, call: Call) -> tuple[ast.Call | None, Function | None]:
        """The call of that last name at its line, and the function around it."""
        function = function_of(self._tree, call.scope)
        last = call.name.rsplit(".", 1)[-1]
        for node in _at_line(function or self._tree, call.line):
            if isinstance(node, ast.Call) and node.lineno == call.line:
                name = last_name(node.func)
                if name == last or self._imports.get(name, "").endswith(f".{last}"):
                    return node, function
        return None, None

    def _text(self, node: ast.expr, depth: int) -> Text:
        """The parts of an expression, () where one of them is not known."""
        if isinstance(node, ast.Constant):
            return (node.value,) if isinstance(node.value, str) and node.value else ()
        self._left -= 1
        if depth == 0 or self._left < 0:
            return ()
        if read := read_of(node, self._dotted):
            name, default = read
            return (Variable(name, self._text(default, depth - 1) if default is not None else ()),)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return self._either(node, depth)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._name(node, depth)
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
            return self._joined([self._text(part, depth - 1) for part in parts])
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
            sides = [self._text(node.left, depth - 1), self._text(node.right, depth - 1)]
            return self._joined(sides, "/" if isinstance(node.op, ast.Div) else "")
        return self._of_call(node, depth) if isinstance(node, ast.Call) else ()

    def _either(self, node: ast.BoolOp, depth: int) -> Text:
        """`os.getenv("SCRIPT") or "train.py"`."""
        first, last = self._text(node.values[0], depth - 1), self._text(node.values[-1], depth - 1)
        if len(first) == 1 and isinstance(first[0], Variable) and not first[0].default:
            return (Variable(first[0].name, last),)
        return first

    def _name(self, node: ast.Name | ast.Attribute, depth: int) -> Text:
        if isinstance(node, ast.Name):
            known = self._locals.get(node.id) or self.constants.get(node.id)
            if known is not None:
                return self._text(known, depth - 1)
        dotted = self._dotted(node)
        return (Elsewhere(dotted),) if dotted else ()

    def _of_call(self, node: ast.Call, depth: int) -> Text:
        name = last_name(node.func)
        if name in _JOINS and node.args:
            start = [node.func.value] if name == "joinpath" and isinstance(node.func, ast.Attribute) else []
            return self._joined([self._text(each, depth - 1) for each in (*start, *node.args)], "/")
        if name in _SAME:
            inner = node.args[0] if node.args else node.func.value if isinstance(node.func, ast.Attribute) else None
            return self._text(inner, depth - 1) if inner is not None else ()
        return ()

    @staticmethod
    def _joined(texts: list[Text], mark: str = "") -> Text:
        found: list[Part] = []
        for text in texts:
            if not text:
                return ()
            found += [mark] if mark and found else []
            found += text
        return tuple(found) if len(found) <= _MOST_PARTS else ()

    def _dotted(self, node: ast.expr, links: int = _DEPTH) -> str:
        """The dotted name of an expression, with what variables were made by: `e.script` of `e = Env()`."""
        if links == 0:
            return ""
        if isinstance(node, ast.Call):
            return self._dotted(node.func, links - 1)
        if isinstance(node, ast.Attribute):
            owner = self._dotted(node.value, links - 1)
            return f"{owner}.{node.attr}" if owner else ""
        if not isinstance(node, ast.Name):
            return ""
        if is_self(node):
            return OWN + self._owner if self._owner else ""
        held = self._locals.get(node.id) or self.constants.get(node.id)
        if isinstance(held, (ast.Call, ast.Name, ast.Attribute)) and (made := self._dotted(held, links - 1)):
            return made
        return self._imports.get(node.id) or OWN + node.id


def _at_line(outer: Function | ast.Module, line: int) -> Iterator[ast.AST]:
    """The nodes of the statements, and the decorators, that a line lies in."""
    around: list[ast.AST] = [*outer.body, *(outer.decorator_list if isinstance(outer, FUNCTIONS) else ())]
    for node in around:
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0
        decorators = getattr(node, "decorator_list", [])
        if min([first, *(each.lineno for each in decorators)]) <= line <= last:
            yield from islice(walk(node), _MOST_NODES)


def _open(text: Text) -> bool:
    """Whether a value has a part that the file does not write out."""
    return any(not isinstance(part, str) for part in text)


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets of an assignment with its value."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.target, node.value


def _set_once(function: Function) -> Mapping[str, ast.expr]:
    """The variables of a function that are set once in it."""
    found: dict[str, ast.expr | None] = {}
    try:
        body = list(islice(statements(function.body), _MOST_NODES))
    except RecursionError:  # a chain of `elif` that is longer than anybody writes
        return {}
    for node in body:
        for target, value in _assigned(node):
            if isinstance(target, ast.Name):
                found[target.id] = None if target.id in found else value
    return {name: value for name, value in found.items() if value is not None}


def _is_property(function: Function) -> bool:
    """Whether a method is read as an attribute is."""
    names = (last_name(each) for each in function.decorator_list)
    return any(name in ("property", "cached_property") for name in names)


def _returned(function: Function) -> ast.expr | None:
    """What a function returns where it does nothing else than that: `return Settings()`."""
    last = function.body[-1]
    return last.value if isinstance(last, ast.Return) and isinstance(last.value, ast.Call) else None
