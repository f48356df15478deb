"""What `this.x` is in a class of TypeScript or JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlripe.readers.languages.ecmascript_names import FUNCTIONS, Names
from mlripe.readers.languages.ecmascript_values import first_of, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["attributes"]


def attributes(names: Names, body: Node) -> dict[str, str | None]:
    """What `this.x` is: a field with a type or a value, a parameter of the constructor that becomes a field."""
    frame: dict[str, str | None] = {}
    for member in body.named_children:
        if member.type.endswith("field_definition"):
            name = text_of(member.child_by_field_name("name") or member.child_by_field_name("property"))
            value, kind = member.child_by_field_name("value"), member.child_by_field_name("type")
            if value is not None and value.type in FUNCTIONS:
                continue
            known = names.constructed(value) if value is not None else None
            frame[f"this.{name}"] = known or names.annotation(kind)
        elif member.type == "method_definition" and text_of(member.child_by_field_name("name")) == "constructor":
            frame.update(_given_attributes(names, member))
    return frame


def _given_attributes(names: Names, constructor: Node) -> Iterator[tuple[str, str | None]]:
    parameters, block = constructor.child_by_field_name("parameters"), constructor.child_by_field_name("body")
    kinds: dict[str, str | None] = {}
    for parameter in parameters.named_children if parameters is not None else ():
        name = text_of(parameter.child_by_field_name("pattern"))
        kinds[name] = names.annotation(parameter.child_by_field_name("type"))
        if any(child.type == "accessibility_modifier" or child.type == "readonly" for child in parameter.children):
            yield f"this.{name}", kinds[name]
    for statement in block.named_children if block is not None else ():
        each = first_of(statement) if statement.type == "expression_statement" else None
        if each is None or each.type != "assignment_expression":
            continue
        left, right = each.child_by_field_name("left"), each.child_by_field_name("right")
        owner = left.child_by_field_name("object") if left is not None else None
        if left is not None and right is not None and owner is not None and owner.type == "this":
            known = kinds.get(text_of(right)) if right.type == "identifier" else names.constructed(right)
            yield f"this.{text_of(left.child_by_field_name('property'))}", known
