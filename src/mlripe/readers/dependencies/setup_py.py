"""setup.py: the requirements that it writes as literals, read from its syntax tree. Nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from mlripe.facts import FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.gathering import Gathered
from mlripe.readers.dependencies.requirements import gather_line, logical_lines
from mlripe.readers.dependencies.specifiers import normalise
from mlripe.readers.python.names import last_name
from mlripe.readers.python.source import parse
from mlripe.readers.python.trees import walk

__all__ = ["read_setup_py"]

_GROUPS = {"install_requires": "", "setup_requires": "build", "tests_require": "test"}
_NAME = lazy_regex(r"[A-Za-z0-9][\w.-]{0,80}")
_DEEPEST = 20  # names that stand for names, and sums of lists
_STEPS = 50_000  # over all lists of a file: lists of lists of lists multiply


def read_setup_py(path: str, content: bytes) -> FileFacts:
    """Dependencies in the call of `setup`: literal lists, names of such lists, their sums; extras by name;
    what is looked up by a package's name in a table, where a list of the module has it.

    A list that is computed, or read from a file, gives nothing.
    """
    gathered = Gathered(path)
    script = _Script(parse(content))
    for keyword in script.setup_keywords():
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            gathered.own = normalise(str(keyword.value.value))
        elif keyword.arg in _GROUPS:
            _gather(gathered, script.texts(keyword.value), _GROUPS[keyword.arg])
        elif keyword.arg == "extras_require":
            for extra, value in script.entries(keyword.value):
                _gather(gathered, script.texts(value), extra)
    return gathered.facts()


def _gather(gathered: Gathered, texts: Iterator[tuple[int, str]], group: str) -> None:
    for first, text in texts:
        for offset, words in logical_lines(text):
            if gathered.full:
                return
            gather_line(gathered, words, first + offset - 1, group)


class _Script:
    """A parsed setup.py: what its names stand for as far as its own literals tell."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(walk(tree))
        self.steps = 0
        self.names: dict[str, ast.expr] = {}
        self.added: dict[str, list[tuple[str, ast.expr]]] = {}  # extras["dev"] = [...]
        for node in self.nodes:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    self.names[name] = value
                case ast.Assign(
                    targets=[ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(key)))], value=value
                ):
                    self.added.setdefault(name, []).append((key, value))

    def setup_keywords(self) -> Iterator[ast.keyword]:
        """The keywords of every call of `setup`; `**config` by the entries of that dictionary."""
        for node in self.nodes:
            if not isinstance(node, ast.Call):
                continue
            called = last_name(node.func)
            if called != "setup":
                continue
            for keyword in node.keywords:
                if keyword.arg:
                    yield keyword
                else:
                    for name, value in self.entries(keyword.value):
                        yield ast.keyword(arg=name, value=value)

    @cached_property
    def rows(self) -> dict[str, list[tuple[int, str]]]:
        """The literal requirements in the lists of the module, by the name of the package."""
        found: dict[str, list[tuple[int, str]]] = {}
        for listed in self.names.values():
            for element in listed.elts if isinstance(listed, ast.List) else ():
                if isinstance(element, ast.Constant) and isinstance(element.value, str):
                    name = _NAME.match(element.value)
                    if name:
                        found.setdefault(normalise(name[0]), [(element.lineno, element.value)])
        return found

    def entries(self, node: ast.expr, depth: int = 0) -> Iterator[tuple[str, ast.expr]]:
        """The entries of a dictionary with literal keys."""
        self.steps += 1
        if depth > _DEEPEST or self.steps > _STEPS:
            return
        match node:
            case ast.Name(id=name):
                if name in self.names:
                    yield from self.entries(self.names[name], depth + 1)
                yield from self.added.get(name, ())
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value, value
                    elif key is None:
                        yield from self.entries(value, depth + 1)
            case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
                yield from ((each.arg, each.value) for each in keywords if each.arg)

    def texts(self, node: ast.expr, depth: int = 0) -> Iterator[tuple[int, str]]:
        """The literal texts that an expression lists, each with its line."""
        self.steps += 1
        if depth > _DEEPEST or self.steps > _STEPS:
            return
        match node:
            case ast.Constant(value=str(text)):
                yield node.lineno, text
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                for element in elements:
                    yield from self.texts(element, depth + 1)
            case ast.Name(id=name) if name in self.names:
                yield from self.texts(self.names[name], depth + 1)
            case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str(key))):
                yield from self.rows.get(normalise(key), ())  # a table of all requirements, by name
            case ast.Starred(value=value):
                yield from self.texts(value, depth + 1)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield from self.texts(left, depth + 1)
                yield from self.texts(right, depth + 1)
            case ast.Call(func=ast.Name(id="list" | "sorted" | "set" | "tuple"), args=[value]):
                yield from self.texts(value, depth + 1)
