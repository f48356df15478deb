"""Functions and classes of a TypeScript or JavaScript file: what each mentions, and under which names others get it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from mlripe.facts import UNKNOWN, Branch, Call, Definition, Import
from mlripe.readers.languages.ecmascript_classes import attributes
from mlripe.readers.languages.ecmascript_names import FUNCTIONS, Names
from mlripe.readers.languages.ecmascript_values import entries, first_of, literal, names_in, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["CLASSES", "DEFAULT", "Definitions"]

CLASSES: Final = frozenset(("class_declaration", "abstract_class_declaration", "class"))
DEFAULT: Final = "default"  # the definition that a file exports by default
_VALUE: Final = "value"  # the kind of a definition that is a constant
_MOST_ARGUMENTS: Final = 50


class Definitions:
    """What was found so far, and the scope that is being read. `walk` reads an expression or statement."""

    def __init__(self) -> None:
        self.imports: list[Import] = []
        self.calls: list[Call] = []
        self.definitions: list[Definition] = []
        self.branches: list[Branch] = []
        self.scope = ""
        self.mentions: dict[str, int] = {}
        self.asserts = 0
        self.main: dict[str, int] = {}
        self.names = Names()
        self.constants: dict[str, object] = {}

    def walk(self, root: Node) -> None:
        """Reads a statement or expression with all that is in it, in the order of the file."""
        raise NotImplementedError

    def function(self, node: Node) -> Iterable[Node]:
        name = text_of(node.child_by_field_name("name"))
        if node.type == "method_definition" and self.names.owner == self.scope != "":
            self.defined(f"{self.scope}.{name}", node)
        elif not self.scope and name and name in self.names.local:
            self.defined(name, node)
        else:  # in a function, or handed to one: part of what it stands in
            if name and node.type != "method_definition":
                self.names.bind(name, None)
            self.body(node)
        return ()

    def defined(self, name: str, node: Node) -> None:
        outer, kept, asserts = self.scope, self.mentions, self.asserts
        self.scope, self.mentions, self.asserts = name, {}, 0
        decorators = tuple(self.decorated(node)) if node.type == "method_definition" else ()
        self.body(node)
        self.definitions.append(self._definition(node, "function", decorators=decorators))
        self.scope, self.mentions, self.asserts = outer, kept, asserts

    def _definition(
        self, node: Node, kind: str, bases: tuple[str, ...] = (), decorators: tuple[str, ...] = ()
    ) -> Definition:
        first, last = node.start_point[0] + 1, node.end_point[0] + 1
        return Definition(self.scope, first, last, kind, bases, decorators, self.mentions, self.asserts)

    def body(self, node: Node) -> None:
        frame: dict[str, str | None] = {}
        parameters = node.child_by_field_name("parameters")
        single = node.child_by_field_name("parameter")
        if single is not None:
            frame[text_of(single)] = None
        defaults = []
        for parameter in parameters.named_children if parameters is not None else ():
            pattern = parameter.child_by_field_name("pattern") or parameter.child_by_field_name("left") or parameter
            kind = self.names.annotation(parameter.child_by_field_name("type"))
            if pattern.type == "identifier":
                frame[text_of(pattern)] = kind
            else:
                frame.update(dict.fromkeys(names_in(pattern)))
            defaults += [
                value for key in ("value", "right") if (value := parameter.child_by_field_name(key)) is not None
            ]
            defaults += [child for child in parameter.named_children if child.type == "decorator"]
        self.names.enter(frame)
        for value in defaults:
            self.walk(value)
        if (block := node.child_by_field_name("body")) is not None:
            self.walk(block)
        self.names.leave()

    def class_(self, node: Node) -> Iterable[Node]:
        body = node.child_by_field_name("body")
        name = text_of(node.child_by_field_name("name"))
        heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
        if self.scope or not name or body is None:
            return [child for child in (heritage, body) if child is not None]
        self.classed(name, node, heritage, body)
        return ()

    def classed(self, name: str, node: Node, heritage: Node | None, body: Node) -> None:
        kept, asserts = self.mentions, self.asserts
        self.scope, self.mentions, self.asserts, self.names.owner = name, {}, 0, name
        decorators = tuple(self.decorated(node))
        bases = []
        for base in heritage.named_children if heritage is not None else ():
            value = base.child_by_field_name("value") if base.type == "extends_clause" else base
            if value is not None and base.type != "implements_clause":
                bases.append(self.names.resolve(value) or text_of(value)[:100])
                self.walk(value)
        frame = attributes(self.names, body)
        for origin in frame.values():  # what a class is given when it is made, it may use
            if origin:
                self.mentions.setdefault(origin, node.start_point[0] + 1)
        self.names.enter(frame)
        for member in body.named_children:
            self.walk(member)
        self.names.leave()
        self.definitions.append(self._definition(node, "class", tuple(bases), decorators))
        self.scope, self.mentions, self.asserts, self.names.owner = "", kept, asserts, ""

    def decorated(self, node: Node) -> Iterator[str]:
        """The decorators of a class or method, which stand before it or in it; each is a call in its scope."""
        parent = node.parent
        if node.type == "method_definition":
            before = node.prev_named_sibling
            while before is not None and before.type == "decorator":
                yield from self.decorator_of(before)
                before = before.prev_named_sibling
            return
        for holder in (parent, node) if parent is not None and parent.type == "export_statement" else (node,):
            for child in holder.named_children:
                if child.type == "decorator":
                    yield from self.decorator_of(child)

    def decorator(self, node: Node) -> Iterable[Node]:
        """A decorator of a parameter or field; those of classes and methods are read with them."""
        following = node.next_named_sibling
        while following is not None and following.type == "decorator":
            following = following.next_named_sibling
        if following is not None and (following.type in CLASSES or following.type == "method_definition"):
            return ()
        return node.named_children

    def decorator_of(self, node: Node) -> Iterator[str]:
        inner = first_of(node)
        if inner is None:
            return
        function = inner.child_by_field_name("function") if inner.type == "call_expression" else inner
        name = self.names.called(function) if function is not None else ""
        if name:
            args, keywords = self.arguments(inner)
            self.calls.append(Call(name, node.start_point[0] + 1, self.scope, args, keywords, decorator=True))
            yield name
        if inner.type == "call_expression" and (given := inner.child_by_field_name("arguments")) is not None:
            self.walk(given)
        if function is not None:
            self.walk(function)

    def default(self, line: int, name: str | None, value: Node | None) -> None:
        """What the file exports by default: something that it names, or a function without a name."""
        if value is not None and value.type in FUNCTIONS:
            self.defined(DEFAULT, value)
            return
        self.given(DEFAULT, name or (self.names.constructed(value) if value is not None else None), line)

    def given(self, name: str, origin: str | None, line: int) -> None:
        """A name under which others get what `origin` is, where they do not get it under the same one."""
        if name == origin or not name:
            return
        own = origin is not None and origin.split(".", 1)[0] in self.names.local
        bases = (origin,) if origin and not own else ()
        kind = "function" if own else _VALUE
        self.definitions.append(Definition(name, line, line, kind, bases, mentions={origin: line} if origin else {}))

    def arguments(self, node: Node) -> tuple[tuple[object, ...], dict[str, object]]:
        """What a call is given, and the entries of the objects among it: they are what keywords are elsewhere."""
        given = node.child_by_field_name("arguments")
        args: list[object] = []
        keywords: dict[str, object] = {}
        for each in given.named_children[:_MOST_ARGUMENTS] if given is not None and given.type == "arguments" else ():
            if each.type == "comment":
                continue
            if each.type == "object":
                for key, value in entries(each):
                    keywords.setdefault(key, literal(value, self.constants))
                args.append(UNKNOWN)
            else:
                args.append(literal(each, self.constants))
        return tuple(args), keywords
