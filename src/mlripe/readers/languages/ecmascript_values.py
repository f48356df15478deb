"""What an expression of TypeScript or JavaScript is worth where the file writes it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from mlripe.facts import UNKNOWN

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["entries", "first_of", "literal", "names_in", "parts_below", "parts_of", "text_of", "unwrapped"]

_MOST_ITEMS: Final = 50
_MOST_PARTS: Final = 400
_LONGEST: Final = 4000  # bytes of a text
_DEEPEST: Final = 4
# what stands around an expression and changes nothing of what it is: brackets, types, `await`
_WRAPPERS: Final = frozenset(
    "parenthesized_expression as_expression satisfies_expression non_null_expression await_expression".split()
)
_JOINING: Final = ("join", "resolve")  # of paths
_PLAIN: Final = {"true": True, "false": False, "null": None}


def first_of(node: Node | None) -> Node | None:
    """The first named part of a node, None where it has none."""
    return node.named_child(0) if node is not None and node.named_child_count else None


def text_of(node: Node | None) -> str:
    """The text of a node as it is written; empty for none, and for what is longer than anything that is asked for."""
    if node is None or node.end_byte - node.start_byte > _LONGEST:
        return ""
    return (node.text or b"").decode("utf-8", "replace")


def unwrapped(node: Node) -> Node:
    """The expression within brackets, types and `await`."""
    while node.type in _WRAPPERS:
        inner = first_of(node)
        if inner is None:
            break
        node = inner
    return node


def literal(node: Node, constants: Mapping[str, object], depth: int = _DEEPEST) -> object:
    """The value of an expression, `UNKNOWN` where the file does not say.

    A template gives its text with `{}` for what is not known, a list a tuple, an object a dictionary.
    """
    node = unwrapped(node)
    kind = node.type
    if node.end_byte - node.start_byte > _LONGEST and kind not in ("array", "object"):
        return UNKNOWN
    if kind == "string":
        return _bounded(_string(node))
    if kind == "template_string":
        return _bounded("".join(_template(node, constants)))
    if kind == "number":
        return _number(text_of(node))
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "identifier":
        return constants.get(text_of(node), UNKNOWN)
    if depth == 0:
        return UNKNOWN
    if kind == "array":
        return tuple(literal(item, constants, depth - 1) for item in node.named_children[:_MOST_ITEMS])
    if kind == "object":
        return {key: literal(value, constants, depth - 1) for key, value in entries(node)}
    if kind == "call_expression":
        return _joined(node, constants, depth)
    if kind == "binary_expression" and text_of(node.child_by_field_name("operator")) == "+":
        return _bounded(_sum(node, constants, depth))
    return UNKNOWN


def entries(node: Node) -> Iterator[tuple[str, Node]]:
    """The keys of an object that are written out, each with its value; a method's value is the method itself."""
    for child in node.named_children[:_MOST_ITEMS]:
        kind = child.type
        if kind == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None and key.type != "computed_property_name":
                yield _string(key) if key.type == "string" else text_of(key), value
        elif kind == "shorthand_property_identifier":
            yield text_of(child), child
        elif kind == "method_definition":
            yield text_of(child.child_by_field_name("name")), child


def _string(node: Node) -> str:
    return "".join(text_of(part) for part in node.named_children)


def _template(node: Node, constants: Mapping[str, object]) -> Iterator[str]:
    for part in node.named_children:
        if part.type != "template_substitution":
            yield text_of(part)
            continue
        inner = first_of(part)
        known = constants.get(text_of(inner)) if inner is not None and inner.type == "identifier" else None
        yield known if isinstance(known, str) and len(known) < _LONGEST // 16 else "{}"


def _sum(node: Node, constants: Mapping[str, object], depth: int) -> object:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    first = literal(left, constants, depth - 1) if left is not None else UNKNOWN
    second = literal(right, constants, depth - 1) if right is not None else UNKNOWN
    return first + second if isinstance(first, str) and isinstance(second, str) else UNKNOWN


def _joined(node: Node, constants: Mapping[str, object], depth: int) -> object:
    """The path that `path.join(__dirname, "..", "lambda")` gives, as far as it is written: from where it is seen."""
    function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or given is None or function.type not in ("identifier", "member_expression"):
        return UNKNOWN
    last = function.child_by_field_name("property") or function
    if text_of(last) not in _JOINING:
        return UNKNOWN
    parts = [literal(part, constants, depth - 1) for part in given.named_children[:_MOST_ITEMS]]
    known = [part for part in parts if isinstance(part, str)]
    return _bounded("/".join(known)) if known and isinstance(parts[-1], str) else UNKNOWN


def _number(text: str) -> object:
    try:
        plain = text.replace("_", "")
        return int(plain) if plain.isdigit() and len(plain) < 20 else float(plain)
    except ValueError:  # another base, a big integer
        return UNKNOWN


def _bounded(value: object) -> object:
    return UNKNOWN if isinstance(value, str) and len(value) > _LONGEST else value


def parts_below(node: Node, *, named: bool = True) -> Iterator[Node]:
    """A node and what it holds, as far as anybody would write it."""
    stack, left = [node], _MOST_PARTS
    while stack and left:
        left -= 1
        each = stack.pop()
        yield each
        stack.extend(reversed(each.named_children if named else each.children))


def names_in(pattern: Node) -> Iterator[str]:
    for each in parts_below(pattern):
        if each.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield text_of(each)


def parts_of(pattern: Node) -> Iterator[tuple[str, str]]:
    """The names that a pattern binds, each with the property that it takes where it is a plain one."""
    for child in pattern.named_children[:_MOST_ITEMS]:
        if child.type == "shorthand_property_identifier_pattern":
            yield text_of(child), text_of(child)
        elif child.type == "pair_pattern":
            value = child.child_by_field_name("value")
            if value is not None and value.type == "identifier":
                yield text_of(value), text_of(child.child_by_field_name("key"))
            elif value is not None:
                yield from ((name, "") for name in names_in(value))
        else:
            yield from ((name, "") for name in names_in(child))
