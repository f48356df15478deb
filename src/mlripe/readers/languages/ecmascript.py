"""TypeScript and JavaScript to facts: imports, calls by resolved names, definitions and what they mention, branches.

The facts are those of Python: `scope` is a function or class of the file's top level or a method of such a class, a
function within another is part of it. What a file gives others under another name (`export default`, `export { a as b
}`) is a definition of that name that mentions what it stands for; a constant that is exported is one whose base is what
it was made by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from mlripe.facts import Call, Definition, FileFacts, Import
from mlripe.readers import Unreadable
from mlripe.readers.languages.ecmascript_branches import branch_of
from mlripe.readers.languages.ecmascript_definitions import CLASSES, DEFAULT, Definitions
from mlripe.readers.languages.ecmascript_names import FUNCTIONS, module_of
from mlripe.readers.languages.ecmascript_values import (
    entries,
    first_of,
    literal,
    parts_of,
    text_of,
    unwrapped,
)
from mlripe.readers.languages.syntax import ecmascript

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["read_script"]

MAIN: Final = "__main__"
_DECLARATIONS: Final = frozenset(("lexical_declaration", "variable_declaration"))
# what is no expression: it says what something is, and runs nothing
_TYPES: Final = frozenset(
    "type_annotation type_arguments type_parameters interface_declaration type_alias_declaration ambient_declaration "
    "implements_clause string comment number regex property_identifier statement_identifier jsx_text".split()
)
# how a file asks whether it is the program that was started
_ASKS_MAIN: Final = ("require.main", "import.meta.main", "import.meta.url", "import.meta.filename", "import.meta.path")
_LONGEST_CONDITION: Final = 2000


def read_script(path: str, content: bytes) -> FileFacts:
    """The facts of a TypeScript or JavaScript file."""
    root = ecmascript(path, content)
    walker = _Walker()
    try:
        walker.module(root)
    except RecursionError:
        raise Unreadable("nested too deeply to be read") from None
    facts = FileFacts(
        imports=tuple(walker.imports),
        calls=tuple(walker.calls),
        definitions=tuple(walker.definitions),
        branches=tuple(walker.branches),
    )
    if any("aws-cdk" in imported.module for imported in facts.imports):
        from mlripe.readers.infrastructure.constructs import with_constructs

        return with_constructs(facts, content.decode("utf-8", "replace"))
    return facts


class _Walker(Definitions):
    """One pass over a file."""

    def __init__(self) -> None:
        super().__init__()
        self._visit = {
            **dict.fromkeys(FUNCTIONS, self.function),
            **dict.fromkeys(CLASSES, self.class_),
            **dict.fromkeys(_TYPES, _nothing),
            "call_expression": self.call,
            "new_expression": self.call,
            "decorator": self.decorator,
            "identifier": self.mention,
            "shorthand_property_identifier": self.mention,
            "member_expression": self.member,
            "variable_declarator": self.variable,
            "assignment_expression": self.assignment,
            "import_statement": _nothing,
            "export_statement": self.export,
            "if_statement": self.branch,
        }

    # --- the file ----------------------------------------------------------------------------------------------------

    def module(self, root: Node) -> None:
        statements = root.named_children
        for statement in statements:
            self.declared(statement)
        for statement in statements:
            self.walk(statement)
        last = root.end_point[0] + 1
        self.definitions.append(Definition("", 1, last, "module", mentions=self.mentions))
        if self.main:
            self.definitions.append(Definition(MAIN, min(self.main.values()), last, "module", mentions=self.main))

    def declared(self, statement: Node) -> None:
        """Makes known what a statement of the top level declares: functions may be used above the line that does."""
        kind = statement.type
        if kind == "import_statement":
            self.import_(statement)
        elif kind == "export_statement":
            inner = statement.child_by_field_name("declaration")
            if inner is not None:
                self.declared(inner)
        elif kind in FUNCTIONS or kind in CLASSES:
            name = text_of(statement.child_by_field_name("name"))
            self.names.local.add(name)
            if kind in CLASSES:
                self.names.classes.add(name)
        elif kind in _DECLARATIONS:
            for declarator in statement.named_children:
                target, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
                if target is None or target.type != "identifier" or value is None:
                    continue
                if value.type in FUNCTIONS or value.type in CLASSES:
                    self.names.local.add(text_of(target))
                    if value.type in CLASSES:
                        self.names.classes.add(text_of(target))
                else:
                    self.names.bind(text_of(target), self.names.constructed(value))
                    known = literal(value, self.constants)
                    if isinstance(known, str):
                        self.constants[text_of(target)] = known

    def walk(self, root: Node) -> None:
        """Reads a statement or expression with all that is in it, in the order of the file."""
        stack = [root]
        while stack:
            node = stack.pop()
            visit = self._visit.get(node.type)
            stack.extend(reversed(node.named_children if visit is None else [*visit(node)]))

    # --- imports and exports -----------------------------------------------------------------------------------------

    def import_(self, node: Node) -> None:
        """`import a, { b as c } from "x"`; a type that is imported gives its name, but nothing runs."""
        line = node.start_point[0] + 1
        clause = next((child for child in node.named_children if child.type.startswith("import_")), None)
        source = node.child_by_field_name("source")
        if source is None and clause is not None:  # import a = require("x")
            source = clause.child_by_field_name("source")
        if source is None:
            return
        module = "".join(text_of(part) for part in source.named_children)
        names: list[str] = []
        renamed: dict[str, str] = {}
        only_types = any(child.type == "type" for child in node.children)
        found = list(self._imported(clause)) if clause is not None else []
        for name, alias, is_type in found:
            whole = name in (DEFAULT, "*")
            self.names.bind(alias, module if whole else f"{module}.{name}")
            if not is_type:
                names.append(name)
            if alias != name:
                renamed[alias] = name
        if not only_types and (names or not found):
            self.imports.append(Import(module, tuple(names), line, self.scope, renamed))

    @staticmethod
    def _imported(clause: Node) -> Iterator[tuple[str, str, bool]]:
        """The names that a clause brings: as its source calls it, as the file does, whether it is only a type."""
        for child in clause.named_children:
            if child.type == "identifier":
                yield DEFAULT, text_of(child), False
            elif child.type == "namespace_import":
                yield "*", text_of(first_of(child)), False
            elif child.type == "named_imports":
                for each in child.named_children:
                    name = text_of(each.child_by_field_name("name"))
                    alias = text_of(each.child_by_field_name("alias")) or name
                    yield name, alias, any(part.type == "type" for part in each.children)

    def export(self, node: Node) -> Iterable[Node]:
        line, source = node.start_point[0] + 1, node.child_by_field_name("source")
        declaration, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
        clause = next((child for child in node.named_children if child.type == "export_clause"), None)
        pairs = []
        for each in clause.named_children if clause is not None else ():
            name = text_of(each.child_by_field_name("name"))
            pairs.append((name, text_of(each.child_by_field_name("alias")) or name))
        if source is not None:
            module = "".join(text_of(part) for part in source.named_children)
            names = tuple(name for name, _ in pairs) or ("*",)
            if not any(child.type == "type" for child in node.children):
                renamed = {alias: name for name, alias in pairs if alias != name}
                self.imports.append(Import(module, names, line, self.scope, renamed))
            return
        for name, alias in pairs:
            self.given(alias, self.names.lookup(name), line)
        if any(child.type == DEFAULT for child in node.children):
            named = declaration.child_by_field_name("name") if declaration is not None else None
            self.default(line, text_of(named) or None, value)
        if declaration is not None:
            if declaration.type in _DECLARATIONS:
                for each in declaration.named_children:
                    name = text_of(each.child_by_field_name("name"))
                    if name and name not in self.names.local:
                        self.given(name, self.names.lookup(name), each.start_point[0] + 1)
            yield from (child for child in node.named_children if child.type == "decorator")
            yield declaration
        elif value is not None and value.type not in FUNCTIONS:
            yield value

    # --- expressions -------------------------------------------------------------------------------------------------

    def mention(self, node: Node) -> Iterable[Node]:
        if origin := self.names.lookup(text_of(node)):
            self.mentions.setdefault(origin, node.start_point[0] + 1)
        return ()

    def member(self, node: Node) -> Iterable[Node]:
        if origin := self.names.resolve(node):
            self.mentions.setdefault(origin, node.start_point[0] + 1)
        owner = node.child_by_field_name("object")
        if owner is None or (origin and owner.type in ("identifier", "member_expression", "this")):
            return ()
        return (owner,)

    def call(self, node: Node) -> Iterable[Node]:
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        given = node.child_by_field_name("arguments")
        if function is None:
            return node.named_children
        line = node.start_point[0] + 1
        if node.type == "call_expression" and (module := module_of(node)) is not None:
            self.imports.append(Import(module, (DEFAULT,), line, self.scope))
            self.mentions.setdefault(module, line)
            return ()
        name = self.names.called(function)
        if name:
            if name.rsplit(".", 1)[-1] in ("expect", "assert") or name.startswith("assert."):
                self.asserts += 1
            args, keywords = self.arguments(node)
            # the line is that of the last name: a chain is written over many
            named = unwrapped(function).child_by_field_name("property") or function
            self.calls.append(Call(name, named.start_point[0] + 1, self.scope, args, keywords))
        return (function, given) if given is not None else (function,)

    def variable(self, node: Node) -> Iterable[Node]:
        target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if target is None:
            return ()
        if target.type == "identifier":
            name = text_of(target)
            if value is not None and not self.scope and name in self.names.local:
                if value.type in FUNCTIONS:
                    self.defined(name, value)
                elif (body := value.child_by_field_name("body")) is not None:
                    heritage = next((child for child in value.named_children if child.type == "class_heritage"), None)
                    self.classed(name, value, heritage, body)
                return ()
            kind = self.names.annotation(node.child_by_field_name("type"))
            self.names.bind(name, (self.names.constructed(value) if value is not None else None) or kind)
        else:
            origin = self.names.constructed(value) if value is not None else None
            for name, key in parts_of(target):
                self.names.bind(name, f"{origin}.{key}" if origin and key else None)
        return (value,) if value is not None else ()

    def assignment(self, node: Node) -> Iterable[Node]:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return node.named_children
        line = node.start_point[0] + 1
        if left.type == "member_expression":
            owner, name = (
                text_of(left.child_by_field_name("object"))[:20],
                text_of(left.child_by_field_name("property")),
            )
            if (owner, name) == ("module", "exports"):
                return self.exported(right, line)
            if owner in ("exports", "module.exports"):
                if right.type in FUNCTIONS:
                    self.defined(name, right)
                    return ()
                self.given(name, self.names.constructed(right), line)
        elif left.type == "identifier":
            self.names.bind(text_of(left), self.names.constructed(right))
            return (right,)
        return (left, right)

    def exported(self, value: Node, line: int) -> Iterable[Node]:
        """`module.exports = { ask, tell }`, or a function, or something that has a name."""
        if value.type == "object":
            for key, each in entries(value):
                if each.type in FUNCTIONS:
                    self.defined(key, each)
                else:
                    self.given(key, self.names.constructed(each), line)
            return ()
        self.default(line, None, value)
        return () if value.type in FUNCTIONS else (value,)

    # --- branches ----------------------------------------------------------------------------------------------------

    def branch(self, node: Node) -> Iterable[Node]:
        condition, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        other = node.child_by_field_name("alternative")
        if condition is None or then is None:
            return node.named_children
        text = text_of(condition)[:_LONGEST_CONDITION]
        if not self.scope and any(asked in text for asked in _ASKS_MAIN):
            kept, self.mentions, self.scope = self.mentions, self.main, MAIN
            self.walk(then)
            self.mentions, self.scope = kept, ""
            return (other,) if other is not None else ()
        if found := branch_of(self.names, node, condition, (then, other), self.scope):
            self.branches.append(found)
        return node.named_children


def _nothing(node: Node) -> Iterable[Node]:
    return ()
