"""Objects that a scope of Python makes and keeps to itself: which of their methods can run is seen there.

`trainer = Trainer(rows); trainer.describe()` runs `describe` and what that calls, and none of the other methods; an
object that is returned, given away or kept elsewhere may do anything. A file is parsed for this only where something
runs a scope of it that uses a class of the repository.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mlripe.readers import Unreadable
from mlripe.readers.python.forwarding import FUNCTIONS
from mlripe.readers.python.names import last_name
from mlripe.readers.python.source import parse

__all__ = ["MadeObjects", "made_objects"]

_MAIN: Final = "__main__"
_MOST_NODES: Final = 200_000  # of a module that are looked at
_PASSING: Final = ("self", "cls")


@dataclass(frozen=True, slots=True)
class MadeObjects:
    """What is known of one file: nothing where it cannot be parsed, or is too large."""

    used: Mapping[str, Mapping[str, frozenset[str]]]  # by scope and class, the attributes of its objects there
    open: frozenset[str]  # classes of the file whose objects give themselves away, so that any method may run


def made_objects(content: bytes) -> MadeObjects:
    """The objects of a Python source that do not leave the scope that makes them."""
    try:
        tree = parse(content)
    except (Unreadable, RecursionError):
        return MadeObjects({}, frozenset())
    walked = list(_some(ast.walk(tree)))
    if len(walked) >= _MOST_NODES:
        return MadeObjects({}, frozenset())
    outside = (node for node in tree.body if not isinstance(node, (*FUNCTIONS, ast.ClassDef)))
    # what the module sets any function may use
    used = {"": _used((inner for node in outside for inner in ast.walk(node)), walked)}
    used[_MAIN] = used[""]  # the names of the guard are the module's
    open_classes = set()
    for node in tree.body:
        if isinstance(node, FUNCTIONS):
            used[node.name] = _used(ast.walk(node))
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, FUNCTIONS):
                    used[f"{node.name}.{method.name}"] = _used(ast.walk(method))
            if node.bases or node.decorator_list or _gives_itself(node):
                open_classes.add(node.name)
    return MadeObjects(used, frozenset(open_classes))


def _some(nodes: Iterator[ast.AST]) -> Iterator[ast.AST]:
    for count, node in enumerate(nodes):
        if count >= _MOST_NODES:
            return
        yield node


def _gives_itself(node: ast.ClassDef) -> bool:
    """Whether a method hands the object over as a whole, or answers for attributes that nobody wrote."""
    inner = list(ast.walk(node))
    owners = {id(each.value) for each in inner if isinstance(each, ast.Attribute)}
    whole = any(isinstance(n, ast.Name) and n.id == "self" and id(n) not in owners for n in inner)
    return whole or any(isinstance(n, FUNCTIONS) and n.name in ("__getattr__", "__getattribute__") for n in inner)


def _used(nodes: Iterable[ast.AST], around: Iterable[ast.AST] = ()) -> Mapping[str, frozenset[str]]:
    """By the class of objects that are made within and stay there, the attributes that are used of them.

    `around`: where the names that are set there may be used, if not within alone.
    """
    scope, names = _Scope(), _Scope()
    for node in nodes:
        scope.look(node)
    for node in around:
        names.look(node)
    return scope.used(names if names.loaded else scope)


class _Scope:
    """The names of one scope: what is set, what is only used by its attributes, which calls may make an object."""

    def __init__(self) -> None:
        self.set: dict[str, int] = {}
        self.loaded: dict[str, int] = {}
        self.attributes: dict[str, list[str]] = {}  # of names
        self.held: dict[str, str] = {}  # name -> the class of the object that it is set to
        self.at_once: dict[str, list[str]] = {}  # class -> the attributes of objects that no name holds
        self.mentioned: dict[str, int] = {}  # by last name, how often it stands anywhere
        self.made: dict[str, int] = {}  # by last name, how often it makes an object that is held or used at once
        self.given: set[str] = set()  # names that a call's own result is used of: `x.fit().score()`

    def look(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            count = self.loaded if isinstance(node.ctx, ast.Load) else self.set
            count[node.id] = count.get(node.id, 0) + 1
            self.mentioned[node.id] = self.mentioned.get(node.id, 0) + 1
        elif isinstance(node, ast.arg):
            self.set[node.arg] = self.set.get(node.arg, 0) + 1
        elif isinstance(node, ast.Attribute):
            self.mentioned[node.attr] = self.mentioned.get(node.attr, 0) + 1
            self._attribute(node)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            name = last_name(node.value.func) if isinstance(node.value, ast.Call) else ""
            if name and isinstance(node.targets[0], ast.Name):
                self.held[node.targets[0].id] = name
                self.made[name] = self.made.get(name, 0) + 1

    def _attribute(self, node: ast.Attribute) -> None:
        owner = node.value
        if isinstance(owner, ast.Name):
            self.attributes.setdefault(owner.id, []).append(node.attr)
        elif isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute) and _name(owner.func.value):
            self.given.add(_name(owner.func.value))
        if isinstance(owner, ast.Call) and (name := last_name(owner.func)):
            self.at_once.setdefault(name, []).append(node.attr)
            self.made[name] = self.made.get(name, 0) + 1

    def used(self, names: _Scope) -> Mapping[str, frozenset[str]]:
        """The attributes that are used of objects that stay, by their class; `names` says what becomes of names."""
        found: dict[str, set[str]] = {name: set(attributes) for name, attributes in self.at_once.items()}
        leaving = set(_PASSING)
        for name, made in self.held.items():
            own = names.attributes.get(name, [])
            if names.set.get(name, 0) != 1 or names.loaded.get(name, 0) != len(own) or name in names.given:
                leaving.add(made)
            found.setdefault(made, set()).update(own)
        return {
            made: frozenset(attributes)
            for made, attributes in found.items()
            if made not in leaving and made not in self.given and self.mentioned.get(made, 0) == self.made.get(made, 0)
        }


def _name(node: ast.expr) -> str:
    """The name that an expression is, or the class of the object that it makes."""
    return node.id if isinstance(node, ast.Name) else last_name(node.func) if isinstance(node, ast.Call) else ""
